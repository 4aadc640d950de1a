"""Freshness of a catalogue, judged against its schedule: were the runs that it should have had good ones?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from croniter import croniter

from pipeline.catalogue import Catalogue
from pipeline.index.generations import Generation
from pipeline.model.moments import parse

GRACE = timedelta(hours=12)
"""What a run may be late by: it may wait for a catalogue that is down, and a harvest takes its time."""


class Freshness(StrEnum):
    """How up to date a catalogue is."""

    FRESH = "fresh"
    """The last run that was due was a good one, or may still become one."""
    LATE = "late"
    """One run that was due was not a good one."""
    STALE = "stale"
    """Several were not."""


def freshness(
    schedule: str | None, last_good: datetime | None, now: datetime, grace: timedelta = GRACE
) -> Freshness | None:
    """How fresh a catalogue is; None without a schedule or a good run, as then nothing was due.

    Args:
        schedule: a cron expression, in UTC as Airflow reads it.
        last_good: when the last run began that went live, or found that nothing had changed.
        now: the time of the question.
        grace: how long after its time a run may end; see `grace_of`.
    """
    if schedule is None or last_good is None:
        return None
    due = _before(schedule, now - grace)
    if last_good >= due:
        return Freshness.FRESH
    return Freshness.LATE if last_good >= _before(schedule, due) else Freshness.STALE


def last_good(live: Generation | None) -> datetime | None:
    """When the last run of a catalogue began that is live, or that found that nothing had changed.

    A run that only rebuilt what had been harvested before counts by that harvest. One that was asked for a part of the
    records (`--limit`, `--since`, rejects that are tried again) does not count.

    Args:
        live: the live generation. If an earlier version made it, it is not known when the run began, and the time at
            which it was made or checked counts.
    """
    if live is None:
        return None
    if live.meta.history:
        whole = [run for run in live.meta.history if not run.partial]
        return parse(whole[-1].harvested or whole[-1].at) if whole else None
    known = [parse(text) for text in (live.meta.checked_at, live.meta.made_at)]
    return max((moment for moment in known if moment is not None), default=None)


def freshness_of(catalogue: Catalogue, live: Generation | None, now: datetime) -> Freshness | None:
    """How fresh what is live of a catalogue is; see `freshness`."""
    return freshness(catalogue.schedule, last_good(live), now, grace_of(catalogue.patience_hours))


def grace_of(patience_hours: float) -> timedelta:
    """How late a run may end that waits so long for a catalogue that is down."""
    return max(GRACE, timedelta(hours=patience_hours) * 1.5)


def due_after(schedule: str, now: datetime) -> datetime:
    """When the next run is due."""
    found: datetime = croniter(schedule, now.astimezone(UTC)).get_next(datetime)
    return found


def period(schedule: str, now: datetime) -> timedelta:
    """Time from the next run that is due to the one after it."""
    due = due_after(schedule, now)
    return due_after(schedule, due) - due


def _before(schedule: str, moment: datetime) -> datetime:
    """The last time before a moment at which a run was due."""
    found: datetime = croniter(schedule, moment.astimezone(UTC)).get_prev(datetime)
    return found
