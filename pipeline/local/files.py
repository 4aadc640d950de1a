"""Small files that several processes read and write: a lock, a text that may be missing, the end of a log."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOG_TAIL_LINES = 10

Progress = Callable[[str], None]
"""Takes a sentence for the person who waits."""


def read(path: Path) -> str:
    """The content of a text file, or "" where there is none."""
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def tail(text: str) -> str:
    """The last lines of a log."""
    return "\n".join(text.splitlines()[-LOG_TAIL_LINES:])


@contextmanager
def locked(path: Path, progress: Progress) -> Iterator[None]:
    """Hold the lock file `path`; the operating system releases it when the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another process is starting, stopping or assembling the light Elasticsearch; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
