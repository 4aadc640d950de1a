"""The server: listens at an address until it is told to stop."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from pipeline.errors import UsageError

MOST_CONNECTIONS = 500
"""Connections at the same time. A further one is answered at once: 503."""

LAST_SECONDS = 5
"""Seconds that requests have to end when the server is told to stop."""


def serve(app: ASGIApp, host: str, port: int, listening: Callable[[str], None]) -> None:
    """Serve the application until Ctrl-C or the signal TERM; `listening` is called with the address first.

    Port 0 is any that is free.

    Raises:
        UsageError: nothing can listen there.
    """
    with _listening(host, port) as listener:
        name, number = listener.getsockname()[:2]
        listening(f"http://{f'[{name}]' if ':' in name else name}:{number}")
        logging.getLogger("pipeline.serve").setLevel(logging.INFO)
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        # uvicorn ends requests in order at either signal, and then raises it once more
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            uvicorn.Server(configuration(app)).run(sockets=[listener])
        except KeyboardInterrupt:
            return
        finally:
            signal.signal(signal.SIGTERM, before)


def configuration(app: ASGIApp) -> uvicorn.Config:
    """How the server works, wherever it listens."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=LAST_SECONDS,
    )


def _listening(host: str, port: int) -> socket.socket:
    """A socket at the address; who connects to it before the server is ready waits."""
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return socket.create_server(address, family=family)
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"Nothing can listen at {host}, port {port}: {error}. Give another port with --port, or 0 for any"
        ) from error
