"""Compares the counts of `search` with counts made without it."""

from __future__ import annotations

from typing import Any

from pipeline.model.facet_kinds import AllValues
from pipeline.search.facet_counts import COUNTED
from tests.cli.calling import call
from tests.cli.count_facets import Document, count


def assert_counts(query: dict[str, Any], documents: list[Document]) -> None:
    """Run `search`, count the documents, and compare every count."""
    found = call("search", *options(query), "--size", "0", "--json").json
    expected = count(documents, counted=COUNTED, **query)
    assert (found["total"], found["works"], found["works_exact"]) == (expected["total"], expected["works"], True)
    for name, how in COUNTED.items():
        if isinstance(how, AllValues):
            assert found["facets"][name] == expected["facets"][name], name
        else:
            assert_most_common(found["facets"][name], expected["facets"][name])
    assert found["unknown"] == expected["unknown"]


def assert_most_common(listed: dict[str, int], counted: dict[str, int]) -> None:
    """The most common values with their counts, and the sum of all others as `other`."""
    rest = {value: number for value, number in counted.items() if value not in listed}
    assert listed.get("other", 0) == sum(rest.values())
    values = {value: number for value, number in listed.items() if value != "other"}
    assert values == {value: counted[value] for value in values}
    assert not rest or max(rest.values()) <= min(values.values())


def options(query: dict[str, Any]) -> list[str]:
    """The query as options of the command line."""
    words = []
    for name, value in query.items():
        for each in [value] if isinstance(value, str) else value:
            words += [f"--{name.replace('_', '-')}", each]
    return words
