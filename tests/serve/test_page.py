"""The search page in a real browser: searching, filtering, going back, evidence, failures, no other host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from demo import chromium
from pipeline.index.client import connect
from tests.nodes import with_credentials
from tests.serve.serving import Service, document, live, served
from tests.ui.browsing import program

TRAP = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>"
NAME = "harbour-archive"


def documents() -> list[dict[str, Any]]:
    """Thirty waves of a panel, a study that they belong to, and one whose texts are traps."""
    waves = [
        {
            "name": f"Harbour Panel, wave {wave}",
            "description": "Households by the sea, asked about herring and boats.",
            "country_codes": ["FI", "SE"] if wave % 2 else ["FI"],
            "sex": "female" if wave % 3 == 0 else "all",
            "years": [1970 + wave],
            "keywords": ["nets"] if wave % 3 == 1 else ["boats"],
            "age_lower": 16,
            "age_upper": 25,
            "start_year": 1970 + wave,
            "end_year": 1970 + wave,
            "parent": f"{NAME}/0",
            "ancestors": [f"{NAME}/0"],
            "evidence": {"sex": [{"kind": "stated", "field": "universe", "words": "fishers and their wives"}]},
        }
        for wave in range(1, 31)
    ]
    trap = {
        "name": f"Trap {TRAP}",
        "description": TRAP,
        "keywords": [TRAP],
        "publisher": TRAP,
        "urls": ["javascript:document.title='caught'", "https://harbour.invalid/trap"],
        "evidence": {"resource_type": [{"kind": "stated", "field": TRAP, "words": TRAP}]},
    }
    fields: list[dict[str, Any]] = [{"resource_type": "study", "name": "Harbour Panel"}, *waves, trap]
    return [document(NAME, number, **each) for number, each in enumerate(fields)]


@pytest.fixture(scope="module")
def service(own_elasticsearch_url: str) -> Iterator[Service]:
    with (
        with_credentials(),
        connect(own_elasticsearch_url) as client,
        live(client, documents(), NAME),
        served(client) as service,
    ):
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=chromium.OPTIONS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, service: Service, *, failing: bool = False, **context: Any) -> Iterator[Page]:
    """A page; when it is left, the browser has complained of nothing, and asked no other host.

    Where requests are `failing`, the browser may say that they did.
    """
    own = browser.new_context(base_url=service.url, **context)
    page = own.new_page()
    page.set_default_timeout(15_000)
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    try:
        yield page
    finally:
        own.close()
    expected = re.compile(r"Failed to load resource: the server responded with a status of (404|503)")
    assert [text for text in complaints if not (failing and expected.match(text))] == []
    assert hosts <= {urlsplit(service.url).netloc}


def titles(page: Page) -> list[str]:
    return page.locator("#hits h3").all_inner_texts()


def test_words_are_searched_and_counted(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/")
        expect(page.get_by_role("status")).to_have_text("32 records")
        page.get_by_label("Search studies").fill("herring boats")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("status")).to_have_text("30 records")
        assert page.url.endswith("?query=herring+boats")
        assert page.title() == "herring boats – Studies"
        assert len(titles(page)) == 20
        page.get_by_role("button", name="More results").click()
        expect(page.locator("#hits h3")).to_have_count(30)
        assert len(set(titles(page))) == 30
        expect(page.get_by_role("button", name="More results")).to_be_hidden()


def test_a_filter_is_set_and_removed_and_the_back_button_undoes_it(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=herring")
        page.get_by_role("checkbox", name="Sweden").check()
        expect(page.get_by_role("status")).to_have_text("15 records")
        page.get_by_role("checkbox", name="Women or girls only").check()
        expect(page.get_by_role("status")).to_have_text("5 records")
        assert "country_codes=SE" in page.url
        assert "sex=female" in page.url
        page.go_back()
        expect(page.get_by_role("status")).to_have_text("15 records")
        expect(page.get_by_role("checkbox", name="Women or girls only")).not_to_be_checked()
        page.reload()
        expect(page.get_by_role("status")).to_have_text("15 records")
        expect(page.get_by_role("checkbox", name="Sweden")).to_be_checked()
        page.get_by_role("button", name="Remove filter Countries: Sweden").click()
        expect(page.get_by_role("status")).to_have_text("30 records")


def test_years_are_chosen_with_the_keyboard_or_the_mouse(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=herring")
        first = page.get_by_label("First year")
        expect(first).to_have_attribute("aria-valuetext", "no first year")
        first.focus()
        for _ in range(10):
            page.keyboard.press("ArrowRight")
        expect(page.get_by_role("status")).to_have_text("20 records")
        assert "years_min=1981" in page.url
        expect(page.get_by_label("First year")).to_be_focused()
        box = page.get_by_label("Last year").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
        page.mouse.up()
        expect(page).to_have_url(re.compile("years_max=198[4-7]"))
        page.get_by_role("button", name="Remove all").click()
        expect(page.get_by_role("status")).to_have_text("30 records")


def test_a_facet_of_many_values_is_counted_once_it_is_opened(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=herring")
        page.locator("summary", has_text="Keyword").click()
        page.get_by_role("checkbox", name="Nets").check()
        expect(page.get_by_role("status")).to_have_text("10 records")
        ages = page.locator("summary", has_text="Ages")
        ages.click()
        page.get_by_label("from").fill("30")
        page.get_by_label("to").last.fill("40")
        page.keyboard.press("Enter")
        page.get_by_label("to").last.blur()
        expect(page.get_by_text("Nothing found")).to_be_visible()
        assert "age_min=30&age_max=40" in page.url


def test_suggestions_come_while_typing_and_are_taken_by_keys(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/")
        field = page.get_by_role("combobox", name="Search studies")
        field.press_sequentially("harbour pan")
        expect(page.get_by_role("listbox", name="Suggestions").get_by_role("option").first).to_contain_text(
            "Harbour Panel"
        )
        expect(field).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("listbox", name="Suggestions").get_by_role("option", selected=True)).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
        field.press_sequentially("e")
        page.get_by_role("listbox", name="Suggestions").get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Harbour Panel").first).to_be_visible()
        expect(page.get_by_role("heading", name="Similar studies")).to_be_visible()


def test_evidence_is_shown_on_demand(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=wave+3&sex=female")
        hit = page.locator("#hits > li").first
        why = hit.get_by_role("button", name="Why?")
        expect(why).to_have_attribute("aria-expanded", "false")
        why.click()
        expect(hit.get_by_role("row", name="Sex")).to_contain_text("fishers and their wives")
        expect(why).to_have_attribute("aria-expanded", "true")
        why.click()
        expect(hit.get_by_role("table")).to_be_hidden()


def test_a_document_has_a_page_of_its_own_that_can_be_linked_to(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=herring&sort=name")
        page.get_by_role("link", name="Harbour Panel, wave 1", exact=True).click()
        expect(page.get_by_role("heading", name="Harbour Panel, wave 1")).to_be_visible()
        address = page.url
        page.get_by_role("link", name="Back to the results").click()
        expect(page.get_by_role("status")).to_have_text("30 records")
        page.goto(address)
        expect(page.get_by_role("heading", name="Harbour Panel, wave 1")).to_be_visible()
        expect(page.locator("#item .meta").first).to_contain_text("Finland, Sweden")
        page.locator("#item").get_by_role("link", name="Harbour Panel", exact=True).click()
        expect(page.get_by_role("heading", name="Harbour Panel", exact=True)).to_be_visible()


def test_texts_of_records_are_never_markup(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=trap")
        page.get_by_role("button", name="Why?").click()
        expect(page.locator("#hits td q")).to_have_text(TRAP)
        assert titles(page) == [f"Trap {TRAP}"]
        page.locator("#hits h3 a").click()
        expect(page.get_by_role("heading", name="Trap")).to_be_visible()
        assert page.locator("main img, main script").count() == 0
        links = page.locator("#item a").evaluate_all("links => links.map(link => link.href)")
        assert not [link for link in links if link.startswith("javascript:")]
        assert "https://harbour.invalid/trap" in links
        assert "caught" not in page.title().replace(TRAP, "")


def test_where_nothing_is_found_the_page_says_what_to_do(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=volcanoes&sex=female")
        expect(page.get_by_role("status")).to_have_text("Nothing found")
        page.get_by_role("button", name="Remove the filters").click()
        expect(page.get_by_text("No record has these words.")).to_be_visible()


def test_a_failure_is_told_and_can_be_tried_again(browser: Browser, service: Service) -> None:
    with (
        connect("http://127.0.0.1:9") as client,
        served(client) as broken,
        opened(browser, broken, failing=True) as page,
    ):
        page.goto("/?query=herring")
        expect(page.get_by_role("alert")).to_contain_text("The index cannot be searched at this moment")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("alert")).to_contain_text("The index cannot be searched at this moment")
    with opened(browser, service, failing=True) as page:
        page.goto("/?item=no-such/document")
        expect(page.get_by_role("alert")).to_contain_text("There is no such document")


def test_the_page_fits_a_telephone_and_the_dark(browser: Browser, service: Service) -> None:
    narrow = {"width": 360, "height": 740}
    with opened(browser, service, viewport=narrow, color_scheme="dark") as page:
        for path in ("/?query=herring", f"/?item={NAME}/1", "/docs"):
            page.goto(path)
            page.locator("#hits h3, #item h2").first.wait_for()
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= narrow["width"], path
        page.goto("/?query=herring")
        expect(page.get_by_role("checkbox", name="Sweden")).to_be_hidden()
        page.get_by_text("Filters").click()
        page.get_by_role("checkbox", name="Sweden").check()
        expect(page.get_by_role("status")).to_have_text("15 records")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(20, 22, 26)"


def test_everything_can_be_reached_and_is_named(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/?query=herring")
        page.locator("#hits h3").first.wait_for()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to results")).to_be_focused()
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll("input, select, button, summary, svg[role=img]")]
            .filter(each => !(each.labels?.length || each.getAttribute("aria-label") || each.textContent.trim()))
            .map(each => each.outerHTML)"""
        )
        assert unnamed == []


def test_the_requests_are_described(browser: Browser, service: Service) -> None:
    with opened(browser, service) as page:
        page.goto("/docs")
        expect(page.get_by_text("GET /discover/search")).to_be_visible()
        expect(page.get_by_role("rowheader", name="years_min").first).to_be_visible()
