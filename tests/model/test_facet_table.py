"""The table of facets: it agrees with itself, and what disagrees with it is an error of the code, not of a record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import enrich
from pipeline.catalogue.model import Defaults
from pipeline.enrich import finders
from pipeline.errors import DefectError, UsageError
from pipeline.index.harmony_view import as_harmony
from pipeline.index.mapping import check_fields
from pipeline.model.document import Document, build
from pipeline.model.facet_kinds import Range
from pipeline.model.facets import BY_NAME, FACETS, NAMES, OTHERS, Facet
from pipeline.model.raw import RawRecord
from pipeline.model.record import Evidence, Found, Role, Statement, StudyRecord
from tests.enrich.records import facets, record
from tests.model import facet_tables


def test_each_field_and_each_option_has_one_row() -> None:
    names = [row.name for row in (*FACETS, *OTHERS)]
    options = [row.option.name for row in (*FACETS, *OTHERS) if row.option]
    assert len(set(names)) == len(names)
    assert len(set(options)) == len(options)
    assert {*names} <= {*Document.model_fields}


def test_the_modules_that_rows_name_can_be_imported() -> None:
    assert finders().keys() == {row.module for row in FACETS}


@pytest.mark.parametrize("module", ["weather", "text"])  # there is none; it has no function that finds
def test_a_row_whose_module_cannot_derive_is_an_error_that_names_its_facets(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [replace(BY_NAME["sex"], name=name, module=module) for name in ("rain", "wind")]
    monkeypatch.setattr(enrich, "FACETS", (*FACETS, *rows))
    finders.cache_clear()
    try:
        with pytest.raises(DefectError, match=rf"states that pipeline\.enrich\.{module} derives rain, wind: "):
            facets(record(title="Harbours"))
    finally:
        finders.cache_clear()


@pytest.mark.parametrize("name", ["weather", "sex"])  # no row has it; the row of another module has it
def test_a_module_that_derives_more_than_its_rows_state_is_an_error_that_names_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {each: Found("open", (Evidence(kind="format"),)) for each in ("access", name)}
    monkeypatch.setattr(enrich, "finders", lambda: {"access": lambda *_: found})
    with pytest.raises(DefectError, match=rf"pipeline\.enrich\.access derives '{name}', and no row"):
        facets(record(title="Harbours"))


@pytest.mark.parametrize("row", FACETS, ids=NAMES)
def test_facets_that_a_row_names_have_rows(row: Facet) -> None:
    of_range = (row.option.lower, row.option.upper) if isinstance(row.option, Range) else ()
    assert {*row.rests_on, *of_range} <= BY_NAME.keys()
    assert row.correctable or row.rests_on, "what cannot be corrected follows from something that can"


@pytest.mark.parametrize(
    ("facet", "word", "value"),
    [
        ("sex", "Female", "female"),
        ("country_codes", "gb", "GB"),
        ("language_codes", "EN", "en"),
        ("study_design", "crosssection", "CrossSection"),
        ("topics", "Health.NewTopic", "Health.NewTopic"),  # a later version of the classification may have it
    ],
)
def test_a_word_of_a_person_is_a_value(facet: str, word: str, value: str) -> None:
    assert BY_NAME[facet].value(word) == value


@pytest.mark.parametrize(
    ("facet", "word", "message"),
    [
        ("sex", "femal", "There is no sex 'femal'. Did you mean 'female'?"),
        ("country_codes", "UK", "There is no country code 'UK'. Did you mean 'GB'?"),
        ("country_codes", "Atlantis", "There is no country code 'Atlantis'. Write the ISO 3166-1 alpha-2 code"),
        ("language_codes", "Finnish", "There is no language code 'Finnish'. Did you mean 'fi'?"),
        ("study_design", "cohort", "There is no study design 'cohort'. Did you mean 'Longitudinal.CohortEventBased'?"),
        ("regions", "Europe", "There is no region code 'Europe'. Did you mean '150'?"),
    ],
)
def test_a_word_that_is_no_value_is_answered_with_what_it_means(facet: str, word: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        BY_NAME[facet].value(word)
    assert message in str(refused.value)


@pytest.mark.parametrize(("facet", "value"), [("weather", "wet"), ("topics", "Health"), ("start_year", [1990])])
def test_a_facet_that_the_table_has_otherwise_is_no_reject(facet: str, value: Any) -> None:
    record = StudyRecord(format="ddi-codebook", statements=[Statement(role=Role.TITLE, field="x", text="Harbours")])
    found = {"resource_type": "dataset", facet: value}
    with pytest.raises(DefectError, match=facet):
        build(
            record,
            RawRecord("oai:harbour:1", "ddi-codebook", b"<x/>"),
            {name: Found(each, (Evidence(kind="format"),)) for name, each in found.items()},
            catalogue="harbour",
            source="harbour",
        )


def test_the_mapping_has_the_fields_of_the_document_and_no_others() -> None:
    fields = [*Document.model_fields]
    check_fields(fields)
    with pytest.raises(DefectError, match=r"lacks sex, years: add a line"):
        check_fields({*fields} - {"sex", "years"})
    with pytest.raises(DefectError, match=r"has weather, which no document has"):
        check_fields([*fields, "weather"])


def test_a_catalogue_file_may_give_these_defaults() -> None:
    assert Defaults.model_fields.keys() == {"resource_type", "country_codes", "access", "language_codes"}


def test_a_default_holds_only_where_the_record_states_nothing() -> None:
    defaults = {"country_codes": ["FI"], "language_codes": ["fi"]}
    found = facets(record(geography="Peru"), defaults=defaults)
    assert (found["country_codes"].value, found["language_codes"].value) == (["PE"], ["fi"])
    assert found["language_codes"].evidence == (Evidence(kind="catalogue", field="language_codes"),)
    assert found["country_codes"].evidence[0].kind == "stated"


def test_facets_have_the_names_of_harmony_in_its_payload() -> None:
    document = {**{facet.name: number for number, facet in enumerate(FACETS)}, "name": "Harbour Survey"}
    shown = as_harmony(document)["study"]["extra_data"]
    assert shown == {
        name: document[name]
        for name in (
            "name",
            "sex", "resource_type", "country_codes", "start_year", "end_year", "duration_years", "age_lower",
            "age_upper", "language_codes", "study_design", "instruments", "genetic_data_collected", "sample_size",
            "num_variables", "num_sweeps",
        )
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sex", "words"),
    [
        ("female", "women or girls only"),
        ("male", "men or boys only"),
        ("all", "both, or people in general"),
    ],
)
def test_a_sex_in_words(sex: str, words: str) -> None:
    vocabulary = BY_NAME["sex"].vocabulary
    assert vocabulary
    assert vocabulary.name(sex) == words


@pytest.mark.parametrize("path", facet_tables.PAGES, ids=lambda path: path.name)
def test_tables_of_facets_are_those_of_the_code(path: Path) -> None:
    if path.read_text(encoding="utf-8") != facet_tables.renewed(path):
        pytest.fail("The page differs from the table of facets: python -m tests.model.facet_tables", pytrace=False)
