"""Metrics of catalogues, through Airflow's own: StatsD, Datadog or OpenTelemetry, whichever its configuration names.

All are gauges with the tag `catalogue`, of the last run: a task is a process of its own, which cannot go on counting.
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk.observability.stats import Stats

from pipeline.run.results import RunReport

COUNTS = {
    "documents.live": "live",
    "documents.created": "created",
    "documents.updated": "updated",
    "documents.deleted": "deleted",
    "records.fetched": "fetched",
    "records.rejected": "rejected",
}
"""Metrics that are counts of the report, and the name of the count."""

OWN = {
    **{f"study_index.{name}": f"`{count}` of the last run's report" for name, count in COUNTS.items()},
    "study_index.held": "1 where the last run was held at the gate or refused, else 0",
    "study_index.stage.seconds": "seconds that a stage of the last run took; with the tag `stage`",
    "study_index.last_good_run.age": "seconds since the last run began that went live or found nothing changed",
}
"""What each metric is."""


def send_run(report: RunReport) -> None:
    """Send what a run did."""
    tags = {"catalogue": report.catalogue}
    numbers = report.model_dump(include={*COUNTS.values()})
    for name, count in COUNTS.items():
        Stats.gauge(f"study_index.{name}", numbers[count], tags=tags)
    Stats.gauge("study_index.held", int(report.outcome in {"held", "refused"}), tags=tags)
    for stage, seconds in report.seconds.items():
        Stats.gauge("study_index.stage.seconds", seconds, tags={**tags, "stage": stage})


def send_age(catalogue: str, last_good: datetime, now: datetime) -> None:
    """Send how long ago the last good run of a catalogue began."""
    age = (now - last_good).total_seconds()
    Stats.gauge("study_index.last_good_run.age", age, tags={"catalogue": catalogue})
