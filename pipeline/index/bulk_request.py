"""One chunk of documents, sent until each is written or refused.

Documents that Elasticsearch cannot take now (it throttles, its disk is full, a shard is away) are sent again, in
smaller requests and with jittered exponential back-off, until a time is over in which it took none.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event
from typing import Any, NamedTuple

import orjson
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError
from pipeline.index.bulk_pace import Outcome, SharedPace
from pipeline.index.client import Patience, once, retrying, until
from pipeline.index.failures import of_answer, reason_of, server

ABOUT_AN_ITEM = 100
"""Bytes that a document takes in a request besides its own, about."""

ABOUT_THE_DOCUMENT = frozenset({400, 413})
"""Statuses of an item that mean that this document cannot be indexed; any other refusal is about the whole index."""

CLOSED = "index_closed_exception"
"""The error of an item that is about the whole index, although its status is 400."""

WANTED = ",".join(
    [
        "errors",
        *(f"items.*.{name}" for name in ("status", "error.type", "error.reason", "error.index")),
        "items.*.error.caused_by.reason",
    ]
)
"""What answers consist of; the status is in every item, so that the n-th item is about the n-th document."""

AS_IT_IS = {"accept": "application/json", "content-type": "application/json"}
"""Headers with which the client sends the body as it is. It copies that of `application/x-ndjson` twice."""


class Write(NamedTuple):
    """One document to index under its id, or (no `source`) to delete. `source` is JSON on one line.

    With `part`, `source` has some fields alone, which replace those of the document; the others stay.
    """

    id: str
    source: bytes | None
    part: bool = False


class Refusal(NamedTuple):
    """A document that Elasticsearch refused, and why."""

    id: str
    reason: str


class _EndedError(Exception):
    """Nobody waits for the documents any more."""


@dataclass(frozen=True)
class Requests:
    """Sends the requests for one index; threads share it.

    Nothing is sent any more, and nothing is waited for, once `ended` is set.
    """

    client: Elasticsearch
    index: str
    pace: SharedPace
    ended: Event

    def send(self, chunk: list[Write]) -> list[Refusal]:
        """Write the documents of a chunk; returns the refused ones.

        Raises what `bulk.write` raises.
        """
        pending, size = chunk, len(chunk)
        refused: list[Refusal] = []
        patience = Patience()
        with until(self.ended):
            for attempt in retrying(patience):
                with attempt:
                    sent = len(pending)
                    pending, problem = self._round(pending, size, refused)
                    if problem is not None:
                        size = max(1, size // 2)  # a smaller request may fit where a large one never does
                        if len(pending) < sent:
                            patience.progress()
                        raise RetryError(
                            f"{len(pending)} documents for {self.index} are not written yet. {problem}"
                        ) from problem
        return refused

    def _round(self, pending: list[Write], size: int, refused: list[Refusal]) -> tuple[list[Write], RetryError | None]:
        """Send the pending writes, `size` a request, until a request fails; returns those to send again, and why."""
        again: list[Write] = []
        problem: RetryError | None = None
        for start in range(0, len(pending), size):
            try:
                left, reason = self._once(pending[start : start + size], refused)
            except RetryError as error:
                return again + pending[start:], error
            again += left
            problem = reason or problem
        return again, problem

    def _once(self, chunk: list[Write], refused: list[Refusal]) -> tuple[list[Write], RetryError | None]:
        """Send one request (several if it is too large); returns the writes to send again, and why.

        Adds to the refused ones.
        """
        if self.ended.is_set():
            raise _EndedError
        body = _body(chunk)
        start = time.monotonic()
        try:
            items = self._items(body, len(chunk))
        except RetryError:
            self.pace.note(Outcome(len(body), time.monotonic() - start, troubled=True))
            raise
        except FailError as error:
            if getattr(error.__cause__, "status_code", None) != 413:
                raise
            if len(chunk) == 1:
                refused.append(Refusal(chunk[0].id, f"the document is too large: {error}"))
                return [], None
            return self._round(chunk, (len(chunk) + 1) // 2, refused)
        took = time.monotonic() - start
        again, problem = _sorted_out(self.index, zip(chunk, items, strict=True), refused) if items else ([], None)
        self.pace.note(Outcome(len(body), took, troubled=problem is not None))
        return again, problem

    def _items(self, body: bytes, count: int) -> list[dict[str, Any]]:
        """The items of the answer to one request, which are as many; none where all were written."""
        path, wanted = f"/{self.index}/_bulk", {"filter_path": WANTED}
        answer = once(lambda: self.client.perform_request("POST", path, params=wanted, headers=AS_IT_IS, body=body))
        items: list[dict[str, Any]] = answer["items"]
        if len(items) != count:
            raise RetryError(f"{server()} answered for {len(items)} of {count} documents. Run again.")
        return [] if answer.get("errors") is False else items


def _body(chunk: Iterable[Write]) -> bytes:
    """The body of a request."""
    lines: list[bytes] = []
    for item in chunk:
        action = b"delete" if item.source is None else b"update" if item.part else b"index"
        lines.append(b'{"%b":{"_id":%b}}\n' % (action, orjson.dumps(item.id)))
        if item.source is not None:
            lines += (b'{"doc":', item.source, b"}\n") if item.part else (item.source, b"\n")
    return b"".join(lines)


def _sorted_out(
    index: str, outcomes: Iterable[tuple[Write, dict[str, Any]]], refused: list[Refusal]
) -> tuple[list[Write], RetryError | None]:
    """The writes that failed and can succeed later, and why; adds to the refused ones.

    Raises:
        FailError: a write failed for a reason that concerns the whole index.
    """
    again: list[Write] = []
    problem: RetryError | None = None
    for item, outcome in outcomes:
        (result,) = outcome.values()
        status, error = result["status"], result.get("error")
        if error is None and (status < 300 or status == 404):  # 404: the document to delete does not exist
            continue
        own = of_answer(status, error or {"reason": "no reason was given"})
        if isinstance(own, RetryError):
            again.append(item)
            problem = own
        elif status in ABOUT_THE_DOCUMENT and (error or {}).get("type") != CLOSED:
            refused.append(Refusal(item.id, reason_of(error or {})))
        else:
            raise FailError(f"{index} cannot be written to. {own}")
    return again, problem
