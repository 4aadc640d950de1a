"""Generations and the alias, one step at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index import generations, lifecycle
from pipeline.index.changing import settings_of
from pipeline.index.client import trying_once
from pipeline.index.generations import ALIAS, Generation
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from tests.faulty import faulty

pytestmark = pytest.mark.usefixtures("staging")

Make = Callable[[], Generation]


@pytest.fixture
def name(shared_client: Elasticsearch) -> Iterator[str]:
    """The name of a catalogue that no other test uses; the test holds its lease."""
    name = f"steps-{uuid4().hex[:12]}"
    with working_on(shared_client, name, "test"):
        yield name
        if generations.generations(shared_client, name):
            lifecycle.retire(shared_client, name)


@pytest.fixture
def make(shared_client: Elasticsearch, name: str) -> Make:
    """Makes the next generation, empty and ready to go live."""

    def make() -> Generation:
        put_template(shared_client)
        known = generations.generations(shared_client, name)
        number = known[-1].number + 1 if known else 1
        assert generations.create_empty(shared_client, name, number, GenerationMeta(state="ready"))
        return generations.generations(shared_client, name)[-1]

    return make


def live(client: Elasticsearch, name: str) -> list[int]:
    return [item.number for item in generations.generations(client, name) if item.live]


def test_of_two_first_generations_one_goes_live(shared_client: Elasticsearch, name: str, make: Make) -> None:
    first, second = make(), make()
    generations.swap(shared_client, second, None)

    with pytest.raises(FailError, match=rf"{re.escape(second.index)} went live meanwhile"):
        generations.swap(shared_client, first, None)
    assert live(shared_client, name) == [2]


def test_of_two_successors_of_one_generation_one_goes_live(shared_client: Elasticsearch, name: str, make: Make) -> None:
    first, second, third = make(), make(), make()
    generations.swap(shared_client, first, None)
    generations.swap(shared_client, second, first)

    with pytest.raises(FailError, match=rf"{re.escape(second.index)} went live meanwhile"):
        generations.swap(shared_client, third, first)
    assert live(shared_client, name) == [2]


def test_a_swap_that_was_made_already_is_no_failure(shared_client: Elasticsearch, name: str, make: Make) -> None:
    first, second = make(), make()
    generations.swap(shared_client, first, None)
    generations.swap(shared_client, second, first)

    generations.swap(shared_client, second, first)

    assert live(shared_client, name) == [2]


def test_what_was_taken_out_meanwhile_is_not_replaced(shared_client: Elasticsearch, name: str, make: Make) -> None:
    first, second = make(), make()
    generations.swap(shared_client, first, None)
    generations.change_aliases(shared_client, generations.off_alias(first), name, None)

    with pytest.raises(FailError, match=rf"nothing went live meanwhile, so {re.escape(second.index)} does not"):
        generations.swap(shared_client, second, first)
    assert live(shared_client, name) == []


@pytest.mark.parametrize("before", [None, 1])
def test_a_swap_that_elasticsearch_refuses_changes_nothing_and_blames_no_other(
    shared_client: Elasticsearch, elasticsearch_url: str, name: str, make: Make, before: int | None
) -> None:
    first, second = make(), make()
    if before:
        generations.swap(shared_client, first, None)

    with (
        faulty(elasticsearch_url, lambda seen: 403 if seen.path == "/_aliases" else "pass") as client,
        pytest.raises(FailError, match="refused the credentials"),
    ):
        generations.swap(client, second, first if before else None)
    assert live(shared_client, name) == ([before] if before else [])


def test_no_generation_is_made_under_a_taken_number(shared_client: Elasticsearch, name: str, make: Make) -> None:
    source = make()
    assert not generations.create_empty(shared_client, name, 1, GenerationMeta())
    assert not generations.create_clone(shared_client, source, 1, GenerationMeta())


def test_a_clone_that_was_not_finished_is_no_candidate(shared_client: Elasticsearch, name: str, make: Make) -> None:
    """Its `_meta` is still that of its source."""
    source = make()
    generations.swap(shared_client, source, None)
    shared_client.indices.put_settings(index=source.index, settings={"index.blocks.write": True})
    shared_client.indices.clone(index=source.index, target=generations.index_name(name, 2))

    with pytest.raises(UsageError, match="no candidate"):
        lifecycle.promote(shared_client, name)


def test_rollback_goes_one_step_even_where_older_generations_are_left(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    """A run whose node went away before it pruned leaves them."""
    current: Generation | None = None
    for _ in range(3):
        following = make()
        previous = current.number if current else None
        meta = following.meta.replaced(previous=previous)
        generations.write_meta(shared_client, following.index, meta)
        generations.swap(shared_client, following, current)
        current = following
    lifecycle.rollback(shared_client, name)

    with pytest.raises(UsageError, match="rolled back already"):
        lifecycle.rollback(shared_client, name)
    assert live(shared_client, name) == [2]


def test_a_live_generation_is_not_deleted(shared_client: Elasticsearch, name: str, make: Make) -> None:
    generations.swap(shared_client, make(), None)
    with pytest.raises(FailError, match="is live"):
        generations.delete(shared_client, generations.generations(shared_client, name))
    assert live(shared_client, name) == [1]


def test_a_retired_catalogue_leaves_nothing_and_can_start_again(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    first = make()
    generations.swap(shared_client, first, None)
    generations.swap(shared_client, make(), first)

    assert lifecycle.retire(shared_client, name) == [f"{ALIAS}.{name}.1", f"{ALIAS}.{name}.2"]
    assert generations.generations(shared_client, name) == []
    generations.swap(shared_client, make(), None)
    assert live(shared_client, name) == [1]


BY_HAND: dict[str, tuple[list[dict[str, Any]], str]] = {
    "two live": ([{"add": {"index": "1", "alias": ALIAS}}], r"\.1 and .*\.2 are both live: take the alias"),
    "none live": ([{"remove": {"index": "2", "alias": ALIAS}}], r"\.2 has the alias .* and not the alias studies"),
    "crossed": (
        [{"remove": {"index": "2", "alias": "own"}}, {"add": {"index": "1", "alias": "own"}}],
        r"\.1 has the alias .* and not the alias studies: put both on",
    ),
    "closed": ([], r"\.2 is live and closed: open it"),
}


@pytest.mark.parametrize(("actions", "message"), BY_HAND.values(), ids=BY_HAND)
def test_what_something_else_made_live_is_refused_and_can_be_retired(
    shared_client: Elasticsearch, name: str, make: Make, actions: list[dict[str, Any]], message: str
) -> None:
    first = make()
    generations.swap(shared_client, first, None)
    generations.swap(shared_client, make(), first)
    for action in actions:
        for words in action.values():
            words["index"] = generations.index_name(name, int(words["index"]))
            words["alias"] = {"own": generations.own_alias(name)}.get(words["alias"], words["alias"])
    if actions:
        shared_client.indices.update_aliases(actions=actions)
    else:
        shared_client.indices.close(index=generations.index_name(name, 2))

    for refused in (lifecycle.rollback, lifecycle.promote, lifecycle.prune):
        with pytest.raises(FailError, match=message):
            refused(shared_client, name)

    assert len(lifecycle.retire(shared_client, name)) == 2
    assert generations.generations(shared_client, name) == []


LOADING = {"number_of_replicas": "0", "refresh_interval": "-1", "blocks.write": None}
SERVING = {"number_of_replicas": "0", "refresh_interval": None, "blocks.write": "true"}
"""On one node; where there are more, there is one replica."""


def test_it_takes_documents_without_replicas_and_refreshes_and_then_none(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    def settings(number: int) -> dict[str, str | None]:
        found = settings_of(shared_client, generations.index_name(name, number))
        return {key: found.get(key) for key in LOADING}

    def writable() -> list[bool]:
        return [item.writable for item in generations.generations(shared_client, name)]

    first = make()
    assert (settings(1), writable()) == (LOADING, [True])
    shared_client.index(index=first.index, id="1", document={"name": "Harbour Survey"})
    generations.finalise(shared_client, first.index)
    assert (settings(1), writable(), generations.count(shared_client, first.index)) == (SERVING, [False], 1)

    generations.open_for_writing(shared_client, first.index)
    assert writable() == [True]
    assert generations.create_clone(shared_client, first, 2, GenerationMeta())
    assert settings(1)["blocks.write"] == "true", "nothing is written to what is copied"
    assert (settings(2), writable()) == (LOADING, [False, True])


@pytest.mark.parametrize("what", ["empty", "clone", "finalised"])
def test_an_index_that_is_not_allocated_is_not_used(elasticsearch_url: str, name: str, make: Make, what: str) -> None:
    first = make()
    steps: dict[str, Callable[[Elasticsearch], object]] = {
        "empty": lambda client: generations.create_empty(client, name, 2, GenerationMeta()),
        "clone": lambda client: generations.create_clone(client, first, 2, GenerationMeta()),
        "finalised": lambda client: generations.finalise(client, first.index),
    }
    with (
        faulty(elasticsearch_url, lambda seen: "timed_out" if "/_cluster/health" in seen.path else "pass") as client,
        trying_once(),
        pytest.raises(RetryError, match="_cluster/allocation/explain"),
    ):
        steps[what](client)


def test_they_are_listed_by_number(shared_client: Elasticsearch, name: str, make: Make) -> None:
    assert make().number == 1
    for number in (10, 9):
        assert generations.create_empty(shared_client, name, number, GenerationMeta())

    assert [item.number for item in generations.generations(shared_client, name)] == [1, 9, 10]


def test_documents_are_counted_where_they_can_be(shared_client: Elasticsearch, name: str, make: Make) -> None:
    open_one, closed, gone = make(), make(), make()
    shared_client.index(index=open_one.index, id="1", document={"name": "Harbour Survey"}, refresh=True)
    shared_client.indices.close(index=closed.index)
    shared_client.indices.delete(index=gone.index)

    first, second = generations.generations(shared_client, name)

    assert [generations.documents(shared_client, item) for item in (first, second, gone)] == [1, None, None]


def test_the_live_generations_of_two_catalogues_are_no_fault(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    generations.swap(shared_client, make(), None)
    known = generations.generations(shared_client, name)

    generations.refuse_faults([replace(known[0], catalogue="another"), *known])


def test_what_is_no_meta_of_a_generation_counts_as_none(shared_client: Elasticsearch, name: str) -> None:
    """Something else made the index, and the next run makes all documents anew."""
    shared_client.indices.create(
        index=generations.index_name(name, 1), mappings={"_meta": {"number": 1, "state": "splendid"}}
    )
    (found,) = generations.generations(shared_client, name)
    assert found.meta == GenerationMeta()


@pytest.mark.parametrize(
    ("index", "catalogue"),
    [
        ("studies.bay.1", "bay"),
        ("studies.two-bays.12", "two-bays"),
        ("studies.bay", None),
        ("studies.bay.", None),
        ("studies..1", None),
        ("studies.bay.notes", None),
        ("studies.bay.1.2", None),
        ("other.bay.1", None),
    ],
)
def test_the_catalogue_of_an_index(index: str, catalogue: str | None) -> None:
    assert generations.catalogue_of(index) == catalogue


def test_a_catalogue_whose_name_begins_like_another_is_distinguished(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    make()
    assert generations.generations(shared_client, name[:-1]) == []


def test_indices_that_only_look_like_generations_are_left_alone(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    index = f"{ALIAS}.{name}.notes"
    shared_client.indices.create(index=index, aliases={ALIAS: {}})
    try:
        assert generations.generations(shared_client, name) == []
        assert all(item.index != index for item in generations.generations(shared_client))
        generations.swap(shared_client, make(), None)
        assert live(shared_client, name) == [1]
    finally:
        shared_client.indices.delete(index=index)


def test_an_index_that_cannot_be_allocated_is_a_failure_with_advice(shared_client: Elasticsearch) -> None:
    index = f"studies.nowhere-{uuid4().hex[:12]}.scratch"
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    shared_client.indices.create(index=index, wait_for_active_shards=0, settings=nowhere)
    try:
        with trying_once(), pytest.raises(RetryError, match="_cluster/allocation/explain"):
            generations.wait_for(shared_client, index, seconds=1)
    finally:
        shared_client.indices.delete(index=index)
