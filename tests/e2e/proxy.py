"""Between page and server: a proxy that waits for whole answers, and a line that goes dead."""

from __future__ import annotations

import http.server
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


class Line:
    """Passes bytes on between page and server, until it goes dead: then the connections that carry
    a stream stay open and nothing comes through any more, as after a sleep. New ones work."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._streams: set[socket.socket] = set()
        self._dead: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        """Where the page connects to."""
        return int(self._listening.getsockname()[1])

    def go_dead(self) -> None:
        """Nothing comes through the streams of today any more."""
        self._dead |= self._streams

    def close(self) -> None:
        """Ends every connection."""
        with suppress(OSError):  # macOS: a socket that listens cannot be shut down
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with suppress(OSError):  # the other side was quicker
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed, which ends this
            while True:
                page, _ = self._listening.accept()
                server = socket.create_connection(self._target)
                self._open += [page, server]
                for a, b in ((page, server), (server, page)):
                    self._threads.append(threading.Thread(target=self._pass, args=(a, b)))
                    self._threads[-1].start()

    def _pass(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):  # one side went away, which ends the connection
            while data := source.recv(1 << 16):
                if data.startswith(b"GET /api/live"):
                    self._streams |= {source, to}
                if source not in self._dead:
                    to.sendall(data)
            if source not in self._dead:
                to.shutdown(socket.SHUT_WR)
