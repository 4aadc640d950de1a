"""Records that a catalogue file leaves out."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pipeline.catalogue import Catalogue
from pipeline.catalogue.exclusions import reason_to_exclude, without_excluded
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.protocols import Harvest

SOFTWARE = b'{"kind": "software", "size": 7}'
STUDY = b'{"kind": "study", "size": null}'
CODEBOOK = b'<c:codeBook xmlns:c="ddi:codebook:2_5"><c:dataKind>Software</c:dataKind></c:codeBook>'


class Listed(Harvest):
    """A harvest of what it is given."""

    def __init__(self, items: list[Fetched], *, listing: bool) -> None:
        super().__init__()
        self._items = items
        self.listing = listing

    def _fetch(self) -> Generator[Fetched, None, None]:
        yield from self._items


def catalogue(*exclude: dict[str, str]) -> Catalogue:
    described: dict[str, Any] = {"name": "harbour", "title": "Harbour", "format": "hdruk", "exclude": list(exclude)}
    described |= {"protocol": {"type": "files", "path": "*"}, "file": Path("harbour.yaml")}
    return Catalogue.model_validate(described)


def raw(name: str, payload: bytes | None, *, positional: bool = False) -> RawRecord:
    return RawRecord(name, "hdruk", payload, positional=positional)


@pytest.mark.parametrize(
    ("exclude", "payload", "excluded"),
    [
        ({"jmespath": "kind == 'software'"}, SOFTWARE, True),
        ({"jmespath": "kind == 'software'"}, STUDY, False),
        ({"jmespath": "size"}, STUDY, False),
        ({"jmespath": "contains(size, 'x')"}, SOFTWARE, False),
        ({"jmespath": "kind"}, b"{broken", False),
        ({"jmespath": "kind"}, CODEBOOK, False),
        ({"xpath": "//dataKind[. = 'Software']"}, CODEBOOK, True),
        ({"xpath": "/codeBook/dataKind = 'Numeric'"}, CODEBOOK, False),
        ({"xpath": "count(//dataKind) > 0"}, CODEBOOK, True),
        ({"xpath": "//*"}, b"<broken", False),
        ({"xpath": "//*"}, SOFTWARE, False),
    ],
)
def test_a_record_of_which_the_expression_is_true_is_left_out(
    exclude: dict[str, str], payload: bytes, excluded: bool
) -> None:
    described = catalogue({**exclude, "reason": "no study"})
    assert reason_to_exclude(described, raw("a", payload)) == ("no study" if excluded else None)


def test_the_first_reason_counts() -> None:
    described = catalogue({"jmespath": "size", "reason": "sized"}, {"jmespath": "kind", "reason": "of a kind"})
    assert reason_to_exclude(described, raw("a", SOFTWARE)) == "sized"
    assert reason_to_exclude(described, raw("a", STUDY)) == "of a kind"


def test_deletions_and_rejects_are_handed_on() -> None:
    items: list[Fetched] = [raw("a", None), RejectedRaw("b", None, positional=False, code="empty", message="Nothing")]
    described = catalogue({"jmespath": "@ || `true`", "reason": "all"})
    assert list(without_excluded(described, Listed(items, listing=True))) == items


def test_an_excluded_record_is_missing_from_a_listing() -> None:
    harvest = Listed([raw("a", SOFTWARE), raw("b", STUDY)], listing=True)
    kept = list(without_excluded(catalogue({"jmespath": "size", "reason": "sized"}), harvest))
    assert kept == [raw("b", STUDY)]
    assert harvest.complete


def test_an_excluded_record_among_changes_is_gone() -> None:
    harvest = Listed([raw("a", SOFTWARE), raw("#1", SOFTWARE, positional=True), raw("b", STUDY)], listing=False)
    kept = list(without_excluded(catalogue({"jmespath": "size", "reason": "sized"}), harvest))
    assert kept == [raw("a", None), raw("b", STUDY)]
