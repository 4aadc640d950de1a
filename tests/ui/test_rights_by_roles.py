"""Who may see the pages and act on them where Airflow has users with roles: its FAB auth manager, as in production."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from demo import standalone
from pipeline.catalogue import load
from pipeline.index import lifecycle
from pipeline.index.client import connect
from pipeline.run import runner
from tests.hdruk_catalogues import study, write
from tests.nodes import use
from tests.ui.airflows import Site, prepared, token_on, working_folder

NAME, OTHER = "roles-one", "roles-other"
INDEX = "/study-index/index"
MANAGER = "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager"
PASSWORD = "invented"
ROLES = {"boss": "Admin", "op": "Op", "viewer": "Viewer", "public": "Public", "narrow": "One catalogue"}
"""Users, and their roles; the last one is made for the test."""
ONE = (
    ("can_read", f"DAG:ingest_{NAME}"),
    ("can_edit", f"DAG:ingest_{NAME}"),
    ("can_create", f"DAG Run:ingest_{NAME}"),
)
"""The rights of that role: to see one DAG, and to start its runs."""


@pytest.fixture(scope="module")
def airflow_env(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("studies")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_INDEX_FOLDER", str(folder))
        patch.setenv("STUDY_INDEX_HOME", str(folder / ".state"))
        patch.setenv("AIRFLOW__CORE__AUTH_MANAGER", MANAGER)
        use(patch, elasticsearch_url)
        catalogues = working_folder(folder)
        paths = [write(catalogues, name, [study(number) for number in range(3)]) for name in (NAME, OTHER)]
        with connect() as client:
            for path in paths:
                runner.run(load(path), client)
            yield prepared(folder)
            for name in (NAME, OTHER):
                lifecycle.retire(client, name)


@pytest.fixture(scope="module")
def site(airflow_env: dict[str, str]) -> Iterator[Site]:
    env, url = standalone.with_ports(airflow_env, 0)
    words = ["users", "create", "--username", "boss", "--role", "Admin", "--firstname", "Bo", "--lastname", "Ss"]
    done = subprocess.run(
        [sys.executable, "-m", "airflow", *words, "--email", "boss@example.org", "--password", PASSWORD],
        env=env,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = Path(env["AIRFLOW_HOME"]) / "api-server.log"
    with standalone.running(env, url, log, command="api-server", parts=["metadatabase"]):
        found = Site(url, env, dict.fromkeys(ROLES, PASSWORD))
        with found.visitor("boss") as boss:
            _add_users(boss)
        yield found


def _add_users(boss: httpx2.Client) -> None:
    """The other users, by Airflow's own interface for that."""
    boss.headers["Authorization"] = f"Bearer {boss.cookies['_token']}"
    rights = [{"action": {"name": action}, "resource": {"name": resource}} for action, resource in ONE]
    made = boss.post("/auth/fab/v1/roles", json={"name": ROLES["narrow"], "actions": rights})
    assert made.is_success, made.text
    for user, role in list(ROLES.items())[1:]:
        about = {"username": user, "first_name": user, "last_name": user, "email": f"{user}@example.org"}
        made = boss.post("/auth/fab/v1/users", json={**about, "password": PASSWORD, "roles": [{"name": role}]})
        assert made.is_success, made.text


def page_of(site: Site, user: str) -> str:
    with site.visitor(user) as visitor:
        answer = visitor.get(INDEX)
    assert answer.status_code == 200, answer.text
    return answer.text


def press(site: Site, user: str, name: str, action: str, **form: Any) -> httpx2.Response:
    """Press a button of the index page, with the token that this user's own page has, or one that is given."""
    with site.visitor(user) as visitor:
        given = {"token": token_on(visitor.get(INDEX).text), **form} if "token" not in form else form
        return visitor.post(f"/study-index/act/ingest_{name}/{action}", data=given, headers={"Origin": site.url})


def runs(site: Site) -> list[tuple[Any, ...]]:
    return site.rows("SELECT dag_id, triggering_user_name FROM dag_run ORDER BY id")


def test_nobody_sees_a_page_without_signing_in(site: Site) -> None:
    with site.visitor() as nobody:
        answer = nobody.get(INDEX)
    assert answer.status_code == 401
    assert NAME not in answer.text


@pytest.mark.parametrize(("user", "buttons"), [("boss", True), ("op", True), ("viewer", False)])
def test_a_role_that_reads_dags_sees_all_catalogues_and_buttons_if_it_may_start_runs(
    site: Site, user: str, buttons: bool
) -> None:
    page = page_of(site, user)
    assert "Roles one" in page
    assert "Roles other" in page
    assert "checks</summary>" in page
    assert ("<form" in page) == buttons


def test_a_role_without_rights_sees_no_catalogue(site: Site) -> None:
    page = page_of(site, "public")
    assert "Roles" not in page
    assert "<form" not in page


def test_a_role_for_one_catalogue_sees_and_runs_that_one_alone(site: Site) -> None:
    page = page_of(site, "narrow")
    assert "Roles one" in page
    assert "Roles other" not in page
    assert "checks</summary>" not in page  # what the doctor found is for those who see everything
    before = runs(site)
    assert press(site, "narrow", OTHER, "run").status_code == 403
    assert press(site, "narrow", NAME, "rollback", why="it is wrong").status_code == 403  # needs change_index as well
    assert runs(site) == before
    assert press(site, "narrow", NAME, "run").status_code == 303
    assert runs(site)[-1] == (f"ingest_{NAME}", "narrow")


def test_a_viewer_may_not_act_with_the_token_of_somebody_else(site: Site) -> None:
    before = runs(site)
    token = token_on(page_of(site, "op"))
    assert press(site, "viewer", NAME, "run", token=token).status_code == 403
    assert runs(site) == before


def test_an_op_starts_a_run_which_the_audit_log_has(site: Site) -> None:
    answer = press(site, "op", NAME, "full-run")
    assert answer.status_code == 303, answer.text
    assert (f"ingest_{NAME}", "op") in runs(site)
    logged = site.rows("SELECT owner, extra FROM log WHERE event = 'trigger_dag_run' AND owner = 'op'")
    assert [(owner, json.loads(extra)["action"]) for owner, extra in logged] == [("op", "full-run")]
