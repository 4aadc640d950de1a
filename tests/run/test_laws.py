"""The counts of a run add up at every stage, or the run does not go live: any count that is changed by one ends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from pipeline.errors import FailError
from pipeline.index import lookup
from pipeline.run.context import Context
from pipeline.run.fetch import fetch
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.publish import publish
from pipeline.run.runner import run_after_fetch
from tests.support import UNTITLED, Archive, ddi, ids

Path = tuple[str | int, ...]

STAGED = ("fetch", "process/00000", "plan", "load/00000", "gate")

NO_COUNTS = {
    # numbers of generations, counts that only notes state, counts of facets and doubts, and parts of one line each
    ("fetch", "live"),
    ("fetch", "refetched"),
    ("fetch", "sums", "unchanged_upstream"),
    ("fetch", "sums", "corrections"),
    ("plan", "sums", "changes"),
    ("gate", "coverage"),
    ("gate", "doubted"),
}


@pytest.fixture
def judged(archive: Archive) -> Context:
    """A run up to the gate that has everything that is counted: one of each change, a reject, a duplicate."""
    archive.describe(max_rejects=0.5)
    archive.put(*range(20))
    archive.run()
    archive.put(3, title="Harbour Survey, corrected")
    archive.remove(7)
    archive.put(20)
    archive.write(9, UNTITLED)
    archive.write(21, ddi(2))
    context = archive.context("judged")
    through_gate(context)
    return context


def through_gate(context: Context) -> None:
    for part in fetch(context).parts:
        process(context, part)
    if plan(context).index:
        load(context, 0)
    gate(context)


def counts_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """The places of all whole numbers in a JSON value, but for the numbers of parts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from counts_in(inner, (*path, name))
    elif isinstance(value, list) and path[:1] == ("sums",):
        for place, (_, _, _) in enumerate(value):
            yield (*path, place, 1)
    elif isinstance(value, int) and not isinstance(value, bool) and path[-1] != "part":
        yield path


def one_more(value: Any, path: Path) -> Any:
    """The value with the number at that place larger by one."""
    changed = deepcopy(value)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] += 1
    return changed


def is_refused(context: Context) -> bool:
    try:
        publish(context)
    except FailError:
        return True
    return False


def test_any_count_that_is_changed_by_one_stops_the_run(archive: Archive, judged: Context) -> None:
    tried = []
    for name in STAGED:
        staged = judged.staging.read_json(name)
        for path in counts_in(staged):
            key = (name, *path)
            if {key[:2], key[:3]} & NO_COUNTS:
                continue
            judged.staging.write_json(name, one_more(staged, path))
            assert is_refused(judged), f"{key} was changed by one, and the run went live"
            tried.append(key)
        judged.staging.write_json(name, staged)

    assert len(tried) > 25, tried
    assert set(archive.served()) == ids(*range(20))
    assert publish(judged).live == 20
    assert set(archive.served()) == {*ids(*range(21))} - ids(7)


LAWS = [
    # a stage's count, and the sum that a person reads
    ("fetch", ("fetched",), "21 raw records, but 22 fetched + 0 repeated = 22"),
    ("plan", ("created",), "19 read, but 2 created + 1 updated + 17 unchanged = 20"),
    ("plan", ("kept",), "20 live before, but 1 updated + 17 unchanged + 2 kept + 0 not deleted"),
    ("plan", ("live_before",), "20 expected, but 21 live before + 1 created - 1 deleted = 21"),
    ("plan", ("suppressed",), "1 deleted, but 1 suppressed + 1 deleted upstream = 2"),
    ("load/00000", ("written",), "3 documents sent, but 1 created + 1 updated = 2"),
    ("gate", ("live",), "21 documents in the index, but 20 expected."),
]


def test_the_message_states_the_sum_that_does_not_add_up(archive: Archive, judged: Context) -> None:
    for name, path, message in LAWS:
        staged = judged.staging.read_json(name)
        judged.staging.write_json(name, one_more(staged, path))
        for stage in (publish, gate) if name != "gate" else (publish,):
            with pytest.raises(FailError, match=re.escape(message)):
                stage(judged)
        judged.staging.write_json(name, staged)
    assert set(archive.served()) == ids(*range(20))


@pytest.mark.parametrize("full", [False, True])
def test_live_documents_that_the_index_does_not_list_stop_the_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    """A listing that ends early looks as if the last documents were new."""
    archive.put(*range(20))
    archive.run()
    archive.put(*range(20), title="Harbour Survey, corrected")
    listed = lookup.all_documents

    def cut_short(*arguments: Any) -> Iterator[Any]:
        return (old for old in listed(*arguments) if old.uuid < "c")

    monkeypatch.setattr(lookup, "all_documents", cut_short)
    context = archive.context("cut-short", full=full)
    with pytest.raises(FailError, match="20 live before, but"):
        run_after_fetch(context, fetch(context))
    assert archive.served()["S00000"] == "Harbour Survey, wave 0"
