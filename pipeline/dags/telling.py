"""Who is told how a run ended, or that it waits for a person: alerts and metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context

from pipeline.errors import RetryError, StudyIndexError
from pipeline.staging.dag_runs import REPROCESS

if TYPE_CHECKING:
    from pipeline.dags.alerts import Cause
    from pipeline.dags.ending import End
    from pipeline.run.results import RunReport

GOOD = {"live", "unchanged", "promoted"}
"""Outcomes of a run after which its catalogue is fresh."""


def tell_end(end: End) -> None:
    """Send the metrics of a run that has a report, and an alert for one that did not end well."""
    from pipeline.dags import metrics
    from pipeline.dags.alerts import alert
    from pipeline.model.moments import now, parse

    context: Any = get_current_context()
    if end.report is not None:
        metrics.send_run(end.report)
        began = parse(end.report.started)
        is_harvest = not context["dag"].dag_id.startswith(REPROCESS)
        if is_harvest and end.outcome in GOOD and began is not None:
            metrics.send_age(end.report.catalogue, began, now())
    if end.problem is not None:
        causes: dict[str, Cause] = {"held": "held", "refused": "refused"}
        alert(context, causes.get(end.outcome, "failed"), str(end.problem))


def tell_held(report: RunReport, question: str) -> None:
    """Send an alert with the address of the question, relative to that of the UI; and the metrics of the run."""
    from pipeline.dags import metrics
    from pipeline.dags.alerts import alert, base_url

    metrics.send_run(report)
    words = [*report.gate.reasons, "What is live is untouched. Approve or reject the candidate:"]
    alert(get_current_context(), "held", "\n".join([*words, f"{base_url()}/{question}"]))


@contextmanager
def telling_failure() -> Iterator[None]:
    """Send an alert if the current task fails, and is not tried again."""
    try:
        yield
    except Exception as error:
        context: Any = get_current_context()
        is_known = isinstance(error, StudyIndexError)
        may_pass = isinstance(error, RetryError) or not is_known
        if not may_pass or context["ti"].try_number > context["ti"].max_tries:
            from pipeline.dags.alerts import alert

            alert(context, "failed", str(error) if is_known else f"{type(error).__name__}: {error}")
        raise
