"""Vectors through runs: clones, rewrites, full runs, rollbacks, other models, and a model that goes away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import lifecycle
from pipeline.index.client import connect
from pipeline.index.generations import ALIAS
from pipeline.links.writing import Wanted
from pipeline.meaning.text import RECIPE
from pipeline.search.finding import search
from pipeline.search.question import Answer, Question
from pipeline.search.similar import similar
from tests.meaning.model import Model, used
from tests.support import Archive

TITLES = ("Tobacco and families", "Wages in small towns", "Noise at the harbour", "Reading at school")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with used(monkeypatch) as model:
        yield model


@pytest.fixture
def studies(archive: Archive) -> Archive:
    for number, title in enumerate(TITLES):
        archive.put(number, title=title)
    return archive


def vectors(archive: Archive) -> dict[str, str]:
    """By name of a live study that has a vector, the digest of the text that it was made of."""
    answer = archive.client.search(
        index=ALIAS,
        query={"bool": {"filter": [{"term": {"catalogue": archive.name}}, {"exists": {"field": "vector"}}]}},
        size=100,
        source_includes=["name"],
        docvalue_fields=[{"field": "vector_of"}],
    )
    return {hit["_source"]["name"]: hit["fields"]["vector_of"][0] for hit in answer["hits"]["hits"]}


def asked(archive: Archive, text: str) -> Answer:
    return search(archive.client, Question(text, filters={"catalogue": [archive.name]}))


def names(answer: Answer) -> list[str]:
    return [hit["name"] for hit in answer.hits]


@pytest.mark.usefixtures("model")
def test_a_study_is_found_by_what_it_means_in_words_that_it_has_not(studies: Archive) -> None:
    studies.run()
    answer = asked(studies, "roken")
    assert names(answer) == [TITLES[0]]
    assert (answer.total, answer.matches[0].match_type, answer.note) == (1, "meaning", None)
    assert sum(answer.facets["resource_type"].values()) == answer.total
    assert "vector" not in answer.hits[0]
    assert answer.matches[0].cosine is not None
    assert answer.matches[0].cosine > 0.9


@pytest.mark.usefixtures("model")
def test_words_and_meaning_together_stand_first(studies: Archive) -> None:
    studies.put(9, title="A history of quays, and what a harbour was")
    studies.run()
    answer = asked(studies, "harbour")
    assert {match.match_type for match in answer.matches} == {"both"}
    assert len(answer.hits) == 2


def test_a_clone_keeps_its_vectors_and_what_changed_gets_another(studies: Archive, model: Model) -> None:
    assert studies.run()["vectors"] == {"made": 4, "reused": 0, "too_short": 0, "missing": 0}
    before = vectors(studies)
    studies.put(1, title="Wages in large towns")
    model.texts.clear()
    assert studies.run()["vectors"] == {"made": 1, "reused": 0, "too_short": 0, "missing": 0}
    assert next(text for text in model.texts if text != "study").startswith("Wages in large towns")
    after = vectors(studies)
    assert {name: before[name] for name in TITLES if name != TITLES[1]} == {
        name: of for name, of in after.items() if name in TITLES
    }
    assert after["Wages in large towns"] != before[TITLES[1]]


def test_a_full_run_makes_no_vector_a_second_time(studies: Archive, model: Model) -> None:
    studies.run()
    before = vectors(studies)
    for generation in studies.generations():
        lifecycle.retire(studies.client, generation.catalogue)
    model.texts.clear()
    assert studies.run(full=True)["vectors"] == {"made": 0, "reused": 4, "too_short": 0, "missing": 0}
    assert (vectors(studies), model.texts) == (before, [])


@pytest.mark.usefixtures("model")
def test_a_rollback_has_the_vectors_of_its_documents(studies: Archive) -> None:
    studies.run()
    before = vectors(studies)
    studies.put(1, title="Quays and boats")
    studies.run()
    assert "Quays and boats" in names(asked(studies, "haven"))
    lifecycle.rollback(studies.client, studies.name)
    assert vectors(studies) == before
    assert names(asked(studies, "haven")) == [TITLES[2]]


@pytest.mark.usefixtures("model")
def test_a_run_without_changes_makes_vectors_that_are_missing_and_then_nothing(
    studies: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as off:
        off.delenv("STUDY_INDEX_EMBEDDINGS")
        report = studies.run()
        assert (report["vectors"], names(asked(studies, "roken"))) == (None, [])
    second = studies.run()
    assert (second["updated"], second["outcome"], second["vectors"]["made"]) == (0, "live", 4)
    third = studies.run()
    assert (third["outcome"], third["generation"]) == ("unchanged", None)
    assert len(vectors(studies)) == 4


@pytest.mark.parametrize("dimensions", [16, 24])
def test_another_model_makes_all_vectors_anew_without_a_change_of_a_document(
    studies: Archive, model: Model, monkeypatch: pytest.MonkeyPatch, dimensions: int
) -> None:
    studies.run()
    before = vectors(studies)
    model.dimensions = dimensions
    monkeypatch.setenv("STUDY_INDEX_EMBEDDINGS_MODEL", "another")
    answer = asked(studies, "roken")
    assert names(answer) == []  # the vectors in the index are of the first model
    report = studies.run()
    assert (report["updated"], report["vectors"]["made"], report["live"]) == (0, 4, 4)
    assert studies.live.meta.vector_model == f"another, texts {RECIPE}"
    assert vectors(studies).keys() == before.keys()
    assert set(vectors(studies).values()).isdisjoint(before.values())
    assert names(asked(studies, "roken")) == [TITLES[0]]


def test_a_model_that_dies_in_the_middle_ends_no_run_and_the_next_one_makes_the_rest(
    studies: Archive, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.meaning.service.BATCH", 1)
    monkeypatch.setattr("pipeline.run.embed.BATCHES", 1)
    model.left = 4  # of each study, its text and its name
    report = studies.run()
    assert (report["outcome"], report["live"]) == ("live", 4)
    assert report["vectors"] == {"made": 2, "reused": 0, "too_short": 0, "missing": 2}
    (note,) = (note for note in report["notes"] if "no vector" in note)
    assert "2 documents" in note
    assert "HTTP 503" in note
    answer = asked(studies, "Reading")
    assert TITLES[3] in names(answer)
    assert answer.note is not None
    assert "words alone" in answer.note
    model.left = None
    model.texts.clear()
    assert studies.run()["vectors"] == {"made": 2, "reused": 0, "too_short": 0, "missing": 0}
    assert len([text for text in model.texts if text != "study"]) == 4


def test_while_the_model_is_away_a_run_without_changes_makes_no_generation(studies: Archive, model: Model) -> None:
    model.left = 0
    assert studies.run()["vectors"]["missing"] == 4
    again = studies.run()
    assert (again["outcome"], again["vectors"]["missing"]) == ("unchanged", 4)
    assert any("no vector" in note for note in again["notes"])


def test_a_text_that_the_model_refuses_harms_no_other(studies: Archive, model: Model) -> None:
    model.refuses = "Wages"
    report = studies.run()
    assert report["vectors"] == {"made": 3, "reused": 0, "too_short": 0, "missing": 1}
    assert TITLES[1] not in vectors(studies)


def test_a_document_that_says_too_little_has_no_vector(archive: Archive, model: Model) -> None:
    archive.write(
        1,
        '<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt><titl>Dataset 12</titl><IDNo>S1</IDNo>'
        "</titlStmt></citation></stdyDscr></codeBook>",
    )
    assert archive.run()["vectors"] == {"made": 0, "reused": 0, "too_short": 1, "missing": 0}
    assert (vectors(archive), model.texts) == ({}, [])
    assert archive.run()["outcome"] == "unchanged"


@pytest.mark.usefixtures("model")
def test_a_document_that_gets_links_keeps_its_vector(studies: Archive) -> None:
    studies.run()
    before = vectors(studies)
    live = studies.live.index
    uuids = [hit["_id"] for hit in studies.client.search(index=live, source=False)["hits"]["hits"]]
    with Wanted() as wanted:
        for uuid in uuids:
            wanted.add(live, uuid, {"joined_by": ["doi:10.5072/a"]})
        assert wanted.apply(studies.client, lambda _before, _now: None) == set()
    assert vectors(studies) == before
    assert names(asked(studies, "roken")) == [TITLES[0]]


def test_while_catalogues_have_vectors_of_different_models_those_of_the_present_one_are_found_by_meaning(
    studies: Archive, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Archive(studies.folder / "other", studies.client)
    try:
        other.put(7, title="Tobacco at sea")
        other.run()
        model.dimensions = 24
        monkeypatch.setenv("STUDY_INDEX_EMBEDDINGS_MODEL", "another")
        studies.run()

        def found(text: str) -> list[str]:
            both = {"catalogue": [studies.name, other.name]}
            return names(search(studies.client, Question(text, filters=both)))

        assert found("roken") == [TITLES[0]]
        assert sorted(found("tobacco")) == ["Tobacco and families", "Tobacco at sea"]
        (tobacco,) = search(studies.client, Question("tobacco at sea", filters={"catalogue": [other.name]})).hits
        assert TITLES[0] in [each.document["name"] for each in similar(studies.client, tobacco["harmony_id"])]
    finally:
        other.retire()


@pytest.mark.usefixtures("model")
def test_a_study_that_says_too_little_for_a_vector_is_first_for_its_name(archive: Archive) -> None:
    archive.put(1, title="Larkspur", abstract="")
    archive.put(2, title="Smoking in small towns", abstract="Like the larkspur project, asked once.")
    archive.run()
    assert [*vectors(archive)] == ["Smoking in small towns"]
    assert names(asked(archive, "larkspur")) == ["Larkspur", "Smoking in small towns"]


@pytest.mark.usefixtures("model")
def test_what_a_study_is_called_counts_more_than_what_stands_in_its_description(archive: Archive) -> None:
    archive.put(1, title="Wages in small towns", abstract="Households with tobacco, asked once.")
    archive.put(2, title="Tobacco in small towns", abstract="Households with wages, asked once.")
    archive.run()
    assert names(asked(archive, "smoking"))[0] == "Tobacco in small towns"


@pytest.mark.usefixtures("model")
def test_who_asks_for_an_identifier_gets_its_document_alone(studies: Archive) -> None:
    studies.run()
    assert names(asked(studies, "S00001")) == [TITLES[1]]


@pytest.mark.usefixtures("model")
def test_the_right_to_read_by_the_alias_is_enough(
    studies: Archive, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    studies.run()
    sent: list[tuple[str, Any]] = []
    perform = Elasticsearch.perform_request

    def noting(self: Elasticsearch, method: str, path: str, **more: Any) -> Any:
        sent.append((path, more.get("body")))
        return perform(self, method, path, **more)

    monkeypatch.setattr(Elasticsearch, "perform_request", noting)
    with connect(elasticsearch_url) as reader:
        (first,) = search(reader, Question("roken", filters={"catalogue": [studies.name]})).hits
        assert similar(reader, first["harmony_id"])
    indices = {header["index"] for path, body in sent if path == "/_msearch" for header in body[::2]}
    others = {tuple(path.strip("/").split("/")) for path, _ in sent if path != "/_msearch"}
    assert indices == {ALIAS}
    assert others <= {(ALIAS, "_search"), (ALIAS, "_field_caps"), ("_cluster", "health")}
