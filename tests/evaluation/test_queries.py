"""Files of queries: what is read, and what is refused with which words. The project's own files are among them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.errors import UsageError
from pipeline.evaluation.queries import load_queries
from tests.support import PROJECT

TOPIC: dict[str, Any] = {"id": "boats", "text": "boats", "language": "en", "kind": "topic"}
KNOWN: dict[str, Any] = {"id": "hp", "text": "HP", "language": "und", "kind": "known", "right": ["a/1"]}

OWN = {"open": PROJECT / "benchmarks/queries/open.yaml", "aside": PROJECT / "benchmarks/queries/set_aside.yaml"}


def write(folder: Path, *queries: dict[str, Any], name: str = "queries.yaml") -> Path:
    file = folder / name
    file.write_text(yaml.safe_dump({"queries": list(queries)}), encoding="utf-8")
    return file


def test_queries_keep_their_order_over_files(tmp_path: Path) -> None:
    files = [write(tmp_path, KNOWN, name="one.yaml"), write(tmp_path, TOPIC, name="two.yaml")]
    assert [query.id for query in load_queries(files)] == ["hp", "boats"]


def test_a_topic_is_judged_once_a_record_answers_it(tmp_path: Path) -> None:
    grades = [{}, {"a/1": 1}, {"a/1": 1, "a/2": 2}]
    queries = [TOPIC | {"id": str(number), "judgements": each} for number, each in enumerate(grades)]
    assert [query.is_judged for query in load_queries([write(tmp_path, *queries)])] == [False, False, True]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (TOPIC | {"kind": "topics"}, "'topic'"),
        (TOPIC | {"judgments": {}}, "'judgements'"),
        (TOPIC | {"judgements": {"a/1": 4}}, "less than or equal to 3"),
        (TOPIC | {"right": ["a/1"]}, "neither right nor right_where"),
        ({**KNOWN, "right": []}, "needs right or right_where"),
    ],
)
def test_a_wrong_query_is_refused_with_the_reason(tmp_path: Path, query: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_queries([write(tmp_path, query)])


def test_an_id_names_one_query(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two queries with the id 'hp'"):
        load_queries([write(tmp_path, KNOWN, KNOWN)])


class TestOwnQueries:
    """The project's own queries over real records."""

    def test_the_hash_of_the_id_decides_which_are_set_aside(self) -> None:
        for name, file in OWN.items():
            for query in load_queries([file]):
                assert query.set == name == ("open", "aside")[sha256(query.id.encode()).digest()[0] % 2]

    def test_what_nobody_has_seen_is_set_aside_under_ids_of_its_own(self) -> None:
        unseen = PROJECT / "benchmarks/queries/unseen.yaml"
        assert {query.set for query in load_queries([unseen])} == {"aside"}
        assert len(load_queries([*OWN.values(), unseen])) > len(load_queries(OWN.values()))

    def test_they_are_of_several_languages_and_both_kinds(self) -> None:
        queries = load_queries(OWN.values())
        assert len(queries) >= 80
        assert {query.kind for query in queries} == {"topic", "known"}
        assert len({query.language for query in queries} - {"und"}) >= 5
