"""`doubts`: the live documents that the second opinion doubts, and lines that correct them."""

from __future__ import annotations

import yaml

from pipeline import settings
from tests.cli.calling import USAGE, Holdings, call, refused
from tests.support import ddi

ABOUT_WOMEN = "Women & work: 1986"


def doubted(holdings: Holdings) -> str:
    """A catalogue of three live studies; the sex of the second is that of its topic."""
    name = holdings.make(1, 3)
    holdings.write(name, 2, ddi(2, title=ABOUT_WOMEN))
    assert call("run", name).code == 0
    return name


def test_doubts_are_listed_with_the_words_for_and_against(holdings: Holdings) -> None:
    name = doubted(holdings)
    called = call("doubts", name)
    assert called.code == 0
    assert f"{name}/S00002" in called.out
    assert f"{name}/S00001" not in called.out
    (found,) = call("doubts", name, "--json").json
    assert found["harmony_id"] == f"{name}/S00002"
    assert found["name"] == ABOUT_WOMEN
    assert (found["facet"], found["value"], found["would_be"]) == ("sex", "female", "all")
    assert (found["field"], found["words_for"]) == ("titlStmt/titl", "Women")
    assert "Households" in found["words_against"]


def test_the_report_of_a_run_has_their_number_and_the_command(holdings: Holdings) -> None:
    name = doubted(holdings)
    told = f"1 document is in doubt: study-index doubts {name} lists what is live of them"
    report = call("report", name, "--json").json
    assert report["doubted"] == 1
    assert told in report["notes"]
    assert told in " ".join(call("report", name).out.split())


def test_a_report_without_doubts_does_not_speak_of_them(holdings: Holdings) -> None:
    name = holdings.make(1, 3)
    assert call("run", name).code == 0
    report = call("report", name, "--json").json
    assert report["doubted"] == 0
    assert not [note for note in report["notes"] if "doubt" in note]


def test_the_page_of_a_document_shows_the_doubt(holdings: Holdings) -> None:
    name = doubted(holdings)
    assert "a second opinion would say all" in " ".join(call("show", f"{name}/S00002").out.split())
    assert "second opinion" not in call("show", f"{name}/S00001").out
    assert call("show", f"{name}/S00002", "--json").json["doubted"] == ["sex"]
    assert "doubted" not in call("show", f"{name}/S00001", "--json").json


def test_its_lines_correct_the_records_and_end_the_doubt(holdings: Holdings) -> None:
    name = doubted(holdings)
    lines = call("doubts", name, "--corrections").out
    assert lines.startswith(f"# {ABOUT_WOMEN}: now female, by “Women”\n")
    path = settings.catalogues() / f"{name}.corrections.yaml"
    path.write_text(lines, encoding="utf-8")
    assert yaml.safe_load(lines)[f"{name}/S00002"]["sex"] == "all"

    assert call("run", name).code == 0

    assert call("show", f"{name}/S00002", "--json").json["sex"] == "all"
    assert call("doubts", name, "--json").json == []
    assert call("doubts", name).out == "No doubts.\n"


def test_a_correction_to_the_same_value_confirms_it(holdings: Holdings) -> None:
    name = doubted(holdings)
    kept = {f"{name}/S00002": {"sex": "female", "reason": "only women were asked"}}
    (settings.catalogues() / f"{name}.corrections.yaml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    assert call("run", name).code == 0
    assert call("show", f"{name}/S00002", "--json").json["sex"] == "female"
    assert call("doubts", name, "--json").json == []


def test_a_correction_of_another_field_leaves_the_doubt(holdings: Holdings) -> None:
    name = doubted(holdings)
    other = {f"{name}/S00002": {"country_codes": ["SE"], "reason": "asked in Sweden"}}
    (settings.catalogues() / f"{name}.corrections.yaml").write_text(yaml.safe_dump(other), encoding="utf-8")
    assert call("run", name).code == 0
    assert len(call("doubts", name, "--json").json) == 1


def test_a_path_names_the_catalogue_too(holdings: Holdings) -> None:
    name = doubted(holdings)
    assert (
        call("doubts", str(settings.catalogues() / f"{name}.yaml"), "--json").json
        == call("doubts", name, "--json").json
    )


def test_wrong_usage_is_refused(holdings: Holdings) -> None:
    name = doubted(holdings)
    assert f"Did you mean {name!r}?" in refused("doubts", f"{name}x", code=USAGE)
    assert "Give --corrections or --json" in call("doubts", name, "--corrections", "--json").err
