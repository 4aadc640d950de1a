"""The answer to a search, for people: hits, then facet counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.cli import output

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pipeline.search.question import Answer, Match

SHOWN_VALUES = 8
"""Values of a facet that are shown, the most common first."""

SHOWN_COUNTRIES = 6
"""Countries of a hit that are shown."""

SHOWN_TEXTS = ("description", "keywords", "series", "creators", "funders", "population")
"""Fields of which a fragment is shown under a hit, the first in which words were found."""

RARE = 0.05
"""Share of the counts, at either end of the years, that is left out of the bars where the years are many."""

BARS = 36
"""Bars of the years: with the first and the last year they fit beside the other columns on 80."""


def show_found(found: Answer) -> None:
    """Print hits and facet counts."""
    works = f"{'' if found.works_exact else 'about '}{_number(found.works, 'work')}"
    output.show(f"{_number(found.total, 'document')} of {works}")
    if not found.total:
        output.show(
            "Every filter has to match, and words of the text have to occur: use fewer filters or other words, or also "
            "find documents without a value (--or-unknown FACET)."
        )
        return
    if found.note:
        output.show(output.paragraph(found.note))
    matches: Sequence[Match | None] = found.matches or [None] * len(found.hits)
    for hit, match in zip(found.hits, matches, strict=True):
        facts = output.Pieces([*_facts(hit), *_meaning(match)], gap=" · ")
        output.show("", output.paragraph(hit["name"], style="bold"), facts, *_fragment(match))
    if found.next:
        output.show("", f"The next page: --after {found.next}")
    rows = []
    for name, counts in found.facets.items():
        if counts:
            values = _years(counts) if name == "years" else _most_common(_with_labels(name, counts))
            rows.append((name, found.unknown[name], output.Pieces(values)))
    output.show("", output.table(("facet", "unknown", "documents by value"), rows))


def _meaning(match: Match | None) -> Iterator[str]:
    """How near the meaning of a hit is, where that was looked at."""
    if match is not None and match.cosine is not None:
        how = "words and meaning" if match.match_type == "both" else match.match_type
        yield f"by {how}, cosine {match.cosine:.2f}"


def _fragment(match: Match | None) -> list[RenderableType]:
    """A line of the text in which the words were found, for people at a terminal; none where the title shows them."""
    if match is None:
        return []
    words = next((texts[0] for field in SHOWN_TEXTS if (texts := match.highlights.get(field))), None)
    return [output.marked_line(words)] if words and output.on_a_terminal() else []


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _facts(hit: dict[str, Any]) -> Iterator[str]:
    """What distinguishes hits: id, type, sex, countries, years."""
    countries = hit.get("country_codes", [])
    more = f" and {len(countries) - SHOWN_COUNTRIES} more" if len(countries) > SHOWN_COUNTRIES else ""
    known = (hit.get(name) for name in ("harmony_id", "resource_type", "sex"))
    yield from filter(None, (*known, " ".join(countries[:SHOWN_COUNTRIES]) + more, _period(hit)))


def _period(hit: dict[str, Any]) -> str | None:
    if "start_year" not in hit and "end_year" not in hit:
        return None
    start, end = hit.get("start_year", ""), hit.get("end_year", "…" if hit.get("ongoing") else "")
    return str(start) if start == end else f"{start}–{end}"


def _with_labels(name: str, counts: dict[str, int]) -> dict[str, int]:
    """The same, with the label of each code before it: `Finland (FI)`."""
    from pipeline.model.labels import label
    from pipeline.search.labels import CODED

    if name not in CODED:
        return counts
    labels = {code: label(name, code) for code in counts}
    return {
        f"{words} ({code})" if (words := labels[code]) and words.casefold() != code.casefold() else code: number
        for code, number in counts.items()
    }


def _most_common(counts: dict[str, int]) -> list[str]:
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    more = [f"… {len(ordered) - SHOWN_VALUES} more"] if len(ordered) > SHOWN_VALUES else []
    return [f"{value} {number:,}" for value, number in ordered[:SHOWN_VALUES]] + more


def _years(counts: dict[str, int]) -> list[str]:
    """Bars of the years, the most common year, and whether there are documents of years before and after the bars."""
    by_year = {int(year): number for year, number in counts.items()}
    first, last = _common_span(by_year) if max(by_year) - min(by_year) >= BARS else (min(by_year), max(by_year))
    most = max(by_year, key=lambda year: by_year[year])
    return [
        output.sparkline({year: number for year, number in by_year.items() if first <= year <= last}, BARS),
        f"most in {most}: {by_year[most]:,}",
        *([f"and before {first}"] if min(by_year) < first else []),
        *([f"and after {last}"] if max(by_year) > last else []),
    ]


def _common_span(counts: dict[int, int]) -> tuple[int, int]:
    """First and last year without the rare ones at either end: a few documents of antiquity leave one bar for all."""

    def edge(years: list[int]) -> int:
        seen = 0
        for year in years:
            seen += counts[year]
            if seen > RARE * total:
                return year
        return years[-1]

    total = sum(counts.values())
    ordered = sorted(counts)
    return edge(ordered), edge(ordered[::-1])
