"""Reading small files ahead, in threads: while one file waits for the disk or is checked, others are read.

Parsing and reading leave Python's lock, so that threads use several cores.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from pipeline.model.raw import Fetched, RawRecord

THREADS = 2
FILES = 8
"""Files that are read ahead at most."""
BYTES = 1024 * 1024
"""Bytes of payloads of a file that are held ahead; the rest of a larger file is read when its turn comes."""


class _Begun(NamedTuple):
    """The first records of a file, the rest of them, and the error that ended its reading."""

    first: list[Fetched]
    rest: Iterator[Fetched]
    error: Exception | None


def read_ahead(files: Iterable[Callable[[], Iterator[Fetched]]]) -> Generator[Iterator[Fetched], None, None]:
    """The records of each file, file by file in their order; an error of a file is raised after its records."""
    waiting: deque[Future[_Begun]] = deque()
    with ThreadPoolExecutor(THREADS, "files") as pool:
        try:
            for file in files:
                waiting.append(pool.submit(_begin, file))
                if len(waiting) == FILES:
                    yield _whole(waiting.popleft().result())
            while waiting:
                yield _whole(waiting.popleft().result())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin(file: Callable[[], Iterator[Fetched]]) -> _Begun:
    found: list[Fetched] = []
    records = file()
    held = 0
    try:
        for item in records:
            found.append(item)
            held += len(item.payload or b"") if isinstance(item, RawRecord) else 0
            if held > BYTES:
                break
    except Exception as error:  # noqa: BLE001 - it is raised where the records are used
        return _Begun(found, iter(()), error)
    return _Begun(found, records, None)


def _whole(begun: _Begun) -> Iterator[Fetched]:
    yield from begun.first
    if begun.error is not None:
        raise begun.error
    yield from begun.rest
