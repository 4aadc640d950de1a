"""Times: read from what a person or a server wrote, kept in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.errors import UsageError

SECONDS = "%Y-%m-%dT%H:%M:%SZ"
"""How the pipeline writes a time: UTC, ISO 8601, to the second (strftime)."""


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """A time as the pipeline writes it: `2025-01-31T12:00:00Z`."""
    return moment.strftime(SECONDS)


def timestamp() -> str:
    """The time now, as the pipeline writes it."""
    return written(now())


def utc(moment: datetime) -> datetime:
    """The same time in UTC; a time without a zone counts as UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse(text: str | None) -> datetime | None:
    """The time, in UTC, of an ISO 8601 date or time; None where the text is neither."""
    try:
        return utc(datetime.fromisoformat(text or ""))
    except (ValueError, OverflowError):
        return None


def since(text: str) -> datetime:
    """The time from which changes are asked for.

    Raises:
        UsageError: the text is neither an ISO 8601 date nor a time.
    """
    moment = parse(text)
    if moment is None:
        raise UsageError(f"{text!r} is neither a date (2026-01-31) nor a time (2026-01-31T12:00:00Z)")
    return moment
