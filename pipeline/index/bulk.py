"""The bulk writer: every document is either written or refused with a reason.

Requests are bounded in count and bytes. Documents that Elasticsearch cannot take now (it throttles, its disk is full, a
shard is away) are sent again, in smaller requests and with jittered exponential back-off, until a time is over in which
it took none. A document that it refuses is handed back to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError
from pipeline.index.client import Patience, once, retrying
from pipeline.index.failures import of_answer, reason_of, server

MAX_ITEMS = 1000
MAX_BYTES = 5 * 1024 * 1024
ABOUT_THE_DOCUMENT = frozenset({400, 413})
"""Statuses of an item that mean that this document cannot be indexed; any other refusal is about the whole index."""

CLOSED = "index_closed_exception"
"""The error of an item that is about the whole index, although its status is 400."""

WANTED = ",".join(
    f"items.*.{name}" for name in ("status", "error.type", "error.reason", "error.index", "error.caused_by.reason")
)


class Write(NamedTuple):
    """One document to index under its id, or (no `source`) to delete."""

    id: str
    source: bytes | None


class Refusal(NamedTuple):
    """A document that Elasticsearch refused, and why."""

    id: str
    reason: str


def write(client: Elasticsearch, index: str, writes: Iterable[Write]) -> Iterator[Refusal]:
    """Apply the writes, in order except for those that are sent again; yields the refused ones.

    Iterate to the end: writes are sent as the result is read.

    Raises:
        RetryError: the server throttled, was unavailable or could not write until the time was over.
        FailError: the request itself was refused, or the index is not there or closed for writing.
    """
    for chunk in _chunks(writes):
        yield from _send(client, index, chunk)


def _chunks(writes: Iterable[Write]) -> Iterator[list[Write]]:
    chunk: list[Write] = []
    size = 0
    for item in writes:
        length = len(item.source or b"") + 100
        if chunk and (len(chunk) >= MAX_ITEMS or size + length > MAX_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(item)
        size += length
    if chunk:
        yield chunk


def _send(client: Elasticsearch, index: str, chunk: list[Write]) -> Iterator[Refusal]:
    pending, size = chunk, len(chunk)
    refused: list[Refusal] = []
    patience = Patience()
    for attempt in retrying(patience):
        with attempt:
            sent = len(pending)
            pending, problem = _round(client, index, pending, size, refused)
            if problem is not None:
                size = max(1, size // 2)  # a smaller request may fit where a large one never does
                if len(pending) < sent:
                    patience.progress()
                raise RetryError(f"{len(pending)} documents for {index} are not written yet. {problem}") from problem
    yield from refused


def _round(
    client: Elasticsearch, index: str, pending: list[Write], size: int, refused: list[Refusal]
) -> tuple[list[Write], RetryError | None]:
    """Send the pending writes, `size` a request, until a request fails; returns those to send again, and why."""
    again: list[Write] = []
    problem: RetryError | None = None
    for start in range(0, len(pending), size):
        try:
            left, reason = _once(client, index, pending[start : start + size], refused)
        except RetryError as error:
            return again + pending[start:], error
        again += left
        problem = reason or problem
    return again, problem


def _once(
    client: Elasticsearch, index: str, chunk: list[Write], refused: list[Refusal]
) -> tuple[list[Write], RetryError | None]:
    """Send one request (several if it is too large); returns the writes to send again, and why.

    Adds to the refused ones.
    """
    try:
        answer = once(lambda: client.bulk(index=index, operations=_lines(chunk), filter_path=WANTED))
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) != 413:
            raise
        if len(chunk) == 1:
            refused.append(Refusal(chunk[0].id, f"the document is too large: {error}"))
            return [], None
        return _round(client, index, chunk, (len(chunk) + 1) // 2, refused)
    items = answer["items"]
    if len(items) != len(chunk):
        raise RetryError(f"{server()} answered for {len(items)} of {len(chunk)} documents. Run again.")
    return _sorted_out(index, zip(chunk, items, strict=True), refused)


def _lines(chunk: list[Write]) -> list[Any]:
    """The body of a request, as bytes that the client sends unchanged."""
    lines = []
    for item in chunk:
        action = "delete" if item.source is None else "index"
        lines.append(orjson.dumps({action: {"_id": item.id}}))
        if item.source is not None:
            lines.append(item.source)
    return lines


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
