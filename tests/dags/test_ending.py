"""How a run ends: its note, and what its DAG run fails with."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.dags.ending import end_of, note_of, problem_of
from pipeline.index.meta import Decision
from pipeline.run.results import GateSummary, RunReport
from pipeline.staging.store import Staging

HOLD = GateSummary(verdict="hold", reasons=("max_drop: 14 of 38 live documents would be deleted",))


def report(**changes: Any) -> RunReport:
    numbers = dict.fromkeys(("fetched", "repeated", "read", "deletions", "unchanged", "kept"), 0)
    return RunReport.model_validate(
        {
            **numbers,
            "catalogue": "harbour",
            "run_id": "run-1",
            "mode": "incremental",
            "generation": "studies.harbour.3",
            "live": 1038,
            "judged": 1038,
            "rejected": 2,
            "created": 14,
            "updated": 24,
            "deleted": 0,
            "rejects": {"no_title": 2},
            "coverage": {},
            "gate": {"verdict": "pass", "reasons": ()},
            "outcome": "live",
            "seconds": {},
            "started": "2026-01-01T00:00:00Z",
            "watermark": None,
            "complete": True,
            "notes": (),
            **changes,
        }
    )


def decided(action: str, by: str | None, why: str | None = None) -> Decision:
    return Decision.model_validate(
        {"action": action, "by": by, "why": why, "at": "2026-01-02T09:00:00Z", "number": 3, "run_id": "run-1"}
    )


def test_the_note_of_a_good_run_has_its_counts() -> None:
    assert note_of(report()) == "1,038 live, +14 ~24 −0, 2 rejects; passed the gate"
    assert note_of(report(doubted=3)) == "1,038 live, +14 ~24 −0, 2 rejects, 3 in doubt; passed the gate"
    assert problem_of(report()) is None


def test_a_run_that_a_person_let_go_live_ends_well_and_names_them() -> None:
    promoted = report(outcome="promoted", gate=HOLD, decision=decided("promote", "ana", "tidied up"))
    assert note_of(promoted).endswith("was held and let go live by ana at 2026-01-02T09:00:00Z (tidied up)")
    assert problem_of(promoted) is None


@pytest.mark.parametrize(
    ("by", "words"), [("ana", "refused by ana at 2026-01-02T09:00:00Z"), (None, "refused at 2026-01-02T09:00:00Z")]
)
def test_a_refused_run_fails_with_who_refused_it(by: str | None, words: str) -> None:
    refused = report(outcome="refused", gate=HOLD, decision=decided("refuse", by, "half is missing"))
    problem = problem_of(refused)
    assert problem is not None
    assert str(problem).startswith(f"{words} (half is missing). What is live is untouched.")
    assert note_of(refused).startswith(words)


def test_a_held_run_states_how_it_can_go_live() -> None:
    problem = problem_of(report(outcome="held", gate=HOLD))
    assert "study-index promote harbour lets it go live" in str(problem)
    assert "max_drop: 14 of 38" in str(problem)


def test_a_held_run_without_candidate_states_that_none_waits() -> None:
    assert "no candidate waits" in str(problem_of(report(outcome="held", gate=HOLD, generation=None)))


def test_a_run_that_ended_before_it_went_live_is_to_be_run_again() -> None:
    assert "run the catalogue again" in str(problem_of(report(outcome="not_live")))


@pytest.mark.usefixtures("staging")
def test_a_task_states_why_it_failed_also_where_staging_is_full() -> None:
    states: dict[str, str | None] = {"fetch": "success", "process_0": "failed", "plan": "upstream_failed"}
    end = end_of(Staging("harbour", "run-1"), states, "process: the disk is full")
    assert end.note == "failed in process: the disk is full"
    assert str(end.problem) == "Failed in process: the disk is full"


@pytest.mark.usefixtures("staging")
def test_a_task_that_was_killed_is_named() -> None:
    end = end_of(Staging("harbour", "run-1"), {"fetch": "success", "process_0": "failed", "plan": "upstream_failed"})
    assert end.note.startswith("failed in process_0 ended without an error of its own")
