"""The DAGs of study-index for Airflow: `ingest_<name>` for each catalogue file, and `maintain_index`.

Airflow's DAG folder is the folder of this file; the working folder, with the catalogue files, is the one above it.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.dags import every_dag

globals().update(every_dag(Path(__file__).resolve().parents[1]))
