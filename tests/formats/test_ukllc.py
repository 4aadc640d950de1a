"""Datasets of UK LLC."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats.ukllc import Ukllc
from pipeline.model.record import Role, StudyRecord
from tests.formats.conformance import FormatConformance, assert_sound, read_or_reject, real_files, roles_of, texts
from tests.support import needs_real_records

READ = Ukllc().read
ROW = {
    "source": "LHK",
    "source_name": "Lighthouse Keepers' Cohort",
    "table": "storm2",
    "table_name": "Storm Questionnaire 2",
    "short_desc": "Storms.",
    "long_desc": "How keepers slept in the storm.",
    "collection_start": "11/2021",
    "collection_end": "ongoing",
    "topic_tags": "Sleep,Storms",
    "links": "[the cohort](https://lhk.example.org/a)",
    "participants_invited": "1204",
    "participants_included": "811",
    "num_columns": 159,
}
"""A row of the API."""


def record(**descriptor: Any) -> StudyRecord:
    return READ(orjson.dumps({"title": "Storm Questionnaire 2", "descriptor": descriptor}))


class TestUkllc(FormatConformance):
    format_name = "ukllc"
    stem = "ukllc_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "study_number": "LHK_storm2",
        "dois": ["10.5072/lhc-dataset-00007-02"],
        "urls": ["https://skerry.example.org/storm2"],
        "creators": ["Fog Institute"],
        "publisher": "Longitudinal Harbour Collaboration (LHC)",
        "series": "Lighthouse Keepers' Cohort (LHK)",
        "published_year": 2022,
        "license": None,
        "source_modified": None,
    }
    roles = roles_of(
        "title series description keyword geography period collection_dates access sample_size num_variables"
    )
    without_options = {}  # noqa: RUF012

    def test_texts_of_fields(self) -> None:
        study = self.read("all_fields")
        assert texts(study, Role.KEYWORD) == ["Sleep", "Storms", "fog horns"]
        assert texts(study, Role.PERIOD) == ["11/2021 - 02/2022"]
        assert texts(study, Role.SAMPLE_SIZE) == ["811"]
        assert texts(study, Role.NUM_VARIABLES) == ["2", "159"]
        assert {statement.field for statement in study.having(Role.NUM_VARIABLES)} == {
            "variables",
            "descriptor/Number of variables",
        }


def test_a_row_of_the_api_is_the_dataset_of_the_guidebook() -> None:
    study = READ(orjson.dumps(ROW))
    assert study.study_number == "LHK_storm2"
    assert study.series == "Lighthouse Keepers' Cohort"
    assert study.urls == ["https://lhk.example.org/a"]
    assert texts(study, Role.TITLE) == ["Storm Questionnaire 2"]
    assert texts(study, Role.DESCRIPTION) == ["How keepers slept in the storm.", "Storms."]
    assert texts(study, Role.KEYWORD) == ["Sleep", "Storms"]
    assert texts(study, Role.COLLECTION_DATES) == ["11/2021/ongoing"]
    assert texts(study, Role.SAMPLE_SIZE) == ["811"]
    assert texts(study, Role.NUM_VARIABLES) == ["159"]


def test_a_row_of_sources_is_a_source() -> None:
    row = {
        "source": "LHK",
        "source_name": "Lighthouse Keepers' Cohort",
        "Aims": "To know how keepers sleep.",
        "Themes": "Sleep,Storms",
        "Start date": 1991,
        "Age at recruitment": "18-60 years",
        "participant_count": "1204",
        "Geographic coverage - Nations": "Scotland, Wales",
        "Study type": "Cohort study",
        "Owner": "Skerry Harbour Trust",
        "Website": "[lhk.example.org](https://lhk.example.org/)",
    }
    study = READ(orjson.dumps(row))
    assert study.study_number == Ukllc().key(row) == "LHK"
    assert study.urls == ["https://lhk.example.org/"]
    assert study.creators == ["Skerry Harbour Trust"]
    assert [each.code for each in study.having(Role.RESOURCE_TYPE)] == ["source"]
    assert texts(study, Role.COLLECTION_DATES) == ["1991/"]
    assert texts(study, Role.KEYWORD) == ["Sleep", "Storms"]
    assert texts(study, Role.SAMPLE_SIZE) == ["1204"]
    assert Ukllc().is_record(row)
    with pytest.raises(RejectError, match="source_name"):
        READ(orjson.dumps(row | {"source_name": None}))


@pytest.mark.parametrize(
    ("citation", "creators", "year", "publisher"),
    [
        (
            "Fog Trust. (2021). Storms: Wave 1. Harbour LLC.  https://doi.org/10.5072/x",
            ["Fog Trust"],
            2021,
            "Harbour LLC",
        ),
        ("Keeper, A. & Horn, B. (2021). Storms. Harbour LLC.", ["Keeper, A. & Horn, B."], 2021, "Harbour LLC"),
        ("See https://doi.org/10.5072/x", [], None, None),
        ("", [], None, None),
    ],
)
def test_a_citation_names_who_made_the_dataset(
    citation: str, creators: list[str], year: int | None, publisher: str | None
) -> None:
    study = record(**{"Citation (APA)": citation})
    assert (study.creators, study.published_year, study.publisher) == (creators, year, publisher)
    assert study.dois == (["10.5072/x"] if "10.5072" in citation else [])


def test_without_authors_the_owner_is_the_creator() -> None:
    assert record(Owner="Skerry Harbour Trust").creators == ["Skerry Harbour Trust"]


@pytest.mark.parametrize("count", ["None", "", "0", "N/A - several tables", None, -1.5, ["1"]])
def test_missing_numbers_are_absent(count: Any) -> None:
    study = record(**{"Participant Count": count, "Number of Variables": count})
    assert texts(study, Role.SAMPLE_SIZE) == texts(study, Role.NUM_VARIABLES) == []


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b'{"title": "Storms"}', "wrong_format"),
        (b'{"title": "Storms", "descriptor": []}', "wrong_format"),
        (b'{"title": " ", "descriptor": {}}', "no_title"),
        (b'{"table": "storm2", "table_name": null}', "no_title"),
    ],
)
def test_payloads_that_are_no_dataset_are_rejected(payload: bytes, code: str) -> None:
    with pytest.raises(RejectError) as caught:
        READ(payload)
    assert caught.value.code == code


def test_datasets_by_key_are_distinguished_from_one_dataset() -> None:
    page = {"title": "A", "descriptor": {}}
    assert Ukllc().is_record(page)
    assert Ukllc().is_record(ROW)
    assert not Ukllc().is_record({"LHK_storm1": page, "LHK_storm2": ROW})


@needs_real_records
def test_real_records_are_read() -> None:
    (path,) = real_files("ukllc/*.ndjson")
    records = []
    for payload in path.read_bytes().split(b"\n"):
        if payload.strip():
            outcome = read_or_reject("ukllc", payload)
            assert_sound(outcome)
            assert isinstance(outcome, StudyRecord)
            records.append(outcome)
    assert all(each.study_number and each.dois and each.creators and each.published_year for each in records)
    assert all(texts(each, Role.NUM_VARIABLES) for each in records[10:])
