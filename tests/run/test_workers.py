"""Processes that read records: what a run says where one of them is ended from outside."""

from __future__ import annotations

import os
import signal

import pytest

from pipeline.errors import FailError
from pipeline.run import workers
from pipeline.run.fetch import fetch
from pipeline.run.results import ProcessResult
from tests.support import Archive


def ended_by_the_system(_part: int) -> ProcessResult:
    """What happens to a process where memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process does not go on")


def test_a_reader_that_was_killed_is_named_as_what_ended_the_run(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "FEW", 0)
    monkeypatch.setattr(workers, "_cores", lambda: 2)
    monkeypatch.setattr(workers, "_process", ended_by_the_system)
    archive.put(1, 2, 3, 4)
    context = archive.context("killed")
    fetched = fetch(context, part_size=2)

    with pytest.raises(FailError, match=r"ended from outside.*Nothing that readers see has changed.*more memory"):
        list(workers.process_parts(context, fetched))
