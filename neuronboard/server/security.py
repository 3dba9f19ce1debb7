"""Whom the server answers, and what the browser may do with an answer.

A page of another site can make its own host name point at this machine (DNS rebinding) and read
what we serve; so a request must name a host that the server was started for. The content security
policy lets the page use only what this server sends, and no markup or script in text.
"""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from neuronboard.server.live import Live

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def allowed_hosts(host: str, everywhere: bool) -> frozenset[str]:
    """The names that a Host header may have, in lower case and without the port."""
    names = {*LOCAL_NAMES, f"[{host}]" if ":" in host else host}
    if everywhere:
        own = socket.gethostname()
        names |= {own, socket.getfqdn(), f"{own}.local", *_own_addresses(own)}
    return frozenset(name.lower() for name in names)


def _own_addresses(name: str) -> set[str]:
    """The addresses of this machine, as a browser writes them."""
    found = {_outgoing_address()}
    try:
        found |= {str(info[4][0]) for info in socket.getaddrinfo(name, None)}
    except OSError:
        return found  # a machine whose own name does not resolve is reached by address only
    return {f"[{address}]" if ":" in address else address for address in found}


def _outgoing_address() -> str:
    """The address that other machines see; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"  # there is no network
        return str(probe.getsockname()[0])


class Guard:
    """ASGI middleware: refuses foreign hosts and other methods than GET and HEAD, adds headers.

    asked_by_form: beginnings of the paths that POST is for, whose questions may be too long for
    a URL. They change nothing either. written: beginnings of those that PUT and DELETE are for.
    """

    def __init__(
        self,
        app: App,
        hosts: frozenset[str],
        live: Live,
        asked_by_form: tuple[str, ...] = (),
        written: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._paths = {"POST": asked_by_form, "PUT": written, "DELETE": written}
        self.live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        host = _host(scope)
        if host not in self._hosts:
            text = (
                f"NeuronBoard does not serve the host {host!r}. It was started for "
                f"{', '.join(sorted(self._hosts))}; use one of these, or start it with --host."
            )
            await _refuse(send_guarded, 403, text)
        elif not self._may_be_asked(scope):
            await _refuse(send_guarded, 405, "NeuronBoard only answers GET and HEAD.")
        else:
            await self._app(scope, receive, send_guarded)

    def _may_be_asked(self, scope: Scope) -> bool:
        if scope["method"] in ("GET", "HEAD"):
            return True
        path: str = scope["path"]
        return path.startswith(self._paths.get(scope["method"], ()))


def _host(scope: Scope) -> str:
    """The Host header without its port, in lower case."""
    header = next((value for name, value in scope["headers"] if name == b"host"), b"")
    text = header.decode("latin-1").strip().lower()
    name, colon, port = text.rpartition(":")
    return name if colon and port.isdigit() and not text.endswith("]") else text


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
