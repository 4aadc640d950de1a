"""Small HTTP servers on loopback, for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class QuietHandler(BaseHTTPRequestHandler):
    """A request handler that logs nothing: tests look at what their servers note."""

    disable_nagle_algorithm = True  # a response in two packets would wait 40 ms for the client's acknowledgement

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def serve(handler: type[QuietHandler], host: str = "127.0.0.1") -> Iterator[str]:
    """The address of a server that answers by `handler`, while the context lasts."""
    with ThreadingHTTPServer((host, 0), handler) as server:
        server.daemon_threads = False  # requests that are under way end before the context does
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.004}, daemon=True)
        thread.start()
        try:
            yield f"http://{host}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
