"""The index page: the line that says it all, the rows, and what a person can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import html

from pipeline.model.finding import Finding
from pipeline.operations.pages.actions import Actions, Notice
from pipeline.operations.pages.index_page import index_page
from pipeline.operations.shown_index import IndexShown
from tests.operations.pages import index_samples as samples
from tests.operations.pages.checking import assert_usable, shown_text

ACTIONS = Actions(
    lambda catalogue, action: f"/study-index/act/{catalogue}/{action}" if catalogue != "asked-nothing" else None,
    token="signed",
)


def page(index: IndexShown, actions: Actions | None = None) -> Any:
    return html.fromstring(index_page(index, actions))


def row_of(found: Any, name: str) -> Any:
    (row,) = found.xpath("//tr[th//span[normalize-space()=$name]]", name=name)
    return row


def actions_of(found: Any, name: str) -> list[str]:
    row = row_of(found, name)
    forms = [form.get("action").rpartition("/")[2] for form in row.xpath(".//form")]
    return [link.get("href").rpartition("/")[2] for link in row.xpath(".//a[contains(@class, 'button')]")] + forms


@pytest.mark.parametrize("actions", [None, ACTIONS], ids=["to read", "to act"])
@pytest.mark.parametrize(
    "index", [samples.index(), samples.index(samples.BAD), IndexShown((), (), samples.NOW)], ids=["ok", "ill", "empty"]
)
def test_every_page_can_be_used(index: IndexShown, actions: Actions | None) -> None:
    assert_usable(index_page(index, actions))


def test_the_first_line_says_it_all() -> None:
    text = shown_text(page(samples.index()).xpath("//p[@class='lead']")[0])
    expected = (
        "1,498 documents live · 1 broken · 1 failed · 1 held · 1 stale · 1 pinned · "
        "1 without a file · 1 at work · doctor ok"
    )
    assert text == expected
    assert "doctor: 1 thing wrong" in shown_text(page(samples.index(samples.BAD)))


def test_each_part_of_the_line_leads_to_the_first_row_that_it_is_about() -> None:
    found = page(samples.index())
    (link,) = [link for link in found.xpath("//p[@class='lead']/a") if link.text == "1 pinned"]
    (row,) = found.xpath("//tr[@id=$id]", id=link.get("href").removeprefix("#"))
    assert "Pier Archive" in shown_text(row)


def test_what_needs_a_person_is_above_the_others() -> None:
    wanted, others = page(samples.index()).xpath("//table[contains(@class, 'catalogues')]")
    heads = [shown_text(head) for head in wanted.xpath(".//tbody/tr/th")]
    assert [head.split()[0] for head in heads] == ["Quay", "Tide", "Harbour", "Pier", "Gone"]
    assert "Reef Archive" in shown_text(others)


def test_a_row_has_the_figures_of_the_catalogue_and_its_cause() -> None:
    row = row_of(page(samples.index()), "Tide Archive")
    figures = {cell.get("data-label"): shown_text(cell) for cell in row.xpath("./td[@data-label]")}
    assert (figures["Live"], figures["Rejects"]) == ("214 +2", "37")
    assert figures["Last good"] == "24 h ago fresh"
    assert figures["Next run"] == "in 3 days"
    assert "https://tide.example answers 503" in shown_text(row)
    (picture,) = row.xpath(".//svg")
    assert picture.get("aria-label").startswith("Live documents over the last 3 runs: from 200 to 214")


def test_a_run_that_should_have_begun_is_due_now() -> None:
    index = IndexShown((replace(samples.row("jetty"), next_run=samples.NOW - timedelta(days=3)),), (), samples.NOW)
    (cell,) = row_of(page(index), "Jetty Archive").xpath("./td[@data-label='Next run']")
    assert shown_text(cell) == "due now"


def test_a_row_opens_its_last_run_in_the_whole_window() -> None:
    (link,) = row_of(page(samples.index()), "Tide Archive").xpath("./th//a")
    assert (link.get("href"), link.get("target")) == ("/dags/ingest_x/runs/scheduled__1", "_top")


def test_what_can_be_done_depends_on_the_state_and_the_user() -> None:
    found = page(samples.index(), ACTIONS)
    assert actions_of(found, "Tide Archive") == ["run", "full-run", "rollback"]
    assert actions_of(found, "Harbour Archive") == ["review", "run", "full-run", "rollback"]
    assert actions_of(found, "Pier Archive") == ["unpin", "run", "full-run"]
    assert actions_of(found, "Quay Archive") == ["rollback"], "a broken file cannot be run"
    assert actions_of(found, "Mole Archive") == ["rollback"], "at work"
    assert actions_of(found, "Buoy Archive") == [], "the user may not"
    assert actions_of(found, "Gone Archive") == [], "Airflow does not know it"
    assert not page(samples.index()).xpath("//form")


def test_a_rollback_is_of_the_generation_that_the_page_shows() -> None:
    (number,) = row_of(page(samples.index(), ACTIONS), "Tide Archive").xpath(".//input[@name='generation']/@value")
    assert number == "7"


def test_no_review_where_nothing_asks() -> None:
    index = IndexShown((samples.row("asked-nothing", "held", facts=samples.ACTING),), (), samples.NOW)
    assert actions_of(page(index, ACTIONS), "Asked-Nothing Archive") == []


def test_every_form_posts_the_token() -> None:
    forms = page(samples.index(), ACTIONS).xpath("//form")
    assert forms
    for form in forms:
        assert form.get("method") == "post"
        assert form.xpath("./input[@name='token']/@value") == ["signed"]


def test_the_doctor_is_open_only_where_something_is_wrong() -> None:
    assert page(samples.index(samples.BAD)).xpath("//details[@open]//td[.='red: some data cannot be read']")
    assert not page(samples.index()).xpath("//details[@open]")


def test_names_and_messages_are_text_on_the_page() -> None:
    evil = "<img src=x onerror=alert(1)>"
    index = IndexShown((samples.row("quay", "held", title=evil),), (), samples.NOW)
    made = index_page(index, ACTIONS, notice=Notice(evil))
    assert evil not in made
    assert not html.fromstring(made).xpath("//img")


def test_what_was_just_done_is_announced() -> None:
    found: Any = html.fromstring(index_page(samples.index(), notice=Notice("A run of tide has begun.", "/dags/x")))
    (notice,) = found.xpath("//*[@role='status']")
    assert shown_text(notice) == "A run of tide has begun. See the run"


def test_a_held_catalogue_states_why() -> None:
    text = shown_text(row_of(page(samples.index()), "Harbour Archive"))
    assert "110 of 310 live documents would be deleted (35%); the limit is 10%" in text


def test_one_cause_that_several_checks_find_is_one_thing_wrong() -> None:
    why = "The catalogue file quay.yaml: unknown key 'titel'"
    found = page(samples.index((Finding("catalogue files", False, why), Finding("corrections", False, why))))
    assert "doctor: 1 thing wrong" in shown_text(found)
    assert "catalogue files, corrections" in shown_text(found)
