"""The document: what is unknown is absent, texts are kept by language, and the mapping has the same fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any, get_args

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RejectError
from pipeline.index.bulk import Write, write
from pipeline.index.mapping import FILLED_BY_ELASTICSEARCH
from pipeline.model.built import content_hash, finished
from pipeline.model.document import Document, Translation, build
from pipeline.model.facets import NAMES
from pipeline.model.identity import work_number
from pipeline.model.raw import RawRecord
from pipeline.model.record import Evidence, Found, Role, Statement, StudyRecord
from pipeline.model.text_language import LANGUAGES
from pipeline.search.text import TEXT_FIELDS
from tests.demo_documents import outcomes
from tests.support import PROJECT

MAPPING: dict[str, Any] = json.loads((PROJECT / "mappings" / "studies.json").read_text())["template"]
PROPERTIES = MAPPING["mappings"]["properties"]


def record(*statements: tuple[Role, str, str | None], **fields: Any) -> StudyRecord:
    """A record of these statements (role, words, language), with a title if none is among them."""
    made = [Statement(role=role, field="x", text=text, language=tag) for role, text, tag in statements]
    if not any(item.role is Role.TITLE for item in made):
        made.insert(0, Statement(role=Role.TITLE, field="x", text="Harbour Survey"))
    return StudyRecord(**{"format": "ddi-codebook", "study_number": "S1", "statements": made, **fields})


def built(
    made: StudyRecord, *, harvested_at: str = "2025-01-31T00:00:00Z", raw_digest: str | None = None, **facets: Any
) -> dict[str, Any]:
    """The document of a record, facets by value."""
    found = {"resource_type": "dataset", **facets}
    why = (Evidence(kind="format"),)
    covered = build(
        made,
        RawRecord("oai:harbour:1", "ddi-codebook", b"<x/>"),
        {name: Found(value, why) for name, value in found.items()},
        catalogue="harbour",
        source="harbour",
    )
    return finished(covered, harvested_at=harvested_at, raw_digest=raw_digest).fields


def test_the_number_of_a_work_is_that_of_its_work_id_and_any_client_reads_it_exactly() -> None:
    document = built(record())
    assert document["work_number"] == work_number(document["work_id"]) != work_number("harbour/another")
    assert document["work_number"] < 2**53


class TestAbsence:
    def test_a_record_that_states_almost_nothing_has_almost_no_fields(self) -> None:
        assert set(built(record())) == {
            "harmony_id", "uuid", "source", "slug", "record_id", "identifiers", "work_id", "work_number", "name",
            "translations", "resource_type", "catalogue", "format", "harvested_at", "content_hash", "schema_version",
            "evidence", "identity_keys",
        }  # fmt: skip

    def test_a_zero_that_is_a_value_is_kept(self) -> None:
        assert built(record(), age_lower=0, duration_years=0)["age_lower"] == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [("sample_size", 1), ("sample_size", 2**31 - 1), ("age_upper", 130), ("start_year", -9999), ("end_year", 9999)],
    )
    def test_the_smallest_and_the_largest_value_are_kept(self, field: str, value: Any) -> None:
        assert built(record(), **{field: value})[field] == value

    def test_what_the_catalogue_stated_is_not_changed(self) -> None:
        stated = {"harmony": {"sex": "", "age_lower": 0, "end_year": None, "list": [], "object": {}}}
        schema: dict[str, Any] = {"name": None, "keywords": []}
        document = built(record(stated=stated, dataset_schema=schema))
        assert (document["stated"], document["dataset_schema"]) == (stated, schema)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("sex", "both"),
            ("country_codes", ["Finland"]),
            ("country_codes", [""]),
            ("access", ["free"]),
            ("age_lower", 999),
            ("age_lower", -1),
            ("sample_size", 0),
            ("sample_size", 2**31),
            ("num_variables", 0),
            ("start_year", 20_250),
            ("start_year", -10_000),
            ("end_year", 10_000),
            ("resource_type", "article"),
        ],
    )
    def test_a_value_that_no_study_can_have_is_a_reject(self, field: str, value: Any) -> None:
        with pytest.raises(RejectError) as refused:
            built(record(), **{field: value})
        assert refused.value.code == "invalid"
        assert str(refused.value.field).startswith(field)

    def test_no_title_is_a_reject(self) -> None:
        with pytest.raises(RejectError) as refused:
            built(StudyRecord(format="ddi-codebook", study_number="S1"))
        assert refused.value.code == "no_title"


class TestLanguages:
    def test_the_name_is_english_where_there_is_english(self) -> None:
        titles = [(Role.TITLE, "Satamatutkimus", "fi"), (Role.TITLE, "Harbour Survey", "en-GB")]
        document = built(record(*titles))
        assert (document["name"], document["name_language"]) == ("Harbour Survey", "en")
        assert document["translations"] == {"fi": {"name": ["Satamatutkimus"]}, "en": {"name": ["Harbour Survey"]}}

    @pytest.mark.parametrize("tag", ["en", "EN", "en-US", "en_GB", "eng"])
    def test_english_by_whatever_tag(self, tag: str) -> None:
        document = built(record((Role.TITLE, "Satamatutkimus", "fi"), (Role.TITLE, "Harbour Survey", tag)))
        assert (document["name"], document["name_language"]) == ("Harbour Survey", "en")

    def test_else_the_name_is_the_first(self) -> None:
        document = built(record((Role.TITLE, "Satamatutkimus", "fi"), (Role.TITLE, "Hamnstudien", "sv")))
        assert (document["name"], document["name_language"]) == ("Satamatutkimus", "fi")
        assert document["translations"] == {"fi": {"name": ["Satamatutkimus"]}, "sv": {"name": ["Hamnstudien"]}}

    def test_a_short_title_of_which_nothing_is_stated_has_no_language(self) -> None:
        document = built(record((Role.TITLE, "HX-7", None)))
        assert "name_language" not in document
        assert document["translations"] == {"und": {"name": ["HX-7"]}}

    @pytest.mark.parametrize(
        ("title", "language"),
        [
            ("Opvattingen van havenarbeiders over hun werk en gezondheid", "nl"),
            ("Enquête sur les conditions de travail des dockers", "fr"),
            ("Die Arbeitsbedingungen der Hafenarbeiter und ihrer Familien", "de"),
        ],
    )
    @pytest.mark.parametrize("stated", ["en", None])
    def test_a_title_is_in_the_language_of_its_words_whatever_is_stated(
        self, title: str, language: str, stated: str | None
    ) -> None:
        description = (Role.DESCRIPTION, "A survey of people who work in harbours, and of their families.", stated)
        document = built(record((Role.TITLE, title, stated), description))
        assert document["name_language"] == language
        assert document["translations"][language] == {"name": [title]}
        assert document["translations"]["en"] == {"description": [description[1]]}

    def test_a_title_that_may_be_in_several_languages_is_in_the_stated_one(self) -> None:
        assert built(record((Role.TITLE, "Panel 1990", "sv")))["name_language"] == "sv"
        assert built(record((Role.TITLE, "Panel 1990", "nl")))["name_language"] == "nl"

    def test_all_other_titles_can_be_found(self) -> None:
        document = built(
            record(
                (Role.TITLE, "Harbour Survey", "en"),
                (Role.TITLE, "Survey of Harbours", "en"),
                (Role.TITLE, "HX-7", None),
            )
        )
        names = {"en": {"name": ["Harbour Survey", "Survey of Harbours"]}, "und": {"name": ["HX-7"]}}
        assert document["translations"] == names

    def test_texts_are_kept_by_their_language(self) -> None:
        document = built(
            record(
                (Role.TITLE, "Harbour Survey", "en"),
                (Role.DESCRIPTION, "About harbours and the people who work there.", "en-GB"),
                (Role.DESCRIPTION, "Satamista ja satamatyöläisistä.", "fi"),
                (Role.KEYWORD, "harbours", "en"),
                (Role.KEYWORD, "satamat", "fi"),
                (Role.KEYWORD, "satamat", "fi"),
            )
        )
        assert document["description"] == "About harbours and the people who work there."
        assert document["keywords"] == ["harbours"]
        assert document["translations"] == {
            "en": {
                "name": ["Harbour Survey"],
                "description": ["About harbours and the people who work there."],
                "keywords": ["harbours"],
            },
            "fi": {"description": ["Satamista ja satamatyöläisistä."], "keywords": ["satamat"]},
        }

    def test_a_description_in_another_language_is_better_than_none(self) -> None:
        document = built(
            record(
                (Role.TITLE, "Harbour Survey", "en"),
                (Role.DESCRIPTION, "Satamista.", "fi"),
                (Role.DESCRIPTION, "Ja veneistä.", "fi"),
                (Role.DESCRIPTION, "Om hamnar och båtar.", "sv"),
            )
        )
        assert document["description"] == "Satamista.\n\nJa veneistä."
        assert set(document["translations"]) == {"en", "fi", "sv"}

    @pytest.mark.parametrize("tag", ["nb", "nn", "no", "nb-NO", "nob"])
    def test_norwegian_is_one_language(self, tag: str) -> None:
        document = built(record((Role.TITLE, "Harbour Survey", "en"), (Role.TITLE, "Havneundersøkelsen", tag)))
        assert document["translations"]["no"] == {"name": ["Havneundersøkelsen"]}

    @pytest.mark.parametrize("tag", ["tr", "xx", "zh-Hant"])
    def test_any_other_language_is_undetermined(self, tag: str) -> None:
        document = built(record((Role.TITLE, "Harbour Survey", "en"), (Role.TITLE, "Liman", tag)))
        assert document["translations"]["und"] == {"name": ["Liman"]}

    def test_statements_behind_facets_are_in_the_language_of_the_name(self) -> None:
        document = built(
            record(
                (Role.TITLE, "Harbour Survey", "en"),
                (Role.GEOGRAPHY, "Finland", "en"),
                (Role.GEOGRAPHY, "Suomi", "fi"),
                (Role.POPULATION, "Adults by the sea", "en"),
                (Role.POPULATION, "Aikuiset", "fi"),
                (Role.SEX, "Women", "en"),
                (Role.PERIOD, "2001/2002", None),
                (Role.COLLECTION_DATES, "2003", None),
                (Role.ACCESS, "Vapaa", "fi"),
            )
        )
        assert document["geographic_coverage"] == "Finland"
        assert document["population"] == "Adults by the sea; Women"
        assert document["temporal_coverage"] == "2001/2002"
        assert document["data_access"] == "Vapaa"


class TestContentHash:
    def test_does_not_depend_on_the_time_of_harvest(self) -> None:
        first, second = (built(record(), harvested_at=f"2025-0{month}-01T00:00:00Z") for month in (1, 2))
        assert first["harvested_at"] != second["harvested_at"]
        assert first["content_hash"] == second["content_hash"]

    def test_does_not_depend_on_the_digest_of_the_raw_record(self) -> None:
        first, second = built(record(), raw_digest="a1"), built(record())
        assert first["raw_digest"] == "a1"
        assert "raw_digest" not in second
        assert first["content_hash"] == second["content_hash"] == content_hash(first)

    def test_depends_on_everything_else(self) -> None:
        same = built(record())["content_hash"]
        others = [
            built(record(), sex="all"),
            built(record((Role.TITLE, "Harbour Survey II", None))),
            built(record(stated={"harmony": {"score": 1}})),
            built(record(version="2")),
        ]
        assert len({same, *(document["content_hash"] for document in others)}) == 5

    @given(st.data())
    def test_does_not_depend_on_the_order_of_keys(self, data: st.DataObject) -> None:
        values = st.recursive(
            st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        )
        fields = data.draw(st.dictionaries(st.text(min_size=1), values, max_size=6))
        assert content_hash(fields) == content_hash(turned(fields))
        assert content_hash({**fields, "harvested_at": "x", "content_hash": "y"}) == content_hash(
            {name: value for name, value in fields.items() if name not in {"harvested_at", "content_hash"}}
        )

    def test_can_be_made_from_the_document_again(self) -> None:
        document = built(record(stated={"harmony": {"b": 1, "a": {"d": 1, "c": 2}}}))
        assert document["content_hash"] == content_hash(json.loads(json.dumps(turned(document))))


def turned(value: Any) -> Any:
    """The same value with the keys of all objects in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(item) for key, item in reversed(value.items())}
    return [turned(item) for item in value] if isinstance(value, list) else value


