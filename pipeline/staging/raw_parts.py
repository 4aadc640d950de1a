"""Raw records on their way into parts, so that a harvest that is killed goes on from the last page.

A part is written once it is full. What is not in a full part yet is staged page by page (parts of kind `pages`), and
`fetching.json` says after each page what the harvest has so far. It is written last: whatever a killed harvest left
beyond it is written again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.staging.store import PART_BYTES, PART_SIZE, Staging

SO_FAR = "fetching"
"""The JSON object that says where a harvest stands: parts, pages, fetched, and what `end_page` was given."""


class RawParts:
    """The raw parts of one harvest, bounded in records and bytes."""

    def __init__(self, staging: Staging, size: int = PART_SIZE, most_bytes: int = PART_BYTES) -> None:
        self.fetched = 0
        self._staging = staging
        self._size = size
        self._most_bytes = most_bytes
        self._parts = 0
        self._waiting: list[bytes] = []
        self._held = 0
        self._staged = 0  # of the waiting lines, how many are in pages
        self._pages: list[int] = []  # those that hold them
        self._superseded: list[int] = []
        self._next_page = 0

    @property
    def parts(self) -> list[int]:
        """Numbers of the full parts."""
        return list(range(self._parts))

    def add(self, line: bytes) -> None:
        """Take one raw record."""
        if self._waiting and (len(self._waiting) >= self._size or self._held + len(line) > self._most_bytes):
            self._flush()
        self._waiting.append(line)
        self._held += len(line)
        self.fetched += 1

    def end_page(self, known: dict[str, Any]) -> None:
        """All records of a page were taken: stage them, with what is known of the harvest so far."""
        if lines := self._waiting[self._staged :]:
            self._staging.write_part("pages", self._next_page, lines)
            self._pages.append(self._next_page)
            self._next_page += 1
            self._staged = len(self._waiting)
        so_far = {"parts": self._parts, "pages": self._pages, "fetched": self.fetched}
        self._staging.write_json(SO_FAR, {**known, **so_far})
        for page in self._superseded:
            self._staging.remove_part("pages", page)
        self._superseded.clear()

    def close(self) -> None:
        """All records were taken."""
        if self._waiting:
            self._flush()

    def go_on(self, so_far: dict[str, Any]) -> bool:
        """Go on from what `end_page` staged; False, and nothing taken, where that is not all there any more."""
        parts, pages = self._staging.parts("raw"), self._staging.parts("pages")
        if not {*range(so_far["parts"])} <= {*parts} or not {*so_far["pages"]} <= {*pages}:
            return False
        for part in parts:
            if part >= so_far["parts"]:
                self._staging.remove_part("raw", part)
        self._parts, self.fetched, self._pages = so_far["parts"], so_far["fetched"], list(so_far["pages"])
        self._superseded = [page for page in pages if page not in self._pages]
        self._next_page = max(pages, default=-1) + 1
        self._waiting = [line for page in self._pages for line in self._staging.read_part("pages", page)]
        self._held = sum(map(len, self._waiting))
        self._staged = len(self._waiting)
        return True

    def _flush(self) -> None:
        self._staging.write_part("raw", self._parts, self._waiting)
        self._parts += 1
        self._superseded += self._pages
        self._waiting, self._held, self._staged, self._pages = [], 0, 0, []


def write_raw(staging: Staging, lines: Iterable[bytes], part_size: int = PART_SIZE) -> tuple[int, list[int]]:
    """Write raw records into parts; how many, and the numbers of the parts."""
    raw = RawParts(staging, part_size)
    for line in lines:
        raw.add(line)
    raw.close()
    return raw.fetched, raw.parts
