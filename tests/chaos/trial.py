"""One catalogue that is disturbed, and what has to be true of it before, meanwhile and afterwards."""

from __future__ import annotations

import re
import shutil
from contextlib import ExitStack
from pathlib import Path

from elasticsearch import Elasticsearch

from pipeline import settings
from pipeline.index import lifecycle
from pipeline.index.generations import own_alias
from pipeline.index.leases import leases
from pipeline.model.moments import now
from pipeline.run.reported_runs import reported
from pipeline.run.retention import UNFINISHED, prune_catalogue, prune_staging
from tests.chaos.sources import FIRST, LIVE_FIRST, LIVE_SECOND, SECOND, Source
from tests.support import Archive

Documents = dict[str, tuple[str, str]]
"""Content hash and name of each document, by harmony_id."""

TEMPORARY = re.compile(r"\.(?:json|gz)\.[0-9a-f]+$")
"""A file that was not completely written."""


def documents(client: Elasticsearch, index: str) -> Documents:
    """All documents of an index or alias.

    Raises:
        AssertionError: a document is doubled, or a shard did not answer.
    """
    answer = client.search(
        index=index, size=10_000, track_total_hits=True, source_includes=["harmony_id", "content_hash", "name"]
    )
    assert answer["_shards"]["failed"] == 0
    sources = [hit["_source"] for hit in answer["hits"]["hits"]]
    found = {item["harmony_id"]: (item["content_hash"], item["name"]) for item in sources}
    assert len(found) == len(sources) == answer["hits"]["total"]["value"], "a document is doubled"
    return found


class Trial:
    """A catalogue with the documents that undisturbed runs make of its two states."""

    def __init__(self, kind: type[Source], folder: Path, client: Elasticsearch, stack: ExitStack) -> None:
        self.archive = Archive(folder, client)
        self.client = client
        self.source = kind(self.archive, stack)
        stack.callback(self.archive.retire)
        self.first: Documents = {}
        self.second: Documents = {}

    @property
    def alias(self) -> str:
        """The alias of the catalogue's live generation."""
        return own_alias(self.archive.name)

    @property
    def file(self) -> Path:
        """The catalogue file."""
        return self.archive.folder / f"{self.archive.name}.yaml"

    def learn(self) -> None:
        """Run both states undisturbed, and remember the documents."""
        self.first = self.begin()
        self.second = self._run_second()
        for found, truth in ((self.first, LIVE_FIRST), (self.second, LIVE_SECOND)):
            names = {self.source.ids.format(number): title for number, title in truth.items()}
            assert {name.split("/")[1]: title for name, (_, title) in found.items()} == names

    def _run_second(self) -> Documents:
        self.source.show(SECOND)
        self.archive.run()
        return documents(self.client, self.alias)

    def begin(self, *, with_previous: bool = False) -> Documents:
        """Nothing is left of earlier tries; the first state is live, the catalogue is in the second one."""
        self.source.heal()
        self.archive.retire()
        shutil.rmtree(staged(self.archive.name), ignore_errors=True)
        self.source.show(FIRST)
        for _ in range(1 + with_previous):
            self.archive.run(full=True)
        found = documents(self.client, self.alias)
        assert not self.first or found == self.first
        self.source.show(SECOND)
        return found

    def assert_one_of_both(self) -> Documents:
        """After a disturbance readers have the documents of one state, completely; returns them."""
        found = documents(self.client, self.alias)
        assert found in (self.first, self.second)
        return found

    def assert_between(self, found: Documents) -> None:
        """No document is gone but those whose study was deleted, and each is that of one of the states."""
        lost = self.first.keys() - found.keys()
        assert lost <= self.first.keys() - self.second.keys(), f"lost: {sorted(lost)}"
        others = found.items() - self.first.items() - self.second.items()
        assert not others, f"of neither state: {sorted(others)[:3]}"

    def assert_right(self, before: Documents | None = None) -> None:
        """After an undisturbed run the documents are those of undisturbed runs, and nothing is left behind.

        `before` is what was live before that run, if it may have been another than the first state.
        """
        assert documents(self.client, self.alias) == self.second
        prune_catalogue(self.client, self.archive.name)
        prune_staging(self.archive.name, now() + 2 * UNFINISHED)
        states = self.archive.states()
        assert sorted(states.values()) == ["live", "previous"], states
        assert leftovers(self.archive.name) == []
        assert self.archive.name not in leases(self.client)
        lifecycle.rollback(self.client, self.archive.name)
        assert documents(self.client, self.alias) in (self.first, before)
        lifecycle.promote(self.client, self.archive.name)
        assert documents(self.client, self.alias) == self.second


def staged(catalogue: str) -> Path:
    """The folder of what is staged for a catalogue."""
    return Path(settings.staging_url().partition("://")[2]) / catalogue


def unfinished_files(catalogue: str) -> list[Path]:
    """Files of staging that were not completely written."""
    return sorted(path for path in staged(catalogue).rglob("*") if TEMPORARY.search(path.name))


def leftovers(catalogue: str) -> list[Path]:
    """What is staged of runs without a report, and files that were not completely written."""
    known = {item.staging.run_id for item in reported(catalogue)}
    runs = [folder for folder in staged(catalogue).iterdir() if folder.name not in known]
    return runs + unfinished_files(catalogue)
