"""An OAI-PMH server on loopback and harvests of it, and saved answers served one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo.oai_server import Repository
from pipeline.model.raw import Fetched
from pipeline.protocols import Harvest, HarvestOptions
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.oai.harvest import OaiPmhHarvest
from tests.loopback import QuietHandler, serve
from tests.protocols.conformance import PlainFormat, catalogue, raw_records

FORMAT = PlainFormat("xml")
CODEBOOK = b'<codeBook xmlns="ddi:codebook:2_5"><titl>Gr\xc3\xb6\xc3\x9fe</titl></codeBook>'
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
OAI = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{}</OAI-PMH>'


class Served:
    """Seven records, one a day from 1 March 2026, three a page; and harvests that note their waits and do not wait."""

    def __init__(self, url: str, repository: Repository, folder: Path) -> None:
        self.url = url
        self.repository = repository
        self.folder = folder
        self.waits: list[float] = []
        self.clock: Callable[[], datetime] = lambda: NOW
        self.timer: Callable[[], float] = lambda: 0.0

    def harvest(
        self,
        since: str | None = None,
        limit: int | None = None,
        *,
        prefix: str | list[str] = "oai_ddi25",
        set_spec: str | None = None,
        url: str | None = None,
        listing: str = "auto",
        resume: dict[str, Any] | None = None,
        before: Sequence[Fetched] = (),
        again: frozenset[str] = frozenset(),
    ) -> OaiPmhHarvest:
        described = catalogue(
            self.folder,
            {
                "type": "oai-pmh",
                "url": url or self.url,
                "metadata_prefix": prefix,
                "set": set_spec,
                "listing": listing,
            },
        )
        assert described.protocol.type == "oai-pmh"
        clocks = Clocks(self.waits.append, self.clock, self.timer)
        return OaiPmhHarvest(
            described, described.protocol, FORMAT, HarvestOptions(since, limit, resume, clocks, before, again)
        )

    def asked(self, argument: str) -> list[str | None]:
        """The values of an argument in the requests for records."""
        return [request.get(argument) for request in self.repository.requests if request.verb == "ListRecords"]


def numbers(harvest: Harvest) -> list[int]:
    return [int(raw.record_id.rpartition(":")[2]) for raw in raw_records(list(harvest))]


@contextmanager
def pages(folder: Path, first: str, identify: str) -> Iterator[str]:
    """Saved answers; a resumption token is the name of the next one."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server looks for
            query = parse_qs(urlsplit(self.path).query)
            token = query.get("resumptionToken", [first])[0]
            name = identify if query["verb"] == ["Identify"] else token
            body = (folder / name).read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serve(Handler) as url:
        yield f"{url}/oai"
