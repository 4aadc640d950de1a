"""The promise of every protocol: a harvest that streams raw records, and states whether it is complete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeVar

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError, RejectError, RetryError, StudyIndexError
from pipeline.model import moments
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat
from pipeline.model.sizes import MAX_RECORD_PARTS, has_more_parts
from pipeline.protocols.clocks import CLOCKS, Clocks
from pipeline.protocols.listing import Listing, RecordIds
from pipeline.protocols.unusable import UnusableAnswerError
from pipeline.redaction import redact

T = TypeVar("T")

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""Largest payload of one record. The largest real records (DDI with all variables) are some 5 MB. A third of
Elasticsearch's largest request body (100 MB) leaves room for the document, and ten times the payload in parsed form
still fits a worker. A larger record is a fault of the export: it is rejected and not held in memory."""
MAX_LOSSES = 10
"""Largest number of losses with which a harvest continues: a server with more has to be repaired first."""
MAX_FAILED = 10
"""Largest number of records in a row that were asked for and not received, with which a harvest continues."""
NOT_RECEIVED = "not_received"
"""Reject code of a record that is listed and was not sent; its id belongs in `HarvestOptions.again`."""
IGNORE_SIZE = "set `list_size: ignore`"
"""What to do in the catalogue file where the catalogue states a wrong number of records, and there is a key for it."""


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
    before: Iterable[Fetched] = ()
    """With `resume`: everything that the earlier harvest handed on until then."""
    again: frozenset[str] = frozenset()
    """Ids of records that earlier harvests listed and did not receive: asked for even where they did not change."""
    known: Callable[[], RecordIds | None] = lambda: None
    """With `since`: gives the ids of the records that earlier harvests received; None where these are all. It is called
    only where a list has records that did not change."""


EVERYTHING = HarvestOptions()


