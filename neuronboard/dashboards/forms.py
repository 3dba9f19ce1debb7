"""Form bodies, as browsers and programs send them: urlencoded and multipart."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from neuronboard.errors import QueryError

MOST_BYTES = 64_000_000  # of a body; a thousand runs' names are some hundred thousand

Form = dict[str, list[str]]


def parse(content_type: str, body: bytes) -> Form:
    """Field -> its values, in order; a body of another type has no fields.

    Raises QueryError for a body that is not what its type says.
    """
    header = Message()
    header["content-type"] = content_type or "text/plain"
    kind = header.get_content_type()
    form: Form = {}
    if kind == "application/x-www-form-urlencoded":
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    elif kind == "multipart/form-data":
        pairs = _parts(content_type, body)
    else:
        pairs = []
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def _parts(content_type: str, body: bytes) -> list[tuple[str, str]]:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise QueryError("the body is no multipart/form-data: its boundary is not in it")
    found = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            found.append((name, payload.decode("utf-8", "replace")))
    return found


async def _form(request: Request) -> Form:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise QueryError(f"the body is longer than {MOST_BYTES:,} bytes")
    return parse(request.headers.get("content-type", ""), bytes(body))


FormDep = Annotated[Form, Depends(_form)]
