"""Catalogues on loopback, one a protocol, that lose studies and break down on demand."""

from __future__ import annotations

import gzip
import json
from abc import ABC, abstractmethod
from contextlib import ExitStack
from typing import Any, ClassVar

from demo.oai_server import Fault, Repository, serve
from tests.protocols import json_server
from tests.protocols.json_server import Api, Asked, Reply
from tests.protocols.sites import Site, serve_site
from tests.support import Archive, ddi

STUDIES = 120
PAGE = 40
GONE = 2
QUICK = 1_000_000
"""Requests a second: no waiting between requests."""


class Upstream(ABC):
    """A catalogue of `STUDIES` studies in pages or files of `PAGE`, which the archive's catalogue file describes.

    `faults` are the ways in which it can break down, after its first page or file, or fail over a single record.
    """

    type: ClassVar[str]
    """The protocol's, as catalogue files state it."""
    faults: ClassVar[tuple[str, ...]] = ("truncated", "HTTP 500", "HTTP 503")

    names_deletions: ClassVar[bool] = False
    """Whether it states that the studies are deleted, at the beginning of its list; else they are only absent."""

    rejected: ClassVar[tuple[str, ...]] = ()
    """Faults that end no harvest: what was there instead of records is a reject."""
    named: ClassVar[tuple[str, ...]] = ()
    """Faults over one record whose id is known, which harm nothing else."""

    @abstractmethod
    def __init__(self, archive: Archive, stack: ExitStack) -> None: ...

    @abstractmethod
    def shrink(self) -> None:
        """The first `GONE` studies are deleted; others may have changed."""

    @abstractmethod
    def break_down(self, fault: str) -> None:
        """Answer so, until it is healed."""

    @abstractmethod
    def heal(self) -> None:
        """Answer rightly again."""


