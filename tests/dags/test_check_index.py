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
    """What runs left: the states of the tasks by DAG, the alerts, and the log."""

    tasks: dict[str, dict[str, str]]
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
            checked, log = ran(env, "check_index")
            pages = folder / "pages"
            pages.mkdir()
            (pages / "1.xml").write_text("<html><body>Moved</body></html>", encoding="utf-8")
            catalogue(folder, "check-moved", protocol={"type": "files", "path": "pages/*.xml"})
            (folder / "check-broken.yaml").write_text("title: Broken\nformatt: hdruk\n", encoding="utf-8")
            others, more = ran(env, "ingest_check-moved", "ingest_check-broken")
            yield World(checked | others, posted, log + more)


RUN = """
import json, os, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"] + "/study_index.py")
runs = {dag_id: bag.dags[dag_id].test() for dag_id in sys.argv[1:]}
print()
states = {dag_id: {ti.task_id: str(ti.state) for ti in run.get_task_instances()} for dag_id, run in runs.items()}
print(json.dumps(states))
"""


def ran(env: dict[str, str], *dag_ids: str) -> tuple[dict[str, dict[str, str]], str]:
    """Run DAGs; returns the states of their tasks, and the log."""
    done = subprocess.run([sys.executable, "-c", RUN, *dag_ids], env=env, check=True, text=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr


def airflow(env: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "-m", "airflow", *words], env=env, check=True, capture_output=True)


def alerts_of(world: World, dag_id: str) -> list[dict[str, Any]]:
    return [alert for alert in world.alerts if alert["dag_id"] == dag_id]


def test_the_check_fails_where_a_catalogue_is_stale_and_nowhere_else(world: World) -> None:
    assert world.tasks["check_index"] == {"doctor": "success", "freshness": "failed"}, world.log


def test_there_is_one_alert_for_the_cause_and_it_names_the_catalogue(world: World) -> None:
    (alert,) = alerts_of(world, "check_index")
    assert alert["cause"] == "stale"
    assert "The check-stale archive (check-stale): stale; the last good run began at 2026-01-01" in alert["text"]
    assert "ingest_check-stale" in alert["text"]
    assert "check-fresh" not in alert["text"]
    assert os.environ.get("ELASTICSEARCH_API_KEY", "nothing") not in json.dumps(alert)


def test_a_run_that_fails_sends_one_alert_with_the_sentence_that_helps(world: World) -> None:
    assert world.tasks["ingest_check-moved"]["report"] == "failed", world.log
    (alert,) = alerts_of(world, "ingest_check-moved")
    assert alert["cause"] == "failed"
    assert "none of 1 records could be read as ddi-codebook" in alert["text"]
    assert alert["url"].endswith("/plugin/study-index-run")


def test_a_run_of_a_broken_file_sends_an_alert_with_what_is_wrong(world: World) -> None:
    (alert,) = alerts_of(world, "ingest_check-broken")
    assert alert["cause"] == "failed"
    assert "unknown key 'formatt'. Did you mean 'format'?" in alert["text"]
