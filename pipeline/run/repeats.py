"""Repeats: records that a harvest brought more than once. Each is one record, of which one version counts.

Of several versions the one with the latest datestamp counts; where datestamps do not decide, the last one that is not
rejected. So an older or a broken version that comes late does not replace a good one, and a broken version counts only
if it is newer than all others.

Lists repeat records where their order shifts while they are read, and where a list that broke off is read once more.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from pipeline.model import moments
from pipeline.model.raw import Fetched, RawRecord, Reject
from pipeline.protocols.listing import RecordIds
from pipeline.run.fetched import FetchResult
from pipeline.run.outcome import outcome_of
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import RawKey, keys_in, unpack
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import PartSum, Staging

AT_ONCE = 100_000
"""Repeated records that are compared in one pass over the raw parts: some 30 MB."""


class _Version(NamedTuple):
    """The version of a record that counts so far."""

    part: int
    position: int
    digest: str | None
    """Of the raw record; None of others."""
    newest: datetime | None
    """The latest datestamp of this version and of those that it superseded."""


class Repeats:
    """Which records came more than once, and which of their versions does not count.

    Remembers 11 to 22 bytes a record.
    """

    def __init__(self, before: Iterable[RawKey] = ()) -> None:
        """Args: before: the keys of what the harvest fetched before it was continued."""
        self._seen = RecordIds()
        self._repeated = RecordIds()
        for key in before:
            self.note(key)

    def note(self, key: RawKey) -> None:
        """An item was fetched. One that only its place names is never a repeat."""
        if not key.positional and not self._seen.add(key.record_id):
            self._repeated.add(key.record_id)

    def stage_superseded(
        self, staging: Staging, raw: RawParts, read: Callable[[RawRecord], Any]
    ) -> tuple[PartSum, ...]:
        """Write parts of kind `superseded`, with the numbers of the raw parts: positions of lines that do not count.

        Args:
            staging: of the run.
            raw: what was fetched.
            read: makes something of a raw record or raises `RejectError`.
        """
        superseded: dict[int, array[int]] = defaultdict(lambda: array("L"))
        passes = -(-len(self._repeated) // AT_ONCE)
        for number in range(passes):
            counting: dict[str, _Version] = {}
            for version, item in self._repeated_items(staging, raw):
                if hash(item.record_id) % passes != number:
                    continue
                before = counting.setdefault(item.record_id, version)
                if before is not version:
                    is_better = _is_better(item, version, before, read)
                    winner, loser = (version, before) if is_better else (before, version)
                    superseded[loser.part].append(loser.position)
                    newest = max(filter(None, (before.newest, version.newest)), default=None)
                    counting[item.record_id] = winner._replace(newest=newest)
        return tuple(
            staging.write_part(Kind.SUPERSEDED, part, map(orjson.dumps, sorted(superseded[part])))
            for part in sorted(superseded)
        )

    def _repeated_items(self, staging: Staging, raw: RawParts) -> Iterator[tuple[_Version, Fetched]]:
        """The versions of the repeated records, in the order of the harvest."""
        for part, keys in zip(raw.sums, raw.key_sums, strict=True):
            wanted = {
                position: key
                for position, key in enumerate(keys_in(staging.read_part(Kind.RAW_KEYS, keys)))
                if not key.positional and key.record_id in self._repeated
            }
            for position, line in enumerate(staging.read_part(Kind.RAW, part)) if wanted else ():
                if position in wanted:
                    item = unpack(line)
                    datestamp = item.datestamp if isinstance(item, RawRecord) else None
                    yield _Version(part.part, position, wanted[position].digest, moments.parse(datestamp)), item


def _is_better(item: Fetched, version: _Version, before: _Version, read: Callable[[RawRecord], Any]) -> bool:
    """Whether a later version of a record counts, and not the one before it."""
    if version.newest and before.newest and version.newest != before.newest:
        return version.newest > before.newest
    if version.digest is not None and version.digest == before.digest:
        return True
    outcome = outcome_of(item, read)
    return not isinstance(outcome, Reject) or outcome.code == "suppressed"


class RawLine(NamedTuple):
    """A line of a raw part that counts, and its key."""

    position: int
    """Number of the line in the part, from 0."""
    key: RawKey
    line: bytes


def counting_keys(staging: Staging, fetched: FetchResult, part: int) -> Iterator[tuple[int, RawKey]]:
    """The keys of the lines of a raw part that count, each with the number of its line.

    Those that another version of their record supersedes do not count.

    Raises:
        DamagedError: the part is not what `fetch` wrote.
    """
    superseded = fetched.superseded_in(part)
    left_out = {orjson.loads(line) for line in staging.read_parts(Kind.SUPERSEDED, superseded)}
    keys = keys_in(staging.read_part(Kind.RAW_KEYS, fetched.part_of(Kind.RAW_KEYS, part)))
    return ((position, key) for position, key in enumerate(keys) if position not in left_out)


def counting_lines(staging: Staging, fetched: FetchResult, part: int) -> Iterator[RawLine]:
    """The lines of a raw part that count; see `counting_keys`."""
    keys = counting_keys(staging, fetched, part)
    position, key = next(keys, (None, None))
    for number, line in enumerate(staging.read_part(Kind.RAW, fetched.part_of(Kind.RAW, part))):
        if number == position and key is not None:
            yield RawLine(number, key, line)
            position, key = next(keys, (None, None))
