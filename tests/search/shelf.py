"""A live catalogue for tests of search."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
from elasticsearch import Elasticsearch

from pipeline.enrich.search_fields import search_fields
from pipeline.index.bulk import Write, write
from pipeline.index.generations import create_empty, finalise, generations, swap
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from pipeline.model.identity import uuid_of, work_number
from pipeline.search.finding import search
from pipeline.search.question import Answer, Question
from pipeline.search.showing import show

Fields = dict[str, Any]


class Shelf:
    """A live catalogue whose documents a test writes directly."""

    def __init__(self, client: Elasticsearch) -> None:
        self.client = client
        self.name = f"shelf-{uuid4().hex[:12]}"

    def put(self, *documents: Fields) -> None:
        """Make these documents live; each gets the fields that every document must have."""
        put_template(self.client)
        create_empty(self.client, self.name, 1, GenerationMeta())
        index = f"studies.{self.name}.1"
        whole = [self.document(number, **fields) for number, fields in enumerate(documents)]
        assert list(write(self.client, index, (Write(one["uuid"], orjson.dumps(one)) for one in whole))) == []
        finalise(self.client, index)
        (generation,) = generations(self.client, self.name)
        with working_on(self.client, self.name, "test"):
            swap(self.client, generation, None)

    def document(self, number: int, **fields: Any) -> Fields:
        identifier = f"{self.name}/{number}"
        made = {
            "harmony_id": identifier,
            "uuid": uuid_of(identifier),
            "source": [self.name],
            "record_id": f"{self.name}:{number}",
            "work_id": identifier,
            "work_number": work_number(fields.get("work_id", identifier)),
            "name": f"Study {number}",
            "resource_type": "dataset",
            "catalogue": self.name,
            "format": "invented",
            "harvested_at": "2025-01-31T00:00:00Z",
            **fields,
        }
        return made | search_fields(made, 2025)

    def ask(self, *, filters: dict[str, list[str]] | None = None, **question: Any) -> Answer:
        """The result of a search among these documents only."""
        return search(self.client, Question(filters={"source": [self.name], **(filters or {})}, **question))

    def names(self, **question: Any) -> list[str]:
        """Names of the hits, in order."""
        return [hit["name"] for hit in self.ask(**question).hits]

    def show(self, identifier: str) -> str:
        """Name of the document with that id, DOI, uuid or slug."""
        name: str = show(self.client, identifier)["name"]
        return name
