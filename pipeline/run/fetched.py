"""What the stage `fetch` hands on: what was harvested, and how."""

from __future__ import annotations

from typing import Literal

import orjson

from pipeline.run.staged import WritingResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging

Mode = Literal["full", "incremental"]


class FetchResult(WritingResult):
    """What `fetch` harvested: parts of the kinds that `WRITES` lists."""

    NAME = "fetch"
    WRITES = frozenset(
        {Kind.RAW, Kind.RAW_KEYS, Kind.SUPERSEDED, Kind.UNCHANGED_UPSTREAM, Kind.CORRECTIONS, Kind.READ_ANEW}
    )

    mode: Mode
    rebuild_reasons: tuple[str, ...] = ()
    """Why the run is full without being asked to be: what changed since the live generation was made."""
    catalogue_keys: dict[str, str]
    """Digests of the keys of the catalogue file that the harvest was made with, by key."""
    since: str | None
    """ISO 8601 time since which changes were asked for; None where everything was."""
    live: int | None
    """Number of the generation that was live when the harvest began."""
    carry_over: bool
    """Whether the live documents of raw records that did not change are carried over: the same rules made them."""
    started: str
    """ISO 8601 time at which the harvest began."""
    harvested: str | None = None
    """ISO 8601 time at which an earlier harvest began that brought these records; None where this one did."""
    snapshot: bool
    """Whether the harvest lists all that the catalogue has: if it is complete, what it lacks is deleted."""
    complete: bool
    """Whether all that was asked for was received; never with a limit."""
    losses: tuple[str, ...] = ()
    """What could not be fetched, a sentence each."""
    limited: bool
    """Whether the harvest was asked for no more than a number of records."""
    watermark: str | None
    """ISO 8601 time from which the next run asks for changes."""
    fetched: int
    """Raw records, deletions and rejects in the parts; of a record that came more than once, one."""
    besides: tuple[str | None, ...] = ()
    """What raw records state besides what their keys do, as a digest for each raw part; see `earlier_parts.besides`."""
    read_anew: int = 0
    """Number of records that are read even if they did not change; their ids are in parts."""
    refetched: int = 0
    """Of those fetched, how many were read from staging because their correction changed."""
    has_all_changes: bool
    """Whether the harvest brought all that changed since the live generation, corrected records among it."""

    @property
    def harvested_at(self) -> str:
        """`harvested_at` of the documents."""
        return self.harvested or self.started

    @property
    def parts(self) -> tuple[int, ...]:
        """Numbers of the raw parts."""
        return tuple(item.part for item in self.sums[Kind.RAW])

    @property
    def repeated(self) -> int:
        """Number of lines of the raw parts that do not count: another version of their record does."""
        return self.lines_of(Kind.SUPERSEDED)

    def superseded_in(self, part: int) -> tuple[PartSum, ...]:
        """The part of kind `superseded` of a raw part, if there is one."""
        return tuple(item for item in self.sums[Kind.SUPERSEDED] if item.part == part)

    def repeated_in(self, part: int) -> int:
        """Number of lines of a raw part that do not count."""
        return sum(item.lines for item in self.superseded_in(part))

    @property
    def unchanged_upstream(self) -> int:
        """Number of records that are listed, did not change, and were not fetched; their ids are in parts."""
        return self.lines_of(Kind.UNCHANGED_UPSTREAM)

    def unchanged_ids(self, staging: Staging) -> frozenset[str]:
        """Record ids that the catalogue listed as unchanged: not fetched, and not deleted."""
        return self.record_ids(staging, Kind.UNCHANGED_UPSTREAM)

    def record_ids(self, staging: Staging, kind: Kind) -> frozenset[str]:
        """The record ids in the parts of a kind that has nothing else."""
        return frozenset(map(orjson.loads, self.lines(staging, kind)))

    @property
    def is_full_snapshot(self) -> bool:
        """Whether a live record that is not among the harvested ones is deleted upstream."""
        return self.snapshot and self.complete

    @property
    def fetched_all_listed(self) -> bool:
        """Whether the fetched records are all that the catalogue lists, not only those that changed."""
        return self.snapshot and not self.unchanged_upstream
