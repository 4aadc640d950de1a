"""The tables of fields and facets in docs/index.md: `python -m tests.docs.index_reference` renews them.

They are made from the mapping, the model of the document, the table of facets, `index_fields.yaml` beside this file,
and the documents of the demo catalogues, which the examples and counts are of.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, get_origin

import yaml

from pipeline.index.mapping import template
from pipeline.model.document import Document
from pipeline.model.facet_kinds import AllValues, Range
from pipeline.model.facets import BY_NAME, FACETS, Facet
from pipeline.model.labels import SOURCES
from tests.demo_documents import outcomes
from tests.formats import format_fields
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "index.md"
FIELDS = PROJECT / "tests" / "docs" / "index_fields.yaml"

LONGEST = 60
"""Characters of an example."""
FITTING = 20
"""Characters of the best example."""

FILTERS: dict[str, dict[str, Any]] = {
    "sex": {"term": {"sex": "female"}},
    "resource_type": {"term": {"resource_type": "study"}},
    "country_codes": {"terms": {"country_codes": ["FI", "SE"]}},
    "regions": {"term": {"regions": "150"}},
    "start_year": {"range": {"start_year": {"gte": 2010}}},
    "end_year": {"range": {"end_year": {"lt": 1980}}},
    "ongoing": {"term": {"ongoing": True}},
    "years": {"range": {"years": {"gte": 1990, "lte": 1999}}},
    "duration_years": {"range": {"duration_years": {"gte": 10}}},
    "age_lower": {"range": {"age_lower": {"gte": 65}}},
    "age_upper": {"range": {"age_upper": {"lt": 18}}},
    "access": {"term": {"access": "registered"}},
    "language_codes": {"term": {"language_codes": "en"}},
    "study_design": {"prefix": {"study_design": "Longitudinal"}},
    "topics": {"prefix": {"topics": "Health"}},
    "instruments": {"exists": {"field": "instruments"}},
    "unit_of_analysis": {"term": {"unit_of_analysis": "Household"}},
    "collection_mode": {"prefix": {"collection_mode": "Interview"}},
    "genetic_data_collected": {"term": {"genetic_data_collected": True}},
    "sample_size": {"range": {"sample_size": {"gte": 1000}}},
    "num_variables": {"range": {"num_variables": {"gte": 100}}},
    "num_sweeps": {"range": {"num_sweeps": {"gte": 2}}},
}
"""An example of a filter for each facet."""


def renewed() -> str:
    """The page, with the tables as they follow from the code."""
    page = PAGE.read_text(encoding="utf-8")
    for name, lines in (("fields", _fields()), ("filters", _filters())):
        place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=\n<!-- end of {name} -->)", re.DOTALL)
        table = "\n".join(["", *lines, ""])
        page = place.sub(lambda _, table=table: table, page)  # type: ignore[misc]
    return page


@cache
def described() -> dict[str, tuple[str, str]]:
    """Meaning and source of each field that is no facet."""
    groups = yaml.safe_load(FIELDS.read_text(encoding="utf-8"))
    return {name: row for rows in groups.values() for name, row in rows.items()}


def _fields() -> Iterator[str]:
    groups: dict[str, list[str]] = {
        title.capitalize(): list(rows) for title, rows in yaml.safe_load(FIELDS.read_text(encoding="utf-8")).items()
    }
    titles = list(groups)
    ordered = {title: groups[title] for title in titles[:2]} | {"Facets": list(BY_NAME)}
    ordered |= {title: groups[title] for title in titles[2:]}
    for title, names in ordered.items():
        yield f"### {title}"
        yield ""
        yield "| field | meaning | type | vocabulary | example | from |"
        yield "|---|---|---|---|---|---|"
        yield from map(_row, names)
        yield ""


def _row(name: str) -> str:
    if facet := BY_NAME.get(name):
        means, source = facet.means, facet.sources.read_from
    else:
        means, source = described()[name]
    cells = (f"`{name}`", means, _type(name), _vocabulary(facet), _example(name), source)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _type(name: str) -> str:
    """The type in the mapping, and what can be done with it."""
    field = template()["template"]["mappings"]["properties"][name]
    kind = field.get("type", "object")
    many = "list of " if get_origin(Document.model_fields[name].annotation) is list else ""
    if kind == "object":
        return "object" if "properties" in field else "object, only stored"
    if field.get("index") is False:
        stored = field.get("doc_values") is False or kind == "text"
        return f"{many}{kind}, {'only stored' if stored else 'not searched'}"
    return f"{many}{kind}"


def _vocabulary(facet: Facet | None) -> str:
    if facet is None or facet.vocabulary is None:
        return ""
    if source := SOURCES.get(facet.name):
        return f"[{len(facet.vocabulary.codes()):,} codes]({source})"
    return ", ".join(f"`{code}`" for code in facet.vocabulary.codes())


@cache
def documents() -> tuple[dict[str, Any], ...]:
    """The documents of the demo catalogues."""
    return tuple(one.document for one in outcomes() if one.document is not None)


@cache
def _others() -> tuple[dict[str, Any], ...]:
    """The documents of the records with all fields of each format, for what no study of the demo has."""
    return tuple(each for name in format_fields.FORMATS for each in format_fields.documents(name))


def _example(name: str) -> str:
    """A short value that a document has, as JSON; of texts the first words."""
    if name in {"evidence", "dataset_schema", "stated", "translations"}:
        return ""
    found = [each[name] for each in documents() if name in each] or [each[name] for each in _others() if name in each]
    values = [json.dumps(each, ensure_ascii=False) for each in found]
    if not values:
        return ""
    value = min(sorted(values), key=lambda each: (not each.isascii(), abs(len(each) - FITTING), each))
    return f"`{value}`" if len(value) <= LONGEST else f"`{value[:LONGEST].rstrip()}…`"


def _filters() -> Iterator[str]:
    yield "| facet | counted by | filter | documents of the demo |"
    yield "|---|---|---|--:|"
    for facet in FACETS:
        clause = FILTERS[facet.name]
        number = sum(_matches(document, clause) for document in documents())
        yield f"| {facet.label} | {_counted(facet)} | `{json.dumps(clause)}` | {number} |"


def _counted(facet: Facet) -> str:
    if facet.counted is None:
        return "" if not isinstance(facet.option, Range) else "a range"
    field = "years.counted" if facet.name == "years" else facet.name
    values = "all values" if isinstance(facet.counted, AllValues) else f"the {facet.counted.size} most common"
    return f"`terms` on `{field}`, {values}"


def _matches(document: dict[str, Any], clause: dict[str, Any]) -> bool:
    """Whether a document matches a filter of the examples: what Elasticsearch does, said independently of it."""
    ((kind, of),) = clause.items()
    if kind == "exists":
        return of["field"] in document
    ((field, wanted),) = of.items()
    held = document.get(field)
    values = held if isinstance(held, list) else [] if held is None else [held]
    if kind == "term":
        return wanted in values
    if kind == "terms":
        return any(value in wanted for value in values)
    if kind == "prefix":
        return any(value.startswith(wanted) for value in values)
    low, high = wanted.get("gte", -(10**9)), wanted.get("lte", 10**9)
    below = wanted.get("lt", 10**10)
    return any(low <= value <= high and value < below for value in values)


def main() -> int:
    """Renews the tables."""
    PAGE.write_text(renewed(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
