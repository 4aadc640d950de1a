"""No catalogue can hang a harvest, end it by an uncoded error, or make it complete while it lacks a record.

Each conversation with a catalogue ends in a harvest, complete or with reasons, or in an error of the hierarchy.
"""

from __future__ import annotations

import json
import random
import re
import resource
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from pipeline.errors import StudyIndexError
from pipeline.formats import format_of
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols import HarvestOptions, StaleStateError, open_harvest
from pipeline.protocols.clocks import Clocks
from tests.fuzz.answers import Script, answer, mutated, read, written
from tests.fuzz.driver import corpus, fuzz
from tests.protocols.conformance import PlainFormat, catalogue
from tests.protocols.oai_served import OAI
from tests.raw_server import Pieces, serve_raw

SHORT = 25
MOST_REQUESTS = 2_000
"""Requests of one harvest; a list of seven records takes less than a tenth."""
MOST_MEMORY = 600
"""Megabytes by which the process may grow."""
IDS = [f"record-{number}" for number in range(7)]
URL = "http://SERVER"
"""Stands for the address of the server, which differs from run to run."""


class Target(NamedTuple):
    """A catalogue to talk to: keys of its file, what it answers, and which answer a request gets."""

    protocol: dict[str, Any]
    script: Script
    route: Callable[[str, dict[str, str]], str]
    syntax: str = "json"
    records: str | None = None
    kind: str = "json"
    counted: bool = False
    """Whether it states how many records it has."""
    prefix: str = ""
    """What precedes the id of a record."""


def record(number: int) -> dict[str, str]:
    return {"id": IDS[number], "title": f"Harbour Study {number}"}


def by_json(target: str, query: dict[str, str]) -> str:
    return query.get("token", "list") if target == "/records" else target


def by_dataverse(target: str, query: dict[str, str]) -> str:
    return f"list-{query.get('start', '0')}" if target == "/api/search" else query.get("persistentId", "?")


def by_oai(_: str, query: dict[str, str]) -> str:
    return query.get("resumptionToken") or f"{query.get('verb')}{query.get('identifier', '')}"


def by_path(target: str, _: dict[str, str]) -> str:
    return target


def xml_record(name: str) -> str:
    return f"<record>{header(name)}<metadata><dc><title>Harbour Study</title></dc></metadata></record>"


def header(name: str) -> str:
    return f"<header><identifier>{name}</identifier><datestamp>2026-01-01</datestamp></header>"


def oai_page(verb: str, names: list[str], token: str) -> str:
    records = "".join(map(header if verb == "ListIdentifiers" else xml_record, names))
    ending = f'<resumptionToken completeListSize="7">{token}</resumptionToken>'
    date = "<responseDate>2026-04-01T12:00:00Z</responseDate>"
    return OAI.format(f"{date}<{verb}>{records}{ending}</{verb}>")


def page(name: str) -> str:
    return f"<url><loc>{URL}/{name}</loc></url>"


IDENTIFY = (
    "<Identify><repositoryName>Harbour</repositoryName><protocolVersion>2.0</protocolVersion>"
    "<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DD</granularity></Identify>"
)
SITE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LIST = [record(number) for number in range(7)]
ENTRIES = [{"global_id": name} for name in IDS]

TARGETS = {
    "json": Target(
        {"type": "json", "url": f"{URL}/records", "paging": {"style": "cursor", "param": "token", "next": "next"},
         "total": "total", "id": "id"},
        {
            "list": answer(json.dumps({"items": LIST[:3], "total": 7, "next": "p2"})),
            "p2": answer(json.dumps({"items": LIST[3:6], "total": 7, "next": "p3"})),
            "p3": answer(json.dumps({"items": LIST[6:], "total": 7})),
        },
        by_json,
        records="items",
        counted=True,
    ),
    "dataverse": Target(
        {"type": "dataverse", "url": URL, "page_size": 4},
        {
            f"list-{start}": answer(json.dumps({"data": {"total_count": 7, "items": ENTRIES[start : start + 4]}}))
            for start in (0, 3, 6)
        }
        | {name: answer(json.dumps({"data": record(number)})) for number, name in enumerate(IDS)},
        by_dataverse,
        counted=True,
    ),
    "oai-pmh": Target(
        {"type": "oai-pmh", "url": URL, "metadata_prefix": "oai_dc"},
        {
            "Identify": answer(OAI.format(IDENTIFY)),
            "ListRecords": answer(oai_page("ListRecords", IDS[:3], "p2")),
            "p2": answer(oai_page("ListRecords", IDS[3:6], "p3")),
            "p3": answer(oai_page("ListRecords", IDS[6:], "")),
            "ListIdentifiers": answer(oai_page("ListIdentifiers", IDS, "")),
        }
        | {f"GetRecord{name}": answer(OAI.format(f"<GetRecord>{xml_record(name)}</GetRecord>")) for name in IDS},
        by_oai,
        syntax="xml",
        counted=True,
        kind="xml",
    ),
    "sitemap": Target(
        {"type": "sitemap", "url": f"{URL}/sitemap.xml"},
        {
            "/robots.txt": answer("User-agent: *\nDisallow: /private\nCrawl-delay: 1\n"),
            "/sitemap.xml": answer(
                f"<sitemapindex {SITE}><sitemap><loc>{URL}/s1</loc></sitemap><sitemap><loc>{URL}/s2</loc></sitemap>"
                "</sitemapindex>"
            ),
            "/s1": answer(f"<urlset {SITE}>{''.join(map(page, IDS[:3]))}</urlset>"),
            "/s2": answer(f"<urlset {SITE}>{''.join(map(page, IDS[3:]))}</urlset>"),
        }
        | {f"/{name}": answer(f"<html><title>{name}</title></html>") for name in IDS},
        by_path,
        syntax="xml",
        kind="text",
        prefix=f"{URL}/",
    ),
    "files-list": Target({"type": "files", "path": f"{URL}/f"}, {"/f": answer(json.dumps({"items": LIST}))}, by_path),
    "files-lines": Target(
        {"type": "files", "path": f"{URL}/f"},
        {"/f": answer("".join(f"{json.dumps(each)}\n" for each in LIST))},
        by_path,
        syntax="lines",
    ),
    "files-table": Target(
        {"type": "files", "path": f"{URL}/f"},
        {"/f": answer("id,title\n" + "".join(f"{each['id']},{each['title']}\n" for each in LIST))},
        by_path,
        syntax="lines",
        kind="table",
    ),
    "files-xml": Target(
        {"type": "files", "path": f"{URL}/f"},
        {"/f": answer(OAI.format(f"<ListRecords>{''.join(map(xml_record, IDS))}</ListRecords>"))},
        by_path,
        syntax="xml",
        kind="xml",
    ),
}  # fmt: skip


