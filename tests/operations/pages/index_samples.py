"""An invented index with a catalogue in each condition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.catalogue import Catalogue
from pipeline.index.meta import PastRun
from pipeline.model.finding import Finding
from pipeline.operations.freshness import Freshness
from pipeline.operations.shown_index import AirflowFacts, Condition, IndexRow, IndexShown
from pipeline.operations.status import CatalogueStatus, Note
from tests.operations.pages.samples import live_report, report

DESCRIBED = Catalogue.model_validate(
    {
        "name": "quay",
        "title": "Quay Archive",
        "protocol": {"type": "oai-pmh", "url": "https://quay.example/oai", "metadata_prefix": "oai_ddi25"},
        "format": "ddi-codebook",
        "file": Path("quay.yaml"),
    }
)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = (Finding("Elasticsearch", True, "version 8.19.3"), Finding("staging", True, "can be written"))
BAD = (*GOOD, Finding("cluster health", False, "red: some data cannot be read"))


def past(live: int, day: int = 0) -> PastRun:
    """A run of the history."""
    at = (NOW - timedelta(days=day)).isoformat()
    return PastRun(
        run_id=f"r{day}", at=at, mode="incremental", live=live, created=3, updated=1, deleted=1, rejected=2, seconds={}
    )  # fmt: skip


def row(name: str, *conditions: Condition, facts: AirflowFacts | None = None, **changes: Any) -> IndexRow:
    """A catalogue with 214 live documents."""
    title = changes.pop("title", f"{name.title()} Archive")
    notes: Sequence[Note] = changes.pop("notes", ())
    fields: dict[str, Any] = {
        "catalogue": name, "title": title, "protocol": "oai-pmh", "format": "ddi-codebook", "live": 214,
        "last_run": NOW.isoformat(), "watermark": None, "is_live": True, "pinned": "pinned" in conditions,
        "held": "held" in conditions, "notes": tuple(notes), "history": (past(200, 14), past(212, 7), past(214, 1)),
        "last": live_report(), "last_good": NOW - timedelta(days=1), "waits": "held" in conditions,
        "can_roll_back": "pinned" not in conditions, "live_number": 7,
        "described": None if {*conditions} & {"broken", "orphan"} else DESCRIBED,
    }  # fmt: skip
    fresh = Freshness.STALE if "stale" in conditions else Freshness.FRESH
    due = NOW + timedelta(days=3)
    return IndexRow(
        CatalogueStatus(**(fields | changes)), title, conditions or ("live",), fresh, "0 3 * * 1", due, facts
    )  # fmt: skip


ACTING = AirflowFacts(
    paused=False, running=False, next_run=NOW + timedelta(days=3), last_run_id="scheduled__1", last_state="success",
    run_url="/dags/ingest_x/runs/scheduled__1", may_act=True,
)  # fmt: skip


def index(findings: tuple[Finding, ...] = GOOD) -> IndexShown:
    """One of each."""
    why_broken = "file cannot be used: The catalogue file broken.yaml: unknown key 'titel'. Did you mean 'title'?"
    rows = (
        row("quay", "broken", facts=ACTING, notes=[Note("file cannot be used", why_broken, "broken")]),
        row(
            "tide", "failed", facts=ACTING,
            notes=[Note("last run failed", "the last run failed in fetch: https://tide.example answers 503", "failed")],
        ),
        row("harbour", "held", facts=ACTING, notes=[Note("held", "held: a candidate waits", "held")], last=report()),
        row("pier", "stale", "pinned", facts=ACTING, notes=[Note("pinned", "pinned since 2026-02-01", "pinned")]),
        row("gone", "orphan", notes=[Note("no file", "no file: put it back, or remove the catalogue", "orphan")]),
        row("buoy", facts=AirflowFacts(paused=True, may_act=False)),
        row("mole", facts=AirflowFacts(paused=False, running=True, may_act=True), history=(past(214),)),
        row("reef", "never run", live=0, is_live=False, history=(), last=None, last_good=None, can_roll_back=False),
    )  # fmt: skip
    return IndexShown(rows, findings, NOW)
