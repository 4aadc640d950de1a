"""What people decide about runs: who, when and why is known wherever the run is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.errors import FailError, UsageError
from pipeline.index import lifecycle
from pipeline.index.generations import generations, write_meta
from pipeline.run import report_texts
from pipeline.run.context import Context
from pipeline.run.failures import failure_of
from pipeline.run.gate import gate
from pipeline.run.publish import publish
from pipeline.run.results import RunReport
from pipeline.run.runner import run
from pipeline.run.staged_reports import find_report, resolved
from pipeline.staging.store import Staging
from tests.run.curated import STUDIES, Curated, files
from tests.support import Archive

__all__ = ["files"]


@pytest.fixture
def held(archive: Archive) -> Archive:
    """A catalogue of 20 live documents, of which a held run has only 4."""
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    assert archive.run()["gate"]["verdict"] == "hold"
    return archive


def shown(archive: Archive, wanted: str | None = None) -> RunReport:
    return resolved(find_report(wanted or archive.name), generations(archive.client, archive.name))


def test_a_promoted_run_says_who_let_it_go_live_and_why(held: Archive) -> None:
    lifecycle.promote(held.client, held.name, by="ana", why="the archive was cut in two")

    report = shown(held)

    assert (report.outcome, report.live) == ("promoted", 4)
    (line, *_) = report_texts.verdict(report)
    assert "let go live by ana at " in line
    assert "(the archive was cut in two)" in line


def test_a_refused_run_says_who_refused_it_and_can_still_be_promoted(held: Archive) -> None:
    lifecycle.refuse(held.client, held.name, by="ben", why="half is missing")

    report = shown(held)
    assert (report.outcome, report.live) == ("refused", 20)
    assert "refused by ben" in report_texts.verdict(report)[0]

    lifecycle.promote(held.client, held.name, by="ana")
    assert shown(held).outcome == "promoted"


def test_a_refusal_is_remembered_when_the_next_run_replaced_the_candidate(held: Archive) -> None:
    refused = find_report(held.name)
    lifecycle.refuse(held.client, held.name, by="ben")
    held.put(*range(25))
    assert held.run()["outcome"] == "live"

    report = shown(held, refused.run_id)

    assert report.outcome == "refused"
    assert report.decision is not None
    assert report.decision.by == "ben"


@pytest.mark.parametrize("again", [publish, gate])
def test_a_run_that_passed_the_gate_and_was_refused_then_does_not_go_live(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, again: Callable[[Context], object]
) -> None:
    archive.put(1)
    archive.run()
    archive.put(2)

    def end(*_: object) -> None:
        raise FailError("ended early")

    monkeypatch.setattr("pipeline.run.runner.publish", end)
    with pytest.raises(FailError, match="ended early"):
        run(archive.catalogue, archive.client, run_id="again")
    lifecycle.refuse(archive.client, archive.name, by="ben")

    context = archive.context("again")
    if again is gate:  # tasks of the run are run again, from this one on
        gate(context)
    with context.working_on("run"), pytest.raises(FailError, match="was refused before it went live"):
        publish(context)
    assert len(archive.served()) == 1

    lifecycle.promote(archive.client, archive.name, by="ana")
    assert len(archive.served()) == 2


def ended_before_publish(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_: object) -> None:
        raise FailError("ended early")

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.run.runner.publish", end)
        with pytest.raises(FailError, match="ended early"):
            archive.run()


def test_a_run_that_ended_before_it_was_published_and_is_promoted_counts_as_no_harvest(
    files: Curated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it brought is live; what it harvested, and which corrections it applied, the next run finds out again."""
    archive = files.archive
    files.correct(s3={"sex": "female", "reason": "a"})
    archive.run()
    before = archive.live.meta.replaced(not_received=2)
    write_meta(archive.client, archive.live.index, before)
    archive.put(STUDIES)
    ended_before_publish(archive, monkeypatch)

    lifecycle.promote(archive.client, archive.name, by="ana")

    now = archive.live.meta
    assert len(archive.served()) == STUDIES + 1
    assert (now.watermark, now.not_received, now.history) == (before.watermark, 2, before.history)
    assert now.corrections == before.corrections != {}
    assert (now.schema_version, now.mapping) == (before.schema_version, before.mapping)
    assert archive.run()["unchanged"] == STUDIES + 1


def test_a_first_run_that_ended_before_it_was_published_can_be_promoted(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(1, 2)
    ended_before_publish(archive, monkeypatch)
    assert [item.meta.state for item in archive.generations()] == ["ready"]

    lifecycle.promote(archive.client, archive.name, by="ana")

    now = archive.live.meta
    assert (len(archive.served()), now.watermark, now.not_received, now.previous) == (2, None, 0, None)
    assert (now.history, now.corrections) == ((), {})


def test_nothing_is_refused_where_nothing_waits(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    with pytest.raises(UsageError, match="has no candidate"):
        lifecycle.refuse(archive.client, archive.name, by="ben")


def test_a_run_that_was_rolled_back_says_so(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    archive.put(2)
    archive.run()
    lifecycle.rollback(archive.client, archive.name, by="ana", why="wrong years")

    report = shown(archive)

    assert (report.outcome, report.live) == ("rolled_back", 1)
    assert "rolled back by ana" in report_texts.verdict(report)[0]


def test_a_run_that_was_let_go_live_and_rolled_back_names_both_decisions(held: Archive) -> None:
    lifecycle.promote(held.client, held.name, by="ana", why="the archive was cut in two")
    lifecycle.rollback(held.client, held.name, by="ben", why="it was not")

    line = report_texts.verdict(shown(held))[0]

    assert line.startswith("held at the gate, let go live by ana at ")
    assert "(the archive was cut in two), and was live until it was rolled back by ben at " in line


def test_the_report_of_a_run_that_failed_is_why_it_failed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.put(1)

    def fail(*_: object) -> None:
        raise FailError("the sky fell")

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.run.runner.plan", fail)
        with pytest.raises(FailError, match="the sky fell"):
            run(archive.catalogue, archive.client, run_id="unlucky")

    staged = Staging(archive.name, "unlucky")
    found = failure_of(staged)
    assert found is not None
    assert found.message == "the sky fell"
    with pytest.raises(UsageError, match="the sky fell"):
        find_report("unlucky")

    run(archive.catalogue, archive.client, run_id="unlucky")
    assert failure_of(staged) is None
    assert find_report("unlucky").outcome == "live"


def test_a_rollback_of_what_is_not_live_any_more_changes_nothing(archive: Archive) -> None:
    """Somebody presses the button of a page that is some hours old."""
    for last in (10, 11, 12):
        archive.put(*range(last))
        archive.run()
    with pytest.raises(UsageError, match="is live by now, and not generation 2"):
        lifecycle.rollback(archive.client, archive.name, 2)
    assert archive.live.number == 3
    lifecycle.rollback(archive.client, archive.name, 3)
    assert archive.live.number == 2
