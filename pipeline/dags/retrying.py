"""Which errors of a task are worth another attempt, how often, and for how long."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.retry_policy import RetryDecision

if TYPE_CHECKING:
    from airflow.sdk import Context

HOUR = timedelta(hours=1)
RETRIES = 3
LONGEST_DELAY = timedelta(minutes=30)
GROWING = 5
"""Attempts until the delay has grown from a minute to the longest one."""

RULES = [
    RetryRule(
        exception="pipeline.errors.RetryError",
        action=RetryAction.RETRY,
        reason="the service was busy or unavailable",
    ),
    RetryRule(
        exception="pipeline.errors.StudyIndexError",
        action=RetryAction.FAIL,
        reason="another attempt would end the same way",
    ),
]


class Patience(ExceptionRetryPolicy):
    """Asks a catalogue that is down again, until so many hours have passed since the DAG run began."""

    def __init__(self, hours: float) -> None:
        super().__init__(RULES)
        self.patience = hours * HOUR

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Whether it is asked again; an error of no known kind is worth as many attempts as in other tasks."""
        decision = super().evaluate(exception, try_number, max_tries, context)
        if decision.action is RetryAction.DEFAULT and try_number > RETRIES:
            return RetryDecision.fail(f"it failed {try_number} times")
        began = context["dag_run"].start_date if context else None
        if decision.action is not RetryAction.RETRY or began is None:
            return decision
        until = began + self.patience
        if datetime.now(UTC) >= until:
            return RetryDecision.fail(f"nothing was received in {self.patience / HOUR:g} hours")
        return RetryDecision.retry(reason=f"{decision.reason}; it is asked again until {until:%Y-%m-%d %H:%M} UTC")


def patient(hours: float) -> dict[str, Any]:
    """Arguments of a task that waits out the maintenance of a catalogue: it holds no worker between attempts."""
    return {"retries": GROWING + math.ceil(hours * HOUR / LONGEST_DELAY), "retry_policy": Patience(hours)}


DEFAULTS: dict[str, Any] = {
    "execution_timeout": 6 * HOUR,
    "retries": RETRIES,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": LONGEST_DELAY,
    "retry_policy": ExceptionRetryPolicy(RULES),
}
"""Arguments of every task. A million documents are processed or loaded in less than an hour."""