def texts(properties: dict[str, Any], above: str = "") -> Iterator[str]:
    """The names of the indexed fields of type text, those inside other fields included."""
    for name, field in properties.items():
        if field.get("type") == "text" and field.get("index", True):
            yield above + name
        for inner in ("fields", "properties"):
            yield from texts(field.get(inner, {}), f"{above}{name}.")


class TestMapping:
    def test_has_the_fields_of_the_document(self) -> None:
        assert MAPPING["mappings"]["dynamic"] == "strict"
        assert PROPERTIES.keys() == Document.model_fields.keys() | FILLED_BY_ELASTICSEARCH

    def test_has_the_languages_of_the_document(self) -> None:
        translations = PROPERTIES["translations"]["properties"]
        assert list(translations) == [*LANGUAGES, "und"]
        for language, fields in translations.items():
            assert fields["properties"].keys() == Translation.__annotations__.keys(), language
        analyzers = [fields["properties"]["name"]["analyzer"] for fields in translations.values()]
        assert len(set(analyzers)) == len(analyzers), "two languages have one analyzer"

    def test_every_text_that_is_indexed_is_searched(self) -> None:
        searched = [name.partition("^")[0] for name in TEXT_FIELDS]
        for name in set(texts(PROPERTIES)) - FILLED_BY_ELASTICSEARCH - {"series.text"}:  # for suggestions
            assert any(fnmatch(name, pattern) for pattern in searched), f"{name} is not in TEXT_FIELDS"

    def test_counts_closed_facets_as_they_are_typed(self) -> None:
        for name in NAMES:
            annotation = Document.model_fields[name].annotation
            kinds = {"bool": "boolean", "str": "keyword"}
            written = str(get_args(annotation) or annotation)
            kind = PROPERTIES[name]["type"]
            if "bool" in written:
                assert kind == kinds["bool"], name
            elif "int" in written:
                assert kind in {"short", "integer", "long"}, name
            else:
                assert kind == kinds["str"], name

    def test_takes_what_the_document_allows_and_nothing_else(self, shared_client: Elasticsearch) -> None:
        index = "studies.document-mapping-test.scratch"
        shared_client.indices.create(index=index, settings=MAPPING["settings"], mappings=MAPPING["mappings"])
        try:
            edges: dict[str, Any] = {"start_year": -9999, "end_year": 9999, "years": [-9999, 9999], "age_upper": 130}
            long = record((Role.TITLE, "ä" * 40_000, "en"), creators=["ö" * 40_000], stated={"a": {"b": [1, "x"]}})
            whole = built(long, **edges, sample_size=2**31 - 1, num_sweeps=2**31 - 1, ongoing=True)
            refused = list(write(shared_client, index, [Write("whole", json.dumps(whole).encode())]))
            assert refused == []
            unknown = json.dumps({**whole, "no_such_field": 1}).encode()
            (refusal,) = write(shared_client, index, [Write("unknown", unknown)])
            assert "no_such_field" in refusal.reason
        finally:
            shared_client.indices.delete(index=index)


