"""Raw records, collected into parts so that a harvest that is killed can continue after its last page.

A part is written once it is full. Records that are not in a full part yet are staged page by page (parts of kind
`pages`). After each page `fetching.json` states what the harvest has so far. It is written last: what a killed harvest
wrote after it is written again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.model.raw import Fetched, RawRecord
from pipeline.staging.earlier_parts import EarlierParts, besides
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import RawKey, key_of, keys_in, line_of_key, pack, unpack
from pipeline.staging.store import PART_BYTES, PART_SIZE, DamagedError, PartSum, Staging


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
    parts: tuple[PartSum, ...]
    """The full raw parts."""
    keys: tuple[PartSum, ...]
    """Their keys."""
    pages: tuple[PartSum, ...]
    """The pages with the records that are not in a full part."""
    fetched: int

    @classmethod
    def staged(cls, staging: Staging) -> HarvestState | None:
        """The state that was staged last; None where there is none that is intact and of this version."""
        try:
            return cls.model_validate(staging.read_json(cls.NAME))
        except (DamagedError, ValidationError):
            return None


class RawParts:
    """The raw parts of one harvest, bounded in records and bytes. Those that `earlier` has, too, are taken over."""

    def __init__(
        self,
        staging: Staging,
        size: int = PART_SIZE,
        most_bytes: int = PART_BYTES,
        earlier: EarlierParts | None = None,
    ) -> None:
        self.fetched = 0
        self._earlier = earlier
        self._staging = staging
        self._size = size
        self._most_bytes = most_bytes
        self._parts: list[PartSum] = []
        self._keys: list[PartSum] = []
        self._besides: list[str | None] = []
        self._waiting: list[Fetched | bytes] = []  # packed where a page has them, or an earlier run had
        self._waiting_keys: list[RawKey] = []
        self._held = 0
        self._staged = 0  # how many of the waiting lines are in pages
        self._pages: list[PartSum] = []  # those that hold them
        self._superseded: list[PartSum] = []
        self._next_page = 0

    @property
    def sums(self) -> tuple[PartSum, ...]:
        """The full parts."""
        return tuple(self._parts)

    @property
    def key_sums(self) -> tuple[PartSum, ...]:
        """The keys of the full parts."""
        return tuple(self._keys)

    @property
    def besides(self) -> tuple[str | None, ...]:
        """What `earlier_parts.besides` gave for the full parts."""
        return tuple(self._besides)

    def add_item(self, item: Fetched) -> RawKey:
        """Add what a protocol yielded; returns its key."""
        key = key_of(item)
        self._add(key, item, len(item.payload or b"") if isinstance(item, RawRecord) else len(item.message))
        return key

    def add(self, key: RawKey, line: bytes) -> None:
        """Add one raw record that is packed already."""
        self._add(key, line, len(line))

    def _add(self, key: RawKey, item: Fetched | bytes, size: int) -> None:
        if self._waiting and (len(self._waiting) >= self._size or self._held + size > self._most_bytes):
            self._flush()
        self._waiting.append(item)
        self._waiting_keys.append(key)
        self._held += size
        self.fetched += 1

    def end_page(self, protocol_state: dict[str, Any], request: HarvestRequest) -> None:
        """All records of a page were added: stage them, and the state of the harvest."""
        if lines := [*map(_packed, self._waiting[self._staged :])]:
            self._waiting[self._staged :] = lines
            self._pages.append(self._staging.write_part(Kind.PAGES, self._next_page, lines))
            self._next_page += 1
            self._staged = len(self._waiting)
        state = HarvestState(
            request=request,
            protocol_state=protocol_state,
            parts=self.sums,
            keys=self.key_sums,
            pages=tuple(self._pages),
            fetched=self.fetched,
        )
        self._staging.write_json(HarvestState.NAME, state.model_dump(mode="json"))
        for page in self._superseded:
            self._staging.remove_part(Kind.PAGES, page.part)
        self._superseded.clear()

    def close(self) -> None:
        """All records were added."""
        if self._waiting:
            self._flush()

    def resume(self, state: HarvestState) -> bool:
        """Continue from a staged state; False, and nothing added, where one of its parts or pages is not as written."""
        try:
            for kind, parts in ((Kind.RAW, state.parts), (Kind.RAW_KEYS, state.keys)):
                for _ in self._staging.read_parts(kind, parts):
                    pass
            waiting = [*self._staging.read_parts(Kind.PAGES, state.pages)]
        except DamagedError:
            return False
        self._parts, self._keys, self._besides = [*state.parts], [*state.keys], [None] * len(state.parts)
        self.fetched, self._pages = state.fetched, [*state.pages]
        self._next_page = max((page.part for page in state.pages), default=-1) + 1
        self._waiting = [*waiting]
        self._waiting_keys = [key_of(unpack(line)) for line in waiting]
        self._held = sum(map(len, waiting))
        self._staged = len(waiting)
        return True

    def all_keys(self) -> Iterator[RawKey]:
        """The keys of everything that was added so far."""
        yield from keys_in(self._staging.read_parts(Kind.RAW_KEYS, self.key_sums))
        yield from self._waiting_keys

    def fetched_before(self) -> Iterator[Fetched]:
        """Everything that was added so far: after `resume`, what the harvest fetched before."""
        yield from map(unpack, self._staging.read_parts(Kind.RAW, self.sums))
        yield from (unpack(item) if isinstance(item, bytes) else item for item in self._waiting)

    def _flush(self) -> None:
        number, more = len(self._parts), besides(self._waiting)
        keys = self._staging.write_part(Kind.RAW_KEYS, number, map(line_of_key, self._waiting_keys))
        taken_over = self._earlier.take_over(self._staging, keys, more) if self._earlier else None
        self._parts.append(taken_over or self._staging.write_part(Kind.RAW, number, map(_packed, self._waiting)))
        self._keys.append(keys)
        self._besides.append(more)
        self._superseded += self._pages
        self._waiting, self._waiting_keys, self._held, self._staged, self._pages = [], [], 0, 0, []


def _packed(item: Fetched | bytes) -> bytes:
    """A line, whether it is packed already or not."""
    return item if isinstance(item, bytes) else pack(item)
