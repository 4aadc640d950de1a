"""How far a task is: a line in its log every ten seconds, and a value in Airflow's task state store."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from airflow.sdk import get_current_context

from pipeline.dags.surroundings import is_attended

if TYPE_CHECKING:
    from types import TracebackType

LOG = logging.getLogger("airflow.task")

EVERY = 10.0
"""Seconds between two lines."""


class Clock:
    """Takes the numbers of a stage (`pipeline.run.context.Progress`), and shows them by the clock while it is entered.

    The lines come also where no number does, as from a catalogue that does not answer.
    """

    def __init__(self, verb: str, what: str, every: float = EVERY) -> None:
        self._verb, self._what, self._every = verb, what, every
        self._done: int | None = None
        self._total: int | None = None
        self._changed = self._began = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._show_until_ended, name="progress", daemon=True)
        context: Any = get_current_context()
        self._store = context["task_state_store"] if is_attended() else None

    def __call__(self, _stage: str, done: int, total: int | None) -> None:
        """Note how many records are done, of how many."""
        if done != self._done:
            self._changed = time.monotonic()
        self._done, self._total = done, total

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        if error is None:
            if self._done:
                LOG.info("%s", self.line())
            self._keep()

    def line(self) -> str:
        """How far it is, for a person."""
        now = time.monotonic()
        quiet = now - self._changed
        if not self._done:
            return f"{self._verb} nothing yet, after {now - self._began:.0f} s"
        of = f" of {self._total:,}" if self._total else ""
        share = f" ({min(self._done / self._total, 1):.0%})" if self._total else ""
        since = f"; nothing new for {quiet:.0f} s" if quiet > self._every else ""
        return f"{self._verb} {self._done:,}{of} {self._what}{share}{since}"

    def _show_until_ended(self) -> None:
        while not self._ended.wait(self._every):
            LOG.info("%s", self.line())
            self._keep()

    def _keep(self) -> None:
        """Keep the numbers where Airflow's API shows them; a run does not end because that cannot be done."""
        if self._store is None or self._done is None:
            return
        try:
            self._store.set("progress", {self._what: self._done, "of": self._total})
        except Exception as error:  # noqa: BLE001 - whatever Airflow raises, the numbers are in the log as well
            LOG.warning("Progress is not kept in Airflow's task state store: %s", error)
            self._store = None
