"""How far a task is, in its log and for Airflow's API."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from pipeline.dags import clock
from pipeline.dags.clock import Clock


class Store:
    """Stands for Airflow's task state store; tells when something is kept."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.changed = threading.Event()

    def set(self, key: str, value: dict[str, Any]) -> None:
        assert key == "progress"
        self.kept.append(value)
        self.changed.set()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store()
    monkeypatch.setattr(clock, "get_current_context", lambda: {"task_state_store": store})
    monkeypatch.setattr(clock, "is_attended", lambda: True)
    return store


def test_lines_come_by_the_clock(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "airflow.task"), Clock("fetched", "records", every=0.01) as shown:
        shown("fetch", 1200, 6000)
        assert store.changed.wait(30)
    assert "fetched 1,200 of 6,000 records (20%)" in caplog.text
    assert store.kept[-1] == {"records": 1200, "of": 6000}


def test_the_last_numbers_are_kept_at_the_end(store: Store) -> None:
    with Clock("fetched", "records") as shown:
        shown("fetch", 7, None)
    assert store.kept == [{"records": 7, "of": None}]


@pytest.mark.usefixtures("store")
def test_a_catalogue_that_does_not_answer_is_seen() -> None:
    assert Clock("fetched", "records").line() == "fetched nothing yet, after 0 s"


def test_a_store_that_cannot_be_used_ends_no_task(
    monkeypatch: pytest.MonkeyPatch, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("too large")

    monkeypatch.setattr(store, "set", refuse)
    with Clock("fetched", "records") as shown:
        shown("fetch", 7, None)
    assert "Progress is not kept in Airflow's task state store: too large" in caplog.text
