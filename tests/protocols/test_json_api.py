"""Requests to a JSON API, how its answers are read, and what happens when it fails."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from itertools import count as counting
from pathlib import Path
from typing import Any

import pytest

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError, RetryError, UsageError
from pipeline.model.raw import RejectedRaw
from pipeline.protocols import Harvest, HarvestOptions, StaleStateError, http
from pipeline.protocols.http import Clocks
from pipeline.protocols.json.dataverse import dataverse_harvest
from pipeline.protocols.json.harvest import JsonHarvest
from tests.protocols.conformance import PlainFormat, raw_records
from tests.protocols.json_server import Api, Reply, serve
from tests.protocols.network_conformance import (
    AFTER,
    LONG_BEFORE,
    MANY,
    MANY_BYTES,
    NO_HEADERS,
    SINCE,
    NetworkConformance,
    names,
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


class Served:
    """An API that is served, and harvests of it that note their waits and do not wait."""

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
        assert described.protocol.type == "json"
        clocks = Clocks(sleep or self._wait, lambda: NOW)
        return JsonHarvest(described, described.protocol, FORMAT, HarvestOptions(moment, limit, resume, clocks))

    def _wait(self, seconds: float) -> None:
        if seconds > 0.01:  # shorter ones pace the requests
            self.waits.append(seconds)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with ExitStack() as stack:
        yield Served(tmp_path, stack)


def ids(harvest: Harvest) -> list[str]:
    return [raw.record_id for raw in raw_records(list(harvest))]


class ApiConformance(NetworkConformance):
    """What the tests of a JSON API and of a Dataverse have in common: the server `self.api`."""

    served: Served
    api: Api

    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        reply = Reply({"items": [{"id": "record-0"}]}, cut=9) if cut else Reply({}, status, headers)
        self.api.fail_once(*[reply] * times)

    def user_agents(self) -> list[str]:
        return [asked.headers["user-agent"] for asked in self.api.asked]

    def serve_changes(self, count: int, changed: list[int], deleted: list[int], style: str = "offset") -> Api:
        self.api = self.served.api(count, style)
        for number, record in enumerate(self.api.records):
            record["changed"] = AFTER if number in changed else LONG_BEFORE
        self.api.records = [record for number, record in enumerate(self.api.records) if number not in deleted]
        return self.api


@pytest.mark.parametrize("style", STYLES)
class TestJsonConformance(ApiConformance):
    type = "json"

    @pytest.fixture(autouse=True)
    def _served(self, served: Served, style: str) -> None:
        self.served = served
        self.style = style

    def of(self, **options: Any) -> Harvest:
        keys = {"allow_hosts": self.allow_hosts, "sleep": self.sleep, **STYLES[self.style], **options}
        return self.served.harvest(self.api, **keys)

    def first_address(self) -> str:
        return f"{self.api.url}/records"

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        self.api = self.served.api(count, self.style)
        return self.of(limit=limit)

    def broken_harvest(self) -> Harvest:
        harvest = self.harvest(25)
        self.api.faults.append(lambda _: Reply({"error": "broken"}, 400) if len(self.api.lists) > 1 else None)
        return harvest

    def loop(self) -> None:
        self.api.faults.append(lambda asked: Reply(_first_page(self.api)) if asked.path == "/records" else None)

    def again(self, state: dict[str, Any] | None) -> Harvest:
        return self.of(resume=state)

    def changes(self, count: int, changed: list[int], deleted: list[int]) -> Harvest:
        self.serve_changes(count, changed, deleted, self.style)
        return self.of(moment=SINCE, since={"param": "changed_after"})

    def remaining(self, count: int, deleted: list[int]) -> Harvest:
        self.serve_changes(count, [], deleted, self.style)
        return self.of()

    def many(self) -> Harvest:
        options = STYLES[self.style]
        self.many_records = MANY if self.style in {"offset", "page", "cursor", "link"} else 200  # fewer, and larger
        self.harvest(self.many_records)
        for record in self.api.records:
            record["title"] = "x" * (MANY_BYTES // self.many_records)
        self.api.packs = False
        self.api.size = self.many_records // 100
        return self.of(**({"body": {"size": self.api.size}} if "body" in options else {}))

    def test_a_redirect_to_a_host_that_is_allowed_is_followed(self) -> None:
        if "method" not in STYLES[self.style]:
            super().test_a_redirect_to_a_host_that_is_allowed_is_followed()
            return
        self.allow_hosts = ["localhost"]
        harvest = self.harvest(25)
        self.redirect_to_another_host()
        with pytest.raises(FailError, match=r"redirects to localhost.*body of the request is not sent"):
            list(harvest)
        assert len(self.api.asked) == 1

    def test_an_answer_that_is_no_json_is_asked_for_again(self) -> None:
        harvest = self.harvest(25)
        self.api.fail_once(Reply(b'{"items": [{"i'))
        assert ids(harvest) == names(25)
        assert harvest.complete


class TestWhatIsAsked:
    def test_a_request_is_made_of_the_files_keys(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXAMPLE_KEY", "sesame")
        api = served.api(3)
        protocol: dict[str, Any] = {"headers": {"X-Key": "${EXAMPLE_KEY}"}, "params": {"status": "ACTIVE", "size": 2}}
        assert ids(served.harvest(api, paging={"style": "offset"}, **protocol)) == names(3)
        assert [asked.params for asked in api.asked] == [
            {"status": "ACTIVE", "size": "2", "offset": offset} for offset in ("0", "2", "3")
        ]
        assert {asked.headers["x-key"] for asked in api.asked} == {"sesame"}
        assert all(asked.headers["user-agent"].startswith("study-index/") for asked in api.asked)

    def test_a_body_is_posted(self, served: Served) -> None:
        api = served.api(3)
        list(served.harvest(api, paging={"style": "page"}, method="POST", body={"rows": 5}))
        assert [(asked.method, asked.body) for asked in api.asked] == [("POST", {"rows": 5, "page": n}) for n in (1, 2)]

    def test_one_answer_may_have_the_complete_list(self, served: Served) -> None:
        api = served.api(3)
        assert ids(served.harvest(api)) == names(3)
        assert len(api.asked) == 1

    @pytest.mark.parametrize("written", ["page[token]", "page%5Btoken%5D"])
    def test_a_link_keeps_its_own_parameters_and_gets_those_it_left_out(self, served: Served, written: str) -> None:
        api = served.api(3, "link")
        api.fail_once(Reply({"items": [], "next": f"{api.url}/records?{written}=at-1&token=at-1"}))
        params = {"page[token]": 1, "status": "ACTIVE"}
        assert ids(served.harvest(api, params=params, **STYLES["link"])) == names(3)[1:]
        assert [asked.params for asked in api.asked] == [
            {"page[token]": "1", "status": "ACTIVE"},
            {"page[token]": "at-1", "token": "at-1", "status": "ACTIVE"},
        ]

    @pytest.mark.parametrize("link", ["records?token=at-10", "?token=at-10", "/v10/records?token=at-10"])
    def test_a_relative_link_is_joined_to_the_real_address(
        self, served: Served, monkeypatch: pytest.MonkeyPatch, link: str
    ) -> None:
        monkeypatch.setenv("EXAMPLE_SIZE", "10")
        api = served.api(0, "link")
        pages = {"/v10/records": Reply({"items": [{"id": "a"}], "next": link})}
        api.faults.append(
            lambda asked: Reply({"items": [{"id": "b"}]}) if "token" in asked.params else pages.get(asked.path)
        )
        harvest = served.harvest(
            api, url=f"{api.url}/v10/records", params={"size": "${EXAMPLE_SIZE:-100}"}, **STYLES["link"]
        )
        assert ids(harvest) == ["a", "b"]
        assert [(asked.path, asked.params) for asked in api.asked] == [
            ("/v10/records", {"size": "10"}),
            ("/v10/records", {"size": "10", "token": "at-10"}),
        ]

    def test_the_list_is_where_the_format_has_it_by_default(self, served: Served) -> None:
        api = served.api(3)
        described = served.catalogue({"type": "json", "url": f"{api.url}/records"})
        assert described.protocol.type == "json"
        assert ids(JsonHarvest(described, described.protocol, ListedFormat())) == names(3)

    def test_no_request_is_made_past_the_total(self, served: Served) -> None:
        api = served.api(20)
        harvest = served.harvest(api, total="count", paging={"style": "offset"})
        assert len(list(harvest)) == harvest.total == 20
        assert len(api.asked) == 2

    @pytest.mark.parametrize(
        ("written", "value", "said", "changed"),
        [
            ("%Y-%m-%d", "{since}", "2026-03-19", 9),
            ("%Y-%m-%dT%H:%M:%SZ", "{since}", "2026-03-20T09:55:00Z", 8),
            ("%m/%d/%Y", "AREA[Day]RANGE[{since},MAX]", "AREA[Day]RANGE[03/19/2026,MAX]", 0),
        ],
    )
    def test_changes_are_asked_for_with_an_overlap(
        self, served: Served, written: str, value: str, said: str, changed: int
    ) -> None:
        api = served.api(28)
        query = {"param": "changed_after", "format": written, "value": value}
        harvest = served.harvest(api, moment="2026-03-20T10:00:00Z", paging={"style": "offset"}, since=query)
        found = ids(harvest)
        assert {asked.params["changed_after"] for asked in api.asked} == {said}
        assert not harvest.snapshot
        assert harvest.complete
        assert found == names(28)[28 - changed :]

    def test_everything_is_asked_for_where_no_time_is_given(self, served: Served) -> None:
        api = served.api(5)
        harvest = served.harvest(api, since={"param": "changed_after"})
        assert ids(harvest) == names(5)
        assert harvest.snapshot
        assert "changed_after" not in api.asked[0].params

    def test_an_api_that_cannot_be_asked_for_changes_is_wrong_usage(self, served: Served) -> None:
        with pytest.raises(UsageError, match=r"protocol\.since"):
            served.harvest(served.api(5), moment="2026-03-20")

    def test_a_detail_is_asked_for_by_any_part_of_an_entry(self, served: Served) -> None:
        api = served.api(0)
        api.records = [{"id": "10.5072/a b", "title": "Record", "changed": "2026-03-01"}]
        harvest = served.harvest(api, detail="/detail?id={id}&on={changed}", detail_record="data")
        (raw,) = raw_records(list(harvest))
        assert api.asked[-1].params == {"id": "10.5072/a b", "on": "2026-03-01"}
        assert json.loads(raw.payload or b"")["title"] == "Record"

    def test_ids_and_datestamps_are_found_at_the_places_in_the_file(self, served: Served) -> None:
        (first, *_) = raw_records(list(served.harvest(served.api(2), id="title", updated="changed")))
        assert (first.record_id, first.datestamp, first.positional) == ("Record 0", "2026-03-01", False)

    def test_without_an_id_a_record_is_named_by_its_place(self, served: Served) -> None:
        api = served.api(0)
        api.records = [{"title": "Record", "changed": "2026-03-01"}]
        (raw,) = raw_records(list(served.harvest(api)))
        assert (raw.record_id, raw.positional) == (f"{api.url}/records#0", True)

    def test_requests_are_paced(self, served: Served) -> None:
        list(served.harvest(served.api(30), paging={"style": "offset"}, requests_per_second=0.5))
        assert len(served.waits) == 3
        assert all(0 < wait <= 2 for wait in served.waits)


class TestTrouble:
    def test_a_link_that_is_no_address_ends_the_harvest(self, served: Served) -> None:
        api = served.api(0, "link")
        api.fail_once(Reply({"items": [{"id": "a"}], "next": "https://[::"}))
        with pytest.raises(FailError, match="link to the next page is not an address"):
            list(served.harvest(api, **STYLES["link"]))

    def test_a_page_that_comes_twice_is_named_without_its_key(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXAMPLE_KEY", "open-sesame")
        api = served.api(0, "link")
        api.faults.append(lambda _: Reply({"items": [{"id": "a"}], "next": "?token=at-10"}))
        with pytest.raises(FailError, match="would never end") as caught:
            list(served.harvest(api, params={"key": "${EXAMPLE_KEY}"}, **STYLES["link"]))
        assert "/records" in str(caught.value)
        assert "sesame" not in str(caught.value)

    def test_new_tokens_for_nothing_are_noticed(self, served: Served) -> None:
        api, numbers = served.api(25, "cursor"), counting()
        api.faults.append(lambda _: Reply({"items": [], "next": f"at-{next(numbers)}"}))
        with pytest.raises(FailError, match="would never end"):
            list(served.harvest(api, **STYLES["cursor"]))

    @pytest.mark.parametrize("value", [{"error": "no"}, {"items": None}, {"items": {"a": 1}}, "no", None])
    def test_an_answer_without_a_list_is_no_empty_list(self, served: Served, value: Any) -> None:
        api = served.api(25)
        api.fail_once(Reply(value))
        harvest = served.harvest(api)
        with pytest.raises(FailError, match="no list of records at 'items'"):
            list(harvest)
        assert not harvest.complete

    def test_a_record_that_is_nested_too_deeply_costs_itself(self, served: Served) -> None:
        api = served.api(25)
        deep = b"[" * 500 + b"]" * 500
        api.fail_once(Reply(b'{"items": [{"id": "a", "deep": ' + deep + b'}, {"id": "b"}]}'))
        rejected, other = served.harvest(api)
        assert isinstance(rejected, RejectedRaw)
        assert (rejected.record_id, rejected.code, other.record_id) == ("a", "malformed", "b")

    def test_a_function_that_does_not_take_the_type_of_an_answer_finds_no_list(self, served: Served) -> None:
        with pytest.raises(FailError, match="no list of records"):
            list(served.harvest(served.api(3), records="values(items)"))

    def test_a_list_that_is_shorter_than_stated_is_not_complete(self, served: Served) -> None:
        api = served.api(25, "cursor")
        api.faults.append(lambda _: Reply({"items": api.records[:10], "count": 25}))
        harvest = served.harvest(api, total="count", **STYLES["cursor"])
        assert len(list(harvest)) == 10
        assert not harvest.complete
        assert "25" in harvest.losses[0]

    def test_a_list_that_shrinks_while_it_is_read_is_not_complete(self, served: Served) -> None:
        api = served.api(25)
        harvest = served.harvest(api, total="count", paging={"style": "offset"})
        items = iter(harvest)
        next(items)
        del api.records[3]
        rest = [item.record_id for item in items]
        assert "record-10" not in rest, "it moved to the page before"
        assert not harvest.complete

    def test_a_list_that_shrinks_on_each_page_is_one_loss(self, served: Served) -> None:
        api, counts = served.api(200), counting(1000, -1)
        api.faults.append(lambda asked: Reply({**api._page(asked.params), "count": next(counts)}))
        harvest = served.harvest(api, total="count", paging={"style": "offset"})
        assert len(list(harvest)) == 200
        shrank, short = harvest.losses
        assert shrank.startswith("The list shrank from 1,000 to 999 records")
        assert short.startswith("The service states")

    def test_a_server_that_asks_for_hours_is_left_at_once(self, served: Served) -> None:
        api = served.api(25)
        api.faults.append(lambda _: Reply({}, 429, {"Retry-After": "Wed, 01 Apr 2026 15:00:00 GMT"}))
        with pytest.raises(RetryError, match="10,800"):
            list(served.harvest(api))
        assert len(api.asked) == 1

    def test_an_answer_that_is_too_large_is_given_up(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(http, "MAX_RESPONSE_BYTES", 500)
        with pytest.raises(FailError, match="larger than 500 bytes"):
            list(served.harvest(served.api(25)))

    def test_a_web_page_is_no_answer(self, served: Served) -> None:
        api = served.api(25)
        api.faults.append(lambda _: Reply(b"<!DOCTYPE html><html>Please log in</html>"))
        with pytest.raises(FailError, match="a web page"):
            list(served.harvest(api))

    def test_a_state_that_the_service_refuses_is_stale(self, served: Served) -> None:
        api = served.api(25, "cursor")
        api.faults.append(lambda asked: Reply({"error": "expired"}, 400) if "token" in asked.params else None)
        state = {"step": "at-10", "seen": 10, "total": None, "losses": [], "lost": None, "failed": None}
        state["watermark"] = "2026-03-31T00:00:00Z"
        with pytest.raises(StaleStateError):
            list(served.harvest(api, resume=state, **STYLES["cursor"]))


class TestDetails:
    def fetched(self, served: Served, bad: dict[str, Reply]) -> tuple[list[Any], Harvest]:
        api = served.api(25)
        api.faults.append(lambda asked: bad.get(asked.path.rpartition("/")[2]))
        harvest = served.harvest(api, **STYLES["list and detail"])
        return list(harvest), harvest

    @pytest.mark.parametrize(
        ("reply", "code"),
        [
            (Reply({}, 404), "empty"),
            (Reply({}, 410), "empty"),
            (Reply({}, 403), "empty"),
            (Reply({}, 400), "malformed"),
            (Reply(b"<html>"), "malformed"),
        ],
    )
    def test_a_record_that_is_refused_costs_itself(self, served: Served, reply: Reply, code: str) -> None:
        fetched, harvest = self.fetched(served, {"record-7": reply})
        (rejected,) = (item for item in fetched if isinstance(item, RejectedRaw))
        assert (rejected.record_id, rejected.code, rejected.positional) == ("record-7", code, False)
        assert len(fetched) == 25
        assert harvest.complete

    def test_a_record_on_which_the_server_fails_is_a_loss(self, served: Served) -> None:
        fetched, harvest = self.fetched(served, {"record-7": Reply({}, 500)})
        assert [item.record_id for item in fetched] == [name for name in names(25) if name != "record-7"]
        assert not harvest.complete
        assert "record-7" in harvest.losses[0]

    def test_records_on_which_the_server_fails_are_one_loss_however_many(self, served: Served) -> None:
        failing = names(25)[1::2]
        fetched, harvest = self.fetched(served, {name: Reply({}, 500) for name in failing})
        assert [item.record_id for item in fetched] == names(25)[::2]
        (loss,) = harvest.losses
        assert re.match(r"12 records could not be fetched. The first: .*/record-1: HTTP 500", loss)

    def test_records_that_were_lost_before_a_harvest_continued_are_in_the_same_loss(self, served: Served) -> None:
        api = served.api(25)
        failing = {name: Reply({}, 500) for name in names(25)[1::3]}  # record-10 begins a page
        api.faults.append(lambda asked: failing.get(asked.path.rpartition("/")[2]))
        states: list[dict[str, Any]] = []
        whole = served.harvest(api, **STYLES["list and detail"])
        whole.on_page = lambda state: states.append(json.loads(json.dumps(state)))
        list(whole)
        continued = served.harvest(api, resume=states[0], **STYLES["list and detail"])
        list(continued)
        assert continued.losses == whole.losses
        assert len(continued.losses) == 1

    @pytest.mark.parametrize(("failures", "ends"), [(10, False), (11, True)])
    @pytest.mark.parametrize("status", [400, 500])
    def test_the_eleventh_failure_in_a_row_ends_the_run(
        self, served: Served, status: int, failures: int, *, ends: bool
    ) -> None:
        bad = {name: Reply({}, status) for name in names(25)[5 : 5 + failures]}
        with pytest.raises((FailError, RetryError)) if ends else nullcontext():
            fetched, _ = self.fetched(served, bad)
            assert len(fetched) == (25 if status == 400 else 25 - failures)

    def test_a_server_that_fails_on_every_record_ends_the_run(self, served: Served) -> None:
        with pytest.raises(RetryError):
            self.fetched(served, {name: Reply({}, 500) for name in names(25)})
        with pytest.raises(FailError):
            self.fetched(served, {name: Reply({}, 400) for name in names(25)[1:]})

    def test_an_entry_without_what_names_its_record_is_rejected(self, served: Served) -> None:
        api = served.api(2)
        del api.records[1]["id"]
        fetched = list(served.harvest(api, **STYLES["list and detail"]))
        assert [item.code for item in fetched if isinstance(item, RejectedRaw)] == ["no_id"]


class TestWhoIsAsked:
    """Credentials go to the catalogue's own host alone and into no message; only named hosts are asked."""

    @pytest.fixture(autouse=True)
    def _key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXAMPLE_KEY", "open sesame")

    def test_a_link_to_another_host_is_not_followed(self, served: Served) -> None:
        api = served.api(25, "link")
        api.fail_once(Reply({"items": [], "next": "http://localhost:1/records?token=x"}))
        with pytest.raises(FailError, match="allow_hosts"):
            list(served.harvest(api, **STYLES["link"]))

    @pytest.mark.parametrize("how", ["redirect", "link"])
    def test_an_allowed_host_is_asked_without_credentials(self, served: Served, how: str) -> None:
        api, other = served.api(5, "link"), served.api(5, "link")
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/records"
        api.fail_once(
            Reply({}, 302, {"Location": elsewhere}) if how == "redirect" else Reply({"items": [], "next": elsewhere})
        )
        headers = {"X-Key": "${EXAMPLE_KEY}"}
        harvest = served.harvest(api, headers=headers, allow_hosts=["localhost"], **STYLES["link"])
        assert ids(harvest) == names(5)
        assert api.asked[0].headers["x-key"] == "open sesame"
        assert all("x-key" not in asked.headers for asked in other.asked)

    @pytest.mark.parametrize(
        "reply", [Reply({}, 400), Reply({}, 503), Reply(b"<html>"), Reply({"echo": "open sesame"})]
    )
    def test_a_key_is_in_no_message_and_no_log(
        self, served: Served, reply: Reply, caplog: pytest.LogCaptureFixture
    ) -> None:
        api = served.api(25)
        api.faults.append(lambda _: reply)
        with caplog.at_level(logging.DEBUG), pytest.raises((FailError, RetryError)) as caught:
            list(served.harvest(api, params={"key": "${EXAMPLE_KEY}"}))
        assert api.asked[0].params["key"] == "open sesame"
        assert "sesame" not in str(caught.value)
        assert "sesame" not in caplog.text

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_link_to_an_allowed_host_gets_no_parameter_that_holds_a_variable(
        self, served: Served, method: str
    ) -> None:
        api, other = served.api(5, "link"), served.api(5, "link")
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/records"
        api.fail_once(Reply({"items": [], "next": elsewhere}))
        keys = {"key": "${EXAMPLE_KEY}", "status": "ACTIVE"}
        body = {"filter": {"login": ["as ${EXAMPLE_KEY}"]}, "size": 3} if method == "POST" else None
        harvest = served.harvest(
            api, params=keys, body=body, method=method, allow_hosts=["localhost"], **STYLES["link"]
        )
        assert ids(harvest) == names(5)
        assert api.asked[0].params == {"key": "open sesame", "status": "ACTIVE"}
        assert other.asked
        for asked in other.asked:
            assert "key" not in asked.params
            assert asked.params["status"] == "ACTIVE"
            assert asked.body == (body and {"size": 3})

    @pytest.mark.parametrize("place", ["params", "url"])
    def test_a_key_that_a_link_repeats_is_in_no_state_and_is_sent_again(self, served: Served, place: str) -> None:
        api = served.api(0, "link")
        first = Reply({"items": [{"id": "a"}], "next": "?key=open+sesame&size=1&sort=a%2Fb&token=2"})
        api.faults.append(lambda asked: Reply({"items": [{"id": "b"}]}) if "token" in asked.params else first)
        url = f"{api.url}/records?size=1"
        keys: dict[str, Any] = {"url": url, "params": {"key": "${EXAMPLE_KEY}"}}
        if place == "url":
            keys = {"url": f"{url}&key=open sesame", "variables": {"url": f"{url}&key=${{EXAMPLE_KEY}}"}}
        states: list[dict[str, Any]] = []
        whole = served.harvest(api, **keys, **STYLES["link"])
        whole.on_page = states.append
        assert ids(whole) == ["a", "b"]
        assert states[0]["step"] == f"{url}&sort=a%2Fb&token=2"
        assert ids(served.harvest(api, resume=states[0], **keys, **STYLES["link"])) == ["b"]
        assert [asked.params["key"] for asked in api.asked] == ["open sesame"] * 3
        assert api.asked[1] == api.asked[2]

    def test_a_body_is_redirected_to_no_other_host(self, served: Served) -> None:
        api, other = served.api(5), served.api(5)
        api.fail_once(Reply({}, 307, {"Location": f"{other.url}/records"}))
        with pytest.raises(FailError, match="body of the request is not sent"):
            list(served.harvest(api, method="POST", body={"key": "${EXAMPLE_KEY}"}))
        assert not other.asked

    def test_a_body_is_redirected_within_its_host(self, served: Served) -> None:
        api = served.api(5)
        api.fail_once(Reply({}, 307, {"Location": "/records?moved=1"}))
        assert ids(served.harvest(api, method="POST", body={"size": 5})) == names(5)
        assert api.asked[-1].body == {"size": 5}

    def test_a_key_in_a_body_is_in_no_message(self, served: Served) -> None:
        api = served.api(5)
        api.fail_once(Reply({"filler": "x" * 170, "echo": "open sesame"}))
        with pytest.raises(FailError, match="It begins") as caught:
            list(served.harvest(api, method="POST", body={"login": {"key": "${EXAMPLE_KEY}"}}))
        assert "open s" not in str(caught.value)

    def test_all_of_a_key_that_contains_another_one_is_hidden(
        self, served: Served, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXAMPLE_PREFIX", "open")
        api = served.api(5)
        api.fail_once(Reply({"echo": "open sesame"}))
        with pytest.raises(FailError, match="no list") as caught:
            list(served.harvest(api, params={"a": "${EXAMPLE_PREFIX}", "b": "${EXAMPLE_KEY}"}))
        assert "sesame" not in str(caught.value)

    def test_a_key_that_is_not_set_is_asked_for(self, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("EXAMPLE_KEY")
        with pytest.raises(UsageError, match="EXAMPLE_KEY"):
            list(served.harvest(served.api(1), headers={"X-Key": "${EXAMPLE_KEY}"}))


class TestDataverse(ApiConformance):
    type = "dataverse"

    @pytest.fixture(autouse=True)
    def _served(self, served: Served) -> None:
        self.served = served

    def of(
        self,
        api: Api,
        limit: int | None = None,
        since: str | None = None,
        resume: dict[str, Any] | None = None,
        page_size: int = 10,
        **keys: Any,
    ) -> JsonHarvest:
        protocol = {"type": "dataverse", "url": api.url, "page_size": page_size, "requests_per_second": QUICK, **keys}
        described = self.served.catalogue(protocol, format="dataverse", allow_hosts=self.allow_hosts)
        assert described.protocol.type == "dataverse"
        options = HarvestOptions(since, limit, resume, Clocks(self.sleep))
        return dataverse_harvest(described, described.protocol, FORMAT, options)

    def first_address(self) -> str:
        return f"{self.api.url}/api/search?start=0&per_page=10"

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        self.api = self.served.api(count)
        return self.of(self.api, limit)

    def broken_harvest(self) -> Harvest:
        harvest = self.harvest(25)
        self.api.faults.append(lambda asked: Reply({}, 400) if asked.params.get("start") == "20" else None)
        return harvest

    def loop(self) -> None:
        items = [{"global_id": record["id"]} for record in self.api.records[:10]]
        page = {"status": "OK", "data": {"total_count": 1000, "items": items}}
        self.api.faults.append(lambda asked: Reply(page) if asked.path == "/api/search" else None)

    def again(self, state: dict[str, Any] | None) -> Harvest:
        return self.of(self.api, resume=state)

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
        api = self.served.api(0)
        api.records = [{"id": "doi:10.5072/FK2/A", "title": "A", "changed": "2026-03-01T00:00:00Z"}]
        (raw,) = raw_records(list(self.of(api, subtree="social", headers={"X-Dataverse-key": "k"})))
        assert (raw.record_id, raw.datestamp) == ("doi:10.5072/FK2/A", "2026-03-01T00:00:00Z")
        assert json.loads(raw.payload or b"")["title"] == "A"
        listed, detail = api.asked
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
        api = self.served.api(28)
        api.records[5]["changed"] = "no date"
        harvest = self.of(api, since="2026-03-20T10:00:00Z")
        unchanged: list[str] = []
        states: list[Any] = []
        harvest.on_unchanged, harvest.on_page = unchanged.append, states.append
        fetched = ids(harvest)
        assert fetched == ["record-5", *names(28)[19:]]
        assert sorted([*fetched, *unchanged]) == sorted(names(28))
        assert len(api.asked) == 3 + len(fetched)
        assert harvest.snapshot
        assert harvest.complete
        assert states == [], "a harvest that continues would not know which records are unchanged"


def _first_page(api: Api) -> dict[str, Any]:
    return {"items": api.records[:10], "count": 25, "next": "at-10" if api.style == "cursor" else f"{api.url}/records"}
