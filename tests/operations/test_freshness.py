"""Freshness: good runs against the times at which runs were due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.index.generations import Generation
from pipeline.index.meta import GenerationMeta, PastRun
from pipeline.model.moments import parse
from pipeline.operations.freshness import Freshness, due_after, freshness, grace_of, last_good, period
from pipeline.run.retry_rejects import fetch_rejected
from pipeline.run.runner import run_after_fetch
from tests.support import UNTITLED, Archive

MONDAYS = "0 3 * * 1"
NOW = datetime(2026, 3, 19, 8, tzinfo=UTC)
"""A Thursday; the last run was due on the 16th."""


@pytest.mark.parametrize(
    ("last_good", "expected"),
    [
        (datetime(2026, 3, 16, 3, 0, 1, tzinfo=UTC), Freshness.FRESH),
        (datetime(2026, 3, 18, 12, tzinfo=UTC), Freshness.FRESH),
        (datetime(2026, 3, 16, 2, 59, tzinfo=UTC), Freshness.LATE),
        (datetime(2026, 3, 9, 3, tzinfo=UTC), Freshness.LATE),
        (datetime(2026, 3, 8, tzinfo=UTC), Freshness.STALE),
        (datetime(2020, 1, 1, tzinfo=UTC), Freshness.STALE),
    ],
)
def test_each_run_that_was_due_and_was_not_good_makes_a_catalogue_older(
    last_good: datetime, expected: Freshness
) -> None:
    assert freshness(MONDAYS, last_good, NOW) is expected


def test_a_run_that_may_still_end_well_does_not_make_a_catalogue_late() -> None:
    week_ago = datetime(2026, 3, 9, 3, tzinfo=UTC)
    due = datetime(2026, 3, 16, 3, tzinfo=UTC)
    assert freshness(MONDAYS, week_ago, due + timedelta(hours=11)) is Freshness.FRESH
    assert freshness(MONDAYS, week_ago, due + timedelta(hours=13)) is Freshness.LATE
    assert freshness(MONDAYS, week_ago, due + timedelta(hours=13), grace_of(patience_hours=24)) is Freshness.FRESH
    assert freshness(MONDAYS, week_ago, due + timedelta(hours=13), grace_of(patience_hours=0)) is Freshness.LATE


def test_without_a_schedule_or_a_good_run_nothing_was_due() -> None:
    assert freshness(None, NOW, NOW) is None
    assert freshness(MONDAYS, None, NOW) is None


def test_the_next_run_and_the_time_between_two() -> None:
    assert due_after(MONDAYS, NOW) == datetime(2026, 3, 23, 3, tzinfo=UTC)
    assert period(MONDAYS, NOW) == timedelta(days=7)
    assert period("0 3 * * *", NOW) == timedelta(days=1)


def test_a_schedule_is_in_utc_whatever_the_zone_of_the_question() -> None:
    zone = datetime.fromisoformat("2026-03-16T04:30:00+02:00")  # 2:30 in UTC
    assert due_after(MONDAYS, zone) == datetime(2026, 3, 16, 3, tzinfo=UTC)


def generation(**meta: Any) -> Generation:
    return Generation("bay", 1, True, NOW, GenerationMeta(catalogue="bay", **meta), None, False, False)


def past(at: str, harvested: str | None = None) -> PastRun:
    counts = dict.fromkeys(("live", "created", "updated", "deleted", "rejected"), 0)
    return PastRun(run_id=at, at=at, mode="full", seconds={}, harvested=harvested, **counts)


def test_the_last_good_run_is_the_last_one_of_the_history() -> None:
    runs = [past("2026-03-02T03:00:00Z"), past("2026-03-09T03:00:00Z")]
    live = generation(history=runs, made_at="2026-03-02T03:05:00Z", checked_at="2026-03-09T03:05:00Z")
    assert last_good(live) == datetime(2026, 3, 9, 3, tzinfo=UTC)


def test_of_an_earlier_version_it_is_the_time_of_its_last_check_or_change() -> None:
    live = generation(made_at="2026-03-02T03:05:00Z", checked_at="2026-03-09T03:05:00Z")
    assert last_good(live) == datetime(2026, 3, 9, 3, 5, tzinfo=UTC)
    assert last_good(generation()) is None
    assert last_good(None) is None


def test_a_run_for_a_part_of_the_records_makes_a_catalogue_no_fresher(archive: Archive) -> None:
    archive.put(1, 2)
    archive.write(3, UNTITLED)
    archive.run()
    harvested = archive.live.meta.history[0].at
    archive.put(1, title="Another title")
    archive.run(limit=1)
    context = archive.context("retried")
    with context.working_on("rejects --retry"):
        run_after_fetch(context, fetch_rejected(context))

    assert [run.partial for run in archive.live.meta.history] == [False, True, True]
    assert last_good(archive.live) == parse(harvested)
    assert last_good(generation(history=archive.live.meta.history[1:])) is None
