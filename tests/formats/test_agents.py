"""Persons and organisations: only what a record is certain of."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from pipeline.formats import FORMATS
from pipeline.formats.agents import is_orcid, kind_by_identifier
from pipeline.model.record import StudyRecord

ORCID = "0000-0002-1825-0097"
"""ORCID's own example, of an invented person."""


@pytest.mark.parametrize("words", [ORCID, f"https://orcid.org/{ORCID}", "0000000218250097", "0000-0002-1694-233x"])
def test_an_orcid_is_recognised(words: str) -> None:
    assert is_orcid(words)


@pytest.mark.parametrize("words", ["", "0000-0002-1825-0098", "0000-0000-0000-0000", "12345", f"{ORCID}-1"])
def test_what_is_no_orcid(words: str) -> None:
    assert not is_orcid(words)


@pytest.mark.parametrize(
    ("scheme", "identifier", "kind"),
    [
        ("ORCID", ORCID, "person"),
        ("", f"https://orcid.org/{ORCID}", "person"),
        ("https://orcid.org/", ORCID, "person"),
        ("ORCID", "", None),
        ("ORCID", "to be added", None),
        ("ISNI", ORCID, None),
        ("", ORCID, None),
        ("ROR", "https://ror.org/000000000", "organisation"),
        ("", "https://ror.org/000000000", "organisation"),
        ("Crossref Funder ID", "10.13039/000000000000", "organisation"),
        ("", "https://doi.org/10.13039/000000000000", "organisation"),
        ("GND", "123", None),
    ],
)
def test_an_identifier_tells_only_what_it_is_certain_of(scheme: str, identifier: str, kind: str | None) -> None:
    assert kind_by_identifier(scheme, identifier) == kind


def kinds(record: StudyRecord) -> dict[str, list[str]]:
    return {"persons": record.persons, "organisations": record.organisations}


def test_datacite_json() -> None:
    creators: list[dict[str, Any]] = [
        {"name": "Keeper, Odo", "nameIdentifiers": [{"nameIdentifierScheme": "ORCID", "nameIdentifier": ORCID}]},
        {"name": "Harbour Observatory, HO", "nameType": "Personal"},
        {"name": "Fog Institute", "nameType": "Organizational"},
    ]
    funders = [{"funderName": "Lamps", "funderIdentifierType": "ROR", "funderIdentifier": "https://ror.org/000000000"}]
    value = {
        "doi": "10.5072/a",
        "titles": [{"title": "Harbours"}],
        "types": {"resourceTypeGeneral": "Dataset"},
        "creators": creators,
        "fundingReferences": funders,
    }
    record = FORMATS["datacite"].read(orjson.dumps({"data": {"attributes": value}}))
    assert kinds(record) == {"persons": ["Keeper, Odo"], "organisations": ["Fog Institute", "Lamps"]}


def test_datacite_xml() -> None:
    text = f"""<resource xmlns="http://datacite.org/schema/kernel-4">
      <identifier identifierType="DOI">10.5072/a</identifier>
      <creators>
        <creator><creatorName nameType="Personal">Harbour Observatory, HO</creatorName></creator>
        <creator><creatorName nameType="Organizational">Fog Institute</creatorName></creator>
        <creator><creatorName>Keeper, Odo</creatorName>
          <nameIdentifier nameIdentifierScheme="ORCID">https://orcid.org/{ORCID}</nameIdentifier></creator>
      </creators>
      <titles><title>Harbours</title></titles>
      <resourceType resourceTypeGeneral="Dataset">Survey</resourceType>
    </resource>"""
    record = FORMATS["datacite"].read(text.encode())
    assert kinds(record) == {"persons": ["Keeper, Odo"], "organisations": ["Fog Institute"]}


def test_dataverse() -> None:
    def field(name: str, value: object) -> dict[str, object]:
        return {"typeName": name, "value": value}

    def part(value: str) -> dict[str, str]:
        return {"value": value}

    authors = [
        {"authorName": part("Keeper, Odo"), "authorIdentifierScheme": part("ORCID"), "authorIdentifier": part(ORCID)},
        {"authorName": part("Harbour Sample (HS)"), "authorIdentifierScheme": part("ORCID")},
        {"authorName": part("Horn, Ada"), "authorAffiliation": part("Fog Institute")},
    ]
    fields = [field("title", "Harbours"), field("author", authors)]
    version = {"datasetPersistentId": "doi:10.5072/A", "metadataBlocks": {"citation": {"fields": fields}}}
    record = FORMATS["dataverse"].read(orjson.dumps({"latestVersion": version, "identifier": "A"}))
    assert kinds(record) == {"persons": ["Keeper, Odo"], "organisations": []}


def test_schema_org() -> None:
    value = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": "https://a.example.org/1",
        "name": "Harbours",
        "creator": [
            {"@type": "Person", "name": "Fog Institute"},
            {"@type": "Person", "name": "Keeper, Odo", "@id": f"https://orcid.org/{ORCID}"},
        ],
        "publisher": {"@type": "Organization", "name": "Harbour Archive"},
    }
    record = FORMATS["schema-org"].read(orjson.dumps(value))
    assert kinds(record) == {"persons": ["Keeper, Odo"], "organisations": ["Harbour Archive"]}


def test_who_is_stated_to_be_both_is_neither() -> None:
    value = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": "https://a.example.org/1",
        "name": "Harbours",
        "creator": {"@type": "Organization", "name": "Keeper", "@id": f"https://orcid.org/{ORCID}"},
    }
    record = FORMATS["schema-org"].read(orjson.dumps(value))
    assert kinds(record) == {"persons": [], "organisations": []}
