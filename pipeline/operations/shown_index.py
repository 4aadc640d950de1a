"""All that the index page shows: each catalogue with its state, those first that need a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from elasticsearch import Elasticsearch

from pipeline.catalogue.broken import BrokenFile, broken_file
from pipeline.errors import RetryError
from pipeline.model.finding import Finding
from pipeline.model.moments import now
from pipeline.operations.doctor import findings
from pipeline.operations.freshness import Freshness, due_after, freshness, grace_of
from pipeline.operations.status import CatalogueStatus, catalogue_rows
from pipeline.staging.dag_runs import run_id_of

Condition = Literal[
    "broken",
    "failed",
    "held",
    "refused",
    "stale",
    "late",
    "pinned",
    "orphan",
    "waiting",
    "live",
    "never run",
    "disabled",
]
"""What a catalogue is like, in the order in which a person is needed; from `waiting` on nobody is.

`waiting`: a service is down, and Airflow asks it again later.
"""

ORDER: tuple[Condition, ...] = get_args(Condition)
FINE: tuple[Condition, ...] = ("waiting", "live", "never run", "disabled")


@dataclass(frozen=True)
class AirflowFacts:
    """What Airflow knows of the DAG of a catalogue. `last_state` is that of its newest run."""

    paused: bool | None = None
    running: bool = False
    next_run: datetime | None = None
    last_run_id: str | None = None
    last_began: datetime | None = None
    last_state: str | None = None
    last_note: str | None = None
    """The note of its newest run: one line on how it ended."""
    run_url: str | None = None
    """Of the newest run, for the browser."""
    may_act: bool = False
    """Whether the user who asks may start runs of it."""


@dataclass(frozen=True)
class IndexRow:
    """One catalogue."""

    status: CatalogueStatus
    title: str
    conditions: tuple[Condition, ...]
    """All that apply, the one first that needs a person most."""
    freshness: Freshness | None
    schedule: str | None
    next_run: datetime | None
    """None where nothing is due: without a schedule, or while it is paused."""
    facts: AirflowFacts | None
    """None where Airflow has no DAG of it, or was not asked."""

    @property
    def name(self) -> str:
        """Name of the catalogue."""
        return self.status.catalogue

    @property
    def condition(self) -> Condition:
        """The one that the row is sorted by."""
        return self.conditions[0]

    @property
    def at_work(self) -> bool:
        """Whether a run is under way. One that waits for a person's answer is not."""
        under_lease = any(note.kind == "at_work" for note in self.status.notes)
        is_idle = self.status.waits or "waiting" in self.conditions
        return under_lease or (bool(self.facts and self.facts.running) and not is_idle)

    @property
    def change(self) -> int | None:
        """How many live documents more than before the last run that went well; None where that is not known."""
        runs = self.status.history
        if not runs:
            return None
        return runs[-1].live - runs[-2].live if len(runs) > 1 else runs[-1].created - runs[-1].deleted


@dataclass(frozen=True)
class IndexShown:
    """See the head of this module."""

    rows: tuple[IndexRow, ...]
    findings: tuple[Finding, ...]
    """What `study-index doctor` found."""
    shown_at: datetime = field(default_factory=now)

    @property
    def live(self) -> int:
        """Live documents of all catalogues, as far as they can be counted."""
        return sum(row.status.live or 0 for row in self.rows)

    @property
    def counts(self) -> dict[Condition, int]:
        """Number of catalogues that need a person, by why, in their order."""
        found = Counter(condition for row in self.rows for condition in row.conditions if condition not in FINE)
        return {condition: found[condition] for condition in ORDER if found[condition]}


def shown_index(
    client: Elasticsearch,
    facts: Mapping[str, AirflowFacts] | None = None,
    checked: Sequence[Finding] | None = None,
) -> IndexShown:
    """What there is to show of all catalogues; keys that files name as variables need not be known here.

    Args:
        client: a client for Elasticsearch.
        facts: what Airflow knows, by name of the catalogue.
        checked: what the doctor found; it is asked anew where this is None.
    """
    found = tuple(findings(client, None, variables_set=False) if checked is None else checked)
    moment = now()
    rows = [
        _row(status, (facts or {}).get(status.catalogue), moment)
        for status in catalogue_rows(client, variables_set=False)
    ]
    return IndexShown(tuple(sorted(rows, key=lambda row: (ORDER.index(row.condition), row.name))), found, moment)


def _row(status: CatalogueStatus, facts: AirflowFacts | None, moment: datetime) -> IndexRow:
    broken = _broken(status)
    described = status.described
    schedule = described.schedule if described else broken.schedule if broken else None
    fresh = None
    if described is not None and described.enabled:
        fresh = freshness(schedule, status.last_good, moment, grace_of(described.patience_hours))
    next_run = facts.next_run if facts else None
    if next_run is None and schedule and (facts is None or facts.paused is False):
        next_run = due_after(schedule, moment)
    title = (described.title if described else broken.title if broken else None) or status.catalogue
    conditions = _conditions(status, fresh, facts)
    due = None if facts and facts.paused else next_run
    return IndexRow(status, title, conditions, fresh, schedule, due, facts)


def _broken(status: CatalogueStatus) -> BrokenFile | None:
    if status.described is not None or status.path is None:
        return None
    return broken_file(status.path, status.state)


def _conditions(status: CatalogueStatus, fresh: Freshness | None, facts: AirflowFacts | None) -> tuple[Condition, ...]:
    found = {str(note.kind) for note in status.notes} - {"at_work", "remark"}
    if fresh in {Freshness.LATE, Freshness.STALE}:
        found.add("stale" if fresh is Freshness.STALE else "late")
    if facts and _failed(status, facts) and not found & {"held", "refused", "broken", "pinned"}:
        found.add("failed")
    if facts and facts.running and status.failure is not None and status.failure.kind == RetryError.__name__:
        found.discard("failed")
        found.add("waiting")
    if not found:
        found.add("live" if status.is_live else "never run")
    return tuple(condition for condition in ORDER if condition in found)


def _failed(status: CatalogueStatus, facts: AirflowFacts) -> bool:
    """Whether the newest DAG run failed, and nothing made up for it since.

    A run that was refused ends as failed, and may be promoted later; and a run of the command line may have been good.
    """
    if facts.last_state != "failed":
        return False
    own = run_id_of(facts.last_run_id or "")
    last, past, good = status.last, status.history, status.last_good
    promoted = last is not None and last.outcome == "promoted" and last.run_id == own
    is_later = good is not None and facts.last_began is not None and good > facts.last_began
    return not promoted and not (is_later and past and past[-1].run_id != own)
