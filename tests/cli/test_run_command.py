"""`run`, `catalogues`, `rejects` and `report`."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.oai_server import Repository, serve
from pipeline import settings
from pipeline.cli import output
from pipeline.errors import ExitCode, FailError
from pipeline.protocols import http
from pipeline.staging.staged_runs import runs
from tests.cli.calling import FAILED, HELD, REJECTS, USAGE, Holdings, call, describe, refused
from tests.support import UNTITLED, assert_adds_up, ddi

REPORT = {
    "catalogue", "run_id", "mode", "generation", "live", "fetched", "read", "rejected", "created", "updated",
    "unchanged", "deleted", "kept", "rejects", "coverage", "gate", "seconds",
}  # fmt: skip


def test_the_report_of_one_catalogue_is_an_object(holdings: Holdings) -> None:
    name = holdings.make(1, 2, 3)
    called = call("run", name, "--json")
    report = called.json
    assert called.code == 0
    assert called.err == ""
    assert report.keys() >= REPORT
    assert (report["catalogue"], report["mode"], report["created"], report["live"]) == (name, "full", 3, 3)
    assert report["gate"] == {"verdict": "pass", "reasons": []}
    assert report["coverage"]["country_codes"] == 3
    assert_adds_up(report)


def test_the_reports_of_several_are_a_list_in_order(holdings: Holdings) -> None:
    names = [holdings.make(1), holdings.make(2)]
    called = call("run", *reversed(names), "--json")
    assert called.code == 0
    assert [report["catalogue"] for report in called.json] == list(reversed(names))


def test_a_catalogue_may_be_named_by_the_path_of_its_file(holdings: Holdings, tmp_path: Path) -> None:
    name = holdings.make(1)
    file = settings.catalogues() / f"{name}.yaml"
    elsewhere = file.rename(tmp_path / "any-name.yaml")
    assert call("run", str(elsewhere), "--json").json["catalogue"] == name


def test_the_report_is_a_table_for_people(holdings: Holdings) -> None:
    called = call("run", holdings.make(1, 2))
    assert called.code == 0
    for words in ("created", "2", "country_codes", "100%", "passed the gate"):
        assert words in called.out
    with pytest.raises(ValueError, match="Expecting value"):
        assert called.json


def test_a_harvest_that_ended_early_is_resumed(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    repository = Repository(page_size=2)
    for number in range(6):
        repository.put(f"oai:harbour.invalid:{number}", ddi(number).encode(), f"2026-03-0{number + 1}T00:00:00Z")
    with serve(repository) as url:
        name = holdings.make(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        repository.fail(503, after=3)
        assert f"study-index run {name} --resume" in refused("run", name, code=FAILED)
        repository.requests.clear()
        report = call("run", name, "--resume", "--json").json
        assert (report["live"], report["mode"], report["complete"]) == (6, "full", True)
        assert [request.verb for request in repository.requests] == ["ListRecords"]
        again = call("run", name, "--resume", "--json").json
    assert (again["run_id"] != report["run_id"], again["live"]) == (True, 6)


def test_texts_of_a_catalogue_are_not_taken_for_markup(holdings: Holdings) -> None:
    name = holdings.make()
    holdings.put(name, 1, title="Wages [1990/91] :sun: [/bold] [red]")
    call("run", name)
    assert "Wages [1990/91] :sun: [/bold] [red]" in call("search", "--source", name).out


def test_rejects_within_the_limit_end_with_4_and_are_listed(holdings: Holdings) -> None:
    name = holdings.make(*range(30))
    holdings.write(name, 7, UNTITLED)
    called = call("run", name, "--json")
    assert (called.code, called.json["rejects"]) == (REJECTS, {"no_title": 1})
    (reject,) = call("rejects", name, "--json").json
    assert (reject["code"], reject["record_id"]) == ("no_title", "00007.xml")
    assert "no_title" in call("rejects", name).out
    (row,) = [row for row in call("catalogues", "--json").json if row["catalogue"] == name]
    assert (row["live"], row["rejected"]) == (29, 1)
    assert call("rejects", name, "--code", "malformed", "--json").json == []
    assert "'no_title'" in refused("rejects", name, "--code", "no_titel", code=USAGE)


def test_rejects_are_tried_again(holdings: Holdings) -> None:
    name = holdings.make(*range(30))
    holdings.write(name, 7, UNTITLED)
    call("run", name)
    again = call("rejects", name, "--retry", "--json").json
    assert (again["fetched"], again["rejects"], again["live"]) == (1, {"no_title": 1}, 29)
    assert "no rejects" in refused("rejects", holdings.make(1), "--retry", code=USAGE)


def test_a_held_run_ends_with_3_and_its_candidate_waits(holdings: Holdings) -> None:
    name = holdings.make(*range(20))
    call("run", name)
    holdings.remove(name, *range(10))
    called = call("run", name, "--json")
    assert called.code == HELD
    assert called.json["gate"]["verdict"] == "hold"
    assert "max_drop" in called.json["gate"]["reasons"][0]
    assert called.json["live"] == 20
    assert holdings.live(name) == 20
    table = call("report", called.json["run_id"]).out
    assert f"study-index promote {name}" in table


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        (("fine", "rejects"), REJECTS),
        (("rejects", "held", "fine"), HELD),
        (("held", "broken", "rejects"), FAILED),
    ],
)
def test_several_end_with_the_worst_exit_code(holdings: Holdings, kinds: tuple[str, ...], code: int) -> None:
    names = [getattr(_Kinds, kind)(holdings) for kind in kinds]
    called = call("run", *names, "--json")
    assert called.code == code
    assert [result["catalogue"] for result in called.json] == names
    for kind, result in zip(kinds, called.json, strict=True):
        assert ("error" in result) == (kind == "broken")
        if "error" in result:
            assert result["error"] in called.err


class _Kinds:
    """Catalogues whose next run ends in one way or another."""

    @staticmethod
    def fine(holdings: Holdings) -> str:
        return holdings.make(1)

    @staticmethod
    def rejects(holdings: Holdings) -> str:
        name = holdings.make(*range(30))
        holdings.write(name, 7, UNTITLED)
        return name

    @staticmethod
    def held(holdings: Holdings) -> str:
        name = holdings.make(1, 2)
        for number in range(3, 9):
            holdings.write(name, number, UNTITLED)
        return name

    @staticmethod
    def broken(holdings: Holdings) -> str:
        name = holdings.make()
        holdings.write(name, 1, "<html/>")
        return name


@pytest.mark.parametrize(
    ("codes", "worst"), [((0, 4), 4), ((4, 3), 3), ((3, 1, 4), 1), ((1, 2, 3), 2), ((0, 0), 0), ((), 0)]
)
def test_the_order_of_exit_codes(codes: tuple[int, ...], worst: int) -> None:
    assert output.worst(map(ExitCode, codes)) == worst


def test_a_harvest_that_is_wrong_as_a_whole_changes_nothing(holdings: Holdings) -> None:
    name = holdings.make(1, 2)
    call("run", name)
    for number in (1, 2):
        holdings.write(name, number, "<html><body>Moved</body></html>")
    message = refused("run", name, code=FAILED)
    assert "wrong_format" in message
    assert "Check the format" in message
    assert (holdings.live(name), holdings.generations(name)) == (2, {1: "live"})


def test_a_limit_deletes_nothing(holdings: Holdings) -> None:
    name = holdings.make(*range(20))
    call("run", name)
    report = call("run", name, "--limit", "3", "--json").json
    assert (report["fetched"], report["deleted"], report["live"]) == (3, 0, 20)
    assert "not complete" in report["notes"][0]


def test_files_cannot_be_asked_for_changes(holdings: Holdings) -> None:
    assert "--since" in refused("run", holdings.make(1), "--since", "2025-01-31", code=USAGE)


def test_an_unknown_catalogue_names_the_nearest_and_nothing_is_run(holdings: Holdings) -> None:
    name = holdings.make(1)
    message = refused("run", name, f"{name}x", code=USAGE)
    assert f"Did you mean '{name}'?" in message
    assert holdings.generations(name) == {}


def test_no_file_matches(holdings: Holdings, tmp_path: Path) -> None:
    describe("holdings-none", path=str(tmp_path / "none" / "*.xml"), format="harmony")
    holdings.names.append("holdings-none")
    message = refused("run", "holdings-none", code=FAILED)
    assert f"no file matches {tmp_path / 'none' / '*.xml'}" in message


def test_the_table_of_catalogues_shows_what_is_live(holdings: Holdings) -> None:
    live, never = holdings.make(1, 2), holdings.make(3)
    call("run", live)
    rows = {row["catalogue"]: row for row in call("catalogues", "--json").json}
    assert (rows[live]["live"], rows[live]["state"]) == (2, "live")
    assert (rows[live]["protocol"], rows[live]["format"]) == ("files", "ddi-codebook")
    assert rows[live]["watermark"] is not None
    assert rows[live]["last_run"] is not None
    assert (rows[never]["live"], rows[never]["state"], rows[never]["last_run"]) == (0, "never run", None)
    table = call("catalogues").out
    assert live in table
    assert "never run" in table


def test_a_catalogue_without_its_file_is_named(holdings: Holdings) -> None:
    name = holdings.make(1)
    call("run", name)
    (settings.catalogues() / f"{name}.yaml").unlink()
    rows = {row["catalogue"]: row for row in call("catalogues", "--json").json}
    assert "no file" in rows[name]["state"]
    checked = call("doctor", "--json")
    assert checked.code == FAILED
    (finding,) = [item for item in checked.json if not item["ok"]]
    assert "study-index retire" in finding["says"]
    assert name in finding["says"]


def test_doctor_asks_elasticsearch_staging_and_the_catalogue(holdings: Holdings) -> None:
    for name in [item["catalogue"] for item in call("catalogues", "--json").json]:
        describe(name, path="x", format="harmony")
    name = holdings.make(1)
    checked = call("doctor", name, "--json")
    assert [item for item in checked.json if not item["ok"]] == []
    assert checked.code == 0
    assert "00001.xml" in checked.json[-1]["says"]
    assert "Elasticsearch" in call("doctor", name).out


def test_a_report_is_a_table_json_or_a_page(holdings: Holdings, tmp_path: Path) -> None:
    run = call("run", holdings.make(1), "--json").json
    assert call("report", run["run_id"], "--json").json == run
    assert run["run_id"] in call("report", run["run_id"]).out
    page = tmp_path / "report.html"
    written = call("report", run["run_id"], "--html", str(page))
    assert (written.code, written.out) == (0, "")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert run["run_id"] in text
    assert "Countries" in text
    assert run["run_id"] in refused("report", "20200101T000000Z-0000", code=USAGE)
    assert "cannot be written" in refused("report", run["run_id"], "--html", str(tmp_path / "no" / "x"), code=USAGE)


def test_an_unreadable_study_of_a_live_catalogue_stays(holdings: Holdings) -> None:
    name = holdings.make(*range(30))
    call("run", name)
    holdings.write(name, 3, ddi(3)[:-20])
    called = call("run", name, "--json")
    assert (called.code, called.json["kept"], called.json["live"]) == (REJECTS, 1, 30)


def test_the_last_report_of_a_catalogue_is_found_by_its_name(holdings: Holdings) -> None:
    name = holdings.make(1, 2)
    first = call("run", name, "--json").json
    holdings.write(name, 3, ddi(3))
    second = call("run", name, "--json").json
    assert call("report", name, "--json").json["run_id"] == second["run_id"]
    assert call("report", f"{name}/{first['run_id']}", "--json").json["live"] == 2


def test_a_report_page_opens_with_the_verdict(holdings: Holdings, tmp_path: Path) -> None:
    name = holdings.make(*range(12))
    call("run", name)
    for number in range(1, 12):
        holdings.remove(name, number)
    assert call("run", name).code == HELD
    page = tmp_path / "report.html"
    assert call("report", name, "--html", str(page)).code == 0
    html = page.read_text(encoding="utf-8")
    assert (
        html.index("Held: a person decides") < html.index("Too many deletions") < html.index("11 deleted = 1 candidate")
    )


def test_a_held_run_without_a_candidate_leaves_nothing_to_promote(holdings: Holdings) -> None:
    name = holdings.make(1, 2)
    call("run", name)
    for number in range(3, 9):
        holdings.write(name, number, UNTITLED)
    called = call("run", name)
    assert called.code == HELD
    assert "no candidate waits" in called.out
    (row,) = [row for row in call("catalogues", "--json").json if row["catalogue"] == name]
    assert (row["held"], row["state"]) == (True, "the last run was held")


def test_a_broken_file_does_not_hide_the_other_catalogues(holdings: Holdings) -> None:
    name = holdings.make(1)
    broken = settings.catalogues() / "broken.yaml"
    broken.write_text("name: broken\ntitel: x\n", encoding="utf-8")
    rows = {row["catalogue"]: row["state"] for row in call("catalogues", "--json").json}
    assert name in rows
    assert "Did you mean 'title'" in rows["broken"]


def test_a_run_that_failed_has_a_report_page(holdings: Holdings, tmp_path: Path) -> None:
    name = holdings.make(1)
    holdings.remove(name, 1)
    assert call("run", name).code == 1
    (run_id,) = runs(name)
    page = tmp_path / "report.html"
    assert call("report", run_id, "--html", str(page)).code == 0
    assert "Failed" in page.read_text(encoding="utf-8")


def test_a_rebuild_that_fails_is_a_run_that_failed(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    name = holdings.make(1, 2)
    call("run", name)
    assert call("reprocess", name, "--json").json["unchanged"] == 2

    def fail(*_: object) -> None:
        raise FailError("the sky fell")

    monkeypatch.setattr("pipeline.run.runner.plan", fail)
    assert call("reprocess", name).code == FAILED

    (state,) = (row["state"] for row in call("catalogues", "--json").json if row["catalogue"] == name)
    assert "the last run failed: the sky fell" in state
