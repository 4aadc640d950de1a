"""Gate: is the candidate fit to go live, or does a person have to decide?"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError
from pipeline.index.client import ask
from pipeline.index.generations import count, live_generation, settle, write_meta
from pipeline.model.facets import NAMES, WATCHED
from pipeline.run.context import Context, timed
from pipeline.run.load import finish

FEW = 5
"""Up to so many documents no share is worth a person's time."""

COMMON = 10
"""Values of a facet, the most common ones before or after, whose share is watched."""

VALUES = 1000
"""Values of a facet that are counted: more than the watched vocabularies have in use."""


def gate(context: Context) -> dict[str, Any]:
    """Finish the candidate, count it, and judge the run.

    Returns (and stages as `gate`) verdict (`pass` or `hold`), reasons, live (documents of the candidate, or of the
    live generation where the run made none), coverage by facet, drift, seconds.

    Raises:
        FailError: the candidate does not hold the number of documents that the plan expects.
    """
    staging = context.staging
    plan = staging.read_json("plan")
    result: dict[str, Any] = {}
    with timed(result):
        totals = count_up(context)
        judged = plan["index"] or plan["live_index"]
        if plan["index"]:
            finish(context, plan)
            settle(context.client, plan["index"])
            _check_nothing_lost(context, plan, totals)
        before = profile(context.client, plan["live_index"]) if plan["live_index"] else None
        after = profile(context.client, judged) if judged else None
        live = live_generation(context.client, context.catalogue.name)
        was_whole = live is not None and live.meta.get("watermark")  # else it holds what a limit let through
        moved = drift(before, after, context.catalogue) if before and after and plan["index"] and was_whole else []
        fetched = staging.read_json("fetch")
        listing = fetched["listing"] and not fetched.get("still_there")  # else only a part of it was fetched
        reasons = [*_reasons(context.catalogue, plan, totals, listing=listing), *moved]
        if live is not None and live.meta.get("pinned"):
            reasons.append(
                f"pinned: {context.catalogue.name} was rolled back at {live.meta['pinned']['at']}; "
                "`promote` lets the candidate through, `unpin` lets runs go live again"
            )
        result |= {
            "verdict": "hold" if reasons else "pass",
            "reasons": reasons,
            "live": after["documents"] if after else 0,
            "coverage": after["coverage"] if after else {},
        }
        if plan["index"]:
            _remember_verdict(context, plan["index"], result["verdict"])
    staging.write_json("gate", result)
    return result


def count_up(context: Context) -> dict[str, Any]:
    """What the stages counted: fetched = read + rejected + deletions; read = created + updated + unchanged."""
    staging = context.staging
    fetched, plan = staging.read_json("fetch"), staging.read_json("plan")
    processed = [staging.read_json(f"process/{part:05d}") for part in fetched["parts"]]
    loaded = [staging.read_json(f"load/{part:05d}") for part in fetched["parts"] if plan["index"]]
    refused: Counter[str] = Counter()
    for item in loaded:
        refused.update(item["refused"])
    rejects: Counter[str] = Counter()
    for item in processed:
        rejects.update(item["rejects"])
    rejects += Counter({"duplicate_id": plan["duplicates"], "refused_by_index": refused.total()})
    return {
        "fetched": fetched["fetched"],
        "read": sum(item["read"] for item in processed) - plan["duplicates"] - refused.total(),
        "deletions": sum(item["deletions"] for item in processed),
        "rejected": rejects.total(),
        "rejects": dict(sorted(rejects.items())),
        "created": plan["created"] - refused["created"],
        "updated": plan["updated"] - refused["updated"],
        "unchanged": plan["unchanged"] - refused["unchanged"],
        "deleted": plan["deleted"],
        "kept": plan["kept"] + refused["updated"] + refused["unchanged"],
        "expected": plan["expected"] - refused["created"],
    }


def profile(client: Elasticsearch, index: str) -> dict[str, Any]:
    """Documents of an index, how many have each facet, and the values of the watched ones, most common first."""
    aggregations: dict[str, Any] = {name: {"filter": {"exists": {"field": name}}} for name in NAMES}
    aggregations |= {f"values:{name}": {"terms": {"field": name, "size": VALUES}} for name in WATCHED}
    answer = ask(lambda: client.search(index=index, size=0, track_total_hits=True, aggs=aggregations))
    found = answer["aggregations"]
    return {
        "documents": answer["hits"]["total"]["value"],
        "coverage": {name: found[name]["doc_count"] for name in NAMES if found[name]["doc_count"]},
        "values": {
            name: {bucket["key"]: bucket["doc_count"] for bucket in found[f"values:{name}"]["buckets"]}
            for name in WATCHED
        },
    }


def drift(before: dict[str, Any], after: dict[str, Any], catalogue: Catalogue) -> list[str]:
    """Facets whose coverage, or one of whose common values, moved by more than `max_drift` of the documents."""
    pairs = [(name, before["coverage"].get(name, 0), after["coverage"].get(name, 0)) for name in NAMES]
    for name in WATCHED:
        old, new = before["values"][name], after["values"][name]
        common = sorted({*islice(old, COMMON), *islice(new, COMMON)})
        pairs += [(f"{name} = {value}", old.get(value, 0), new.get(value, 0)) for value in common]
    reasons = []
    for what, old_count, new_count in pairs:
        old_share = old_count / max(before["documents"], 1)
        new_share = new_count / max(after["documents"], 1)
        shift = abs(new_share - old_share)
        if shift > catalogue.max_drift and shift * before["documents"] > FEW:
            reasons.append(
                f"max_drift: {what} went from {old_share:.0%} to {new_share:.0%} of the documents; "
                f"more than {catalogue.max_drift:.0%} of them moved"
            )
    return reasons


def _reasons(catalogue: Catalogue, plan: dict[str, Any], totals: dict[str, Any], *, listing: bool) -> list[str]:
    reasons = []
    live, fetched = plan["live_before"] - plan["suppressed"], totals["fetched"]
    deleted = totals["deleted"] - plan["suppressed"]  # what a curator takes out is no fault of the catalogue
    rejected = totals["rejected"] - totals["rejects"].get("suppressed", 0)
    if live and deleted == live:
        reasons.append(f"empty: the catalogue no longer lists any of its {live} live documents")
    elif deleted > FEW and deleted > catalogue.max_drop * live:
        reasons.append(
            f"max_drop: {deleted} of {live} live documents would go ({deleted / live:.0%}); "
            f"the limit is {catalogue.max_drop:.0%}"
        )
    records = fetched if listing else max(fetched, live)  # one change that is rejected is no share of a catalogue
    if rejected > catalogue.max_rejects * records:
        reasons.append(
            f"max_rejects: {rejected} of {records} records were rejected ({rejected / records:.0%}); "
            f"the limit is {catalogue.max_rejects:.0%}"
        )
    return reasons


def _check_nothing_lost(context: Context, plan: dict[str, Any], totals: dict[str, Any]) -> None:
    there = count(context.client, plan["index"])
    if there != totals["expected"]:
        raise FailError(
            f"{context.catalogue.name}: {plan['index']} holds {there} documents where {totals['expected']} were "
            "expected; it does not go live. Was it written to by something else? Run the catalogue again."
        )


def _remember_verdict(context: Context, index: str, verdict: str) -> None:
    mapping = ask(lambda: context.client.indices.get_mapping(index=index))
    meta = mapping[index]["mappings"].get("_meta", {})
    write_meta(context.client, index, {**meta, "state": "held" if verdict == "hold" else "ready"})
