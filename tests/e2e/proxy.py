"""A proxy before the server, as some are: it keeps an answer until it is whole."""

from __future__ import annotations

import http.server
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

DROPPED = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive", "server"})


class _Handler(http.server.BaseHTTPRequestHandler):
    """Passes an answer on when all of it is there; of a stream that is never."""

    protocol_version = "HTTP/1.1"
    target = ""
    asked: list[str]

    def do_GET(self) -> None:
        """One question."""
        self.asked.append(self.path)
        place = urlsplit(self.target)
        headers = {key: value for key, value in self.headers.items() if key != "Host"}
        request = urllib.request.Request(
            f"{self.target}{self.path}", headers={**headers, "Host": place.netloc}
        )
        try:
            with urllib.request.urlopen(request) as answer:
                self._pass_on(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            self._pass_on(answer.code, answer.headers, answer.read())
        except OSError:
            self.close_connection = True  # the page went away, or the server did

    def _pass_on(self, status: int, headers: object, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():  # type: ignore[attr-defined]
            if name.lower() not in DROPPED:
                self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test looks at `asked`."""


@contextmanager
def buffering(target: str) -> Iterator[tuple[str, list[str]]]:
    """A proxy that keeps every answer until it is whole; its URL, and what it was asked.

    target: such as "http://localhost:6006".
    """
    asked: list[str] = []
    handler = type("Handler", (_Handler,), {"target": target, "asked": asked})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
