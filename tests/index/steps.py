"""Generations of a catalogue that no other test uses, one step at a time."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import generations, lifecycle
from pipeline.index.generations import Generation
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from pipeline.index.states import state


class Steps:
    """A catalogue in the index, and what runs and people do to it."""

    def __init__(self, client: Elasticsearch) -> None:
        self.client = client
        self.name = f"steps-{uuid4().hex[:12]}"

    @property
    def known(self) -> list[Generation]:
        """All generations, by number."""
        return generations.generations(self.client, self.name)

    @property
    def live(self) -> Generation | None:
        """The generation that readers see."""
        return generations.live_generation(self.client, self.name)

    def states(self) -> dict[int, str]:
        """The state of each generation, by number."""
        live = self.live
        return {item.number: state(item, live) for item in self.known}

    def make(self, **meta: object) -> Generation:
        """Make the next generation, empty; ready to go live unless `meta` states otherwise."""
        put_template(self.client)
        number = self.known[-1].number + 1 if self.known else 1
        made = GenerationMeta().replaced(**{"state": "ready", "previous": self.live and self.live.number, **meta})
        assert generations.create_empty(self.client, self.name, number, made)
        return self.known[-1]

    def do(self, step: str) -> None:
        """One step: build, hold, go-live, promote, promote N, rollback, unpin, prune or discard."""
        what, *number = step.split()
        if what == "build":
            self.make(state="building")
        elif what == "hold":
            self.make(state="held", report={"gate": {"reasons": ["max_drop: 16 of 20 would be deleted"]}})
        elif what == "go-live":
            generations.swap(self.client, self.make(), self.live)
        elif what == "discard":
            generations.delete(self.client, lifecycle.candidates(self.known, self.live))
        elif what == "promote":
            lifecycle.promote(self.client, self.name, *map(int, number))
        elif what == "rollback":
            lifecycle.rollback(self.client, self.name)
        elif what == "unpin":
            lifecycle.unpin(self.client, self.name)
        else:
            lifecycle.prune(self.client, self.name)


@pytest.fixture
def steps(shared_client: Elasticsearch, staging: object) -> Iterator[Steps]:
    """A catalogue without generations, with its lease; the generations of the test are deleted after it."""
    assert staging
    steps = Steps(shared_client)
    with working_on(shared_client, steps.name, "test"):
        yield steps
        if steps.known:
            lifecycle.retire(shared_client, steps.name)
