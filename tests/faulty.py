"""A proxy on a loopback address, in front of a real Elasticsearch, that makes some requests fail."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from pipeline.index.client import connect
from tests.loopback import QuietHandler, serve
from tests.nodes import credentials, with_credentials

Fault = Literal[
    "pass", "away", "lost", "unacknowledged", "partial", "timed_out", "html", "garbled", "short",
    "some", "items_500", "items_503", "items_block", "block", "breaker", "no_shard",
]  # fmt: skip
Outcome = int | Fault
"""How the proxy treats a request:

- a number: it responds with that HTTP status, and Elasticsearch does not get the request;
- `pass`: Elasticsearch answers;
- `away`: it closes the connection, and Elasticsearch does not get the request;
- `lost`: Elasticsearch carries out the request, and the proxy closes the connection without a response;
- `unacknowledged`: it responds with `acknowledged: false`, and Elasticsearch does not get the request;
- `partial`: Elasticsearch answers, and the answer states that a shard failed;
- `timed_out`: Elasticsearch answers, and the answer states that the time ran out;
- `html`: it responds with a web page and HTTP 200, and nothing in the answer names Elasticsearch;
- `garbled`: Elasticsearch carries out the request, and the proxy sends half of its answer;
- `short`: Elasticsearch carries out the bulk request, and the proxy leaves the last item out of the answer;
- `some`: of a bulk request, every second item is throttled (429), and Elasticsearch gets the others;
- `items_500`, `items_503`, `items_block`: the same, with an error inside of Elasticsearch, a shard that is not
  available, or the block of a disk that is over its flood stage;
- `block`, `breaker`, `no_shard`: the whole request fails so (HTTP 429, 429, 503), and Elasticsearch does not get it.

