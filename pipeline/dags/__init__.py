"""The DAGs of a working folder, for a file in Airflow's DAG folder to take up (`dags/study_index.py` does)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import catalogue as catalogues
from pipeline.errors import UsageError
from pipeline.staging.dag_runs import INGEST, REPROCESS

if TYPE_CHECKING:
    from airflow.sdk import DAG


_CAN_BE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""Names of files that can be in the id of a DAG, and its tag."""


def every_dag(folder: Path) -> dict[str, DAG]:
    """The DAGs of the working folder `folder` by id: two for each enabled catalogue file, and those of the index.

    A catalogue file that is wrong has a DAG as well, which keeps its schedule, and whose runs fail with the reason; but
    not where its name can be that of no DAG, as of "fsd (copy).yaml": `check_files` names it. The folder is set as
    `STUDY_INDEX_FOLDER`, for the tasks that run in this process later; where that variable is set already, it decides.

    In the process of a task, which needs its own DAG alone, other catalogue files are not read.
    """
    from pipeline.catalogue.broken import broken_file
    from pipeline.dags import broken, change, check, ingest, maintain

    os.environ.setdefault("STUDY_INDEX_FOLDER", str(folder))
    dags = [change.change(), check.check(), maintain.maintain()]
    for file in _needed(catalogues.paths()):
        try:
            described = catalogues.find(file.stem, variables_set=False)
        except UsageError as error:
            if _CAN_BE_NAME.fullmatch(file.stem):
                dags.append(broken.broken(broken_file(file, str(error))))
        else:
            if described.enabled:
                dags += [ingest.ingest(described), ingest.reprocess(described)]
    return {dag.dag_id: dag for dag in dags}


def _needed(files: list[Path]) -> list[Path]:
    """The catalogue files that the present process needs: all, or that of the DAG whose task it runs."""
    from airflow.sdk import get_parsing_context

    dag_id = get_parsing_context().dag_id
    if dag_id is None:
        return files
    return [file for file in files if dag_id in {f"{INGEST}{file.stem}", f"{REPROCESS}{file.stem}"}]


def check_files(folder: Path) -> None:
    """Make sure that every catalogue file can be used, for a file in Airflow's DAG folder whose import fails else.

    Raises:
        UsageError: some cannot; the message names each, and what is wrong with it.
    """
    os.environ.setdefault("STUDY_INDEX_FOLDER", str(folder))
    problems = []
    for file in catalogues.paths():
        try:
            catalogues.find(file.stem, variables_set=False)
        except UsageError as error:
            problems.append(f"- {file.name}: {error}")
    if problems:
        number = f"{len(problems)} catalogue file{'' if len(problems) == 1 else 's'}"
        raise UsageError("\n".join([f"{number} cannot be used, so these runs fail:", *problems])) from None
