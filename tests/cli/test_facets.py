"""Facet counts of `search` are those that one gets by counting what `read` prints."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.calling import Corpus, call
from tests.cli.count_facets import Document
from tests.cli.counting import assert_counts

QUERIES: list[dict[str, Any]] = [
    {},
    {"sex": ["female"]},
    {"sex": ["female"], "or_unknown": ["sex"]},
    {"sex": ["female", "male"], "country": ["GB"]},
    {"type": ["study"]},
    {"type": ["variable"]},
    {"country": ["NL", "FI"]},
    {"country": ["NL"], "or_unknown": ["country"]},
    {"country": ["AQ"]},
    {"years": "1990..1999"},
    {"years": "1990..1999", "or_unknown": ["years"]},
    {"years": "2010.."},
    {"years": "..1950"},
    {"years": "2004"},
    {"years": "1800..1801", "country": ["GB"]},
    {"ages": "18..65"},
    {"ages": "90.."},
    {"ages": "..5", "or_unknown": ["ages"]},
    {"ages": "16", "sex": ["all"], "years": "1980.."},
    {"source": ["demo-health"]},
    {"source": ["demo-health", "demo-dataverse"], "sex": ["all"]},
    {"access": ["controlled"], "or_unknown": ["access"]},
    {"language": ["en"]},
    {"design": ["CrossSection"], "or_unknown": ["design", "sex"], "sex": ["male"]},
    {"sex": ["all"], "country": ["GB"], "years": "1990..2010", "access": ["open", "registered"]},
]


def test_the_demo_has_enough_to_count(demo_documents: list[Document]) -> None:
    assert len(demo_documents) > 200
    assert len({document["catalogue"] for document in demo_documents}) == 4
    for name in ("sex", "country_codes", "years", "age_lower", "access"):
        having = sum(name in document for document in demo_documents)
        assert 0 < having < len(demo_documents), name


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.usefixtures("corpus")
def test_counts_are_those_of_what_read_prints(query: dict[str, Any], demo_documents: list[Document]) -> None:
    assert_counts(query, demo_documents)


@pytest.mark.usefixtures("corpus")
def test_documents_are_those_that_read_prints(demo_documents: list[Document]) -> None:
    found = call("search", "--size", "1000", "--evidence", "--translations", "--json").json
    assert found["works"] == len(found["hits"])
    printed = {document["uuid"]: document for document in demo_documents}
    for hit in found["hits"]:
        of_run = {name: hit[name] for name in ("harvested_at", "raw_digest")}
        expected = printed[hit["uuid"]] | of_run
        assert hit == expected


def test_the_script_counts_by_itself(corpus: Corpus) -> None:
    script = [sys.executable, "tests/cli/count_facets.py", "--sex", "female", "--or-unknown", "sex"]
    lines = "\n".join(corpus.read())
    counted = json.loads(subprocess.run(script, input=lines, capture_output=True, text=True, check=True).stdout)
    found = call("search", "--sex", "female", "--or-unknown", "sex", "--json").json
    assert (counted["total"], counted["works"]) == (found["total"], found["works"])
    assert counted["facets"]["country_codes"] == found["facets"]["country_codes"]
    assert counted["unknown"].items() <= found["unknown"].items()
