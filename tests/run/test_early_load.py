"""Documents are loaded into an empty candidate as they are made, and what the plan finds later is set right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import FailError
from pipeline.index import bulk
from pipeline.index.generations import index_name
from pipeline.run import early_load
from pipeline.run.candidate import make_early_candidate
from pipeline.run.context import Context
from pipeline.run.fetch import fetch
from pipeline.run.gate import gate
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.process import process
from pipeline.run.publish import publish
from pipeline.run.results import EarlyCandidate
from pipeline.run.runner import groups_to_load
from tests.support import UNTITLED, Archive, ddi, eventually, ids, segments


def loaded(archive: Archive, context: Context) -> set[str]:
    """Local ids of the documents in the early candidate."""
    index = EarlyCandidate.staged(context.staging).index
    archive.client.indices.refresh(index=index)
    hits = archive.client.search(index=index, size=100)["hits"]["hits"]
    return {hit["_source"]["harmony_id"].split("/")[1] for hit in hits}


def after_process(context: Context) -> None:
    if plan(context).index:
        for part in (0, 1):
            load(context, part)
    gate(context)
    publish(context)


@pytest.mark.parametrize("limit", [None, 8])
def test_documents_are_there_before_all_parts_are_processed(archive: Archive, limit: int | None) -> None:
    archive.put(*range(8))
    context = archive.context("run-1", limit=limit)
    make_early_candidate(context, fetch(context, part_size=4))

    process(context, 0)
    assert loaded(archive, context) == ids(*range(4))
    process(context, 1)
    after_process(context)

    assert set(archive.served()) == ids(*range(8))
    assert archive.states() == {1: "live"}
    eventually(lambda: segments(archive.client, index_name(archive.name, 1)), 1)  # it is merged


def test_one_task_looks_after_parts_that_were_loaded_early_and_changes_have_a_task_a_part(archive: Archive) -> None:
    def planned(run_id: str) -> tuple[Context, list[list[int]]]:
        context = archive.context(run_id)
        make_early_candidate(context, fetch(context, part_size=4))
        for part in (0, 1):
            process(context, part)
        return context, groups_to_load(context, plan(context))

    archive.put(*range(8))
    context, first = planned("run-1")
    after_process(context)
    for number in range(8):
        archive.write(number, ddi(number, title="Another title"))
    _, second = planned("run-2")

    assert first == [[0, 1]]
    assert second == [[0], [1]]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_records_with_one_id_the_first_is_live_whichever_was_loaded_last(
    archive: Archive, order: tuple[int, int]
) -> None:
    archive.put(*range(4))
    archive.write(5, ddi(1, title="Another study with the id of the first"))
    archive.put(6)
    context = archive.context("run-1")
    make_early_candidate(context, fetch(context, part_size=4))

    for part in order:
        process(context, part)
    after_process(context)

    assert archive.served() == {f"S{number:05d}": f"Harbour Survey, wave {number}" for number in (0, 1, 2, 3, 6)}
    assert [reject.code for reject in archive.open_rejects()] == ["duplicate_id"]


def test_a_study_that_another_catalogue_of_the_source_has_is_taken_out_again(archive: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other", archive.client)
    other.describe(source=archive.name)
    other.put(1)
    other.run()
    archive.describe(max_rejects=0.5)
    archive.put(*range(8))
    context = archive.context("run-1")
    make_early_candidate(context, fetch(context, part_size=4))
    for part in (0, 1):
        process(context, part)
    assert loaded(archive, context) == ids(*range(8))

    after_process(context)

    assert set(archive.served()) == ids(*range(8)) - ids(1)
    assert set(other.served()) == ids(1)
    other.retire()


def test_what_elasticsearch_refuses_of_a_disputed_id_leaves_no_other_document_behind(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first record counts, and is refused; that of the second, which has its id, was loaded before."""
    archive.put(*range(4))
    archive.write(1, ddi(1, title="x" * 50))
    archive.write(5, ddi(1, title="Another study with the id of the first"))
    context = archive.context("run-1")
    make_early_candidate(context, fetch(context, part_size=4))
    write = bulk.write

    def refusing(client: Any, index: str, writes: Any) -> Any:
        for item in writes:
            if item.source is not None and b"x" * 50 in item.source:
                yield bulk.Refusal(item.id, "it is too odd")
            else:
                yield from write(client, index, [item])

    monkeypatch.setattr(early_load, "write", refusing)
    monkeypatch.setattr("pipeline.run.load.write", refusing)
    for part in (0, 1):
        process(context, part)
    after_process(context)

    assert set(archive.served()) == ids(0, 2, 3)
    assert sorted(reject.code for reject in archive.open_rejects()) == ["duplicate_id", "refused_by_index"]


def test_a_plan_that_is_made_again_goes_on_with_what_was_loaded(archive: Archive) -> None:
    archive.put(*range(8))
    context = archive.context("run-1")
    make_early_candidate(context, fetch(context, part_size=4))
    for part in (0, 1):
        process(context, part)
    first, second = plan(context), plan(context)

    assert first.index == second.index
    after_process(context)
    assert set(archive.served()) == ids(*range(8))
    assert archive.states() == {1: "live"}


def test_a_first_run_without_a_readable_record_leaves_no_candidate_for_long(archive: Archive) -> None:
    archive.write(1, UNTITLED)
    with pytest.raises(FailError, match="none of 1 records could be read"):
        archive.run()
    archive.put(1)
    archive.run()

    assert list(archive.states().values()) == ["live"]
