"""The bulk writer: every document is either written or refused with a reason.

Several requests are under way at a time, bounded in count and bytes. How many, and how large each is, follows from how
Elasticsearch answers (`pipeline.index.bulk_pace`). Documents that it cannot take now are sent again, and a document
that it refuses is handed back to the caller (`pipeline.index.bulk_request`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event

from elasticsearch import Elasticsearch

from pipeline.index.bulk_pace import MAX_IN_FLIGHT, MAX_ITEMS, Pace, SharedPace, pace_of
from pipeline.index.bulk_request import ABOUT_AN_ITEM, Refusal, Requests, Write

__all__ = ["MAX_BYTES", "MAX_ITEMS", "Refusal", "Write", "write"]

MAX_BYTES = 5 * 1024 * 1024
"""Bytes of a request; a larger document is sent alone."""


class _Chunk:
    """The documents of one request, as large as the pace allows when it begins; no id is in it twice."""

    def __init__(self, pace: Pace) -> None:
        self.writes: list[Write] = []
        self.ids: set[str] = set()
        self._most = pace.items
        self._bytes_left = pace.share * MAX_BYTES

    def fits(self, item: Write) -> bool:
        """Whether there is room for one more document; for the first one there always is."""
        return not self.writes or (
            len(self.writes) < self._most and _size(item) <= self._bytes_left and item.id not in self.ids
        )

    def add(self, item: Write) -> None:
        """Add a document."""
        self.writes.append(item)
        self.ids.add(item.id)
        self._bytes_left -= _size(item)


def _size(item: Write) -> int:
    """Bytes that a document takes in a request, about."""
    return ABOUT_AN_ITEM + len(item.source or b"")


def write(client: Elasticsearch, index: str, writes: Iterable[Write]) -> Iterator[Refusal]:
    """Apply the writes; yields the refused ones. Of two writes of one id, the later one wins.

    Iterate to the end: writes are read, and sent, as the result is read. Where the caller stops earlier, requests that
    are under way are awaited, and nothing more is sent.

    Raises:
        RetryError: the server throttled, was unavailable or could not write until the time was over.
        FailError: the request itself was refused, or the index is not there or closed for writing.
    """
    pace = pace_of(client)
    chunks = _chunks(writes, pace)
    under_way: dict[Future[list[Refusal]], set[str]] = {}
    with _threads() as (threads, ended):
        requests = Requests(client, index, pace, ended)
        chunk: _Chunk | None = None
        while True:
            if chunk is None and len(under_way) < pace.now.in_flight:
                chunk = next(chunks, None)
            if chunk is not None and all(map(chunk.ids.isdisjoint, under_way.values())):
                sent = threads.submit(copy_context().run, requests.send, chunk.writes)
                under_way[sent] = chunk.ids
                chunk = None
            elif under_way:
                for answered in wait(under_way, return_when=FIRST_COMPLETED).done:
                    del under_way[answered]
                    yield from answered.result()
            else:
                return


@contextmanager
def _threads() -> Iterator[tuple[ThreadPoolExecutor, Event]]:
    """Threads that send requests, and an event at which they end; on leaving, they have ended."""
    ended = Event()
    with ThreadPoolExecutor(MAX_IN_FLIGHT, thread_name_prefix="bulk") as threads:
        try:
            yield threads, ended
        finally:
            ended.set()


def _chunks(writes: Iterable[Write], pace: SharedPace) -> Iterator[_Chunk]:
    """The writes in chunks."""
    chunk = _Chunk(pace.now)
    for item in writes:
        if not chunk.fits(item):
            yield chunk
            chunk = _Chunk(pace.now)
        chunk.add(item)
    if chunk.writes:
        yield chunk
