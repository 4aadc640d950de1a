"""A browser for tests: the system's chromium, signed in to an Airflow, and what an operator does in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, sync_playwright

from demo import chromium
from tests.ui.airflows import Site


def program() -> str:
    """The path of the system's browser; the test is skipped where there is none."""
    found = chromium.program()
    if found is None:
        pytest.skip(chromium.NEEDED)
    return found


@contextmanager
def signed_in(site: Site, user: str, **context: Any) -> Iterator[Page]:
    """A page of a browser in which the user has signed in, by the form; `context` is Playwright's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=chromium.OPTIONS)
        page = browser.new_context(base_url=site.url, **context).new_page()
        page.set_default_timeout(30_000)
        page.goto("/auth/login")
        page.fill("input[name=username]", user)
        page.fill("input[name=password]", site.passwords[user])
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/auth/" not in url)
        yield page
        browser.close()


def index_page(page: Page) -> FrameLocator:
    """The index page, opened by its place in the navigation."""
    page.goto("/")
    page.get_by_role("link", name="Studies", exact=True).click()
    frame = page.frame_locator("iframe[title='Studies']")
    frame.get_by_role("heading", name="Studies").wait_for()
    return frame


def run_tab(page: Page, dag_id: str, run_id: str) -> FrameLocator:
    """The run page, opened by the tab of the run."""
    page.goto(f"/dags/{dag_id}/runs/{run_id}")
    page.get_by_role("link", name="Run report").click()
    frame = page.frame_locator("iframe[title='Run report']")
    frame.get_by_role("heading", level=1).wait_for()
    return frame


def press(page: Page, dag_id: str, action: str, why: str | None = None) -> None:
    """Press a button of the index page; where it asks for a reason, state one."""
    form = index_page(page).locator(f"form[action$='/act/{dag_id}/{action}']")
    form.evaluate("form => { for (let e = form; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true; }")
    if why is not None:
        form.get_by_label("Why").fill(why)
    form.get_by_role("button").click()
    page.frame_locator("iframe[title='Studies']").get_by_role("status").wait_for()
