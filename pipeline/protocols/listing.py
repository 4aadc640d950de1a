"""A list of records while it is read: its distinct record ids, the number that is stated, and whether it ever ends."""

from __future__ import annotations

from array import array

from pipeline.errors import FailError

MAX_IDLE_PAGES = 20
"""Largest number of pages in a row that bring no new record id and lead to a further page."""
_SLOTS = 1024
"""Slots of an empty set; a power of two."""


class RecordIds:
    """A set of record ids, of which it keeps 64-bit hashes: 11 to 22 bytes each, a set of Python takes some 70.

    An open-addressing hash table with linear probing, at most three quarters full; 0 is an empty slot.
    """

    def __init__(self) -> None:
        self._slots = array("q", bytes(8 * _SLOTS))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __contains__(self, identifier: str | bytes) -> bool:
        handle = hash(identifier) or 1
        return self._slots[self._place(handle)] == handle

    def add(self, identifier: str | bytes) -> bool:
        """Add an id; returns whether it is new."""
        return self._add(hash(identifier) or 1)

    def update(self, others: RecordIds) -> None:
        """Add the ids of another set."""
        for handle in others._slots:
            if handle:
                self._add(handle)

    def _add(self, handle: int) -> bool:
        place = self._place(handle)
        if self._slots[place]:
            return False
        self._slots[place] = handle
        self._count += 1
        if self._count * 4 > len(self._slots) * 3:
            before, self._slots = self._slots, array("q", bytes(16 * len(self._slots)))
            for each in before:
                if each:
                    self._slots[self._place(each)] = each
        return True

    def _place(self, handle: int) -> int:
        """The slot that holds the hash, or else the one where it belongs."""
        last = len(self._slots) - 1
        place = handle & last
        while self._slots[place] not in {0, handle}:
            place = (place + 1) & last
        return place


class Listing:
    """One list, page by page; `name` is that of the catalogue.

    `ids` are the distinct record ids so far; `stated` is the number of records that the catalogue stated last, and
    `shrank_from` the first number that was larger than the next one; `pages` is the number of pages so far.
    """

    def __init__(self, name: str, pages: int = 0) -> None:
        self.ids = RecordIds()
        self.stated: int | None = None
        self.shrank_from: int | None = None
        self.pages = pages
        self._name = name
        self._before = 0
        self._idle = 0

    def state_number(self, number: int) -> None:
        """Note the number of records that the catalogue states."""
        if self.stated is not None and number < self.stated and self.shrank_from is None:
            self.shrank_from = self.stated
        self.stated = number

    def end_page(self, *, leads_on: bool) -> None:
        """All ids of a page were added; `leads_on` states whether it leads to a further page.

        Raises:
            FailError: page after page leads on and brings no new record id, so that the list would never end.
        """
        self.pages += 1
        if len(self.ids) > self._before:
            self._idle = 0
        elif leads_on:
            self._idle += 1
        self._before = len(self.ids)
        if self._idle > MAX_IDLE_PAGES:
            raise FailError(
                f"{self._name}: the last {self._idle} pages of the list brought no new record, and each leads to a "
                "further page, so the list would never end. Check in the catalogue file how pages are asked for, or "
                "report it to the operator of the service."
            )

    def reasons(self, key: str) -> list[str]:
        """Why the list may lack records, by the numbers that the catalogue states: a sentence each.

        Args:
            key: what to do in the catalogue file where the stated number is always wrong.
        """
        found = []
        if self.shrank_from is not None:
            found.append(
                f"The list shrank while it was read: the catalogue stated {self.shrank_from:,} records and then fewer. "
                "Some may have been passed over."
            )
        if self.stated is not None and len(self.ids) < self.stated:
            found.append(
                f"The catalogue states {self.stated:,} records, and its list has {len(self.ids):,} different ones. If "
                f"the number is always wrong, {key} in the catalogue file."
            )
        return found
