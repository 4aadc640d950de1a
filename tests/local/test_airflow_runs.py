"""The environment of a local Airflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.local.airflow_runs import DATABASE, environment


def test_its_database_is_waited_for_on_a_busy_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE, raising=False)
    assert environment(tmp_path)[DATABASE] == f"sqlite:///{tmp_path}/airflow.db?timeout=60"


def test_a_database_that_somebody_chose_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE, "postgresql+psycopg2://airflow@localhost/airflow")
    assert environment(tmp_path)[DATABASE] == "postgresql+psycopg2://airflow@localhost/airflow"
