"""What operators do in a running Airflow: answer questions about held candidates, change what is live, clear tasks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from elasticsearch import Elasticsearch

from demo import standalone
from pipeline import settings
from pipeline.catalogue import load
from pipeline.dags.pools import POOLS
from pipeline.index import lifecycle
from pipeline.index.client import connect
from pipeline.index.generations import live_generation
from pipeline.local import airflow_runs as local_airflow
from pipeline.run import runner
from tests.hdruk_catalogues import study, write
from tests.nodes import use
from tests.support import PROJECT

HELD = ("asked", "refused", "by-hand")
"""Catalogues whose next run the gate holds."""

PATIENCE = 120
"""Seconds after which a state of Airflow that does not come fails a test."""


@dataclass(frozen=True)
class Site:
    """A running Airflow, its API for a user, and the Elasticsearch of its tasks."""

    api: httpx2.Client
    client: Elasticsearch
    folder: Path

    def trigger(self, dag_id: str, **conf: Any) -> str:
        """Start a DAG run; returns its path in the API."""
        answer = self.api.post(f"/dags/{dag_id}/dagRuns", json={"logical_date": None, "conf": conf})
        answer.raise_for_status()
        return f"/dags/{dag_id}/dagRuns/{answer.json()['dag_run_id']}"

    def get(self, path: str) -> dict[str, Any]:
        answer = self.api.get(path)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def question(self, run: str) -> dict[str, Any]:
        """The open question of a run, as soon as it is asked."""
        return self._until(f"{run}/taskInstances/decide", "deferred") and self.get(
            f"{run}/taskInstances/decide/-1/hitlDetails"
        )

    def answer(self, run: str, option: str, why: str = "") -> None:
        self.api.patch(
            f"{run}/taskInstances/decide/-1/hitlDetails",
            json={"chosen_options": [option], "params_input": {"why": why}},
        ).raise_for_status()

    def ended(self, run: str) -> dict[str, Any]:
        """The run, when it has ended; its note is there a moment later."""
        return self._until(run, "success", "failed")

    def tasks(self, run: str) -> dict[str, str]:
        found = self.get(f"{run}/taskInstances")["task_instances"]
        return {task["task_id"]: task["state"] for task in found}

    def xcom(self, run: str, task: str, key: str) -> Any:
        return self.get(f"{run}/taskInstances/{task}/xcomEntries/{key}")["value"]

    def live(self, name: str) -> int:
        """Number of live documents."""
        found = live_generation(self.client, name)
        assert found is not None
        return int(self.client.count(index=found.index)["count"])

    def _until(self, path: str, *states: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while (found := self.get(path))["state"] not in states:
            assert time.monotonic() < end, f"{path} is {found['state']}, not {states}"
            time.sleep(0.5)
        return found


@pytest.fixture(scope="module")
def site(own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("questions")
    folder = home / "catalogues"
    folder.mkdir()
    shutil.copytree(PROJECT / "dags", home / "dags")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("STUDY_INDEX_HOME", "STUDY_INDEX_CATALOGUES"):
            patch.delenv(variable, raising=False)
        patch.setenv("STUDY_INDEX_FOLDER", str(home))
        use(patch, own_elasticsearch_url)
        client = connect()
        for name in HELD:
            runner.run(load(write(folder, name, [study(number) for number in range(20)])), client)
            write(folder, name, [study(0)])
        write(folder, "gone", []).with_suffix(".json").unlink()
        env, passwords = standalone.with_users(local_airflow.environment())
        env, url = standalone.with_ports(env | {"AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False"}, 0)
        local_airflow.prepare(env, POOLS)
        log = settings.home() / "standalone.log"
        with (
            standalone.running(env, url, log),
            httpx2.Client(base_url=f"{url}/api/v2", timeout=PATIENCE) as api,
        ):
            signed_in = api.post(f"{url}/auth/token", json={"username": "operator", "password": passwords["operator"]})
            api.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
            found = Site(api, client, folder)
            end = time.monotonic() + PATIENCE
            while len(found.get("/dags?limit=100")["dags"]) < 2 * len(HELD) + 5:
                assert time.monotonic() < end, "the DAGs are not there"
                time.sleep(0.5)
            yield found
        client.close()


def test_an_approved_candidate_goes_live(site: Site) -> None:
    run = site.trigger("ingest_asked")
    question = site.question(run)
    assert "max_drop: 19 of 20 live documents would be deleted" in question["subject"]
    assert "| Documents | 20 | 1 | −19 |" in question["body"]
    assert site.live("asked") == 20

    site.answer(run, "Approve", "the catalogue was tidied up")
    assert site.ended(run)["state"] == "success"
    assert site.live("asked") == 1
    assert site.tasks(run)["live"] == "success"
    report = site.xcom(run, "report", "report")
    assert report["outcome"] == "promoted"
    assert (report["decision"]["by"], report["decision"]["why"]) == ("operator", "the catalogue was tidied up")


def test_a_refused_run_fails_with_the_name_of_who_refused_it(site: Site) -> None:
    run = site.trigger("ingest_refused")
    site.question(run)
    site.answer(run, "Reject", "half of it is missing")
    assert site.ended(run)["state"] == "failed"
    assert site.live("refused") == 20
    assert site.tasks(run) | {"process": "", "load": ""} == {
        **dict.fromkeys(("fetch", "plan", "gate", "decide"), "success"),
        "live": "skipped",
        "link": "skipped",
        "report": "failed",
        "process": "",
        "load": "",
    }
    note = site.get(run)["note"]
    assert note.startswith("refused by operator at ")
    assert "half of it is missing" in note


def test_a_promote_by_hand_answers_the_question(site: Site) -> None:
    run = site.trigger("ingest_by-hand")
    site.question(run)
    lifecycle.promote(site.client, "by-hand", by="ana", why="seen")
    assert site.ended(run)["state"] == "success"
    assert site.live("by-hand") == 1
    assert site.get(f"{run}/taskInstances/decide/-1/hitlDetails")["chosen_options"] == ["Approve"]
    assert site.xcom(run, "report", "report")["decision"]["by"] == "ana"


def test_what_is_live_is_changed_in_the_name_of_who_triggers_it(site: Site) -> None:
    for name, numbers in (("changed", 20), ("changed", 21)):
        runner.run(load(write(site.folder, name, [study(number) for number in range(numbers)])), site.client)
    run = site.trigger("change_index", action="rollback", catalogue="changed", why="one too many")
    assert site.ended(run)["note"].startswith("changed rolled back by operator: one too many. ")
    assert site.live("changed") == 20

    again = site.trigger("change_index", action="rollback", catalogue="changed")
    ended = site.ended(again)
    assert ended["state"] == "failed"
    assert ended["note"].startswith("not done: changed was rolled back already")

    assert site.ended(site.trigger("change_index", action="unpin", catalogue="changed"))["state"] == "success"
    live = live_generation(site.client, "changed")
    assert live is not None
    assert [(item.action, item.by) for item in live.meta.decisions] == [("rollback", "operator"), ("unpin", "operator")]


def test_a_failed_task_that_is_cleared_resumes_the_run(site: Site) -> None:
    run = site.trigger("ingest_gone")
    ended = site.ended(run)
    assert ended["state"] == "failed"
    assert ended["note"].startswith("failed in fetch: ")

    write(site.folder, "gone", [study(number) for number in range(3)])
    body = {"dry_run": False, "only_failed": True, "dag_run_id": run.rpartition("/")[2]}
    site.api.post("/dags/ingest_gone/clearTaskInstances", json=body).raise_for_status()
    assert site.ended(run)["state"] == "success"
    assert site.live("gone") == 3
    assert site.get(run)["note"].startswith("3 live, +3 ~0 −0, 0 rejects; passed the gate")
