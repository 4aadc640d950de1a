"""What every stage needs to know of its run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue
from pipeline.staging.store import Staging

Progress = Callable[[str, int, int | None], None]
"""Told (stage, records so far, records in all where known) as work goes on."""


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class Options:
    """What the caller asked of a run. `since` is an ISO 8601 date or time."""

    full: bool = False
    since: str | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Context:
    """One run of one catalogue."""

    catalogue: Catalogue
    run_id: str
    client: Elasticsearch
    options: Options = Options()
    progress: Progress = field(default=silent, compare=False)

    @property
    def staging(self) -> Staging:
        """Where the run's parts are."""
        return Staging(self.catalogue.name, self.run_id)


def now() -> str:
    """UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def timed(result: dict[str, Any]) -> Iterator[None]:
    """Put the seconds that the block took into `result`."""
    start = time.monotonic()
    yield
    result["seconds"] = round(time.monotonic() - start, 3)
