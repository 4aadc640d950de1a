"""A stage that failed is repeated with the same run id: the result is the same as without the failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from demo.oai_server import Fault, Repository
from pipeline.errors import FailError, RetryError
from pipeline.run.context import Context
from pipeline.run.fetch import fetch
from pipeline.run.fetched import FetchResult
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.publish import publish
from pipeline.run.runner import run as run_all
from pipeline.run.runner import run_after_fetch
from pipeline.staging.kinds import Kind
from tests.faulty import Bulk, Seen, faulty
from tests.run.test_harvests import identifier, put, repository, set_watermark
from tests.support import UNTITLED, Archive, assert_adds_up, counts, ids, staged_parts

__all__ = ["repository"]

STAGES = ("fetch", "process", "plan", "load", "gate", "publish")


def fetch_in_two_parts(context: Context) -> None:
    fetch(context, part_size=16)


def each_part(stage: Callable[[Context, int], Any]) -> Callable[[Context], None]:
    def run(context: Context) -> None:
        for part in FetchResult.staged(context.staging).parts:
            stage(context, part)

    return run


def process_part(context: Context, part: int) -> None:
    process(context, part)


RUN: dict[str, Callable[[Context], Any]] = {
    "fetch": fetch_in_two_parts,
    "process": each_part(process_part),
    "plan": plan,
    "load": each_part(load),
    "gate": gate,
    "publish": publish,
}


def change(archive: Archive) -> None:
    """30 live studies; then one changes, one goes, one comes, and one can no longer be read."""
    archive.change()
    archive.write(9, "<codeBook/>")


def assert_changed(archive: Archive, report: dict[str, Any]) -> None:
    assert_adds_up(report)
    assert counts(report) == (1, 1, 1, 27)
    assert (report["kept"], report["rejected"], report["live"]) == (1, 1, 30)
    served = archive.served()
    assert set(served) == ids(*range(31)) - ids(7)
    assert served["S00003"] == "Harbour Survey, corrected"
    assert sorted(archive.states().values()) == ["live", "previous"]


@pytest.mark.parametrize(
    ("repeated", "full"), [("fetch", False), ("plan", True), ("load", False), ("load", True), ("gate", True)]
)
def test_a_stage_and_all_after_it_run_twice(archive: Archive, repeated: str, *, full: bool) -> None:
    change(archive)
    context = archive.context("run-2", full=full)
    for name in STAGES[:-1]:
        RUN[name](context)
    for name in STAGES[STAGES.index(repeated) :]:
        RUN[name](context)

    assert_changed(archive, context.staging.read_json("report"))


@pytest.mark.parametrize("full", [False, True])
def test_every_stage_runs_twice_in_turn(archive: Archive, *, full: bool) -> None:
    change(archive)
    context = archive.context("run-2", full=full)
    for name in STAGES:
        RUN[name](context)
        RUN[name](context)

    assert_changed(archive, context.staging.read_json("report"))


def test_planning_again_leaves_one_candidate(archive: Archive) -> None:
    change(archive)
    context = archive.context("run-2")
    for name in ("fetch", "process", "plan", "plan"):
        RUN[name](context)

    assert archive.states() == {1: "live", 3: "building"}


def test_documents_that_were_made_after_the_plan_are_refused(archive: Archive) -> None:
    change(archive)
    context = archive.context("run-2")
    for name in ("fetch", "process", "plan"):
        RUN[name](context)
    archive.describe(defaults={"resource_type": "source"})
    changed = archive.context("run-2")
    RUN["process"](changed)

    with pytest.raises(FailError, match="has other documents than those that were planned"):
        RUN["load"](changed)
    with pytest.raises(FailError, match="has other documents than those that were planned"):
        gate(changed)
    assert set(archive.served()) == ids(*range(30))
    assert archive.run()["live"] == 30


def test_the_verdict_on_an_earlier_plan_is_none_on_a_later_one(archive: Archive) -> None:
    change(archive)
    context = archive.context("run-2")
    for name in ("fetch", "process", "plan", "load", "gate", "plan"):
        RUN[name](context)

    with pytest.raises(FailError, match="planned again after a later stage"):
        publish(context)
    for name in ("load", "gate", "publish"):
        RUN[name](context)
    assert_changed(archive, context.staging.read_json("report"))


def test_a_repeated_run_keeps_the_generation_that_rollback_needs(archive: Archive) -> None:
    archive.put(*range(30))
    run_all(archive.catalogue, archive.client, run_id="first")
    archive.put(30)
    run_all(archive.catalogue, archive.client, run_id="second")
    archive.remove(*range(3, 30))

    held = run_all(archive.catalogue, archive.client, run_id="first")

    assert held.held
    assert archive.states() == {1: "previous", 2: "live", 3: "candidate"}


def test_publish_again_does_not_undo_a_later_run(archive: Archive) -> None:
    change(archive)
    context = archive.context("run-2")
    for name in STAGES:
        RUN[name](context)
    archive.put(31)
    archive.run()

    with pytest.raises(FailError, match="Nothing of this run went live"):
        publish(context)
    assert set(archive.served()) == ids(*range(32)) - ids(7)
    assert sorted(archive.states().values()) == ["live", "previous"]


def test_a_repeated_run_starts_from_nothing(archive: Archive) -> None:
    archive.put(*range(30))
    run_all(archive.catalogue, archive.client, run_id="manual")
    archive.remove(*range(28, 30))

    report = run_all(archive.catalogue, archive.client, run_id="manual")

    assert (counts(report.as_json()), report.fetched) == ((0, 0, 2, 28), 28)
    assert archive.states() == {1: "previous", 2: "live"}


@pytest.mark.parametrize("later", [False, True])
def test_a_run_that_is_live_and_is_made_again_keeps_its_rejects(
    archive: Archive, repository: Repository, *, later: bool
) -> None:
    """A person clears a DAG run that went live, the last one or one before it."""
    archive.run()
    set_watermark(archive, "2026-02-01T00:00:00Z")
    repository.put(identifier(4), UNTITLED.encode(), "2026-03-01T00:00:00Z")
    put(repository, 3, "2026-03-01T00:00:00Z", title="Quay Survey")
    run_all(archive.catalogue, archive.client, run_id="again")
    if later:
        set_watermark(archive, "2026-04-01T00:00:00Z")
        put(repository, 5, "2026-05-01T00:00:00Z", title="Pier Survey")
        archive.run()
    set_watermark(archive, "2026-06-01T00:00:00Z")

    report = run_all(archive.catalogue, archive.client, run_id="again")

    assert (report.fetched, report.rejects, report.kept) == (30, {"no_title": 1}, 1)
    assert [reject.record_id for reject in archive.open_rejects()] == [identifier(4)]
    assert archive.run()["fetched"] == 0


def test_after_an_incomplete_run_that_was_repeated_everything_is_asked_for(
    archive: Archive, repository: Repository
) -> None:
    """The runs behind what is live name each other then: a person let a run that is live be made again."""
    archive.run()
    header = f"<identifier>{identifier(30)}</identifier>".encode()
    repository.fault_of = lambda _: Fault(change=lambda body: body.replace(header, b"<identifier>"))
    for title in ("Quay Survey", "Pier Survey"):
        put(repository, 3, repository.now(), title=title)
        put(repository, 30, repository.now())
        assert not run_all(archive.catalogue, archive.client, run_id="repeated").complete
    repository.fault_of = None

    report = archive.run()

    assert (report["fetched"], report["created"], report["live"]) == (31, 1, 31)


def test_the_next_try_of_a_fetch_removes_what_the_first_staged(archive: Archive) -> None:
    archive.put(*range(30))
    context = archive.context("run-1")
    fetch(context, part_size=4)
    archive.remove(*range(10, 30))

    fetched = fetch(context, part_size=4)
    report = run_after_fetch(context, fetched)

    assert (fetched.parts, report.live) == ((0, 1, 2), 10)
    assert staged_parts(context.staging, Kind.RAW) == [0, 1, 2]


@pytest.mark.parametrize("path", ["_search", "_clone", "_bulk", "_count", "_aliases"])
def test_where_elasticsearch_goes_away_nothing_changes_and_the_next_run_is_right(
    archive: Archive, elasticsearch_url: str, path: str
) -> None:
    change(archive)
    unreachable = False

    def rule(seen: Seen) -> Any:
        nonlocal unreachable
        unreachable = unreachable or path in seen.path
        return "away" if unreachable else "pass"

    with faulty(elasticsearch_url, rule) as client, pytest.raises(RetryError, match="study-index up"):
        archive.run(client)
    assert set(archive.served()) == ids(*range(30))

    assert_changed(archive, archive.run())


@pytest.mark.parametrize("fate", [500, "no_shard", "away", "lost", "garbled", "unacknowledged", "partial"])
def test_every_request_that_fails_once_is_made_again(archive: Archive, elasticsearch_url: str, fate: Any) -> None:
    change(archive)
    met: set[tuple[str, str]] = set()

    def rule(seen: Seen) -> Any:
        kind = (seen.method, re.sub(r"archive-\w+\.\d+", "…", seen.path))
        if kind in met:
            return "pass"
        met.add(kind)
        return fate

    with faulty(elasticsearch_url, rule) as client:
        assert_changed(archive, archive.run(client))


def test_throttled_documents_are_sent_again_and_no_others(archive: Archive, elasticsearch_url: str) -> None:
    archive.put(*range(30))
    with faulty(elasticsearch_url, Bulk("some", count=4)) as client:
        report = archive.run(client)

    assert (counts(report), report["rejected"]) == ((30, 0, 0, 0), 0)
    assert set(archive.served()) == ids(*range(30))
    stats = archive.client.indices.stats(index=archive.live.index, metric="indexing,docs")
    assert stats["_all"]["primaries"]["indexing"]["index_total"] == 30, "a document was written twice"


def test_a_run_that_is_always_throttled_ends_and_states_why(archive: Archive, elasticsearch_url: str) -> None:
    change(archive)
    with faulty(elasticsearch_url, Bulk(429)) as client, pytest.raises(RetryError, match="429"):
        archive.run(client)
    assert set(archive.served()) == ids(*range(30))
