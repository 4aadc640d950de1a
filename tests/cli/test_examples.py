"""Every example in the help of a command works as it stands, where the demo catalogues are live."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator

import pytest

from pipeline.index.client import connect
from pipeline.index.generations import live_generation, write_meta
from tests.cli.calling import HELD, REJECTS, Corpus, call
from tests.cli.conftest import DEMO
from tests.cli.test_help import COMMANDS

WITH_A_NODE = {"up", "down"}
"""Their examples start and end a node: `test_up_and_down` runs them."""

UNTIL_STOPPED = {"serve"}
"""Their examples do not end by themselves: `tests/serve` starts and stops them."""

WITH_SECURITY = {"setup"}
"""Their examples need an Elasticsearch with security: `test_setup_command` makes the same calls."""

WITH_AN_EARLIER_GENERATION = {"promote", "refuse", "rollback", "unpin"}
"""Their examples need a generation to go back to."""


def examples(command: str) -> list[str]:
    """The examples at the end of a command's help, a line each."""
    _, listed = re.split(r"Examples *\n", call(command, "--help").out)
    return [line.strip() for line in listed.split("\n") if line.strip()]


@pytest.fixture
def after_the_demo(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The working folder as `make demo` leaves it; what a test retires is live again when it is over."""
    state = corpus.folder / ".state"
    state.mkdir(exist_ok=True)
    if not (state / "demo").exists():
        (state / "demo").symlink_to(corpus.folder, target_is_directory=True)
    monkeypatch.chdir(corpus.folder)
    yield
    live = {row["catalogue"] for row in call("generations", "--json").json}
    if retired := [name for name, _, _ in DEMO if name not in live]:
        assert call("run", *retired).code == REJECTS


def make_another_generation(name: str) -> None:
    """Run a catalogue of which every document has to be made anew."""
    with connect() as client:
        live = live_generation(client, name)
        assert live is not None
        write_meta(client, live.index, live.meta.replaced(schema_version="of an earlier version"))
    assert call("run", name).code in {0, REJECTS}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert all(line.startswith("study-index ") for line in examples(command))
    assert any(line.startswith(f"study-index {command}") for line in examples(command))


@pytest.mark.usefixtures("after_the_demo")
@pytest.mark.parametrize("command", sorted(set(COMMANDS) - WITH_A_NODE - WITH_SECURITY - UNTIL_STOPPED))
def test_the_examples_of_a_command_work_one_after_the_other(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    if command in WITH_AN_EARLIER_GENERATION:
        make_another_generation("demo-health")
    for example in examples(command):
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        called = call(*shlex.split(example)[1:])
        assert called.code in ({0, REJECTS, HELD} if command == "refuse" else {0, REJECTS}), (
            f"{example}\n{called.out}{called.err}"
        )
        assert called.out or "--html" in example, example
    if command in WITH_AN_EARLIER_GENERATION:  # other tests expect what is live to be staged, and of this version
        call("unpin", "demo-health")
        assert call("run", "demo-health", "--full").code in {0, REJECTS}
