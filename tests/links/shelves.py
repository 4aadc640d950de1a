"""Catalogues whose documents a test states directly, and what the stage "link" makes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from pipeline.index import lifecycle
from pipeline.index.bulk import Write, write
from pipeline.index.generations import (
    create_clone,
    create_empty,
    finalise,
    generations,
    live_generation,
    swap,
    write_meta,
)
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta, links_after
from pipeline.links.changes import Changes
from pipeline.links.finding import all_members
from pipeline.links.members import Member
from pipeline.model.built import finished
from pipeline.model.document import build
from pipeline.model.identity import uuid_of
from pipeline.model.raw import RawRecord
from pipeline.model.record import Evidence, Found, Related, Role, Statement, StudyRecord

HARVESTED = "2026-03-01T00:00:00Z"


@dataclass(frozen=True)
class Record:
    """An invented record: its id, its title, and what it states. `kind` is its resource type."""

    id: str
    name: str = "Harbour Survey"
    kind: str = "dataset"
    dois: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    series: str | None = None
    parent: str | None = None
    other_names: tuple[str, ...] = ()

    @property
    def catalogue(self) -> str:
        """The catalogue, which is the first part of its id."""
        return self.id.partition("/")[0]


def document(record: Record, aggregators: Iterable[str] = ()) -> dict[str, Any]:
    """The document of a record, as a run makes it."""
    catalogue, _, local = record.id.partition("/")
    titles = [Statement(Role.TITLE, "title", text) for text in (record.name, *record.other_names)]
    study = StudyRecord(
        format="json",
        study_number=local,
        statements=titles,
        dois=list(record.dois),
        same_as=list(record.same_as),
        urls=list(record.urls),
        study_numbers=list(record.numbers),
        related=[Related(id=of, relation=relation) for relation, of in record.relations],
        series=record.series,
        parent=record.parent,
    )
    covered = build(
        study,
        RawRecord(record.id, "json", b"{}"),
        {"resource_type": Found(record.kind, (Evidence(kind="format"),))},
        catalogue=catalogue,
        source=catalogue,
        aggregated=catalogue in aggregators,
    )
    return finished(covered, harvested_at=HARVESTED).fields


def member(record: Record, aggregators: Iterable[str] = ()) -> Member:
    """The same, as the stage knows it."""
    fields = document(record, aggregators)
    names = ("uuid", "harmony_id", "catalogue", "resource_type", "format", "aggregated", "work_id")
    lists = ("dois", "identity_keys", "part_of", "has_part")
    given: dict[str, Any] = {name: fields[name] for name in names if name in fields}
    given |= {name: tuple(fields.get(name, ())) for name in lists}
    return Member(index=f"studies.{record.catalogue}.1", **given)


class Shelves:
    """Live catalogues of one Elasticsearch that has nothing else."""

    def __init__(self, client: Elasticsearch, aggregators: Iterable[str] = ()) -> None:
        self.client = client
        self._aggregators = tuple(aggregators)
        put_template(client)

    def put(self, records: Iterable[Record]) -> dict[str, Changes]:
        """Make these the only live records of their catalogues; returns what went live in place of what."""
        by_catalogue: dict[str, list[Record]] = {}
        for record in records:
            by_catalogue.setdefault(record.catalogue, []).append(record)
        return {name: self._publish(name, of_it) for name, of_it in by_catalogue.items()}

    def change(self, catalogue: str, changed: Iterable[Record], deleted: Iterable[str] = ()) -> Changes:
        """Make some records live beside the others of a catalogue, as an incremental run does."""
        live = live_generation(self.client, catalogue)
        assert live is not None
        with working_on(self.client, catalogue, "test"):
            number = generations(self.client, catalogue)[-1].number + 1
            create_clone(self.client, live, number, live.meta)
            documents = [document(record, self._aggregators) for record in changed]
            gone = [uuid_of(name) for name in deleted]
            writes = [Write(one["uuid"], orjson.dumps(one)) for one in documents] + [Write(each, None) for each in gone]
            uuids = [each.id for each in writes]
            changes = self._go_live(catalogue, number, writes)
        return Changes(changes.before, changes.now, lambda: uuids)

    def _publish(self, catalogue: str, records: Iterable[Record]) -> Changes:
        with working_on(self.client, catalogue, "test"):
            known = generations(self.client, catalogue)
            number = known[-1].number + 1 if known else 1
            create_empty(self.client, catalogue, number, GenerationMeta())
            documents = [document(record, self._aggregators) for record in records]
            return self._go_live(catalogue, number, [Write(one["uuid"], orjson.dumps(one)) for one in documents])

    def _go_live(self, catalogue: str, number: int, writes: list[Write]) -> Changes:
        index = f"studies.{catalogue}.{number}"
        assert list(write(self.client, index, writes)) == []
        finalise(self.client, index)
        live = live_generation(self.client, catalogue)
        write_meta(
            self.client,
            index,
            GenerationMeta(number=number, state="ready", links=links_after(live.meta if live else None)),
        )
        candidate = next(item for item in generations(self.client, catalogue) if item.number == number)
        swap(self.client, candidate, live)
        return Changes(live.index if live else None, index)

    def links(self) -> dict[str, dict[str, Any]]:
        """By harmony_id: the fields that the stage writes, as documents have them."""
        uuids = {one.uuid: one.index for page in all_members(self.client) for one in page}
        found = {}
        for uuid, index in uuids.items():
            source = self.client.get(index=index, id=uuid)["_source"]
            names = ("work_id", "work_number", "joined_by", "replaced_by", "parent", "ancestors")
            found[source["harmony_id"]] = {name: source[name] for name in names if name in source}
        return found

    def works(self) -> set[frozenset[str]]:
        """The works that have more than one document."""
        return works_of({name: links["work_id"] for name, links in self.links().items()})

    def clear(self) -> None:
        """Remove everything."""
        for name in {item.catalogue for item in generations(self.client)}:
            lifecycle.retire(self.client, name)


def works_of(work_ids: Mapping[str, str]) -> set[frozenset[str]]:
    """The sets of documents with one work_id, where there are several."""
    by_work: dict[str, set[str]] = {}
    for name, work_id in work_ids.items():
        by_work.setdefault(work_id, set()).add(name)
    return {frozenset(group) for group in by_work.values() if len(group) > 1}
