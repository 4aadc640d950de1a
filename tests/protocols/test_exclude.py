"""A harvest without the records that a catalogue file leaves out."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from pipeline.catalogue import Catalogue
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.protocols import Harvest
from pipeline.protocols.base import EVERYTHING
from pipeline.protocols.exclude import without_excluded
from tests.protocols import conformance

SOFTWARE = b'{"kind": "software", "size": 7}'
STUDY = b'{"kind": "study", "size": null}'


class Listed(Harvest):
    """A harvest of the given items."""

    def __init__(self, items: list[Fetched], *, snapshot: bool) -> None:
        super().__init__(catalogue("@"), conformance.PlainFormat(), EVERYTHING)
        self._items = items
        self.snapshot = snapshot

    def _fetch(self) -> Generator[Fetched, None, None]:
        yield from self._items


def catalogue(jmespath: str) -> Catalogue:
    described = conformance.catalogue(Path(), {"type": "files", "path": "*"})
    return Catalogue.model_validate(
        {**described.model_dump(), "file": described.file, "exclude": {"jmespath": jmespath, "reason": "no study"}}
    )


def raw(name: str, payload: bytes | None, *, positional: bool = False) -> RawRecord:
    return RawRecord(name, "hdruk", payload, positional=positional)


def test_deletions_and_rejects_are_handed_on() -> None:
    items: list[Fetched] = [raw("a", None), RejectedRaw("b", None, positional=False, code="empty", message="Nothing")]
    assert list(without_excluded(catalogue("@ || `true`"), Listed(items, snapshot=True))) == items


def test_an_excluded_record_is_absent_from_a_snapshot() -> None:
    harvest = Listed([raw("a", SOFTWARE), raw("b", STUDY)], snapshot=True)
    kept = list(without_excluded(catalogue("size"), harvest))
    assert kept == [raw("b", STUDY)]
    assert harvest.complete


def test_an_excluded_record_among_changes_is_a_deletion() -> None:
    harvest = Listed([raw("a", SOFTWARE), raw("#1", SOFTWARE, positional=True), raw("b", STUDY)], snapshot=False)
    kept = list(without_excluded(catalogue("size"), harvest))
    assert kept == [raw("a", None), raw("b", STUDY)]