class Files(Upstream):
    """Lists of records; the second file is the one that breaks."""

    type = "files"
    faults = ("truncated",)
    rejected = ("emptied", "damaged", "another list")

    def __init__(self, archive: Archive, stack: ExitStack) -> None:  # noqa: ARG002
        self._folder = archive.records
        self._studies = [{"id": f"s{number}", "title": f"Harbour Survey {number}"} for number in range(STUDIES)]
        archive.describe(
            protocol={"type": "files", "path": "records/*.json"}, format="json", fields={"id": "id", "name": "title"}
        )
        self.heal()

    def shrink(self) -> None:
        self._studies[:GONE] = []
        self.heal()

    def break_down(self, fault: str) -> None:
        whole = self._written(1)
        packed = gzip.compress(whole)
        broken = {
            "truncated": whole[: len(whole) // 2],
            "emptied": b"",
            "damaged": packed[: len(packed) // 2],
            "another list": b'[{"error": "moved"}]',
        }
        (self._folder / "1.json").write_bytes(broken[fault])

    def heal(self) -> None:
        for number in range(STUDIES // PAGE):
            (self._folder / f"{number}.json").write_bytes(self._written(number))

    def _written(self, number: int) -> bytes:
        return json.dumps(self._studies[number * PAGE : (number + 1) * PAGE]).encode()


class OaiPmh(Upstream):
    """A provider that keeps its deletions, and lists them first."""

    type = "oai-pmh"
    faults = ("truncated", "HTTP 400", "HTTP 500", "HTTP 503", "garbled", "away", "a short list", "a nameless record")
    named = ("a broken record",)
    names_deletions = True
    deleted_record = "persistent"

    def __init__(self, archive: Archive, stack: ExitStack) -> None:
        self._repository = Repository(page_size=PAGE)
        self._repository.deleted_record = self.deleted_record
        for number in range(STUDIES):
            self._put(number, "2026-01-01T00:00:00Z", "Harbour Survey")
        url = stack.enter_context(serve(self._repository))
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})

    def shrink(self) -> None:
        """All others have changed, so that there are several pages of changes."""
        now = self._repository.now()
        for number in range(GONE):
            self._repository.delete(self._name(number), now)
        for number in range(GONE, STUDIES):
            self._put(number, now, "Quay Survey")

    def break_down(self, fault: str) -> None:
        broken = {
            "truncated": Fault(keep=0.5, length_of_sent=False),
            "HTTP 500": Fault(500, body=b"<html>Something went wrong</html>"),
            "HTTP 503": Fault(503, body=b"<html>Later</html>"),
            "HTTP 400": Fault(400, body=b"Too many records"),
            "a short list": Fault(change=_ending_early),
            "a nameless record": Fault(change=lambda body: body.replace(b"<identifier>", b"<identifier>&", 1)),
            "garbled": Fault(keep=0.5),
            "away": Fault(disconnect=True),
            "a broken record": Fault(change=lambda body: body.replace(b"</titl>", b"</title>", 1)),
        }[fault]
        before = len(self._repository.requests) + 2  # Identify and the first page
        self._repository.fault_of = lambda _: broken if len(self._repository.requests) > before else None

    def heal(self) -> None:
        self._repository.fault_of = None

    @staticmethod
    def _name(number: int) -> str:
        return f"oai:harbour.invalid:{number:03d}"

    def _put(self, number: int, datestamp: str, title: str) -> None:
        self._repository.put(self._name(number), ddi(number, title=f"{title} {number}").encode(), datestamp)


def _ending_early(body: bytes) -> bytes:
    """A page without its token, so that it ends the list, and without its last record."""
    head, _, rest = body.rpartition(b"<record>")
    return head + rest.partition(b"</record>")[2].replace(b">token", b">")


class ForgetfulOaiPmh(OaiPmh):
    """A provider that does not keep deletions: a deleted record is only absent from the complete list."""

    names_deletions = False
    deleted_record = "no"


class Json(Upstream):
    """A JSON API of offset pages, which states how many records there are."""

    type = "json"
    faults: ClassVar[tuple[str, ...]] = (
        "truncated",
        "HTTP 400",
        "HTTP 500",
        "HTTP 503",
        "a short list",
        "a shifted order",
        "a page of an error",
    )
    passed: ClassVar[int] = 1
    """Requests of a run that are answered rightly before the API breaks down."""

    def __init__(self, archive: Archive, stack: ExitStack) -> None:
        self._api = Api(STUDIES, size=PAGE)
        stack.enter_context(json_server.serve(self._api))
        archive.describe(
            protocol={"requests_per_second": QUICK, **self._protocol()},
            format="json",
            fields={"id": "id", "name": "title"},
            **self._keys(),
        )

    def _protocol(self) -> dict[str, Any]:
        return {"type": "json", "url": f"{self._api.url}/records", "paging": {"style": "offset"}, "total": "count"}

    def _keys(self) -> dict[str, Any]:
        return {"records": "items"}

    def shrink(self) -> None:
        del self._api.records[:GONE]

    def break_down(self, fault: str) -> None:
        broken = {
            "truncated": Reply({"items": [], "status": "OK"}, cut=5),
            "HTTP 400": Reply({"error": "Result window is too large"}, 400),
            "HTTP 500": Reply({"error": "broken"}, 500),
            "a page of an error": Reply({"error": "Result window is too large"}),
            "a shifted order": Reply({"items": self._api.records[PAGE - GONE : 2 * PAGE - GONE], "count": STUDIES}),
            "HTTP 503": Reply({"error": "later"}, 503),
            "a short list": Reply({"items": [], "count": STUDIES}),
            "a record": Reply({"error": "broken"}, 500),
        }[fault]
        before = len(self._api.asked) + self.passed

        def answer(asked: Asked) -> Reply | None:
            if fault == "a record" and "record-77" not in {asked.path.rpartition("/")[2], *asked.params.values()}:
                return None
            return broken if len(self._api.asked) > before else None

        self._api.faults[:] = [answer]

    def heal(self) -> None:
        self._api.faults.clear()


class JsonByToken(Json):
    """A JSON API that gives a token for the next page, and does not state how many records there are."""

    faults = ("truncated", "HTTP 400", "HTTP 500", "HTTP 503")

    def _protocol(self) -> dict[str, Any]:
        self._api.style = "cursor"
        return super()._protocol() | {"paging": {"style": "cursor", "param": "token", "next": "next"}, "total": None}


class JsonByDetail(Json):
    """A JSON API that lists entries and gives each record; it breaks down in the middle of a page's records."""

    faults = ("truncated", "HTTP 400", "HTTP 500", "HTTP 503")
    named = ("a record",)
    passed = 1 + PAGE // 2

    def _protocol(self) -> dict[str, Any]:
        detail = {"detail": f"{self._api.url}/records/{{id}}", "detail_record": "data", "updated": "changed"}
        return super()._protocol() | {"id": "id", **detail}


class Dataverse(Json):
    """A search API that lists, and a native API for each; it breaks down in the middle of a page's datasets."""

    type = "dataverse"
    faults = ("truncated", "HTTP 400", "HTTP 500", "HTTP 503")
    named = ("a record",)
    passed = 1 + PAGE // 2

    def _protocol(self) -> dict[str, Any]:
        return {"type": "dataverse", "url": self._api.url, "page_size": PAGE}

    def _keys(self) -> dict[str, Any]:
        return {}


class Sitemap(Upstream):
    """A site whose index lists several sitemaps."""

    type = "sitemap"
    faults = ("truncated", "HTTP 400", "HTTP 500", "HTTP 503")
    named = ("a page",)

    def __init__(self, archive: Archive, stack: ExitStack) -> None:
        self._site = _BrokenSite(per_sitemap=PAGE)
        for number in range(STUDIES):
            self._site.put(f"/study/{number}", ddi(number), "2026-01-01")
        url = stack.enter_context(serve_site(self._site))
        archive.describe(protocol={"type": "sitemap", "url": url, "include": "/study/"})

    def shrink(self) -> None:
        for number in range(GONE):
            self._site.remove(f"/study/{number}")
        self._site.put("/study/77", ddi(77, title="Quay Survey"), "2026-04-01")

    def break_down(self, fault: str) -> None:
        self._site.fault = fault

    def heal(self) -> None:
        self._site.fault = None


class _BrokenSite(Site):
    """A site with a fault: of a page, or of all sitemaps but the first."""

    fault: str | None = None

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        status, body = super().answer(path, headers)
        if self.fault == "a page":
            return (403, b"") if path == "/study/77" else (status, body)
        if self.fault is None or not path.startswith("/sitemap-") or path == "/sitemap-0.xml":
            return status, body
        if self.fault == "truncated":
            return status, body[: len(body) // 2]
        return int(self.fault.removeprefix("HTTP ")), b""


UPSTREAMS: tuple[type[Upstream], ...] = (
    Files,
    OaiPmh,
    ForgetfulOaiPmh,
    Json,
    JsonByToken,
    JsonByDetail,
    Dataverse,
    Sitemap,
)
