"""A proxy on a loopback address, in front of a real Elasticsearch, that makes some requests fail."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from pipeline.index.client import connect
from tests.loopback import QuietHandler, serve

Outcome = int | Literal["pass", "away", "lost", "some"]
"""How the proxy treats a request:

- a number: it responds with that HTTP status, and Elasticsearch does not get the request;
- `pass`: Elasticsearch answers;
- `away`: it closes the connection, and Elasticsearch does not get the request;
- `lost`: Elasticsearch carries out the request, and the proxy closes the connection without a response;
- `some`: of a bulk request, every second item is throttled (429), and Elasticsearch gets the others.
"""


REJECTED = {"type": "es_rejected_execution_exception", "reason": "rejected execution: too much to do"}
"""The error with which Elasticsearch throttles."""


class Seen(NamedTuple):
    """One request as the proxy received it."""

    method: str
    path: str
    size: int = 0
    """Length of the body in bytes."""

    @property
    def changes(self) -> bool:
        """Whether it changes the index or the alias."""
        return self.method in {"PUT", "DELETE"} or self.path.rstrip("/").endswith(("/_bulk", "/_aliases"))


Rule = Callable[[Seen], Outcome]


class Bulk:
    """A rule for bulk requests: the first `count` of them have an outcome, and all others pass. It keeps them all."""

    def __init__(self, outcome: Outcome = "pass", count: float = inf) -> None:
        self.seen: list[Seen] = []
        self._outcome = outcome
        self._count = count

    def __call__(self, seen: Seen) -> Outcome:
        if not seen.path.endswith("/_bulk"):
            return "pass"
        self.seen.append(seen)
        return self._outcome if len(self.seen) <= self._count else "pass"


@contextmanager
def faulty(url: str, rule: Rule) -> Iterator[Elasticsearch]:
    """A client as the pipeline makes it, whose requests go through the proxy; `rule` gives the outcome of each."""

    class Handler(_Handler):
        upstream = urlsplit(url).netloc
        lock = threading.Lock()
        outcome_of = staticmethod(rule)

    with serve(Handler) as address, connect(address) as client:
        yield client


class _Handler(QuietHandler):
    protocol_version = "HTTP/1.1"
    upstream: str
    lock: threading.Lock
    outcome_of: Rule

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.lock:
            outcome = self.outcome_of(Seen(self.command, urlsplit(self.path).path, len(body)))
        if isinstance(outcome, int):
            self._send(outcome, "application/json", json.dumps({"error": REJECTED, "status": outcome}).encode())
        elif outcome == "some":
            self._some(body)
        elif outcome == "away":
            self._hang_up()
        else:
            status, kind, answer = self._forward(body)
            if outcome == "lost":
                self._hang_up()
            else:
                self._send(status, kind, answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - http.server names them

    def _forward(self, body: bytes) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(self.upstream, timeout=60)
        names = ("Accept", "Content-Type")
        headers = {name: self.headers[name] for name in names if name in self.headers}
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", "application/json"), answer.read()
        finally:
            connection.close()

    def _some(self, body: bytes) -> None:
        """Carry out every second item of a bulk request, and throttle the others."""
        items = list(_items(body))
        _, kind, answer = self._forward(b"".join(lines for number, (_, lines) in enumerate(items) if number % 2))
        done: Iterator[Any] = iter(json.loads(answer)["items"] if len(items) > 1 else [])
        merged = [
            next(done) if number % 2 else {name: {"status": 429, "error": REJECTED}}
            for number, (name, _) in enumerate(items)
        ]
        self._send(200, kind, json.dumps({"errors": True, "items": merged}).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _items(body: bytes) -> Iterator[tuple[str, bytes]]:
    """(action, its lines) of a bulk request."""
    lines = iter(body.splitlines(keepends=True))
    for line in lines:
        (action,) = json.loads(line)
        yield action, line + (next(lines) if action != "delete" else b"")
