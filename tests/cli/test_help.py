"""Help, version and shell completion; wrong usage."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import get_args

import pytest

from pipeline import settings
from pipeline.cli import evaluating, reading, scoring, searching
from pipeline.cli.app import app
from pipeline.cli.declaring import all_commands
from pipeline.evaluation.labels import FIELDS
from pipeline.evaluation.queries import Kind
from pipeline.evaluation.scores import COMBINED
from pipeline.formats import FORMATS
from pipeline.search.question import SORTS
from tests.cli.calling import USAGE, call, describe, refused

COMMANDS = tuple(all_commands(app))


def test_help_lists_every_command() -> None:
    called = call("--help")
    assert called.code == 0
    for command in COMMANDS:
        assert f" {command} " in called.out


def test_a_call_without_a_command_prints_help() -> None:
    called = call()
    assert called.code == USAGE
    assert called.out == call("--help").out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example_and_names_json(command: str) -> None:
    called = call(command, "--help")
    assert called.code == 0
    assert f" study-index {command}" in called.out.partition("Examples")[2]
    assert "--json" in called.out


def test_an_unknown_command_names_the_nearest() -> None:
    assert "Did you mean 'search'?" in refused("serch", "words", code=USAGE)
    assert "Known: init, up, down, setup, run" in refused("foo", code=USAGE)


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("search", "--jsn"), "--json"),
        (("search", "--yeras", "1990"), "--years"),
        (("run", "some", "--ful"), "--full"),
        (("read", "some", "--formt=x"), "--format"),
    ],
)
def test_an_unknown_option_names_the_nearest(words: tuple[str, ...], nearest: str) -> None:
    message = refused(*words, code=USAGE)
    assert f"'{nearest}'" in message
    assert f"study-index {words[0]} --help" in message


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("run",), "CATALOGUE"),
        (("show",), "ID"),
        (("read", "--format", "harmony"), "FILE"),
        (("search", "--size", "many"), "--size"),
        (("search", "--size", "100000"), "--size"),
        (("run", "some", "--limit", "0"), "--limit"),
        (("search", "--sex"), "--sex"),
        (("show", "one", "two"), "two"),
    ],
)
def test_arguments_that_are_missing_or_wrong_are_named(words: tuple[str, ...], what: str) -> None:
    assert what in refused(*words, code=USAGE)


def test_wrong_usage_is_json_with_json() -> None:
    called = call("search", "--jason", "--json")
    assert called.code == USAGE
    assert called.json["kind"] == "UsageError"
    assert called.json["error"] in called.err


HEAVY = {"airflow", "babel", "elasticsearch", "httpx2", "lxml", "pycountry"}
"""Packages that take long to import."""


def test_help_imports_nothing_that_only_commands_need() -> None:
    program = """
import contextlib, io, sys
from pipeline.cli import main
for words in [["--help"], ["--version"], *([word, "--help"] for word in sys.argv[1:])]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main(words)
print(*{name.partition(".")[0] for name in sys.modules})
"""
    ended = subprocess.run([sys.executable, "-c", program, *COMMANDS], capture_output=True, text=True, check=True)
    assert "typer" in ended.stdout.split()
    assert HEAVY & {*ended.stdout.split()} == set()


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"study-index \d+\.\d+\.\d+\S*\n", call("--version").out)


def test_flags_are_shown_without_a_value_and_arguments_without_a_type() -> None:
    for command in COMMANDS:
        assert not re.search(r"<\w+", call(command, "--help").out)


def test_help_lists_all_formats_fields_and_orders() -> None:
    assert tuple(SORTS) == searching.ORDERS
    assert {*reading.FORMATS.split(", ")} == FORMATS.keys()
    assert {*scoring.FIELDS.split(", ")} == {*FIELDS, *COMBINED}
    assert get_args(Kind) == evaluating.KINDS
    for words, command in ((reading.FORMATS, "read"), (scoring.FIELDS, "score")):
        text = " ".join(call(command, "--help").out.replace("│", " ").split())
        assert words in text


def completed(*words: str) -> list[str]:
    """What a shell offers for the last of these words."""
    typed = {"COMP_WORDS": " ".join(["study-index", *words]), "COMP_CWORD": str(len(words))}
    ended = subprocess.run(
        [sys.executable, "-m", "pipeline.cli"],
        env={**os.environ, **typed, "_STUDY_INDEX_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout.split()


def test_a_shell_completes_commands_options_catalogues_and_codes() -> None:
    describe("harbour", path="x", format="harmony")
    (settings.catalogues() / "harbour.corrections.yaml").write_text("{}")
    assert completed("ro") == ["rollback"]
    assert completed("run", "--f") == ["--full"]
    assert completed("run", "har") == ["harbour"]
    assert completed("rejects", "harbour", "--code", "no_") == ["no_id", "no_title"]
    assert completed("read", "x", "--format", "data") == ["datacite", "dataverse"]


def test_a_command_imports_no_http_library_that_it_does_not_use() -> None:
    """They are installed where Airflow is, and the client for Elasticsearch would import each of them."""
    program = """
import contextlib, io, sys
from pipeline.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["report", "nothing-of-this-name"])
print(*{name.partition(".")[0] for name in sys.modules})
import httpx  # it is not hidden from others
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "elasticsearch" in ended.stdout.split()
    assert {"aiohttp", "httpx", "requests"} & {*ended.stdout.split()} == set()
