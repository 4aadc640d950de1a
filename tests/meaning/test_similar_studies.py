"""Studies that are like one, where the index has vectors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.search.similar import similar
from tests.meaning.model import Model, used
from tests.support import Archive

TITLES = ("Tobacco and families", "Roken en gezinnen", "Wages of families", "Noise at the harbour")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    with used(monkeypatch) as model:
        yield model


def like_the_first(archive: Archive) -> list[str]:
    answer = archive.client.search(index="studies", query={"bool": {"filter": [
        {"term": {"catalogue": archive.name}}, {"match_phrase": {"name": TITLES[0]}}]}})  # fmt: skip
    (first,) = [hit["_source"]["harmony_id"] for hit in answer["hits"]["hits"]]
    return [each.document["name"] for each in similar(archive.client, first, filters={"catalogue": [archive.name]})]


def test_what_means_the_same_in_other_words_is_similar(archive: Archive, model: Model) -> None:
    for number, title in enumerate(TITLES):
        archive.put(number, title=title)
    archive.run()
    model.texts.clear()
    found = like_the_first(archive)
    assert found[0] == TITLES[1]
    assert TITLES[0] not in found
    assert model.texts == [], "the vectors are those of the index"


def test_a_study_without_a_vector_has_similar_ones_by_words(archive: Archive) -> None:
    for number, title in enumerate(TITLES):
        archive.put(number, title=title)
    archive.run()
    assert like_the_first(archive)[0] == TITLES[2]
