"""Dataverse's native JSON."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats.dataverse import Dataverse
from pipeline.model.record import Related, Role, Statement, StudyRecord
from tests.formats.conformance import FormatConformance, assert_sound, read_or_reject, real_files, roles_of, texts
from tests.support import needs_real_records

READ = Dataverse().read


def field(name: str, value: Any) -> dict[str, Any]:
    return {"typeName": name, "multiple": isinstance(value, list), "typeClass": "primitive", "value": value}


def compound(name: str, **parts: str) -> dict[str, Any]:
    return {"typeName": name, "value": [{part: field(part, value) for part, value in parts.items()}]}


def dataset(*fields: dict[str, Any], version: dict[str, Any] | None = None, **data: Any) -> dict[str, Any]:
    """The JSON of a dataset with a title and these citation fields."""
    block = {"citation": {"fields": [field("title", "Lighthouse Survey"), *fields]}}
    return {"datasetVersion": {"metadataBlocks": block, **(version or {})}, **data}


def record(value: Any) -> StudyRecord:
    return READ(orjson.dumps(value))


class TestDataverse(FormatConformance):
    format_name = "dataverse"
    stem = "dataverse_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "study_number": "doi:10.5072/harbour",
        "dois": ["10.5072/harbour"],
        "urls": [
            "https://doi.org/10.5072/HARBOUR",
            "https://hdl.handle.net/10411/HARBOUR",
            "https://harbour.example.org/survey",
        ],
        "same_as": ["hdl:20.500.1/HTS"],
        "version": "2.1",
        "creators": ["Quillfeather, Zephyrine", "Institute of Invented Harbours"],
        "publisher": "Example Dataverse",
        "funders": ["Imaginary Research Council", "Tideland Trust", "Lighthouse Fund"],
        "series": "Havenreeks",
        "license": "CC-BY-4.0",
        "published_year": 2014,
        "source_modified": "2020-01-02T03:04:05Z",
        "related": [
            Related(id="10.5072/night", relation="IsSupplementTo"),
            Related(id="isbn:978-0-00-000000-0", relation="publication"),
            Related(id="10.5072/collection", relation="is part of"),
            Related(id="10.5072/diary", relation="relatedDatasets"),
            Related(id="https://harbour.example.org/project", relation="otherId"),
        ],
    }
    roles = roles_of(
        "title series description keyword topic geography period collection_dates population language "
        "resource_type study_design unit_of_analysis collection_mode sample_size access"
    )
    without_options = {"study_number": "doi:10.5072/harbour", "dois": ["10.5072/harbour"]}  # noqa: RUF012

    def test_two_dates_are_one_period_and_a_missing_date_leaves_it_open(self) -> None:
        full = self.read("all_fields")
        assert texts(full, Role.PERIOD) == ["2004-01-01/2012-12-31", "/1999", "2004 - heden"]
        assert texts(full, Role.COLLECTION_DATES) == ["2011-04/"]

    def test_a_place_keeps_its_country(self) -> None:
        assert texts(self.read("all_fields"), Role.GEOGRAPHY) == [
            "Netherlands",
            "Walcheren",
            "Veere, Zeeland, Netherlands",
            "North Sea",
        ]

    def test_topics_name_their_vocabulary(self) -> None:
        topics = [(topic.text, topic.code, topic.vocabulary) for topic in self.read("all_fields").having(Role.TOPIC)]
        assert topics == [
            ("Social Sciences", None, "Dataverse subject"),
            ("Health.GeneralHealthAndWellbeing", None, "CESSDA Topic Classification"),
            ("Sociology", "D61000", "NARCIS classification"),
            ("LabourAndEmployment.Employment", "LabourAndEmployment.Employment", "CESSDA Topic Classification"),
        ]

    def test_texts_have_the_language_of_the_metadata(self) -> None:
        full = self.read("all_fields")
        assert {text.language for text in full.having(Role.DESCRIPTION)} == {"nl"}
        assert [keyword.text for keyword in full.having(Role.KEYWORD)] == ["slaap", "havens", "SLAAP"]

    def test_access_is_of_the_terms_and_of_the_data_files(self) -> None:
        access = [(statement.field, statement.text) for statement in self.read("all_fields").having(Role.ACCESS)]
        assert ("files/restricted", "restricted: true") in access
        assert ("files/restricted", "restricted: false") not in access, "the repository's own file is no data"
        assert ("termsOfAccess", "Ask the keeper.") in access
        assert ("files/dataFile/embargo", "dateAvailable: 2030-01-01") in access
        assert not any(field == "restrictions" for field, _ in access), "`no` alone states nothing"


@pytest.mark.parametrize(
    ("data", "number"),
    [
        (dataset(version={"datasetPersistentId": "doi:10.5072/FK2/ABC"}), "doi:10.5072/fk2/abc"),
        (dataset(protocol="doi", authority="10.5072", identifier="FK2/ABC"), "doi:10.5072/fk2/abc"),
        (dataset(protocol="hdl", authority="1902.1", identifier="ABC"), "hdl:1902.1/ABC"),
        (dataset(persistentUrl="https://doi.org/10.5072/FK2/ABC"), "doi:10.5072/fk2/abc"),
        ({"status": "OK", "data": dataset(protocol="perma", authority="x", identifier="1")}, "perma:x/1"),
        (dataset(), None),
    ],
)
def test_the_study_number_is_the_persistent_id(data: dict[str, Any], number: str | None) -> None:
    assert record(data).study_number == number
    assert Dataverse().key(data) == number


def test_the_native_api_s_latest_version_and_a_version_alone_are_read() -> None:
    exported = dataset(compound("keyword", keywordValue="fog"))
    native = {"latestVersion": exported["datasetVersion"]}
    assert record(exported) == record(native) == record({"status": "OK", "data": exported["datasetVersion"]})


@pytest.mark.parametrize("kind", ["software", "workflow"])
def test_software_is_no_study(kind: str) -> None:
    with pytest.raises(RejectError) as caught:
        record(dataset(datasetType=kind))
    assert (caught.value.code, caught.value.field) == ("not_a_study", "datasetType")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"status": "ERROR", "message": "Dataset with Persistent ID doi:10.5072/X not found."}, "wrong_format"),
        ({"datasetVersion": {"metadataBlocks": []}}, "wrong_format"),
        ({"datasetVersion": {"metadataBlocks": {"citation": {"fields": [field("title", " ")]}}}}, "no_title"),
        ({"datasetVersion": {"metadataBlocks": {"citation": {"fields": [field("title", ["", "N/A"])]}}}}, "no_title"),
    ],
)
def test_payloads_that_are_no_dataset_are_rejected(value: dict[str, Any], code: str) -> None:
    with pytest.raises(RejectError) as caught:
        record(value)
    assert caught.value.code == code
    assert "not found" in str(caught.value) or code != "wrong_format" or "metadataBlocks" in str(caught.value)


def test_placeholders_and_deposit_dates_state_nothing() -> None:
    study = record(
        dataset(
            compound("dsDescription", dsDescriptionValue="N/A"),
            compound("dsDescription", dsDescriptionValue="Date Submitted: 2012-12-12"),
            field("language", ["Unknown"]),
            compound("grantNumber", grantNumberAgency="See Contributors"),
        )
    )
    assert [statement.role for statement in study.statements] == [Role.TITLE]
    assert study.funders == []


def test_a_description_of_dates_in_words_is_kept() -> None:
    study = record(dataset(compound("dsDescription", dsDescriptionValue="Date: collected on 5 May 2014")))
    assert texts(study, Role.DESCRIPTION) == ["Date: collected on 5 May 2014"]


def test_the_licence_of_older_versions_is_a_word() -> None:
    assert record(dataset(version={"license": "CC0"})).license == "CC0"
    assert record(dataset(version={"license": "NONE"})).license is None


def test_each_restriction_of_files_is_stated_once() -> None:
    files = [{"label": name, "restricted": closed} for name, closed in (("a", True), ("b", False), ("c", True))]
    study = record(dataset(version={"files": files}))
    assert texts(study, Role.ACCESS) == ["restricted: true", "restricted: false"]


def test_the_metadata_language_of_the_installation_counts() -> None:
    assert next(record(dataset(metadataLanguage="fr")).having(Role.TITLE)) == Statement(
        role=Role.TITLE, field="citation/title", text="Lighthouse Survey", language="fr"
    )
    assert next(record(dataset(metadataLanguage="undefined")).having(Role.TITLE)).language is None


def test_datasets_by_key_are_distinguished_from_one_dataset() -> None:
    fmt = Dataverse()
    assert fmt.is_record(dataset())
    assert fmt.is_record({"status": "ERROR"})
    assert fmt.is_record({"status": "OK", "data": dataset()})
    assert not fmt.is_record({"a": dataset(), "b": dataset()})


@needs_real_records
@pytest.mark.parametrize("path", real_files("dataverse/*.ndjson.gz"), ids=lambda path: path.name)
def test_real_records_are_read(path: Path) -> None:
    rejected = numbers = total = 0
    with gzip.open(path) as lines:
        for payload in lines:
            total += 1
            outcome = read_or_reject("dataverse", payload)
            assert_sound(outcome)
            if isinstance(outcome, RejectError):
                rejected += 1
            else:
                numbers += outcome.study_number is not None
    assert rejected <= total / 100
    assert numbers == total - rejected
