"""The run report: one object for people and machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.catalogue.corrections import path_of
from pipeline.errors import REJECT_CODES, HoldError, UsageError
from pipeline.staging import store as staging

if TYPE_CHECKING:
    from pipeline.run.context import Context

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


SHOWN_IDS = 5
"""Corrections without a record that a note names."""


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
    seconds = {
        "fetch": fetched["seconds"],
        "process": _seconds(context, "process", parts),
        "plan": plan["seconds"],
        "load": _seconds(context, "load", parts if plan["index"] else []),
        "gate": gate["seconds"],
    }
    return {
        "catalogue": context.catalogue.name,
        "run_id": context.run_id,
        "mode": fetched["mode"],
        "generation": plan["index"],
        "live": plan["live_before"] if held else gate["live"],
        "judged": gate["live"],
        **{name: totals[name] for name in ("fetched", "read", "rejected", "deletions", "created", "updated")},
        **{name: totals[name] for name in ("unchanged", "deleted", "kept", "rejects")},
        "coverage": gate["coverage"],
        "gate": {"verdict": gate["verdict"], "reasons": gate["reasons"]},
        "seconds": seconds,
        "started": fetched["started"],
        "watermark": watermark,
        "complete": fetched["complete"],
        "notes": _notes(context, fetched, plan),
    }


def _notes(context: Context, fetched: dict[str, Any], plan: dict[str, Any]) -> list[str]:
    """What a person should know beside the counts, a sentence each."""
    notes = []
    if plan["withheld"]:
        notes.append(
            f"{plan['withheld']} live documents were not in the listing and stay: some rejects name no record, "
            "so it cannot be told which live documents are theirs"
        )
    if plan["suppressed"]:
        notes.append(f"{plan['suppressed']} live documents go because corrections suppress them; no limit counts them")
    if fetched.get("read_again"):
        notes.append(f"{fetched['read_again']} records were read again from staging: their corrections changed")
    if plan["unmatched"]:
        some = ", ".join(plan["unmatched"][:SHOWN_IDS]) + (" …" if len(plan["unmatched"]) > SHOWN_IDS else "")
        notes.append(
            f"{len(plan['unmatched'])} {'correction matches' if len(plan['unmatched']) == 1 else 'corrections match'} "
            f"no record that was read: {some}. Mend or remove the ids in {path_of(context.catalogue).name}"
        )
    if fetched.get("still_there"):
        notes.append(f"{fetched['still_there']} records are listed, did not change since, and were not fetched")
    notes += fetched.get("losses", [])
    if not fetched["complete"]:
        nothing = "nothing else" if plan["suppressed"] else "nothing"
        notes.append(f"the harvest was not complete: {nothing} was deleted, and the watermark stays")
    return notes


def _seconds(context: Context, stage: str, parts: list[int]) -> float:
    done = (context.staging.read_json(f"{stage}/{part:05d}") for part in parts)
    return round(sum(float(item["seconds"]) for item in done), 3)


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
            f"of run {report['run_id']}: `study-index report {name}`.",
            gate["reasons"],
        )


def find(wanted: str) -> dict[str, Any]:
    """The staged report of a run, or of the last reported run of a catalogue.

    `wanted` is a run id, a catalogue's name, or `catalogue/run id` where catalogues have runs of one id.

    Raises:
        UsageError: there is none, or several; names the latest ones.
    """
    owner, _, run_id = wanted.rpartition("/")
    found: list[staging.Staging] = []
    latest: list[str] = []
    for catalogue in staging.staged_catalogues():
        places = [place for place in _places(catalogue) if place.has_json("report")]
        if places and wanted == catalogue:
            return places[-1].read_json("report")
        found += [place for place in places if place.run_id == run_id and owner in {"", catalogue}]
        latest += [f"{catalogue}/{place.run_id}" for place in places[-1:]]
    if len(found) == 1:
        return found[0].read_json("report")
    if found:
        names = ", ".join(f"{place.catalogue}/{place.run_id}" for place in found)
        raise UsageError(f"Several catalogues have a run {wanted!r}: say which, one of {names}")
    known = ", ".join(latest) or "none"
    raise UsageError(f"There is no report of {wanted!r}: give a run id or a catalogue's name. Last runs: {known}")


def last(catalogue: str) -> dict[str, Any] | None:
    """The report of the last run of a catalogue that came to one; None where none did, or it was pruned."""
    for place in reversed(list(_places(catalogue))):
        if place.has_json("report"):
            return place.read_json("report")
    return None


def _places(catalogue: str) -> Iterator[staging.Staging]:
    return (staging.Staging(catalogue, run_id) for run_id in staging.runs(catalogue))


def verdict(report: dict[str, Any]) -> list[str]:
    """What the gate said, why, and what a person can do: a line each, the reasons and notes behind it."""
    name, generation = report["catalogue"], report["generation"]
    lines = [f"- {reason}" for reason in report["gate"]["reasons"]]
    notes = [f"note: {note}" for note in report["notes"]]
    if report["gate"]["verdict"] != "hold":
        done = f"{generation} is live" if generation else "nothing changed, so no generation was made"
        return [f"passed the gate; {done}", *lines, *notes]
    if generation:
        todo = f"The candidate {generation} waits: study-index promote {name} lets it go live."
    else:
        todo = "Nothing else changed, so no candidate waits: mend what the reasons name, or the limit; run again."
    return ["HELD at the gate; what is live is untouched", *lines, todo, *notes]


def coverage(report: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Facet, documents that have it, and their share: of what is live, or of the candidate where the run was held."""
    documents = max(report["judged"], 1)
    return [(name, number, f"{number / documents:.0%}") for name, number in report["coverage"].items()]


def meanings(report: dict[str, Any]) -> list[tuple[str, int, str]]:
    """Count, number, and what it counts; what a held run did not do is said so."""
    held = report["gate"]["verdict"] == "hold"
    would = {"created": "would be new", "updated": "would change", "deleted": "would go"} if held else {}
    rows: list[tuple[str, int, str]] = []
    for name, meaning in COUNTS:
        rows.append((name, report[name], f"documents that {would[name]}" if name in would else meaning))
        if name == "rejected":
            rows += [(f"  {code}", number, REJECT_CODES[code]) for code, number in report["rejects"].items()]
    return rows


def as_lines(report: dict[str, Any]) -> list[str]:
    """The report as plain text, a line each: for a task's log."""
    lines = [f"{report['catalogue']}: {report['mode']} run {report['run_id']}", *verdict(report)]
    lines += [f"{name:<18} {number:>9,}  {meaning}" for name, number, meaning in meanings(report)]
    lines += [f"{name:<24} {number:>9,}  {share:>4} of the documents" for name, number, share in coverage(report)]
    return lines
