"""The node that the workers of a test run share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

from tests.nodes import shared_node


def test_a_node_is_shared_and_ends_after_its_last_user(tmp_path: Path) -> None:
    events: list[str] = []

    @contextmanager
    def node() -> Iterator[str]:
        events.append("starts")
        yield f"http://node-{events.count('starts')}"
        events.append("ends")

    with ExitStack() as first, ExitStack() as second:
        assert first.enter_context(shared_node(tmp_path, node)) == "http://node-1"
        assert second.enter_context(shared_node(tmp_path, node)) == "http://node-1"
        leaving = Thread(target=first.close)
        leaving.start()
        events.append("the second leaves")
        second.close()
        leaving.join()
    assert events == ["starts", "the second leaves", "ends"]

    with shared_node(tmp_path, node) as url:
        assert url == "http://node-2", "a later process starts a new one"
