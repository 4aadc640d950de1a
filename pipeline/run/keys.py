"""Keys of documents: what comparison with the live generation needs, sorted by uuid."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import orjson

from pipeline.staging.kinds import Kind
from pipeline.staging.spool import Spool
from pipeline.staging.store import PartSum, Staging

MAX_OPEN_FILES = 64
"""Parts that are merged at once."""


class Key(NamedTuple):
    """A document of the run in few words; sorts by uuid, then by place in the harvest."""

    uuid: str
    part: int
    position: int
    """Number of the document in its part, from 0, whether it is ready or carried over."""
    content_hash: str
    record_id: str
    positional: bool
    """Whether only its place names the record, so that another record may have this record id later."""
    carried: bool = False
    """Whether the record did not change, so that its live document is carried over and none is ready."""


def line_of(key: Key) -> bytes:
    """A key as a line of a part."""
    return orjson.dumps([*key])


def keys_of(lines: Iterable[bytes]) -> Iterator[Key]:
    """The keys in the lines of parts."""
    return (Key(*orjson.loads(line)) for line in lines)


def sorted_keys(staging: Staging, parts: Sequence[PartSum], at_once: int = MAX_OPEN_FILES) -> Iterator[Key]:
    """The keys of all parts of kind `keys` in order, with at most `at_once` of them open.

    More parts than that are merged into parts of kind `merged` first, which is enough for `at_once` squared.
    """
    if len(parts) <= at_once:
        return heapq.merge(*(keys_of(staging.read_part(Kind.KEYS, part)) for part in parts))
    merged: list[tuple[PartSum, ...]] = []
    first = 0
    for start in range(0, len(parts), at_once):
        spool = Spool(staging, Kind.MERGED, first)
        for key in sorted_keys(staging, parts[start : start + at_once], at_once):
            spool.add([*key])
        merged.append(spool.close())
        first += len(merged[-1])
    return heapq.merge(*(keys_of(staging.read_parts(Kind.MERGED, group)) for group in merged))
