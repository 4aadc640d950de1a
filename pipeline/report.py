"""The run report: one object for people and machines."""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.table import Table

from pipeline import staging
from pipeline.errors import HoldError, UsageError

if TYPE_CHECKING:
    from pipeline.stages.context import Context

COUNTS = (
    ("fetched", "records and deletions that the catalogue sent"),
    ("read", "became documents"),
    ("rejected", "could not, see the quarantine"),
    ("deletions", "of which the catalogue says that they are gone"),
    ("created", "documents that were not live before"),
    ("updated", "documents that changed"),
    ("unchanged", "documents that are the same as before"),
    ("deleted", "documents that go"),
    ("kept", "live documents whose record is rejected now"),
    ("live", "documents after the run"),
)
"""The counts of a report: fetched = read + rejected + deletions; read = created + updated + unchanged."""


def summarise(
    context: Context,
    *,
    fetched: dict[str, Any],
    plan: dict[str, Any],
    gate: dict[str, Any],
    totals: dict[str, Any],
    watermark: str | None,
) -> dict[str, Any]:
    """The report of a run, from what its stages counted."""
    held = gate["verdict"] == "hold"
    parts = fetched["parts"]
    seconds = {"fetch": fetched["seconds"], "plan": plan["seconds"], "gate": gate["seconds"]}
    for stage in ("process", "load"):
        done = [
            context.staging.read_json(f"{stage}/{part:05d}") for part in parts if stage == "process" or plan["index"]
        ]
        seconds[stage] = round(sum(item["seconds"] for item in done), 3)
    notes = []
    if plan["withheld"]:
        notes.append(
            f"{plan['withheld']} live documents were not in the listing and stay: some rejects name no record, "
            "so it cannot be told which live documents are theirs"
        )
    if fetched.get("still_there"):
        notes.append(f"{fetched['still_there']} records are listed, did not change since, and were not fetched")
    notes += fetched.get("losses", [])
    if not fetched["complete"]:
        notes.append("the harvest was not complete: nothing was deleted, and the watermark stays")
    return {
        "catalogue": context.catalogue.name,
        "run_id": context.run_id,
        "mode": fetched["mode"],
        "generation": plan["index"],
        "live": plan["live_before"] if held else gate["live"],
        **{name: totals[name] for name in ("fetched", "read", "rejected", "deletions", "created", "updated")},
        **{name: totals[name] for name in ("unchanged", "deleted", "kept", "rejects")},
        "coverage": gate["coverage"],
        "gate": {"verdict": gate["verdict"], "reasons": gate["reasons"]},
        "seconds": seconds,
        "started": fetched["started"],
        "watermark": watermark,
        "complete": fetched["complete"],
        "notes": notes,
    }


def short(report: dict[str, Any]) -> dict[str, Any]:
    """What `_meta` remembers of a report: all but the seconds and what `_meta` has anyway."""
    return {name: value for name, value in report.items() if name not in {"seconds", "catalogue", "watermark"}}


def exit_code(report: dict[str, Any]) -> int:
    """0 done, 3 held at the gate, 4 done with rejects within the limit."""
    if report["gate"]["verdict"] == "hold":
        return 3
    return 4 if report["rejected"] else 0


def counts(report: dict[str, Any]) -> dict[str, Any]:
    """The counts of a report, for whoever waits for the index to change."""
    return {"catalogue": report["catalogue"], "run_id": report["run_id"], **{name: report[name] for name, _ in COUNTS}}


def raise_if_held(report: dict[str, Any]) -> None:
    """Make a held run visible as an error.

    Raises:
        HoldError: the gate held the run.
    """
    gate = report["gate"]
    if gate["verdict"] == "hold":
        name = report["catalogue"]
        raise HoldError(
            f"{name} is held at the gate: {'; '.join(gate['reasons'])}. What is live is untouched. Look at the report "
            f"of run {report['run_id']}; `study-index promote {name}` lets the candidate go live.",
            gate["reasons"],
        )


def find(run_id: str) -> dict[str, Any]:
    """The staged report of a run.

    Raises:
        UsageError: no such run is staged; names the latest ones.
    """
    latest = []
    for catalogue in staging.staged_catalogues():
        for run in staging.runs(catalogue):
            place = staging.Staging(catalogue, run)
            if place.has_json("report"):
                if run == run_id:
                    return place.read_json("report")
                latest.append(run)
    known = ", ".join(sorted(latest)[-5:]) or "none"
    raise UsageError(f"There is no report of run {run_id!r}; the latest are: {known}")


def as_tables(report: dict[str, Any]) -> Group:
    """The report for a terminal."""
    held = report["gate"]["verdict"] == "hold"
    title = f"{report['catalogue']}  {report['mode']} run {report['run_id']}"
    counts = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    for name, meaning in COUNTS:
        counts.add_row(name, f"{report[name]:,}", meaning)
    for code, number in report["rejects"].items():
        counts.add_row(f"  {code}", f"{number:,}", "")
    facets = Table(title="facet coverage", title_justify="left", show_header=False, box=None, pad_edge=False)
    documents = max(report["live"], 1)
    for name, number in report["coverage"].items():
        facets.add_row(name, f"{number:,}", f"{number / documents:.0%}" if not held else "of the candidate")
    verdict = "HELD at the gate" if held else "passed the gate"
    lines: list[Any] = [counts, "", facets, "", f"{verdict}; generation {report['generation'] or 'none made'}"]
    lines += [f"  - {reason}" for reason in report["gate"]["reasons"]]
    if held and report["generation"]:
        lines.append(f"  The candidate waits: study-index promote {report['catalogue']} lets it go live.")
    lines += [f"  note: {note}" for note in report["notes"]]
    lines.append("seconds: " + ", ".join(f"{stage} {taken:.1f}" for stage, taken in report["seconds"].items()))
    return Group(*lines)


def print_tables(report: dict[str, Any]) -> None:
    """The report on standard output, plain: for a task's log."""
    Console(width=120, no_color=True, highlight=False).print(as_tables(report))


def as_html(report: dict[str, Any]) -> str:
    """The report as one page that needs nothing beside it."""
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(as_tables(report))
    title = html.escape(f"{report['catalogue']}: run {report['run_id']}")
    return console.export_html(inline_styles=True, code_format=_PAGE.replace("{title}", title))


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><pre style="font-family: monospace; line-height: 1.35">{code}</pre></body></html>
"""
