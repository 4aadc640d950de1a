"""A server on loopback that sends bytes as they are given, for answers that no HTTP server sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Pieces = Iterable[bytes]


@contextmanager
def serve_raw(answer: Callable[[bytes], Pieces]) -> Iterator[str]:
    """The address of a server that answers each connection with the pieces that `answer` gives for its request.

    Each piece is sent by itself, and the connection is closed after the last one, or when the client has left.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []

    def send(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            request = b""
            while b"\r\n\r\n" not in request and (piece := connection.recv(65536)):
                request += piece
            for piece in answer(request):
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass

    def accept() -> None:
        with suppress(OSError):  # the context has ended
            while True:
                connection, _ = listening.accept()
                threads[:] = [thread for thread in threads if thread.is_alive()]
                threads.append(threading.Thread(target=send, args=(connection,), daemon=True))
                threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join()
        for thread in threads:
            thread.join()


def head(*headers: str, status: str = "200 OK") -> bytes:
    """The first lines of an answer."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()
