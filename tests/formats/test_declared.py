"""The formats json and table: records and rows whose fields a catalogue file names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, get_args

import pytest

from pipeline.catalogue import Catalogue, load
from pipeline.catalogue.records import FieldName
from pipeline.errors import RejectError
from pipeline.formats import FORMATS, format_of
from pipeline.formats.declared import Declared
from pipeline.model.raw import RawRecord
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.protocols import split
from tests.formats.conformance import FormatConformance, roles_of, texts
from tests.support import PROJECT, REAL_RECORDS, needs_real_records

FIELDS: dict[str, Any] = {
    "id": "ref",
    "parent": "parent.ref",
    "name": "title",
    "description": "abstract",
    "keywords": "tags",
    "urls": "links",
    "dois": "doi",
    "geographic_coverage": "coverage.places",
    "temporal_coverage": "coverage.period",
    "start": "coverage.from",
    "end": "coverage.to",
    "population": "people.who",
    "sex": "people.sex",
    "age": "people.age",
    "age_lower": "people.min",
    "age_upper": "to_number(people.max)",
    "sample_size": "people.n",
    "data_access": "use.words",
    "access": "use.access",
    "language": "use.language",
    "creators": "makers",
    "publisher": "publisher",
    "funders": {"from": "money", "split": ";"},
    "license": "use.licence",
    "published": "published",
    "modified": "modified",
    "version": "version",
    "series": "series",
    "instruments": "scales",
    "study_design": "design",
    "topics": "topics",
    "unit_of_analysis": "unit",
    "collection_mode": "mode",
    "resource_type": "type",
    "same_as": "same",
    "related": "papers",
    "num_variables": "variables",
    "num_sweeps": "waves",
    "genetic_data_collected": "dna",
}
COLUMNS: dict[str, Any] = {
    "id": "Study ID",
    "parent": "Programme",
    "name": "Title",
    "description": "Abstract",
    "keywords": {"from": "Keywords", "split": ";"},
    "urls": "Link",
    "dois": "DOI",
    "geographic_coverage": {"from": "Countries", "split": ";"},
    "temporal_coverage": "Period",
    "start": "From",
    "end": "To",
    "population": "Who",
    "sex": "Sex",
    "age": "Ages",
    "age_lower": "Youngest",
    "age_upper": "Oldest",
    "sample_size": "People",
    "data_access": "Terms",
    "access": "Access",
    "language": "Language",
    "creators": {"from": "Makers", "split": ";"},
    "publisher": "Publisher",
    "funders": "Funders",
    "license": "Licence",
    "published": "Published",
    "modified": "Changed",
    "version": "Version",
    "series": "Series",
    "instruments": "Scales",
    "study_design": "Design",
    "topics": "Topic",
    "unit_of_analysis": "Unit",
    "collection_mode": "Mode",
    "resource_type": "Kind",
    "same_as": "Same",
    "related": "Papers",
    "num_variables": "Variables",
    "num_sweeps": "Waves",
    "genetic_data_collected": "DNA",
}
OF_FACETS = roles_of(
    "title series description keyword geography period population sex age sample_size access language "
    "instrument study_design topic unit_of_analysis collection_mode resource_type num_variables "
    "num_sweeps genetic_data"
)


def declared(fields: dict[str, Any], **keys: Any) -> Declared:
    """The format that a catalogue file with these fields declares."""
    catalogue = {"name": "harbour", "title": "Harbour", "protocol": {"type": "files", "path": "*"}, "format": "json"}
    fmt = format_of(Catalogue.model_validate({**catalogue, "fields": fields, "file": Path("harbour.yaml"), **keys}))
    assert isinstance(fmt, Declared)
    return fmt


def read(fields: dict[str, Any], **value: Any) -> StudyRecord:
    return declared({"name": "title", **fields}).read(json.dumps({"title": "Harbour", **value}).encode())


def placed(record: StudyRecord, role: Role) -> list[tuple[str, str]]:
    return [(statement.field, statement.text) for statement in record.having(role)]


@pytest.fixture(scope="module")
def _registered() -> Iterator[None]:
    """The format of these fixtures by the name by which the conformance suite asks for it."""
    FORMATS["json"] = declared(FIELDS)
    FORMATS["table"] = declared(COLUMNS, format="table")
    yield
    del FORMATS["json"], FORMATS["table"]


@pytest.mark.usefixtures("_registered")
class TestJson(FormatConformance):
    format_name = "json"
    stem = "json_record"
    suffix = ".json"
    roles = OF_FACETS
    states: ClassVar[dict[str, Any]] = {
        "study_number": "4711",
        "parent": "harbour-programme",
        "dois": ["10.5072/harbour.1"],
        "urls": ["https://harbour.example/panel"],
        "same_as": ["https://other.example/studies/9"],
        "version": "2.1",
        "creators": ["Ada Invented", "Bo Invented"],
        "publisher": "Harbour Archive",
        "funders": ["Sea Fund", "Shore Fund"],
        "series": "Harbour Studies",
        "license": "CC-BY-4.0",
        "published_year": 2006,
        "related": [Related(id="10.5072/paper.7", relation="papers"), Related(id="Harbour book", relation="papers")],
        "source_modified": "2024-05-06T07:08:09Z",
    }
    without_options: ClassVar[dict[str, Any]] = {}

    def test_statements_have_the_records_texts_and_the_catalogues_paths(self) -> None:
        record = self.read("all_fields")
        assert placed(record, Role.TITLE) == [("title", "Harbour Families Panel & Register")]
        assert placed(record, Role.KEYWORD) == [("tags", "families"), ("tags", "harbours"), ("tags", "boats")]
        assert placed(record, Role.PERIOD) == [
            ("coverage.period", "spring and autumn of 2003"),
            ("coverage.from,coverage.to", "2001/2004-06-30"),
        ]
        assert placed(record, Role.AGE) == [("people.age", "adults"), ("people.min,to_number(people.max)", "18-65")]
        assert placed(record, Role.SAMPLE_SIZE) == [("people.n", "1250")]
        assert placed(record, Role.GENETIC_DATA) == [("dna", "false")]
        assert placed(record, Role.LANGUAGE) == [("use.language", "Finnish"), ("use.language", "sv")]


@pytest.mark.usefixtures("_registered")
class TestTable(FormatConformance):
    format_name = "table"
    stem = "table_record"
    suffix = ".json"
    roles = OF_FACETS
    states: ClassVar[dict[str, Any]] = {
        **TestJson.states,
        "version": "2",
        "funders": ["Sea Fund"],
        "related": [Related(id="10.5072/paper.7", relation="Papers")],
        "source_modified": "2024-05-06",
    }
    without_options: ClassVar[dict[str, Any]] = {}

    def test_statements_have_the_columns_names(self) -> None:
        record = self.read("all_fields")
        assert placed(record, Role.KEYWORD) == [("Keywords", "families"), ("Keywords", "boats")]
        assert placed(record, Role.PERIOD) == [("Period", "2001/2004"), ("From,To", "2001-03-01/2004")]
        assert placed(record, Role.AGE) == [("Ages", "adults"), ("Youngest,Oldest", "18-65")]


def test_every_field_that_a_file_can_map_is_in_the_fixtures() -> None:
    assert set(FIELDS) == set(COLUMNS) == set(get_args(FieldName))


@pytest.mark.parametrize(
    ("lower", "upper", "stated"),
    [
        (18, 65, ["18-65"]),
        (18, None, ["18+"]),
        (None, 65, ["up to 65"]),
        ("18 Years", "65 Years", ["18 Years to 65 Years"]),
        ("6 Months", None, ["6 Months and older"]),
        ("N/A", "65 Years", ["up to 65 Years"]),
        (None, None, []),
    ],
)
def test_two_ages_are_one_statement(lower: Any, upper: Any, stated: list[str]) -> None:
    record = read({"age_lower": "a", "age_upper": "b"}, a=lower, b=upper)
    assert [text for _, text in placed(record, Role.AGE)] == stated


def test_several_periods_are_several_statements() -> None:
    record = read({"start": "waves[].from", "end": "waves[].to"}, waves=[{"from": 2001, "to": 2002}, {"from": 2005}])
    assert [text for _, text in placed(record, Role.PERIOD)] == ["2001/2002", "2005/"]


@pytest.mark.parametrize(
    ("written", "stated"),
    [("2004:2008", "2004/2008"), ("2004:", "2004/"), ("2008: ongoing", "2008/ongoing"), ("12:30", "12:30")],
)
def test_years_with_a_colon_between_are_a_period(written: str, stated: str) -> None:
    assert placed(read({"temporal_coverage": "t"}, t=written), Role.PERIOD) == [("t", stated)]


def test_every_place_of_a_field_is_read() -> None:
    record = read({"description": {"from": ["short", "long"]}}, short="Boats.", long="All of the boats.")
    assert placed(record, Role.DESCRIPTION) == [("short", "Boats."), ("long", "All of the boats.")]


def test_a_function_that_cannot_take_a_value_finds_nothing() -> None:
    assert placed(read({"keywords": "join(', ', tags)"}, tags=7), Role.KEYWORD) == []


def test_deep_lists_are_unfolded_up_to_the_bound_of_depth() -> None:
    payload = b'{"title": "Harbour", "tags": ' + b"[" * 90 + b'"deep"' + b"]" * 90 + b"}"
    record = declared({"name": "title", "keywords": "tags"}).read(payload)
    assert placed(record, Role.KEYWORD) == [("tags", "deep")]


def test_a_record_with_fields_and_without_name_has_no_title() -> None:
    fmt = declared({"name": "titles.main", "keywords": "tags"})
    for payload, code in ((b'{"tags": ["boats"]}', "no_title"), (b'{"error": "gone"}', "wrong_format")):
        with pytest.raises(RejectError) as caught:
            fmt.read(payload)
        assert (caught.value.code, caught.value.field) == (code, "titles.main")


def test_a_record_is_distinguished_from_records_by_key() -> None:
    fmt = declared({"id": "ref", "name": "title"})
    assert fmt.is_record({"title": "Harbour", "ref": "h"})
    assert not fmt.is_record({"h": {"title": "Harbour"}, "q": {"title": "Quay"}})
    assert fmt.key({"title": "Harbour", "ref": 7}) == "7"
    assert fmt.key({"title": "Harbour"}) is None


def test_trials_are_read_as_the_projects_catalogue_declares() -> None:
    trial = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000000", "briefTitle": "Lamps at Night"},
            "statusModule": {
                "startDateStruct": {"date": "2004-03"},
                "completionDateStruct": {"date": "2006-01-31"},
                "lastUpdatePostDateStruct": {"date": "2007-02-03"},
            },
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Fog Trust"}, "collaborators": [{"name": "Port"}]},
            "descriptionModule": {"briefSummary": "Do lamps help keepers sleep?", "detailedDescription": "A trial."},
            "conditionsModule": {"conditions": ["Insomnia"], "keywords": ["lamps"]},
            "designModule": {"studyType": "INTERVENTIONAL", "enrollmentInfo": {"count": 120}},
            "eligibilityModule": {
                "eligibilityCriteria": "Keepers of lighthouses.",
                "sex": "FEMALE",
                "minimumAge": "18 Years",
                "maximumAge": "65 Years",
            },
            "contactsLocationsModule": {"locations": [{"country": "Norway"}, {"country": "Norway"}]},
        }
    }
    record = format_of(load(PROJECT / "catalogues" / "clinicaltrials.yaml")).read(json.dumps(trial).encode())
    assert (record.study_number, record.publisher, record.funders) == ("NCT00000000", "Fog Trust", ["Port"])
    assert record.source_modified == "2007-02-03"
    assert {role.value: texts(record, role) for role in Role if texts(record, role)} == {
        "title": ["Lamps at Night"],
        "description": ["Do lamps help keepers sleep?", "A trial."],
        "keyword": ["Insomnia", "lamps"],
        "geography": ["Norway"],
        "period": ["2004-03/2006-01-31"],
        "population": ["Keepers of lighthouses."],
        "sex": ["FEMALE"],
        "age": ["18 Years to 65 Years"],
        "study_design": ["INTERVENTIONAL"],
        "sample_size": ["120"],
    }


@needs_real_records
def test_real_cohorts_are_read() -> None:
    cohorts = json.loads((REAL_RECORDS / "ihcc/cohorts.json").read_bytes())
    fmt = declared(
        {"name": "cohort_name", "geographic_coverage": "countries", "temporal_coverage": "enrollment_period"}
    )
    records = [fmt.read(json.dumps(cohort).encode()) for cohort in cohorts]
    assert len(records) == 33
    assert sum(any(record.having(Role.GEOGRAPHY)) for record in records) == 32


@needs_real_records
def test_real_trials_are_read_as_the_projects_catalogue_declares() -> None:
    fmt = format_of(load(PROJECT / "catalogues" / "clinicaltrials.yaml"))
    path = REAL_RECORDS / "ctgov/v2_originals.ndjson.gz"
    records = [fmt.read(raw.payload or b"") for raw in split(str(path), fmt) if isinstance(raw, RawRecord)]
    assert len(records) == 528
    assert all(record.study_number and record.study_number.startswith("NCT") for record in records)
    for role in (Role.TITLE, Role.DESCRIPTION, Role.KEYWORD, Role.POPULATION, Role.SEX, Role.PERIOD):
        assert all(any(record.having(role)) for record in records), role


def test_a_licence_is_a_statement_on_access_too() -> None:
    record = read(
        {"access": "use", "license": "terms"}, use="Restricted", terms="https://creativecommons.org/licenses/by/4.0/"
    )

    assert placed(record, Role.ACCESS) == [
        ("use", "Restricted"),
        ("terms", "https://creativecommons.org/licenses/by/4.0/"),
    ]


def test_true_and_false_state_access_with_the_name_of_their_place() -> None:
    assert placed(read({"access": "private"}, private=False), Role.ACCESS) == [("private", "private: false")]
    assert placed(read({"access": "dataset.isopen"}, dataset={"isopen": True}), Role.ACCESS) == [
        ("dataset.isopen", "isopen: true")
    ]
