"""Airflow on this machine: its folder, database and pools, and single DAG runs without a scheduler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import settings
from pipeline.errors import FailError

STATE = "state of dag run: "


DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
LOCKED_SECONDS = 60
"""Longest wait for SQLite, which one process at a time can write; after its own 5 seconds a busy machine has errors."""


def environment(home: Path | None = None) -> dict[str, str]:
    """The environment of an Airflow that lives in `home` (default: `airflow` in the state folder)."""
    folder = home or settings.home() / "airflow"
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.folder() / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        DATABASE: os.environ.get(DATABASE) or f"sqlite:///{folder.absolute() / 'airflow.db'}?timeout={LOCKED_SECONDS}",
    }


def prepare(env: Mapping[str, str], pools: Path) -> None:
    """Make or migrate the metadata database and import the file `pools`; doing it again changes nothing.

    Raises:
        FailError: Airflow refused; the end of its output is in the message.
    """
    done = Path(env["AIRFLOW_HOME"]) / "prepared"
    state = f"airflow {version('apache-airflow')}\n{pools.read_text(encoding='utf-8')}"
    if done.exists() and done.read_text(encoding="utf-8") == state:
        return
    _airflow(env, "db", "migrate")
    _airflow(env, "pools", "import", str(pools))
    done.write_text(state, encoding="utf-8")


def run_dags(env: Mapping[str, str], dag_ids: list[str], conf: dict[str, Any] | None = None) -> dict[str, str]:
    """Run DAGs one after the other, each a real DAG run in the metadata database; returns the state of each.

    What the tasks log goes to standard error.
    """
    asked = {"dag_ids": dag_ids, "conf": conf or {}}
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, json.dumps(asked)],
        env={**env, "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING"},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
    )
    lines = (line.removeprefix(STATE) for line in done.stdout.splitlines() if line.startswith(STATE))
    return dict.fromkeys(dag_ids, "not run") | {words[0]: words[1] for words in map(str.split, lines)}


def _airflow(env: Mapping[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "airflow", *words], env=dict(env), check=False, text=True, capture_output=True
    )
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).splitlines()[-10:])
        raise FailError(f"airflow {' '.join(words)} failed:\n{tail}")


def _run_here(dag_ids: list[str], conf: dict[str, Any]) -> None:
    """Run DAGs in this process, which has Airflow's environment."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415 - only with the environment set

    warnings.filterwarnings("error", category=DeprecationWarning, module=r"pipeline\.dags")
    bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    for dag_id in dag_ids:
        if dag_id not in bag.dags:
            errors = "; ".join(f"{path} cannot be imported: {error}" for path, error in bag.import_errors.items())
            raise FailError(f"There is no DAG {dag_id}. {errors}".strip())
        run = bag.dags[dag_id].test(run_conf=conf)
        sys.stdout.write(f"{STATE}{dag_id} {run.state}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _run_here(**json.loads(sys.argv[1]))
