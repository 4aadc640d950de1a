"""How many bulk requests are under way at a time, and how large each is.

Where Elasticsearch has too much to do, both halve; while it keeps up, both grow by a step. So several runs that write
at the same time share what it can do.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from elasticsearch import Elasticsearch

MAX_IN_FLIGHT = 4
"""Requests under way at most: a few keep the cores of a node busy, and each holds its documents in memory."""

MAX_ITEMS = 250
"""Documents of a request at most. A part of a run has some thousand, which are several requests then."""

FEWEST_ITEMS = 10
STEP_ITEMS = MAX_ITEMS // 10

SLOW = 10.0
"""Seconds after which an answer counts as a sign that the server has too much to do."""

A_FALL = 0.8
"""Share of the best throughput so far below which one request less is sent at a time."""


class Outcome(NamedTuple):
    """How one request ended."""

    size: int
    """Bytes of its body."""
    seconds: float
    troubled: bool = False
    """Whether some of it was not taken because the server has too much to do, or is not available."""


class Pace(NamedTuple):
    """The limits of requests, and what is known of the answers since they were set.

    It begins with the highest limits, since most calls of the writer are a few requests only.
    """

    in_flight: int = MAX_IN_FLIGHT
    items: int = MAX_ITEMS
    best: float = 0.0
    """Best throughput so far in bytes a second."""
    answers: int = 0
    size: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """The share of the largest request that a request may have."""
        return self.items / MAX_ITEMS

    def after(self, outcome: Outcome) -> Pace:
        """The limits after one more answer. They are judged anew after as many answers as requests are under way."""
        if outcome.troubled or outcome.seconds > SLOW:
            return Pace(max(1, self.in_flight // 2), max(FEWEST_ITEMS, self.items // 2))
        known = self._replace(
            answers=self.answers + 1, size=self.size + outcome.size, seconds=self.seconds + outcome.seconds
        )
        return known if known.answers < known.in_flight else known._judged()

    def _judged(self) -> Pace:
        throughput = self.in_flight * self.size / max(self.seconds, 1e-9)
        items = min(MAX_ITEMS, self.items + STEP_ITEMS)
        if throughput < A_FALL * self.best:
            return Pace(max(1, self.in_flight - 1), items, throughput)
        return Pace(min(MAX_IN_FLIGHT, self.in_flight + 1), items, max(throughput, self.best))


class SharedPace:
    """The pace that several threads keep."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.now = Pace()

    def note(self, outcome: Outcome) -> None:
        """Let the pace follow from one more answer."""
        with self._lock:
            self.now = self.now.after(outcome)


_paces: WeakKeyDictionary[Elasticsearch, SharedPace] = WeakKeyDictionary()


def pace_of(client: Elasticsearch) -> SharedPace:
    """The pace of all that is written with a client: the next part goes on with that of the one before."""
    return _paces.setdefault(client, SharedPace())
