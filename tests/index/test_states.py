"""The states of generations: what each step makes of them, and that no step takes one for another."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.index import lifecycle
from pipeline.index.states import BUILDS_FOR, gate_reasons
from pipeline.model.moments import now
from tests.index.steps import Steps, steps

__all__ = ["steps"]

LIVE_TWICE = ["go-live", "go-live"]
ROLLED_BACK = [*LIVE_TWICE, "rollback"]
TWICE_ROLLED_BACK = [*ROLLED_BACK, "unpin", "go-live", "rollback"]
BOTH = [*ROLLED_BACK, "hold"]
"""A generation that was rolled back, and a later one that the gate held."""


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (["build"], {1: "building"}),
        (["hold"], {1: "candidate"}),
        (["hold", "promote"], {1: "live"}),
        (["go-live"], {1: "live"}),
        (["go-live", "build"], {1: "live", 2: "building"}),
        (["go-live", "build", "prune"], {1: "live", 2: "building"}),
        (["go-live", "build", "hold", "prune"], {1: "live", 3: "candidate"}),
        (["go-live", "hold"], {1: "live", 2: "candidate"}),
        (["go-live", "hold", "prune"], {1: "live", 2: "candidate"}),
        (["go-live", "hold", "hold"], {1: "live", 2: "candidate", 3: "candidate"}),
        (["go-live", "hold", "hold", "prune"], {1: "live", 3: "candidate"}),
        (["go-live", "hold", "hold", "hold", "prune"], {1: "live", 4: "candidate"}),
        (["go-live", "hold", "hold", "promote"], {1: "previous", 3: "live"}),
        (["go-live", "hold", "discard"], {1: "live"}),
        (["go-live", "hold", "go-live"], {1: "previous", 2: "superseded", 3: "live"}),
        (["go-live", "hold", "promote"], {1: "previous", 2: "live"}),
        (["go-live", "hold", "promote", "rollback"], {1: "live", 2: "rolled_back"}),
        (LIVE_TWICE, {1: "previous", 2: "live"}),
        ([*LIVE_TWICE, "prune"], {1: "previous", 2: "live"}),
        ([*LIVE_TWICE, "go-live"], {1: "superseded", 2: "previous", 3: "live"}),
        ([*LIVE_TWICE, "go-live", "prune"], {2: "previous", 3: "live"}),
        (ROLLED_BACK, {1: "live", 2: "rolled_back"}),
        ([*ROLLED_BACK, "prune"], {1: "live", 2: "rolled_back"}),
        ([*ROLLED_BACK, "discard"], {1: "live", 2: "rolled_back"}),
        ([*ROLLED_BACK, "promote"], {1: "previous", 2: "live"}),
        ([*ROLLED_BACK, "unpin"], {1: "live", 2: "rolled_back"}),
        ([*ROLLED_BACK, "unpin", "promote"], {1: "previous", 2: "live"}),
        ([*ROLLED_BACK, "unpin", "go-live"], {1: "previous", 2: "superseded", 3: "live"}),
        (TWICE_ROLLED_BACK, {1: "live", 2: "rolled_back", 3: "rolled_back"}),
        ([*TWICE_ROLLED_BACK, "prune"], {1: "live", 3: "rolled_back"}),
        ([*TWICE_ROLLED_BACK, "unpin", "go-live", "rollback", "prune"], {1: "live", 4: "rolled_back"}),
        (BOTH, {1: "live", 2: "rolled_back", 3: "candidate"}),
        ([*BOTH, "prune"], {1: "live", 2: "rolled_back", 3: "candidate"}),
        ([*BOTH, "hold", "prune"], {1: "live", 2: "rolled_back", 4: "candidate"}),
        ([*BOTH, "discard"], {1: "live", 2: "rolled_back"}),
        ([*BOTH, "promote 2"], {1: "previous", 2: "live"}),
        ([*BOTH, "promote 3"], {1: "previous", 3: "live"}),
        ([*BOTH, "promote 3", "rollback"], {1: "live", 3: "rolled_back"}),
    ],
)
def test_what_each_step_makes_of_the_generations(steps: Steps, done: list[str], expected: dict[int, str]) -> None:
    for step in done:
        steps.do(step)
    assert steps.states() == expected


@pytest.mark.parametrize("step", ["promote", "promote 1", "promote 4"])
def test_promote_does_not_guess_which_of_several_is_meant(steps: Steps, step: str) -> None:
    for before in BOTH:
        steps.do(before)
    with pytest.raises(UsageError) as refused:
        steps.do(step)
    message = str(refused.value)
    assert f"study-index promote {steps.name} --to 3" in message
    assert f"Live is studies.{steps.name}.1 with 0 documents" in message
    assert "2: was rolled back at 20" in message
    assert "3: candidate, held at the gate (max_drop: 16 of 20 would be deleted), 0 documents" in message
    assert steps.states() == {1: "live", 2: "rolled_back", 3: "candidate"}


@pytest.mark.parametrize(
    ("before", "step", "message"),
    [
        (["go-live"], "promote", "no candidate to promote"),
        (["go-live", "hold"], "promote 1", "Generation 1 of .* cannot go live"),
        (["go-live", "hold", "go-live"], "promote", "no candidate to promote"),
        (["go-live"], "rollback", "no earlier generation"),
        (ROLLED_BACK, "rollback", "rolled back already"),
        (["go-live"], "unpin", "not pinned"),
    ],
)
def test_a_step_that_is_not_possible_changes_nothing(steps: Steps, before: list[str], step: str, message: str) -> None:
    for each in before:
        steps.do(each)
    states = steps.states()
    with pytest.raises(UsageError, match=message):
        steps.do(step)
    assert steps.states() == states


def test_what_a_run_left_half_built_is_pruned_when_no_run_takes_so_long(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("go-live", "build", "prune"):
        steps.do(step)
    assert steps.states() == {1: "live", 2: "building"}
    later = now() + BUILDS_FOR
    monkeypatch.setattr("pipeline.index.states.now", lambda: later)
    steps.do("prune")
    assert steps.states() == {1: "live"}


def test_promote_states_what_it_did_and_why_the_gate_had_held_it(steps: Steps) -> None:
    for step in BOTH:
        steps.do(step)
    swapped = lifecycle.promote(steps.client, steps.name, 3)
    assert (swapped.was, swapped.before, swapped.after) == ("candidate", 0, 0)
    assert swapped.reasons == ("max_drop: 16 of 20 would be deleted",)
    undone = lifecycle.rollback(steps.client, steps.name)
    assert (undone.generation.number, undone.generation.live, undone.was, undone.reasons) == (1, True, "previous", ())
    assert lifecycle.promote(steps.client, steps.name).was == "rolled_back"


def test_promote_of_the_first_generation_states_that_nothing_was_live(steps: Steps) -> None:
    steps.do("hold")
    assert lifecycle.promote(steps.client, steps.name).before == 0


@pytest.mark.parametrize(
    ("meta", "reasons"),
    [
        ({"state": "ready"}, ()),
        ({"state": "held"}, ("the run ended before its report gave the reason",)),
        ({"state": "held", "report": {"gate": {"reasons": ["a", "b"]}}}, ("a", "b")),
        ({"state": "ready", "report": {"gate": {"reasons": ["a"]}}}, ("a",)),  # a person let it go live
    ],
)
def test_why_the_gate_held_it(steps: Steps, meta: dict[str, object], reasons: tuple[str, ...]) -> None:
    assert gate_reasons(steps.make(**meta)) == reasons


def test_refuse_is_about_the_newest_candidate_unless_one_is_named(steps: Steps) -> None:
    for step in ("go-live", "hold", "hold"):
        steps.do(step)
    refused = lifecycle.refuse(steps.client, steps.name)
    assert (refused.number, refused.meta.state) == (3, "refused")
    assert [item.meta.state for item in steps.known] == ["ready", "held", "refused"]

    assert lifecycle.refuse(steps.client, steps.name, 2).number == 2
    assert [item.meta.state for item in steps.known] == ["ready", "refused", "refused"]


def test_the_last_ten_decisions_are_known_wherever_they_were_made(steps: Steps) -> None:
    for step in BOTH:
        steps.do(step)
    lifecycle.promote(steps.client, steps.name, 3, by="ana")
    assert steps.live is not None
    assert [item.action for item in steps.live.meta.decisions] == ["rollback", "promote"]

    steps.do("hold")
    for number in range(11):
        lifecycle.refuse(steps.client, steps.name, by=str(number))
    assert [item.by for item in steps.live.meta.decisions] == [str(number) for number in range(1, 11)]
