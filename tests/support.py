"""Helpers for tests of runs: invented studies, a catalogue of them in a folder, and its runs against a real index."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import pytest
import yaml
from elasticsearch import Elasticsearch
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from pipeline import settings
from pipeline.catalogue import Catalogue, load
from pipeline.catalogue.digests import digests
from pipeline.index import lifecycle
from pipeline.index.generations import ALIAS, Generation, generations, live_generation
from pipeline.index.leases import LeasedError
from pipeline.index.segments import number_of
from pipeline.index.states import state
from pipeline.model.raw import Reject
from pipeline.run.context import Context, Options
from pipeline.run.fetched import FetchResult
from pipeline.run.rejects import open_rejects
from pipeline.run.runner import run
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging

PROJECT = Path(__file__).resolve().parents[1]

REAL_RECORDS = Path(os.environ.get("STUDY_INDEX_TEST_RECORDS") or PROJECT.parent / "shared" / "data")
"""Folder of real catalogues' records. It is not part of the project: tests that read it are skipped where it is not."""

needs_real_records = pytest.mark.skipif(
    not REAL_RECORDS.is_dir(), reason=f"needs the real records of {REAL_RECORDS}; invented ones guard the same"
)
"""Skips a test only where the folder is missing: a record that is missing in it fails the test."""

COUNTS = ("created", "updated", "deleted", "unchanged")


def ddi(
    number: int,
    *,
    title: str | None = None,
    abstract: str = "Households by the sea, asked once.",
    nation: str = "Finland",
    year: int = 2001,
    extra: str = "",
) -> str:
    """A DDI-Codebook of an invented study; `extra` is XML inside `citation`."""
    return f"""<codeBook xmlns="ddi:codebook:2_5" xml:lang="en"><stdyDscr>
<citation><titlStmt>
<titl>{escape(title or f"Harbour Survey, wave {number}")}</titl><IDNo>S{number:05d}</IDNo>
</titlStmt>{extra}</citation>
<stdyInfo><abstract>{escape(abstract)}</abstract>
<sumDscr><nation>{escape(nation)}</nation><timePrd event="start" date="{year}"/><timePrd event="end" date="{year}"/>
</sumDscr></stdyInfo></stdyDscr></codeBook>"""


UNTITLED = '<codeBook xmlns="ddi:codebook:2_5"><stdyDscr><citation><titlStmt/></citation></stdyDscr></codeBook>'
"""A DDI-Codebook that becomes the reject `no_title`."""


def list_records(records: Iterable[tuple[str | None, str | None]]) -> str:
    """An OAI-PMH response to ListRecords, of (identifier, payload).

    Without a payload a record is a deletion; without an identifier its header has none.
    """
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
    """A catalogue of invented studies, one file each, and its generations in the index."""

    def __init__(self, folder: Path, client: Elasticsearch) -> None:
        self.folder = folder
        self.records = folder / "records"
        self.records.mkdir(parents=True)
        self.client = client
        self.name = f"archive-{uuid4().hex[:12]}"
        self.describe()

    def describe(self, **keys: Any) -> None:
        """Write the catalogue file: a folder of DDI-Codebook files, with these keys added or replaced."""
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
        """The catalogue, read from its file."""
        return load(self.folder / f"{self.name}.yaml")

    def put(self, *numbers: int, **changes: Any) -> None:
        """Write the files of studies with these numbers: new ones, or changed ones."""
        for number in numbers:
            self.write(number, ddi(number, **changes))

    def write(self, number: int, text: str) -> None:
        """Write the file of one study."""
        (self.records / f"{number:05d}.xml").write_text(text, encoding="utf-8")

    def remove(self, *numbers: int) -> None:
        """Remove the files of studies."""
        for number in numbers:
            (self.records / f"{number:05d}.xml").unlink()

    def change(self) -> None:
        """Change one study of 30 live ones, delete one and add one: the counts of the next run are (1, 1, 1, 28)."""
        self.put(*range(30))
        self.run()
        self.put(3, title="Harbour Survey, corrected")
        self.remove(7)
        self.put(30)

    def roll_back(self) -> None:
        """Make a generation of 20 studies live, then one of 21, and roll the second one back."""
        self.put(*range(20))
        self.run()
        self.put(20)
        self.run()
        lifecycle.rollback(self.client, self.name)

    def context(self, run_id: str, client: Elasticsearch | None = None, **options: Any) -> Context:
        """The context that the stages of a run take."""
        return Context(self.catalogue, run_id, client or self.client, Options(**options))

    def run(self, client: Elasticsearch | None = None, **options: Any) -> dict[str, Any]:
        """Run the catalogue, check that the counts add up, and return the report."""
        report = run(self.catalogue, client or self.client, Options(**options)).as_json()
        assert_adds_up(report)
        return report

    def generations(self) -> list[Generation]:
        """All generations, by number."""
        return generations(self.client, self.name)

    def states(self) -> dict[int, str]:
        """The state of each generation, by number."""
        known = self.generations()
        live = [item for item in known if item.live]
        assert len(live) <= 1, "two generations of one catalogue are live"
        return {item.number: state(item, live[0] if live else None) for item in known}

    @property
    def live(self) -> Generation:
        """The live generation."""
        (live,) = (item for item in self.generations() if item.live)
        return live

    def open_rejects(self, code: str | None = None) -> list[Reject]:
        """The rejects that `study-index rejects` lists."""
        found = open_rejects(self.name, live_generation(self.client, self.name), code)
        return [reject for _, reject in found]

    def served(self) -> dict[str, str]:
        """The documents that readers get through the alias: name by local id."""
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
        """Remove all generations from the index."""
        if self.generations():
            retire(self.client, self.name)


