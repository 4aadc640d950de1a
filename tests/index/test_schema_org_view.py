"""A document in the terms of schema.org: what it states is there, as schema.org has it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.index.harmony_view import as_harmony
from pipeline.index.schema_org_view import DataCatalog, as_json_ld, temporal_coverage
from pipeline.model.facets import BY_NAME
from tests.demo_documents import outcomes
from tests.schema_org_vocabulary import problems

CATALOGUE = DataCatalog("Harbour Archive", "https://harbour.example.org")


def document(**fields: Any) -> dict[str, Any]:
    """An invented document."""
    known = {"harmony_id": "harbour/1", "uuid": "0" * 32, "name": "Harbour towns", "resource_type": "dataset"}
    return {**known, "catalogue": "harbour", **fields}


def json_ld(**fields: Any) -> dict[str, Any]:
    node = as_json_ld(document(**fields), CATALOGUE)
    assert problems(node) == []
    return node


def test_what_schema_org_has_not_is_noticed() -> None:
    node = {"@type": "Dataset", "colour": "red", "creator": {"@type": "Country", "name": "A"}, "name": {"@value": "a"}}
    assert len(problems(node)) == 3


def test_every_demo_document_is_as_schema_org_has_it() -> None:
    documents = [one.document for one in outcomes() if one.document is not None]
    assert len(documents) > 100
    assert {problem for each in documents for problem in problems(as_json_ld(each, CATALOGUE))} == set()


@pytest.mark.parametrize("kind", ["dataset", "study", "source", "variable"])
def test_every_type_with_every_field_is_as_schema_org_has_it(kind: str) -> None:
    every = {
        "resource_type": kind,
        "dois": ["10.5072/a.1", "10.5072/a.2"],
        "urls": ["https://a.example.org"],
        "license": "CC BY 4.0",
        "same_as": ["urn:nbn:fi:1", "https://b.example.org/1", "10.5072/b"],
        "version": "2",
        "description": "About towns.",
        "name_language": "en",
        "keywords": ["towns"],
        "data_access": "Ask the archive.",
        "access": ["open", "controlled"],
        "translations": {
            "fi": {"name": ["Satamat"], "description": ["Kaupungeista."], "keywords": ["kaupungit"]},
            "und": {"name": ["Harbours II"]},
        },
        "country_codes": ["FI", "CS"],
        "regions": ["150", "EU"],
        "start_year": 1990,
        "end_year": 1999,
        "language_codes": ["fi"],
        "topics": ["Health.PublicHealth"],
        "collection_mode": ["Interview.Telephone.CATI"],
        "creators": ["Odo", "Fog Institute"],
        "publisher": "Harbour Archive",
        "funders": ["Council of Lamps"],
        "persons": ["Odo"],
        "organisations": ["Fog Institute"],
        "parent": "harbour/0",
        "ancestors": ["harbour/00"],
        "series": "Harbour studies",
        "published_year": 2001,
        "replaced_by": "harbour/2",
    }
    node = as_json_ld(document(**every), CATALOGUE, [document(name="v1", resource_type="variable")])
    assert problems(node) == []


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ({"start_year": 2000, "end_year": 2004}, "2000/2004"),
        ({"start_year": 2000, "end_year": 2000}, "2000"),
        ({"start_year": 2000, "ongoing": True}, "2000/.."),
        ({"start_year": 2000}, "2000"),
        ({"start_year": 2000, "ongoing": False}, "2000"),
        ({"end_year": 2004}, "2004"),
        ({"start_year": 98, "end_year": 117}, "0098/0117"),
        ({"start_year": -400, "end_year": -1}, "-0399/0000"),
        ({"ongoing": True}, None),
        ({}, None),
    ],
)
def test_an_end_that_is_not_known_is_not_open(fields: dict[str, Any], written: str | None) -> None:
    assert temporal_coverage(document(**fields)) == written
    assert json_ld(**fields).get("temporalCoverage") == written
    schema = as_harmony(document(**fields))["study"]["dataset_schema"]
    assert schema.get("temporalCoverage") == written


def test_nobody_is_a_person_or_an_organisation_unless_the_record_states_it() -> None:
    fields = {
        "creators": ["Odo Keeper", "Fog Institute", "Harbour Group"],
        "funders": ["Fog Institute"],
        "publisher": "Harbour Group",
        "persons": ["Odo Keeper"],
        "organisations": ["Fog Institute"],
    }
    node = json_ld(**fields)
    expected = [
        {"@type": "Person", "name": "Odo Keeper"},
        {"@type": "Organization", "name": "Fog Institute"},
        {"name": "Harbour Group"},
    ]
    assert node["creator"] == expected
    assert node["funder"] == expected[1:2]
    assert node["publisher"] == expected[2]
    assert as_harmony(document(**fields))["study"]["dataset_schema"]["creator"] == expected


def test_identifiers_are_addresses_where_they_have_one() -> None:
    node = json_ld(dois=["10.5072/a.1"], same_as=["urn:nbn:fi:1", "https://b.example.org/1"])
    assert node["@id"] == "https://doi.org/10.5072/a.1"
    assert node["identifier"][0]["url"] == "https://doi.org/10.5072/a.1"
    assert node["identifier"][-1] == {"@type": "PropertyValue", "propertyID": "harmony_id", "value": "harbour/1"}
    assert node["sameAs"] == "https://b.example.org/1"


def test_free_access_is_stated_only_of_what_is_open() -> None:
    assert json_ld(access=["open"])["isAccessibleForFree"] is True
    for access in ([], ["open", "controlled"], ["registered"], ["closed"]):
        assert "isAccessibleForFree" not in json_ld(access=access)
    assert json_ld(access=["controlled"])["conditionsOfAccess"] == "decided case by case"
    assert json_ld(access=["open"], data_access="Take it.")["conditionsOfAccess"] == "Take it."


def test_places_have_names_and_codes() -> None:
    finland, europe = json_ld(country_codes=["FI"], regions=["150"])["spatialCoverage"]
    assert (finland["@type"], finland["name"], finland["identifier"]["value"]) == ("Country", "Finland", "FI")
    assert (europe["@type"], europe["name"], europe["identifier"]["propertyID"]) == ("Place", "Europe", "UN M49")
    (former,) = json_ld(country_codes=["CS"])["spatialCoverage"]
    assert former["name"].startswith("Czechoslovakia")


def test_texts_in_other_languages_carry_their_language() -> None:
    node = json_ld(description="About.", translations={"fi": {"name": ["Satamat"], "description": ["Satamista."]}})
    assert node["alternateName"] == [{"@language": "fi", "@value": "Satamat"}]
    assert node["description"] == ["About.", {"@language": "fi", "@value": "Satamista."}]
    assert json_ld(description="About.")["description"] == "About."


def test_what_it_belongs_to_is_named() -> None:
    node = json_ld(parent="harbour/0", series="Harbour studies")
    above, series = node["isPartOf"]
    assert above["identifier"]["value"] == "harbour/0"
    assert series == {"@type": "CreativeWorkSeries", "name": "Harbour studies"}
    assert node["includedInDataCatalog"] == {
        "@type": "DataCatalog",
        "name": "Harbour Archive",
        "url": "https://harbour.example.org",
    }


def test_what_is_unknown_is_absent() -> None:
    assert json_ld().keys() == {"@context", "@type", "identifier", "name", "includedInDataCatalog"}


def test_a_vocabulary_with_a_label_for_each_code_of_the_facets_it_names() -> None:
    codes = BY_NAME["topics"].vocabulary
    assert codes
    nodes = json_ld(topics=list(codes.codes()))["about"]
    assert all(node["name"] != node["termCode"] for node in nodes)
