"""Keys of catalogues in tasks: from Airflow's variables, and hidden in the log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Variable

from pipeline.dags import connections

FILE = """name: bay
title: The Bay Archive
format: datacite
protocol: {type: json, url: "https://bay.invalid/api", headers: {Authorization: "Bearer ${BAY_KEY}"}}
"""


@pytest.mark.parametrize("read", [lambda: connections.described("bay"), connections.set_all_keys])
def test_a_key_of_a_catalogue_is_hidden_in_the_log_of_the_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Any
) -> None:
    (tmp_path / "bay.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("STUDY_INDEX_CATALOGUES", str(tmp_path))
    monkeypatch.setenv("BAY_KEY", "")  # put back after the test
    monkeypatch.delenv("BAY_KEY")
    monkeypatch.setattr(Variable, "get", lambda _name, **_: "k1-verysecret")
    hidden: list[str] = []
    monkeypatch.setattr(connections, "mask_secret", hidden.append)
    read()
    assert os.environ["BAY_KEY"] == "k1-verysecret"
    assert "k1-verysecret" in hidden
