"""The state of each catalogue: what is live, when it ran last, and what needs a person's attention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from elasticsearch import Elasticsearch

from pipeline import catalogue as catalogues
from pipeline import settings
from pipeline.catalogue import Catalogue, corrections
from pipeline.errors import UsageError
from pipeline.index.generations import Generation, generations, live_documents
from pipeline.index.leases import Lease, leases_at_work
from pipeline.index.meta import PastRun
from pipeline.index.states import state
from pipeline.operations.freshness import last_good
from pipeline.run.failures import failure_of
from pipeline.run.rebuild import rebuild_reasons
from pipeline.run.report_texts import decided
from pipeline.run.reported_runs import report_of
from pipeline.run.results import RunFailure, RunReport
from pipeline.run.staged_reports import resolved
from pipeline.staging.staged_runs import runs
from pipeline.staging.store import Staging

RENAME = "name the file after its catalogue, <name>.corrections.yaml, or remove it"
"""What to do with corrections that belong to no catalogue."""


NoteKind = Literal["broken", "failed", "held", "refused", "pinned", "orphan", "disabled", "at_work", "remark"]
"""What a note is about: a file or an index that cannot be used, the last run, a decision, and others."""


class Note(NamedTuple):
    """Something about a catalogue that a person should know: in a few words, and in full with what to do."""

    short: str
    full: str
    kind: NoteKind = "remark"


@dataclass(frozen=True)
class CatalogueStatus:
    """One catalogue: of its file, or of what the index holds without one (then title, protocol and format are None).

    `live` is the number of live documents; None where their index is closed. `last_run` and `watermark` are ISO 8601
    times.
    """

    catalogue: str
    title: str | None
    protocol: str | None
    format: str | None
    live: int | None
    last_run: str | None
    watermark: str | None
    is_live: bool
    pinned: bool
    held: bool
    notes: tuple[Note, ...]
    described: Catalogue | None = None
    """What its file describes; None where there is none that can be used."""
    path: Path | None = None
    """Its file, sound or not."""
    history: tuple[PastRun, ...] = ()
    """The last runs that went live or found that nothing had changed, oldest first."""
    last: RunReport | None = None
    """The report of the last run that has one, with what became of it."""
    last_good: datetime | None = None
    """When the last run began that went live or found that nothing had changed."""
    waits: bool = False
    """Whether a candidate waits for a person."""
    can_roll_back: bool = False
    live_number: int | None = None
    """Number of the live generation."""
    failure: RunFailure | None = None
    """Why a run ended with an error that began after the last one with a report."""

    @property
    def rejected(self) -> int | None:
        """Records that the last run rejected; None where no run has a report."""
        return self.last.rejected if self.last else None

    @property
    def state(self) -> str:
        """The notes in full; without any, whether it is live."""
        return self._state(note.full for note in self.notes)

    @property
    def short_state(self) -> str:
        """The notes in a few words; without any, whether it is live."""
        return self._state(note.short for note in self.notes)

    def _state(self, notes: Iterable[str]) -> str:
        return "; ".join(notes) or ("live" if self.is_live else "never run")

    def as_json(self) -> dict[str, Any]:
        """The row of `catalogues --json`."""
        counts = ("live", "rejected", "last_run", "watermark", "pinned", "held")
        names = ("catalogue", "title", "protocol", "format", *counts)
        return {**{name: getattr(self, name) for name in names}, "state": self.state}


def catalogue_rows(client: Elasticsearch, *, variables_set: bool = True) -> list[CatalogueStatus]:
    """One row for each catalogue file, sound or not, then for each catalogue in the index that has none.

    Where this process has not the environment variables that the files name, `variables_set` is false: see
    `catalogue.load`.
    """
    known, counts = generations(client), live_documents(client)
    rows = []
    for path in catalogues.paths():
        described, wrong = _described(path.stem, known, variables_set=variables_set)
        rows.append(replace(_row(counts, path.stem, known, described, wrong), path=path))
    lost = Note("no such catalogue", f"corrections of no catalogue: {RENAME}", "orphan")
    without = corrections.without_catalogue(settings.catalogues())
    rows += [_row(counts, path.name, known, None, lost) for path in without]
    for name in sorted({item.catalogue for item in known} - {row.catalogue for row in rows}):
        orphan = Note("no file", f"no file: put it back, or remove the catalogue (study-index retire {name})", "orphan")
        rows.append(_row(counts, name, known, None, orphan))
    at_work = leases_at_work(client)
    return [_with_lease(row, at_work.get(row.catalogue)) for row in rows]


def _with_lease(row: CatalogueStatus, lease: Lease | None) -> CatalogueStatus:
    """The row with a note about who works on the catalogue at this moment."""
    return replace(row, notes=(*row.notes, Note("at work", f"at work: {lease}", "at_work"))) if lease else row


def unmatched_corrections(catalogue: Catalogue, known: list[Generation]) -> list[str]:
    """harmony_ids in the corrections of a catalogue that matched no record in its last run."""
    live = next((item for item in known if item.live and item.catalogue == catalogue.name), None)
    unmatched = live.meta.unmatched if live else ()
    return sorted(corrections.load(catalogue).by_id.keys() & {*unmatched}) if unmatched else []


def _described(name: str, known: list[Generation], *, variables_set: bool) -> tuple[Catalogue | None, Note | None]:
    """What a catalogue file describes, and what is wrong with it or with its corrections."""
    try:
        described = catalogues.find(name, variables_set=variables_set)
    except UsageError as error:
        return None, Note("file cannot be used", f"file cannot be used: {error}", "broken")
    try:
        corrections.load(described)
        unmatched = len(unmatched_corrections(described, known))
    except UsageError as error:
        return described, Note("corrections cannot be used", f"corrections cannot be used: {error}", "broken")
    if unmatched:
        short = f"{unmatched} {'correction matches' if unmatched == 1 else 'corrections match'} no record"
        return described, Note(short, f"{short}: study-index doctor lists them")
    return described, None


def _row(
    counts: Mapping[str, int], name: str, known: list[Generation], described: Catalogue | None, wrong: Note | None
) -> CatalogueStatus:
    own = [item for item in known if item.catalogue == name]
    live = next((item for item in own if item.live), None)
    last, failure = _last_run(name)
    if last is not None and last.outcome in {"held", "going_live"}:
        last = resolved(last, own)
    states = [state(item, live) for item in own]
    refused = last is not None and last.outcome == "refused"
    waits = "candidate" in states and not refused
    last_held = last is not None and last.outcome == "held"
    notes = _notes(described, live, last, failure, waits=waits)
    return CatalogueStatus(
        catalogue=name,
        title=described.title if described else None,
        protocol=described.protocol.type if described else None,
        format=described.format if described else None,
        live=None if live and live.closed else counts.get(live.index, 0) if live else 0,
        last_run=last.started if last else None,
        watermark=live.meta.watermark if live else None,
        is_live=live is not None,
        pinned=live is not None and live.meta.pinned is not None,
        held=last_held or waits,
        notes=tuple(filter(None, [wrong, *notes])),
        described=described,
        history=live.meta.history if live else (),
        last=last,
        last_good=last_good(live),
        waits=waits,
        failure=failure,
        live_number=live.number if live else None,
        can_roll_back=live is not None and live.meta.pinned is None and "previous" in states,
    )


def _last_run(name: str) -> tuple[RunReport | None, RunFailure | None]:
    """The last report of a catalogue, and why a later run failed, if one did."""
    failure = None
    for run_id in reversed(runs(name)):
        staging = Staging(name, run_id)
        if (report := report_of(staging)) is not None:
            return report, failure
        failure = failure or failure_of(staging)
    return None, failure


def _rolled_back(live: Generation) -> str:
    """Who rolled a catalogue back and why, as far as it is known: the end of a sentence."""
    decision = next((item for item in reversed(live.meta.decisions) if item.action == "rollback"), None)
    by = f", rolled back by {decision.by}" if decision and decision.by else ""
    return f"{by} ({decision.why})" if decision and decision.why else by


def _notes(
    described: Catalogue | None,
    live: Generation | None,
    last: RunReport | None,
    failure: RunFailure | None,
    *,
    waits: bool,
) -> Iterator[Note]:
    if described is not None and not described.enabled:
        yield Note("disabled", "disabled", "disabled")
    if live is not None and live.fault:
        yield Note("needs mending", f"{live.index} {live.fault}", "broken")
    if failure is not None:
        stage = "" if failure.in_stage == "run" else f" in {failure.in_stage}"
        yield Note("last run failed", f"the last run failed{stage}: {failure.message}", "failed")
    if live is not None and live.meta.pinned:
        yield Note("pinned", f"pinned since {live.meta.pinned.at}{_rolled_back(live)}", "pinned")
    elif waits:
        yield Note("held", "held: a candidate waits, study-index promote lets it go live", "held")
    if last is not None and last.outcome == "refused":
        yield Note("refused", f"the last run was refused{decided(last)}", "refused")
    if last is not None and last.outcome == "held" and not waits:
        yield Note("last run held", "the last run was held", "held")
    if described is not None and live is not None and (reasons := rebuild_reasons(described, live)):
        yield Note("rebuild due", f"the next run is full: {'; '.join(reasons)}")
