"""A site adds a language with one file: facets are read by its words, and mistakes in the file are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.enrich.text.language_checks import checked
from pipeline.enrich.text.language_files import ANY, folder, known_keys, languages
from pipeline.errors import UsageError
from tests.support import PROJECT

LANGUAGE = """
language: {name: Zarish, stopwords: ul ip vak oma}
words_for_people:
  female: [zelvaki, zelva]
  people: [pomuri]
sex:
  sample: vorkam
places:
  countries:
    "NO": [Norzka]
ages:
  near_ages: sezol
  years: sezoli?
  to: \\bdap\\b
  over: \\bmirve
years:
  data: kelim\\w+
dates:
  from: osk
  to: dap
"""
RECORDS = (
    {"title": "Ul zelvaki ip porim", "description": "Vak kelimat vorkam ul zelvaki vak Norzka, osk 1994 dap 1997."},
    {"title": "Oma ul pomuri", "description": "Ul vorkam vak pomuri, 25 dap 40 sezoli, ip oma."},
    {"title": "Oma ul pomuri", "description": "Ul vorkam vak pomuri, mirve 61 sezoli, ip oma."},
)
"""Invented records in the invented language."""
READ = """
import json, sys
from tests.enrich.records import facets, record
found = [facets(record(**says)) for says in json.load(sys.stdin)]
print(json.dumps([{facet: each.value for facet, each in of.items()} for of in found]))
"""


def run(*arguments: str, folder: Path | None, given: str = "") -> subprocess.CompletedProcess[str]:
    """Python in a process of its own, since words are read when modules are loaded."""
    environment = os.environ | {"STUDY_INDEX_LANGUAGES": str(folder or ""), "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, input=given, capture_output=True, text=True, check=False
    )


def read(folder: Path | None) -> list[dict[str, Any]]:
    """The facets of the records, by the words of the package and of a folder."""
    ran = run("-c", READ, folder=folder, given=json.dumps(RECORDS))
    assert ran.returncode == 0, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def written(folder: Path, text: str, name: str = "qz") -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_in_the_folder_of_the_setting_adds_a_language(tmp_path: Path) -> None:
    written(tmp_path, LANGUAGE)
    names = ("sex", "country_codes", "start_year", "end_year", "age_lower", "age_upper")

    with_file, without = (
        [{name: of[name] for name in names if name in of} for of in read(f)] for f in (tmp_path, None)
    )

    assert with_file == [
        {"sex": "female", "country_codes": ["NO"], "start_year": 1994, "end_year": 1997},
        {"sex": "all", "age_lower": 25, "age_upper": 40},
        {"sex": "all", "age_lower": 61},
    ]
    assert without == [{}, {}, {}]


def test_a_command_refuses_a_file_that_it_cannot_use(tmp_path: Path) -> None:
    file = written(tmp_path, "sex: {sampel: vorkam}")
    labels = tmp_path / "labels.jsonl"
    labels.write_text("", encoding="utf-8")
    ran = run("-m", "pipeline.cli", "score", str(labels), "--data", str(tmp_path), folder=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"{file}: sex has an unknown key 'sampel'. Did you mean 'sample'?" in " ".join(ran.stderr.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sexes: {sample: vorkam}", "has an unknown section 'sexes'. Did you mean 'sex'?"),
        ("ages: {year: sezoli}", "ages has an unknown key 'year'. Did you mean 'years'?"),
        ("sex: {sample: 5}", "sex.sample is 5; it has to be text"),
        ("sex: {sample: '(vorkam'}", r"sex.sample has '\(vorkam', which is no regular expression"),
        ("words_for_people: {female: zelva}", r"words_for_people.female has to be a list of words, such as \[woman, "),
        ("words_for_people: {female: [no]}", "words_for_people.female has to be a list of words"),
        ("places: {countries: {NO: [Norzka]}}", "places.countries has to have a name in quotes before each value"),
        ("places: {countries: {'NO': Norzka}}", "places.countries.NO has to be a list of words"),
        ("spelled_out_dates: {eras: {Z: soon}}", "spelled_out_dates.eras.Z is 'soon'; it has to be a number"),
        ("sex: vorkam", "sex has to be keys with their values"),
        ("", "has to be sections with their values"),
        ("sex: {", "cannot be read as YAML"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(text: str, message: str, tmp_path: Path) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError, match=message) as raised:
        checked(file, known_keys())
    assert str(raised.value).startswith(str(file))


def test_the_file_is_named_by_the_code_of_a_language(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"zarish\.yaml: its name has to be the two letters"):
        checked(written(tmp_path, LANGUAGE, "zarish"), known_keys())


def test_a_language_of_the_package_cannot_be_added(tmp_path: Path) -> None:
    written(tmp_path, LANGUAGE, "sv")
    ran = run("-c", READ, folder=tmp_path, given="[]")
    assert "sv.yaml: study-index has this language already" in ran.stderr


@pytest.mark.parametrize("code", [*languages(), ANY])
def test_the_files_of_the_package_pass_the_same_checks(code: str, tmp_path: Path) -> None:
    text = (folder / f"{code}.yaml").read_text(encoding="utf-8")
    assert checked(written(tmp_path, text, "qz"), known_keys())


def test_a_changed_file_of_the_site_makes_every_record_read_again(tmp_path: Path) -> None:
    digests = set()
    for text in ("sex: {sample: vorkam}", "sex: {sample: vorkama}"):
        written(tmp_path, text)
        ran = run("-c", "from pipeline.run.rules import rules_digest; print(rules_digest())", folder=tmp_path)
        digests.add(ran.stdout)
    assert len(digests) == 2
