"""Keys of ready documents: what comparison with the live generation needs, sorted by uuid."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging

MAX_OPEN_FILES = 200
"""Parts that are merged at once."""


class Key(NamedTuple):
    """A ready document in few words; sorts by uuid, then by place in the harvest."""

    uuid: str
    part: int
    position: int
    content_hash: str
    record_id: str


def write_keys(staging: Staging, part: int, keys: Iterable[Key], kind: Kind = Kind.KEYS) -> None:
    """Write keys, which have to be sorted, as one part."""
    staging.write_part(kind, part, (orjson.dumps([*key]) for key in keys))


def read_keys(staging: Staging, part: int, kind: Kind = Kind.KEYS) -> Iterator[Key]:
    """The sorted keys of one part."""
    for line in staging.read_part(kind, part):
        yield Key(*orjson.loads(line))


def sorted_keys(staging: Staging, parts: list[int], at_once: int = MAX_OPEN_FILES) -> Iterator[Key]:
    """The keys of all parts in order, with at most `at_once` files open.

    More parts than that are merged into parts of kind `merged` first, which is enough for `at_once` squared.
    """
    if len(parts) > at_once:
        groups = [parts[start : start + at_once] for start in range(0, len(parts), at_once)]
        for number, group in enumerate(groups):
            write_keys(staging, number, sorted_keys(staging, group, at_once), Kind.MERGED)
        return heapq.merge(*(read_keys(staging, number, Kind.MERGED) for number in range(len(groups))))
    return heapq.merge(*(read_keys(staging, part) for part in parts))