class Served:
    """A server that plays the conversation of the moment."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, bytes] = {}
        self.asked = 0
        self.route: Callable[[str, dict[str, str]], str] = by_path

    def answer(self, request: bytes) -> Pieces:
        self.asked += 1
        line = request.split(b" ")[1].decode("latin-1") if request.count(b" ") > 1 else "/"
        parts = urlsplit(line)
        name = self.route(parts.path, {key: values[0] for key, values in parse_qs(parts.query).items()})
        found = self.answers.get(name, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return [found] if self.asked < MOST_REQUESTS else []


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    found = Served()
    with serve_raw(found.answer) as found.url:
        yield found


class FormatOfLists(PlainFormat):
    records_at = "items"


class LackingError(Exception):
    """A harvest is complete that lacks records."""


def becomes(served: Served, folder: Path, target: Target, payload: bytes) -> str:
    """How the harvest of a conversation ends: `complete`, `incomplete`, or the name of an error of the hierarchy."""
    here = served.url.encode()
    answers, keeps = read(payload)
    served.answers = {name: _addressed(raw, here) for name, raw in answers.items()}
    served.route, served.asked = target.route, 0
    keys = json.loads(json.dumps(target.protocol).replace(URL, served.url))
    is_table = target.kind == "table"
    more = {"format": "table", "fields": {"id": "id", "name": "title"}} if is_table else {}
    described = catalogue(folder, keys, records=target.records, **more)
    fmt = format_of(described) if is_table else FormatOfLists(target.kind)  # type: ignore[arg-type]
    clock = iter(range(10**9))
    harvest = open_harvest(
        described, fmt, HarvestOptions(clocks=Clocks(lambda _: None, timer=lambda: float(next(clock))))
    )
    found: list[Fetched] = []
    unchanged: list[str] = []
    states: list[bytes] = []
    harvest.on_unchanged = unchanged.append
    harvest.on_page = lambda state: states.append(orjson.dumps(state))
    try:
        found.extend(harvest)
    except (StudyIndexError, StaleStateError) as error:
        return type(error).__name__
    finally:
        assert served.asked < MOST_REQUESTS, "the harvest has no end"
    named = [*unchanged, *(item.record_id for item in found if not item.positional)]
    names = {name.replace(URL, served.url) for name in named}  # it is not replaced in content that is compressed
    lacking = {target.prefix.replace(URL, served.url) + name for name in IDS} - names
    # After a record without a name, or a file that cannot be read, a run deletes nothing by absence either.
    unnamed = any(item.positional or (isinstance(item, RejectedRaw) and item.unread) for item in found)
    if harvest.complete and keeps and lacking and not unnamed:
        raise LackingError(sorted(lacking))
    return "complete" if harvest.complete else "incomplete"


LENGTH = re.compile(rb"Content-Length: (\d{1,6})\r\n")


def _addressed(raw: bytes, here: bytes) -> bytes:
    """The answer with the server's own address; its stated length follows."""
    longer = raw.count(URL.encode()) * (len(here) - len(URL))
    changed = raw.replace(URL.encode(), here)
    if not longer:
        return changed
    return LENGTH.sub(lambda match: b"Content-Length: %d\r\n" % (int(match[1]) + longer), changed)


def made(target: Target, chance: random.Random) -> bytes:
    return mutated(target.script, chance, syntax=target.syntax, counted=target.counted)


@pytest.mark.parametrize("name", TARGETS)
def test_a_mutated_conversation_ends_in_a_harvest_or_an_error_of_the_hierarchy(
    name: str, served: Served, tmp_path: Path
) -> None:
    target = TARGETS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = fuzz(f"answers-{name}", partial(made, target), partial(becomes, served, tmp_path, target), short=SHORT)
    assert report.outcomes["complete"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY * 1024


@pytest.mark.parametrize("name", TARGETS)
def test_a_conversation_without_fault_is_complete(name: str, served: Served, tmp_path: Path) -> None:
    assert becomes(served, tmp_path, TARGETS[name], written(TARGETS[name].script, keeps=True)) == "complete"


FAILED_ONCE = [(name, path) for name in TARGETS for path in corpus(f"answers-{name}")]


@pytest.mark.parametrize(("name", "path"), FAILED_ONCE)
def test_a_conversation_that_failed_once(name: str, path: Path, served: Served, tmp_path: Path) -> None:
    becomes(served, tmp_path, TARGETS[name], path.read_bytes())
