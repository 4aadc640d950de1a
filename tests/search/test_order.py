"""Sorting, and pages that follow each other."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from pipeline.errors import UsageError
from tests.search.shelf import Fields, Shelf


def test_names_sort_in_reading_order(shelf: Shelf) -> None:
    names = ["The Alpha study", "«Béta»", "beta, wave 2", "Beta, wave 10", f"Gamma {'long ' * 100}", "Ølen", "zeta"]
    shelf.put(*({"name": name} for name in reversed(names)), {"name": "Die Delphi-Studie", "name_language": "de"})
    assert shelf.names(sort="name") == [*names[:4], "Die Delphi-Studie", *names[4:]]


def test_projections_are_not_among_the_newest(shelf: Shelf) -> None:
    shelf.put(
        {"name": "projection", "start_year": 2000, "end_year": 2100, "years": [2000, 2024, 2100]},
        {"name": "this year", "start_year": 2025, "end_year": 2025, "years": [2025]},
        {"name": "ongoing", "start_year": 2020, "ongoing": True, "years": [2020, 2021]},
        {"name": "only projected", "start_year": 2090, "end_year": 2100, "years": [2090, 2100]},
    )
    assert shelf.names(sort="newest")[:3] == ["ongoing", "this year", "projection"]


def pages(shelf: Shelf, **question: Any) -> list[list[str]]:
    """Names of the hits, by page."""
    found, after = [], None
    for _ in range(100):
        answer = shelf.ask(after=after, **question)
        found.append([hit["name"] for hit in answer.hits])
        after = answer.next
        if after is None:
            return found
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", ["relevance", "name", "newest", "oldest"])
@pytest.mark.parametrize("text", [None, "study"])
def test_pages_have_each_work_once_in_the_order_of_one_page(
    monkeypatch: pytest.MonkeyPatch, shelf: Shelf, sort: str, text: str | None
) -> None:
    # scores depend on all that is live, which other tests change
    monkeypatch.setattr("pipeline.search.finding.ALIAS", f"studies.{shelf.name}")
    years: list[Fields] = [{}, {"years": [1990]}, {"years": [2000, 2024]}, {"years": [1990]}]
    studies = [years[number % 4] | {"work_id": f"{shelf.name}/work-{number % 11}"} for number in range(40)]
    shelf.put(*studies, {"name": "A study without a key", "name_sort": None})
    (whole,) = pages(shelf, size=100, sort=sort, text=text)
    assert len(whole) == 12
    for size in (1, 3, 12):
        listed = pages(shelf, size=size, sort=sort, text=text)
        assert [name for page in listed for name in page] == whole
        assert all(len(page) == size for page in listed[:-1])


def test_a_page_follows_the_one_before_though_the_index_has_changed(shelf: Shelf) -> None:
    shelf.put(*({"name": name} for name in "abcdef"))
    first = shelf.ask(sort="name", size=2)
    index = f"studies.{shelf.name}.1"
    shelf.client.indices.put_settings(index=index, settings={"index.blocks.write": False})
    shelf.client.delete(index=index, id=first.hits[1]["uuid"], refresh=True)
    second = shelf.ask(sort="name", size=2, after=first.next)
    assert [hit["name"] for hit in second.hits] == ["c", "d"]


def packed(values: object) -> str:
    """A token that has these values in it."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


FORGED: tuple[list[object], ...] = (
    [],
    [[]],
    ["name"],
    ["relevance", False],
    ["relevance", False, 1.5],
    ["relevance", False, "a lot", "b"],
    ["relevance", False, True, "b"],
    ["relevance", False, {}, "b"],
    ["relevance", False, 1.5, "b", "c"],
    ["relevance", {"word": 1}, 1.5, "b"],
    ["by chance", False, 1.5, "b"],
    [["relevance"], False, 1.5, "b"],
)


@pytest.mark.parametrize("token", ["nonsense!", "bm9uZQ", *(packed(each) for each in FORGED)])
def test_a_token_that_is_none_is_refused(shelf: Shelf, token: str) -> None:
    shelf.put({})
    with pytest.raises(UsageError, match="token"):
        shelf.ask(text="harbour", after=token)


@pytest.mark.parametrize(("sort", "value"), [("name", 1), ("newest", "a"), ("oldest", 1.5)])
def test_a_token_with_what_its_order_does_not_sort_by_is_refused(shelf: Shelf, sort: str, value: object) -> None:
    shelf.put({})
    with pytest.raises(UsageError, match="token"):
        shelf.ask(sort=sort, after=packed([sort, False, value, "b"]))


def test_a_token_of_another_order_is_refused(shelf: Shelf) -> None:
    shelf.put({}, {})
    with pytest.raises(UsageError, match="the order name, not newest"):
        shelf.ask(sort="newest", after=shelf.ask(sort="name", size=1).next)


def test_an_ongoing_study_is_among_the_newest(shelf: Shelf) -> None:
    shelf.put(
        {"name": "ended", "start_year": 2000, "end_year": 2010, "years": [2000, 2010]},
        {"name": "ongoing", "start_year": 1990, "ongoing": True, "years": [1990, 2025]},
        {"name": "unknown"},
    )
    assert shelf.names(sort="newest") == ["ongoing", "ended", "unknown"]
    assert shelf.names(sort="oldest") == ["ongoing", "ended", "unknown"]
