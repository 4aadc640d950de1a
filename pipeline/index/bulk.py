"""The bulk writer: every document is either written or refused with a reason.

Requests are bounded in count and bytes. Documents that Elasticsearch throttles are sent again, in smaller requests and
with jittered exponential back-off; a document that it refuses is handed back to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from pipeline.errors import FailError, RetryError
from pipeline.index.client import BUSY, as_own_error, retrying

MAX_ITEMS = 1000
MAX_BYTES = 5 * 1024 * 1024
ATTEMPTS = 8
ABOUT_THE_DOCUMENT = frozenset({400, 413})
"""Statuses of an item that mean that this document cannot be indexed; any other refusal is about the whole index."""

WANTED = "errors,items.*.status,items.*.error.reason,items.*.error.caused_by.reason"


class Write(NamedTuple):
    """One document to index under its id, or (no `source`) to delete."""

    id: str
    source: bytes | None


class Refusal(NamedTuple):
    """A document that Elasticsearch refused, and why."""

    id: str
    reason: str


def write(client: Elasticsearch, index: str, writes: Iterable[Write]) -> Iterator[Refusal]:
    """Apply the writes, in order except for throttled ones; yields the refused ones.

    Iterate to the end: writes are sent as the result is read.

    Raises:
        RetryError: the server throttled or was unavailable in every attempt.
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
    for attempt in retrying(ATTEMPTS):
        with attempt:
            pending, problem = _round(client, index, pending, size, refused)
            if problem is not None:
                raise problem
            if pending:
                size = max(1, size // 2)  # a smaller request may fit where a large one never does
                raise RetryError(
                    f"Elasticsearch throttled {len(pending)} documents for {index}, {ATTEMPTS} times over (HTTP 429): "
                    "it has more to write than it can. Look at its load and memory, then run again."
                )
    yield from refused


def _round(
    client: Elasticsearch, index: str, pending: list[Write], size: int, refused: list[Refusal]
) -> tuple[list[Write], RetryError | None]:
    """Send all pending writes, `size` a request; returns those to send again, and why if it is no throttling."""
    again: list[Write] = []
    problem: RetryError | None = None
    for start in range(0, len(pending), size):
        piece = pending[start : start + size]
        try:
            again += _once(client, index, piece, refused)
        except RetryError as error:
            again += piece
            problem = error
    return again, problem


def _once(client: Elasticsearch, index: str, chunk: list[Write], refused: list[Refusal]) -> list[Write]:
    """Send one request (several if it is too large); returns the throttled writes and adds to the refused ones."""
    try:
        answer = client.bulk(index=index, operations=_lines(chunk), filter_path=WANTED)
    except (ApiError, TransportError) as error:
        match getattr(error, "status_code", None):
            case 413 if len(chunk) > 1:
                half = len(chunk) // 2
                return [*_once(client, index, chunk[:half], refused), *_once(client, index, chunk[half:], refused)]
            case 413:
                refused.append(Refusal(chunk[0].id, f"the document is too large: {as_own_error(error)}"))
                return []
            case 429:
                return chunk
        raise as_own_error(error) from error
    return _throttled(index, zip(chunk, answer["items"], strict=True), refused) if answer["errors"] else []


def _lines(chunk: list[Write]) -> list[Any]:
    """The body of a request, as bytes that the client sends unchanged."""
    lines = []
    for item in chunk:
        action = "delete" if item.source is None else "index"
        lines.append(orjson.dumps({action: {"_id": item.id}}))
        if item.source is not None:
            lines.append(item.source)
    return lines


def _throttled(index: str, outcomes: Iterable[tuple[Write, dict[str, Any]]], refused: list[Refusal]) -> list[Write]:
    throttled = []
    for item, outcome in outcomes:
        (result,) = outcome.values()
        status = result["status"]
        if status < 300 or (status == 404 and "error" not in result):  # the document to delete does not exist
            continue
        if status in BUSY or status >= 500:
            throttled.append(item)
        elif status in ABOUT_THE_DOCUMENT:
            refused.append(Refusal(item.id, _reason(result["error"])))
        else:
            raise FailError(
                f"{index} cannot be written to (HTTP {status}: {_reason(result['error'])}). Did another run of the "
                "catalogue replace it? Run the catalogue again."
            )
    return throttled


def _reason(error: dict[str, Any]) -> str:
    """The reason, with its cause unless the cause only repeats it."""
    reason, cause = str(error.get("reason")), error.get("caused_by", {}).get("reason")
    return f"{reason}: {cause}" if cause and cause not in reason else reason
