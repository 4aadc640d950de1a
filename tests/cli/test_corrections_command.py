"""What the commands show of corrections."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from pipeline import settings
from tests.cli.calling import FAILED, REJECTS, USAGE, Holdings, call, describe, refused
from tests.support import ddi


def correct(name: str, by_id: dict[str, Any]) -> Path:
    """Write the corrections of a catalogue."""
    path = settings.catalogues() / f"{name}.corrections.yaml"
    path.write_text(yaml.safe_dump(by_id), encoding="utf-8")
    return path


def finding(name: str) -> dict[str, Any]:
    (found,) = (item for item in call("doctor", "--json").json if item["what"] == name)
    return dict(found)


def state(name: str) -> str:
    (row,) = (item for item in call("catalogues", "--json").json if item["catalogue"] == name)
    return str(row["state"])


def test_read_applies_them_as_a_run_would(tmp_path: Path) -> None:
    records = [tmp_path / f"{number}.xml" for number in (1, 2)]
    for number, path in enumerate(records, start=1):
        path.write_text(ddi(number), encoding="utf-8")
    file = describe("harbour", path="x", format="ddi-codebook")
    women = {"sex": "female", "reason": "only women were asked"}
    correct("harbour", {"harbour/S00001": women, "harbour/S00002": {"suppress": True, "reason": "withdrawn"}})
    words = ("read", *map(str, records))

    called = call(*words, "--catalogue", str(file))

    assert called.code == REJECTS
    first, second = called.lines
    assert first["document"]["sex"] == "female"
    assert first["document"]["evidence"]["sex"] == [{"kind": "curator", "reason": "only women were asked"}]
    reject = {"code": "suppressed", "field": None, "message": "harbour/S00002 is suppressed: withdrawn"}
    assert second["reject"] == reject
    assert all("document" in line for line in call(*words, "--format", "ddi-codebook").lines)


def test_corrections_that_cannot_be_used_are_reported_by_every_command_that_needs_them(holdings: Holdings) -> None:
    name = holdings.make(1)
    correct(name, {f"{name}/S00001": {"sex": "women", "reason": "r"}})
    message = "S00001: sex: There is no sex 'women'"
    assert message in refused("run", name, code=USAGE)
    assert message in state(name)
    assert message in finding("corrections")["says"]
    assert call("doctor").code == FAILED


def test_a_correction_that_matches_no_record_is_reported_until_it_is_put_right(holdings: Holdings) -> None:
    name = holdings.make(1)
    correct(name, {f"{name}/S00007": {"sex": "all", "reason": "r"}})
    run = call("run", name, "--json").json
    assert [note for note in run["notes"] if f"{name}/S00007" in note]
    assert "1 correction matches no record" in state(name)
    assert f"{name}/S00007" in finding("corrections")["says"]

    correct(name, {f"{name}/S00001": {"sex": "all", "reason": "r"}})

    assert "matches no record" not in state(name)
    assert finding("corrections")["ok"]
    assert call("run", name, "--json").json["notes"] == []


def test_corrections_of_no_catalogue_are_reported(holdings: Holdings) -> None:
    name = holdings.make(1)
    path = correct(f"{name}x", {})
    assert "corrections of no catalogue" in state(path.name)
    assert str(path) in finding("corrections")["says"]
    assert not finding("corrections")["ok"]


def test_rejects_list_what_is_suppressed_and_why(holdings: Holdings) -> None:
    name = holdings.make(1, 2)
    correct(name, {f"{name}/S00001": {"suppress": True, "reason": "asked for by the archive"}})
    assert call("run", name).code == REJECTS
    listed = call("rejects", name, "--code", "suppressed").out
    assert re.search(r"suppressed +1 ", listed)
    assert "asked for by the archive" in listed
