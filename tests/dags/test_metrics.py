"""Metrics, as a backend of Airflow's gets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import PROJECT

SEND = """
import json
from datetime import UTC, datetime
from airflow.sdk.observability.stats import Stats
from pipeline.dags import metrics
from pipeline.run.results import GateSummary, RunReport

class Backend:
    def gauge(self, stat, value, **kwargs):
        print("gauge: " + json.dumps([stat, value, kwargs["tags"]]))

Stats.initialize(factory=Backend, export_legacy_names=True)
metrics.send_run(RunReport(
    catalogue="fsd", run_id="r", mode="full", generation="studies.fsd.2", live=38, judged=38, fetched=42, repeated=0,
    read=38, rejected=3, deletions=1, created=14, updated=24, unchanged=0, deleted=1, kept=0, rejects={"no_title": 3},
    coverage={}, gate=GateSummary(verdict="hold", reasons=("x",)), outcome="held", seconds={"fetch": 1.5, "load": 0.25},
    started="2026-03-01T10:00:00Z", watermark=None, complete=True, notes=(),
))
metrics.send_age("fsd", datetime(2026, 3, 1, 10, tzinfo=UTC), datetime(2026, 3, 1, 11, tzinfo=UTC))
print("names: " + json.dumps(metrics.OWN))
"""


def lines(output: str, beginning: str) -> list[Any]:
    return [json.loads(line.removeprefix(beginning)) for line in output.splitlines() if line.startswith(beginning)]


def test_metrics_have_the_counts_of_the_report_by_catalogue(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "AIRFLOW_HOME": str(tmp_path)}
    output = subprocess.run(
        [sys.executable, "-c", SEND], env=environment, check=True, text=True, stdout=subprocess.PIPE
    ).stdout
    gauges = lines(output, "gauge: ")
    fsd = {"catalogue": "fsd"}
    assert gauges == [
        ["study_index.documents.live", 38, fsd],
        ["study_index.documents.created", 14, fsd],
        ["study_index.documents.updated", 24, fsd],
        ["study_index.documents.deleted", 1, fsd],
        ["study_index.records.fetched", 42, fsd],
        ["study_index.records.rejected", 3, fsd],
        ["study_index.held", 1, fsd],
        ["study_index.stage.seconds", 1.5, {**fsd, "stage": "fetch"}],
        ["study_index.stage.seconds", 0.25, {**fsd, "stage": "load"}],
        ["study_index.last_good_run.age", 3600.0, fsd],
    ]
    (names,) = lines(output, "names: ")
    assert {*names} == {name for name, *_ in gauges}
    page = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    dashboard = (PROJECT / "docs" / "grafana-dashboard.json").read_text(encoding="utf-8")
    for name, meaning in names.items():
        assert f"| `{name}` | {meaning} |" in page
        assert f"airflow_{name.replace('.', '_')}" in dashboard
