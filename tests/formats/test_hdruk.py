"""HDR UK Gateway datasets."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats.hdruk import HdrUk
from pipeline.model.record import Related, Role, StudyRecord
from tests.formats.conformance import FormatConformance, assert_sound, read_or_reject, real_files, roles_of, texts
from tests.support import needs_real_records

READ = HdrUk().read


def dataset(**members: Any) -> dict[str, Any]:
    return {"summary": {"title": "Lighthouse Registry", **members.pop("summary", {})}, **members}


def record(**members: Any) -> StudyRecord:
    return READ(orjson.dumps(dataset(**members)))


class TestHdrUk(FormatConformance):
    format_name = "hdruk"
    stem = "hdruk_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "study_number": "7b1c0000-0000-4000-8000-000000000007",
        "dois": ["10.5072/hha"],
        "urls": ["https://gateway.example.org/dataset/aaaa0003"],
        "version": "2.1.0",
        "creators": ["Harbour Hospital Group"],
        "publisher": "ALLIANCE > HARBOUR HOSPITALS",
        "series": "Harbour Audits",
        "published_year": 2019,
        "source_modified": "2020-04-27T09:33:04Z",
        "related": [
            Related(id="10.5072/tides", relation="isReferencedBy"),
            Related(id="https://gateway.example.org/dataset/bbbb0001", relation="qualifiedRelation"),
        ],
    }
    roles = roles_of("title description keyword geography period age sex update_rhythm access language sample_size")
    without_options = {  # noqa: RUF012
        "study_number": "cccc0001",
        "urls": ["https://gateway.example.org/dataset/cccc0001"],
    }

    def test_jurisdiction_is_no_geography(self) -> None:
        assert texts(self.read("all_fields"), Role.GEOGRAPHY) == ["England, Wales"]

    def test_only_people_are_a_sample(self) -> None:
        assert texts(self.read("all_fields"), Role.SAMPLE_SIZE) == ["120400"]


def test_the_number_stays_when_a_dataset_without_pid_is_revised() -> None:
    base = "https://gateway.example.org/dataset/"
    first = dataset(identifier=f"{base}one", revisions=[{"version": None, "url": None}])
    second = dataset(
        identifier=f"{base}two",
        revisions=[{"version": "2.0.0", "url": f"{base}two"}, {"version": "1.0.0", "url": f"{base}one"}],
    )
    tenth = dataset(
        identifier=f"{base}ten",
        revisions=[{"version": f"{major}.0.0", "url": f"{base}{at}"} for major, at in ((10, "ten"), (1, "one"))],
    )
    assert {HdrUk().key(each) for each in (first, second, tenth)} == {"one"}


def test_the_pid_counts_before_versions() -> None:
    assert record(pid="p-1", identifier="https://gateway.example.org/dataset/x").study_number == "p-1"
    assert record(required={"gatewayPid": "p-2"}, identifier="x").study_number == "p-2"


@pytest.mark.parametrize(
    ("stated", "doi", "related"),
    [
        ("10.5072/HHA", ["10.5072/hha"], []),
        ("https://doi.org/10.5072/HHA", ["10.5072/hha"], []),
        ("10.1016/s0000-0000(15)00000-x.", [], ["10.1016/s0000-0000(15)00000-x"]),
        ("10.5072/paper1 (for the research paper)", [], ["10.5072/paper1"]),
        ("in progress", [], []),
    ],
)
def test_the_doi_of_a_paper_is_not_the_datasets(stated: str, doi: list[str], related: list[str]) -> None:
    study = record(summary={"doiName": stated})
    assert study.dois == doi
    assert [each.id for each in study.related] == related


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("2004-01-01", None, ["2004-01-01/"]),
        ("2004", "Ongoing", ["2004/Ongoing"]),
        ("2004", "In Progress", ["2004/"]),
        (None, "3/31/13", ["/3/31/13"]),
        ("tbc", "n/a", []),
    ],
)
def test_a_period_keeps_its_text(start: str | None, end: str | None, period: list[str]) -> None:
    study = record(provenance={"temporal": {"startDate": start, "endDate": end}})
    assert texts(study, Role.PERIOD) == period


@pytest.mark.parametrize(
    ("coverage", "age"),
    [
        ({"typicalAgeRange": "Any Age"}, ["Any Age"]),
        ({"typicalAgeRangeMin": 18, "typicalAgeRangeMax": 65}, ["18-65"]),
        ({"typicalAgeRangeMin": 18, "typicalAgeRangeMax": -1}, ["18+"]),
        ({"typicalAgeRangeMax": 65}, ["up to 65"]),
        ({"typicalAgeRange": "Not Known"}, []),
        ({"typicalAgeRange": 5}, []),
    ],
)
def test_ages(coverage: dict[str, Any], age: list[str]) -> None:
    assert texts(record(coverage=coverage), Role.AGE) == age


def test_a_description_that_is_the_abstract_or_a_link_is_no_second_description() -> None:
    same = record(summary={"abstract": "Fog signals."}, documentation={"description": "Fog signals."})
    link = record(summary={"abstract": "Fog signals."}, documentation={"description": "https://fog.example.org/a"})
    assert texts(same, Role.DESCRIPTION) == texts(link, Role.DESCRIPTION) == ["Fog signals."]
    assert link.urls == ["https://fog.example.org/a"]


def test_acknowledgements_are_no_creator() -> None:
    thanks = "Fog Group.\nWe thank all the keepers."
    study = record(accessibility={"usage": {"resourceCreator": [thanks, "Fog Group", "Odo (odo@example.org)"]}})
    assert study.creators == ["Fog Group", "Odo"]


def test_later_schemas_are_read_as_far_as_they_agree() -> None:
    study = record(
        summary={"keywords": "fog, ships;horns", "populationSize": 1200, "dataCustodian": {"name": "Fog Trust"}},
        linkage={"publicationAboutDataset": ["10.5072/ABOUT"]},
    )
    assert texts(study, Role.KEYWORD) == ["fog", "ships", "horns"]
    assert texts(study, Role.SAMPLE_SIZE) == ["1200"]
    assert study.publisher == "Fog Trust"
    assert study.related == [Related(id="10.5072/about", relation="publicationAboutDataset")]
    assert READ(orjson.dumps({"metadata": dataset(pid="p")})).study_number == "p"


@pytest.mark.parametrize(("value", "code"), [({}, "wrong_format"), ({"summary": {"title": "  "}}, "wrong_format")])
def test_no_summary_is_another_format(value: dict[str, Any], code: str) -> None:
    with pytest.raises(RejectError) as caught:
        READ(orjson.dumps(value | {"summary": []}))
    assert caught.value.code == code


def test_a_dataset_without_a_title_is_rejected() -> None:
    with pytest.raises(RejectError) as caught:
        READ(b'{"summary": {"title": "N/A", "abstract": "Fog."}}')
    assert (caught.value.code, caught.value.field) == ("no_title", "summary/title")


def test_datasets_by_key_are_distinguished_from_one_dataset() -> None:
    assert HdrUk().is_record(dataset())
    assert HdrUk().is_record({})
    assert not HdrUk().is_record({"a": dataset(), "b": dataset()})


@needs_real_records
def test_real_records_are_read() -> None:
    numbers = []
    for path in real_files("hdruk/*.ndjson"):
        for payload in path.read_bytes().split(b"\n"):
            if payload.strip():
                outcome = read_or_reject("hdruk", payload)
                assert_sound(outcome)
                assert isinstance(outcome, StudyRecord)
                numbers.append(outcome.study_number)
    assert all(numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("depth", [150, 300])
def test_what_is_nested_too_deeply_to_be_a_document_is_rejected(depth: int) -> None:
    nested = b'{"deep":' * depth + b"1" + b"}" * depth
    with pytest.raises(RejectError, match="nested more than 100 deep") as rejected:
        READ(b'{"summary": {"title": "Lighthouse Registry"}, "more": ' + nested + b"}")
    assert rejected.value.code == "malformed"
