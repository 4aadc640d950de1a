"""An OAI-PMH 2.0 server on a loopback address. Its `Repository` may change while it is served.

repository = Repository(page_size=20)
repository.put("oai:demo.invalid:1", xml, "2026-01-01T00:00:00Z", sets=["health"])
with serve(repository) as url:
    ...
"""

from __future__ import annotations

import gzip
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from demo.oai_repository import DDI, DUBLIN_CORE, Fault, Item, MetadataFormat, Repository, Request
from demo.oai_responses import respond
from pipeline.errors import UsageError

__all__ = ["DDI", "DUBLIN_CORE", "Fault", "Item", "MetadataFormat", "Repository", "Request", "serve"]

PATH = "/oai"


@contextmanager
def serve(repository: Repository, port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve a repository while the context lasts; yields its base URL. Port 0 means a free port.

    When the context ends, the server has closed all connections and ended all its threads.

    Raises:
        UsageError: `host` is not a loopback address, or the port is taken.
    """
    if host != "localhost" and not _is_loopback(host):
        raise UsageError(f"The demo server is for this machine only: {host} is not a loopback address; use 127.0.0.1")
    try:
        server = _Server((host, port), repository)
    except OSError as error:
        raise UsageError(f"The demo server cannot listen on {host}:{port}: {error.strerror}") from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.004}, daemon=True)
    thread.start()
    try:
        yield server.base_url
    finally:
        server.shutdown()
        server.close_connections()
        server.server_close()
        thread.join()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close waits for them
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], repository: Repository) -> None:
        self.repository = repository
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(address, _Handler)
        self.base_url = f"http://{address[0]}:{self.server_port}{PATH}"

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print errors, except that a client closed its connection, which is no error of the server."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Close the connections that clients keep open, so that the threads that serve them end."""
        with self._connections_lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client has closed it


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "study-index-demo"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        self._answer(target.path, target.query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(urlsplit(self.path).path, body.decode("utf-8", "replace"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing here: the repository logs the requests."""

    def _answer(self, path: str, query: str) -> None:
        if path != PATH:
            self._send(404, [("Content-Type", "text/plain")], f"The repository is at {PATH}".encode())
            return
        request = Request(
            tuple(parse_qsl(query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
        )
        repository = self.server.repository
        fault = repository.receive(request)
        if fault is not None and fault.disconnect:
            self.close_connection = True
            return
        if fault is not None and fault.body is not None:
            self._send(fault.status, list(fault.headers), fault.body)
            return
        body = respond(repository, request, self.server.base_url)
        if fault is not None and fault.change is not None:
            body = fault.change(body)
        if fault is not None and fault.length_of_sent:
            body = body[: int(len(body) * fault.keep)]
        headers = [("Content-Type", "text/xml;charset=UTF-8")]
        if repository.compress and "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, compresslevel=1, mtime=0)
            headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        self._send(200, headers, body, 1.0 if fault is None or fault.length_of_sent else fault.keep)

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes, keep: float = 1.0) -> None:
        """Send a response; with `keep` below 1, close the connection after that share of its body."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: int(len(body) * keep)])
        if keep < 1:
            self.close_connection = True
