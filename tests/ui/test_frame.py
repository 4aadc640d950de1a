"""Pages that wait for news are loaded again, and nobody loses what they type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from demo import chromium
from pipeline.ui.frame import framed
from tests.loopback import QuietHandler, serve
from tests.ui.browsing import program

PAGE = """<!doctype html><html lang="en"><head><title>Studies</title></head><body>
<details><summary>Roll back</summary><form><label>Why <input type="text" name="why"></label></form></details>
</body></html>"""


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of ours that is loaded again after a second; its title is how often it was asked for."""
    asked = 0

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - its base class names it so
            nonlocal asked
            if self.path == "/":
                asked += 1
            answer = framed(PAGE.replace("Studies", str(asked)), refresh=1)
            self.send_response(200)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(bytes(answer.body))

    with serve(Handler) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=chromium.OPTIONS)
        found = browser.new_page()
        found.clock.install()
        found.goto(url)
        yield found
        browser.close()


def test_a_page_that_waits_for_news_is_loaded_again(page: Page) -> None:
    assert page.title() == "1"
    with page.expect_navigation():
        page.clock.run_for(1500)
    assert page.title() == "2"


def test_a_form_that_is_open_keeps_its_text(page: Page) -> None:
    page.get_by_text("Roll back").click()
    page.get_by_label("Why").fill("half of it is missing")
    page.clock.run_for(10_000)
    assert (page.title(), page.get_by_label("Why").input_value()) == ("1", "half of it is missing")
    page.get_by_text("Roll back").click()
    with page.expect_navigation():
        page.clock.run_for(1500)
    assert page.title() == "2"
