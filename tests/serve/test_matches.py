"""What a result says of its match: variables of the study that have the words, and how near the meanings are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.model.identity import uuid_of
from tests.meaning.model import Model, used
from tests.serve.serving import Service, document, live, new_name, served
from tests.support import Archive


@pytest.fixture(scope="module")
def service(shared_client: Elasticsearch) -> Iterator[Service]:
    with served(shared_client) as service:
        yield service


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with used(monkeypatch) as model:
        yield model


def test_a_study_has_its_variables_that_match(shared_client: Elasticsearch, service: Service) -> None:
    name = new_name()
    words = ["Cigarettes a day", "Pipes a day", "Cigarettes of the mother"]
    variables = [
        {"resource_type": "variable", "name": f"v{number}", "description": text, "parent": f"{name}/0"}
        for number, text in enumerate(words)
    ]
    fields = [{"resource_type": "study", "name": "Harbour Panel"}, *variables, {"name": "Other"}]
    with live(shared_client, [document(name, number, **each) for number, each in enumerate(fields)], name):
        (study,) = service.get("/discover/search", query="cigarettes", source=name).json["results"]
        (by_name,) = service.get("/discover/search", query="harbour", source=name).json["results"]
    assert study["extra_data"]["name"] == "Harbour Panel"
    assert study["match_type"] == ["study", "variable"]
    matched = study["variables_which_matched"]
    assert {each["description"] for each in matched} == {words[0], words[2]}
    assert {each["uuid"] for each in matched} == {uuid_of(f"{name}/1"), uuid_of(f"{name}/3")}
    assert (by_name["match_type"], by_name["variables_which_matched"]) == (["study"], [])


@pytest.mark.usefixtures("model")
def test_distance_and_similarity_are_those_of_the_meanings(archive: Archive, service: Service) -> None:
    for number, title in enumerate(("Tobacco and families", "Wages in small towns", "Roken en werk")):
        archive.put(number, title=title)
    archive.run()
    results = service.get("/discover/search", query="roken", catalogue=archive.name).json["results"]
    found = {each["extra_data"]["name"]: each for each in results}
    assert found.keys() == {"Tobacco and families", "Roken en werk"}
    for each in results:
        assert each["cosine_similarity"] > 0.8
        assert each["distance"] == pytest.approx(1 - each["cosine_similarity"])
    assert found["Tobacco and families"]["match"]["type"] == "meaning"
    assert found["Roken en werk"]["match"]["type"] == "both"


@pytest.mark.usefixtures("model")
def test_they_are_null_where_no_vectors_were_compared(archive: Archive, service: Service) -> None:
    archive.put(1, title="Tobacco and families")
    archive.run()
    (listed,) = service.get("/discover/search", catalogue=archive.name).json["results"]
    (sorted_,) = service.get("/discover/search", query="tobacco", sort="name", catalogue=archive.name).json["results"]
    assert [(each["cosine_similarity"], each["distance"]) for each in (listed, sorted_)] == [(None, None)] * 2
