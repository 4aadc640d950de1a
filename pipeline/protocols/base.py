"""The promise of every protocol: a harvest that streams raw records, and states whether it is complete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError, StudyIndexError
from pipeline.model import moments
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.model.sizes import MAX_RECORD_PARTS, parts
from pipeline.protocols.http import CLOCKS, Clocks
from pipeline.redaction import redact

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""Largest payload of one record. The largest real records (DDI with all variables) are some 5 MB. A third of
Elasticsearch's largest request body (100 MB) leaves room for the document, and ten times the payload in parsed form
still fits a worker. A larger record is a fault of the export: it is rejected and not held in memory."""
MAX_LOSSES = 10
"""Largest number of losses with which a harvest continues: a server with more has to be repaired first."""


class HarvestOptions(NamedTuple):
    """What is asked of a harvest, and how it waits."""

    since: str | None = None
    """ISO 8601 date or time: changes since then; None for everything."""
    limit: int | None = None
    """Largest number of records."""
    resume: dict[str, Any] | None = None
    """A state that an earlier, equal harvest gave to `on_page`: continue after it."""
    clocks: Clocks = CLOCKS
    """How to wait, and what the time is."""


EVERYTHING = HarvestOptions()


class StaleStateError(Exception):
    """A harvest cannot continue from the state that it was given, so it has to start again. The fetch stage does so."""


class Harvest(ABC):
    """One harvest of one catalogue. Iterate it once; its attributes are final when the iteration ends by itself.

    Args:
        catalogue: the catalogue to harvest.
        fmt: the format of its records.
        options: what is asked for, and how.

    Raises:
        UsageError: `since` is neither a date nor a time.

    A protocol that can continue a harvest calls `on_page` with its state (a small JSON object) when all records of a
    page were handed on; `open_harvest` takes such a state and gives the records after that page. A protocol that sees
    which records did not change calls `on_unchanged` with the record id and does not fetch the record: it is neither
    fetched nor deleted.

    Raises while iterating:
        RetryError: the service was busy or unavailable, after the client's own retries.
        FailError: the service's answer or a file cannot be used; the message names it and states what to do.
        StaleStateError: the harvest cannot continue from the state that it was given.
    """

    snapshot: bool
    """True where the harvest covers all records of the catalogue, so that an absent one is deleted if the harvest is
    complete; False where it covers what changed since a time."""
    complete: bool = False
    """True once everything that was asked for was received. Never true after an error, with losses, or with a limit
    that left something out."""
    losses: list[str]
    """What was asked for and could not be fetched, in sentences for a person; the harvest continued without it."""
    watermark: str | None = None
    """ISO 8601 time at the start of the harvest: the server's, else this machine's."""
    total: int | None = None
    """Number of records in the harvest, where the protocol states it; for progress only."""

    def __init__(self, catalogue: Catalogue, fmt: RecordFormat, options: HarvestOptions) -> None:
        self._catalogue = catalogue
        self._name = catalogue.name
        self._format = fmt
        self._since = None if options.since is None else moments.since(options.since)
        self._limit = options.limit
        self._resume = options.resume
        self._clocks = options.clocks._replace(check=self._check_time)
        self._ends = options.clocks.timer() + catalogue.max_hours * 3600
        self._yielded = 0
        self._begun = False
        self.losses = []
        self.on_page: Callable[[dict[str, Any]], None] = _ignore
        self.on_unchanged: Callable[[str], None] = _ignore

    def __iter__(self) -> Iterator[Fetched]:
        """The raw records and deletions, in the catalogue's order; at most `limit` of them."""
        if self._begun:
            raise RuntimeError("A harvest can be iterated only once: it does not keep what it yielded")
        self._begun = True
        with closing(self._fetch()) as fetched:
            for item in fetched:
                if self._yielded == self._limit:  # one item more than the limit shows that the limit left something out
                    return
                self._check_time()
                self._yielded += 1
                yield item
        self.complete = not self.losses

    @abstractmethod
    def _fetch(self) -> Generator[Fetched, None, None]:
        """Everything that the catalogue sends; the limit is applied by the caller."""

    def _check_time(self) -> None:
        """Check the time that the harvest may take: for each record, and for each request.

        Raises:
            FailError: the time is over.
        """
        if self._clocks.timer() > self._ends:
            hours = self._catalogue.max_hours
            raise FailError(
                f"{self._name}: the harvest has taken longer than {hours:g} hours and has fetched {self._yielded:,} "
                "records. `study-index run --resume` continues it, if the protocol can be continued. If the catalogue "
                "needs more time, raise max_hours in its file; if its list has no end, report that to its operator."
            )

    def _lose(self, what: str, error: StudyIndexError | None = None) -> None:
        """Note a loss.

        Raises:
            StudyIndexError: `error`, or a FailError, where there are more than `MAX_LOSSES`.
        """
        self.losses.append(redact(what))
        if len(self.losses) > MAX_LOSSES:
            raise error or FailError(
                f"{self._name}: more than {MAX_LOSSES} pages or records that the server sent are broken. The last: "
                f"{what}. Report it to the operator of the server."
            )


def bounded(raw: RawRecord, limit: int | None = None) -> Fetched:
    """The record, or a reject where its payload is too large.

    Args:
        raw: the record, or a deletion.
        limit: largest payload in bytes; `MAX_RECORD_BYTES` by default. It may have `MAX_RECORD_PARTS` besides.
    """
    limit = MAX_RECORD_BYTES if limit is None else limit
    payload = raw.payload or b""
    if len(payload) > limit:
        return too_large(raw, limit)
    return raw if parts(payload) <= MAX_RECORD_PARTS else too_many_parts(raw)


def too_large(raw: RawRecord, limit: int) -> RejectedRaw:
    """The reject of a record that is larger than `limit` bytes."""
    return raw.rejected("too_large", f"The record is larger than {limit:,} bytes")


def too_many_parts(raw: RawRecord) -> RejectedRaw:
    """The reject of a record that would take too much memory in parsed form."""
    return raw.rejected("too_large", f"The record has more than {MAX_RECORD_PARTS:,} elements or values")


def _ignore(_: Any) -> None:
    """No-op callback."""
