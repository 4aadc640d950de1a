"""Counts facets in the output of `study-index read`, to compare with the counts of `study-index search`.

    study-index read FILE… --catalogue FILE | python tests/cli/count_facets.py [--sex SEX] [--years A..B] …

It is plain Python, one document after the other, and uses nothing of the package: a mistake of the package cannot
be made here a second time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

COUNTED = (
    "sex", "resource_type", "country_codes", "regions", "years", "access", "language_codes", "study_design", "topics",
    "instruments", "unit_of_analysis", "collection_mode", "source", "catalogue", "publisher",
)  # fmt: skip
OPTIONS = {
    "sex": "sex",
    "type": "resource_type",
    "country": "country_codes",
    "source": "source",
    "language": "language_codes",
    "access": "access",
    "design": "study_design",
    "topic": "topics",
}
"""Options of `search`, and the field that each filters."""

Document = dict[str, Any]
Test = Callable[[Document], bool]


def documents(lines: Iterable[str]) -> Iterator[Document]:
    """The documents in the output of `read`; of several with one id the first, as in a run."""
    seen: set[str] = set()
    for line in lines:
        document = json.loads(line).get("document")
        if document is not None and document["harmony_id"] not in seen:
            seen.add(document["harmony_id"])
            yield document


def count(
    every: Iterable[Document],
    *,
    counted: Iterable[str] = COUNTED,
    years: str | None = None,
    ages: str | None = None,
    or_unknown: Iterable[str] = (),
    **filters: list[str],
) -> dict[str, Any]:
    """total, works, facets and unknown, as `search --json` has them.

    `counted` are the fields whose values are counted; `filters` are named as the options of `search`.
    """
    tests: dict[str, Test] = {OPTIONS[name]: _has(OPTIONS[name], values) for name, values in filters.items() if values}
    if years:
        tests["years"] = _covers(years)
    if ages:
        tests["ages"] = _overlaps(ages)
    for name in or_unknown:
        field = OPTIONS.get(name, name)
        if field in tests:
            tests[field] = _or_unknown(tests[field], ("age_lower", "age_upper") if field == "ages" else (field,))
    candidates = list(filter(_counts(filters.get("type", [])), every))
    found = [document for document in candidates if _passes(document, tests)]
    values: dict[str, Counter[str]] = {name: Counter() for name in counted}
    unknown: Counter[str] = Counter()
    for document in candidates:
        for name, seen in values.items():
            if _passes(document, {field: test for field, test in tests.items() if field != name}):
                seen.update({str(value) for value in _values(document, name)})
                unknown[name] += name not in document
    return {
        "total": len(found),
        "works": len({document["work_id"] for document in found}),
        "facets": {name: dict(seen) for name, seen in values.items()},
        "unknown": {name: unknown[name] for name in values},
    }


def _counts(types: list[str]) -> Test:
    """Whether a document counts: a variable only if the filter selects variables, a superseded version never."""

    def test(document: Document) -> bool:
        return "replaced_by" not in document and (document["resource_type"] != "variable" or "variable" in types)

    return test


def _passes(document: Document, tests: dict[str, Test]) -> bool:
    return all(test(document) for test in tests.values())


def _values(document: Document, name: str) -> list[Any]:
    """The values that count; a topic is within each broader one, and an ongoing study covers the years up to now."""
    value = document.get(name, [])
    if name == "topics":
        return sorted({*value, *(topic.split(".")[0] for topic in value)})
    if name == "years" and value and document.get("ongoing") and "start_year" in document:
        return [*value, *range(max(value) + 1, datetime.now(UTC).year + 1)]
    return value if isinstance(value, list) else [value]


def _has(field: str, wanted: list[str]) -> Test:
    return lambda document: any(value in wanted for value in _values(document, field))


def _covers(words: str) -> Test:
    first, last = _ends(words)
    return lambda document: any(first <= year <= last for year in _values(document, "years"))


def _overlaps(words: str) -> Test:
    first, last = _ends(words)

    def test(document: Document) -> bool:
        lower, upper = document.get("age_lower"), document.get("age_upper")
        if lower is None and upper is None:
            return False
        return (lower is None or lower <= last) and (upper is None or upper >= first)

    return test


def _or_unknown(test: Test, fields: tuple[str, ...]) -> Test:
    return lambda document: test(document) or not any(field in document for field in fields)


def _ends(words: str) -> tuple[float, float]:
    first, dots, last = words.partition("..")
    start = float(first) if first else float("-inf")
    end = (float(last) if last else float("inf")) if dots else start
    return start, end


def main() -> None:
    """Count the documents of standard input."""
    parser = argparse.ArgumentParser(description="Facet counts of what `study-index read` prints")
    for option in OPTIONS:
        parser.add_argument(f"--{option}", action="append", default=[])
    parser.add_argument("--years")
    parser.add_argument("--ages")
    parser.add_argument("--or-unknown", action="append", default=[])
    json.dump(count(documents(sys.stdin), **vars(parser.parse_args())), sys.stdout, indent=2)


if __name__ == "__main__":
    main()
