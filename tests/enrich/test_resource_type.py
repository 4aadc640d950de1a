"""The type of a record: its own, else the catalogue's, else the format's."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


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


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        ("Study", "Dataset", "dataset"),
        ("Study", "an unknown code", "study"),
        ("an unknown type", "Dataset", "dataset"),
        ("an unknown type", "an unknown code", "source"),
    ],
)
def test_a_code_outranks_the_words_beside_it(words: str, code: str, kind: str) -> None:
    found = facets(record(statement(Role.RESOURCE_TYPE, words, code=code)), resource_type="source")["resource_type"]

    assert found.value == kind


def test_the_first_known_term_counts() -> None:
    assert value(record(resource_type=["unknown", "Biobank", "Dataset"]), "resource_type") == "source"


@pytest.mark.parametrize(("default", "kind"), [("variable", "variable"), ("no type of ours", "study"), (None, "study")])
def test_a_default_has_to_be_a_type(default: str | None, kind: str) -> None:
    found = facets(record(title="An inquiry"), defaults={"resource_type": default}, resource_type="study")

    assert found["resource_type"].value == kind


def test_evidence_names_what_the_type_follows_from() -> None:
    def evidence(**more: object) -> tuple[object, ...]:
        study = record(title="An inquiry")
        (only,) = facets(study, **more)["resource_type"].evidence  # type: ignore[arg-type]
        return only.kind, only.field

    assert evidence() == ("format", "invented")
    assert evidence(defaults={"resource_type": "study"}) == ("catalogue", "resource_type")
