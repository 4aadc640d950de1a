"""Who may see the pages, and who may act: outsiders, viewers and operators; and nobody without a token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

NAME = "ui-rights"
DAG = f"ingest_{NAME}"
INDEX = "/study-index/index"
RUN = f"/study-index/act/{DAG}/run"


@pytest.fixture(scope="module")
def airflow_env(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("studies")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_INDEX_FOLDER", str(folder))
        patch.setenv("STUDY_INDEX_HOME", str(folder / ".state"))
        use(patch, elasticsearch_url)
        catalogues = working_folder(folder)
        path = write(catalogues, NAME, [study(number) for number in range(5)])
        write(catalogues, "ui-idle", [study(0)])  # of which no run is ever at work, so that it has buttons
        write(catalogues, "ui-scheduled", [study(0)], "schedule: '0 3 * * *'\n")
        with connect() as client:
            runner.run(load(path), client)
            yield prepared(folder)
            lifecycle.retire(client, NAME)


@pytest.fixture(scope="module")
def site(airflow_env: dict[str, str]) -> Iterator[Site]:
    """An Airflow with users."""
    env, passwords = standalone.with_users(airflow_env)
    with _serving(env, passwords) as found:
        yield found


@pytest.fixture(scope="module")
def open_site(airflow_env: dict[str, str]) -> Iterator[Site]:
    """An Airflow in which everybody is an administrator."""
    with _serving(airflow_env, {}) as found:
        yield found


@contextmanager
def _serving(env: dict[str, str], passwords: dict[str, str], below: str = "") -> Iterator[Site]:
    env, url = standalone.with_ports(env, 0)
    env["AIRFLOW__API__BASE_URL"] = url = f"{url}{below}"
    log = Path(env["AIRFLOW_HOME"]) / "api-server.log"
    with standalone.running(env, url, log, command="api-server", parts=["metadatabase"]):
        yield Site(url, env, passwords)


def test_an_outsider_sees_nothing_and_is_told_to_sign_in(site: Site) -> None:
    with site.visitor() as nobody:
        for answer in (
            nobody.get(INDEX),
            nobody.get(f"/study-index/run/{DAG}/manual"),
            nobody.post(RUN, data={"token": "x"}, headers={"Origin": site.url}),
        ):
            assert answer.status_code == 401
            assert "Sign in to Airflow" in answer.text
            assert NAME not in answer.text


def test_a_viewer_sees_the_page_and_no_buttons(site: Site) -> None:
    with site.visitor("viewer") as viewer:
        page = viewer.get(INDEX)
    assert page.status_code == 200
    assert "Ui rights" in page.text
    assert "<form" not in page.text


def test_a_viewer_may_not_act_with_the_token_of_somebody_else(site: Site) -> None:
    with site.visitor("operator") as operator, site.visitor("viewer") as viewer:
        answer = press(viewer, RUN, token_on(operator.get(INDEX).text))
    assert answer.status_code == 403
    assert runs(site) == []


def test_an_operator_starts_a_run_which_the_audit_log_has(site: Site) -> None:
    with site.visitor("operator") as operator:
        token = token_on(operator.get(INDEX).text)
        answer = press(operator, f"/study-index/act/{DAG}/full-run", token)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(INDEX)
        after = operator.get(answer.headers["location"])
    assert after.status_code == 200
    ((user, conf),) = runs(site)
    assert user == "operator"
    assert json.loads(conf) == {"full": True}
    logged = site.rows("SELECT owner, extra FROM log WHERE event = 'trigger_dag_run' AND dag_id = ?", DAG)
    assert [(owner, json.loads(extra)["action"]) for owner, extra in logged] == [("operator", "full-run")]


def test_a_paused_catalogue_that_is_due_is_turned_on_and_runs_once(site: Site) -> None:
    with site.visitor("operator") as operator:
        token = token_on(operator.get(INDEX).text)
        answer = press(operator, "/study-index/act/ingest_ui-scheduled/run", token)
        after = operator.get(answer.headers["location"]).text
    assert "ingest_ui-scheduled was paused and is turned on" in after
    assert site.rows("SELECT is_paused FROM dag WHERE dag_id = 'ingest_ui-scheduled'") == [(0,)]
    assert runs(site, "ingest_ui-scheduled") == []  # the scheduler makes it
    logged = site.rows("SELECT owner, event FROM log WHERE dag_id = 'ingest_ui-scheduled' AND owner = 'operator'")
    assert logged == [("operator", "patch_dag")]


@pytest.mark.parametrize("token", ["", "1.x", "99999999999.0", "x"])
def test_a_post_without_a_valid_token_is_refused(site: Site, token: str) -> None:
    before = runs(site)
    with site.visitor("operator") as operator:
        answer = press(operator, RUN, token)
    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert runs(site) == before


def test_a_post_without_a_token_is_refused_where_everybody_is_an_administrator(open_site: Site) -> None:
    before = runs(open_site)
    with open_site.visitor() as anybody:
        assert press(anybody, RUN, "").status_code == 403
        assert anybody.post(RUN, headers={"Origin": open_site.url}).status_code == 403
        assert runs(open_site) == before
        assert press(anybody, RUN, token_on(anybody.get(INDEX).text)).status_code == 303
    assert len(runs(open_site)) == len(before) + 1


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://elsewhere.invalid"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}, {}],
)
def test_a_post_from_another_site_is_refused_although_it_has_the_token(site: Site, headers: dict[str, str]) -> None:
    before = runs(site)
    with site.visitor("operator") as operator:
        token = token_on(operator.get(INDEX).text)
        answer = operator.post(RUN, data={"token": token}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert runs(site) == before


def test_what_is_no_action_and_what_is_no_catalogue_is_not_found(site: Site) -> None:
    with site.visitor("operator") as operator:
        token = token_on(operator.get(INDEX).text)
        assert press(operator, f"/study-index/act/{DAG}/retire", token).status_code == 404
        assert press(operator, "/study-index/act/maintain_index/run", token).status_code == 404
        assert operator.get("/study-index/run/maintain_index/x").status_code == 404


def test_pages_load_nothing_from_elsewhere_and_are_shown_by_no_other_site(site: Site) -> None:
    with site.visitor("operator") as operator:
        answer = operator.get(INDEX)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["cache-control"] == "no-store"


def test_without_elasticsearch_the_page_says_so(airflow_env: dict[str, str]) -> None:
    env = airflow_env | {"ELASTICSEARCH_URL": "http://127.0.0.1:9"}
    with _serving(env, {}) as site, site.visitor() as anybody:
        answer = anybody.get(INDEX)
    assert answer.status_code == 503
    assert "http://127.0.0.1:9" in answer.text
    assert "study-index doctor" in answer.text


def test_pages_work_where_airflow_is_below_a_path(airflow_env: dict[str, str]) -> None:
    with _serving(airflow_env, {}, "/airflow") as site, site.visitor() as anybody:
        page = anybody.get(site.url + INDEX)
        (address, *_) = re.findall(r'action="([^"]+/act/[^"]+)"', page.text)
        assert address.startswith("/airflow/study-index/act/ingest_")
        origin = site.url.removesuffix("/airflow")
        answer = anybody.post(origin + address, data={"token": token_on(page.text)}, headers={"Origin": origin})
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].startswith(f"/airflow{INDEX}?")


def press(browser: httpx2.Client, path: str, token: str) -> httpx2.Response:
    return browser.post(path, data={"token": token}, headers={"Origin": str(browser.base_url).rstrip("/")})


def runs(site: Site, dag_id: str = DAG) -> list[tuple[str, str]]:
    """Who started runs of a catalogue's DAG, and with what."""
    return site.rows("SELECT triggering_user_name, conf FROM dag_run WHERE dag_id = ? ORDER BY id", dag_id)
