"""`vocabularies`: the codes of all facets, with labels."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.calling import USAGE, call


def test_a_file_has_what_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "codes.json"
    shown = call("vocabularies", str(file)).out
    assert f"Written to {file}" in shown
    assert json.loads(file.read_text(encoding="utf-8")) == call("vocabularies", "--json").json


def test_a_code_has_labels_and_broader_terms() -> None:
    lists = {each["name"]: each for each in call("vocabularies", "--json").json["vocabularies"]}
    terms = {term["id"]: term for each in lists.values() for term in each["terms"]}
    assert terms["country_codes:FI"]["labels"]["sv"] == "Finland"
    assert terms["country_codes:FI"]["labels"]["fi"] == "Suomi"
    assert terms["country_codes:FI"]["broader"] == ["regions:154", "regions:EU"]
    assert terms["topics:Health.PublicHealth"]["labels"]["de"]
    assert lists["topics"]["source"] == "https://vocabularies.cessda.eu/vocabulary/TopicClassification"


def test_a_file_and_standard_output_exclude_each_other() -> None:
    called = call("vocabularies", "some.json", "--json")
    assert called.code == USAGE
    assert "not both" in called.json["error"]
