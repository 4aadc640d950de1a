"""What staging keeps: raw parts since the last complete listing, and the rejects and reports of the last runs."""

from __future__ import annotations

from pipeline.staging.store import Staging, runs

REPORTS = 30
"""Runs whose rejects and report stay, beside those that are needed to rebuild."""

SCRATCH = ("ready", "marks", "remove", "carry", "merged", "pages")
"""Kinds that only the run itself needs."""


def prune_staging(catalogue: str) -> list[str]:
    """Remove what is not needed any more; returns the ids of the runs that are gone whole.

    A run without a report may still be going on, or may be tried again: it stays while it is the newest.
    """
    known = runs(catalogue)
    base = max((place for place, run_id in enumerate(known) if _is_base(Staging(catalogue, run_id))), default=0)
    gone = []
    for place, run_id in enumerate(known):
        staging = Staging(catalogue, run_id)
        done = staging.has_json("report")
        if not done and place == len(known) - 1:
            continue
        if not done or (place < base and place < len(known) - REPORTS):
            staging.remove()
            gone.append(run_id)
            continue
        for kind in (*SCRATCH, "raw") if place < base else SCRATCH:
            staging.remove_kind(kind)
    return gone


def _is_base(staging: Staging) -> bool:
    """Whether the run listed the whole catalogue, so that all can be rebuilt from it and what came after.

    One that the gate held may be a fault of the catalogue: what came before it stays.
    """
    if not staging.has_json("report") or staging.read_json("report")["gate"]["verdict"] != "pass":
        return False
    fetched = staging.read_json("fetch")
    return bool(fetched["listing"] and fetched["complete"] and not fetched.get("still_there"))
