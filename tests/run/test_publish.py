"""Publishing: what a failure before, at and after the swap leaves, in the index, in the report and in the rejects."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from pipeline.errors import RetryError
from pipeline.index import generations, lifecycle
from pipeline.run import publish
from pipeline.run.results import RunReport
from pipeline.run.runner import run
from pipeline.run.staged_reports import find_report, last_report, resolved
from pipeline.staging.store import Staging
from tests.faulty import Rule, faulty
from tests.support import UNTITLED, Archive, ids

FULL_DISK = OSError(errno.ENOSPC, "No space left on device")


class Killed(BaseException):
    """The signal that ends a process."""


@pytest.fixture
def changed(archive: Archive) -> Archive:
    """A catalogue with 20 live studies; since then one came, and one can no longer be read."""
    archive.put(*range(20))
    archive.run()
    archive.put(20)
    archive.write(4, UNTITLED)
    return archive


def fill_disk_at(monkeypatch: pytest.MonkeyPatch, report: int) -> None:
    """The disk is full when a report is written for the `report`th time, counted from 1."""
    write, written = Staging.write_json, []

    def write_json(self: Staging, name: str, value: dict[str, Any]) -> None:
        if name == RunReport.NAME:
            written.append(name)
            if len(written) == report:
                raise FULL_DISK
        write(self, name, value)

    monkeypatch.setattr(Staging, "write_json", write_json)


def last(archive: Archive) -> RunReport:
    """The last report, as `study-index report` shows it."""
    return resolved(find_report(archive.name), generations.generations(archive.client, archive.name))


def rejected(archive: Archive) -> list[str]:
    return [reject.record_id for reject in archive.open_rejects()]


def test_a_disk_that_is_full_before_the_swap_changes_nothing(changed: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = changed.live
    with monkeypatch.context() as patched:
        fill_disk_at(patched, report=1)
        with pytest.raises(OSError, match="No space left"):
            changed.run()

    assert (changed.live, changed.live.meta) == (before, before.meta)
    assert set(changed.served()) == ids(*range(20))
    report = changed.run()
    assert (report["created"], report["kept"], report["live"], report["outcome"]) == (1, 1, 21, "live")
    assert rejected(changed) == ["00004.xml"]


def test_a_disk_that_fills_after_the_swap_makes_no_error_of_a_live_run(
    changed: Archive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill_disk_at(monkeypatch, report=2)

    report = changed.run()

    assert (report["outcome"], report["live"]) == ("live", 21)
    assert "No space left" in caplog.text
    staged = last_report(changed.name)
    assert staged is not None
    assert staged.outcome == "going_live"
    assert (last(changed).outcome, last(changed).live) == ("live", 21)
    assert rejected(changed) == ["00004.xml"]


@pytest.mark.parametrize("swapped", [True, False])
def test_a_run_that_is_killed_at_the_swap_leaves_a_report_that_is_right(
    changed: Archive, monkeypatch: pytest.MonkeyPatch, *, swapped: bool
) -> None:
    def swap(*arguments: Any) -> None:
        if swapped:
            generations.swap(*arguments)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(publish, "swap", swap)
        with pytest.raises(Killed):
            run(changed.catalogue, changed.client, run_id="killed")

    expected = ("live", 21) if swapped else ("not_live", 20)
    assert (last(changed).outcome, last(changed).live) == expected
    assert rejected(changed) == ["00004.xml"]

    changed.put(21)
    assert changed.run()["live"] == 22
    killed = resolved(find_report("killed"), generations.generations(changed.client, changed.name))
    assert (killed.outcome, killed.live) == expected, "a later run went live"


def undeletable(archive: Archive) -> Rule:
    """No generation of the catalogue can be deleted."""
    return lambda seen: 400 if seen.method == "DELETE" and f"{archive.name}." in seen.path else "pass"


def test_what_fails_after_the_swap_is_a_note(changed: Archive, elasticsearch_url: str) -> None:
    changed.run()
    changed.put(21)

    with faulty(elasticsearch_url, undeletable(changed)) as client:
        report = changed.run(client)

    assert (report["outcome"], report["live"]) == ("live", 22)
    (note,) = report["notes"]
    assert note.startswith("generations that are no longer needed are not all deleted; the next run tries again. ")
    assert set(changed.states().values()) == {"live", "previous", "superseded"}
    changed.put(22)
    changed.run()
    assert set(changed.states().values()) == {"live", "previous"}


def test_what_fails_after_the_swap_makes_no_error_of_a_promote(
    changed: Archive, elasticsearch_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    changed.run()
    changed.remove(*range(5, 20))
    assert changed.run()["outcome"] == "held"

    with faulty(elasticsearch_url, undeletable(changed)) as client:
        promoted = lifecycle.promote(client, changed.name)

    assert (promoted.before, promoted.after, promoted.generation.live) == (21, 6, True)
    assert f"studies.{changed.name}.3 is live; generations that are no longer needed are not all " in caplog.text
    assert changed.states() == {1: "superseded", 2: "previous", 3: "live"}


def test_what_fails_after_a_catalogue_is_retired_says_that_it_is(changed: Archive, elasticsearch_url: str) -> None:
    with (
        faulty(elasticsearch_url, undeletable(changed)) as client,
        pytest.raises(RetryError, match=r"is retired, .* not all deleted, so retire it again: .*HTTP 400"),
    ):
        lifecycle.retire(client, changed.name)

    assert "live" not in changed.states().values()
    lifecycle.retire(changed.client, changed.name)
    assert changed.states() == {}


# -- rejects that a run cleared which did not stay live ------------------------------------------------------------


def test_a_held_run_clears_no_reject_until_it_is_promoted_and_none_after_a_rollback(archive: Archive) -> None:
    archive.put(*range(20))
    archive.write(4, UNTITLED)
    archive.run()
    archive.put(4)
    archive.remove(*range(10, 20))
    assert archive.run()["outcome"] == "held"
    assert rejected(archive) == ["00004.xml"]

    lifecycle.promote(archive.client, archive.name)
    assert rejected(archive) == []

    lifecycle.rollback(archive.client, archive.name)
    assert rejected(archive) == ["00004.xml"]


def test_a_run_that_is_killed_before_the_swap_clears_no_reject(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.put(*range(20))
    archive.write(4, UNTITLED)
    archive.run()
    archive.put(4)

    def swap(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(publish, "swap", swap)
        with pytest.raises(Killed):
            archive.run()
    assert rejected(archive) == ["00004.xml"]

    archive.run()
    assert rejected(archive) == []


def test_a_run_that_changes_nothing_is_unchanged_and_clears_rejects(archive: Archive) -> None:
    archive.put(*range(20))
    archive.run()
    archive.write(4, UNTITLED)
    assert archive.run()["outcome"] == "unchanged"
    assert rejected(archive) == ["00004.xml"]
    archive.put(4)

    assert archive.run()["outcome"] == "unchanged"
    assert rejected(archive) == []
