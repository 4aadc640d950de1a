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
from pipeline.run.outcome import outcome_of
from pipeline.run.results import FetchResult
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import unpack
from pipeline.staging.store import PartSum, Staging

AT_ONCE = 100_000
"""Repeated records that are compared in one pass over the raw parts: some 30 MB."""


class _Version(NamedTuple):
    """The version of a record that counts so far."""

    part: int
    position: int
    content: int
    """Hash of what the catalogue sent."""
    newest: datetime | None
    """The latest datestamp of this version and of those that it superseded."""


class Repeats:
    """Which records came more than once, and which of their versions does not count.

    Remembers 11 to 22 bytes a record.
    """

    def __init__(self, before: Iterable[Fetched] = ()) -> None:
        """Args: before: what the harvest fetched before it was continued."""
        self._seen = RecordIds()
        self._repeated = RecordIds()
        for item in before:
            self.note(item)

    def note(self, item: Fetched) -> None:
        """An item was fetched. One that only its place names is never a repeat."""
        if not item.positional and not self._seen.add(item.record_id):
            self._repeated.add(item.record_id)

    def stage_superseded(
        self, staging: Staging, parts: Iterable[PartSum], read: Callable[[RawRecord], Any]
    ) -> tuple[PartSum, ...]:
        """Write parts of kind `superseded`, with the numbers of the raw parts: positions of lines that do not count.

        Args:
            staging: of the run.
            parts: the raw parts.
            read: makes something of a raw record or raises `RejectError`.
        """
        superseded: dict[int, array[int]] = defaultdict(lambda: array("L"))
        passes = -(-len(self._repeated) // AT_ONCE)
        for number in range(passes):
            counting: dict[str, _Version] = {}
            for version, item in self._repeated_items(staging, parts):
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

    def _repeated_items(self, staging: Staging, parts: Iterable[PartSum]) -> Iterator[tuple[_Version, Fetched]]:
        """The versions of the repeated records, in the order of the harvest."""
        for part in parts:
            for position, item in enumerate(map(unpack, staging.read_part(Kind.RAW, part))):
                if not item.positional and item.record_id in self._repeated:
                    sent, datestamp = (
                        (item.payload, item.datestamp) if isinstance(item, RawRecord) else (item.message, None)
                    )
                    yield _Version(part.part, position, hash(sent), moments.parse(datestamp)), item


def _is_better(item: Fetched, version: _Version, before: _Version, read: Callable[[RawRecord], Any]) -> bool:
    """Whether a later version of a record counts, and not the one before it."""
    if version.newest and before.newest and version.newest != before.newest:
        return version.newest > before.newest
    if isinstance(item, RawRecord) and version.content == before.content:
        return True
    outcome = outcome_of(item, read)
    return not isinstance(outcome, Reject) or outcome.code == "suppressed"


def counting_lines(staging: Staging, fetched: FetchResult, part: int) -> Iterator[bytes]:
    """The lines of a raw part that count: all but those that another version of their record supersedes.

    Raises:
        DamagedError: the part is not what `fetch` wrote.
    """
    superseded = fetched.superseded_in(part)
    left_out = {orjson.loads(line) for line in staging.read_parts(Kind.SUPERSEDED, superseded)}
    for position, line in enumerate(staging.read_part(Kind.RAW, fetched.part_of(Kind.RAW, part))):
        if position not in left_out:
            yield line
