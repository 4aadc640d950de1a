"""The daily check, run in an Airflow that knows Elasticsearch and the key of a catalogue by itself alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from pipeline.catalogue import load
from pipeline.dags.pools import POOLS
from pipeline.index.client import connect
from pipeline.index.generations import live_generation, write_meta
from pipeline.local import airflow_runs
from pipeline.run.runner import run
from tests.dags.alerting import webhook
from tests.nodes import use
from tests.support import PROJECT, ddi


class World(NamedTuple):
    """What a run of `check_index` left: its state, that of each task, and its alerts."""

    state: str
    tasks: dict[str, str]
    alerts: list[dict[str, Any]]
    log: str


def catalogue(folder: Path, name: str, **keys: Any) -> Path:
    records = folder / "records"
    records.mkdir(exist_ok=True)
    (records / "1.xml").write_text(ddi(1), encoding="utf-8")
    described = {
        "name": name,
        "title": f"The {name} archive",
        "format": "ddi-codebook",
        "protocol": {"type": "files", "path": "records/*.xml"},
        **keys,
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(described), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def world(own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    working_folder = tmp_path_factory.mktemp("checked")
    folder = working_folder / "catalogues"
    folder.mkdir()
    shutil.copytree(PROJECT / "dags", working_folder / "dags")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("STUDY_INDEX_HOME", "STUDY_INDEX_CATALOGUES", "CHECK_HOST"):
            patch.delenv(variable, raising=False)
        patch.setenv("STUDY_INDEX_FOLDER", str(working_folder))
        use(patch, own_elasticsearch_url)
        with connect() as client:
            for name, schedule in (("check-fresh", "0 3 * * *"), ("check-stale", "0 4 * * *"), ("check-hand", None)):
                run(load(catalogue(folder, name, schedule=schedule)), client)
            stale = live_generation(client, "check-stale")
            assert stale is not None
            old = "2026-01-01T00:00:00Z"
            history = [run.model_copy(update={"at": old}) for run in stale.meta.history]
            write_meta(client, stale.index, stale.meta.replaced(made_at=old, checked_at=None, history=history))
        never = {"type": "oai-pmh", "url": "http://${CHECK_HOST}/oai", "metadata_prefix": "oai_ddi25"}
        catalogue(folder, "check-never", schedule="0 5 * * *", protocol=never)
        with webhook() as (hook, posted):
            patch.setenv("STUDY_INDEX_ALERTS", "hook")
            patch.setenv("AIRFLOW_CONN_HOOK", json.dumps({"conn_type": "http", "host": hook}))
            env = airflow_runs.environment()
            airflow_runs.prepare(env, POOLS)
            known = {"host": env.pop("ELASTICSEARCH_URL"), "conn_type": "http"}
            extra = {"api_key": env.pop("ELASTICSEARCH_API_KEY", ""), "ca": env.pop("ELASTICSEARCH_CA", "")}
            known["extra"] = json.dumps({key: value for key, value in extra.items() if value})
            airflow(env, "connections", "add", "study_index_elasticsearch", "--conn-json", json.dumps(known))
            airflow(env, "variables", "set", "CHECK_HOST", "check.invalid")
            airflow(env, "dags", "list")
            done = subprocess.run(
                [sys.executable, "-c", RUN, "check_index"], env=env, check=True, text=True, capture_output=True
            )
            answer = json.loads(done.stdout.splitlines()[-1])
            yield World(answer["state"], answer["tasks"], posted, done.stdout + done.stderr)


RUN = """
import json, os, sys
from airflow.dag_processing.dagbag import DagBag
run = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags[sys.argv[1]].test()
print()
print(json.dumps({"state": str(run.state), "tasks": {ti.task_id: str(ti.state) for ti in run.get_task_instances()}}))
"""


def airflow(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "-m", "airflow", *words], env=env, check=True, capture_output=True)


def test_the_check_fails_where_a_catalogue_is_stale_and_nowhere_else(world: World) -> None:
    assert world.tasks == {"doctor": "success", "freshness": "failed"}, world.log
    assert world.state == "failed"


def test_there_is_one_alert_for_the_cause_and_it_names_the_catalogue(world: World) -> None:
    (alert,) = world.alerts
    assert alert["cause"] == "stale"
    assert "The check-stale archive (check-stale): stale; the last good run began at 2026-01-01" in alert["text"]
    assert "ingest_check-stale" in alert["text"]
    assert "check-fresh" not in alert["text"]
    assert os.environ.get("ELASTICSEARCH_API_KEY", "nothing") not in json.dumps(alert)
