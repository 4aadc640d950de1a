"""The demo archive: its records in an OAI-PMH repository, generated in memory or read from generated files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from demo.ddi import codebook
from demo.oai_repository import DATESTAMP, DUBLIN_CORE, Repository
from demo.studies import Study, studies
from pipeline.errors import UsageError

PREFIX = "oai:demo-archive.invalid:"
INDEX = "index.json"

SETS = {
    "language": "By language",
    **{f"language:{code}": code for code in ("de", "en", "fi", "fr", "ja", "nl", "sv")},
    "kind": "By kind of data",
    **{f"kind:{kind}": kind for kind in ("measurements", "qualitative", "quantitative", "text")},
}

_FIRST = datetime(2023, 2, 1, 6, tzinfo=UTC)
_STEP = timedelta(hours=101, minutes=7, seconds=13)
_DELETED = 6
_DC = "http://purl.org/dc/elements/1.1/"


class Entry(NamedTuple):
    """One record of the archive; `xml` is None for a deletion."""

    identifier: str
    datestamp: str
    sets: tuple[str, ...]
    xml: bytes | None


def entries() -> Iterator[Entry]:
    """The archive's records in the order in which it lists them, with some deletions among them."""
    listed = studies("demo-archive")
    every = len(listed) // _DELETED
    for place, study in enumerate(listed):
        moment = _FIRST + place * _STEP
        if place % every == every - 1:
            number = f"DA09{place // every + 1:02d}"
            yield Entry(PREFIX + number, (moment - _STEP / 2).strftime(DATESTAMP), ("language:en",), None)
        yield Entry(identifier(study), moment.strftime(DATESTAMP), _sets(study), codebook(study))


def identifier(study: Study) -> str:
    """The OAI identifier of a study's record. A second record with the same study number has a different one."""
    copy = "-2" if study.reject == "duplicate_id" else ""
    return f"{PREFIX}{study.number}{copy}"


def archive_repository(directory: Path | None = None, *, page_size: int = 40) -> Repository:
    """The demo archive, ready to be served: from generated files in a folder, or generated in memory.

    Raises:
        UsageError: the folder has no generated archive.
    """
    repository = Repository(name="The Demo Archive", page_size=page_size, sets=SETS)
    for entry in entries() if directory is None else _read(directory):
        repository.put(entry.identifier, entry.xml or b"", entry.datestamp, entry.sets)
        if entry.xml is None:
            repository.delete(entry.identifier, entry.datestamp)
        else:
            simple = dublin_core(entry.identifier, entry.xml)
            repository.put(entry.identifier, simple, entry.datestamp, entry.sets, prefix=DUBLIN_CORE.prefix)
    return repository


def write(directory: Path) -> None:
    """Write the archive's records, one file each, and an index of these files."""
    listed = []
    for entry in entries():
        name = f"{entry.identifier.removeprefix(PREFIX)}.xml" if entry.xml is not None else None
        if name and entry.xml is not None:
            (directory / name).write_bytes(entry.xml)
        listed.append(
            {
                "identifier": entry.identifier,
                "datestamp": entry.datestamp,
                "sets": list(entry.sets),
                "file": name,
                "deleted": name is None,
            }
        )
    (directory / INDEX).write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")


def dublin_core(name: str, xml: bytes) -> bytes:
    """The title and identifier of a codebook as Dublin Core, which every OAI-PMH repository must offer."""
    root = etree.Element(f"{{{DUBLIN_CORE.namespace}}}dc", nsmap={"oai_dc": DUBLIN_CORE.namespace, "dc": _DC})
    titles = etree.fromstring(xml).xpath("//*[local-name()='stdyDscr']//*[local-name()='titl']/text()")
    for title in list(titles)[:1] if isinstance(titles, list) else []:
        etree.SubElement(root, f"{{{_DC}}}title").text = str(title)
    etree.SubElement(root, f"{{{_DC}}}identifier").text = name
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _read(directory: Path) -> Iterator[Entry]:
    index = directory / INDEX
    try:
        listed = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{index} cannot be read: {error}. Write it with: python -m demo generate DIR") from error
    for one in listed:
        xml = None if one["deleted"] else (directory / one["file"]).read_bytes()
        yield Entry(one["identifier"], one["datestamp"], tuple(one["sets"]), xml)


def _sets(study: Study) -> tuple[str, ...]:
    return f"language:{study.words[0].language}", f"kind:{study.more.get('kind', 'quantitative')}"
