"""The pages in a real browser: widths, colours, requests, keyboard. Skipped where there is no chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo import chromium
from pipeline.operations.pages.actions import Actions, Notice
from pipeline.operations.pages.index_page import index_page
from pipeline.operations.pages.run_page import run_page
from tests.operations.pages import index_samples, samples

ACTIONS = Actions(lambda catalogue, action: f"/study-index/{catalogue}/{action}", token="signed")
LONG = "Longitudinalstudiederbevölkerungsentwicklung" * 3

PAGES = {
    "index": index_page(index_samples.index(index_samples.BAD), ACTIONS, notice=Notice("A run has begun.", "/x")),
    "held": run_page(samples.held(title=LONG), ACTIONS),
    "live": run_page(samples.live(), ACTIONS),
    "failed": run_page(samples.failed()),
    "at work": run_page(samples.at_work()),
}
WIDTHS = (390, 768, 1280, 1600)

FAINT_TEXTS = """() => {
  const channels = (text) => {
    const found = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return [found[0] * scale, found[1] * scale, found[2] * scale, found[3] ?? 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(channels(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || parent.closest("svg, style") || !parent.checkVisibility()) continue;
    const [a, b] = [light(channels(getComputedStyle(parent).color)), light(behind(parent))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.add(`${walker.currentNode.data.trim()}: ${contrast.toFixed(1)}`);
  }
  return [...faint];
}"""
"""Texts with less contrast than 4.5 to 1, what WCAG asks of texts at level AA."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's chromium."""
    path = chromium.program()
    if path is None:
        pytest.skip(chromium.NEEDED)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=chromium.OPTIONS)
        yield launched
        launched.close()


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A page as a file."""
    path = tmp_path / "page.html"
    path.write_text(PAGES[request.param], encoding="utf-8")
    return path


def opened(browser: Any, file: Path, scheme: str = "light") -> Any:
    page = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}).new_page()
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach((found) => { found.open = true; })")
    return page


def test_nothing_is_wider_than_the_window(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(browser: Any, file: Path, scheme: str) -> None:
    assert opened(browser, file, scheme).evaluate(FAINT_TEXTS) == []


def test_the_theme_of_the_surroundings_outranks_that_of_the_system(browser: Any, file: Path) -> None:
    page = opened(browser, file, "light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(background) != light
    assert page.evaluate(FAINT_TEXTS) == []


def test_a_page_asks_for_nothing_and_has_no_errors(browser: Any, file: Path) -> None:
    page = browser.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri(), wait_until="networkidle")
    assert requests == [file.as_uri()]
    assert errors == []


def test_whatever_can_be_pressed_is_reached_by_the_keyboard_and_shows_it(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    wanted = page.evaluate(
        "[...document.querySelectorAll('a, button, summary, input:not([type=hidden]), pre')].filter("
        "(found) => found.checkVisibility()).length"
    )
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        place, outline = page.evaluate(
            "[[...document.querySelectorAll('*')].indexOf(document.activeElement),"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none"
        reached.add(place)
    assert len(reached) == wanted


def test_print_leaves_out_what_paper_cannot_do(browser: Any, file: Path) -> None:
    page = opened(browser, file, "dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    buttons = "[...document.querySelectorAll('button, .button')].filter((found) => found.checkVisibility()).length"
    assert page.evaluate(buttons) == 0
    assert page.evaluate(FAINT_TEXTS) == []
