"""Answers to the question about a held candidate, as decisions. The question itself is asked in a running Airflow."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from airflow.sdk.exceptions import TaskDeferred

from pipeline.catalogue import load
from pipeline.dags import questions
from pipeline.dags.questions import AnswerOrDecision, Decide
from pipeline.local import connection
from pipeline.run.results import GateResult, PlanResult, RunReport
from tests.hdruk_catalogues import write
from tests.nodes import use

LONG_AGO = "2026-01-01T03:00:00Z"
ID = UUID("01a217bf-9905-711c-ac2a-8b372b2ce092")


class Store(dict[str, Any]):
    """Stands for Airflow's task state store."""

    def delete(self, key: str) -> None:
        self.pop(key, None)


@pytest.fixture
def decide(tmp_path: Path) -> Decide:
    return Decide.of(load(write(tmp_path, "harbour", [])))


def answered(decide: Decide, **event: Any) -> dict[str, Any]:
    context: Any = {"task_state_store": Store(asked={"at": LONG_AGO, "clearing": 0})}
    return decide.execute_complete(context, {"params_input": {}, "responded_by_user": None, **event})


def test_an_approval_has_the_name_of_who_approved(decide: Decide) -> None:
    ana = {"id": "7", "name": "ana"}
    event = {"chosen_options": ["Approve"], "params_input": {"why": "tidied up"}, "responded_by_user": ana}
    assert answered(decide, **event) == {"action": "promote", "by": "ana", "why": "tidied up", "by_hand": False}


def test_no_answer_is_a_refusal_by_nobody(decide: Decide) -> None:
    decision = answered(decide, chosen_options=["Reject"], params_input={"why": ""}, timedout=True)
    assert (decision["action"], decision["by"]) == ("refuse", None)
    assert decision["why"].startswith("nobody answered until ")


def test_a_decision_by_hand_is_not_carried_out_again(decide: Decide) -> None:
    decision = answered(decide, chosen_options=["Approve"], params_input={"why": "seen"}, by_hand=True, by="ana")
    assert decision == {"action": "promote", "by": "ana", "why": "seen", "by_hand": True}


def test_an_answer_that_is_no_option_is_refused(decide: Decide) -> None:
    with pytest.raises(ValueError, match="Perhaps"):
        answered(decide, chosen_options=["Perhaps"])


@pytest.mark.parametrize(("clearing", "asks"), [(None, True), (1, False), (0, True)])
def test_a_task_that_was_lost_waits_for_the_answer_and_one_that_is_cleared_asks_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clearing: int | None, *, asks: bool
) -> None:
    """To ask again would delete an answer that came meanwhile.

    The time at which it was asked stays, so that a decision by hand is noticed that was made in between, and so does
    the time at which it ends.
    """
    decide = Decide.of(load(write(tmp_path, "harbour", [], 'schedule: "0 3 * * *"\n')))
    asked: list[object] = []
    monkeypatch.setattr(questions, "staging_here", lambda: None)
    monkeypatch.setattr(questions, "is_attended", lambda: True)
    monkeypatch.setattr(Decide, "_ask", lambda *_: asked.append(1))
    monkeypatch.setattr(GateResult, "staged", lambda _: SimpleNamespace(verdict="hold"))
    monkeypatch.setattr(RunReport, "staged", lambda _: SimpleNamespace(catalogue="harbour"))
    monkeypatch.setattr(PlanResult, "staged", lambda _: SimpleNamespace(generation=3))
    context: Any = {
        "task_state_store": Store() if clearing is None else Store(asked={"at": LONG_AGO, "clearing": clearing}),
        "dag_run": SimpleNamespace(clear_number=1),
        "ti": SimpleNamespace(id=ID),
    }
    with pytest.raises(TaskDeferred) as deferred:
        decide.execute(context)
    assert bool(asked) is asks
    trigger = deferred.value.trigger
    assert isinstance(trigger, AnswerOrDecision)
    assert (trigger.asked == LONG_AGO) is not asks
    assert (trigger.timeout_datetime == datetime(2026, 1, 2, 3, tzinfo=UTC)) is not asks


def test_an_elasticsearch_that_does_not_answer_delays_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The triggerer asks it whether somebody decided by hand, and looks for an answer in the UI after that."""
    monkeypatch.setattr(connection, "PAGE_SECONDS", 0.1)
    waiting = AnswerOrDecision(
        catalogue="harbour",
        number=3,
        asked=LONG_AGO,
        ti_id=ID,
        options=["Approve", "Reject"],
        defaults=["Reject"],
        params={},
        timeout_datetime=None,
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert asyncio.run(asyncio.wait_for(waiting._decided(), 10)) is None


def test_the_triggerer_gets_the_question_as_it_was_asked() -> None:
    until = datetime.now(UTC) + timedelta(days=7)
    asked = AnswerOrDecision(
        catalogue="harbour",
        number=3,
        asked="2026-01-01T00:00:00Z",
        ti_id=ID,
        options=["Approve", "Reject"],
        defaults=["Reject"],
        params={},
        timeout_datetime=until,
    )
    name, arguments = asked.serialize()
    assert name == "pipeline.dags.questions.AnswerOrDecision"
    again = AnswerOrDecision(**arguments)
    assert (again.catalogue, again.number, again.asked) == ("harbour", 3, "2026-01-01T00:00:00Z")
    assert (again.ti_id, again.timeout_datetime) == (ID, until)
