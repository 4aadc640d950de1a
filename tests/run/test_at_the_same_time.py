"""Runs at the same time as other runs, as a person's decisions, and as readers.

The lease of a catalogue keeps all but readers apart. What is held by other means as well, should a lease be lost, is
tested with stages that are run one by one: each of them takes the lease for itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, StudyIndexError
from pipeline.index import lifecycle
from pipeline.index.generations import ALIAS
from pipeline.index.leases import LEASES, LeasedError
from pipeline.run.context import Context, Options
from pipeline.run.fetch import fetch
from pipeline.run.fetched import FetchResult
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.publish import publish
from pipeline.run.results import PlanResult
from pipeline.run.retention import prune_catalogue
from pipeline.run.retry_rejects import fetch_rejected
from pipeline.run.runner import run
from tests.faulty import Seen, faulty
from tests.support import Archive, counts, ids

STAGES = ("fetch", "process", "plan", "load", "gate", "publish")


def through(context: Context, last: str) -> Context:
    """Run the stages up to `last`."""
    for name in STAGES[: STAGES.index(last) + 1]:
        resume(context, name)
    return context


def finish(context: Context, reached: str) -> None:
    """Run the stages after `reached`."""
    for name in STAGES[STAGES.index(reached) + 1 :]:
        resume(context, name)


def resume(context: Context, name: str) -> None:
    if name in {"process", "load"}:
        for part in FetchResult.staged(context.staging).parts:
            if name == "process":
                process(context, part)
            elif PlanResult.staged(context.staging).index:
                load(context, part)
    else:
        stages: dict[str, Callable[[Context], object]] = {
            "fetch": fetch,
            "plan": plan,
            "gate": gate,
            "publish": publish,
        }
        stages[name](context)


def changes(archive: Archive, client: Elasticsearch) -> dict[str, Callable[[], object]]:
    """All that changes a catalogue."""
    name = archive.name
    return {
        "run": lambda: archive.run(client),
        "run --limit": lambda: archive.run(client, limit=5),
        "rejects --retry": lambda: fetch_rejected(archive.context("retry", client)),
        "promote": lambda: lifecycle.promote(client, name),
        "refuse": lambda: lifecycle.refuse(client, name),
        "rollback": lambda: lifecycle.rollback(client, name),
        "unpin": lambda: lifecycle.unpin(client, name),
        "retire": lambda: lifecycle.retire(client, name),
        "prune": lambda: prune_catalogue(client, name),
    }


def refused(archive: Archive) -> dict[str, str]:
    """Why each change of the catalogue was refused, when it was asked for in a thread that holds no lease."""

    def attempt(call: Callable[[], object]) -> str:
        with pytest.raises(LeasedError) as error:
            call()
        return str(error.value)

    with ThreadPoolExecutor(1) as pool:
        return {what: pool.submit(attempt, call).result() for what, call in changes(archive, archive.client).items()}


@pytest.mark.parametrize("full", [False, True])
def test_while_a_run_works_nothing_else_changes_the_catalogue(archive: Archive, *, full: bool) -> None:
    """In every stage, everything else is refused, and the run ends as it would have ended alone."""
    archive.describe(max_drop=1.0)
    archive.change()
    seen: dict[str, dict[str, str]] = {}

    def progress(stage: str, _done: int, _total: int | None) -> None:
        if stage not in seen:
            seen[stage] = refused(archive)

    report = run(archive.catalogue, archive.client, Options(full=full), run_id="slow", progress=progress)

    assert [*seen] == ["fetch", "process", "plan", "load", "gate"]
    assert all("run slow" in message for messages in seen.values() for message in messages.values())
    assert set(archive.served()) == ids(*range(31)) - ids(7)
    assert counts(report.as_json()) == (1, 1, 1, 28)
    assert archive.states() == {1: "previous", 2: "live"}


@pytest.mark.parametrize("stage", ["plan", "gate", "publish"])
def test_a_stage_alone_does_nothing_while_something_else_works_on_the_catalogue(archive: Archive, stage: str) -> None:
    """In Airflow each stage is a task, which takes the lease for itself."""
    archive.put(*range(20))
    slow = through(archive.context("slow"), STAGES[STAGES.index(stage) - 1])
    before = archive.states()
    with archive.context("other").working_on("prune"), ThreadPoolExecutor(1) as pool:
        refusal = pool.submit(resume, slow, stage).exception()

    assert isinstance(refusal, LeasedError)
    assert archive.states() == before
    finish(slow, STAGES[STAGES.index(stage) - 1])
    assert set(archive.served()) == ids(*range(20))


@pytest.mark.parametrize("what", ["promote", "rollback", "unpin", "retire", "prune", "run"])
def test_while_something_else_changes_the_catalogue_no_run_begins(
    archive: Archive, elasticsearch_url: str, what: str
) -> None:
    archive.roll_back()
    if what == "rollback":
        lifecycle.promote(archive.client, archive.name)
    messages: dict[str, str] = {}

    def rule(seen: Seen) -> Any:
        if seen.path.startswith(f"/{ALIAS}") and LEASES not in seen.path and not messages:
            messages.update(refused(archive))
        return "pass"

    archive.put(21)
    with faulty(elasticsearch_url, rule) as client:
        changes(archive, client)[what]()

    assert messages
    assert all(f"{archive.name} is worked on by" in message for message in messages.values())


@pytest.mark.parametrize("reached", ["fetch", "plan", "load", "gate"])
@pytest.mark.parametrize("first_run", [True, False])
def test_a_run_does_not_undo_one_that_overtook_it(archive: Archive, reached: str, *, first_run: bool) -> None:
    """The slow run saw the catalogue before study 20 came: to delete it would be wrong."""
    archive.put(*range(20))
    if not first_run:
        archive.run()
        archive.put(0, title="Harbour Survey, corrected")
    slow = through(archive.context("slow"), reached)
    archive.put(20)
    fast = archive.run()
    assert fast["live"] == 21

    with pytest.raises(FailError, match=r"[Rr]un the catalogue again"):
        finish(slow, reached)
    assert set(archive.served()) == ids(*range(21))
    assert "candidate" not in archive.states().values()

    archive.run()
    assert set(archive.served()) == ids(*range(21))
    assert set(archive.states().values()) <= {"live", "previous"}


@pytest.mark.parametrize("first_run", [True, False])
def test_simultaneous_runs_succeed_or_say_why_not(archive: Archive, *, first_run: bool) -> None:
    archive.put(*range(20))
    if not first_run:
        archive.run()
        archive.put(0, 20, title="Harbour Survey, corrected")
    expected = set(range(20)) | (set() if first_run else {20})

    def attempt(_: int) -> Exception | dict[str, Any]:
        try:
            return archive.run()
        except StudyIndexError as error:
            return error

    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(attempt, range(3)))

    assert any(isinstance(item, dict) for item in ended), ended
    assert set(archive.served()) == ids(*expected)
    assert list(archive.states().values()).count("live") == 1
    archive.run()
    assert archive.run()["generation"] is None
    assert set(archive.served()) == ids(*expected)


def test_a_number_that_something_else_takes_meanwhile_is_passed_over(archive: Archive, elasticsearch_url: str) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(20)
    taken = False

    def rule(seen: Seen) -> Any:
        nonlocal taken
        if "_clone" in seen.path and not taken:
            taken = True
            archive.client.indices.create(index=f"{ALIAS}.{archive.name}.2")  # the very number that this asks for
        return "pass"

    with faulty(elasticsearch_url, rule) as client:
        report = archive.run(client)

    assert (report["live"], report["generation"]) == (21, f"{ALIAS}.{archive.name}.3")
    assert set(archive.states().values()) == {"live", "previous"}


def test_where_all_numbers_are_taken_the_run_ends_and_nothing_changes(archive: Archive, elasticsearch_url: str) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(20)

    def rule(seen: Seen) -> Any:
        if "_clone" in seen.path:
            archive.client.indices.create(index=seen.path.rpartition("/")[2])
        return "pass"

    with (
        faulty(elasticsearch_url, rule) as client,
        pytest.raises(RetryError, match="Run one run of a catalogue at a time"),
    ):
        archive.run(client)
    assert set(archive.served()) == ids(*range(20))


def test_a_candidate_that_was_overtaken_cannot_be_promoted_later(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(20)
    fast = through(archive.context("fast"), "gate")
    archive.remove(20)
    archive.put(0, title="Harbour Survey, corrected")
    slow = through(archive.context("slow"), "gate")
    resume(fast, "publish")

    with pytest.raises(FailError, match="Nothing of this run went live"):
        resume(slow, "publish")
    assert archive.states() == {1: "previous", 2: "live"}
    assert set(archive.served()) == ids(*range(21))


def test_a_candidate_that_something_else_wrote_to_does_not_go_live(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(20)
    slow = through(archive.context("slow"), "load")
    archive.client.index(index=f"{ALIAS}.{archive.name}.2", id="stray", document={"name": "Stray"})

    with pytest.raises(FailError, match="22 documents in the index, but 21 expected"):
        resume(slow, "gate")
    assert set(archive.served()) == ids(*range(20))
    assert "candidate" not in archive.states().values()


def test_a_rollback_during_a_run_lasts(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(20)
    archive.run()
    archive.put(21)
    slow = through(archive.context("slow"), "gate")
    lifecycle.rollback(archive.client, archive.name)

    with pytest.raises(FailError, match="a rollback took place meanwhile"):
        resume(slow, "publish")
    assert set(archive.served()) == ids(*range(20))


@pytest.mark.parametrize("again", ["publish", "gate"])
def test_a_run_that_is_repeated_after_its_rollback_does_not_go_live_again(archive: Archive, again: str) -> None:
    """A person rolls back, and tasks of the run are run again in Airflow, from this one on."""
    archive.put(*range(20))
    archive.run()
    archive.put(20)
    run = through(archive.context("again"), "publish")
    lifecycle.rollback(archive.client, archive.name)

    if again == "gate":
        resume(run, "gate")
    message = f"was rolled back after it had gone live. What is live stays; study-index promote {archive.name} lets it"
    with pytest.raises(FailError, match=message):
        resume(run, "publish")
    assert archive.states() == {1: "live", 2: "rolled_back"}
    assert set(archive.served()) == ids(*range(20))


def test_unpin_during_a_run_lasts(archive: Archive) -> None:
    archive.roll_back()
    slow = through(archive.context("slow"), "load")
    lifecycle.unpin(archive.client, archive.name)
    finish(slow, "load")

    assert set(archive.served()) == ids(*range(21))
    assert not archive.live.meta.pinned


def test_a_candidate_that_was_deleted_is_not_counted_as_applied(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    before = archive.live.meta.watermark
    archive.put(20)
    slow = through(archive.context("slow"), "gate")
    archive.client.indices.delete(index=f"{ALIAS}.{archive.name}.2")

    with pytest.raises(FailError, match="was deleted"):
        resume(slow, "publish")
    assert archive.live.meta.watermark == before


def test_a_candidate_that_is_deleted_while_it_is_loaded_is_not_made_again_by_loading(archive: Archive) -> None:
    archive.put(*range(20))
    slow = through(archive.context("slow"), "plan")
    archive.client.indices.delete(index=f"{ALIAS}.{archive.name}.1")

    with pytest.raises(FailError, match="Run the catalogue again"):
        resume(slow, "load")
    assert archive.states() == {}


def test_readers_see_one_complete_generation_at_any_moment(archive: Archive) -> None:
    archive.describe(max_drift=1.0)
    archive.put(*range(40))
    archive.run()
    ended = threading.Event()

    def read() -> set[int]:
        seen = set()
        while not ended.is_set():
            answer = archive.client.search(
                index=ALIAS, query={"term": {"catalogue": archive.name}}, size=100, track_total_hits=True
            )
            assert len(answer["hits"]["hits"]) == answer["hits"]["total"]["value"]
            assert answer["_shards"]["failed"] == 0
            seen.add(answer["hits"]["total"]["value"])
        return seen

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            archive.put(*range(40, 60))
            archive.run(full=True)
            archive.remove(*range(56, 60))
            archive.run()
            archive.run(full=True)
        finally:
            ended.set()
        seen = set.union(*(reader.result() for reader in readers))

    assert seen <= {40, 60, 56}
    assert {40, 60} <= seen
