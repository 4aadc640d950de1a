"""The page of a run: its figures are those of the report, and whoever reads it can use it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from pipeline.operations.pages.actions import Actions
from pipeline.operations.pages.run_page import run_page
from pipeline.operations.shown_run import RunShown, StageDone
from pipeline.run.details import Distribution
from pipeline.run.results import RunFailure
from tests.operations.pages import samples
from tests.operations.pages.checking import assert_usable, cells, shown_text

ACTIONS = Actions(lambda catalogue, action: f"/study-index/{catalogue}/{action}", token="signed")

PAGES = {
    "held": samples.held(),
    "live": samples.live(),
    "failed": samples.failed(),
    "at work": samples.at_work(),
    "without details": samples.held(details=None, rejects=(), medians={}, compared_runs=0),
    "first run": samples.live(details=samples.details(before=None, reasons=(), changes=())),
    "refused": samples.held(report=samples.report(outcome="refused", decision=samples.decided("refuse"))),
    "nothing fetched": samples.live(
        report=samples.live_report(
            fetched=0, read=0, rejected=0, deletions=0, unchanged=0, created=0, updated=0, outcome="unchanged"
        ),
        rejects=(),
    ),
}


def page(run: RunShown, actions: Actions | None = None) -> Any:
    return html.fromstring(run_page(run, actions))


@pytest.mark.parametrize("run", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("actions", [None, ACTIONS], ids=["to read", "to act"])
def test_every_page_can_be_used(run: RunShown, actions: Actions | None) -> None:
    assert_usable(run_page(run, actions))


def test_the_counts_are_those_of_the_report_and_add_up() -> None:
    text = shown_text(page(samples.held()))
    assert "2,950 fetched = 2,910 read + 37 rejected + 3 deletions" in text
    assert "2,910 read = 14 created + 40 updated + 2,856 unchanged" in text
    assert "310 live + 14 created − 110 deleted = 214 candidate" in text
    counts = cells(page(samples.held()), "Counts of the run")
    assert counts["Documents: live"] == ["310"]
    assert counts["Documents: candidate"] == ["214"]


def test_each_bar_of_the_flow_is_as_high_as_those_that_it_splits_into() -> None:
    heights = {
        bar.get("class").removeprefix("node-"): float(bar.get("height"))
        for bar in page(samples.held()).xpath("//svg[contains(@class, 'flow')]/rect")
    }
    assert heights["fetched"] == pytest.approx(heights["read"] + heights["rejected"] + heights["deletions"], abs=0.2)
    assert heights["read"] == pytest.approx(heights["created"] + heights["updated"] + heights["unchanged"], abs=0.2)


def test_a_held_run_states_what_waits_and_why() -> None:
    text = shown_text(page(samples.held()))
    assert "Held: a person decides" in text
    assert "candidate with 214 documents waits" in text
    assert "110 of 310 live documents would be deleted (35%); the limit is 10%" in text
    assert "study-index promote harbour" in text


def test_a_live_run_states_how_many_documents_are_in_doubt() -> None:
    text = shown_text(page(samples.live(report=samples.live_report(doubted=2))))
    assert "2 documents are in doubt: study-index doubts harbour lists what to look at." in text
    assert "in doubt" not in shown_text(page(samples.live()))


def test_a_reason_has_two_bars_and_the_range_that_was_allowed() -> None:
    drift = page(samples.held()).xpath("//div[@class='reason'][2]")[0]
    assert [bar.get("width") for bar in drift.xpath(".//rect[@class='fill-before' or @class='fill-after']")] == [
        "62.0%",
        "18.0%",
    ]
    assert "allowed: 52% to 72%" in shown_text(drift)


def test_a_reason_names_records_in_which_it_shows() -> None:
    text = shown_text(page(samples.held()).xpath("//div[@class='reason'][2]//table")[0])
    assert "Dock Workers" in text
    assert "oai:h:17" in text
    assert "Both, or people in general" in text


def test_facets_are_compared_and_open_to_their_values() -> None:
    held = page(samples.held())
    assert cells(held, "Sex: documents by value")["Women or girls only"] == ["192", "39", "−153", "−44"]
    countries = cells(held, "Countries: documents by value")
    assert countries["United Kingdom"] == ["200", "150", "−50", "+5.6"]
    assert countries["Sweden"] == ["0", "2", "+2", "+0.9"]


def test_a_run_without_details_shows_the_coverage_of_its_report() -> None:
    text = shown_text(page(samples.held(details=None)).xpath("//section[@aria-labelledby='facets']")[0])
    assert "Sex 190 89%" in text


def test_years_have_a_picture_and_its_numbers() -> None:
    held = page(samples.held())
    (picture,) = held.xpath("//div[@class='histogram']/svg")
    assert "The table below has the numbers" in picture.get("aria-label")
    numbers = cells(held, "Documents by year")
    assert numbers["2023"] == [str(20 + 2023 % 30), str(10 + 2023 % 25)]


def test_a_few_very_early_years_do_not_hide_the_others() -> None:
    years = {1086: 1, **dict.fromkeys(range(1990, 2021), 50)}
    after = Distribution(documents=60, coverage={"years": 60}, values={}, years=years)
    numbers = cells(page(samples.held(details=samples.details(before=None, after=after))), "Documents by year")
    assert numbers["before 1990"] == ["–", "1"]
    assert numbers["2020"] == ["–", "50"]


def test_rejects_show_the_first_records_of_each_code_and_how_to_get_all() -> None:
    untitled, malformed = page(samples.held()).xpath("//section[@aria-labelledby='rejects']/details")
    assert shown_text(untitled.xpath("./summary")[0]) == "30 no_title no title in any language"
    assert len(untitled.xpath("./div[@class='reject']")) == 20
    assert "The first 20 of 30. study-index rejects harbour --code no_title lists all." in shown_text(untitled)
    assert "line 3: tag stdyDscr is not closed" in shown_text(malformed)
    assert "lists all" not in shown_text(malformed)
    assert len(malformed.xpath(".//pre")[0].text) < 1600


def test_changed_documents_are_shown_field_by_field_with_evidence() -> None:
    fields = cells(page(samples.held()), "Fields of harbour/17")
    assert fields["Sex"] == [
        "Women or girls only stated in universe: “Women who pack fish”",
        "Both, or people in general stated in universe: “People who pack fish”",
    ]
    assert fields["Countries"] == ["United Kingdom", "United Kingdom, Ireland"]
    assert fields["Genetic data"] == ["absent", "Yes"]


def test_words_that_changed_are_marked() -> None:
    (row,) = page(samples.held()).xpath("//table[.//caption[.='Fields of harbour/17']]//tr[th='Description']")
    assert [mark.text.strip() for mark in row.xpath(".//del")] == ["Women"]
    assert [mark.text.strip() for mark in row.xpath(".//ins")] == ["People"]


def test_a_stage_that_took_much_longer_than_usual_is_pointed_out() -> None:
    (table,) = page(samples.held()).xpath("//section[@aria-labelledby='seconds']//table")
    rows = {row.xpath("./th")[0].text: shown_text(row) for row in table.xpath(".//tbody/tr")}
    assert rows["fetch"] == "fetch 1 min 15 s slow 31.0 s"
    assert rows["process"] == "process 14.1 s 13.0 s"


def test_a_run_that_failed_states_the_error_and_how_to_continue() -> None:
    text = shown_text(page(samples.failed()))
    assert "Failed in fetch" in text
    assert "503 Service Unavailable" in text
    assert "study-index run harbour --resume" in text
    later = samples.failed(
        failure=RunFailure(in_stage="plan", kind="FailError", message="no", at="2026-03-02T03:40:00Z"),
        stages=(StageDone("fetch", 1, 1, "5,200 records"), StageDone("process", 3, 3, "5,200 read, 0 rejected")),
    )
    assert "--resume" not in shown_text(page(later)), "only a harvest is continued at the command line"


def test_a_run_at_work_shows_how_far_it_came() -> None:
    text = shown_text(page(samples.at_work()))
    assert "Not ended: in process" in text
    assert "process 1 of 3 1,980 read, 20 rejected" in text


def test_who_decided_and_why_is_on_the_page() -> None:
    run = samples.held(report=samples.report(outcome="promoted", live=214, decision=samples.decided("promote")))
    text = shown_text(page(run))
    assert "Promoted by ana" in text
    assert "the archive merged its series" in text
    assert "2 Mar 2026, 08:12 UTC" in text


def test_what_a_catalogue_sends_is_text_on_the_page() -> None:
    evil = "<script>alert(1)</script>"
    group = samples.rejects()[0]
    reject = group.first[0]._replace(record_id=evil, message=evil, payload=evil, field=evil)
    run = samples.held(title=evil, rejects=(type(group)("no_title", 1, (reject,)),))
    made = run_page(run)
    assert evil not in made
    assert not html.fromstring(made).xpath("//script")


def test_forms_carry_the_token_and_rollback_asks_why() -> None:
    forms = page(samples.live(), ACTIONS).xpath("//form")
    assert [form.get("action") for form in forms] == ["/study-index/harbour/rollback"]
    (form,) = forms
    assert form.get("method") == "post"
    assert form.xpath(".//input[@name='token']")[0].get("value") == "signed"
    assert form.xpath(".//input[@name='why']")[0].get("required") is not None
    assert form.xpath(".//input[@name='generation']/@value") == ["8"]
    assert not page(samples.live()).xpath("//form")


@pytest.mark.parametrize("action", ["promote", "refuse"])
def test_a_held_candidate_is_decided_by_its_number_and_with_a_reason(action: str) -> None:
    run = samples.held()
    (form,) = page(run, ACTIONS).xpath(f"//form[@action='/study-index/harbour/{action}']")
    assert run.report is not None
    assert run.report.generation is not None
    assert form.xpath("string(.//input[@name='generation']/@value)") == run.report.generation.rpartition(".")[2]
    assert form.xpath(".//input[@name='why']/@required")


def test_a_held_run_links_to_its_question() -> None:
    (link,) = page(samples.held(), ACTIONS).xpath("//a[contains(@class, 'button')]")
    assert (link.get("href"), link.get("target")) == ("/study-index/harbour/review", "_top")
    assert re.match(r"Review\b", shown_text(link))


def test_values_beyond_those_that_were_counted_are_not_none() -> None:
    """Of a facet with thousands of values only the most common ones are counted."""
    counted = {f"topic {number}": 100 - number for number in range(50)}
    coverage = {"topics": 200}
    before = Distribution(documents=200, coverage=coverage, values={"topics": {"rare now": 150} | counted}, years={})
    after = Distribution(documents=200, coverage=coverage, values={"topics": counted}, years={})
    facets = page(samples.live(details=samples.details(before=before, after=after))).xpath("//ul[@class='facets']")[0]
    assert cells(facets, "Topics: documents by value")["Rare now"] == ["150", "–", "–", "–"]
    assert "and at least 26 rarer values" in shown_text(facets)
