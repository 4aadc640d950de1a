"""`evaluate`: how well the search finds studies, by queries with judgements; on the demo's studies and queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.calling import Corpus, Holdings, call, refused


@pytest.fixture
def queries(tmp_path: Path) -> Any:
    """Writes a file of queries; returns its path."""

    def write(*queries: dict[str, Any]) -> str:
        file = tmp_path / "queries.yaml"
        file.write_text(yaml.safe_dump({"queries": list(queries)}), encoding="utf-8")
        return str(file)

    return write


def topic(text: str, **grades: int) -> dict[str, Any]:
    judgements = {name.replace("_", "/"): grade for name, grade in grades.items()}
    return {"id": text, "text": text, "language": "en", "kind": "topic", "judgements": judgements}


def known(text: str, *right: str) -> dict[str, Any]:
    return {"id": text, "text": text, "language": "und", "kind": "known", "right": list(right)}


def test_the_demo_comes_with_queries(corpus: Corpus) -> None:
    file = str(corpus.folder / "queries.yaml")
    figures = call("evaluate", file, "--json").json
    assert figures["unjudged_queries"] == []
    assert figures["by_kind"].keys() == {"topic", "known"}
    assert 0 < figures["all"]["ndcg"] <= 1
    assert call("evaluate", file, "--kind", "known", "--json").json["by_kind"].keys() == {"known"}


def test_each_hit_of_a_query_is_graded(holdings: Holdings, queries: Any) -> None:
    name = holdings.make()
    for number, title in enumerate(("Zebrafish keepers", "Zebrafish ponds", "Zebrafish lakes"), start=1):
        holdings.put(name, number, title=title)
    assert call("run", name).code == 0
    first, second, third = (f"{name}/S{number:05d}" for number in (1, 2, 3))
    file = queries(
        topic("zebrafish") | {"judgements": {first: 3, second: 0}},
        known("zebrafish ponds", second),
        known("aardvark", first),
    )
    figures = call("evaluate", file, "--misses", "--json").json
    assert figures["all"]["recall"] == 1
    assert figures["all"]["right_first"] == 0.5
    assert figures["all"]["without_hits"] == pytest.approx(1 / 3)
    assert figures["all"]["judged"] == pytest.approx(2 / 3)
    assert figures["unjudged_hits"] == {"zebrafish": [third]}
    miss = next(miss for miss in figures["misses"] if miss["id"] == "zebrafish") if figures["all"]["ndcg"] < 1 else None
    assert miss is None or {hit["grade"] for hit in miss["hits"]} == {3, 0, None}
    shown = call("evaluate", file, "--misses")
    assert shown.code == 0
    assert "nDCG@10" in shown.out
    assert "aardvark" in shown.out


def test_what_is_not_in_the_index_and_what_is_not_judged_is_told(holdings: Holdings, queries: Any) -> None:
    name = holdings.make(1)
    assert call("run", name).code == 0
    file = queries(topic("boats"), topic("ships", gone_1=2, gone_2=3), known("harbour", f"{name}/S00001"))
    called = call("evaluate", file)
    assert called.code == 0
    assert "1 of 3 queries are left out" in called.err
    assert "2 judged records are not in the index, and count as not found: gone/1, gone/2" in called.err


def test_queries_that_cannot_be_measured_are_refused(queries: Any) -> None:
    assert "No query has judgements" in refused("evaluate", queries(topic("boats")), code=2)
    assert "Did you mean 'topic'?" in refused("evaluate", queries(known("hp", "a/1")), "--kind", "topics", code=2)
    assert "cannot be read" in refused("evaluate", "nowhere.yaml", code=2)
