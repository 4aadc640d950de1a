"""How long a catalogue that is down is asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import RetryAction

from pipeline.dags.retrying import Patience, patient
from pipeline.errors import FailError, RetryError

DOWN = RetryError("catalogue.invalid does not answer")


def context(hours_ago: float) -> Any:
    """The context of a task whose DAG run began so long ago."""
    return {"dag_run": SimpleNamespace(start_date=datetime.now(UTC) - timedelta(hours=hours_ago))}


@pytest.mark.parametrize("hours", [0, 1, 11.9])
def test_a_catalogue_that_is_down_is_asked_again_for_hours(hours: float) -> None:
    decision = Patience(12).evaluate(DOWN, 3, 29, context(hours))
    assert decision.action is RetryAction.RETRY
    assert decision.reason is not None
    assert "it is asked again until " in decision.reason


def test_then_the_task_fails_once() -> None:
    decision = Patience(12).evaluate(DOWN, 28, 29, context(12.1))
    assert decision.action is RetryAction.FAIL
    assert decision.reason == "nothing was received in 12 hours"


def test_what_another_attempt_would_not_change_fails_at_once() -> None:
    assert Patience(12).evaluate(FailError("the key is refused"), 1, 29, context(0)).action is RetryAction.FAIL


def test_an_error_of_no_known_kind_is_tried_as_often_as_in_other_tasks() -> None:
    decisions = [Patience(12).evaluate(ValueError("x"), number, 29, context(0)).action for number in (1, 3, 4)]
    assert decisions == [RetryAction.DEFAULT, RetryAction.DEFAULT, RetryAction.FAIL]


@pytest.mark.parametrize("hours", [0, 0.5, 12, 72])
def test_there_are_attempts_until_the_time_is_over(hours: float) -> None:
    delays = [min(2**number, 30) for number in range(patient(hours)["retries"])]
    assert sum(delays) >= hours * 60
