"""The spellings by which people ask for exactly one record."""

from __future__ import annotations

import pytest

from pipeline.model.identifiers import identifiers_of, spelled
from pipeline.model.identity import uuid_of

FOUND = identifiers_of(
    "shelf/HX 12",
    "oai:shelf.invalid:HX-12-record",
    "HX 12",
    ["10.5072/hx.12"],
    ["https://shelf.invalid/HX/12", "https://doi.org/10.5072/HX.12-b"],
)


@pytest.mark.parametrize(
    "asked",
    [
        "shelf/HX 12", "HX 12", "hx12", "oai:shelf.invalid:HX-12-record", "HX-12-RECORD", "10.5072/HX.12",
        "https://doi.org/10.5072/hx.12", "doi:10.5072/hx.12", "http://dx.doi.org/10.5072/hx.12", "10.5072/hx.12-B",
        "https://shelf.invalid/HX/12/", uuid_of("shelf/HX 12"),
    ],
)  # fmt: skip
def test_any_spelling_names_the_record(asked: str) -> None:
    assert spelled(asked) in FOUND


def test_each_spelling_is_there_once_and_none_is_empty() -> None:
    assert len(FOUND) == len(set(FOUND))
    assert all(FOUND)
