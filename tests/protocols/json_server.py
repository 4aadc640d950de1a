"""JSON APIs on loopback: invented records, paged in every style, with a log of requests and faults on demand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests import loopback


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: Any


class Reply(NamedTuple):
    """One answer. `cut` bytes are left out of the end of the body that was promised."""

    value: Any
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})
    cut: int = 0

    @property
    def content(self) -> bytes:
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()


Fault = Callable[[Asked], Reply | None]
"""Gives the answer in place of that of the API, if any."""


class Api:
    """Records in pages.

    `/records` answers `{"items": […], "count": n, "pages": n, "next": …}`; `style` is the kind of `next`: a token
    (`cursor`) or an address (`link`). A request has `offset`, `page` or `token`, and `size`. With `changed_after`
    only records whose `changed` is later. `/records/<id>` and `/detail?id=` answer `{"data": record}`.
    """

    def __init__(self, count: int, *, style: str = "offset", size: int = 10) -> None:
        self.records = [
            {"id": f"record-{number}", "title": f"Record {number}", "changed": f"2026-03-{number % 28 + 1:02d}"}
            for number in range(count)
        ]
        self.style = style
        self.size = size
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.packs = True
        self.headers = {"Date": "Wed, 01 Apr 2026 12:00:00 GMT"}
        self.url = ""

    @property
    def lists(self) -> list[Asked]:
        """The requests for the list."""
        return [asked for asked in self.asked if asked.path in {"/records", "/api/search"}]

    def fail_once(self, *replies: Reply) -> None:
        """Answer the next requests so, in this order."""
        waiting = list(replies)
        self.faults.append(lambda _: waiting.pop(0) if waiting else None)

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        for fault in self.faults:
            if (reply := fault(asked)) is not None:
                return reply
        if asked.path == "/records":
            return Reply(self._page({**asked.params, **(asked.body or {})}))
        if asked.path == "/api/search":
            return Reply(self._dataverse_page(asked.params))
        return self._detail(asked)

    def _page(self, said: dict[str, Any]) -> dict[str, Any]:
        found = [record for record in self.records if record["changed"] > said.get("changed_after", "")]
        size = int(said.get("size", self.size))
        start = int(said.get("offset", 0))
        if "page" in said:
            start = (int(said["page"]) - 1) * size
        if said.get("token"):
            start = int(str(said["token"]).removeprefix("at-"))
        items = found[start : start + size]
        answer: dict[str, Any] = {"items": items, "count": len(found), "pages": -(-len(found) // size)}
        if start + size < len(found):
            token = f"at-{start + size}"
            answer["next"] = token if self.style == "cursor" else f"{self.url}/records?{urlencode({'token': token})}"
        return answer

    def _dataverse_page(self, said: dict[str, str]) -> dict[str, Any]:
        start, size = int(said["start"]), int(said["per_page"])
        items = [
            {"global_id": record["id"], "updatedAt": record["changed"]} for record in self.records[start : start + size]
        ]
        return {"status": "OK", "data": {"total_count": len(self.records), "items": items}}

    def _detail(self, asked: Asked) -> Reply:
        wanted = asked.params.get("persistentId") or asked.params.get("id") or asked.path.rpartition("/")[2]
        found = next((record for record in self.records if record["id"] == wanted), None)
        return Reply({"status": "OK", "data": found}) if found else Reply({"message": "gone"}, 404)


@contextmanager
def serve(api: Api) -> Iterator[str]:
    """The address of the API while it is served."""
    handler = type("Handler", (_Handler,), {"api": api})
    with loopback.serve(handler) as api.url:
        yield api.url


class _Handler(loopback.QuietHandler):
    api: Api

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.api.answer(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
        content = reply.content
        packed = (
            self.api.packs and "gzip" in headers.get("accept-encoding", "") and len(content) > 1000 and not reply.cut
        )
        content = gzip.compress(content, 1) if packed else content
        self.send_response_only(reply.status)
        for name, value in {**self.api.headers, **reply.headers}.items():
            self.send_header(name, value)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) - reply.cut])

    do_GET = do_POST = _answer  # noqa: N815 - http.server names them
