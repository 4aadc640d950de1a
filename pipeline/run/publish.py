"""Publish: the judged candidate goes live, or waits; the report is written either way."""

from __future__ import annotations

from typing import Any

from pipeline.errors import FailError
from pipeline.index.generations import Generation, delete, generations, swap, write_meta
from pipeline.index.lifecycle import forget, prune, state
from pipeline.run import refetch_corrected as reread
from pipeline.run import report
from pipeline.run.context import Context, now, timed
from pipeline.run.gate import count_up
from pipeline.run.staged_corrections import staged


def publish(context: Context) -> dict[str, Any]:
    """Let the candidate go live if the gate passed it, write the run report, and prune what nobody needs.

    Suppressed records go from the generations that are not live too, so that no rollback or promote brings them back.

    Returns the run report (staged as `report`).

    Raises:
        FailError: what is live is not what the run was compared with, so that its changes would undo another's.
    """
    staging = context.staging
    fetched, plan, gate = (staging.read_json(name) for name in ("fetch", "plan", "gate"))
    timing: dict[str, Any] = {}
    with timed(timing):
        known = generations(context.client, context.catalogue.name)
        candidate = next((item for item in known if item.number == plan["generation"]), None)
        live = next((item for item in known if item.live), None)
        if candidate is None or not candidate.live:
            _refuse_stale(context, plan, candidate, live)
        watermark = _watermark(context, fetched, live.meta.get("watermark") if live else None)
        summary = report.summarise(
            context, fetched=fetched, plan=plan, gate=gate, totals=count_up(context), watermark=watermark
        )
        corrections = staged(staging)
        before = live.meta.get("corrections", {}) if live else {}
        known_now = {
            "watermark": watermark,
            "report": report.short(summary),
            "corrections": reread.applied(before, corrections.digests(), settled=fetched.get("settled", False)),
            "unmatched": plan["unmatched"],
        }
        if candidate is not None:
            meta = {**candidate.meta, **known_now}
            write_meta(context.client, candidate.index, meta)
            if gate["verdict"] == "pass" and not candidate.live:
                swap(context.client, candidate, live)
        elif live is not None and gate["verdict"] == "pass":
            write_meta(
                context.client,
                live.index,
                {**live.meta, **known_now, "checked_at": now()},
            )
    summary["seconds"]["publish"] = timing["seconds"]
    staging.write_json("report", summary)
    prune(context.client, context.catalogue.name)
    forget(context.client, context.catalogue.name, corrections.suppressed())
    return summary


def _refuse_stale(
    context: Context, plan: dict[str, Any], candidate: Generation | None, live: Generation | None
) -> None:
    same = (live.index if live else None) == plan["live_index"]
    if same and (candidate is not None or plan["index"] is None):
        return
    if candidate is not None and state(candidate, live) in {"candidate", "building"}:
        delete(context.client, [candidate])
    what = (
        f"{plan['index']} was deleted"
        if same
        else f"{live.index if live else 'nothing'} is live now, which this run"
        f" was not compared with (but with {plan['live_index'] or 'nothing'})"
    )
    raise FailError(
        f"{context.catalogue.name}: {what}. Another run, a promote or a rollback came in between. Nothing of this run "
        "went live; run the catalogue again."
    )


def _watermark(context: Context, fetched: dict[str, Any], before: str | None) -> str | None:
    """The harvest's watermark, unless it is not the whole of what was to be harvested."""
    if not fetched["complete"] or context.options.since is not None:
        return before
    watermark = fetched["watermark"] or before
    return str(watermark) if watermark else None
