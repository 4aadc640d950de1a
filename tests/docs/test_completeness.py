"""Every setting, environment variable, error, document field and variable of make is in the documentation."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
from pipeline import settings
from pipeline.errors import REJECT_CODES, StudyIndexError
from pipeline.redaction import IN_FILE
from tests.docs import error_reference, rule_reference
from tests.docs.environment_variables import read_by_the_source
from tests.docs.shell_examples import PAGES
from tests.docs.usages import makefile
from tests.support import PROJECT

OF_OTHERS = {
    "PATH": "of every program",
    "AIRFLOW_HOME": "Airflow's own",
    "AIRFLOW__CORE__DAGS_FOLDER": "Airflow's own",
    "HOSTNAME": "of a service of docker-compose.yml, which demo/cluster sets",
    "ELASTICSEARCH_MEMORY": "of docker-compose.yml, which demo/cluster sets; it is in .env.example",
    "POSTGRES_DB": "of a service of docker-compose.yml",
    "POSTGRES_USER": "of a service of docker-compose.yml",
    "BAY_KEY": "of an invented catalogue in tests",
}
"""Environment variables that the source reads and that nobody sets for study-index, with the reason."""

WHAT_MAKE_HAS = {"MAKEFILE_LIST", "CURDIR", "SHELL"}
"""Variables of make itself."""


def page(name: str) -> str:
    return (PROJECT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("key", settings.VARIABLES)
def test_every_setting_is_documented(key: str) -> None:
    assert f"| `{settings.VARIABLES[key]}` | `{key}` |" in page("settings.md")


def test_every_environment_variable_that_the_source_reads_is_documented() -> None:
    known = settings.ALL_SECRETS.values()
    read = read_by_the_source() | {name + end: "pipeline/settings.py" for name in known for end in ("", IN_FILE)}
    assert OF_OTHERS.keys() <= read.keys(), "a variable that nothing reads any more"
    of_compose = set(re.findall(r"^# ([A-Z_]+)=", (PROJECT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    documented = {name for name in read if f"`{name}`" in page("settings.md")} | of_compose
    missing = {name: path for name, path in read.items() if name not in documented}
    assert missing.keys() - OF_OTHERS.keys() == set(), missing


def test_every_variable_that_a_catalogue_file_names_is_documented() -> None:
    for path in (PROJECT / "catalogues").glob("*.yaml"):
        for name in re.findall(r"\$\{(\w+)", path.read_text(encoding="utf-8")):
            assert f"`{name}`" in page("settings.md"), f"{path.name} names {name}"


def test_no_variable_is_documented_that_nothing_reads() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in _texts())
    given = {f"{name}{end}" for name in settings.ALL_SECRETS.values() for end in ("", IN_FILE)}
    given |= {f"STUDY_INDEX_TEST_ELASTICSEARCH_{name}" for name in ("API_KEY", "CA", "USER", "PASSWORD")}
    for name in re.findall(r"`([A-Z][A-Z_]+)`", page("settings.md")):
        assert name in everything or name in given, name


def _texts() -> Iterator[Path]:
    for room in ("pipeline", "demo", "benchmarks", "catalogues"):
        yield from (PROJECT / room).rglob("*.py")
        yield from (PROJECT / room).glob("*.yaml")
    yield from (PROJECT / "tests").glob("*/*.py")
    yield from (PROJECT / "tests").glob("*.py")
    yield PROJECT / "Makefile"
    yield PROJECT / ".env.example"


def test_every_variable_of_make_is_documented() -> None:
    set_there = {*re.findall(r"^(?:export )?([A-Z_]+) *[:?]?=", makefile(), re.MULTILINE)} - {"PYTHON"}
    named = {*re.findall(r"\$\([\w ,/]*?\b([A-Z][A-Z_]+)\b", makefile())} - set_there - WHAT_MAKE_HAS
    assert named == set(re.findall(r"`([A-Z_]+)`", page("settings.md").partition("## Variables of make")[2]))


def errors() -> list[type[StudyIndexError]]:
    """Every error of the pipeline that a person may see."""
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        if not module.name.endswith("__main__") and "build_gazetteer" not in module.name:
            importlib.import_module(module.name)
    found, new = set[type[StudyIndexError]](), {StudyIndexError}
    while new:
        found |= new
        new = {kind for known in new for kind in known.__subclasses__()} - found
    return sorted(found - {StudyIndexError}, key=lambda kind: kind.__name__)


def test_every_error_is_documented_with_its_exit_code() -> None:
    for kind in errors():
        if kind.__name__.startswith("_") or not kind.__module__.startswith("pipeline."):
            continue  # a module's own, which never leaves it
        rows = [row for row in page("errors.md").split("\n") if row.startswith("| `") and f"`{kind.__name__}`" in row]
        assert rows, kind
        if kind.__bases__ == (StudyIndexError,):
            _, _, _, code, *_ = rows[0].split(" | ")
            shown = 4 if kind.__name__ == "RejectError" else kind.exit_code
            assert int(code) == shown, kind


def test_every_reject_code_has_something_to_do() -> None:
    for code, meaning in REJECT_CODES.items():
        assert re.search(rf"^\| `{code}` \| {re.escape(meaning)} \| \S.* \|$", page("operations.md"), re.MULTILINE), (
            code
        )


def test_the_table_of_answers_of_elasticsearch_is_that_of_the_code() -> None:
    if page("errors.md") != error_reference.renewed():
        pytest.fail("docs/errors.md differs from the code: python -m tests.docs.error_reference", pytrace=False)


def test_the_tables_of_rules_are_those_of_the_code() -> None:
    if page("rules.md") != rule_reference.renewed():
        pytest.fail("docs/rules.md differs from the code: python -m tests.docs.rule_reference", pytrace=False)


def test_every_field_of_the_document_is_documented() -> None:
    mapping = json.loads((PROJECT / "mappings" / "studies.json").read_text(encoding="utf-8"))
    fields = mapping["template"]["mappings"]["properties"]
    text = "\n".join((PROJECT / name).read_text(encoding="utf-8") for name in PAGES)
    assert fields
    assert [name for name in fields if f"`{name}`" not in text] == []
