"""Pictures of the pages in Airflow, for the documentation: made in a browser, of the demo catalogues.

In a working folder of its own, a file is broken, a catalogue is rolled back, and one is held with its question open.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from elasticsearch import Elasticsearch
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, sync_playwright

from demo import chromium, standalone
from demo.png import with_palette
from demo.show import demo_catalogues, servers
from pipeline import catalogue as catalogues
from pipeline import settings
from pipeline.dags.pools import POOLS
from pipeline.errors import FailError
from pipeline.index import lifecycle
from pipeline.index.client import connect
from pipeline.local import airflow_runs as local_airflow
from pipeline.local.light_node import default_home, ephemeral_node
from pipeline.run import runner

SIZES = (1280, 390)
"""Widths of the window, in CSS pixels."""
HEIGHT = 900
HEIGHTS = {"question": 1100}
"""Heights of pictures that have to show more, such as the buttons below the question."""
LOADING = 2500
"""Milliseconds that Airflow's pages take to draw themselves once all has come."""
LONGEST = 300
"""Seconds after which the question has to be there."""

HELD, BACK = "demo-health", "demo-harmony"
BROKEN = """name: coastal
title: Coastal Household Survey
formatt: ddi-codebook
protocol: {type: files, path: none}
schedule: "0 4 * * 2"
"""


class Site(NamedTuple):
    """The Airflow of which pictures are made, and the run that is held."""

    url: str
    password: str
    run_id: str = ""


def screenshots(folder: Path) -> None:
    """Write all pictures to `folder`, as `<what>-<width>-<light or dark>.png`.

    Raises:
        FailError: there is no browser, or the question was not asked.
    """
    program = chromium.program()
    if program is None:
        raise FailError(f"make screenshots {chromium.NEEDED}")
    folder.mkdir(parents=True, exist_ok=True)
    with _prepared() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.OPTIONS)
        held = site._replace(run_id=_hold(browser, site))
        for width in SIZES:
            for scheme in ("light", "dark"):
                _take(browser, held, folder, width, scheme)
        browser.close()


@contextmanager
def _prepared() -> Iterator[Site]:
    """Airflow with demo catalogues that have run, in a working folder that is removed afterwards."""
    with (
        tempfile.TemporaryDirectory() as temporary,
        ephemeral_node(default_home()) as url,
    ):
        place = Path(temporary) / "studies"  # the page names the file that is broken
        (place / "catalogues").mkdir(parents=True)
        shutil.copytree(settings.folder() / "dags", place / "dags")
        for name in demo_catalogues():
            shutil.copy(settings.catalogues() / f"{name}.yaml", place / "catalogues")
        os.environ |= {
            "STUDY_INDEX_FOLDER": str(place),
            "STUDY_INDEX_HOME": str(place / ".state"),
            "ELASTICSEARCH_URL": url,
        }
        with servers(), connect() as client:
            _run_demos(client)
            (place / "catalogues" / "coastal.yaml").write_text(BROKEN, encoding="utf-8")
            env, passwords = standalone.with_users(local_airflow.environment())
            env, address = standalone.with_ports(env, 0)
            local_airflow.prepare(env, POOLS)
            with standalone.running(env, address, Path(env["AIRFLOW_HOME"]) / "standalone.log"):
                yield Site(address, passwords["operator"])


def _run_demos(client: Elasticsearch) -> None:
    """Give each demo catalogue a few runs, one of them a rollback; then cut the file of the one that is to be held."""
    for name in demo_catalogues():
        if name != HELD:
            runner.run(catalogues.find(name), client)
    pages = sorted((settings.home() / "demo" / "harmony").glob("*.page.txt"))
    pages[0].unlink()
    runner.run(catalogues.find(BACK), client)
    lifecycle.rollback(client, BACK, by="operator", why="a study is missing")
    records = settings.home() / "demo" / "health" / "datasets.json"
    listed = json.loads(records.read_bytes())
    for share in (30, 33, 35, 38, len(listed)):
        records.write_text(json.dumps(listed[:share]), encoding="utf-8")
        runner.run(catalogues.find(HELD), client)
    records.write_text(json.dumps(listed[:24]), encoding="utf-8")


def _hold(browser: Browser, site: Site) -> str:
    """Start the run that the gate holds, wait until its question is open, and return its run id."""
    context = _signed_in(browser, site, 1280, "light")
    page = context.new_page()
    frame = _index(page)
    frame.locator(f"form[action$='/act/ingest_{HELD}/run'] button").click()
    frame.get_by_role("status").wait_for()
    end = time.monotonic() + LONGEST
    while not (review := _index(page).get_by_role("link", name="Review")).count():
        if time.monotonic() > end:
            raise FailError(f"The run of {HELD} asks nothing after {LONGEST} s")
        page.wait_for_timeout(3000)
    review.first.click()
    page.wait_for_url("**/required_actions")
    run_id = page.url.split("/runs/")[1].split("/")[0]
    context.close()
    return run_id


def _take(browser: Browser, site: Site, folder: Path, width: int, scheme: str) -> None:
    """All pictures at one width, light or dark."""
    context = _signed_in(browser, site, width, scheme)
    page = context.new_page()
    dag = f"/dags/ingest_{HELD}"
    run = f"{dag}/runs/{site.run_id}"
    pictures: dict[str, Callable[[], object]] = {
        "index": lambda: _index(page),
        "run": lambda: _framed(page, f"/plugin/study-index/study-index/run/ingest_{HELD}/{site.run_id}"),
        "grid": lambda: page.goto(run),
        "params": lambda: _params(page, dag),
        "question": lambda: _question(page, f"{run}/tasks/decide/required_actions"),  # it makes the grid narrow
    }
    for name, show in pictures.items():
        show()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(LOADING)
        page.set_viewport_size({"width": width, "height": HEIGHTS.get(name, HEIGHT)})
        (folder / f"{name}-{width}-{scheme}.png").write_bytes(with_palette(page.screenshot()))
    context.close()


def _signed_in(browser: Browser, site: Site, width: int, scheme: str) -> BrowserContext:
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    answer = context.request.post("/auth/token", data={"username": "operator", "password": site.password})
    context.add_cookies([{"name": "_token", "value": answer.json()["access_token"], "url": site.url}])
    return context


def _index(page: Page) -> FrameLocator:
    return _framed(page, "/plugin/study-index")


def _framed(page: Page, address: str) -> FrameLocator:
    page.goto(address)
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", level=1).wait_for()
    return frame


def _question(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Approve").wait_for()
    page.get_by_role("separator").first.focus()
    page.keyboard.press("Home")  # the grid beside it as narrow as it can be


def _params(page: Page, dag: str) -> None:
    page.goto(dag)
    page.get_by_role("button", name="Trigger").first.click()
    page.get_by_text("Run Parameters").wait_for()