@retry(retry=retry_if_exception_type(LeasedError), stop=stop_after_delay(60), wait=wait_fixed(0.2), reraise=True)
def retire(client: Elasticsearch, catalogue: str) -> None:
    """Remove all generations of a catalogue, once no other test works on it: some work on all that are live."""
    lifecycle.retire(client, catalogue)


def assert_adds_up(report: dict[str, Any]) -> None:
    """Assert fetched = read + rejected + deletions; read = created + updated + unchanged; rejected = sum by code."""
    assert report["fetched"] == report["read"] + report["rejected"] + report["deletions"]
    assert report["read"] == report["created"] + report["updated"] + report["unchanged"]
    assert report["rejected"] == sum(report["rejects"].values())


def fetch_result(
    catalogue: Catalogue, *, corrections: PartSum, raw: Iterable[PartSum] = (), live: int | None = None
) -> FetchResult:
    """The result of a complete harvest of these raw parts; `live` is the generation that was live when it began."""
    parts = tuple(raw)
    return FetchResult(
        mode="incremental",
        catalogue_keys=digests(catalogue),
        since=None,
        live=live,
        carry_over=False,
        started="2026-01-01T00:00:00Z",
        snapshot=True,
        complete=True,
        limited=False,
        watermark=None,
        sums=dict.fromkeys(FetchResult.WRITES, ())
        | {Kind.RAW: parts, Kind.RAW_KEYS: parts, Kind.CORRECTIONS: (corrections,)},
        fetched=sum(part.lines for part in parts),
        has_all_changes=True,
        seconds=0,
    )


def staged_parts(staging: Staging, kind: Kind) -> list[int]:
    """Numbers of the parts of a kind that are in the local staging folder of a run."""
    folder = Path(settings.staging_url().removeprefix("file://")) / staging.catalogue / staging.run_id / kind
    return sorted(int(path.name.removesuffix(".ndjson.zst")) for path in folder.glob("*.ndjson.zst"))


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """(created, updated, deleted, unchanged) of a report."""
    return tuple(report[name] for name in COUNTS)


def ids(*numbers: int) -> set[str]:
    """Local ids of studies."""
    return {f"S{number:05d}" for number in numbers}


PATIENCE = 240
"""Seconds that something may take, on a busy machine."""


def eventually(look: Callable[[], Any], wanted: Any) -> None:
    """Wait until a look at something finds what is wanted."""
    end = time.monotonic() + PATIENCE
    while (found := look()) != wanted:
        assert time.monotonic() < end, f"{found!r} is not {wanted!r} after {PATIENCE} s"
        time.sleep(0.2)


def segments(client: Elasticsearch, index: str) -> int:
    """How many segments an index has by now."""
    client.indices.refresh(index=index)
    return number_of(client, index)