class Completeness(NamedTuple):
    """Whether a harvest received everything that was asked for."""

    ended: bool
    """Whether the harvest came to its end by itself; not after an error, nor where a limit left something out."""
    reasons: tuple[str, ...] = ()
    """What it lacks or may lack, in sentences for a person: a list that ended early, fewer different records than the
    catalogue states, records that nothing names. A record that was rejected by its id is no reason."""

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, so that a record that is absent from a full snapshot is deleted upstream."""
        return self.ended and not self.reasons


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

    A protocol reports what it sees, and completeness is decided here: `_note_total` takes the number of records that
    the catalogue states, `_end_page` each end of a page, `_unchanged` a record that did not change and is not fetched
    (it is neither fetched nor deleted), `_lose` what is missing and cannot be named, `_doubt` why the list may lack
    records, `_break_off` the answer after which it cannot be read on. Each item that is handed on is counted by its
    record id. `_received` asks for one record.

    A protocol that can continue a harvest calls `on_page` with its state (a small JSON object) when all records of a
    page were handed on; `open_harvest` takes such a state and gives the records after that page.

    Raises while iterating:
        RetryError: the service was busy or unavailable, after the client's own retries.
        FailError: the service's answer or a file cannot be used; the message names it and states what to do.
        StaleStateError: the harvest cannot continue from the state that it was given.
    """

    snapshot: bool
    """True where the harvest covers all records of the catalogue, so that an absent one is deleted if the harvest is
    complete; False where it covers what changed since a time."""
    losses: list[str]
    """Why the harvest is not complete although it ended; the reasons of `completeness`."""
    watermark: str | None = None
    """ISO 8601 time at the start of the harvest: the server's or this machine's, whichever is earlier."""
    total: int | None = None
    """Number of records in the harvest, where the protocol states it; for progress only."""
    total_key: str = ""
    """What to do in the catalogue file where the catalogue always states a wrong number of records."""

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
        self._ended = False
        self._again = options.again
        self._known = cache(options.known)
        self._listing = Listing(catalogue.name)
        self._listed_before = RecordIds()  # in lists that were read before, to their ends or not
        self._failed = 0  # records in a row that were asked for and not received
        self.losses = []
        for item in options.before if options.resume is not None else ():
            self._listing.ids.add(named_by(item))
        self.on_page: Callable[[dict[str, Any]], None] = _ignore
        self.on_unchanged: Callable[[str], None] = _ignore

    def __iter__(self) -> Iterator[Fetched]:
        """The raw records and deletions, in the catalogue's order; at most `limit` of them."""
        if self._begun:
            raise RuntimeError("A harvest can be iterated only once: it does not keep what it yielded")
        self._begun = True
        with closing(self._fetch()) as fetched:
            for item in fetched:
                self._listing.ids.add(named_by(item))
                if self._yielded == self._limit:  # one item more than the limit shows that the limit left something out
                    return
                self._check_time()
                self._yielded += 1
                yield item
        self._end_list()
        self._ended = True

    @property
    def completeness(self) -> Completeness:
        """Whether everything that was asked for was received, and if not, why."""
        return Completeness(self._ended, tuple(self.losses))

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was received."""
        return self.completeness.complete

    @abstractmethod
    def _fetch(self) -> Generator[Fetched, None, None]:
        """Everything that the catalogue sends; the limit is applied by the caller."""

    def _check_time(self) -> float:
        """Check the time that the harvest may take: for each record, and for each request; returns the seconds left.

        Raises:
            FailError: the time is over.
        """
        left = self._ends - self._clocks.timer()
        if left <= 0:
            hours = self._catalogue.max_hours
            raise FailError(
                f"{self._name}: the harvest has taken longer than {hours:g} hours and has fetched {self._yielded:,} "
                "records. `study-index run --resume` continues it, if the protocol can be continued. If the catalogue "
                "needs more time, raise max_hours in its file; if its list has no end, report that to its operator."
            )
        return left

    # -- what a protocol reports -------------------------------------------------------------------------------------

    def _note_time(self, server: datetime | None, ours: datetime) -> None:
        """Set the watermark, once, from the server's time and from ours before the request.

        The earlier one is right whichever clock is wrong: what is asked for twice is unchanged, what is never asked
        for is lost.
        """
        if self.watermark is None:
            self.watermark = moments.written(min(server or ours, ours))

    def _note_total(self, number: int) -> None:
        """Note the number of records that the catalogue states for the list; of several numbers the last one counts."""
        self.total = number
        self._listing.state_number(number)

    def _is_received(self, record_id: str) -> bool:
        """Whether an earlier harvest received the record, so that it need not be fetched if it did not change.

        A record may be new in the list and have changed long ago: it was not public before, has another address, or
        the list lacked it for a while.
        """
        if record_id in self._again:
            return False
        known = self._known()
        return known is None or record_id in known

    def _unchanged(self, record_id: str) -> None:
        """A record is listed, did not change, and is not fetched."""
        self._listing.ids.add(record_id)
        self.on_unchanged(record_id)

    def _end_page(self, *, leads_on: bool) -> None:
        """All records of a page were handed on.

        Raises:
            FailError: the list would never end.
        """
        self._listing.end_page(leads_on=leads_on)

    def _end_list(self) -> None:
        """A list was read to its end, so the numbers have to agree. What follows belongs to another list."""
        self.losses += self._listing.reasons(self.total_key)
        self._begin_list()

    def _begin_list(self, pages: int = 0) -> None:
        """A list begins, in place of the one so far; `pages` is not 0 where it is the same list read once more.

        Then the number that was stated for it still counts.
        """
        stated = self._listing.stated if pages else None
        if self._listed_before:
            self._listed_before.update(self._listing.ids)
        else:
            self._listed_before = self._listing.ids
        self._listing = Listing(self._name, pages)
        self._listing.stated = stated

    def _not_listed(self) -> list[str]:
        """The ids in `again` that no list had."""
        return sorted(each for each in self._again if each not in self._listed_before)

    def _lose(self, what: str, error: StudyIndexError | None = None) -> None:
        """Note something that is missing and cannot be named, so that the harvest is not complete.

        Raises:
            StudyIndexError: `error`, or a FailError, where there are more than `MAX_LOSSES`.
        """
        self.losses.append(redact(what))
        if len(self.losses) > MAX_LOSSES:
            raise error or FailError(
                f"{self._name}: more than {MAX_LOSSES} pages or records that the server sent are broken. The last: "
                f"{what}. Report it to the operator of the server."
            )

    def _doubt(self, reason: str) -> None:
        """Note why the list may lack records; once, as each of its pages may show it."""
        if (reason := redact(reason)) not in self.losses:
            self.losses.append(reason)

    def _break_off(self, error: StudyIndexError, cause: Exception | None = None) -> None:
        """The list cannot be read on. What came may go live; the harvest is not complete.

        Raises:
            StudyIndexError: `error`, from its `cause`, where no page came before.
        """
        if not self._listing.pages:
            raise error from cause
        self._doubt(f"The list could not be read to its end. {error}")

    def _received(self, wanted: RawRecord, ask: Callable[[], T]) -> T | RejectedRaw:
        """What `ask` returns, which requests one record; a reject of that record where it was not received.

        Args:
            wanted: the record, without its payload.
            ask: requests it; raises RejectError where the service answered and has nothing that could be handed on.

        Raises:
            RetryError, FailError: that of `ask`, where more than `MAX_FAILED` records in a row were not received that
                no earlier harvest failed to receive.
        """
        try:
            found = ask()
        except RejectError as error:
            self._failed = 0
            return wanted.rejected(error.code, str(error))
        except (RetryError, FailError) as error:
            self._check_time()  # its error concerns the harvest and not the record
            if wanted.record_id not in self._again:  # these failed before: they do not show that the service is away
                self._failed += 1
            if self._failed > MAX_FAILED:
                raise
            if wanted.positional:  # nothing names it, so no later harvest can ask for it
                self._lose(f"A record without an id was not received. {error}", error)
            if isinstance(error, UnusableAnswerError):
                return wanted.rejected("malformed", str(error))
            return wanted.rejected(NOT_RECEIVED, str(error))
        self._failed = 0
        return found

    # -- states ------------------------------------------------------------------------------------------------------

    def _state(self, **own: Any) -> dict[str, Any]:
        """A state for `on_page`: what a protocol needs to continue, and what this class needs."""
        listing = self._listing
        known = {"watermark": self.watermark, "stated": listing.stated, "shrank_from": listing.shrank_from}
        return {**own, **known, "losses": [*self.losses]}

    def _restore(self, state: dict[str, Any]) -> None:
        """Take over the part of a state that belongs to this class."""
        listing = self._listing
        self.watermark, listing.stated, listing.shrank_from = (
            state[key] for key in ("watermark", "stated", "shrank_from")
        )
        listing.pages = 1  # a state is given after a page
        self.total, self.losses = listing.stated, [*state["losses"]]


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
    return too_many_parts(raw) if has_more_parts(payload, MAX_RECORD_PARTS) else raw


def too_large(raw: RawRecord, limit: int) -> RejectedRaw:
    """The reject of a record that is larger than `limit` bytes."""
    return raw.rejected("too_large", f"The record is larger than {limit:,} bytes")


def too_many_parts(raw: RawRecord) -> RejectedRaw:
    """The reject of a record that would take too much memory in parsed form."""
    return raw.rejected("too_large", f"The record has more than {MAX_RECORD_PARTS:,} elements or values")


def named_by(item: Fetched) -> str | bytes:
    """What names an item in its list: the record id; where that is only a place in the list, its payload or its fault.

    Places count up for ever in a list that goes round in a circle.
    """
    if not item.positional:
        return item.record_id
    return (item.payload if isinstance(item, RawRecord) else item.message) or item.record_id


def _ignore(_: Any) -> None:
    """No-op callback."""
