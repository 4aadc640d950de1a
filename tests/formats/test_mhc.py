"""Studies of the Catalogue of Mental Health Measures."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats.mhc import Mhc
from pipeline.model.record import Related, Role, StudyRecord
from tests.formats.conformance import FormatConformance, assert_sound, read_or_reject, real_files, roles_of, texts
from tests.support import needs_real_records

READ = Mhc().read


def record(**fields: Any) -> StudyRecord:
    return READ(orjson.dumps({"Title": "Lighthouse Keepers' Cohort", **fields}))


class TestMhc(FormatConformance):
    format_name = "mhc"
    stem = "mhc_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "study_number": "LHK",
        "urls": ["https://lhk.example.org/"],
        "same_as": [
            "https://discovery.example.org/item/uk.lhk/0000",
            "https://healthdatagateway.org/en/dataset/90001",
            "https://atlas.example.org/datasets/lhk",
        ],
        "creators": ["Fog Institute, University of Skerry"],
        "funders": ["Medical Research Council", "Skerry", "British Heart Foundation", "Guild of Fog Horns"],
        "related": [
            Related(id="10.5072/lamps.1", relation="reference_paper"),
            Related(id="https://papers.example.org/7/", relation="reference_paper"),
        ],
        "source_modified": "2020-09-13T12:26:40Z",
    }
    roles = roles_of(
        "title description keyword geography collection_dates population sex age access study_design "
        "sample_size instrument genetic_data num_sweeps"
    )
    without_options = {}  # noqa: RUF012

    def test_texts_of_fields(self) -> None:
        study = self.read("all_fields")
        assert texts(study, Role.TITLE) == ["Lighthouse Keepers' Cohort (LHK)"]
        assert texts(study, Role.KEYWORD)[:3] == ["Sleep problems", "Housing", "Social care - need"]
        assert texts(study, Role.GEOGRAPHY) == ["Scotland, Wales", "+ Iceland", "Skerry Sound"]
        assert texts(study, Role.SAMPLE_SIZE) == ["1,204 keepers"]
        assert texts(study, Role.INSTRUMENT) == ["Foghorn Distress Scale (FDS-10)"]
        assert texts(study, Role.NUM_SWEEPS) == ["3"]


@pytest.mark.parametrize(
    ("start", "latest", "dates"),
    [
        (1991, "905 (2019 - Wave 6)\n87 (2021 - Storm)", ["1991/2021"]),
        ("2002", "8,800 (2020)", ["2002/2020"]),
        (2007, "684,000 (as of March 2024)", ["2007/"]),
        ("1994-2002", "Varied", ["1994-2002"]),
        ("2006-2010", "9,618 (2019 - Phase 2)", ["2006-2010", "/2019"]),
        ("Lamps: 1931<br>\nHorns: 1998", "155 (2021 – Phase 3)", ["Lamps: 1931 Horns: 1998", "/2021"]),
        (None, "155 (2021 - Phase 3)", ["/2021"]),
        ("Varied", "", []),
        (1e300, None, []),
    ],
)
def test_dates_of_collection(start: Any, latest: str | None, dates: list[str]) -> None:
    study = record(**{"Start date": start, "Sample size at most recent sweep": latest})
    assert texts(study, Role.COLLECTION_DATES) == dates


@pytest.mark.parametrize("field", ["sample_type", "sample_size_at_recruitment"])
def test_ongoing_recruitment_has_no_last_year(field: str) -> None:
    fields = {"start_date": 2014, field: "Cohort (ongoing recruitment)"}
    study = record(**fields, **{"Sample size at most recent sweep": "8 (2020)"})
    (dates,) = study.having(Role.COLLECTION_DATES)
    assert (dates.text, dates.field) == ("2014/ongoing recruitment", f"start_date,{field}")


@pytest.mark.parametrize(("stated", "dates"), [("Yes", "2014/ongoing"), (True, "2014/ongoing"), ("No", "2014/")])
def test_a_study_may_be_ongoing(stated: Any, dates: str) -> None:
    assert texts(record(**{"Start date": 2014, "Ongoing?": stated}), Role.COLLECTION_DATES) == [dates]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("532 (Baseline)", ["532"]),
        ("70,805 (Survey 1947)\n[[1,091]] (Wave 1)", ["1,091"]),
        ("Approximately 7,500 participants in each survey", []),
        ("Varied", []),
        (None, []),
    ],
)
def test_the_sample_is_that_of_the_whole_study(size: str | None, expected: list[str]) -> None:
    assert texts(record(**{"Sample size at recruitment": size}), Role.SAMPLE_SIZE) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<i class='fas fa-check'></i>", ["Yes"]),
        ("<span hidden>No</span><i class='fas fa-times'></i>", ["No"]),
        (True, ["Yes"]),
        (False, ["No"]),
        ("No", ["No"]),
        ("<i class='fas fa-fog'></i>", []),
        (None, []),
        (1, []),
    ],
)
def test_icons_are_booleans(value: Any, expected: list[str]) -> None:
    assert texts(record(**{"Genetic data collected": value}), Role.GENETIC_DATA) == expected


def test_a_data_custodian_is_not_the_study() -> None:
    study = record(**{"HDR UK Innovation Gateway": "healthdatagateway.org/en/data-custodian/57"})
    assert study.same_as == []
    assert study.related == [
        Related(id="https://healthdatagateway.org/en/data-custodian/57", relation="hdr_uk_innovation_gateway")
    ]


@pytest.mark.parametrize(
    ("stated", "funders"),
    [
        ("MRC University of Fog", ["Medical Research Council", "University of Fog"]),
        ("Fog Horn", ["Fog", "Horn"]),
        ("EU_flag <br>\nFog is an agency", ["European Union"]),
        ("", []),
    ],
)
def test_logos_are_funders(stated: str, funders: list[str]) -> None:
    assert record(Funders=stated).funders == funders


def test_studies_by_key_are_distinguished_from_one_study() -> None:
    assert Mhc().is_record({"Title": "A"})
    assert Mhc().is_record({})
    assert not Mhc().is_record({"A": {"Title": "A"}, "Title": {"Title": "B"}})


def test_the_key_of_a_study_is_its_study_id() -> None:
    values: list[dict[str, Any]] = [{"study_id": 12}, {"study_id": "LHK"}, {"Title": "A"}]
    assert [Mhc().key(each) for each in values] == ["12", "LHK", None]


def test_a_row_of_the_api_states_what_the_page_of_the_study_does() -> None:
    page = record(
        **{"Start date": 1991, "HDR UK Innovation Gateway": "healthdatagateway.org/en/dataset/1", "Sex": "All"}
    )
    row = READ(
        b"""{"title": "Lighthouse Keepers' Cohort", "start_date": 1991, "sex": "All",
             "hdr_uk_innovation_gateway": "healthdatagateway.org/en/dataset/1"}"""
    )
    assert set(map(str, row.statements)) == set(map(str, page.statements))
    assert row.same_as == page.same_as


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b'{"Aims": "Lamps."}', "wrong_format"), (b'{"Title": " "}', "no_title"), (b'{"title": ["A"]}', "no_title")],
)
def test_a_study_without_a_title_is_rejected(payload: bytes, code: str) -> None:
    with pytest.raises(RejectError) as caught:
        READ(payload)
    assert (caught.value.code, caught.value.field) == (code, "title")


@needs_real_records
def test_real_records_are_read() -> None:
    (path,) = real_files("mhc/*.json")
    for study in orjson.loads(path.read_bytes()).values():
        outcome = read_or_reject("mhc", orjson.dumps(study))
        assert_sound(outcome)
        assert isinstance(outcome, StudyRecord)
        assert outcome.urls
        assert len(texts(outcome, Role.SEX)) == len(texts(outcome, Role.GENETIC_DATA)) == 1
        assert texts(outcome, Role.COLLECTION_DATES)
