"""An operator's day in a real browser: start a run, read its pages, decide two holds, roll back, unpin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from playwright.sync_api import Page

from demo import standalone
from pipeline.catalogue import load
from pipeline.index.client import connect
from pipeline.index.generations import live_generation
from pipeline.run import runner
from tests.hdruk_catalogues import study, write
from tests.nodes import use
from tests.support import eventually
from tests.ui.airflows import Site, prepared, working_folder
from tests.ui.browsing import index_page, press, program, run_tab, signed_in

STUDIES = [study(number) for number in range(20)]


@pytest.fixture(scope="module")
def browser() -> str:
    """The browser's program; asked for first, so that nothing is started where there is none."""
    return program()


@pytest.fixture(scope="module")
def client(browser: str, own_elasticsearch_url: str) -> Iterator[Elasticsearch]:
    assert browser
    with connect(own_elasticsearch_url) as client:
        yield client


@pytest.fixture(scope="module")
def day(client: Elasticsearch, own_elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An Airflow with users and catalogues: one never run, three that shrank since, one with two generations."""
    folder = tmp_path_factory.mktemp("studies")
    catalogues = working_folder(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_INDEX_FOLDER", str(folder))
        patch.setenv("STUDY_INDEX_HOME", str(folder / ".state"))
        use(patch, own_elasticsearch_url)
        write(catalogues, "day-new", [*STUDIES, {"pid": "untitled", "summary": {}}])
        for name, first, then in (("day-good", 20, 12), ("day-bad", 20, 3), ("day-page", 20, 9), ("day-back", 18, 20)):
            runner.run(load(write(catalogues, name, STUDIES[:first])), client)
            path = write(catalogues, name, STUDIES[:then])
            if then > first:
                runner.run(load(path), client)
        env, passwords = standalone.with_users(prepared(folder))
        env, url = standalone.with_ports(env, 0)
        with standalone.running(env, url, Path(env["AIRFLOW_HOME"]) / "standalone.log"):
            yield Site(url, env, passwords)


@pytest.fixture(scope="module")
def page(day: Site) -> Iterator[Page]:
    with signed_in(day, "operator", viewport={"width": 1280, "height": 900}) as page:
        yield page


def live(client: Elasticsearch, name: str) -> int:
    """Documents of a catalogue that readers see."""
    client.indices.refresh(index=f"studies.{name}")
    return int(client.count(index=f"studies.{name}")["count"])


def runs(day: Site, name: str) -> list[tuple[str, str]]:
    """Id and state of the runs of a catalogue, by hand, newest first."""
    query = "SELECT run_id, state FROM dag_run WHERE dag_id = ? ORDER BY id DESC"
    return day.rows(query, f"ingest_{name}")


def states(day: Site, name: str) -> list[str]:
    return [state for _, state in runs(day, name)]


def test_a_run_with_params_ends_and_its_pages_have_the_figures_of_the_index(
    day: Site, page: Page, client: Elasticsearch
) -> None:
    page.goto("/dags/ingest_day-new")
    page.get_by_role("button", name="Trigger").first.click()
    page.get_by_label("Full run").click(force=True)
    page.get_by_role("dialog").get_by_role("button", name="Trigger").click()
    eventually(lambda: states(day, "day-new"), ["success"])
    ((run_id, _),) = runs(day, "day-new")

    assert live(client, "day-new") == 20
    report = run_tab(page, "ingest_day-new", run_id)
    text = " ".join(report.locator("main").inner_text().split())
    assert "21 fetched = 20 read + 1 rejected + 0 deletions" in text
    assert "20 read = 20 created + 0 updated + 0 unchanged" in text
    assert "20 documents are live" in text
    for facet, label in (("sex", "Sex"), ("country_codes", "Countries")):
        with_it = client.count(index="studies.day-new", query={"exists": {"field": facet}})["count"]
        row = report.locator("summary.facet, div.facet").filter(has_text=label).first
        assert f"{with_it} {with_it / 20:.0%}" in " ".join(row.inner_text().split())
    row = index_page(page).get_by_role("row").filter(has_text="Day new")
    assert row.locator("[data-label=Live]").inner_text().split() == ["20", "+20"]  # live, and the change
    assert row.locator("[data-label=Rejects]").inner_text() == "1"
    row.get_by_role("link", name="Day new").click()
    page.wait_for_url("**/dags/ingest_day-new/runs/*/plugin/study-index-run")


def test_a_hold_is_approved(day: Site, page: Page, client: Elasticsearch) -> None:
    answer(day, page, "day-good", "Approve", "the archive closed a branch")
    eventually(lambda: states(day, "day-good")[0], "success")
    assert live(client, "day-good") == 12
    found = live_generation(client, "day-good")
    assert found is not None
    decision = found.meta.decisions[-1]
    assert (decision.action, decision.by, decision.why) == ("promote", "operator", "the archive closed a branch")
    text = run_tab(page, "ingest_day-good", runs(day, "day-good")[0][0]).locator("main").inner_text()
    assert "operator" in text
    assert "the archive closed a branch" in text


def test_a_hold_is_refused_and_the_run_is_not_green(day: Site, page: Page, client: Elasticsearch) -> None:
    answer(day, page, "day-bad", "Reject", "the file was cut off")
    eventually(lambda: states(day, "day-bad")[0], "failed")
    assert live(client, "day-bad") == 20
    text = run_tab(page, "ingest_day-bad", runs(day, "day-bad")[0][0]).locator("main").inner_text()
    assert "Refused by operator" in text
    assert "the file was cut off" in text


def test_a_hold_is_refused_on_the_page_of_its_run_and_the_question_ends(
    day: Site, page: Page, client: Elasticsearch
) -> None:
    held(day, page, "day-page")
    report = run_tab(page, "ingest_day-page", runs(day, "day-page")[0][0])
    report.get_by_text("Refuse…").click()
    form = report.locator("form[action$='/refuse']")
    form.get_by_label("Why").fill("the file was cut off")
    form.get_by_role("button").click()
    report.get_by_role("status").wait_for()
    eventually(lambda: states(day, "day-page")[0], "failed")
    assert live(client, "day-page") == 20
    text = run_tab(page, "ingest_day-page", runs(day, "day-page")[0][0]).locator("main").inner_text()
    assert "Refused by operator" in text


def test_a_run_is_rolled_back_and_the_catalogue_unpinned(day: Site, page: Page, client: Elasticsearch) -> None:
    assert live(client, "day-back") == 20
    press(page, "ingest_day-back", "rollback", "two studies are wrong")
    eventually(lambda: live(client, "day-back"), 18)
    assert "pinned" in index_page(page).get_by_role("row").filter(has_text="Day back").inner_text()
    press(page, "ingest_day-back", "unpin", "they were mended")
    eventually(lambda: pinned(client), False)
    found = live_generation(client, "day-back")
    assert found is not None
    assert [(item.action, item.by) for item in found.meta.decisions] == [
        ("rollback", "operator"),
        ("unpin", "operator"),
    ]
    started = day.rows("SELECT triggering_user_name FROM dag_run WHERE dag_id = 'change_index'")
    assert {*started} == {("operator",)}


def pinned(client: Elasticsearch) -> bool:
    found = live_generation(client, "day-back")
    return found is not None and found.meta.pinned is not None


def held(day: Site, page: Page, name: str) -> None:
    """Start a run that the gate holds, and wait for its question."""
    press(page, f"ingest_{name}", "run")
    query = "SELECT count(*) FROM hitl_detail JOIN task_instance ON id = ti_id WHERE dag_id = ?"
    eventually(lambda: day.rows(query, f"ingest_{name}"), [(1,)])


def answer(day: Site, page: Page, name: str, answer: str, why: str) -> None:
    """Start such a run, and answer its question by way of the index page."""
    held(day, page, name)
    row = index_page(page).get_by_role("row").filter(has_text=name)
    assert "held" in row.inner_text()
    row.get_by_role("link", name="Review").click()
    page.wait_for_url("**/required_actions")
    page.locator("#element_why").fill(why)
    page.get_by_role("button", name=answer).click()
    page.get_by_text("response successful").wait_for()
