"""`init`: a working folder that runs as it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import settings
from tests.cli.calling import USAGE, call, refused
from tests.nodes import use
from tests.support import PROJECT


@pytest.fixture
def folder(tmp_path: Path, own_elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to make a working folder in, which is the current one; nothing of it is in the index after the test."""
    use(monkeypatch, own_elasticsearch_url)
    for name in ("FOLDER", "HOME", "CATALOGUES"):
        monkeypatch.delenv(f"STUDY_INDEX_{name}", raising=False)
    made = tmp_path / "studies"
    made.mkdir()
    monkeypatch.chdir(made)
    yield made
    if any(row["catalogue"] == "my-studies" for row in call("generations", "--json").json):
        assert call("retire", "my-studies", "--yes").code == 0


@pytest.mark.usefixtures("folder")
def test_the_first_catalogue_runs_as_it_is_and_its_sample_record_has_facets() -> None:
    assert call("init").code == 0
    result = call("run", "my-studies", "--json")
    assert (result.code, result.json["created"], result.json["rejected"]) == (0, 1, 0)

    found = call("show", "my-studies/HHS-2018", "--json").json
    assert (found["sex"], found["country_codes"]) == ("all", ["IE", "PT"])
    assert (found["start_year"], found["end_year"]) == (2018, 2019)
    assert (found["age_lower"], found["age_upper"]) == (18, 75)


def test_what_is_made_at_run_time_is_in_the_working_folder_whatever_folder_below_it_is_the_current_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("init").code == 0
    monkeypatch.chdir(folder / "records")
    assert call("run", "my-studies").code == 0
    assert (folder / ".state" / "staging" / "my-studies").is_dir()
    assert not (folder / "records" / ".state").exists()
    assert ".state/" in (folder / ".gitignore").read_text().splitlines()


def test_a_file_that_exists_is_kept(folder: Path) -> None:
    (folder / "catalogues").mkdir()
    mine = folder / "catalogues" / "my-studies.yaml"
    mine.write_text("name: my-studies\n")
    first = call("init", "--json").json
    assert first["kept"] == ["catalogues/my-studies.yaml"]
    assert mine.read_text() == "name: my-studies\n"

    again = call("init", "--json").json
    assert again["made"] == []
    assert sorted(again["kept"]) == sorted([*first["made"], *first["kept"]])


def test_a_folder_that_does_not_exist_is_made_and_the_next_steps_are_named(folder: Path) -> None:
    called = call("init", "below/deeper")
    assert called.code == 0
    for name in call("init", "below/deeper", "--json").json["kept"]:
        assert (folder / "below" / "deeper" / name).is_file()
        assert name in called.out
    assert "study-index run my-studies" in called.out
    assert "cd below/deeper\n" in called.out


@pytest.mark.usefixtures("folder")
def test_a_file_in_the_place_of_the_folder_is_refused() -> None:
    Path("taken").touch()
    assert "taken is not a folder" in refused("init", "taken", code=USAGE)


def test_the_dag_file_and_the_settings_are_those_of_this_project(folder: Path) -> None:
    assert call("init").code == 0
    for name in ("dags/study_index.py", "study-index.toml"):
        assert (folder / name).read_bytes() == (PROJECT / name).read_bytes()


def test_the_settings_file_documents_every_setting_and_its_variable(folder: Path) -> None:
    assert call("init").code == 0
    text = (folder / "study-index.toml").read_text()
    assert tomllib.loads(text) == {}
    shown = tomllib.loads("\n".join(re.findall(r"^# (\w+ = .+)$", text, re.MULTILINE)))
    assert shown.keys() == settings.VARIABLES.keys()
    assert all(f"[{variable}]" in text for variable in settings.VARIABLES.values())


@pytest.mark.usefixtures("folder")
def test_a_folder_without_catalogues_is_answered_with_how_to_make_one() -> None:
    assert "study-index init" in refused("run", "my-studies", code=USAGE)
    assert not Path(".state").exists()
