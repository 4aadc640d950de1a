"""No record can end, hang or corrupt reading and enrichment: each becomes a document or a reject with a code.

A document is one that the mapping of the index allows, is made twice the same, and is not much larger than its record.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import get_args

import orjson
import pytest
from elasticsearch import Elasticsearch
from lxml import etree

from benchmarks.real_files import catalogue_of, files
from pipeline.catalogue import Catalogue
from pipeline.catalogue.records import FormatName
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.index.bulk import Write, write
from pipeline.model import xml
from pipeline.model.raw import RawRecord, Reject
from pipeline.protocols.files.splitting import split
from pipeline.run.outcome import document_of
from tests.formats.conformance import FIXTURES
from tests.formats.format_fields import catalogue_of_format
from tests.fuzz import strict_mapping
from tests.fuzz.driver import corpus, fuzz
from tests.fuzz.mutations import wild
from tests.support import REAL_RECORDS, needs_real_records

FORMATS: tuple[FormatName, ...] = get_args(FormatName)
SHORT = 30
"""Mutated records of each format in `make test`."""
TAKEN = 15
"""Of each format that are sent to the index."""
LARGEST, MOST_FILES, MOST_RECORDS = 400_000, 40, 20
"""Bytes of a real record, files of a format, and records of a file; what is beyond is left out."""
GROWTH, EVIDENCE = 4, 2_000_000
"""A document has at most this many times the bytes of its record, and these bytes of evidence."""


def fixtures_of(name: FormatName) -> list[Path]:
    """The invented records of a format, but for those that are broken."""
    found = FIXTURES.glob(f"{name.replace('-', '_')}_record_*")
    return sorted(path for path in found if "malformed" not in path.name)


def one_of(records: list[tuple[bytes, str]], chance: random.Random) -> bytes:
    return wild(*chance.choice(records), chance)


def becomes(catalogue: Catalogue, payload: bytes, documents: list[dict[str, object]] | None = None) -> str:
    """`document`, `refused_by_index`, or the code of the reject that a payload becomes."""
    raw = RawRecord("oai:fuzz.invalid:1", catalogue.format, payload)
    read = partial(document_of, catalogue, raw, harvested_at="2026-03-01T00:00:00Z")
    try:
        document = read().fields
    except RejectError as error:
        Reject.from_line(Reject.of_record(raw, error).line())
        return error.code
    assert strict_mapping.problems(document) == []
    written = read().line
    assert orjson.loads(written) == document
    assert len(written) <= GROWTH * len(payload) + EVIDENCE
    assert orjson.dumps(document) == written
    if strict_mapping.has_long_term(document):
        return "refused_by_index"
    if documents is not None:
        documents.append(document)
    return "document"


def maker(records: list[tuple[bytes, str]]) -> Callable[[random.Random], bytes]:
    return partial(one_of, records)


@pytest.mark.parametrize("name", FORMATS)
def test_a_mutated_record_becomes_a_document_or_a_reject(name: FormatName) -> None:
    records = [(path.read_bytes(), path.suffix) for path in fixtures_of(name)]
    assert records
    report = fuzz(name, maker(records), partial(becomes, catalogue_of_format(name)), short=SHORT)
    assert report.outcomes["document"]


@pytest.mark.parametrize(
    ("name", "path"), [pytest.param(name, path, id=f"{name}-{path.name}") for name in FORMATS for path in corpus(name)]
)
def test_what_failed_once_becomes_a_document_or_a_reject(name: FormatName, path: Path) -> None:
    becomes(catalogue_of_format(name), path.read_bytes())


@needs_real_records
@pytest.mark.parametrize("name", FORMATS)
def test_a_mutated_real_record_becomes_a_document_or_a_reject(name: FormatName) -> None:
    paths = [REAL_RECORDS / file for file in files(REAL_RECORDS) if catalogue_of(file).format == name]
    if not paths:
        pytest.skip(f"no real record is of the format {name}")
    catalogue = catalogue_of(str(paths[0].relative_to(REAL_RECORDS)))
    records = [(payload, syntax_of(payload)) for path in paths[:MOST_FILES] for payload in payloads(path, catalogue)]
    fuzz(f"real-{name}", maker(records), partial(becomes, catalogue), short=SHORT // 4, invented=False)


def payloads(path: Path, catalogue: Catalogue) -> Iterator[bytes]:
    """The first records of a file that are not very large; none of a file that is no list of records."""
    with suppress(FailError):
        for raw in islice(split(str(path), format_of(catalogue)), MOST_RECORDS):
            if isinstance(raw, RawRecord) and raw.payload and len(raw.payload) < LARGEST:
                yield raw.payload


def syntax_of(payload: bytes) -> str:
    """`.json`, `.xml`, or empty where the payload is neither."""
    with suppress(orjson.JSONDecodeError):
        orjson.loads(payload)
        return ".json"
    with suppress(etree.XMLSyntaxError):
        xml.parse(payload)
        return ".xml"
    return ""


def test_the_index_takes_the_documents_of_mutated_records(shared_client: Elasticsearch) -> None:
    documents: list[dict[str, object]] = []
    for name in FORMATS:
        make = maker([(path.read_bytes(), path.suffix) for path in fixtures_of(name)])
        for seed in range(TAKEN):
            becomes(catalogue_of_format(name), make(random.Random(seed)), documents)
    assert len(documents) > TAKEN
    index = "studies.fuzzed-documents.scratch"
    shared_client.indices.create(index=index, **strict_mapping.template())
    try:
        writes = [Write(str(number), orjson.dumps(document)) for number, document in enumerate(documents)]
        assert list(write(shared_client, index, writes)) == []
    finally:
        shared_client.indices.delete(index=index)
