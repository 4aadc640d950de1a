"""A catalogue with corrections: of files, or of a repository that is asked for changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from demo.oai_server import Repository, serve
from pipeline.index import lookup
from pipeline.index.generations import write_meta
from pipeline.model.identity import uuid_of
from tests.support import Archive, ddi

STUDIES = 30


def identifier(number: int) -> str:
    return f"oai:harbour.invalid:{number}"


class Curated:
    """An archive, and the corrections of it."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def correct(self, **by_number: dict[str, Any]) -> None:
        """Write the corrections, by `s<number>`; none where nothing is given."""
        path = self.archive.folder / f"{self.archive.name}.corrections.yaml"
        said = {self.id(int(name[1:])): value for name, value in by_number.items()}
        if said:
            path.write_text(yaml.safe_dump(said), encoding="utf-8")
        else:
            path.unlink()

    def id(self, number: int) -> str:
        return f"{self.archive.name}/S{number:05d}"

    def document(self, number: int) -> dict[str, Any]:
        uuid = uuid_of(self.id(number))
        ((_, found),) = lookup.sources(self.archive.client, self.archive.live.index, [uuid])
        return found

    def run(self, **options: Any) -> dict[str, Any]:
        return self.archive.run(**options)


@pytest.fixture
def files(archive: Archive) -> Curated:
    """A folder of files: all of them are read by every run."""
    archive.put(*range(STUDIES))
    return Curated(archive)


@pytest.fixture
def repository(archive: Archive) -> Iterator[Repository]:
    repository = Repository(page_size=12)
    for number in range(STUDIES):
        repository.put(identifier(number), ddi(number).encode(), "2026-01-01T00:00:00Z")
    with serve(repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        yield repository


@pytest.fixture
def changes(archive: Archive, repository: Repository) -> Curated:
    """A repository that was harvested once; from now on it is asked for changes, and has none."""
    curated = Curated(archive)
    archive.run()
    settle(archive, repository)
    return curated


def settle(archive: Archive, repository: Repository) -> None:
    """From now on, nothing that the repository has is a change."""
    write_meta(archive.client, archive.live.index, archive.live.meta.replaced(watermark="2026-06-01T00:00:00Z"))
    repository.requests.clear()


def asked_for_changes(repository: Repository) -> bool:
    return all(request.get("from") for request in repository.requests if request.get("metadataPrefix"))
