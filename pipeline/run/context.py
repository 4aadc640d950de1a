"""What every stage needs to know of its run."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue
from pipeline.index.leases import working_on
from pipeline.staging.store import Staging

P = ParamSpec("P")
R = TypeVar("R")

Progress = Callable[[str, int, int | None], None]
"""Is called with the stage, the number of records so far, and their number in all where that is known."""


def no_progress(_stage: str, _done: int, _total: int | None) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class Options:
    """What the caller asked of a run. `since` is an ISO 8601 date or time."""

    full: bool = False
    since: str | None = None
    limit: int | None = None

    @property
    def is_partial(self) -> bool:
        """Whether the run is to see only a part of the catalogue."""
        return self.since is not None or self.limit is not None


@dataclass(frozen=True)
class Context:
    """One run of one catalogue."""

    catalogue: Catalogue
    run_id: str
    client: Elasticsearch
    options: Options = Options()
    progress: Progress = field(default=no_progress, compare=False)

    @property
    def staging(self) -> Staging:
        """Where the run's parts are."""
        return Staging(self.catalogue.name, self.run_id)

    @property
    def owner(self) -> str:
        """What the catalogue's lease names as its holder."""
        return f"run {self.run_id}"

    def working_on(self, what: str) -> AbstractContextManager[None]:
        """Hold the catalogue's lease for a stage, or for all of them; see `leases.working_on`."""
        return working_on(self.client, self.catalogue.name, what, self.owner)


def under_lease(
    function: Callable[Concatenate[Context, P], R],
) -> Callable[Concatenate[Context, P], R]:
    """Let a stage hold the catalogue's lease while it works, unless the run holds it already."""

    @wraps(function)
    def holding(context: Context, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with context.working_on(function.__name__):
            return function(context, *args, **kwargs)

    return holding


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since then, to the millisecond."""
        return round(time.monotonic() - self._start, 3)
