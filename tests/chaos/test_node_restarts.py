"""Elasticsearch is killed and started again while a run goes on: the run waits for it, and its documents are right."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import pytest

from pipeline.errors import StudyIndexError
from pipeline.index.client import connect
from pipeline.local.light_node import LightNode, default_home
from tests.chaos.rounds import chance, rounds, tried
from tests.chaos.sources import SOURCES
from tests.chaos.trial import Trial, documents
from tests.faulty import Outcome, Seen, faulty

pytestmark = pytest.mark.chaos


class Node:
    """A node of its own, which keeps its data and its address when it is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = default_home() / "server"
        folder.mkdir()
        (folder / "server").symlink_to(self._server)
        self._node = LightNode(folder)
        self.url = self._node.start()

    def restart(self, sign: signal.Signals) -> None:
        """End the process by a signal, and start another one on the same data and port."""
        os.kill(json.loads((self._folder / "node.json").read_text(encoding="utf-8"))["pid"], sign)
        self._node.stop()
        LightNode(self._folder, urlsplit(self.url).port).start()

    def stop(self) -> None:
        """End it."""
        self._node.stop()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    found = Node(tmp_path_factory.mktemp("restarts") / "node")  # before the state folder changes, which has the server
    yield found
    found.stop()


@pytest.fixture(scope="module")
def trial(node: Node, surroundings: Path) -> Iterator[Trial]:
    with ExitStack() as stack:
        client = stack.enter_context(connect(node.url))
        found = Trial(Random(0).choice(SOURCES), surroundings / "restarts", client, stack)
        found.learn()
        yield found


@pytest.mark.parametrize("number", rounds())
def test_the_node_is_restarted_during_a_run(node: Node, trial: Trial, number: int) -> None:
    random = chance("restart", number)
    trial.begin()
    full = random.random() < 0.5
    at = random.randint(1, 45)
    sign = random.choice([signal.SIGKILL, signal.SIGTERM])
    seen = 0

    def rule(_: Seen) -> Outcome:
        nonlocal seen
        seen += 1
        if seen == at:
            node.restart(sign)
            return random.choice(["away", "pass"])
        return "pass"

    with faulty(node.url, rule) as client:
        try:
            trial.archive.run(client, full=full)
            ended, expected = "went live", trial.second
        except StudyIndexError as error:
            ended, expected = f"{type(error).__name__}", trial.first
    assert documents(trial.client, trial.alias) == expected
    trial.archive.run()
    trial.assert_right()
    tried(
        f"Elasticsearch restarted ({sign.name})" if seen >= at else "no restart", f"{ended}; right after the next run"
    )
