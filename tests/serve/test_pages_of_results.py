"""Pages of results: by offset, by what was seen, and by token, which leads to the last result of any number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.serve.limits import DEEPEST
from tests.serve.serving import Reply, Service, document, live, new_name, served

STUDIES = DEEPEST + 150


@pytest.fixture(scope="module")
def shelf(shared_client: Elasticsearch) -> Iterator[str]:
    """A catalogue of more studies than an offset leads to; each tenth has lamps."""
    name = new_name()
    names = (f"Lighthouse {number:04}" + (" and its lamps" if number % 10 == 0 else "") for number in range(STUDIES))
    documents = [document(name, number, name=each, name_sort=each.lower()) for number, each in enumerate(names)]
    with live(shared_client, documents, name):
        yield name


@pytest.fixture(scope="module")
def service(shared_client: Elasticsearch) -> Iterator[Service]:
    with served(shared_client) as service:
        yield service


def names(answer: dict[str, Any]) -> list[str]:
    return [each["extra_data"]["name"] for each in answer["results"]]


def linked(reply: Reply) -> str:
    """The address of the next page, as the header has it."""
    found = re.fullmatch(r'<(.+)>; rel="next"', reply.headers["link"])
    assert found
    return found[1]


def test_tokens_lead_to_every_result(service: Service, shelf: str) -> None:
    asked: dict[str, Any] = {"source": shelf, "sort": "name", "num_results": 100}
    answer = service.get("/discover/search", **asked).json
    found = names(answer)
    while "next" in answer:
        answer = service.get("/discover/search", **asked, after=answer["next"]).json
        found += names(answer)
    assert len(found) == len(set(found)) == answer["num_hits"] == STUDIES
    assert found == sorted(found)


def test_the_next_page_is_a_link_with_all_that_was_asked_for(service: Service, shelf: str) -> None:
    asked: dict[str, Any] = {"query": "lamps", "source": [shelf, "no-such"], "sort": "name"}
    reply = service.get("/discover/search", **asked, num_results=40, offset=0)
    found = names(reply.json)
    while "link" in reply.headers:
        reply = service.get("/discover/search" + linked(reply))
        found += names(reply.json)
    assert len(found) == len(set(found)) == STUDIES // 10


def test_a_token_follows_a_page_that_was_found_by_offset(service: Service, shelf: str) -> None:
    asked: dict[str, Any] = {"source": shelf, "sort": "name", "num_results": 40}
    by_offset = service.get("/discover/search", **asked, offset=DEEPEST - 10).json
    assert len(by_offset["results"]) == 10
    assert "next_page_offset" not in by_offset
    after = service.get("/discover/search", **asked, after=by_offset["next"]).json
    assert names(after)[0] == f"Lighthouse {DEEPEST:04} and its lamps"


def test_a_token_that_is_none_or_of_another_order_is_refused(service: Service, shelf: str) -> None:
    token = service.get("/discover/search", source=shelf, sort="name").json["next"]
    for parameters, told in (
        ({"after": "no token"}, "is no token of a page"),
        ({"after": token, "sort": "newest"}, "ask for the same order"),
        ({"after": token, "sort": "name", "offset": 20}, "Give one of after, offset and"),
    ):
        reply = service.get("/discover/search", source=shelf, **parameters)
        assert (reply.status, told in reply.detail) == (422, True), reply


def test_pages_follow_each_other_by_offset_and_by_what_was_seen(service: Service, shelf: str) -> None:
    asked: dict[str, Any] = {"source": shelf, "query": "lamps", "sort": "name", "num_results": 50}
    by_offset, offset = [], 0
    while offset is not None:
        answer = service.get("/discover/search", **asked, offset=offset).json
        by_offset += names(answer)
        offset = answer.get("next_page_offset")
    assert len(by_offset) == len(set(by_offset)) == answer["num_hits"] == STUDIES // 10
    seen: list[str] = []
    by_seen: list[str] = []
    while answer["results"]:
        body = {**asked, "source": [shelf], "query": ["lamps"], "offset": 0, "top_level_ids_seen_so_far": seen}
        answer = service.post("/discover/search", body).json
        by_seen += names(answer)
        seen = answer["top_level_ids_seen_so_far"]
    assert by_seen == by_offset


def test_results_are_a_hundred_at_most_whatever_is_asked_for(service: Service, shelf: str) -> None:
    assert len(service.get("/discover/search", num_results=10_000, source=shelf).json["results"]) == 100
    beyond = service.get("/discover/search", num_results=500, offset=2000, source=shelf).json
    assert beyond["results"] == []
    assert "`next` of an answer leads on" in beyond["note"]
    assert service.get("/discover/search", num_results=0).json["results"] == []
