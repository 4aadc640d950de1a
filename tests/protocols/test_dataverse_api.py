"""The API of a Dataverse server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.model.raw import Fetched
from pipeline.protocols import Harvest, HarvestOptions
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.json.dataverse import dataverse_harvest
from pipeline.protocols.json.harvest import JsonHarvest
from tests.protocols.conformance import raw_records
from tests.protocols.json_served import FORMAT, QUICK, ApiConformance, Apis, ids
from tests.protocols.json_server import Api, Reply
from tests.protocols.network_conformance import (
    MANY,
    MANY_BYTES,
    SINCE,
    names,
)


class TestDataverse(ApiConformance):
    type = "dataverse"

    @pytest.fixture(autouse=True)
    def _served(self, apis: Apis) -> None:
        self.apis = apis

    def of(
        self,
        api: Api,
        limit: int | None = None,
        *,
        since: str | None = None,
        resume: dict[str, Any] | None = None,
        before: Sequence[Fetched] = (),
        page_size: int = 10,
        **keys: Any,
    ) -> JsonHarvest:
        protocol = {"type": "dataverse", "url": api.url, "page_size": page_size, "requests_per_second": QUICK, **keys}
        described = self.apis.catalogue(protocol, format="dataverse", allow_hosts=self.allow_hosts)
        assert described.protocol.type == "dataverse"
        options = HarvestOptions(since, limit, resume, Clocks(self.sleep), before, self.not_received)
        return dataverse_harvest(described, described.protocol, FORMAT, options)

    def first_address(self) -> str:
        return f"{self.api.url}/api/search?start=0&per_page=10"

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        self.api = self.apis.api(count)
        return self.of(self.api, limit)

    def broken_harvest(self) -> Harvest:
        harvest = self.harvest(25)
        self.api.faults.append(lambda asked: Reply({}, 503) if asked.params.get("start") == "18" else None)
        return harvest

    def loop(self) -> None:
        items = [{"global_id": record["id"]} for record in self.api.records[:10]]
        page = {"status": "OK", "data": {"total_count": 1000, "items": items}}
        self.api.faults.append(lambda asked: Reply(page) if asked.path == "/api/search" else None)

    def again(self, state: dict[str, Any] | None, before: Sequence[Fetched]) -> Harvest:
        return self.of(self.api, resume=state, before=before)

    def changes(self, count: int, changed: list[int], deleted: list[int]) -> Harvest:
        return self.of(self.serve_changes(count, changed, deleted), since=SINCE)

    def remaining(self, count: int, deleted: list[int]) -> Harvest:
        return self.of(self.serve_changes(count, [], deleted))

    def many(self) -> Harvest:
        api = self.serve_changes(MANY, [*range(200)], [])
        for record in api.records[:200]:
            record["title"] = "x" * (MANY_BYTES // 200)
        return self.of(api, since=SINCE, page_size=1000)

    def test_every_dataset_is_listed_and_fetched(self) -> None:
        api = self.apis.api(0)
        api.records = [{"id": "doi:10.5072/FK2/A", "title": "A", "changed": "2026-03-01T00:00:00Z"}]
        (raw,) = raw_records(list(self.of(api, subtree="social", headers={"X-Dataverse-key": "k"})))
        assert (raw.record_id, raw.datestamp) == ("doi:10.5072/FK2/A", "2026-03-01T00:00:00Z")
        assert json.loads(raw.payload or b"")["title"] == "A"
        listed, detail, end = api.asked
        assert end.params["start"] == "1"
        assert (listed.path, detail.path) == ("/api/search", "/api/datasets/:persistentId/")
        assert {name: listed.params[name] for name in ("q", "type", "subtree", "fq", "start", "per_page")} == {
            "q": "*",
            "type": "dataset",
            "subtree": "social",
            "fq": "isHarvested:false",
            "start": "0",
            "per_page": "10",
        }
        assert detail.params == {"persistentId": "doi:10.5072/FK2/A"}
        assert {asked.headers["x-dataverse-key"] for asked in api.asked} == {"k"}

    def test_what_did_not_change_is_listed_and_not_fetched(self) -> None:
        api = self.apis.api(28)
        api.records[5]["changed"] = "no date"
        harvest = self.of(api, since="2026-03-20T10:00:00Z")
        unchanged: list[str] = []
        states: list[Any] = []
        harvest.on_unchanged, harvest.on_page = unchanged.append, states.append
        fetched = ids(harvest)
        assert fetched == ["record-5", *names(28)[19:]]
        assert sorted([*fetched, *unchanged]) == sorted(names(28))
        assert len(api.asked) == 4 + len(fetched)
        assert harvest.snapshot
        assert harvest.complete
        assert states == [], "a harvest that continues would not know which records are unchanged"
