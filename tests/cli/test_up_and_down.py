"""`up` and `down`, and commands that start the light Elasticsearch because no other is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import settings
from pipeline.local import light_node as devnode
from tests.cli.calling import call

SERVER = devnode.default_home() / "server"
"""Where it is assembled, before a test changes the state folder."""


def test_the_light_elasticsearch_starts_when_needed_and_ends(
    own_elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_elasticsearch_url, "it is assembled by now"
    monkeypatch.delenv("ELASTICSEARCH_URL")
    home = settings.home() / "elasticsearch"
    home.mkdir(parents=True)
    if Path(SERVER, "stamp").exists():
        (home / "server").symlink_to(SERVER)
    try:
        started = call("catalogues", "--json")
        assert (started.code, started.json) == (0, []), started.err
        assert "Starting" in started.err

        found = call("up", "--json")
        assert found.code == 0
        url = found.json["url"]
        assert url.startswith("http://127.0.0.1:")
        assert call("up").out == f"{url}\n"
        monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:1")
        assert "Commands use http://127.0.0.1:1, as ELASTICSEARCH_URL is set" in call("up").err.replace("\n", " ")
    finally:
        stopped = call("down", "--json")
    assert (stopped.code, stopped.json) == (0, {"stopped": True})
    assert call("down").out == "it was not running\n"
