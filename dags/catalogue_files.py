"""No DAG: where a catalogue file cannot be used, this file cannot be imported, and Airflow's UI shows the reason."""

from __future__ import annotations

from pathlib import Path

from pipeline.dags import check_files

# Airflow looks for the words DAG and airflow before it imports a file.
check_files(Path(__file__).resolve().parents[1])
