"""Asks a server the same question over and over, and says what that took, as JSON.

`python ask.py PORT CONCURRENCY SECONDS < request`: the request as it goes over the line. Each of
CONCURRENCY threads keeps a connection and asks again as soon as it was answered; seconds are those
from the first byte sent to the last one received.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time


class Asker:
    """One connection, and how long each answer on it took."""

    def __init__(self, port: int, request: bytes, until: float) -> None:
        self.seconds: list[float] = []
        self.size = 0
        self._port = port
        self._request = request
        self._until = until
        self._buffer = bytearray(1 << 20)
        self.thread = threading.Thread(target=self._ask)

    def _ask(self) -> None:
        connection = None
        while time.perf_counter() < self._until:
            began = time.perf_counter()
            connection = connection or self._connected()
            connection.sendall(self._request)
            if not self._receive(connection):
                connection.close()
                connection = None
            self.seconds.append(time.perf_counter() - began)
        if connection:
            connection.close()

    def _connected(self) -> socket.socket:
        found = socket.create_connection(("localhost", self._port), timeout=120)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found

    def _receive(self, connection: socket.socket) -> bool:
        """Takes one answer in; returns whether the connection may be used again."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.lower().split(b"\r\n")
        assert first.startswith(b"http/1.1 200"), first
        headers = dict(line.split(b": ", 1) for line in lines)
        self.size = int(headers[b"content-length"])
        left = self.size - len(body)
        while left:
            left -= connection.recv_into(self._buffer, min(left, len(self._buffer)))
        return headers.get(b"connection") != b"close"


def main() -> None:
    """Asks, and prints."""
    port, concurrency, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    request = sys.stdin.buffer.read()
    began = time.perf_counter()
    askers = [Asker(port, request, began + seconds) for _ in range(concurrency)]
    for asker in askers:
        asker.thread.start()
    for asker in askers:
        asker.thread.join()
    took = time.perf_counter() - began
    found = sorted(each for asker in askers for each in asker.seconds)
    at = {name: found[min(len(found) - 1, int(len(found) * share))] for name, share in SHARES}
    print(json.dumps({"rate": len(found) / took, "size": askers[0].size, **at}))


SHARES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))

if __name__ == "__main__":
    main()
