"""The filters of docs/index.md find as many documents of the demo as the page says."""

from __future__ import annotations

import pytest

from pipeline.index.client import connect
from pipeline.index.generations import ALIAS
from pipeline.model.facets import BY_NAME, NAMES
from tests.cli.calling import Corpus
from tests.docs.index_reference import FILTERS, PAGE


def test_every_facet_has_a_filter() -> None:
    assert tuple(FILTERS) == NAMES


@pytest.mark.parametrize("facet", NAMES)
def test_a_filter_finds_what_the_page_says(corpus: Corpus, facet: str) -> None:
    assert corpus.folder
    with connect() as client:
        found = client.count(index=ALIAS, query=FILTERS[facet])["count"]
    (row,) = [
        line for line in PAGE.read_text(encoding="utf-8").split("\n") if line.startswith(f"| {BY_NAME[facet].label} |")
    ]
    assert row.endswith(f"| {found} |")
