"""The stage over live catalogues: what it writes, when it undoes it, and what it leaves to the next pass."""

from __future__ import annotations

import threading

import pytest

from pipeline.index.generations import generations, open_for_writing
from pipeline.index.leases import working_on
from pipeline.links.after import unlinked
from pipeline.links.counts import LinkCounts
from pipeline.links.stage import link
from pipeline.model.identity import work_number
from tests.links.shelves import Record, Shelves

OWN = Record("quay/7", dois=("10.5072/a",))
COPY = Record("all/1", dois=("10.5072/a",))
STUDY = Record("quay/cohort", name="The Harbour Birth Cohort (HBC)", kind="study")
WAVE = Record("dock/wave-1", name="Wave 1", series="Harbour Birth Cohort")


def test_documents_of_several_catalogues_become_one_work(shelves: Shelves) -> None:
    shelves.put([OWN, COPY, Record("dock/3")])
    linked = link(shelves.client)
    assert (linked.counts.joined, linked.counts.unjoined, linked.pending) == (2, 0, ())
    found = shelves.links()
    assert found["all/1"] == {"work_id": "quay/7", "work_number": work_number("quay/7"), "joined_by": ["doi:10.5072/a"]}
    assert found["dock/3"] == {"work_id": "dock/3", "work_number": work_number("dock/3")}
    assert unlinked(shelves.client) == []


def test_a_second_pass_writes_nothing(shelves: Shelves) -> None:
    shelves.put([OWN, COPY, STUDY, WAVE])
    link(shelves.client)
    before = {
        item.index: shelves.client.indices.stats(index=item.index)["_all"] for item in generations(shelves.client)
    }
    again = link(shelves.client)
    after = {item.index: shelves.client.indices.stats(index=item.index)["_all"] for item in generations(shelves.client)}
    assert again[1:] == (LinkCounts(), ())
    written = [found["total"]["indexing"]["index_total"] for found in (*before.values(), *after.values())]
    assert written[: len(before)] == written[len(before) :]


def test_live_generations_stay_closed_for_writing(shelves: Shelves) -> None:
    shelves.put([OWN, COPY])
    link(shelves.client)
    assert not any(item.writable for item in generations(shelves.client))


def test_what_a_pass_that_ended_early_left_open_is_closed_by_the_next(shelves: Shelves) -> None:
    shelves.put([OWN, COPY])
    open_for_writing(shelves.client, "studies.quay.1")
    link(shelves.client)
    assert not any(item.writable for item in generations(shelves.client))


def test_a_reason_that_goes_undoes_what_it_did(shelves: Shelves) -> None:
    shelves.put([OWN, COPY])
    link(shelves.client)
    linked = link(shelves.client, shelves.change("all", [Record("all/1")]))
    assert not linked.full
    assert linked.counts.unjoined == 1  # the changed document was written without
    assert shelves.works() == set()
    assert "joined_by" not in shelves.links()["quay/7"]


def test_a_deleted_record_leaves_the_others_alone(shelves: Shelves) -> None:
    shelves.put([OWN, COPY, STUDY, WAVE])
    link(shelves.client)
    assert shelves.links()["dock/wave-1"]["parent"] == "quay/cohort"
    linked = link(shelves.client, shelves.change("quay", [], deleted=["quay/7", "quay/cohort"]))
    assert (linked.full, linked.counts.unjoined, linked.counts.unplaced) == (False, 1, 1)
    assert shelves.links()["all/1"]["work_id"] == "all/1"
    assert "parent" not in shelves.links()["dock/wave-1"]


def test_a_catalogue_that_is_worked_on_is_left_and_the_next_pass_is_a_full_one(shelves: Shelves) -> None:
    shelves.put([OWN])
    link(shelves.client)
    changes = shelves.put([COPY])["all"]
    held, done = threading.Event(), threading.Event()

    def other() -> None:
        with working_on(shelves.client, "quay", "another"):
            held.set()
            done.wait()

    thread = threading.Thread(target=other)
    thread.start()
    held.wait()
    try:
        linked = link(shelves.client, changes)
    finally:
        done.set()
        thread.join()
    assert linked.pending == ("quay",)
    assert unlinked(shelves.client) == ["all"]
    healed = link(shelves.client, shelves.change("all", [Record("all/2")]))
    assert healed.full
    assert shelves.works() == {frozenset({"quay/7", "all/1"})}
    assert unlinked(shelves.client) == []


def test_a_part_has_the_study_that_its_series_names(shelves: Shelves) -> None:
    shelves.put([STUDY, WAVE, Record("dock/f", name="File", relations=(("isPartOf", "dock/wave-1"),))])
    assert link(shelves.client).counts.placed == 2
    found = shelves.links()
    assert found["dock/wave-1"]["ancestors"] == ["quay/cohort"]
    assert found["dock/f"]["ancestors"] == ["dock/wave-1", "quay/cohort"]


def test_two_studies_of_one_name_are_nobodys_parent(shelves: Shelves) -> None:
    shelves.put([STUDY, WAVE])
    link(shelves.client)
    twin = Record("port/1", name="Harbour Birth Cohort", kind="study")
    linked = link(shelves.client, shelves.put([twin])["port"])
    assert not linked.full
    assert "parent" not in shelves.links()["dock/wave-1"]
    same = Record("port/1", name="Harbour Birth Cohort", kind="study", same_as=("quay/cohort",))
    link(shelves.client, shelves.change("port", [same]))
    assert shelves.links()["dock/wave-1"]["parent"] == "quay/cohort"


def test_a_whole_that_names_its_parts_is_their_parent(shelves: Shelves) -> None:
    whole = Record("quay/c", name="Collection", relations=(("HasPart", "10.5072/p"),))
    shelves.put([whole, Record("dock/p", dois=("10.5072/p",))])
    link(shelves.client)
    assert shelves.links()["dock/p"]["parent"] == "quay/c"


def test_a_circle_of_parts_has_one_top(shelves: Shelves) -> None:
    circle = [Record(f"dock/{one}", relations=(("isPartOf", f"dock/{other}"),)) for one, other in ("ab", "bc", "ca")]
    shelves.put(circle)
    link(shelves.client)
    found = shelves.links()
    assert [found[f"dock/{name}"].get("ancestors") for name in "abc"] == [None, ["dock/c", "dock/a"], ["dock/a"]]


@pytest.mark.parametrize("kind", ["study", "dataset"])
def test_a_local_id_of_a_parent_is_one_of_the_catalogue(shelves: Shelves, kind: str) -> None:
    shelves.put([Record("dock/1", kind=kind), Record("dock/2", parent="1")])
    link(shelves.client)
    assert shelves.links()["dock/2"]["parent"] == "dock/1"
