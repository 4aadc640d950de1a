"""JSON APIs that are served on loopback, and harvests of them, for several test modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.catalogue import Catalogue
from pipeline.catalogue.variables import secrets
from pipeline.model.raw import Fetched
from pipeline.protocols import Harvest, HarvestOptions
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.json.harvest import JsonHarvest
from pipeline.redaction import keep_secret
from tests.protocols.conformance import PlainFormat, raw_records
from tests.protocols.json_server import Api, Reply, serve
from tests.protocols.network_conformance import (
    AFTER,
    LONG_BEFORE,
    NO_HEADERS,
    NetworkConformance,
)

FORMAT = PlainFormat()
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
QUICK = 1_000_000
"""Requests a second: no waiting between requests, in tests that are not about pace."""

STYLES: dict[str, dict[str, Any]] = {
    "offset": {"paging": {"style": "offset"}},
    "offset with total": {"paging": {"style": "offset"}, "total": "count"},
    "page": {"paging": {"style": "page"}},
    "page with pages": {"paging": {"style": "page", "pages": "pages"}},
    "cursor": {"paging": {"style": "cursor", "param": "token", "next": "next"}},
    "link": {"paging": {"style": "link", "next": "next"}},
    "post": {"paging": {"style": "offset"}, "method": "POST", "body": {"size": 7}},
    "cursor in a body": {"paging": {"style": "cursor", "param": "token", "next": "next"}, "method": "POST"},
    "list and detail": {"paging": {"style": "offset"}, "detail": "/records/{id}", "detail_record": "data"},
}


class ListedFormat(PlainFormat):
    """A format whose API has its lists in `items`."""

    records_at = "items"


class Apis:
    """An API that is apis, and harvests of it that note their waits and do not wait."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.waits: list[float] = []

    def api(self, count: int, style: str = "offset", **options: Any) -> Api:
        api = Api(count, style="cursor" if "cursor" in style else style, **options)
        self._stack.enter_context(serve(api))
        return api

    def catalogue(self, protocol: dict[str, Any], **keys: Any) -> Catalogue:
        described = {"name": "example", "title": "Example", "format": "ddi-codebook", "protocol": protocol, **keys}
        return Catalogue.model_validate({**described, "file": self.folder / "example.yaml"})

    def harvest(
        self,
        api: Api,
        *,
        moment: str | None = None,
        limit: int | None = None,
        resume: dict[str, Any] | None = None,
        before: Sequence[Fetched] = (),
        again: frozenset[str] = frozenset(),
        records: str | None = "items",
        allow_hosts: list[str] | None = None,
        sleep: Callable[[float], None] | None = None,
        variables: Mapping[str, str] | None = None,
        **protocol: Any,
    ) -> JsonHarvest:
        if protocol.get("detail", "").startswith("/"):
            protocol["detail"] = api.url + protocol["detail"]
        keys = {"type": "json", "url": f"{api.url}/records", "requests_per_second": QUICK, **protocol}
        described = self.catalogue(keys, records=records, allow_hosts=allow_hosts or [])
        described.protocol_variables.update(variables or {})
        keep_secret(secrets({**keys, **(variables or {})}))
        assert described.protocol.type == "json"
        clocks = Clocks(sleep or self._wait, lambda: NOW)
        return JsonHarvest(
            described, described.protocol, FORMAT, HarvestOptions(moment, limit, resume, clocks, before, again)
        )

    def _wait(self, seconds: float) -> None:
        if seconds > 0.01:  # shorter ones pace the requests
            self.waits.append(seconds)


def ids(harvest: Harvest) -> list[str]:
    return [raw.record_id for raw in raw_records(list(harvest))]


class ApiConformance(NetworkConformance):
    """What the tests of a JSON API and of a Dataverse have in common: the server `self.api`."""

    apis: Apis
    api: Api

    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        reply = Reply({"items": [{"id": "record-0"}]}, cut=9) if cut else Reply({}, status, headers)
        self.api.fail_once(*[reply] * times)

    def user_agents(self) -> list[str]:
        return [asked.headers["user-agent"] for asked in self.api.asked]

    def serve_changes(self, count: int, changed: list[int], deleted: list[int], style: str = "offset") -> Api:
        self.api = self.apis.api(count, style)
        for number, record in enumerate(self.api.records):
            record["changed"] = AFTER if number in changed else LONG_BEFORE
        self.api.records = [record for number, record in enumerate(self.api.records) if number not in deleted]
        return self.api


def first_page(api: Api) -> dict[str, Any]:
    return {"items": api.records[:10], "count": 25, "next": "at-10" if api.style == "cursor" else f"{api.url}/records"}
