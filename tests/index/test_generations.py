"""Generations and the alias, one step at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index import generations, lifecycle
from pipeline.index.client import trying_once
from pipeline.index.generations import ALIAS, Generation
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta

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


def test_a_catalogue_whose_name_begins_like_another_is_distinguished(
    shared_client: Elasticsearch, name: str, make: Make
) -> None:
    make()
    assert generations.generations(shared_client, name[:-1]) == []


def test_indices_that_only_look_like_generations_are_left_alone(shared_client: Elasticsearch, name: str) -> None:
    index = f"{ALIAS}.{name}.notes"
    shared_client.indices.create(index=index)
    try:
        assert generations.generations(shared_client, name) == []
        assert all(item.index != index for item in generations.generations(shared_client))
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
