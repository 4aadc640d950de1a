"""Each change of the index counts as made once it is there, whatever the answer was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import DefectError, FailError, RetryError
from pipeline.index import generations, lifecycle
from pipeline.index.client import ATTEMPTS
from pipeline.index.generations import ALIAS
from pipeline.index.leases import LEASES, working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from tests.faulty import Outcome, Seen, Some, faulty
from tests.index.steps import Steps, steps
from tests.nodes import credentials

__all__ = ["steps"]


class Case(NamedTuple):
    """A change of the second of two generations, the first of which is live."""

    change: Callable[[Elasticsearch, Steps], object]
    request: str
    """Method of the request, and how its path ends."""
    made: Callable[[Steps], bool]
    there: str
    """What the message states where the change is never made."""


def number_of(steps: Steps) -> list[int]:
    return [item.number for item in steps.known]


def is_serving(steps: Steps) -> bool:
    index = f"{ALIAS}.{steps.name}.2"
    found = steps.client.indices.get_settings(index=index)[index]["settings"]["index"]
    return (
        found["auto_expand_replicas"] == "0-1"
        and "refresh_interval" not in found
        and found["blocks"]["write"] == "true"
    )


CASES = {
    "alias": Case(
        lambda client, steps: generations.swap(client, steps.known[1], steps.known[0]),
        "POST /_aliases",
        lambda steps: [item.number for item in steps.known if item.live] == [2],
        r"the alias studies is on studies\.steps-\w+\.1 instead of studies\.steps-\w+\.2",
    ),
    "retire": Case(
        lambda client, steps: lifecycle.retire(client, steps.name),
        "POST /_aliases",
        lambda steps: steps.known == [],
        r"the alias studies is on studies\.steps-\w+\.1 instead of none",
    ),
    "settings": Case(
        lambda client, steps: generations.finalise(client, f"{ALIAS}.{steps.name}.2"),
        "PUT /_settings",
        is_serving,
        "auto_expand_replicas is false instead of 0-1; refresh_interval is -1 instead of None",
    ),
    "meta": Case(
        lambda client, steps: generations.write_meta(
            client, f"{ALIAS}.{steps.name}.2", GenerationMeta(number=2, run_id="r", report={"share": 0.25, "n": 1e-7})
        ),
        "PUT /_mapping",
        lambda steps: steps.known[1].meta.run_id == "r",
        "it is another one",
    ),
    "delete": Case(
        lambda client, steps: generations.delete(client, [steps.known[1]]),
        "DELETE .2",
        lambda steps: number_of(steps) == [1],
        r"studies\.steps-\w+\.2 is still there",
    ),
    "create": Case(
        lambda client, steps: generations.create_empty(
            client, steps.name, 3, GenerationMeta(state="building", run_id="r")
        ),
        "PUT .3",
        lambda steps: steps.known[-1].meta.run_id == "r",
        "it is not there, or another run made it",
    ),
}


@pytest.fixture
def two(steps: Steps) -> Steps:
    """Two generations, the first of which is live."""
    steps.do("go-live")
    steps.do("hold")
    return steps


def rule(case: Case, outcome: Outcome, count: int) -> Some:
    method, end = case.request.split()

    def meant(seen: Seen) -> bool:
        return seen.method == method and seen.path.endswith(end)

    return Some(meant, outcome, count)


@pytest.mark.parametrize("outcome", ["lost", "away", "unacknowledged", 500])
@pytest.mark.parametrize("name", CASES)
def test_a_change_is_made_once_in_spite_of_a_fault(
    two: Steps, elasticsearch_url: str, name: str, outcome: Outcome
) -> None:
    case = CASES[name]
    with faulty(elasticsearch_url, rule(case, outcome, 1)) as client:
        assert case.change(client, two) is not False
    assert case.made(two)


@pytest.mark.parametrize("name", CASES)
def test_a_change_that_is_never_made_is_an_error_that_states_what_is_there(
    two: Steps, elasticsearch_url: str, name: str
) -> None:
    case = CASES[name]
    requests = rule(case, "unacknowledged", 1000)
    with (
        faulty(elasticsearch_url, requests) as client,
        pytest.raises(RetryError, match=f"it is not done: {case.there}"),
    ):
        case.change(client, two)
    assert len(requests.seen) == ATTEMPTS
    assert not case.made(two)
    assert two.states() == {1: "live", 2: "candidate"}


def test_an_acknowledged_change_that_is_lost_in_every_answer_is_done(two: Steps, elasticsearch_url: str) -> None:
    case = CASES["alias"]
    requests = rule(case, "lost", 1000)
    with faulty(elasticsearch_url, requests) as client:
        case.change(client, two)
    assert len(requests.seen) == 1, "the swap was made, and is not tried again"


def test_a_swap_that_cannot_be_read_back_at_first_is_done(two: Steps, elasticsearch_url: str) -> None:
    looks = Some(lambda seen: seen.method == "GET" and seen.path.endswith("/_alias"), "html", 1)
    swaps = rule(CASES["alias"], "pass", 0)

    def either(seen: Seen) -> Outcome:
        return swaps(seen) if seen.method == "POST" else looks(seen)

    with faulty(elasticsearch_url, either) as client:
        CASES["alias"].change(client, two)
    assert len(looks.seen) == 1
    assert len(swaps.seen) == 1, "the swap was made, and is not tried again"
    assert CASES["alias"].made(two)


def test_whoever_lost_the_lease_changes_nothing_more(shared_client: Elasticsearch, staging: object) -> None:
    """It was away for longer than its lease, and another worked meanwhile."""
    assert staging
    steps = Steps(shared_client)

    def work() -> None:
        with working_on(shared_client, steps.name, "fast"):
            pass

    with working_on(shared_client, steps.name, "slow"):
        steps.do("go-live")
        steps.do("hold")
        shared_client.update(index=LEASES, id=steps.name, doc={"until": "2026-01-01T00:00:00Z"}, refresh=True)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()
        for case in CASES.values():
            with pytest.raises(FailError, match="Nothing more is changed; run the catalogue again"):
                case.change(shared_client, steps)
            assert not case.made(steps)
    lifecycle.retire(shared_client, steps.name)


def test_without_the_lease_nothing_is_deleted(two: Steps) -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(DefectError, match="without its lease"):
        pool.submit(generations.delete, two.client, [two.known[1]]).result()
    assert two.states() == {1: "live", 2: "candidate"}


@pytest.mark.skipif(bool(credentials()), reason="a writer may not change templates")
def test_a_template_that_is_not_there_is_put_again(shared_client: Elasticsearch, elasticsearch_url: str) -> None:
    requests = Some(lambda seen: "_index_template" in seen.path and seen.method == "PUT", "unacknowledged", 1)
    put_template(shared_client)
    shared_client.indices.delete_index_template(name="studies")
    with faulty(elasticsearch_url, requests) as client:
        put_template(client)
    assert len(requests.seen) == 2
    assert shared_client.indices.exists_index_template(name="studies")


def test_a_copy_that_is_not_acknowledged_is_asked_for_again(two: Steps, elasticsearch_url: str) -> None:
    generations.finalise(two.client, two.known[0].index)
    requests = Some(lambda seen: "_clone" in seen.path, "unacknowledged", 1)
    with faulty(elasticsearch_url, requests) as client:
        assert generations.create_clone(client, two.known[0], 3, GenerationMeta(state="building"))
    assert len(requests.seen) == 2


def test_a_copy_whose_answer_is_lost_takes_the_next_number(two: Steps, elasticsearch_url: str) -> None:
    generations.finalise(two.client, two.known[0].index)
    requests = Some(lambda seen: "_clone" in seen.path, "lost", 1)
    with faulty(elasticsearch_url, requests) as client:
        assert not generations.create_clone(client, two.known[0], 3, GenerationMeta(state="building"))
        assert generations.create_clone(client, two.known[0], 4, GenerationMeta(state="building"))
    assert two.states() == {1: "live", 2: "candidate", 3: "building", 4: "building"}
    lifecycle.prune(two.client, two.name)
    assert two.states() == {1: "live", 2: "candidate", 4: "building"}


def test_a_copy_that_lacks_documents_ends_the_run(two: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = iter([19, 20])
    monkeypatch.setattr(generations, "count", lambda *_: next(counts))
    with pytest.raises(FailError, match="has 19 documents instead of 20"):
        generations.create_clone(two.client, two.known[0], 3, GenerationMeta())
