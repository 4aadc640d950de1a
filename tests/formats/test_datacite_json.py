"""DataCite metadata in JSON, as DataCite's REST API answers."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats.datacite import DataCite
from pipeline.model.raw import RawRecord
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.protocols import split
from tests.formats.conformance import FormatConformance, assert_sound, read_or_reject, real_files, roles_of, texts
from tests.support import needs_real_records

READ = DataCite().read
XML = b"""<resource xmlns="http://datacite.org/schema/kernel-4">
  <identifier identifierType="DOI">10.5072/FROM-XML</identifier>
  <titles><title>Lamps of 2004</title></titles>
  <resourceType resourceTypeGeneral="{general}"/>
</resource>"""


def attributes(**stated: Any) -> dict[str, Any]:
    return {"doi": "10.5072/lamps-1", "titles": [{"title": "Keepers and lamps 2004"}], **stated}


def record(**stated: Any) -> StudyRecord:
    return READ(orjson.dumps(attributes(**stated)))


class TestDataCiteJson(FormatConformance):
    format_name = "datacite"
    stem = "datacite_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "study_number": "10.5072/lamps-1",
        "dois": ["10.5072/lamps-1"],
        "urls": ["https://archive.example.org/lamps-1", "https://lamps.example.org/1"],
        "same_as": ["urn:nbn:xx:0030-lamps-1", "10.5072/mirror"],
        "version": "1.1",
        "creators": ["Keeper, Odo", "Horn, Ada", "Fog Institute"],
        "publisher": "Harbour Data Archive",
        "funders": ["Council of Lamps", "Skerry Trust"],
        "series": "Lighthouse Data",
        "license": "https://creativecommons.org/licenses/by/4.0/legalcode",
        "published_year": 2019,
        "source_modified": "2020-04-27T09:33:04.000Z",
        "related": [
            Related(id="10.5072/paper", relation="IsCitedBy"),
            Related(id="https://journal.example.org/4", relation="IsPublishedIn"),
        ],
    }
    roles = roles_of("title description keyword topic geography period collection_dates language resource_type access")
    without_options = {"study_number": "10.5072/lamps-1", "dois": ["10.5072/lamps-1"]}  # noqa: RUF012

    def test_texts_of_fields(self) -> None:
        study = self.read("all_fields")
        assert [(each.text, each.language) for each in study.having(Role.TITLE)] == [
            ("Leuchtturmwärter 2004", "de"),
            ("Keepers & lamps 2004", "en"),
        ]
        assert texts(study, Role.DESCRIPTION) == ["How keepers sleep.\nWrite to", "Asked at the door."]
        assert texts(study, Role.COLLECTION_DATES) == ["2004-01/2004-06"]
        assert texts(study, Role.PERIOD) == ["1990/2004"]
        assert texts(study, Role.GEOGRAPHY) == ["Skerry Sound, Scotland", "Wales", "Iceland"]


@pytest.mark.parametrize(
    "wrap", [lambda it: it, lambda it: {"attributes": it}, lambda it: {"data": {"attributes": it}}]
)
def test_attributes_are_read_alone_and_in_an_answer(wrap: Any) -> None:
    value = wrap(attributes(language="en"))
    assert READ(orjson.dumps(value)) == record(language="en")
    assert DataCite().key(value) == "10.5072/lamps-1"
    assert DataCite().is_record(value)


def test_lists_may_be_one_object() -> None:
    study = record(titles={"title": "Lamps"}, dates={"dateType": "Collected", "date": "2004"})
    assert texts(study, Role.TITLE) == ["Lamps"]
    assert texts(study, Role.COLLECTION_DATES) == ["2004"]


@pytest.mark.parametrize(
    ("types", "code"),
    [
        ({"resourceTypeGeneral": "Dataset"}, "dataset"),
        ({"resourceTypeGeneral": "StudyRegistration"}, "study"),
        ({"resourceTypeGeneral": "Collection", "resourceType": "Survey data"}, None),
        ({"resourceType": "Dataset"}, "dataset"),
    ],
)
def test_the_general_type_decides(types: dict[str, Any], code: str | None) -> None:
    (kind,) = record(types=types).having(Role.RESOURCE_TYPE)
    assert kind.code == code


@pytest.mark.parametrize("general", ["Text", "Software", "JournalArticle", "Image", "Other"])
def test_resources_that_are_no_data_are_rejected(general: str) -> None:
    with pytest.raises(RejectError) as caught:
        record(types={"resourceTypeGeneral": general})
    assert caught.value.code == "not_a_study"


@pytest.mark.parametrize("year", [2019, "2019", 2019.0])
def test_the_year_of_publication_is_a_number_or_a_text(year: Any) -> None:
    assert record(publicationYear=year).published_year == 2019


def test_without_a_year_the_date_of_issue_has_it() -> None:
    assert record(dates=[{"dateType": "Issued", "date": "2018-03-04"}]).published_year == 2018


def test_an_error_of_the_api_is_rejected_with_its_message() -> None:
    answer = b'{"errors": [{"status": "404", "title": "The resource you are looking for doesn\'t exist."}]}'
    with pytest.raises(RejectError, match="looking for") as caught:
        READ(answer)
    assert caught.value.code == "wrong_format"
    assert DataCite().is_record(orjson.loads(answer))


@pytest.mark.parametrize(("general", "code"), [("Dataset", None), ("Text", "not_a_study")])
def test_the_xml_of_attributes_without_titles_is_read(general: str, code: str | None) -> None:
    xml = base64.b64encode(XML.replace(b"{general}", general.encode())).decode()
    outcome = read_or_reject("datacite", orjson.dumps({"data": {"attributes": {"doi": "10.5072/x", "xml": xml}}}))
    if code is None:
        assert isinstance(outcome, StudyRecord)
        assert outcome.dois == ["10.5072/from-xml"]
    else:
        assert isinstance(outcome, RejectError)
        assert outcome.code == code


@pytest.mark.parametrize("xml", ["§§", "AAAA", "PHJlc291cmNlLz4=", 7])
def test_broken_xml_in_attributes_is_a_reject(xml: Any) -> None:
    outcome = read_or_reject("datacite", orjson.dumps({"attributes": {"doi": "10.5072/x", "xml": xml}}))
    assert isinstance(outcome, RejectError)
    assert outcome.code in {"empty", "malformed", "wrong_format", "no_title"}


def test_records_by_key_are_distinguished_from_one_record() -> None:
    assert not DataCite().is_record({"a": attributes(), "b": {"attributes": {}}})
    assert DataCite().is_record({})


@needs_real_records
def test_real_answers_are_cut_and_read() -> None:
    outcomes: dict[str, Counter[str]] = {}
    for path in real_files("datacite/api_json/*json"):
        counts = outcomes.setdefault(path.name, Counter())
        for raw in split(str(path), DataCite()):
            assert isinstance(raw, RawRecord)
            assert raw.payload is not None
            outcome = read_or_reject("datacite", raw.payload)
            assert_sound(outcome)
            counts[outcome.code if isinstance(outcome, RejectError) else "read"] += 1
            if isinstance(outcome, StudyRecord):
                assert raw.record_id == (outcome.dois[0] if raw.at else path.name)
    assert outcomes["sample.json"] == {"read": 11, "not_a_study": 89}
    assert outcomes["rdatacite_dc_dois.ndjson"] == {"read": 1, "not_a_study": 4}
    assert sum(counts["read"] for counts in outcomes.values()) >= 15
