"""The table of facets: it agrees with itself, and what disagrees with it is an error of the code, not of a record."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.enrich import finders
from pipeline.errors import DefectError, UsageError
from pipeline.index.mapping import check_fields
from pipeline.model.document import Document, build
from pipeline.model.facets import BY_NAME, FACETS, NAMES, OTHERS, Facet, Range
from pipeline.model.raw import RawRecord
from pipeline.model.record import Evidence, Found, Role, Statement, StudyRecord


def test_each_field_and_each_option_has_one_row() -> None:
    names = [row.name for row in (*FACETS, *OTHERS)]
    options = [row.option.name for row in (*FACETS, *OTHERS) if row.option]
    assert len(set(names)) == len(names)
    assert len(set(options)) == len(options)
    assert {*names} <= {*Document.model_fields}


def test_the_modules_that_rows_name_can_be_imported() -> None:
    assert finders().keys() == {row.module for row in FACETS}


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
