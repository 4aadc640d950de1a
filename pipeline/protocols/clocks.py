"""How a harvest waits, and what the time is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from pipeline.model import moments


def _no_limit() -> float:
    """There is no limit of time."""
    return math.inf


class Clocks(NamedTuple):
    """How to wait, and what the time is; tests hand in their own."""

    sleep: Callable[[float], None] = time.sleep
    """Waits for a number of seconds."""
    now: Callable[[], datetime] = moments.now
    """The time in UTC."""
    timer: Callable[[], float] = time.monotonic
    """Seconds on a monotonic clock."""
    check: Callable[[], float] = _no_limit
    """Called before each request and each piece of a stream. Returns the seconds that the harvest has left; raises
    FailError where it has taken too long."""


CLOCKS = Clocks()
