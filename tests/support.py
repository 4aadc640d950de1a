"""What tests of runs share: invented studies, a catalogue of them in a folder, and its runs against a real index."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import yaml
from elasticsearch import Elasticsearch

from pipeline.catalogue import Catalogue, load
from pipeline.index import lifecycle
from pipeline.index.generations import ALIAS, Generation, generations
from pipeline.run.context import Context, Options
from pipeline.run.runner import run

PROJECT = Path(__file__).resolve().parents[1]

COUNTS = ("created", "updated", "deleted", "unchanged")


def ddi(number: int, *, title: str | None = None, nation: str = "Finland", year: int = 2001, extra: str = "") -> str:
    """A DDI-Codebook of an invented study; `extra` is XML inside `citation`."""
    return f"""<codeBook xmlns="ddi:codebook:2_5" xml:lang="en"><stdyDscr>
<citation><titlStmt>
<titl>{escape(title or f"Harbour Survey, wave {number}")}</titl><IDNo>S{number:05d}</IDNo>
</titlStmt>{extra}</citation>
<stdyInfo><abstract>Households by the sea, asked once.</abstract>
<sumDscr><nation>{escape(nation)}</nation><timePrd event="start" date="{year}"/><timePrd event="end" date="{year}"/>
</sumDscr></stdyInfo></stdyDscr></codeBook>"""


UNTITLED = '<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt/></citation></stdyDscr></codeBook>'
"""A DDI-Codebook that becomes the reject `no_title`."""


def list_records(records: Iterable[tuple[str | None, str | None]]) -> str:
    """An OAI-PMH answer to ListRecords, of (identifier, payload): no payload is a deletion, no identifier a place."""
    return "\n".join(
        [
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>',
            *(_record(identifier, payload) for identifier, payload in records),
            "</ListRecords></OAI-PMH>",
        ]
    )


def _record(identifier: str | None, payload: str | None) -> str:
    name = f"<identifier>{identifier}</identifier>" if identifier else ""
    status = ' status="deleted"' if payload is None else ""
    metadata = f"<metadata>{payload}</metadata>" if payload is not None else ""
    return f"<record><header{status}>{name}<datestamp>2026-01-01</datestamp></header>{metadata}</record>"


class Archive:
    """A catalogue of invented studies, one file each, and what its runs made of them in the index."""

    def __init__(self, folder: Path, client: Elasticsearch) -> None:
        self.folder = folder
        self.records = folder / "records"
        self.records.mkdir(parents=True)
        self.client = client
        self.name = f"archive-{uuid4().hex[:12]}"
        self.describe()

    def describe(self, **keys: Any) -> None:
        """Write the catalogue file: a folder of DDI-Codebook files, with other keys where given."""
        described = {
            "name": self.name,
            "title": "An invented archive",
            "protocol": {"type": "files", "path": "records/*.xml"},
            "format": "ddi-codebook",
            **keys,
        }
        (self.folder / f"{self.name}.yaml").write_text(yaml.safe_dump(described), encoding="utf-8")

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue as its file describes it now."""
        return load(self.folder / f"{self.name}.yaml")

    def put(self, *numbers: int, **changes: Any) -> None:
        """Add studies, or change them."""
        for number in numbers:
            self.write(number, ddi(number, **changes))

    def write(self, number: int, text: str) -> None:
        """Write the file of one study."""
        (self.records / f"{number:05d}.xml").write_text(text, encoding="utf-8")

    def remove(self, *numbers: int) -> None:
        """Take studies out."""
        for number in numbers:
            (self.records / f"{number:05d}.xml").unlink()

    def context(self, run_id: str, client: Elasticsearch | None = None, **options: Any) -> Context:
        """What the stages of a run take."""
        return Context(self.catalogue, run_id, client or self.client, Options(**options))

    def run(self, client: Elasticsearch | None = None, **options: Any) -> dict[str, Any]:
        """Run the catalogue; the report, whose counts add up."""
        report = run(self.catalogue, client or self.client, Options(**options)).as_json()
        assert_adds_up(report)
        return report

    def generations(self) -> list[Generation]:
        """The generations that there are, by number."""
        return generations(self.client, self.name)

    def states(self) -> dict[int, str]:
        """What each generation is for, by number."""
        known = self.generations()
        live = [item for item in known if item.live]
        assert len(live) <= 1, "two generations of one catalogue are live"
        return {item.number: lifecycle.state(item, live[0] if live else None) for item in known}

    @property
    def live(self) -> Generation:
        """The live generation."""
        (live,) = (item for item in self.generations() if item.live)
        return live

    def served(self) -> dict[str, str]:
        """What readers get through the alias: name by local id."""
        answer = self.client.search(
            index=ALIAS,
            query={"term": {"catalogue": self.name}},
            size=1000,
            source_includes=["harmony_id", "name"],
            track_total_hits=True,
        )
        found = {hit["_source"]["harmony_id"].split("/")[1]: hit["_source"]["name"] for hit in answer["hits"]["hits"]}
        assert len(found) == answer["hits"]["total"]["value"]
        return found

    def retire(self) -> None:
        """Take everything out of the index."""
        if self.generations():
            lifecycle.retire(self.client, self.name)


def assert_adds_up(report: dict[str, Any]) -> None:
    """fetched = read + rejected + deletions; read = created + updated + unchanged; rejects by code make rejected."""
    assert report["fetched"] == report["read"] + report["rejected"] + report["deletions"]
    assert report["read"] == report["created"] + report["updated"] + report["unchanged"]
    assert report["rejected"] == sum(report["rejects"].values())


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """(created, updated, deleted, unchanged) of a report."""
    return tuple(report[name] for name in COUNTS)


def ids(*numbers: int) -> set[str]:
    """Local ids of studies."""
    return {f"S{number:05d}" for number in numbers}
