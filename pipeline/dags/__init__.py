"""The DAGs of a working folder, for a file in Airflow's DAG folder to take up (`dags/study_index.py` does)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import catalogue as catalogues
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from airflow.sdk import DAG


def every_dag(folder: Path) -> dict[str, DAG]:
    """The DAGs of the working folder `folder` by id: one for each enabled catalogue file, and the daily maintenance.

    A catalogue file that is wrong has a DAG as well, which explains the error and fails when it is run. The folder
    is set as `STUDY_INDEX_FOLDER`, for the tasks that run in this process later; where that variable is set already,
    it decides.
    """
    from pipeline.dags import ingest, maintain  # noqa: PLC0415 - Airflow is imported only where DAGs are made

    os.environ.setdefault("STUDY_INDEX_FOLDER", str(folder))
    dags = [maintain.maintain()]
    for file in catalogues.paths():
        try:
            described = catalogues.find(file.stem, variables_set=False)  # tasks have them
        except UsageError as error:
            dags.append(ingest.broken(file.stem, str(error)))
        else:
            if described.enabled:
                dags.append(ingest.ingest(described))
    return {dag.dag_id: dag for dag in dags}
