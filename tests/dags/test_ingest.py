"""DAGs, by running them in Airflow: real DAG runs in a metadata database of their own."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from elasticsearch import Elasticsearch

from demo.archive import archive_repository
from demo.files import write_files
from demo.oai_server import serve
from pipeline import settings
from pipeline.catalogue import load
from pipeline.dags.pools import POOLS
from pipeline.index.client import connect
from pipeline.index.generations import live_generation
from pipeline.index.leases import leases, working_on
from pipeline.local import airflow_runs as local_airflow
from pipeline.run import runner as runs
from pipeline.run.context import Options
from tests.hdruk_catalogues import study, write
from tests.nodes import use
from tests.support import PROJECT

DEMO = ("demo-archive", "demo-dataverse", "demo-harmony", "demo-health")

INSPECT = """
import json, warnings
from airflow.dag_processing.dagbag import DagBag
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    bag = DagBag({folder!r})
print("answer: " + json.dumps({{
    "errors": {{path: str(error) for path, error in bag.import_errors.items()}},
    "warnings": [str(item.message) for item in caught if "/dags/" in item.filename or "/pipeline/" in item.filename]
        + [str(item) for items in bag.captured_warnings.values() for item in items],
    "dags": {{
        dag_id: {{
            "doc": bool(dag.doc_md),
            "title": dag.dag_display_name,
            "owner": dag.owner,
            "schedule": str(dag.schedule),
            "tags": sorted(dag.tags),
            "params": sorted(dag.params),
            "tasks": {{task.task_id: [task.retries, task.pool, bool(task.execution_timeout)] for task in dag.tasks}},
        }}
        for dag_id, dag in bag.dags.items()
    }},
}}))
"""


WRONG = """
name: dag-wrong
title: A wrong file
owner: Ana
schedule: "0 3 * * 1"
formatt: hdruk
"""


class World(NamedTuple):
    """An Airflow with a working folder of its own, after its DAG runs; `folder` has the catalogue files."""

    env: dict[str, str]
    folder: Path
    client: Elasticsearch
    states: dict[str, str]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(Path(self.env["AIRFLOW_HOME"]) / "airflow.db") as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="module")
def world(own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    working_folder = tmp_path_factory.mktemp("studies")
    folder = working_folder / "catalogues"
    folder.mkdir()
    shutil.copytree(PROJECT / "dags", working_folder / "dags")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("STUDY_INDEX_HOME", "STUDY_INDEX_CATALOGUES"):
            patch.delenv(variable, raising=False)
        patch.setenv("STUDY_INDEX_FOLDER", str(working_folder))
        use(patch, own_elasticsearch_url)
        client = connect()
        write(folder, "dag-good", [study(number) for number in range(20)])
        shrunk = write(folder, "dag-shrunk", [study(number) for number in range(20)])
        runs.run(load(shrunk), client)
        runs.run(load(write(folder, "dag-shelved", [study(0)])), client)
        write(folder, "dag-shrunk", [study(0)])
        (folder / "dag-wrong.yaml").write_text(WRONG, encoding="utf-8")
        (folder / "dag-wrong (copy).yaml").write_text(WRONG, encoding="utf-8")  # no DAG can have this name
        write(folder, "dag-gone", []).with_suffix(".json").unlink()
        for name in DEMO:
            shutil.copy(PROJECT / "catalogues" / f"{name}.yaml", folder)
        write_files(settings.home() / "demo")
        with serve(archive_repository()) as url:
            patch.setenv("STUDY_INDEX_DEMO_PORT", str(urlsplit(url).port))
            env = local_airflow.environment()
            del env["STUDY_INDEX_FOLDER"]  # the DAG file finds the working folder by its own place
            local_airflow.prepare(env, POOLS)
            dag_ids = [f"ingest_{name}" for name in ("dag-good", "dag-shrunk", "dag-gone", "dag-wrong", *DEMO)]
            with working_on(client, "dag-shelved", "run", "run by-hand"):  # while maintenance comes by
                states = local_airflow.run_dags(env, [*dag_ids, "reprocess_dag-good", "maintain_index"])
            yield World(env, folder, client, states)
        client.close()


@pytest.fixture(scope="module")
def dagbag(world: World) -> dict[str, Any]:
    code = INSPECT.format(folder=world.env["AIRFLOW__CORE__DAGS_FOLDER"])
    done = subprocess.run([sys.executable, "-c", code], env=world.env, check=True, text=True, stdout=subprocess.PIPE)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("answer: ")]
    answer: dict[str, Any] = json.loads(line.removeprefix("answer: "))
    return answer


def test_dags_import_without_error_or_warning(dagbag: dict[str, Any]) -> None:
    errors = {Path(path).name for path in dagbag["errors"]}
    assert errors == {"catalogue_files.py"}, "only the file that is there to name broken catalogue files"
    assert dagbag["warnings"] == []


def test_each_catalogue_file_has_a_dag_that_explains_itself(dagbag: dict[str, Any]) -> None:
    good = ("dag-good", "dag-gone", "dag-shelved", "dag-shrunk", *DEMO)
    named = {f"{kind}_{name}" for kind in ("ingest", "reprocess") for name in good}
    assert {*named, "ingest_dag-wrong", "change_index", "check_index", "maintain_index"} == dagbag["dags"].keys()
    assert all(dag["doc"] for dag in dagbag["dags"].values())
    assert dagbag["dags"]["ingest_dag-good"]["params"] == ["full", "limit", "since"]


def test_a_dag_is_found_by_title_and_by_catalogue(dagbag: dict[str, Any]) -> None:
    dag = dagbag["dags"]["ingest_demo-archive"]
    assert dag["title"] == "demo-archive: The Demo Archive"
    assert {"demo-archive", "ingest"} <= {*dag["tags"]}
    assert dagbag["dags"]["ingest_dag-good"]["owner"] == "study-index"


def test_a_broken_file_keeps_its_dag_with_schedule_and_owner_and_is_named_where_imports_fail(
    dagbag: dict[str, Any],
) -> None:
    dag = dagbag["dags"]["ingest_dag-wrong"]
    assert (dag["schedule"], dag["owner"]) == ("0 3 * * 1", "Ana")
    assert dag["title"] == "dag-wrong: A wrong file (its file cannot be used)"
    ((_, error),) = dagbag["errors"].items()
    assert "2 catalogue files cannot be used" in error
    assert "- dag-wrong (copy).yaml: " in error
    assert error.rstrip().endswith("unknown key 'formatt'. Did you mean 'format'?")


def test_a_run_of_a_broken_file_fails(world: World) -> None:
    assert world.states["ingest_dag-wrong"] == "failed"


def test_a_run_whose_catalogue_fails_has_a_note_with_the_reason(world: World) -> None:
    assert world.states["ingest_dag-gone"] == "failed"
    query = "SELECT value FROM xcom WHERE dag_id = 'ingest_dag-gone' AND task_id = 'report' AND key = 'note'"
    ((note,),) = world.rows(query)
    assert json.loads(note).startswith("failed in fetch: ")
    assert "dag-gone.json" in json.loads(note)
    states = world.rows("SELECT task_id, state, try_number FROM task_instance WHERE dag_id = 'ingest_dag-gone'")
    assert ("fetch", "failed", 1) in states
    assert ("report", "failed", 1) in states


def test_every_task_is_retried_and_has_a_pool_that_exists(dagbag: dict[str, Any]) -> None:
    pools = {"default_pool", *json.loads((POOLS).read_text(encoding="utf-8"))}
    tasks = [task for dag in dagbag["dags"].values() for task in dag["tasks"].values()]
    assert all(retries >= 1 for retries, _, _ in tasks)
    assert {pool for _, pool, _ in tasks} <= pools


def test_every_task_has_an_end_but_the_one_that_waits_for_a_person(dagbag: dict[str, Any]) -> None:
    tasks = [item for dag in dagbag["dags"].values() for item in dag["tasks"].items()]
    assert {task for task, (_, _, ends) in tasks if not ends} == {"decide"}


def test_a_dag_run_gives_the_same_documents_as_the_command_line(world: World) -> None:
    assert world.states["ingest_dag-good"] == "success"
    by_hand = write(world.folder, "dag-by-hand", [study(number) for number in range(20)])
    runs.run(load(by_hand), world.client)

    assert documents(world.client, "dag-good") == documents(world.client, "dag-by-hand")
    assert len(documents(world.client, "dag-good")) == 20


@pytest.mark.parametrize("name", DEMO)
def test_a_dag_run_of_a_demo_catalogue_leaves_the_command_line_nothing_to_do(world: World, name: str) -> None:
    assert world.states[f"ingest_{name}"] == "success"
    again = runs.run(load(world.folder / f"{name}.yaml"), world.client, Options(full=name == "demo-archive"))
    assert again.created == again.updated == again.deleted == 0
    assert again.unchanged == again.live > 0


def test_a_held_run_fails_in_its_report_at_once_and_leaves_what_is_live(world: World) -> None:
    assert world.states["ingest_dag-shrunk"] == "failed"
    live = live_generation(world.client, "dag-shrunk")
    assert live is not None
    assert live.number == 1
    tries = world.rows(
        "SELECT task_id, state, try_number FROM task_instance WHERE dag_id = 'ingest_dag-shrunk' AND state = 'failed'"
    )
    assert tries == [("report", "failed", 1)]


def test_mapped_tasks_are_labelled_with_what_they_did(world: World) -> None:
    query = "SELECT task_id, rendered_map_index FROM task_instance WHERE dag_id = '{}' AND map_index = 0"
    good = dict(world.rows(query.format("ingest_dag-good")))
    assert good == {"process": "part 0: 20 read", "load": "part 0: 20 written"}
    dataverse = dict(world.rows(query.format("ingest_demo-dataverse")))
    assert dataverse["process"] == "part 0: 72 read, 2 rejected"


def test_the_asset_has_the_counts_of_the_run_that_passed(world: World) -> None:
    extras = [json.loads(extra) for (extra,) in world.rows("SELECT extra FROM asset_event")]
    assert {extra["catalogue"] for extra in extras} == {"dag-good", *DEMO}
    assert extras[0]["created"] == extras[0]["live"] == 20


def test_a_rebuild_from_staging_finds_nothing_to_change(world: World) -> None:
    assert world.states["reprocess_dag-good"] == "success"
    query = "SELECT value FROM xcom WHERE dag_id = 'reprocess_dag-good' AND task_id = 'report' AND key = 'counts'"
    ((counts,),) = world.rows(query)
    found = json.loads(counts)
    assert (found["read"], found["unchanged"], found["live"]) == (20, 20, 20)


def test_dags_are_made_without_what_only_tasks_need(world: World) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.dags import every_dag;"
        f"every_dag(Path({str(world.folder.parent)!r})); print('answer:', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=world.env, check=True, text=True, stdout=subprocess.PIPE)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("answer: ")]
    assert {"elasticsearch", "httpx2", "openpyxl", "pipeline.run.runner"}.isdisjoint(line.split())


def test_maintenance_succeeds(world: World) -> None:
    assert world.states["maintain_index"] == "success"


def test_maintenance_passes_over_a_catalogue_that_is_worked_on_and_states_who_works(world: World) -> None:
    query = "SELECT value FROM xcom WHERE task_id = 'prune' AND key = 'passed_over'"
    pruned = [json.loads(value) for (value,) in world.rows(query)]
    ((passed_over,),) = [messages for messages in pruned if messages]
    assert "dag-shelved is worked on by run by-hand (run) on " in passed_over
    assert len(pruned) > len(DEMO)


def test_no_dag_run_leaves_a_lease(world: World) -> None:
    assert leases(world.client) == {}


def test_the_process_of_a_task_reads_the_file_of_its_own_catalogue_alone(world: World) -> None:
    code = (
        "import os; from pathlib import Path; from pipeline.dags import every_dag;"
        f"print('answer:', *every_dag(Path({str(world.folder.parent)!r})))"
    )
    env = {**world.env, "_AIRFLOW_PARSING_CONTEXT_DAG_ID": "reprocess_dag-good"}
    done = subprocess.run([sys.executable, "-c", code], env=env, check=True, text=True, stdout=subprocess.PIPE)
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("answer: ")]
    assert {"ingest_dag-good", "reprocess_dag-good"} < {*line.split()}
    assert "ingest_demo-archive" not in line


def documents(client: Elasticsearch, catalogue: str) -> dict[str, dict[str, Any]]:
    live = live_generation(client, catalogue)
    assert live is not None
    hits = client.search(index=live.index, size=100)["hits"]["hits"]
    own = {
        "harvested_at",
        "catalogue",
        "source",
        "harmony_id",
        "uuid",
        "slug",
        "work_id",
        "work_number",
        "identity_keys",
        "identifiers",
        "content_hash",
    }
    found = (hit["_source"] for hit in hits)
    return {source["record_id"]: {key: value for key, value in source.items() if key not in own} for source in found}
