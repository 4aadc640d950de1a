"""One DAG run in a process that can be killed: python -m tests.chaos.dag_run '{"dag_id": …}'."""

from __future__ import annotations

import json
import os
import sys
import warnings
from datetime import datetime
from pathlib import Path

from tests.chaos.command import Kill, disturbed

PARTS = 100
"""Records in a part: each part is a task of Airflow's, which takes its time."""


def main(dag_id: str, date: str, full: bool, log: str, kill: list[object] | None) -> None:
    """Run a DAG for a date, a second time if it was run for that date before; print the state of the run."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - only with the environment set

    warnings.filterwarnings("ignore")
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    assert not bag.import_errors, bag.import_errors
    disturbed(Path(log), Kill(*kill) if kill else None, PARTS)  # type: ignore[arg-type]  # from JSON
    run = bag.dags[dag_id].test(run_conf={"full": full}, logical_date=datetime.fromisoformat(date))
    sys.stdout.write(f"\nstate: {run.state}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
