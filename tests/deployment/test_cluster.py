"""What docker-compose.yml starts, as processes of this machine: a harvest, a killed worker, TLS, keys, and users."""

from __future__ import annotations

import re
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from demo.cluster import comparison, distribution
from demo.cluster.comparison import Indexed
from demo.cluster.harvest import Harvest
from demo.cluster.programs import missing, programs
from demo.cluster.story import Running, harvested, running, write_catalogue
from pipeline.index.client import Credentials, connect
from tests.ui.airflows import token_on

RECORDS = 300
FASTER = {"LOST_TASK_SECONDS": "30"}
DAG = "ingest_generated-dataverse"
INDEX = "/study-index/index"
SIGNING_IN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Production(NamedTuple):
    """A cluster after its harvest, and the same records by the command line."""

    there: Running
    done: Harvest
    indexed: Indexed
    by_command: Indexed


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The services of docker-compose.yml, whose first catalogue was harvested while a worker was killed."""
    if lacking := missing():
        pytest.skip("; ".join(lacking))
    home = distribution.found()
    if home is None:
        pytest.skip(f"needs a complete Elasticsearch: set {distribution.HOME_VARIABLE}, or run make cluster once")
    folder = tmp_path_factory.mktemp("cluster")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(distribution.HOME_VARIABLE, str(home))
        patch.setenv("STUDY_INDEX_STAGING", "")  # put back at the end, as reports are read from that of the cluster
        by_command = _by_command_line(folder)
        patch.setenv("STUDY_INDEX_HOME", str(folder / "state"))
        with running(RECORDS, _to_log, FASTER, programs(_to_log)) as there:
            done, indexed, _ = harvested(there, _to_log)
            yield Production(there, done, indexed, by_command)


def _to_log(words: str) -> None:
    """Tell somebody who waits, with `pytest -s`."""
    sys.stdout.write(f"{words}\n")


def _by_command_line(folder: Path) -> Indexed:
    place = folder / "command-line"
    place.mkdir()
    return comparison.by_command_line(write_catalogue(RECORDS, folder / "catalogues"), place, _to_log)


def test_a_run_whose_worker_is_killed_gives_what_the_command_line_gives(production: Production) -> None:
    _, done, indexed, by_command = production
    assert done.state == "success"
    assert done.killed
    assert "process[0]" in done.killed.tasks
    survivor = {"airflow-worker-1", "airflow-worker-2"} - {done.killed.worker}
    assert done.tried_again() == [f"{task} by {name}" for task in done.killed.tasks for name in survivor]
    assert comparison.differences(indexed, by_command, RECORDS) == []


def test_elasticsearch_answers_to_nobody_without_key_or_without_tls(production: Production) -> None:
    there, *_ = production
    authority = there.file("secrets-airflow", "ca.crt")
    assert httpx2.get(there.elasticsearch, verify=_trusting(authority)).status_code == 401
    with pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx2.get(there.elasticsearch)  # the system does not know the authority
    with pytest.raises(httpx2.HTTPError):
        httpx2.get(there.elasticsearch.replace("https:", "http:"))


def _trusting(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))


@pytest.mark.parametrize("key", ["reader", "writer"])
def test_keys_have_the_rights_of_their_role_alone(production: Production, key: str) -> None:
    there, *_ = production
    credentials = Credentials(api_key=there.secret("keys", key), authority=there.file("secrets-airflow", "ca.crt"))
    with connect(there.elasticsearch, credentials) as client:
        assert client.count(index="studies")["count"] == RECORDS
        rights = client.security.has_privileges(
            index=[{"names": ["studies.x"], "privileges": ["index"]}, {"names": ["others"], "privileges": ["read"]}],
            cluster=["manage_security"],
        )
    assert rights["index"]["studies.x"]["index"] == (key == "writer")
    assert not rights["index"]["others"]["read"]
    assert not rights["cluster"]["manage_security"]


def test_each_worker_has_a_home_of_its_own_and_both_have_one_staging(production: Production) -> None:
    there, *_ = production
    places = [worker.place for worker in there.cluster.instances["airflow-worker"]]
    for folder in ("/opt/airflow", "/var/lib/study-index"):
        assert len({place.path(folder).resolve() for place in places}) == 2
    assert len({place.path("/var/lib/study-index/staging").resolve() for place in places}) == 1


def test_people_sign_in_by_the_form_and_see_the_run_that_the_cluster_did(production: Production) -> None:
    there, done, *_ = production
    with httpx2.Client(base_url=there.airflow, follow_redirects=True, timeout=60) as browser:
        assert browser.get(INDEX).status_code == 401
        found = SIGNING_IN.search(browser.get("/auth/login/").text)
        assert found
        form = {"username": "admin", "password": there.secret("secrets-airflow", "admin_password")}
        browser.post("/auth/login/", data={**form, "csrf_token": found[1]}, follow_redirects=False)
        page = browser.get(INDEX)
        assert page.status_code == 200
        assert token_on(page.text)
        report = browser.get(f"/study-index/run/{DAG}/{done.run_id}")
    assert "300 fetched = 300 read + 0 rejected + 0 deletions" in " ".join(re.sub(r"<[^>]+>", " ", report.text).split())
