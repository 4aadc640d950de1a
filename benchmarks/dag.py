"""A DAG run against the command line: `python -m benchmarks.dag [--records 20000]`.

The same generated Dataverse records are run twice into an Elasticsearch of its own: as `study-index run` does it, and
by the DAG `ingest_…` in a local Airflow with its scheduler, whose tasks are processes of this machine. Shown are the
seconds of both, and those of each task of the DAG, mapped ones together. What the tasks do not account for is the
scheduler's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.generated import write_ndjson
from benchmarks.machine import note, server, show
from benchmarks.nodes import HEAP, own_node
from benchmarks.timed_run import PROJECT, environment, run_in_process
from demo import standalone
from pipeline.catalogue import load
from pipeline.dags.pools import POOLS
from pipeline.index.client import connect
from pipeline.index.generations import live_generation
from pipeline.index.lifecycle import retire
from pipeline.local import airflow_runs
from pipeline.local.airflow_runs import prepare

ENDED = {"success", "failed"}


class Airflow:
    """A running Airflow, by its API."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token = self._asked("/auth/token")["access_token"]

    def run(self, dag_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Run a DAG once; returns its run and its task instances when it has ended."""
        self._await_dag(dag_id)
        self._asked(f"/api/v2/dags/{dag_id}", {"is_paused": False}, method="PATCH")
        begun = self._asked(f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None})
        at = f"/api/v2/dags/{dag_id}/dagRuns/{begun['dag_run_id']}"
        while (found := self._asked(at))["state"] not in ENDED:
            time.sleep(1)
        return found, self._asked(f"{at}/taskInstances?limit=1000")["task_instances"]

    def _await_dag(self, dag_id: str) -> None:
        while not any(dag["dag_id"] == dag_id for dag in self._asked("/api/v2/dags?limit=100")["dags"]):
            time.sleep(1)

    def _asked(self, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "_token"):
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers, method=method)  # noqa: S310 - own address
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def airflow(folder: Path, environ: dict[str, str]) -> Iterator[Airflow]:
    """An Airflow with the DAGs of a working folder."""
    os.environ |= {**environ, "STUDY_INDEX_FOLDER": str(folder)}
    env, url = standalone.with_ports(airflow_runs.environment(folder / "airflow"))
    Path(env["AIRFLOW_HOME"]).mkdir(parents=True, exist_ok=True)
    prepare(env, POOLS)
    with standalone.running(env, url, folder / "airflow.log"):
        yield Airflow(url)


def working_folder(folder: Path, records: int) -> Path:
    """Make a working folder with one catalogue of generated records; returns its catalogue file."""
    shutil.copytree(PROJECT / "dags", folder / "dags")
    made = write_ndjson(records, folder / "records" / "records.ndjson")
    catalogue = folder / "catalogues" / f"{load(made).name}.yaml"
    catalogue.parent.mkdir()
    catalogue.write_text(made.read_text(encoding="utf-8").replace("path: ", "path: ../records/"), encoding="utf-8")
    return catalogue


def measure(folder: Path, url: str, records: int) -> dict[str, Any]:
    """The figures of both ways."""
    catalogue = working_folder(folder, records)
    name = load(catalogue).name
    environ = environment(url, folder / "state")
    note("command line")
    by_command = run_in_process(catalogue, folder / "log", environ)
    with connect(url) as client:
        _check(client, name, records)
        retire(client, name)
        note("Airflow starts")
        with airflow(folder, environ) as running:
            note("DAG run")
            done, tasks = running.run(f"ingest_{name}")
        _check(client, name, records)
        about = server(client)
    seconds = {task["task_id"]: 0.0 for task in tasks}
    for task in tasks:
        seconds[task["task_id"]] += task["duration"] or 0.0
    start, end = (datetime.fromisoformat(done[key]) for key in ("start_date", "end_date"))
    return {
        "records": records,
        "command line": {"seconds": by_command.seconds, "whole": by_command.whole},
        "dag": {"seconds": (end - start).total_seconds(), "state": done["state"], "tasks": len(tasks)},
        "seconds of tasks": {name: spent for name, spent in seconds.items() if spent},
        "server": about,
    }


def _check(client: Elasticsearch, name: str, records: int) -> None:
    live = live_generation(client, name)
    count = client.count(index=live.index)["count"] if live else 0
    if count != records:
        raise SystemExit(f"{records} records were run, and {count} are live")


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000, metavar="N")
    parser.add_argument("--heap", default=HEAP, help="of Elasticsearch")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="study-index-") as folder, own_node(arguments.heap) as url:
        figures = measure(Path(folder), url, arguments.records)
    by_command, by_dag = figures["command line"], figures["dag"]
    rows = [
        ("study-index run", f"{by_command['seconds']:.1f}", round(arguments.records / by_command["seconds"]), ""),
        ("DAG run", f"{by_dag['seconds']:.1f}", round(arguments.records / by_dag["seconds"]), by_dag["tasks"]),
        *((f"DAG, {name}", f"{spent:.1f}", "", "") for name, spent in figures["seconds of tasks"].items()),
    ]
    show("A DAG run and the command line", ("way", "seconds", "records/s", "tasks"), rows, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
