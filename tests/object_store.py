"""A server that speaks S3, on loopback: moto's, with a list of what it was asked and faults that a test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIAHARBOUR",
    "AWS_SECRET_ACCESS_KEY": "harbour-open-sesame",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_MAX_ATTEMPTS": "1",  # so that botocore does not wait between attempts; s3fs makes its own
}
"""What the driver reads, besides the address in `AWS_ENDPOINT_URL`."""


class Asked(NamedTuple):
    """A request, without its address's host."""

    verb: str
    path: str
    query: str


class Fault(NamedTuple):
    """An error that the server answers with, as S3 does."""

    status: HTTPStatus
    code: str


class ObjectStore:
    """The server as a WSGI application. `fault` chooses the requests that fail."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.fault: Callable[[Asked], Fault | None] = lambda _: None
        self.url = ""
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        asked = Asked(environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"])
        self.asked.append(asked)
        if (fault := self.fault(asked)) is None:
            answer: Iterable[bytes] = self._moto(environ, start)
            return answer
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = f"<Error><Code>{fault.code}</Code><Message>{fault.code} was chosen</Message></Error>".encode()
        start(f"{fault.status.value} {fault.status.phrase}", [("Content-Length", str(len(body)))])
        return [] if asked.verb == "HEAD" else [body]

    def of(self, *verbs: str) -> list[Asked]:
        """The requests of these kinds."""
        return [each for each in self.asked if each.verb in verbs]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Such a server, while the context lasts."""
    store = ObjectStore()
    server = make_server("127.0.0.1", 0, store, threaded=True, request_handler=_Quiet)
    store.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.004}, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
