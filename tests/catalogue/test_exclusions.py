"""Records that a catalogue file leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.catalogue import Catalogue
from pipeline.catalogue.exclusions import reason_to_exclude
from pipeline.model.raw import RawRecord

SOFTWARE = b'{"kind": "software", "size": 7}'
STUDY = b'{"kind": "study", "size": null}'
CODEBOOK = b'<c:codeBook xmlns:c="ddi:codebook:2_5"><c:dataKind>Software</c:dataKind></c:codeBook>'


def catalogue(*exclude: dict[str, str]) -> Catalogue:
    described: dict[str, Any] = {"name": "harbour", "title": "Harbour", "format": "hdruk", "exclude": list(exclude)}
    described |= {"protocol": {"type": "files", "path": "*"}, "file": Path("harbour.yaml")}
    return Catalogue.model_validate(described)


def raw(name: str, payload: bytes | None) -> RawRecord:
    return RawRecord(name, "hdruk", payload)


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
