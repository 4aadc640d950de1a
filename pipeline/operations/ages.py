"""How old what is live of each catalogue is, and whether that is as its schedule promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from elasticsearch import Elasticsearch

from pipeline import catalogue as catalogues
from pipeline.errors import UsageError
from pipeline.index.generations import generations
from pipeline.model.moments import written
from pipeline.operations.freshness import Freshness, freshness_of, last_good


@dataclass(frozen=True)
class Age:
    """One catalogue. `freshness` is None without a schedule or a good run, `last_good` without a good run."""

    catalogue: str
    title: str
    schedule: str | None
    last_good: datetime | None
    freshness: Freshness | None

    @property
    def sentence(self) -> str:
        """What is known, and where to look if it is not as it should be."""
        name = f"{self.title} ({self.catalogue})"
        if self.last_good is None:
            return f"{name}: no run for all of its records went live yet"
        last = f"the last good run began at {written(self.last_good)}"
        if self.freshness is None:
            return f"{name}: no schedule; {last}"
        sentence = f"{name}: {self.freshness.value}; {last}, the schedule is {self.schedule!r}"
        if self.freshness is Freshness.FRESH:
            return sentence
        return f"{sentence}. See why its runs fail, wait or do not begin: DAG ingest_{self.catalogue}"


def ages(client: Elasticsearch, now: datetime) -> list[Age]:
    """The enabled catalogues whose files can be used, by name. The others are for the doctor."""
    live = {item.catalogue: item for item in generations(client) if item.live}
    found = []
    for path in catalogues.paths():
        try:
            described = catalogues.find(path.stem, variables_set=False)
        except UsageError:
            continue
        if described.enabled:
            own = live.get(described.name)
            judged = freshness_of(described, own, now)
            found.append(Age(described.name, described.title, described.schedule, last_good(own), judged))
    return found
