"""One document as a page that a person reads: name, ids, facets with the words that they rest on, texts, provenance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.text import Text

from pipeline.cli import output
from pipeline.model.facets import FACETS, Facet

COLUMN = 24
"""Where values begin: labels and names of fields fit before it."""

SHOWN_EVIDENCE = 5
"""Pieces of evidence that are shown of a facet."""

YEARS = frozenset({"years", "start_year", "end_year", "published_year"})
"""Numbers that are written without a comma."""

IDS = {
    "harmony_id": "harmony_id",
    "record_id": "Record id",
    "uuid": "uuid",
    "slug": "Slug",
    "dois": "DOI",
    "urls": "Web page",
    "same_as": "Same study as",
    "version": "Version",
    "replaced_by": "Superseded by",
    "work_id": "Work",
    "joined_by": "One work by",
}

TEXTS = {
    "description": "Description",
    "keywords": "Keywords",
    "acronyms": "Acronyms",
    "acronym_names": "Names of acronyms",
    "population": "Population",
    "geographic_coverage": "Places",
    "temporal_coverage": "Period",
    "data_access": "Access to data",
}

PEOPLE = {
    "creators": "Creators",
    "publisher": "Publisher",
    "published_year": "Published",
    "funders": "Funders",
    "license": "Licence",
    "series": "Series",
    "parent": "Part of",
    "ancestors": "Ancestors",
    "related": "Related",
}

PROVENANCE = {
    "source": "Source",
    "catalogue": "Catalogue",
    "format": "Format",
    "source_modified": "Changed there",
    "harvested_at": "Harvested",
}


def show_page(document: dict[str, Any], children: Sequence[dict[str, Any]] = ()) -> None:
    """Print the page, with the documents of which this one is the parent."""
    output.show(output.paragraph(document["name"], style="bold"))
    for language, translation in document.get("translations", {}).items():
        others = [name for name in translation.get("name", []) if name != document["name"]]
        output.show(*(name if language == "und" else f"{name} ({language})" for name in others))
    output.show("", *_lines(document, IDS))
    _section("Facets")
    for facet in FACETS:
        if facet.name in document:
            output.show(*_facet(facet, document))
    if unknown := [facet.label for facet in FACETS if facet.name not in document]:
        output.show(_line("Unknown", ", ".join(unknown)))
    for title, fields in (("Texts", TEXTS), ("People and use", PEOPLE), ("Provenance", PROVENANCE)):
        if lines := list(_lines(document, fields)):
            _section(title)
            output.show(*lines)
    if children:
        _section(f"Parts ({len(children):,})")
        output.show(*(_line(child["resource_type"], f"{child['name']} ({child['harmony_id']})") for child in children))


def _section(title: str) -> None:
    output.show("", output.paragraph(title, style="bold"))


def _line(label: str, value: str, style: str = "") -> Text:
    return output.paragraph(value, COLUMN, label=f"  {label}", style=style)


def _lines(document: dict[str, Any], fields: dict[str, str]) -> Iterator[Text]:
    for name, label in fields.items():
        if name in document and not (name == "work_id" and document[name] == document["harmony_id"]):
            value = document[name]
            values = value if isinstance(value, list) else [value]
            yield _line(label, "; ".join(map(str, values)))


def _facet(facet: Facet, document: dict[str, Any]) -> Iterator[Text]:
    """The label and the value in words; then the name of the field, and what the value rests on."""
    yield _line(facet.label, value_in_words(facet, document[facet.name]))
    evidence = list(dict.fromkeys(_reason(item, document) for item in document["evidence"].get(facet.name, [])))
    more = len(evidence) - SHOWN_EVIDENCE
    shown = evidence[:SHOWN_EVIDENCE] + ([f"and {more} more (--json has all)"] if more > 0 else [])
    yield _line(facet.name, "; ".join(shown), style="dim")


def value_in_words(facet: Facet, value: Any) -> str:
    """A facet's value for a person; codes follow their words: `Finland (FI)`."""
    if facet.name == "years":
        return ", ".join(_spans(value))
    return ", ".join(_one(facet, one) for one in (value if isinstance(value, list) else [value]))


def _one(facet: Facet, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if facet.name in YEARS else f"{value:,}"
    words = facet.vocabulary.name(value) if facet.vocabulary else value
    return value if words == value else f"{words} ({value})"


def _spans(years: Sequence[int]) -> Iterator[str]:
    """Years as `1990–1994`, where one follows the other."""
    for _, group in groupby(enumerate(sorted(years)), lambda item: item[1] - item[0]):
        _, *span = zip(*group, strict=True)
        first, last = span[0][0], span[0][-1]
        yield str(first) if first == last else f"{first}–{last}"


def _reason(evidence: dict[str, str], document: dict[str, Any]) -> str:
    """Why a facet has its value, as one piece of evidence states it."""
    field = evidence.get("field", "")
    match evidence["kind"]:
        case "stated":
            rule = f" ({evidence['rule']})" if "rule" in evidence else ""
            doubt = f"; a second opinion would say {evidence['doubt']}" if "doubt" in evidence else ""
            return f"“{evidence.get('words', '')}” in {field}{rule}{doubt}"
        case "catalogue":
            return f"default of the catalogue {document['catalogue']}"
        case "format":
            return f"follows from the format {document['format']}"
        case "derived":
            return f"derived from {field}"
        case kind:
            return f"{kind}: {evidence.get('reason', '')}"
