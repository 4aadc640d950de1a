"""Dublin Core: every element, coverages of each kind, and records that are no study."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.errors import RejectError
from pipeline.formats import format_named
from pipeline.model.raw import RawRecord
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.protocols.files.splitting import split
from tests.formats.conformance import FormatConformance, Wording, read_or_reject, real_files, roles_of
from tests.support import needs_real_records

SICKLE = real_files(
    "oai_pmh/sickle/ListRecords[123].xml", "oai_pmh/sickle/ListRecords.xml", "oai_pmh/sickle/GetRecord*.xml"
)


def record_of(*elements: str) -> StudyRecord:
    """The record of a title and these elements (see `element`)."""
    return format_named("dublin-core").read(payload_of(*elements))


def payload_of(*elements: str) -> bytes:
    inner = "".join(f"<dc:{element}" for element in elements)
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Tidal Towns</dc:title>{inner}</oai_dc:dc>'
    ).encode()


def element(name: str, text: str) -> str:
    return f"{name}>{text}</dc:{name}>"


class TestDublinCore(FormatConformance):
    format_name: ClassVar[str] = "dublin-core"
    stem: ClassVar[str] = "dublin_core_record"
    suffix: ClassVar[str] = ".xml"
    without_options: ClassVar[dict[str, Any]] = {}
    states: ClassVar[dict[str, Any]] = {
        "study_number": None,
        "dois": ["10.5072/nda.42"],
        "urls": ["https://data.example.org/4711/"],
        "same_as": ["urn:nbn:xx:nda:0042", "10.5072/copy.42", "hdl:10013/nda.42"],
        "creators": ["Moorland, Tessa", "Vane-Okpara, Ben"],
        "publisher": "Northern Data Archive",
        "funders": ["HRC"],
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "published_year": 2011,
        "related": [
            Related(id="10.5072/ports.1", relation="relation"),
            Related(id="Port registers of Northland", relation="source"),
        ],
        "source_modified": "2021-03-04T05:06:07Z",
    }
    roles: ClassVar[frozenset[Role]] = roles_of(
        "title description keyword resource_type geography period language access"
    )

    wording: ClassVar[Wording] = {
        Role.TITLE: [("Harbour Towns Panel, 2004-2009", "en"), ("Panel Havensteden, 2004-2009", "nl")],
        Role.DESCRIPTION: [
            ("People in harbour towns were asked about their work & health.\nA second paragraph.", "en"),
            ("Mensen in havensteden.", "nl"),
        ],
        Role.KEYWORD: [("ports", "en"), ("Working conditions", "en"), ("havens", None)],
        Role.GEOGRAPHY: [("Northland", "en"), ("Quayside", None), ("Saltmarket, 2010", None)],
        Role.PERIOD: [("2004-03-01/2009", None), ("1995/1999", None)],
        Role.LANGUAGE: [("eng", None), ("nl", None)],
        Role.ACCESS: [("Registered users only.", "en"), ("https://creativecommons.org/licenses/by/4.0/", None)],
    }


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("1951-2001", Role.PERIOD),
        ("March 2004 to June 2005", Role.PERIOD),
        ("2004-01-01T00:00:00Z/2005-12-31T00:00:00Z", Role.PERIOD),
        ("vanaf 1998", Role.PERIOD),
        ("19th century", Role.PERIOD),
        ("Bronze Age", Role.PERIOD),
        ("Time period: 1993--1994", Role.PERIOD),
        ("England", Role.GEOGRAPHY),
        ("Essen", Role.GEOGRAPHY),
        ("GB", Role.GEOGRAPHY),
        ("Amsterdam, 1012 AB", Role.GEOGRAPHY),
        ("northlimit=53.9; southlimit=53.1; name=Salt Flats", Role.GEOGRAPHY),
    ],
)
def test_coverage_is_a_period_or_a_place(text: str, role: Role) -> None:
    record = record_of(element("coverage", text))
    assert {item.role for item in record.having(Role.PERIOD, Role.GEOGRAPHY)} == {role}


def test_years_beside_a_place_count_where_there_is_no_other_period() -> None:
    place = element("coverage", "Northland (1871-1945)")
    assert [item.text for item in record_of(place).having(Role.PERIOD)] == ["Northland (1871-1945)"]
    record = record_of(place, element("coverage", "1850 - 1875"))
    assert [item.text for item in record.having(Role.PERIOD)] == ["1850 - 1875"]
    assert [item.text for item in record.having(Role.GEOGRAPHY)] == ["Northland (1871-1945)"]


def test_rights_in_the_metadata_are_not_read() -> None:
    free = "All our metadata are free: https://creativecommons.org/publicdomain/zero/1.0/"
    record = record_of(element("rights", free), element("rights", "On request"))
    assert record.license is None
    assert [item.text for item in record.having(Role.ACCESS)] == ["On request"]


def test_an_alternative_doi_is_the_records_own_where_it_has_no_other() -> None:
    record = record_of(element("relation", "info:eu-repo/semantics/altIdentifier/doi/10.5072/nda.9"))
    assert (record.dois, record.same_as, record.related) == (["10.5072/nda.9"], [], [])


@pytest.mark.parametrize(
    "text", ["North 53.9, South 53.1, East 3.2, West 3.1", "53.2, 3.1", "northlimit=53.9; southlimit=53.1", "12"]
)
def test_coordinates_state_no_place(text: str) -> None:
    assert not list(record_of(element("coverage", text)).having(Role.GEOGRAPHY, Role.PERIOD))


@pytest.mark.parametrize(
    "types",
    [
        ["text"],
        ["Article", "PeerReviewed"],
        ["info:eu-repo/semantics/doctoralThesis"],
        ["http://purl.org/coar/resource_type/c_5ce6"],
        ["http://purl.org/dc/dcmitype/StillImage"],
        ["Software"],
        ["info:eu-repo/semantics/other"],
        ["Other", "NonPeerReviewed"],
        ["Conference or Workshop Item", "Something else"],
    ],
)
def test_records_of_other_types_are_no_studies(types: list[str]) -> None:
    outcome = read_or_reject("dublin-core", payload_of(*(element("type", text) for text in types)))
    assert isinstance(outcome, RejectError)
    assert (outcome.code, outcome.field) == ("not_a_study", "type")


@pytest.mark.parametrize(
    "types",
    [
        [],
        ["Dataset"],
        ["text", "Dataset"],
        ["http://purl.org/coar/resource_type/c_ddb1"],
        ["Survey data"],
        ["Enquête"],
        ["Other", "Enquête"],
        ["Data Collection", "NonPeerReviewed"],
    ],
)
def test_data_are_read_whatever_other_types_they_have(types: list[str]) -> None:
    record = record_of(*(element("type", text) for text in types))
    assert [item.text for item in record.having(Role.RESOURCE_TYPE)] == types


@pytest.mark.parametrize("subject", ["info:eu-repo/classification/ddc/300", "ddc:300"])
def test_a_class_of_a_classification_is_no_keyword(subject: str) -> None:
    record = record_of(element("subject", subject))
    assert not list(record.having(Role.KEYWORD))
    assert [(item.code, item.vocabulary) for item in record.having(Role.TOPIC)] == [("300", "ddc")]


def test_a_date_is_of_publication_and_never_a_period() -> None:
    record = record_of(element("date", "1999-01-01"))
    assert record.published_year == 1999
    assert not list(record.having(Role.PERIOD, Role.COLLECTION_DATES))


def test_without_creators_contributors_count() -> None:
    assert record_of(element("contributor", "Quay, Ida")).creators == ["Quay, Ida"]


def test_a_record_without_a_title_is_rejected() -> None:
    outcome = read_or_reject("dublin-core", payload_of().replace(b"Tidal Towns", b"N/A"))
    assert isinstance(outcome, RejectError)
    assert outcome.code == "no_title"


@needs_real_records
@pytest.mark.parametrize("path", SICKLE, ids=lambda path: path.name)
def test_real_articles_are_no_studies(path: Path) -> None:
    raws = [item for item in split(str(path), format_named("dublin-core")) if isinstance(item, RawRecord)]
    outcomes = [read_or_reject("dublin-core", raw.payload) for raw in raws if raw.payload is not None]
    assert outcomes
    assert all(isinstance(outcome, RejectError) and outcome.code == "not_a_study" for outcome in outcomes)
