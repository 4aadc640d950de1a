"""DDI-Lifecycle: every field, every version, objects that refer to each other, and documents without a study."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.errors import RejectError
from pipeline.formats import format_named
from pipeline.model.record import Related, Role, StudyRecord
from tests.formats.conformance import (
    FIXTURES,
    Coding,
    FormatConformance,
    Wording,
    assert_sound,
    read_or_reject,
    real_files,
    roles_of,
    texts,
)
from tests.support import needs_real_records

REAL = real_files("xml/*/ddi_lifecycle*/*.xml")
OTHERS = real_files("xml/*/*/*.xml", "oai_pmh/*/*.xml")


def fixture(variant: str) -> StudyRecord:
    return format_named("ddi-lifecycle").read((FIXTURES / f"ddi_lifecycle_record_{variant}.xml").read_bytes())


class TestDdiLifecycle(FormatConformance):
    format_name: ClassVar[str] = "ddi-lifecycle"
    stem: ClassVar[str] = "ddi_lifecycle_record"
    suffix: ClassVar[str] = ".xml"
    damaged: ClassVar[tuple[str, ...]] = (
        *FormatConformance.damaged,
        "version_3_1",
        "version_3_3_fragments",
        "group",
    )
    without_options: ClassVar[dict[str, Any]] = {}
    states: ClassVar[dict[str, Any]] = {
        "study_number": "NDA0042",
        "dois": ["10.5072/nda.42"],
        "urls": ["https://data.example.org/studies/42", "https://data.example.org/files/42"],
        "same_as": ["urn:ddi:org.example.nda:su42:1.0.0"],
        "version": "2.1.0",
        "creators": ["Moorland, Tessa", "Vane-Okpara, Ben"],
        "publisher": "Northern Data Archive",
        "funders": ["Harbour Research Council"],
        "series": "Harbour Towns",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "published_year": 2011,
        "related": [
            Related(id="10.5072/ports.1", relation="Publication"),
            Related(id="Nets and knots", relation="Publication"),
        ],
        "source_modified": "2021-03-04T05:06:07Z",
    }
    roles: ClassVar[frozenset[Role]] = roles_of(
        "title description keyword topic geography period collection_dates population unit_of_analysis "
        "study_design collection_mode sample_size num_variables access language resource_type"
    )

    wording: ClassVar[Wording] = {
        Role.TITLE: [
            ("Harbour Towns Panel, 2004-2009", "en"),
            ("Panel Havensteden, 2004-2009", "nl"),
            ("Waves one to six", "en"),
            ("Satamakaupungit", None),
        ],
        Role.DESCRIPTION: [
            ("People in harbour towns were asked about their work & health.\nA second paragraph.", "en"),
            ("Mensen in havensteden.", "nl"),
            ("To know the quay.", "en"),
        ],
        Role.KEYWORD: [("PORTS", "en"), ("havens", "nl")],
        Role.PERIOD: [("2004-03/2005", None), ("2008-01-01/", None)],
        Role.COLLECTION_DATES: [("2004-03-01/2009-06-30", None), ("2010", None)],
        Role.SAMPLE_SIZE: [("2400", None)],
        Role.NUM_VARIABLES: [("3", None)],
        Role.LANGUAGE: [("nl", None), ("fy", None), ("de", None)],
        Role.RESOURCE_TYPE: [("Dataset", None)],
        Role.ACCESS: [
            ("B", None),
            ("Restricted", None),
            ("Registered users only.", "en"),
            ("Alleen voor geregistreerde gebruikers.", "nl"),
        ],
    }

    coding: ClassVar[Coding] = {
        Role.TOPIC: [
            ("TransportAndTravel", "TransportAndTravel", "CESSDA Topic Classification"),
            ("Havens", None, "NDA Topics"),
        ],
        Role.STUDY_DESIGN: [("Longitudinal.Panel", "Longitudinal.Panel", "TimeMethod"), ("Panel, yearly", None, None)],
        Role.COLLECTION_MODE: [("Interview.FaceToFace", "Interview.FaceToFace", "ModeOfCollection")],
        Role.GEOGRAPHY: [
            ("NL", "NL", None),
            ("Netherlands", "NL", None),
            ("Nederland", "NL", None),
            ("Harbour towns in the north", None, None),
        ],
    }

    def test_a_universe_includes_or_excludes(self) -> None:
        population = [
            (item.text, item.field, item.excludes) for item in self.read("all_fields").having(Role.POPULATION)
        ]
        assert population == [
            ("Two adults in each household.", "SamplingProcedure/Description", False),
            ("Adults of 18 to 65 in harbour towns", "Universe/Description", False),
            ("Seafarers at sea", "Universe/Label", True),
        ]


def test_version_3_1_has_texts_where_later_ones_have_strings() -> None:
    record = fixture("version_3_1")
    assert [(item.text, item.language) for item in record.having(Role.TITLE)] == [
        ("Fiskestäder", "sv"),
        ("Fishing Towns", "en"),
        ("FT", None),
    ]
    assert record.study_number == "NDA 0007"
    assert record.dois == ["10.5072/nda.7"]
    assert (record.creators, record.publisher, record.series) == (["Quay, Ida"], "Northern Data Archive", "Towns")
    assert texts(record, Role.POPULATION) == ["Crews of fishing boats"]
    assert texts(record, Role.GEOGRAPHY) == ["Sweden"]
    assert texts(record, Role.DESCRIPTION) == ["Crews were asked about the sea."]
    assert texts(record, Role.STUDY_DESIGN) == ["Cross-section"]
    assert texts(record, Role.ACCESS) == ["Always requires permission"]


def test_fragments_are_read_from_the_study_of_the_top_level_reference() -> None:
    record = fixture("version_3_3_fragments")
    assert texts(record, Role.TITLE) == ["Tidal Towns, age 11"]
    assert texts(record, Role.POPULATION) == ["Children born in tidal towns in 1988"]
    assert texts(record, Role.PERIOD) == ["1999/2000"]
    assert texts(record, Role.COLLECTION_MODE) == ["Interview.FaceToFace"]
    assert texts(record, Role.STUDY_DESIGN) == ["Longitudinal.CohortEventBased"]
    assert texts(record, Role.GEOGRAPHY) == ["NL"]
    assert texts(record, Role.NUM_VARIABLES) == ["2"]
    assert record.same_as == ["urn:ddi:org.example:su9:4"]
    assert record.study_number is None


def test_cases_and_variables_are_not_counted_where_fragments_are_missing() -> None:
    record = fixture("version_3_3_fragments")
    assert not texts(record, Role.SAMPLE_SIZE), "a second file is elsewhere"
    payload = (FIXTURES / "ddi_lifecycle_record_version_3_3_fragments.xml").read_bytes()
    references = b"".join(b"<r:VariableReference><r:ID>v%d</r:ID></r:VariableReference>" % at for at in range(3))
    some = payload.replace(b"<c:Universe>", b"<c:Universe>" + references)
    assert not texts(format_named("ddi-lifecycle").read(some), Role.NUM_VARIABLES)


@pytest.mark.parametrize("root", ["{study}", "<f:Fragment xmlns:f='ddi:instance:3_3'>{study}</f:Fragment>"])
def test_a_study_unit_may_be_the_document(root: str) -> None:
    study = (
        '<s:StudyUnit xmlns:s="ddi:studyunit:3_3" xmlns:r="ddi:reusable:3_3"><r:ID>su1</r:ID><r:Citation><r:Title>'
        '<r:String xml:lang="fr">Villes</r:String></r:Title></r:Citation></s:StudyUnit>'
    )
    record = format_named("ddi-lifecycle").read(root.format(study=study).encode())
    assert texts(record, Role.TITLE) == ["Villes"]


def test_several_studies_are_read_as_the_group_that_they_are_in() -> None:
    record = fixture("group")
    assert texts(record, Role.TITLE) == ["Tidal Towns Cohort"]
    assert texts(record, Role.DESCRIPTION) == ["A cohort in two sweeps."]
    assert [item.code for item in record.having(Role.RESOURCE_TYPE)] == ["study"]
    assert record.study_number == "NDA0050"


def test_one_study_in_two_languages_is_read_as_one() -> None:
    titles = [f'<r:Citation><r:Title xml:lang="{tag}">{tag}</r:Title></r:Citation>' for tag in ("sv", "en")]
    units = "".join(f'<s:StudyUnit id="a">{title}</s:StudyUnit>' for title in titles)
    payload = f'<DDIInstance xmlns:r="r" xmlns:s="s">{units}</DDIInstance>'
    record = format_named("ddi-lifecycle").read(payload.encode())
    assert [(item.text, item.language) for item in record.having(Role.TITLE)] == [("sv", "sv"), ("en", "en")]


def test_several_studies_without_a_group_are_read_as_their_instance() -> None:
    title = "<r:Citation><r:Title><r:String>Tidal Towns, all ages</r:String></r:Title></r:Citation>"
    payload = (
        '<ddi:DDIInstance xmlns:ddi="ddi:instance:3_2" xmlns:r="ddi:reusable:3_2" xmlns:s="ddi:studyunit:3_2">'
        f"{title}<s:StudyUnit><r:ID>a</r:ID></s:StudyUnit><s:StudyUnit><r:ID>b</r:ID></s:StudyUnit></ddi:DDIInstance>"
    )
    assert texts(format_named("ddi-lifecycle").read(payload.encode()), Role.TITLE) == ["Tidal Towns, all ages"]


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<r:URN>urn:ddi:org.example:x:1</r:URN>", "no StudyUnit"),
        ("<s:StudyUnit id='a'/><s:StudyUnit id='b'/>", "2 studies"),
        ("<s:StudyUnit/><s:StudyUnit/>", "2 studies"),
    ],
)
def test_a_document_that_is_not_of_one_study_is_rejected(inner: str, words: str) -> None:
    payload = (
        '<ddi:DDIInstance xmlns:ddi="ddi:instance:3_3" xmlns:r="ddi:reusable:3_3" xmlns:s="ddi:studyunit:3_3">'
        f"{inner}</ddi:DDIInstance>"
    ).encode()
    outcome = read_or_reject("ddi-lifecycle", payload)
    assert isinstance(outcome, RejectError)
    assert (outcome.code, outcome.field) == ("wrong_format", "StudyUnit")
    assert words in str(outcome)


def test_a_study_without_a_title_is_rejected() -> None:
    payload = (FIXTURES / "ddi_lifecycle_record_optional_missing.xml").read_bytes().replace(b"Tidal Towns", b"")
    outcome = read_or_reject("ddi-lifecycle", payload)
    assert isinstance(outcome, RejectError)
    assert outcome.code == "no_title"


@needs_real_records
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_records_are_read(path: Path) -> None:
    record = format_named("ddi-lifecycle").read(path.read_bytes())
    assert_sound(record)
    assert record.study_number
    assert record.creators
    assert {item.language for item in record.having(Role.TITLE)} >= {"en"}


@needs_real_records
def test_other_real_xml_is_rejected() -> None:
    outcomes = {path: read_or_reject("ddi-lifecycle", path.read_bytes()) for path in OTHERS}
    assert {path for path, outcome in outcomes.items() if isinstance(outcome, StudyRecord)} == set(REAL)
