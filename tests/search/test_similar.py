"""Studies that are like another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import UsageError
from pipeline.index.generations import generations
from pipeline.search.similar import SIBLINGS, similar
from tests.search.shelf import Shelf
from tests.support import retire

PROSE = "Trunkenboldige Wattwürmer und ihre Schlickrutscher wurden im Vorland vermessen"


@pytest.fixture(scope="module")
def shelf(shared_client: Elasticsearch) -> Iterator[Shelf]:
    made = Shelf(shared_client)
    made.put(
        {"name": "Wattwürmer", "description": PROSE, "series": "Wattreihe", "work_id": "watt/1"},
        {"name": "Wattwürmer, Kopie", "description": PROSE, "work_id": "watt/1"},
        {"name": "Wattwürmer, alt", "description": PROSE, "replaced_by": "watt/1"},
        {"name": "Länge der Wattwürmer", "description": PROSE, "resource_type": "variable"},
        *({"name": f"Wattreihe {number}", "description": PROSE, "series": "Wattreihe"} for number in range(10)),
        {"name": "Schlickrutscher", "description": "Schlickrutscher und Wattwürmer im Vorland", "sex": "male"},
        *({"name": f"Vorlandgang {number}", "description": "Schlickrutscher im Vorland"} for number in range(5)),
        {"name": "Brahmsche Sinfonik", "description": "Konzerte in Kirchen", "resource_type": "source"},
    )
    yield made
    if generations(shared_client, made.name):
        retire(shared_client, made.name)


def names(shelf: Shelf, number: int, size: int = 10, **filters: list[str]) -> list[str]:
    found = similar(shelf.client, f"{shelf.name}/{number}", size, {"source": [shelf.name], **filters})
    return [each.document["name"] for each in found]


def test_what_shares_rare_words_is_similar_and_few_of_a_series_are_listed(shelf: Shelf) -> None:
    found = names(shelf, 0)
    assert sum(name.startswith("Wattreihe") for name in found) == SIBLINGS
    assert "Schlickrutscher" in found[: SIBLINGS + 1]
    assert sum(name.startswith("Vorlandgang") for name in found) == SIBLINGS  # titles that differ in a number
    assert "Brahmsche Sinfonik" not in found


def test_never_the_same_work_nor_superseded_versions_nor_variables(shelf: Shelf) -> None:
    assert not {"Wattwürmer", "Wattwürmer, Kopie", "Wattwürmer, alt", "Länge der Wattwürmer"} & {*names(shelf, 0, 50)}


def test_filters_hold(shelf: Shelf) -> None:
    assert names(shelf, 0, sex=["male"]) == ["Schlickrutscher"]


def test_scores_fall(shelf: Shelf) -> None:
    scores = [each.score for each in similar(shelf.client, f"{shelf.name}/0")]
    assert scores == sorted(scores, reverse=True)


def test_an_unknown_id_is_named(shelf: Shelf) -> None:
    with pytest.raises(UsageError, match="nowhere/1"):
        similar(shelf.client, "nowhere/1")
