"""DataCite in XML: every property, every kernel, the OAI wrapper, and resources that are no data."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, ClassVar

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats import format_named
from pipeline.model.record import Related, Role, StudyRecord
from tests.formats.conformance import FormatConformance, Wording, assert_sound, read_or_reject, real_files, roles_of
from tests.support import needs_real_records

REAL = real_files("datacite/api_json/*.json")


class TestDataCite(FormatConformance):
    format_name: ClassVar[str] = "datacite"
    stem: ClassVar[str] = "datacite_record"
    suffix: ClassVar[str] = ".xml"
    damaged: ClassVar[tuple[str, ...]] = (*FormatConformance.damaged, "kernel_2")
    without_options: ClassVar[dict[str, Any]] = {"study_number": "10.5072/nda.43", "dois": ["10.5072/nda.43"]}
    states: ClassVar[dict[str, Any]] = {
        "study_number": "10.5072/nda.42",
        "dois": ["10.5072/nda.42", "10.5072/nda.42.alt"],
        "urls": ["https://data.example.org/42"],
        "same_as": ["urn:nbn:xx:nda:0042", "10.5072/copy.42", "https://other.example.org/42"],
        "version": "1.2.0",
        "creators": ["Moorland, Tessa", "Vane-Okpara, Ben"],
        "publisher": "Northern Data Archive",
        "funders": ["Harbour Research Council", "Port Foundation"],
        "series": "Harbour Towns",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "published_year": 2011,
        "related": [
            Related(id="10.5072/nda.42.all", relation="IsVersionOf"),
            Related(id="10.5072/nda", relation="IsPartOf"),
            Related(id="0000-0000", relation="IsReferencedBy"),
            Related(id="10.5072/ports.1", relation="IsCitedBy"),
        ],
        "source_modified": "2021-03-04T05:06:07Z",
    }
    roles: ClassVar[frozenset[Role]] = roles_of(
        "title description keyword topic geography period collection_dates resource_type language access"
    )

    wording: ClassVar[Wording] = {
        Role.TITLE: [
            ("Harbour Towns Panel, 2004-2009", "en"),
            ("Panel Havensteden, 2004-2009", "nl"),
            ("Waves one to six", "en"),
            ("Satamakaupungit", None),
        ],
        Role.DESCRIPTION: [
            ("People in harbour towns were asked about their work & health.\n\nA second paragraph.", "en"),
            ("Mensen in havensteden.", "nl"),
            ("Interviews at the door. Write to .", "en"),
        ],
        Role.KEYWORD: [("PORTS", "en"), ("havens", "nl")],
        Role.PERIOD: [("1995/2009", None)],
        Role.COLLECTION_DATES: [("2004-03-01/2009-06-30", None)],
        Role.GEOGRAPHY: [("Northland", None), ("Quayside and Saltmarket", None)],
        Role.ACCESS: [
            ("Registered users only.", "en"),
            ("Restricted", None),
            ("info:eu-repo/semantics/restrictedAccess", None),
            ("CC BY 4.0", None),
        ],
    }

    def test_codes_and_their_vocabularies(self) -> None:
        coded = [
            (item.text, item.code, item.vocabulary)
            for item in self.read("all_fields").having(Role.RESOURCE_TYPE, Role.TOPIC, Role.KEYWORD)
        ]
        assert coded == [
            ("Survey data", "dataset", None),
            ("Transport and travel", "TransportAndTravel", "CESSDA Topic Classification"),
            ("FOS: Sociology", None, "Fields of Science and Technology (FOS)"),
            ("PORTS", "https://elsst.example.org/ports", "ELSST"),
            ("havens", None, None),
        ]

    def test_kernel_2_has_rights_and_funders_in_other_elements(self) -> None:
        record = self.read("kernel_2")
        assert [item.text for item in record.having(Role.ACCESS)] == ["Available on request"]
        assert record.funders == ["Port Foundation"]
        assert record.creators == ["Quay, Ida"]
        assert record.publisher == "Northern Data Archive"
        assert record.published_year == 1999
        assert not list(record.having(Role.PERIOD, Role.COLLECTION_DATES, Role.RESOURCE_TYPE))


def resource(kind: str) -> bytes:
    return (
        '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.5072/nda.1'
        f"</identifier><titles><title>Tidal Towns</title></titles>{kind}</resource>"
    ).encode()


@pytest.mark.parametrize(
    "general", ["Text", "Software", "Image", "JournalArticle", "Audiovisual", "Other", "Model", "Project"]
)
def test_resources_of_other_types_are_no_studies(general: str) -> None:
    outcome = read_or_reject("datacite", resource(f'<resourceType resourceTypeGeneral="{general}"/>'))
    assert isinstance(outcome, RejectError)
    assert (outcome.code, outcome.field) == ("not_a_study", "resourceTypeGeneral")
    assert general in str(outcome)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ('<resourceType resourceTypeGeneral="Dataset"/>', "dataset"),
        ('<resourceType resourceTypeGeneral="Collection">Survey series</resourceType>', None),
        ('<resourceType resourceTypeGeneral="StudyRegistration"/>', "study"),
        ("<resourceType>Survey data</resourceType>", None),
    ],
)
def test_data_and_studies_are_read(kind: str, code: str | None) -> None:
    record = format_named("datacite").read(resource(kind))
    assert [item.code for item in record.having(Role.RESOURCE_TYPE)] == [code]


def test_a_handle_is_no_doi_and_identifies_the_same_resource() -> None:
    payload = resource("").replace(b'"DOI">10.5072/nda.1<', b'"Handle">10037.1/10294<')
    record = format_named("datacite").read(payload)
    assert (record.study_number, record.dois, record.same_as) == (None, [], ["hdl:10037.1/10294"])


def test_a_term_for_access_is_kept_beside_its_text() -> None:
    uri = "http://purl.org/coar/access_right/c_abf2"
    payload = resource(f'<rightsList><rights rightsURI="{uri}">Ouvert</rights></rightsList>')
    assert [item.text for item in format_named("datacite").read(payload).having(Role.ACCESS)] == ["Ouvert", uri]


def test_a_wrapper_without_a_resource_is_rejected() -> None:
    outcome = read_or_reject("datacite", b"<oai_datacite><payload/></oai_datacite>")
    assert isinstance(outcome, RejectError)
    assert outcome.code == "wrong_format"


@needs_real_records
def test_real_resources_are_data_or_no_studies() -> None:
    outcomes = [read_or_reject("datacite", payload) for payload in _real_resources()]
    for outcome in outcomes:
        assert_sound(outcome)
    data = [outcome for outcome in outcomes if isinstance(outcome, StudyRecord)]
    assert len(data) == 2
    assert all(record.dois and record.creators and list(record.having(Role.DESCRIPTION)) for record in data)
    assert {outcome.code for outcome in outcomes if isinstance(outcome, RejectError)} == {"not_a_study"}


def _real_resources() -> Iterator[bytes]:
    """The XML that answers of DataCite's API carry."""
    for path in REAL:
        try:
            answer = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError:
            continue
        data = answer.get("data") if isinstance(answer, dict) else None
        for item in data if isinstance(data, list) else [data if isinstance(data, dict) else answer]:
            attributes = item.get("attributes", item) if isinstance(item, dict) else {}
            if isinstance(packed := attributes.get("xml"), str):
                yield base64.b64decode(packed)