An outcome that a request cannot have (such as `some` of one that is no bulk request) is `pass`.
"""


THROTTLED = {"type": "es_rejected_execution_exception", "reason": "rejected execution: too much to do"}
BROKEN = {"type": "null_pointer_exception", "reason": "a fault inside of Elasticsearch"}
NO_SHARD = {"type": "unavailable_shards_exception", "reason": "[studies][0] primary shard is not active"}
BREAKER = {"type": "circuit_breaking_exception", "reason": "[parent] Data too large, data for [<http_request>]"}
BLOCK = {
    "type": "cluster_block_exception",
    "reason": "index [studies] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has "
    "read-only-allow-delete block];",
}

ERRORS: dict[Outcome, tuple[int, dict[str, str]]] = {
    "some": (429, THROTTLED),
    "items_500": (500, BROKEN),
    "items_503": (503, NO_SHARD),
    "items_block": (429, BLOCK),
    "block": (429, BLOCK),
    "breaker": (429, BREAKER),
    "no_shard": (503, NO_SHARD),
}
"""Status and error of the outcomes that are errors of Elasticsearch."""

ITEMS = {"some", "items_500", "items_503", "items_block"}
"""Outcomes of every second item of a bulk request."""


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

    def can_have(self, outcome: Outcome) -> bool:
        """Whether an answer to this request can be so."""
        is_bulk = self.path.endswith("/_bulk")
        if outcome == "unacknowledged":
            return self.changes and not is_bulk
        if outcome == "timed_out" and self.path.startswith("/_cluster/health"):
            return True
        if outcome in {"partial", "timed_out"}:
            return self.path.endswith(("/_search", "/_count", "/_refresh"))
        return is_bulk or outcome not in {*ITEMS, "short"}


Rule = Callable[[Seen], Outcome]


class Some:
    """A rule for some requests: the first `count` of them have an outcome, and all others pass. It keeps them all."""

    def __init__(self, meant: Callable[[Seen], bool], outcome: Outcome = "pass", count: float = inf) -> None:
        self.seen: list[Seen] = []
        self._meant = meant
        self._outcome = outcome
        self._count = count

    def __call__(self, seen: Seen) -> Outcome:
        if not self._meant(seen):
            return "pass"
        self.seen.append(seen)
        return self._outcome if len(self.seen) <= self._count else "pass"


class Bulk(Some):
    """A rule for bulk requests."""

    def __init__(self, outcome: Outcome = "pass", count: float = inf) -> None:
        super().__init__(lambda seen: seen.path.endswith("/_bulk"), outcome, count)


@contextmanager
def faulty(url: str, rule: Rule) -> Iterator[Elasticsearch]:
    """A client as the pipeline makes it, whose requests go through the proxy; `rule` gives the outcome of each."""

    class Handler(_Handler):
        upstream = url
        lock = threading.Lock()
        outcome_of = staticmethod(rule)

    with serve(Handler) as address:
        with with_credentials(ELASTICSEARCH_CA=""):  # the proxy itself has no certificate
            client = connect(address)
        with client:
            yield client


class _Handler(QuietHandler):
    protocol_version = "HTTP/1.1"
    upstream: str
    lock: threading.Lock
    outcome_of: Rule

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.lock:
            seen = Seen(self.command, urlsplit(self.path).path, len(body))
            outcome = self.outcome_of(seen)
        if not seen.can_have(outcome):
            outcome = "pass"
        if isinstance(outcome, int):
            self._send_json(outcome, {"error": THROTTLED, "status": outcome})
        elif outcome in ITEMS:
            self._some(body, *ERRORS[outcome])
        elif outcome in ERRORS:
            status, error = ERRORS[outcome]
            self._send_json(status, {"error": {"root_cause": [error], **error}, "status": status})
        elif outcome == "unacknowledged":
            self._send_json(200, {"acknowledged": False, "shards_acknowledged": False})
        elif outcome == "html":
            self._send(200, "text/html", b"<html><body>It works!</body></html>", product=None)
        elif outcome == "away":
            self._hang_up()
        else:
            self._change(outcome, *self._forward(body))

    def _change(self, outcome: Outcome, status: int, kind: str, answer: bytes) -> None:
        """Send the answer of Elasticsearch, with what the outcome changes of it."""
        if outcome == "lost":
            self._hang_up()
        elif outcome == "pass":
            self._send(status, kind, answer)
        elif outcome == "garbled":
            self._send(status, kind, answer[: len(answer) // 2])
        else:
            changed = json.loads(answer)
            if outcome == "timed_out":
                changed["timed_out"] = True
            elif outcome == "partial":
                changed["_shards"] = {"total": 2, "successful": 1, "failed": 1, "failures": [{"reason": NO_SHARD}]}
            else:
                changed["items"].pop()
            self._send(status, kind, json.dumps(changed).encode())

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - http.server names them

    def _forward(self, body: bytes) -> tuple[int, str, bytes]:
        connection = self._connection()
        names = ("Accept", "Authorization", "Content-Type")
        headers = {name: self.headers[name] for name in names if name in self.headers}
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Content-Type", "application/json"), answer.read()
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        scheme, netloc = urlsplit(self.upstream)[:2]
        if scheme == "http":
            return http.client.HTTPConnection(netloc, timeout=60)
        authority = ssl.create_default_context(cafile=credentials().get("ELASTICSEARCH_CA"))
        return http.client.HTTPSConnection(netloc, timeout=60, context=authority)

    def _some(self, body: bytes, status: int, error: dict[str, str]) -> None:
        """Carry out every second item of a bulk request; the others have this error."""
        items = list(_items(body))
        _, kind, answer = self._forward(b"".join(lines for number, (_, lines) in enumerate(items) if number % 2))
        done: Iterator[Any] = iter(json.loads(answer)["items"] if len(items) > 1 else [])
        merged = [
            next(done) if number % 2 else {name: {"status": status, "error": error}}
            for number, (name, _) in enumerate(items)
        ]
        self._send(200, kind, json.dumps({"items": merged}).encode())

    def _send_json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, kind: str, body: bytes, product: str | None = "Elasticsearch") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if product:
            self.send_header("X-Elastic-Product", product)
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
