"""Raw records, collected into parts so that a harvest that is killed can continue after its last page.

A part is written once it is full. Records that are not in a full part yet are staged page by page (parts of kind
`pages`). After each page `fetching.json` states what the harvest has so far. It is written last: what a killed harvest
wrote after it is written again.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.staging.kinds import Kind
from pipeline.staging.store import PART_BYTES, PART_SIZE, Staging


class HarvestRequest(BaseModel):
    """What a harvest was asked for."""

    model_config = ConfigDict(frozen=True)

    full: bool
    """Whether the caller of the run asked for everything."""
    since: str | None
    """The time since which the caller asked for changes."""
    digest: str
    """Of all that decides what is asked: a harvest of something else cannot continue from here."""
    started: str
    """ISO 8601 time at which the harvest began."""


class HarvestState(BaseModel):
    """What a harvest has fetched so far; staged after each of its pages."""

    model_config = ConfigDict(frozen=True)

    NAME: ClassVar[str] = "fetching"

    request: HarvestRequest
    protocol_state: dict[str, Any]
    """From where the protocol continues."""
    parts: int
    """Number of full raw parts."""
    pages: list[int]
    """Numbers of the pages with the records that are not in a full part."""
    fetched: int

    @classmethod
    def staged(cls, staging: Staging) -> HarvestState | None:
        """The state that was staged last; None where there is none, or none from which this version can continue."""
        if not staging.has_json(cls.NAME):
            return None
        try:
            return cls.model_validate(staging.read_json(cls.NAME))
        except ValidationError:
            return None


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
        self._staged = 0  # how many of the waiting lines are in pages
        self._pages: list[int] = []  # numbers of the pages that hold them
        self._superseded: list[int] = []
        self._next_page = 0

    @property
    def parts(self) -> list[int]:
        """Numbers of the full parts."""
        return list(range(self._parts))

    def add(self, line: bytes) -> None:
        """Add one raw record, as a line."""
        if self._waiting and (len(self._waiting) >= self._size or self._held + len(line) > self._most_bytes):
            self._flush()
        self._waiting.append(line)
        self._held += len(line)
        self.fetched += 1

    def end_page(self, protocol_state: dict[str, Any], request: HarvestRequest) -> None:
        """All records of a page were added: stage them, and the state of the harvest."""
        if lines := self._waiting[self._staged :]:
            self._staging.write_part(Kind.PAGES, self._next_page, lines)
            self._pages.append(self._next_page)
            self._next_page += 1
            self._staged = len(self._waiting)
        state = HarvestState(
            request=request,
            protocol_state=protocol_state,
            parts=self._parts,
            pages=self._pages,
            fetched=self.fetched,
        )
        self._staging.write_json(HarvestState.NAME, state.model_dump(mode="json"))
        for page in self._superseded:
            self._staging.remove_part(Kind.PAGES, page)
        self._superseded.clear()

    def close(self) -> None:
        """All records were added."""
        if self._waiting:
            self._flush()

    def resume(self, state: HarvestState) -> bool:
        """Continue from a staged state; False, and nothing added, where its parts or pages are not all there."""
        parts, pages = self._staging.parts(Kind.RAW), self._staging.parts(Kind.PAGES)
        if not {*range(state.parts)} <= {*parts} or not {*state.pages} <= {*pages}:
            return False
        for part in parts:
            if part >= state.parts:
                self._staging.remove_part(Kind.RAW, part)
        self._parts, self.fetched, self._pages = state.parts, state.fetched, list(state.pages)
        self._superseded = [page for page in pages if page not in self._pages]
        self._next_page = max(pages, default=-1) + 1
        self._waiting = [line for page in self._pages for line in self._staging.read_part(Kind.PAGES, page)]
        self._held = sum(map(len, self._waiting))
        self._staged = len(self._waiting)
        return True

    def _flush(self) -> None:
        self._staging.write_part(Kind.RAW, self._parts, self._waiting)
        self._parts += 1
        self._superseded += self._pages
        self._waiting, self._held, self._staged, self._pages = [], 0, 0, []
