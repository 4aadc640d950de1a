"""The answer to a search, for people: hits, then facet counts."""

from __future__ import annotations

from itertools import islice
from typing import Any

from pipeline.cli import output

SHOWN_VALUES = 8


def show_found(found: dict[str, Any]) -> None:
    """Hits and facet counts, for people."""
    works = "" if found["works_exact"] else "about "
    documents = "1 document" if found["total"] == 1 else f"{found['total']:,} documents"
    of_works = "1 work" if found["works"] == 1 else f"{works}{found['works']:,} works"
    output.show(f"{documents} of {of_works}")
    if not found["total"]:
        output.show("All words have to occur, and all filters hold: take fewer, or let in the unknown (--or-unknown).")
        return
    output.show("")
    for hit in found["hits"]:
        span = _span(hit)
        facts = [hit.get("sex"), hit["resource_type"], " ".join(hit.get("country_codes", [])), span]
        output.show(f"{hit['harmony_id']}  {hit['name']}")
        output.show(f"    {' · '.join(fact for fact in facts if fact)}")
    rows = []
    for name, counts in found["facets"].items():
        most = list(islice(sorted(counts.items(), key=lambda item: -item[1]), SHOWN_VALUES))
        if most:
            more = f" … {len(counts) - SHOWN_VALUES} more" if len(counts) > SHOWN_VALUES else ""
            values = "  ".join(f"{value} {number:,}" for value, number in most) + more
            rows.append((name, values, f"{found['unknown'][name]:,}"))
    output.show("")
    output.show(output.table(("facet", "documents by value", "unknown"), rows))


def _span(hit: dict[str, Any]) -> str | None:
    if "start_year" not in hit and "end_year" not in hit:
        return None
    start, end = hit.get("start_year", ""), hit.get("end_year", "…" if hit.get("ongoing") else "")
    return str(start) if start == end else f"{start}–{end}"
