"""What every protocol promises: a harvest that streams raw records and says how far it can be trusted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from pipeline.model.raw import Fetched

MAX_RECORD_BYTES = 32 * 1024 * 1024
"""Largest payload of one record. The largest real records (DDI with all variables) are some 5 MB; a third of
Elasticsearch's largest request body (100 MB) leaves room for the document, and ten times it in parsed form still fits a
worker. A larger record is a fault of the export, and is rejected rather than held."""


class StaleStateError(Exception):
    """The state that a harvest was to go on from is of no use any more: begin anew. The fetch stage does."""


def now() -> datetime:
    """The time in UTC: the clock of a harvest outside tests."""
    return datetime.now(UTC)


class Harvest(ABC):
    """One harvest of one catalogue. Iterate it once; where the iteration ends by itself, its attributes are final.

    A protocol that can go on where a harvest broke off calls `on_page` with its state (a small JSON object) once all
    records of a page were taken; `open_harvest` takes such a state, and gives the records after it. One that lists all
    that there is, and sees there what did not change since, calls `on_unchanged` with the record id in place of
    fetching it: it is neither fetched nor gone.

    Raises while iterating:
        RetryError: the service was busy or away, after the protocol's own retries.
        FailError: the service's answer or a file cannot be used; says which and what to do.
        StaleStateError: the harvest cannot go on from the state that it was given.
    """

    snapshot: bool
    """True where the harvest lists all that the catalogue has; False where it lists what changed since."""
    complete: bool = False
    """True once all that was asked for came. Never true after an error, with losses, or where a limit cut something
    off."""
    losses: list[str]
    """What was asked for and cannot be had, in sentences for a person; the harvest went on without it."""
    watermark: str | None = None
    """ISO 8601 time of the server (of this machine, where there is none) at the start of the harvest."""
    total: int | None = None
    """How many records there are to come, where the protocol tells; for progress alone."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._begun = False
        self.losses = []
        self.on_page: Callable[[dict[str, Any]], None] = _unheard
        self.on_unchanged: Callable[[str], None] = _unheard

    def __iter__(self) -> Iterator[Fetched]:
        """The raw records and deletions, in the catalogue's order; at most `limit` of them."""
        if self._begun:
            raise RuntimeError("A harvest can be iterated only once: it does not hold what it yielded")
        self._begun = True
        with closing(self._fetch()) as fetched:
            for number, item in enumerate(fetched):
                if number == self._limit:  # one more than asked for shows that the limit cut something off
                    return
                yield item
        self.complete = not self.losses

    @abstractmethod
    def _fetch(self) -> Generator[Fetched, None, None]:
        """All that the catalogue sends, whatever the limit."""


def _unheard(_told: Any) -> None:
    """What nobody keeps."""
