"""`generations`, `promote`, `rollback`, `unpin`, `prune` and `retire`."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline import settings
from pipeline.index.client import connect
from pipeline.index.leases import working_on
from tests.cli.calling import FAILED, HELD, USAGE, Holdings, call, refused


def held(holdings: Holdings) -> str:
    """A catalogue whose candidate has lost half of its studies and waits at the gate."""
    name = holdings.make(*range(20))
    call("run", name)
    holdings.remove(name, *range(10))
    assert call("run", name).code == HELD
    return name


def test_promote_lets_the_candidate_go_live_and_rollback_undoes_it(holdings: Holdings) -> None:
    name = held(holdings)
    assert holdings.generations(name) == {1: "live", 2: "candidate"}

    promoted = call("promote", name, "--json")
    assert (promoted.code, promoted.json["generation"]) == (0, f"studies.{name}.2")
    assert promoted.json["documents"] == {"before": 20, "after": 10}
    assert promoted.json["was"] == "candidate"
    assert promoted.json["reasons"][0].startswith("max_drop: 10 of 20")
    assert (holdings.generations(name), holdings.live(name)) == ({1: "previous", 2: "live"}, 10)

    undone = call("rollback", name)
    assert undone.code == 0
    assert f"studies.{name}.1 is live again" in undone.out
    assert "10 → 20 documents" in undone.out
    assert holdings.live(name) == 20
    assert holdings.generations(name) == {1: "live", 2: "rolled_back"}


def test_with_a_held_candidate_after_a_rollback_promote_asks_which_and_prune_keeps_both(holdings: Holdings) -> None:
    name = holdings.make(*range(20))
    call("run", name)
    holdings.put(name, 1, title="Harbour Survey, corrected")
    call("run", name)
    call("rollback", name)
    holdings.remove(name, *range(10))
    assert call("run", name).code == HELD
    expected = {1: "live", 2: "rolled_back", 3: "candidate"}
    assert holdings.generations(name) == expected

    assert call("prune", name, "--json").json[name]["generations"] == []
    unclear = refused("promote", name, code=USAGE)
    assert f"Live is studies.{name}.1 with 20 documents" in unclear
    assert "2: was rolled back at 20" in unclear
    assert "3: candidate, held at the gate (max_drop: 10 of 20" in unclear
    assert holdings.generations(name) == expected

    promoted = call("promote", name, "--to", "3")
    assert f"studies.{name}.3 is live now: 20 → 10 documents" in promoted.out
    assert "The gate had held it: max_drop: 10 of 20" in promoted.out
    assert holdings.generations(name) == {1: "previous", 3: "live"}


def test_after_a_rollback_runs_hold_until_unpin(holdings: Holdings) -> None:
    name = holdings.make(*range(20))
    call("run", name)
    holdings.put(name, 1, title="Harbour Survey, corrected")
    call("run", name)
    call("rollback", name)

    again = call("run", name, "--json")
    assert again.code == HELD
    assert "pinned" in again.json["gate"]["reasons"][0]
    assert "`promote` lets the candidate go live" in again.json["gate"]["reasons"][0]
    (row,) = [row for row in call("catalogues", "--json").json if row["catalogue"] == name]
    assert row["pinned"]
    assert "pinned" in row["state"]

    assert call("unpin", name, "--json").code == 0
    assert call("run", name).code == 0
    assert "corrected" in call("search", "corrected", "--source", name).out


def test_a_change_that_is_not_possible_is_explained(holdings: Holdings) -> None:
    name = holdings.make(1)
    call("run", name)
    assert f"study-index generations {name}" in refused("promote", name, code=USAGE)
    assert "no earlier generation" in refused("rollback", name, code=USAGE)
    assert "not pinned" in refused("unpin", name, code=USAGE)
    assert holdings.generations(name) == {1: "live"}


@pytest.mark.parametrize("command", ["generations", "promote", "rollback", "unpin", "prune", "retire"])
def test_an_unknown_catalogue_names_the_nearest(holdings: Holdings, command: str) -> None:
    name = holdings.make(1)
    assert f"Did you mean '{name}'?" in refused(command, f"{name}x", code=USAGE)


@pytest.mark.parametrize("command", ["promote", "prune", "retire"])
def test_a_pattern_is_no_catalogue(holdings: Holdings, command: str) -> None:
    name = holdings.make(1)
    call("run", name)
    options = ["--yes"] if command == "retire" else []
    refused(command, "*", *options, code=USAGE)
    refused(command, f"{name},{name}", *options, code=USAGE)
    assert holdings.generations(name) == {1: "live"}


def test_the_path_of_a_catalogue_file_works_as_its_name_does(holdings: Holdings) -> None:
    name = holdings.make(1)
    call("run", name)
    (row,) = call("generations", str(settings.catalogues() / f"{name}.yaml"), "--json").json
    assert (row["generation"], row["state"], row["documents"]) == (f"studies.{name}.1", "live", 1)


def test_generations_are_listed_for_people(holdings: Holdings) -> None:
    name = held(holdings)
    listed = call("generations").out
    assert f"studies.{name}.1" in listed
    assert "candidate" in listed
    assert f"studies.{name}.2 is held: max_drop: 10 of 20" in listed
    assert call("refuse", name).code == 0
    assert f"studies.{name}.2 was refused; the gate had held it: max_drop: 10 of 20" in call("generations").out


def test_an_index_that_is_closed_is_shown_and_hides_no_other(holdings: Holdings) -> None:
    name, other = holdings.make(1), holdings.make(1, 2)
    for catalogue in (name, other):
        call("run", catalogue)
    with connect() as client:
        client.indices.close(index=f"studies.{name}.1")

    documents = {row["generation"]: row["documents"] for row in call("generations", "--json").json}
    assert (documents[f"studies.{name}.1"], documents[f"studies.{other}.1"]) == (None, 2)
    assert f"studies.{name}.1" in call("generations").out
    rows = {row["catalogue"]: row for row in call("catalogues", "--json").json}
    assert (rows[name]["live"], rows[other]["live"]) == (None, 2)
    assert "is live and closed: open it" in rows[name]["state"]


def test_a_catalogue_that_never_ran_has_no_generations(holdings: Holdings) -> None:
    assert call("generations", holdings.make(1), "--json").json == []


def test_prune_keeps_what_is_live_previous_and_waiting(holdings: Holdings) -> None:
    name = held(holdings)
    call("run", name)
    before = holdings.generations(name)
    assert call("prune", name, "--json").json[name]["generations"] == []
    assert holdings.generations(name) == before
    assert name in call("prune").out


def test_prune_passes_over_a_catalogue_of_which_something_is_wrong(holdings: Holdings) -> None:
    first, faulty, last = (holdings.make(1) for _ in range(3))
    with connect() as client:
        for name in (first, faulty, last):
            call("run", name)
            holdings.put(name, 2)
            call("run", name)
            client.indices.create(index=f"studies.{name}.0")
        client.indices.put_alias(index=f"studies.{faulty}.1", name="studies")

    pruned = call("prune", "--json")

    assert pruned.code == FAILED
    assert f"studies.{faulty}.1 and studies.{faulty}.2 are both live" in pruned.err
    deleted = {name: pruned.json[name]["generations"] for name in (first, faulty, last)}
    assert deleted == {first: [f"studies.{first}.0"], faulty: [], last: [f"studies.{last}.0"]}


def test_retire_removes_a_catalogue(holdings: Holdings) -> None:
    name, other = held(holdings), holdings.make(1)
    call("run", other)
    gone = call("retire", name, "--yes", "--json").json
    assert gone == {"catalogue": name, "deleted": [f"studies.{name}.1", f"studies.{name}.2"]}
    assert (holdings.generations(name), holdings.live(name)) == ({}, 0)
    assert holdings.live(other) == 1
    assert "nothing in the index" in refused("retire", name, "--yes", code=USAGE)


def test_while_another_works_on_a_catalogue_it_is_not_changed_and_it_is_shown_who_works(holdings: Holdings) -> None:
    name, other = held(holdings), holdings.make(1)
    call("run", other)
    before = holdings.generations(name)

    def commands() -> None:
        sentence = f"{name} is worked on by run by-hand (load) on "
        for words in (("run",), ("promote",), ("prune",), ("retire", "--yes"), ("rejects", "--retry")):
            message = refused(*words, name, code=FAILED)
            assert sentence in message
            assert "Its lease lasts until 20" in message
            assert "--resume" not in message
        pruned = call("prune", "--json")
        assert pruned.code == 0
        assert sentence in pruned.json[name]["passed_over"][0]
        assert pruned.json[other]["passed_over"] == []
        assert sentence in call("prune").err
        assert sentence in call("generations", name).out
        (row,) = [row for row in call("catalogues", "--json").json if row["catalogue"] == name]
        assert "at work: run by-hand (load) on " in row["state"]

    with connect() as client, working_on(client, name, "load", "run by-hand"), ThreadPoolExecutor(1) as pool:
        pool.submit(commands).result()
    assert holdings.generations(name) == before
    assert call("promote", name).code == 0


@pytest.mark.parametrize(
    ("answer", "code", "left"), [("y\n", 0, {}), ("n\n", FAILED, {1: "live"}), ("", FAILED, {1: "live"})]
)
def test_retire_asks_first(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, left: dict[int, str]
) -> None:
    name = holdings.make(1)
    call("run", name)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    asked = call("retire", name, "--json")
    assert asked.code == code
    assert name in asked.err
    assert ("--yes" in asked.err) == (code == FAILED)
    assert holdings.generations(name) == left
