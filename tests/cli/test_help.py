"""What the command line says of itself."""

from __future__ import annotations

import pytest

from tests.cli.calling import USAGE, call, refused

COMMANDS = (
    "up", "down", "catalogues", "run", "read", "search", "show", "rejects", "generations", "promote", "rollback",
    "unpin", "prune", "retire", "report", "score", "doctor",
)  # fmt: skip


def test_help_lists_every_command() -> None:
    called = call("--help")
    assert called.code == 0
    for command in COMMANDS:
        assert f" {command} " in called.out


def test_no_words_at_all_are_answered_with_the_help() -> None:
    called = call()
    assert called.code == USAGE
    assert called.out == call("--help").out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example_and_names_json(command: str) -> None:
    called = call(command, "--help")
    assert called.code == 0
    assert f"Example: study-index {command}" in called.out
    assert "--json" in called.out


def test_an_unknown_command_names_the_nearest() -> None:
    assert "'search'" in refused("serch", "words", code=USAGE)


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
def test_words_that_are_missing_or_wrong_are_named(words: tuple[str, ...], what: str) -> None:
    assert what in refused(*words, code=USAGE)


def test_wrong_usage_is_json_too_where_json_was_asked_for() -> None:
    called = call("search", "--jason", "--json")
    assert called.code == USAGE
    assert called.json["kind"] == "UsageError"
    assert called.json["error"] in called.err
