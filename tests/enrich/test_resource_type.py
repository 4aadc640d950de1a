"""The type of a record: its own, else the catalogue's, else the format's."""

from __future__ import annotations

import pytest

from tests.enrich.records import facets, record, value


def test_the_record_outranks_the_catalogue_and_this_the_format() -> None:
    silent, typed = record(title="An inquiry"), record(title="An inquiry", resource_type="Cohort study")

    assert facets(silent)["resource_type"].evidence[0].kind == "format"
    assert facets(silent, defaults={"resource_type": "study"})["resource_type"].value == "study"
    assert facets(typed, defaults={"resource_type": "source"})["resource_type"].value == "study"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Dataset", "dataset"),
        ("study", "study"),
        ("Variable", "variable"),
        ("Biobank", "source"),
        ("csv, pdf", "dataset"),
    ],
)
def test_a_term_of_a_catalogue_for_a_type(words: str, kind: str) -> None:
    assert value(record(resource_type=words), "resource_type") == kind
