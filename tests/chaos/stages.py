"""Something happens just before a stage of a run in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from pipeline.run import runner, workers

STAGES = ("fetch", "process", "plan", "load", "gate", "publish")


@contextmanager
def before(stage: str, act: Callable[[], Any], *, part: int = 0) -> Iterator[None]:
    """While the context lasts, call `act` once before a stage, or before its call for the part of that place."""
    user = workers if stage == "process" else runner
    original = getattr(user, stage)
    calls = count()

    def disturbed(*args: Any, **keys: Any) -> Any:
        if next(calls) == part:
            act()
        return original(*args, **keys)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(user, stage, disturbed)
        yield
