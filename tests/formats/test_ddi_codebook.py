"""DDI-Codebook: every field, every version, every envelope, and payloads that are no codeBook."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.errors import RejectError
from pipeline.formats import format_named
from pipeline.model.record import Related, Role, Statement, StudyRecord
from tests.formats.conformance import (
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

REAL = real_files(
    "xml/*/*codebook*/*.xml",
    "xml/*/*oai_ddi*/*.xml",
    "xml/*/ddi_lifecycle*/*.xml",
    "xml/*/malformed/*.xml",
    "oai_pmh/*/*.xml",
)

ABSTRACT = "People in harbour towns were asked about their work & health.\n\nA second paragraph, with a stressed word."


class TestDdiCodebook(FormatConformance):
    format_name: ClassVar[str] = "ddi-codebook"
    stem: ClassVar[str] = "ddi_codebook_record"
    suffix: ClassVar[str] = ".xml"
    damaged: ClassVar[tuple[str, ...]] = (
        *FormatConformance.damaged,
        "version_2_1_without_namespace",
        "version_1_2_2_enveloped",
    )
    without_options: ClassVar[dict[str, Any]] = {"study_number": "NDA0043", "study_numbers": ["NDA/NDA0043"]}
    states: ClassVar[dict[str, Any]] = {
        "study_number": "NDA0042",
        "dois": ["10.5072/nda.42"],
        "same_as": ["urn:nbn:xx:nda:0042"],
        "urls": [
            "https://data.example.org/nl/studies/42",
            "https://doi.org/10.5072/nda.42",
            "https://data.example.org/en/studies/42",
        ],
        "version": "Version 1.2.0",
        "creators": ["Moorland, Tessa", "Vane-Okpara, Ben"],
        "publisher": "Northern Data Archive",
        "funders": ["Harbour Research Council"],
        "series": "Harbour Towns",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "published_year": 2011,
        "related": [
            Related(id="NDA0007 Fishing Towns", relation="relStdy"),
            Related(id="10.5072/ports.1", relation="relPubl"),
            Related(id="Life on the quay", relation="relPubl"),
        ],
    }
    roles: ClassVar[frozenset[Role]] = roles_of(
        "title series description keyword topic geography period collection_dates population unit_of_analysis "
        "study_design collection_mode sample_size num_variables access language resource_type"
    )

    wording: ClassVar[Wording] = {
        Role.TITLE: [
            ("Harbour Towns Panel, 2004-2009", "en"),
            ("Panel Havensteden, 2004-2009", "nl"),
            ("HTP", "en"),
            ("Satamakaupungit", None),
        ],
        Role.DESCRIPTION: [
            (ABSTRACT, "en"),
            ("Mensen in havensteden.\n\nVragen aan of .\nCafés.", "nl"),
        ],
        Role.KEYWORD: [("PORTS", "en"), ("WORKING CONDITIONS", "en"), ("havens", "nl")],
        Role.PERIOD: [("2004-03/2005", None), ("2008/2009", None)],
        Role.COLLECTION_DATES: [("2004-03-01/2009-06-30", None), ("Summer 2010", None)],
        Role.SAMPLE_SIZE: [("2400", "en"), ("Number of Cases: 2311 cases", "en")],
        Role.NUM_VARIABLES: [("3", None)],
        Role.LANGUAGE: [("en", None)],
        Role.ACCESS: [
            ("Available on request", "en"),
            ("A declaration has to be signed.", "en"),
            ("Registered users only.", "en"),
            ("Alleen voor geregistreerde gebruikers.", "nl"),
            ("Use under CC BY.", "en"),
        ],
    }

    coding: ClassVar[Coding] = {
        Role.TOPIC: [
            ("Transport and travel", "TransportAndTravel", "CESSDA Topic Classification"),
            ("Labour and employment", "LabourAndEmployment", "CESSDA Topic Classification"),
            ("Towns", "T7", "NDA Topics"),
        ],
        Role.UNIT_OF_ANALYSIS: [("Individual person", "Individual", "DDI Analysis Unit")],
        Role.STUDY_DESIGN: [("Panel, yearly", "Longitudinal.Panel", "DDI Time Method")],
        Role.COLLECTION_MODE: [("Face-to-face interview", "Interview.FaceToFace", "DDI Mode of Collection")],
        Role.GEOGRAPHY: [
            ("Great Britain", "GB", None),
            ("Groot-Brittannië", "GB", None),
            ("Northland", None, None),
            ("Quayside and Saltmarket", None, None),
        ],
    }

    def test_excluded_populations_are_marked(self) -> None:
        excluded = [item.text for item in self.read("all_fields").having(Role.POPULATION) if item.excludes]
        assert excluded == ["Seafarers"]

    def test_evidence_names_the_field(self) -> None:
        fields = {item.role: item.field for item in self.read("all_fields").statements if item.role is not Role.TITLE}
        assert fields[Role.PERIOD] == "sumDscr/timePrd"
        assert fields[Role.STUDY_DESIGN] == "dataColl/timeMeth"
        assert fields[Role.DESCRIPTION] == "stdyInfo/abstract"

    def test_version_2_1_without_namespace(self) -> None:
        record = self.read("version_2_1_without_namespace")
        assert record.study_number == "0051"
        assert record.creators == ["Kallio-Ruoho, Aino"]
        assert record.publisher == "Satamayliopisto"
        assert record.version == "1.0"
        assert record.urls == ["https://data.example.org/fi/51/"]
        assert record.dois == []
        assert [(item.text, item.language) for item in record.having(Role.TITLE)] == [
            ("Majakanvartijat 1991", "fi"),
            ("Lighthouse Keepers 1991", "en"),
        ]
        assert texts(record, Role.DESCRIPTION) == ["Haastateltiin majakanvartijoita.\n\nKaksi kertaa."]
        assert texts(record, Role.PERIOD, Role.COLLECTION_DATES) == ["1991", "1991-01-07/1991-05"]
        assert texts(record, Role.TOPIC) == ["työolot"]
        assert [(item.text, item.excludes) for item in record.having(Role.POPULATION)] == [
            ("18-64-vuotiaat majakanvartijat", False),
            ("Luotsit", True),
        ]

    def test_version_1_2_2_in_an_envelope(self) -> None:
        record = self.read("version_1_2_2_enveloped")
        assert record.study_number == "NDA0060"
        assert record.dois == ["10.5072/nda-60-v1"]
        assert record.source_modified == "2022-02-28T11:22:33Z"
        assert record.creators == ["Fjordholm, Kari"]
        assert record.statements == [
            Statement(role=Role.TITLE, field="titlStmt/titl", text="Ferry Passengers, 1989", language="en"),
            Statement(role=Role.GEOGRAPHY, field="sumDscr/nation", text="Norway", language="en", code="NOR"),
            Statement(role=Role.PERIOD, field="sumDscr/timePrd", text="1989/1989"),
        ]

    @pytest.mark.parametrize("around", ["<metadata>{}</metadata>", "<record><metadata>{}</metadata></record>"])
    def test_part_of_an_envelope_reads_like_the_codebook_alone(self, around: str) -> None:
        bare = self.payload("optional_missing").split(b"-->\n")[1].decode()
        assert read(around.format(bare)) == self.read("optional_missing")


def read(payload: str) -> StudyRecord:
    return format_named("ddi-codebook").read(payload.encode())


def rejected(payload: str) -> RejectError:
    with pytest.raises(RejectError) as caught:
        read(payload)
    return caught.value


def codebook(*, titles: str = "<titl>Tide Study</titl>", citation: str = "", info: str = "", after: str = "") -> str:
    """A codeBook with what a test is about."""
    return (
        f"<codeBook><stdyDscr><citation><titlStmt>{titles}</titlStmt>{citation}</citation><stdyInfo>{info}</stdyInfo></stdyDscr>"
        f"{after}</codeBook>"
    )


def period(*, start: str = "", end: str = "", cycle: str = "") -> str:
    """One timePrd: the start or the end of a period."""
    return f'<timePrd event="{"start" if start else "end"}" date="{start or end}" cycle="{cycle}"/>'


def dates(elements: str) -> list[str]:
    record = read(codebook(info=f"<sumDscr>{elements}</sumDscr>"))
    return texts(record, Role.PERIOD, Role.COLLECTION_DATES)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("<IDNo>10.5072/abc</IDNo><IDNo>A-1</IDNo>", "A-1"),
        ("<IDNo>https://doi.org/10.5072/abc</IDNo><IDNo>hdl:1234/5</IDNo>", None),
        ("<IDNo agency='Handle'>1234/5</IDNo><IDNo agency='ARK'>ark:/1/2</IDNo><IDNo>98/145.297</IDNo>", "98/145.297"),
        ("<IDNo>ZA0212, Version 1.0.0</IDNo>", "ZA0212"),
        ("<IDNo>Round 2, Version for schools</IDNo>", "Round 2, Version for schools"),
        ("<IDNo>not available</IDNo>", None),
        ("", None),
    ],
)
def test_the_study_number_is_the_first_that_is_not_persistent(numbers: str, expected: str | None) -> None:
    assert read(codebook(titles=f"<titl>Tide Study</titl>{numbers}")).study_number == expected


def test_dois_of_publications_and_of_the_document_are_not_those_of_the_study() -> None:
    payload = codebook(
        titles="<titl>Tide Study</titl><IDNo>10.5072/TIDE</IDNo>",
        info="<relPubl>A paper, https://doi.org/10.5072/paper</relPubl>",
        after="<docDscr><citation><titlStmt><IDNo>10.5072/codebook</IDNo></titlStmt></citation></docDscr>",
    )
    assert read(payload).dois == ["10.5072/tide"]


def test_a_study_without_a_doi_has_that_of_its_document() -> None:
    document = "<docDscr><citation><titlStmt><IDNo>doi:10.5072/TIDE</IDNo></titlStmt></citation></docDscr>"
    assert read(codebook(after=document)).dois == ["10.5072/tide"]


def test_repeated_citations_are_one_record_in_two_languages() -> None:
    payload = (
        '<codeBook><stdyDscr><citation xml:lang="fi"><titlStmt><titl>Vuorovesi</titl><IDNo>7</IDNo></titlStmt>'
        "<rspStmt><AuthEnty>Merivirasto</AuthEnty></rspStmt></citation>"
        '<citation xml:lang="en"><titlStmt><titl>Tides</titl><IDNo>7</IDNo></titlStmt>'
        "<rspStmt><AuthEnty>Sea Office</AuthEnty></rspStmt></citation></stdyDscr>"
        '<stdyDscr xml:lang="en"><stdyInfo><abstract>About tides.</abstract></stdyInfo></stdyDscr></codeBook>'
    )
    record = read(payload)
    assert [(item.text, item.language) for item in record.statements] == [
        ("Vuorovesi", "fi"),
        ("Tides", "en"),
        ("About tides.", "en"),
    ]
    assert record.study_number == "7"
    assert record.creators == ["Sea Office"]


def test_names_that_only_one_language_has_are_kept() -> None:
    names = (
        '<rspStmt><AuthEnty xml:lang="en">Sea Office</AuthEnty><AuthEnty xml:lang="en">Brine, Ada</AuthEnty>'
        '<AuthEnty xml:lang="fi">Merivirasto</AuthEnty></rspStmt>'
    )
    assert read(codebook(citation=names)).creators == ["Sea Office", "Brine, Ada", "Merivirasto"]


@pytest.mark.parametrize(
    ("tag", "expected"), [("en-GB", "en"), ("fin", "fi"), ("zz", None), ("jp", None), ("", None), ("english", None)]
)
def test_languages_are_iso_639_or_absent(tag: str, expected: str | None) -> None:
    record = read(codebook(titles=f'<titl xml:lang="{tag}">Tide Study</titl>'))
    assert record.statements[0].language == expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ('<timePrd date="1980"/>', ["1980"]),
        (period(start="1980"), ["1980/"]),
        (period(end="1980"), ["/1980"]),
        ('<timePrd event="START">1980</timePrd><timePrd event="end">Ongoing</timePrd>', ["1980/Ongoing"]),
        ("<timePrd>between 1980 and 1985</timePrd>", ["between 1980 and 1985"]),
        (period(start="1/2/1980") + period(end="3/4/1981"), ["1-2-1980/3-4-1981"]),
        (
            period(start="1980") + period(start="1990") + period(end="1981") + period(end="1991"),
            ["1980/1981", "1990/1991"],
        ),
        (
            period(start="1980") + period(end="1981") + period(start="1990"),
            ["1980/1981", "1990/"],
        ),
        (
            period(start="1980", cycle="P1") + period(start="1990", cycle="P2") + period(end="1991", cycle="P2"),
            ["1980/", "1990/1991"],
        ),
        ('<collDate event="single"/><collDate event="start" date="1975-01-01T00:00:00Z"/>', ["1975-01-01"]),
        ('<collDate event="single" date="1975-06">the whole of June</collDate>', ["1975-06"]),
        ('<collDate event="start"/><collDate event="end" date=""/>', []),
    ],
)
def test_dates_become_periods(elements: str, expected: list[str]) -> None:
    assert dates(elements) == expected


def test_variables_are_counted_where_described_and_else_taken_from_the_file() -> None:
    var = "<var><labl>x</labl></var>"
    file = "<fileDscr><fileTxt><dimensns><varQnty>12</varQnty></dimensns></fileTxt></fileDscr>"
    assert texts(read(codebook(after=f"{file}<dataDscr>{var * 3000}</dataDscr>")), Role.NUM_VARIABLES) == ["3000"]
    assert texts(read(codebook(after=file)), Role.NUM_VARIABLES) == ["12"]
    assert texts(read(codebook(after=file + file.replace("12", "13"))), Role.NUM_VARIABLES) == []


def test_a_short_text_with_a_licences_name_is_the_licence() -> None:
    terms = codebook().replace("</stdyDscr>", "<useStmt>CC0 Waiver</useStmt></stdyDscr>")
    record = read(terms)
    assert record.license == "CC0 Waiver"
    assert texts(record, Role.ACCESS) == ["CC0 Waiver"]


def test_a_kind_of_data_is_no_resource_type() -> None:
    kinds = "<dataKind>Survey data</dataKind><dataKind>Dataset</dataKind>"
    assert texts(read(codebook(info=f"<sumDscr>{kinds}</sumDscr>")), Role.RESOURCE_TYPE) == []


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ('<DDIInstance xmlns="ddi:instance:3_2"/>', "DDI-Lifecycle"),
        ("<html><body>Not found</body></html>", "HTML"),
        ("<!DOCTYPE html><html><br></html>", "HTML"),
        ('{"codeBook": {}}', "JSON"),
        ("<rss/>", "rss"),
        ('<OAI-PMH><error code="idDoesNotExist">No such record</error></OAI-PMH>', "idDoesNotExist"),
        ('<OAI-PMH><GetRecord><record><header status="deleted"/></record></GetRecord></OAI-PMH>', "deleted"),
        ("<OAI-PMH><GetRecord><record><header/></record></GetRecord></OAI-PMH>", "no metadata"),
        ("<OAI-PMH><ListRecords><record/><record/></ListRecords></OAI-PMH>", "2 records"),
        ("<record><metadata><dc/></metadata></record>", "Dublin Core"),
        ("<record><metadata/></record>", "0 elements"),
    ],
)
def test_other_payloads_are_rejected_with_what_was_found(payload: str, words: str) -> None:
    error = rejected(payload)
    assert error.code == "wrong_format"
    assert words in str(error)


@pytest.mark.parametrize(
    "payload",
    [
        "<codeBook/>",
        codebook(titles="<titl> </titl><parTitl>n/a</parTitl>"),
        codebook(titles="", after="<docDscr><citation><titlStmt><titl>Document</titl></titlStmt></citation></docDscr>"),
    ],
)
def test_a_codebook_without_a_title_of_the_study_is_rejected(payload: str) -> None:
    error = rejected(payload)
    assert (error.code, error.field) == ("no_title", "titlStmt/titl")


def test_entities_are_neither_read_from_files_nor_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("harbour key")
    outside = f'<!DOCTYPE codeBook [<!ENTITY out SYSTEM "{secret.as_uri()}">]>' + codebook(
        titles="<titl>A &out;</titl>"
    )
    assert texts(read(outside), Role.TITLE) == ["A"]
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE codeBook [<!ENTITY e0 "x">{levels}]>' + codebook(titles='<titl ID="&e8;">A &e8;</titl>')
    assert_sound(read_or_reject("ddi-codebook", bomb.encode()))


@needs_real_records
def test_most_real_codebooks_are_records() -> None:
    outcomes = [read_or_reject("ddi-codebook", path.read_bytes()) for path in REAL if "lifecycle" not in str(path)]
    codes = {outcome.code for outcome in outcomes if isinstance(outcome, RejectError)}
    assert sum(isinstance(outcome, StudyRecord) for outcome in outcomes) >= 50
    assert codes <= {"wrong_format", "malformed", "no_title"}
