"""The index page: a line that says it all, then a row a catalogue, those first that need a person."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.model.finding import Finding
from pipeline.operations.pages import charts
from pipeline.operations.pages.actions import Action, Actions, Notice
from pipeline.operations.pages.labels import reason_text
from pipeline.operations.pages.rendering import plural, render
from pipeline.operations.pages.verdicts import Tone
from pipeline.operations.shown_index import FINE, Condition, IndexRow, IndexShown
from pipeline.operations.status import CatalogueStatus

TONES: dict[Condition, Tone | str] = {
    "broken": "bad",
    "failed": "bad",
    "held": "held",
    "refused": "held",
    "stale": "held",
    "late": "held",
    "pinned": "held",
    "orphan": "held",
    "waiting": "busy",
    "live": "good",
    "never run": "plain",
    "disabled": "plain",
}
CAUSES: dict[Condition, str] = {
    "stale": "Several runs that were due did not end well.",
    "late": "The last run that was due did not end well.",
    "waiting": "Airflow asks again, for as many hours as the catalogue file states (patience_hours).",
}
"""What no note states."""


LONGEST = 280
"""Characters of a cause."""
SHOWN_REASONS = 3
"""Lines for the reasons for which the gate held a run."""


class RowShown(NamedTuple):
    """A row as the template takes it."""

    row: IndexRow
    id: str | None
    """Of the first row of its condition, for the links of the summary."""
    tone: str
    causes: tuple[str, ...]
    sparkline: charts.Sparkline | None
    actions: tuple[Action, ...]


class Part(NamedTuple):
    """A part of the line that says it all."""

    text: str
    tone: str
    anchor: str | None


def index_page(index: IndexShown, actions: Actions | None = None, *, notice: Notice | None = None) -> str:
    """The page as HTML. Without `actions` it has no forms; `notice` is what was just done."""
    rows = _rows(index, actions)
    findings = _findings(index)
    return render(
        "index.html.j2",
        index=index,
        summary=_summary(index, findings),
        wanted=[row for row in rows if row.row.condition not in FINE],
        fine=[row for row in rows if row.row.condition in FINE],
        findings=findings,
        wrong=[finding for finding in findings if not finding.ok],
        actions=actions,
        with_actions=any(row.actions for row in rows),
        notice=notice,
    )


def _findings(index: IndexShown) -> list[Finding]:
    """What the doctor found, wrong things first; checks that failed for one cause are one."""
    checks: dict[str, list[str]] = {}
    for finding in index.findings:
        if not finding.ok:
            checks.setdefault(finding.found, []).append(finding.what)
    wrong = [Finding(", ".join(names), False, found) for found, names in checks.items()]
    return [*wrong, *(finding for finding in index.findings if finding.ok)]


def _summary(index: IndexShown, findings: list[Finding]) -> list[Part]:
    parts = [Part(f"{plural(index.live, 'document')} live", "", None)]
    for condition, count in index.counts.items():
        noun = plural(count, "without a file", "without a file") if condition == "orphan" else f"{count} {condition}"
        first = next(row for row in index.rows if condition in row.conditions)
        parts.append(Part(noun, TONES[condition], _anchor(first.condition)))
    if waiting := [row for row in index.rows if "waiting" in row.conditions]:
        parts.append(Part(f"{len(waiting)} waiting", "busy", _anchor(waiting[0].condition)))
    at_work = sum(row.at_work for row in index.rows)
    if at_work:
        parts.append(Part(f"{at_work} at work", "busy", None))
    wrong = sum(not finding.ok for finding in findings)
    if wrong:
        parts.append(Part(f"doctor: {plural(wrong, 'thing')} wrong", "bad", "doctor"))
    elif findings:
        parts.append(Part("doctor ok", "good", "doctor"))
    return parts


def _anchor(condition: Condition) -> str:
    return f"state-{condition.replace(' ', '-')}"


def _rows(index: IndexShown, actions: Actions | None) -> list[RowShown]:
    seen: set[Condition] = set()
    found = []
    for row in index.rows:
        first = row.condition not in seen
        seen.add(row.condition)
        found.append(
            RowShown(
                row,
                _anchor(row.condition) if first else None,
                TONES[row.condition],
                _causes(row),
                charts.sparkline([run.live for run in row.status.history]),
                _possible(row, actions),
            )
        )
    return found


def _causes(row: IndexRow) -> tuple[str, ...]:
    texts = [_short(note.full) for note in row.status.notes if note.kind not in {"held", "at_work"}]
    if any(note.kind == "held" for note in row.status.notes):
        texts = [*_held(row.status), *texts]
    texts += [CAUSES[condition] for condition in row.conditions if condition in CAUSES]
    if "failed" in row.conditions and not any(note.kind == "failed" for note in row.status.notes):
        note = row.facts.last_note if row.facts else None
        texts.append(_short(f"the last run {note}" if note else "the last run failed: its tasks in Airflow state why"))
    return tuple(text[:1].upper() + text[1:] for text in texts if text not in row.conditions)


def _short(text: str) -> str:
    """The beginning of a long text: the page of the run has all of it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _held(status: CatalogueStatus) -> list[str]:
    """Why the gate held the last run."""
    if status.last is None or status.last.outcome != "held":
        return [note.full for note in status.notes if note.kind == "held"]
    reasons = [reason_text(reason) for reason in status.last.gate.reasons]
    if len(reasons) > SHOWN_REASONS:
        reasons = [*reasons[: SHOWN_REASONS - 1], f"and {len(reasons) - SHOWN_REASONS + 1} more reasons"]
    return reasons if status.waits else [*reasons, "No candidate waits."]


def _possible(row: IndexRow, actions: Actions | None) -> tuple[Action, ...]:
    """What the user can do about a catalogue."""
    if actions is None or row.facts is None or not row.facts.may_act:
        return ()
    described = row.status.described
    runs = described is not None and described.enabled and not row.at_work and not row.facts.running
    wanted: list[tuple[Action, bool]] = [
        ("review", row.status.waits),
        ("run", runs),
        ("full-run", runs),
        ("rollback", row.status.can_roll_back),
        ("unpin", row.status.pinned),
    ]
    return tuple(action for action, possible in wanted if possible and actions.url_of(row.name, action))
