"""Readers that search in a loop while runs are disturbed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import Elasticsearch

from pipeline.search.finding import search
from pipeline.search.question import Question
from tests.chaos.trial import Documents, Trial, documents

BETWEEN = 0.02
"""Seconds between two searches, so that runs get on."""


class Reader:
    """Searches until it is stopped; keeps what was wrong.

    With `between` some changes of the second state may be there and others not, as after an incomplete harvest.
    """

    def __init__(self, trial: Trial, client: Elasticsearch, *, between: bool) -> None:
        self._trial = trial
        self._client = client
        self._between = between
        kept = trial.first.keys() & trial.second.keys()
        self.least = len(kept) if between else min(len(trial.first), len(trial.second))
        self._stop = threading.Event()
        self.searches = 0
        self.wrong: list[str] = []

    def read(self) -> None:
        """By the alias of the catalogue, and by the search of `study-index`, in turn."""
        question = Question(filters={"catalogue": [self._trial.archive.name]}, size=0)
        while not self._stop.is_set():
            try:
                self._judge(documents(self._client, self._trial.alias))
                total = search(self._client, question).total
            except Exception as error:  # noqa: BLE001 - whatever a reader meets is a finding
                self.wrong.append(repr(error))
                return
            if total < self.least:
                self.wrong.append(f"a search found {total} of at least {self.least} documents")
            self.searches += 1
            self._stop.wait(BETWEEN)

    def _judge(self, found: Documents) -> None:
        try:
            if self._between:
                self._trial.assert_between(found)
            else:
                assert found in (self._trial.first, self._trial.second), f"{len(found)} documents of neither state"
        except AssertionError as error:
            self.wrong.append(str(error))

    def stop(self) -> None:
        """End after the search that is under way."""
        self._stop.set()


@contextmanager
def reading(trial: Trial, *, between: bool = False) -> Iterator[Reader]:
    """A reader that searches while the context lasts.

    Raises:
        AssertionError: a search failed, or found fewer documents than the smaller generation has, or parts of two.
    """
    reader = Reader(trial, trial.client, between=between)
    thread = threading.Thread(target=reader.read, daemon=True)
    thread.start()
    try:
        yield reader
    finally:
        reader.stop()
        thread.join()
    assert not reader.wrong, reader.wrong[:3]
    assert reader.searches