@pytest.fixture(scope="module")
def demo_documents() -> list[dict[str, Any]]:
    """The documents of all demo catalogues."""
    return [outcome.document for outcome in outcomes() if outcome.document is not None]


def test_every_facet_has_evidence_and_every_evidence_a_facet(demo_documents: list[dict[str, Any]]) -> None:
    assert len(demo_documents) > 200
    for document in demo_documents:
        facets = {name for name in NAMES if name in document}
        assert document["evidence"].keys() == facets, document["harmony_id"]
        for name, reasons in document["evidence"].items():
            assert reasons, f"{document['harmony_id']}: nothing states why {name} is {document[name]}"
            for reason in reasons:
                assert reason["kind"] in {"stated", "catalogue", "format", "derived", "curator"}
                assert reason["kind"] != "stated" or (reason["field"] and reason["words"])
                assert reason["kind"] != "derived" or reason["field"]


def test_what_is_unknown_is_absent(demo_documents: list[dict[str, Any]]) -> None:
    for document in demo_documents:
        known = {name: value for name, value in document.items() if name not in {"stated", "dataset_schema"}}
        assert list(hollow(known)) == [], document["harmony_id"]
        assert 999 not in (document.get(name) for name in NAMES)
        assert 0 not in (document.get(name) for name in ("start_year", "end_year", "age_upper", "sample_size"))


def hollow(value: Any, path: str = "") -> Iterator[str]:
    """Paths in a document whose value states nothing."""
    if value is None or (isinstance(value, str | list | dict) and not value):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from hollow(item, f"{path}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from hollow(item, f"{path}/{number}")
