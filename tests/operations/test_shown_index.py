"""What the index page shows of each catalogue is what the index, staging, its file and Airflow have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipeline.catalogue import load
from pipeline.errors import RetryError, StudyIndexError
from pipeline.index import lifecycle
from pipeline.index.generations import write_meta
from pipeline.model.moments import now, written
from pipeline.operations.pages.index_page import index_page
from pipeline.operations.shown_index import AirflowFacts, IndexRow, shown_index
from pipeline.run.runner import run
from tests.operations.pages.checking import assert_usable
from tests.support import Archive


@pytest.fixture(autouse=True)
def folder(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive's file is the only one in the catalogues folder."""
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(archive.folder))


def row(archive: Archive, **facts: Any) -> IndexRow:
    found = shown_index(archive.client, {archive.name: AirflowFacts(**facts)} if facts else None, ())
    assert_usable(index_page(found))
    (own,) = (item for item in found.rows if item.name == archive.name)
    return own


def hold(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    archive.run()


def test_a_live_catalogue_has_its_figures(archive: Archive) -> None:
    archive.change()
    archive.run()
    found = row(archive)
    assert (found.title, found.conditions) == ("An invented archive", ("live",))
    assert (found.status.live, found.change) == (30, 0)
    assert [past.live for past in found.status.history] == [30, 30]
    assert found.status.last_good is not None
    assert now() - found.status.last_good < timedelta(minutes=5)
    assert found.status.can_roll_back


def test_a_catalogue_that_never_ran_needs_nobody(archive: Archive) -> None:
    found = row(archive)
    assert (found.conditions, found.status.live, found.change) == (("never run",), 0, None)


def test_decisions_change_the_state(archive: Archive) -> None:
    hold(archive)
    assert (row(archive).conditions, row(archive).status.waits) == (("held",), True)

    lifecycle.refuse(archive.client, archive.name, archive.generations()[-1].number, by="ana", why="half is missing")
    refused = row(archive)
    assert (refused.conditions, refused.status.waits) == (("refused",), False)
    assert any("refused by ana" in note.full and "half is missing" in note.full for note in refused.status.notes)

    lifecycle.promote(archive.client, archive.name, by="ben")
    assert row(archive).conditions == ("live",)

    lifecycle.rollback(archive.client, archive.name, by="ben", why="after all")
    pinned = row(archive)
    assert (pinned.conditions, pinned.status.can_roll_back) == (("pinned",), False)
    assert any("rolled back by ben (after all)" in note.full for note in pinned.status.notes)


def test_a_run_that_was_refused_and_then_promoted_is_no_failure(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.remove(*range(4, 20))
    run(archive.catalogue, archive.client, run_id="monday")
    lifecycle.refuse(archive.client, archive.name, by="ana")
    lifecycle.promote(archive.client, archive.name, by="ben")
    assert row(archive, last_run_id="monday", last_state="failed").conditions == ("live",)
    assert row(archive, last_run_id="tuesday", last_state="failed").conditions == ("failed",)


def test_a_good_run_of_the_command_line_makes_up_for_a_dag_run_that_failed(archive: Archive) -> None:
    archive.put(1)
    run(archive.catalogue, archive.client, run_id="by-hand")
    began = now() - timedelta(hours=1)
    failed = {"last_state": "failed", "last_began": began}
    assert row(archive, last_run_id="monday", **failed).conditions == ("live",)
    assert row(archive, last_run_id="by-hand", **failed).conditions == ("failed",), "it went live, and ended failed"
    failed["last_began"] = now() + timedelta(hours=1)
    assert row(archive, last_run_id="tuesday", **failed).conditions == ("failed",)


def test_a_run_that_failed_is_the_state_until_the_next_one_ends(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    archive.describe(protocol={"type": "files", "path": "nothing/*.xml"})
    with pytest.raises(StudyIndexError):
        run(archive.catalogue, archive.client)
    found = row(archive)
    assert found.condition == "failed"
    assert any("the last run failed" in note.full for note in found.status.notes)

    archive.describe()
    archive.run()
    assert row(archive).conditions == ("live",)


def test_a_catalogue_that_is_down_is_waited_for_while_airflow_asks_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(1)
    archive.run()

    def away(*_: object) -> None:
        raise RetryError("the archive answers HTTP 503")

    monkeypatch.setattr("pipeline.run.runner.fetch", away)
    with pytest.raises(RetryError):
        run(archive.catalogue, archive.client)

    waiting = row(archive, paused=False, running=True, last_state="running")
    assert (waiting.condition, waiting.at_work) == ("waiting", False)
    assert any("HTTP 503" in note.full for note in waiting.status.notes)
    assert row(archive, paused=False, running=False, last_state="failed").condition == "failed"


def test_a_run_that_could_stage_nothing_has_its_cause_from_its_note(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    facts = {
        archive.name: AirflowFacts(paused=False, last_state="failed", last_note="failed in fetch: the disk is full")
    }
    assert "The last run failed in fetch: the disk is full" in index_page(shown_index(archive.client, facts, ()))


def test_a_pinned_catalogue_is_pinned_although_its_run_ended_failed(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    archive.put(2)
    archive.run()
    archive.roll_back()
    assert row(archive, paused=False, last_state="failed").conditions == ("pinned",)


def test_a_broken_file_keeps_its_title_and_says_what_is_wrong(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    archive.describe(titel="x", schedule="0 3 * * 1")
    found = row(archive)
    assert (found.condition, found.title, found.schedule) == ("broken", "An invented archive", "0 3 * * 1")
    assert "Did you mean 'title'" in found.status.state
    assert found.status.live == 1


def test_an_index_without_a_file_is_a_row(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    (archive.folder / f"{archive.name}.yaml").unlink()
    assert (row(archive).condition, row(archive).title) == ("orphan", archive.name)


def test_freshness_is_judged_against_the_schedule(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    archive.describe(schedule="0 3 * * 1")
    assert row(archive).freshness == "fresh"
    past = archive.live.meta.history[-1].model_copy(update={"at": written(now() - timedelta(days=40))})
    old = {"checked_at": None, "made_at": written(now() - timedelta(days=40)), "history": (past,)}
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(**old))
    assert (row(archive).freshness, row(archive).condition) == ("stale", "stale")


def test_facts_of_airflow_are_part_of_the_row(archive: Archive) -> None:
    archive.put(1)
    archive.run()
    archive.describe(schedule="0 3 * * 1")
    assert row(archive).next_run is not None
    assert row(archive, paused=True).next_run is None
    assert row(archive, paused=False, running=True).at_work
    assert row(archive, paused=False, last_state="failed").condition == "failed"


def test_a_run_that_was_held_ends_failed_in_airflow_and_is_held(archive: Archive) -> None:
    hold(archive)
    assert row(archive, paused=False, last_state="failed").conditions == ("held",)


def test_more_catalogues_are_no_more_requests(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    send = archive.client.transport.perform_request

    def counted(method: str, target: str, **rest: Any) -> Any:
        asked.append(target)
        return send(method, target, **rest)

    archive.put(1)
    archive.run()
    monkeypatch.setattr(archive.client.transport, "perform_request", counted)
    assert row(archive).status.live == 1
    of_one = len(asked)
    other = Archive(archive.folder / "other", archive.client)
    other.describe(protocol={"type": "files", "path": str(archive.records / "*.xml")})
    (other.folder / f"{other.name}.yaml").rename(archive.folder / f"{other.name}.yaml")
    run(load(archive.folder / f"{other.name}.yaml"), archive.client)
    asked.clear()

    shown = shown_index(archive.client, None, ())
    of_two = len(asked)

    other.retire()
    assert {item.name: item.status.live for item in shown.rows if item.status.path} == {archive.name: 1, other.name: 1}
    assert of_two == of_one
