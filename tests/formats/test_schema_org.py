"""Datasets in JSON-LD of schema.org, bare and in pages."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.errors import RejectError
from pipeline.formats.schema_org import SchemaOrg
from pipeline.model.record import Related, Role, StudyRecord
from tests.formats.conformance import (
    FIXTURES,
    FormatConformance,
    assert_sound,
    read_or_reject,
    real_files,
    roles_of,
    texts,
)
from tests.support import needs_real_records

READ = SchemaOrg().read
PAGE = "<!DOCTYPE html><html><head>{}</head><body></body></html>"
SCRIPT = '<script type="application/ld+json">{}</script>'


def dataset(**stated: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org/", "@type": "Dataset", "name": "Keepers and lamps 2004", **stated}


def record(**stated: Any) -> StudyRecord:
    return READ(orjson.dumps(dataset(**stated)))


def title(payload: Any) -> str:
    return texts(READ(orjson.dumps(payload)), Role.TITLE)[0]


def code_of(payload: bytes) -> str | None:
    outcome = read_or_reject("schema-org", payload)
    return outcome.code if isinstance(outcome, RejectError) else None


class TestSchemaOrg(FormatConformance):
    format_name = "schema-org"
    stem = "schema_org_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "study_number": "LAMPS-1",
        "dois": ["10.5072/lamps-1"],
        "urls": ["https://archive.example.org/lamps-1", "https://doi.org/10.5072/LAMPS-1"],
        "same_as": ["https://mirror.example.org/lamps", "10.5072/mirror"],
        "version": "2",
        "creators": ["Keeper, Odo", "Fog Institute", "Ada Horn"],
        "publisher": "Harbour Data Archive",
        "funders": ["Council of Lamps", "Fog Institute"],
        "series": "Lighthouse Data",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "published_year": 2019,
        "source_modified": "2020-04-27",
        "related": [
            Related(id="https://archive.example.org/series/lamps", relation="isPartOf"),
            Related(id="10.5072/paper", relation="citation"),
            Related(id="https://papers.example.org/2", relation="citation"),
        ],
    }
    roles = roles_of(
        "title description keyword topic geography period language resource_type collection_mode access num_variables"
    )
    without_options = {}  # noqa: RUF012

    def test_each_language_is_kept(self) -> None:
        study = self.read("all_fields")
        assert [(each.text, each.language) for each in study.having(Role.TITLE)] == [
            ("Keepers & lamps 2004", "en"),
            ("Leuchtturmwärter 2004", "de"),
            ("LAMPS", "en"),
        ]
        assert [(each.text, each.language) for each in study.having(Role.DESCRIPTION)] == [
            ("How keepers sleep.\nWrite to", "en"),
            ("Wie Wärter schlafen.", "de"),
            ("Hur fyrvaktare sover.", "sv"),
        ]

    def test_texts_of_fields(self) -> None:
        study = self.read("all_fields")
        assert texts(study, Role.PERIOD) == ["2004-01/2004-06", "2015-11/..", "1990/"]
        assert texts(study, Role.GEOGRAPHY) == ["Skerry Sound", "Scotland", "Orkney, GB"]
        assert texts(study, Role.KEYWORD) == ["lighthouses", "sleep", "night work"]
        assert texts(study, Role.NUM_VARIABLES) == ["3"]
        assert [(each.text, each.code) for each in study.having(Role.TOPIC)] == [("Health", "Health")]
        assert [(each.text, each.code) for each in study.having(Role.LANGUAGE)] == [("en", None), ("German", "de")]


def test_a_page_is_read_by_its_scripts() -> None:
    study = READ((FIXTURES / "schema_org_record_page.html").read_bytes())
    assert study.study_number == "10.5072/lamps-1"
    assert study.publisher == "Harbour Data Archive"
    assert texts(study, Role.TITLE) == ["Keepers & lamps – 2004"]
    assert texts(study, Role.DESCRIPTION) == ["How keepers sleep."]
    assert texts(study, Role.PERIOD) == ["2004/.."]
    assert texts(study, Role.GEOGRAPHY) == ["Skerry Sound"]


@pytest.mark.parametrize(
    "payload",
    [
        [{"@type": "WebPage", "name": "Page"}, dataset()],
        {"@graph": [{"@type": "Organization"}, dataset()]},
        {"@type": "WebPage", "name": "Page", "mainEntity": dataset()},
        {"@type": "DataCatalog", "name": "Catalogue", "dataset": [dataset()]},
        {
            "@graph": [
                dataset(name="Other"),
                dataset(**{"@id": "#a"}),
                {"@type": "WebPage", "mainEntity": {"@id": "#a"}},
            ]
        },
        dataset(hasPart=[dataset(name="Part")]),
        {**dataset(), "@type": ["Thing", "http://schema.org/Dataset"]},
        {"@type": "https://schema.org/Dataset", "https://schema.org/name": "Keepers and lamps 2004"},
    ],
)
def test_the_dataset_is_found_anywhere_in_a_page(payload: Any) -> None:
    assert title(payload) == "Keepers and lamps 2004"


@pytest.mark.parametrize(
    ("stated", "number", "dois"),
    [
        ("SN-12", "SN-12", []),
        ("https://doi.org/10.5072/X", "10.5072/x", ["10.5072/x"]),
        ({"@type": "PropertyValue", "propertyID": "DOI", "value": "10.5072/X"}, "10.5072/x", ["10.5072/x"]),
        (["10.5072/X", {"value": "SN-12"}], "SN-12", ["10.5072/x"]),
        ({"@id": "https://doi.org/10.5072/X"}, "10.5072/x", ["10.5072/x"]),
        ("urn:nbn:xx:1", None, []),
        ({}, None, []),
        (7, None, []),
    ],
)
def test_identifiers(stated: Any, number: str | None, dois: list[str]) -> None:
    study = record(identifier=stated)
    assert (study.study_number, study.dois) == (number, dois)
    assert SchemaOrg().key(dataset(identifier=stated)) == number


def test_a_doi_in_same_as_is_not_the_records_own() -> None:
    study = record(identifier="10.5072/a", sameAs="https://doi.org/10.5072/b")
    assert (study.dois, study.same_as) == (["10.5072/a"], ["10.5072/b"])


@pytest.mark.parametrize("stated", ["fog, horns;ships", ["fog", "horns", "ships"]])
def test_one_text_may_hold_several_keywords(stated: Any) -> None:
    assert texts(record(keywords=stated), Role.KEYWORD) == ["fog", "horns", "ships"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (True, ["isAccessibleForFree: true"]),
        ("http://schema.org/False", ["isAccessibleForFree: false"]),
        ("perhaps", []),
        (1, []),
    ],
)
def test_free_access_is_a_statement(stated: Any, expected: list[str]) -> None:
    assert texts(record(isAccessibleForFree=stated), Role.ACCESS) == expected


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ({"name": "Harbour licence", "url": "https://harbour.example.org/l"}, "https://harbour.example.org/l"),
        ({"@type": "CreativeWork", "name": "Harbour licence"}, "Harbour licence"),
        (["See the desk", "CC BY 4.0"], "CC BY 4.0"),
        ("N/A", None),
    ],
)
def test_licences(stated: Any, licence: str | None) -> None:
    assert record(license=stated).license == licence


@pytest.mark.parametrize(
    ("measured", "count"), [(["a", {"name": "b"}], ["2"]), ({"name": "a"}, ["1"]), ("a, b", []), ([], [])]
)
def test_variables_are_counted_where_they_are_listed(measured: Any, count: list[str]) -> None:
    assert texts(record(variableMeasured=measured), Role.NUM_VARIABLES) == count


def test_without_a_publisher_the_catalogue_is_one() -> None:
    assert record(includedInDataCatalog={"name": "Harbour Catalogue"}).publisher == "Harbour Catalogue"


def test_a_node_may_be_referred_to_before_it_is_described() -> None:
    people = [{"@id": "#odo", "@type": "Person", "name": "Odo Keeper"}]
    study = READ(orjson.dumps([dataset(creator={"@id": "#odo"}), {"@graph": people}]))
    assert study.creators == ["Odo Keeper"]


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b'{"@type": "Article", "name": "Fog"}', "not_a_study"),
        (b'[{"@type": ["SoftwareSourceCode"], "name": "Fog"}]', "not_a_study"),
        (b'{"name": "Fog"}', "wrong_format"),
        (b"3", "wrong_format"),
        (b'{"@type": "Dataset", "description": "Fog"}', "no_title"),
        (b"Not found", "malformed"),
        (PAGE.format("").encode(), "wrong_format"),
        (PAGE.format(SCRIPT.format('{"@type": "Dataset",')).encode(), "malformed"),
        (PAGE.format(SCRIPT.format('{"@type": "WebPage"}')).encode(), "not_a_study"),
        (PAGE.format(SCRIPT.format("  ")).encode(), "wrong_format"),
        (b"[" * 5000 + b"]" * 5000, "malformed"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "wrong_format"),
        (b"\xef\xbb\xbf", "empty"),
    ],
)
def test_payloads_that_are_no_dataset_are_rejected(payload: bytes, code: str) -> None:
    assert code_of(payload) == code


def test_a_broken_block_does_not_hide_a_good_one() -> None:
    page = PAGE.format(SCRIPT.format("{broken") + SCRIPT.format(orjson.dumps(dataset()).decode()))
    assert texts(READ(page.encode()), Role.TITLE) == ["Keepers and lamps 2004"]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_a_page_is_read_in_its_encoding(encoding: str) -> None:
    head = f'<meta charset="{encoding}">' + SCRIPT.format('{"@type": "Dataset", "name": "Wärter"}')
    assert texts(READ(PAGE.format(head).encode(encoding)), Role.TITLE) == ["Wärter"]


def test_utf_8_is_recognised_without_a_declaration() -> None:
    page = PAGE.format(SCRIPT.format('{"@type": "Dataset", "name": "Wärter"}'))
    assert texts(READ(page.encode()), Role.TITLE) == ["Wärter"]


def test_datasets_by_key_are_distinguished_from_one_dataset() -> None:
    assert SchemaOrg().is_record(dataset())
    assert SchemaOrg().is_record({})
    assert not SchemaOrg().is_record({"a": dataset(), "b": dataset()})


@needs_real_records
def test_real_records_are_read() -> None:
    outcomes = {
        path.parts[-3]: read_or_reject("schema-org", path.read_bytes()) for path in real_files("schema_org/**/*.json")
    }
    for outcome in outcomes.values():
        assert_sound(outcome)
    junk = outcomes.pop("junk")
    assert isinstance(junk, RejectError)
    assert junk.code == "no_title"
    for outcome in outcomes.values():
        assert isinstance(outcome, StudyRecord)
        assert outcome.dois
        assert outcome.license
        assert texts(outcome, Role.DESCRIPTION)
