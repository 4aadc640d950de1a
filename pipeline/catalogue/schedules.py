"""Which texts are a schedule: times that come again and again, and that everybody computes alike."""

from __future__ import annotations

from datetime import datetime

_FIELDS = 5
"""Minute, hour, day of the month, month, day of the week. croniter takes seconds and years, too."""


def is_schedule(text: str) -> bool:
    """Whether a text is a cron expression with a next time.

    >>> is_schedule("0 3 * * 1"), is_schedule("@daily"), is_schedule("0 0 30 2 *")
    (True, True, False)
    """
    from croniter import CroniterError, croniter

    fields = text.split()
    if len(fields) != (1 if text.startswith("@") else _FIELDS) or any(field[0] in "rR" for field in fields):
        return False  # R is a time by chance: another one in each process
    try:
        return croniter.is_valid(text) and croniter(text).get_next(datetime) is not None
    except CroniterError:
        return False
