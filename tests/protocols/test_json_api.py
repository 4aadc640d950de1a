"""Requests to a JSON API, how its answers are read, and what happens when it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count as counting
from typing import Any

import orjson
import pytest

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols import Harvest, StaleStateError, http
from pipeline.protocols.json.harvest import JsonHarvest
from tests.protocols.conformance import raw_records
from tests.protocols.json_served import STYLES, ApiConformance, Apis, ListedFormat, first_page, ids
from tests.protocols.json_server import Reply
from tests.protocols.network_conformance import (
    MANY,
    MANY_BYTES,
    SINCE,
    names,
)


@pytest.mark.parametrize("style", STYLES)
class TestJsonConformance(ApiConformance):
    type = "json"

    @pytest.fixture(autouse=True)
    def _served(self, apis: Apis, style: str) -> None:
        self.apis = apis
        self.style = style

    def of(self, **options: Any) -> Harvest:
        keys = {
            "allow_hosts": self.allow_hosts,
            "sleep": self.sleep,
            "again": self.not_received,
            **STYLES[self.style],
            **options,
        }
        return self.apis.harvest(self.api, **keys)

    def first_address(self) -> str:
        return f"{self.api.url}/records"

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        self.api = self.apis.api(count, self.style)
        return self.of(limit=limit)

    def broken_harvest(self) -> Harvest:
        harvest = self.harvest(25)
        self.api.faults.append(lambda _: Reply({"error": "broken"}, 503) if len(self.api.lists) > 1 else None)
        return harvest

    def loop(self) -> None:
        self.api.faults.append(lambda asked: Reply(first_page(self.api)) if asked.path == "/records" else None)

    def again(self, state: dict[str, Any] | None, before: Sequence[Fetched]) -> Harvest:
        return self.of(resume=state, before=before)

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
    def test_a_request_is_made_of_the_files_keys(self, apis: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXAMPLE_KEY", "sesame")
        api = apis.api(3)
        protocol: dict[str, Any] = {"headers": {"X-Key": "${EXAMPLE_KEY}"}, "params": {"status": "ACTIVE", "size": 2}}
        assert ids(apis.harvest(api, paging={"style": "offset"}, **protocol)) == names(3)
        assert [asked.params for asked in api.asked] == [
            {"status": "ACTIVE", "size": "2", "offset": offset} for offset in ("0", "1", "2", "3")
        ]
        assert {asked.headers["x-key"] for asked in api.asked} == {"sesame"}
        assert all(asked.headers["user-agent"].startswith("study-index/") for asked in api.asked)

    def test_a_body_is_posted(self, apis: Apis) -> None:
        api = apis.api(3)
        list(apis.harvest(api, paging={"style": "page"}, method="POST", body={"rows": 5}))
        assert [(asked.method, asked.body) for asked in api.asked] == [("POST", {"rows": 5, "page": n}) for n in (1, 2)]

    def test_one_answer_may_have_the_complete_list(self, apis: Apis) -> None:
        api = apis.api(3)
        assert ids(apis.harvest(api)) == names(3)
        assert len(api.asked) == 1

    @pytest.mark.parametrize("written", ["page[token]", "page%5Btoken%5D"])
    def test_a_link_keeps_its_own_parameters_and_gets_those_it_left_out(self, apis: Apis, written: str) -> None:
        api = apis.api(3, "link")
        api.fail_once(Reply({"items": [], "next": f"{api.url}/records?{written}=at-1&token=at-1"}))
        params = {"page[token]": 1, "status": "ACTIVE"}
        assert ids(apis.harvest(api, params=params, **STYLES["link"])) == names(3)[1:]
        assert [asked.params for asked in api.asked] == [
            {"page[token]": "1", "status": "ACTIVE"},
            {"page[token]": "at-1", "token": "at-1", "status": "ACTIVE"},
        ]

    @pytest.mark.parametrize("link", ["records?token=at-10", "?token=at-10", "/v10/records?token=at-10"])
    def test_a_relative_link_is_joined_to_the_real_address(
        self, apis: Apis, monkeypatch: pytest.MonkeyPatch, link: str
    ) -> None:
        monkeypatch.setenv("EXAMPLE_SIZE", "10")
        api = apis.api(0, "link")
        pages = {"/v10/records": Reply({"items": [{"id": "a"}], "next": link})}
        api.faults.append(
            lambda asked: Reply({"items": [{"id": "b"}]}) if "token" in asked.params else pages.get(asked.path)
        )
        harvest = apis.harvest(
            api, url=f"{api.url}/v10/records", params={"size": "${EXAMPLE_SIZE:-100}"}, **STYLES["link"]
        )
        assert ids(harvest) == ["a", "b"]
        assert [(asked.path, asked.params) for asked in api.asked] == [
            ("/v10/records", {"size": "10"}),
            ("/v10/records", {"size": "10", "token": "at-10"}),
        ]

    def test_the_list_is_where_the_format_has_it_by_default(self, apis: Apis) -> None:
        api = apis.api(3)
        described = apis.catalogue({"type": "json", "url": f"{api.url}/records"})
        assert described.protocol.type == "json"
        assert ids(JsonHarvest(described, described.protocol, ListedFormat())) == names(3)

    def test_a_list_with_more_records_than_stated_is_read_to_its_end(self, apis: Apis) -> None:
        api = apis.api(25)
        api.faults.append(lambda asked: Reply({**api._page(asked.params), "count": 10}))
        harvest = apis.harvest(api, total="count", paging={"style": "offset"})
        assert ids(harvest) == names(25)
        assert harvest.complete

    def test_an_empty_page_that_leads_on_is_not_the_end_where_fewer_records_are_stated(self, apis: Apis) -> None:
        api = apis.api(25, "cursor")
        api.fail_once(
            Reply({"items": api.records[:10], "count": 10, "next": "at-empty"}),
            Reply({"items": [], "count": 10, "next": "at-10"}),
        )
        api.faults.append(lambda asked: Reply({**api._page(asked.params), "count": 10}))
        harvest = apis.harvest(api, total="count", **STYLES["cursor"])
        assert ids(harvest) == names(25)

    @pytest.mark.parametrize("number", [1e300, -1, 2.5, True, "25 records", "9" * 30, None])
    def test_a_total_that_is_no_number_of_records_is_none(self, apis: Apis, number: Any) -> None:
        api, states = apis.api(5), list[bytes]()
        api.faults.append(lambda asked: Reply({**api._page(asked.params), "count": number}))
        harvest = apis.harvest(api, total="count", paging={"style": "offset"})
        harvest.on_page = lambda state: states.append(orjson.dumps(state))
        assert ids(harvest) == names(5)
        assert states
        assert "No answer of" in harvest.losses[0]

    @pytest.mark.parametrize("reply", [Reply({"error": "no such page"}, 404), Reply({"error": "no such page"})])
    def test_what_follows_the_last_stated_record_may_be_refused(self, apis: Apis, reply: Reply) -> None:
        api = apis.api(20)
        api.faults.append(lambda asked: reply if asked.params["offset"] == "20" else None)
        harvest = apis.harvest(api, total="count", paging={"style": "offset"})
        assert len(list(harvest)) == harvest.total == 20
        assert harvest.complete

    def test_an_error_with_a_status_of_success_ends_a_list_early(self, apis: Apis) -> None:
        api = apis.api(25)
        error = {"error": "Result window is too large"}
        api.faults.append(lambda asked: Reply(error) if asked.params["offset"] == "9" else None)
        harvest = apis.harvest(api, paging={"style": "offset"})
        assert ids(harvest) == names(10)
        assert "Result window is too large" in harvest.losses[0]
        assert not harvest.complete

    @pytest.mark.parametrize(
        ("written", "value", "said", "changed"),
        [
            ("%Y-%m-%d", "{since}", "2026-03-19", 9),
            ("%Y-%m-%dT%H:%M:%SZ", "{since}", "2026-03-20T09:55:00Z", 8),
            ("%m/%d/%Y", "AREA[Day]RANGE[{since},MAX]", "AREA[Day]RANGE[03/19/2026,MAX]", 0),
        ],
    )
    def test_changes_are_asked_for_with_an_overlap(
        self, apis: Apis, written: str, value: str, said: str, changed: int
    ) -> None:
        api = apis.api(28)
        query = {"param": "changed_after", "format": written, "value": value}
        harvest = apis.harvest(api, moment="2026-03-20T10:00:00Z", paging={"style": "offset"}, since=query)
        found = ids(harvest)
        assert {asked.params["changed_after"] for asked in api.asked} == {said}
        assert not harvest.snapshot
        assert harvest.complete
        assert found == names(28)[28 - changed :]

    def test_everything_is_asked_for_where_no_time_is_given(self, apis: Apis) -> None:
        api = apis.api(5)
        harvest = apis.harvest(api, since={"param": "changed_after"})
        assert ids(harvest) == names(5)
        assert harvest.snapshot
        assert "changed_after" not in api.asked[0].params

    def test_an_api_that_cannot_be_asked_for_changes_is_wrong_usage(self, apis: Apis) -> None:
        with pytest.raises(UsageError, match=r"protocol\.since"):
            apis.harvest(apis.api(5), moment="2026-03-20")

    def test_a_detail_is_asked_for_by_any_part_of_an_entry(self, apis: Apis) -> None:
        api = apis.api(0)
        api.records = [{"id": "10.5072/a b", "title": "Record", "changed": "2026-03-01"}]
        harvest = apis.harvest(api, detail="/detail?id={id}&on={changed}", detail_record="data")
        (raw,) = raw_records(list(harvest))
        assert api.asked[-1].params == {"id": "10.5072/a b", "on": "2026-03-01"}
        assert json.loads(raw.payload or b"")["title"] == "Record"

    def test_ids_and_datestamps_are_found_at_the_places_in_the_file(self, apis: Apis) -> None:
        (first, *_) = raw_records(list(apis.harvest(apis.api(2), id="title", updated="changed")))
        assert (first.record_id, first.datestamp, first.positional) == ("Record 0", "2026-03-01", False)

    def test_without_an_id_a_record_is_named_by_its_place(self, apis: Apis) -> None:
        api = apis.api(0)
        api.records = [{"title": "Record", "changed": "2026-03-01"}]
        (raw,) = raw_records(list(apis.harvest(api)))
        assert (raw.record_id, raw.positional) == (f"{api.url}/records#0", True)

    def test_requests_are_paced(self, apis: Apis) -> None:
        list(apis.harvest(apis.api(30), paging={"style": "page"}, requests_per_second=0.5))
        assert len(apis.waits) == 3
        assert all(0 < wait <= 2 for wait in apis.waits)


class TestTrouble:
    def test_a_link_that_is_no_address_ends_the_harvest(self, apis: Apis) -> None:
        api = apis.api(0, "link")
        api.fail_once(Reply({"items": [{"id": "a"}], "next": "https://[::"}))
        with pytest.raises(FailError, match="link to the next page is not an address"):
            list(apis.harvest(api, **STYLES["link"]))

    def test_a_page_that_comes_twice_is_named_without_its_key(
        self, apis: Apis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXAMPLE_KEY", "open-sesame")
        api = apis.api(0, "link")
        api.faults.append(lambda _: Reply({"items": [{"id": "a"}], "next": "?token=at-10"}))
        with pytest.raises(FailError, match="would never end") as caught:
            list(apis.harvest(api, params={"key": "${EXAMPLE_KEY}"}, **STYLES["link"]))
        assert "sesame" not in str(caught.value)

    def test_new_tokens_for_nothing_are_noticed(self, apis: Apis) -> None:
        api, numbers = apis.api(25, "cursor"), counting()
        api.faults.append(lambda _: Reply({"items": [], "next": f"at-{next(numbers)}"}))
        with pytest.raises(FailError, match="would never end"):
            list(apis.harvest(api, **STYLES["cursor"]))

    @pytest.mark.parametrize("value", [{"error": "no"}, {"items": None}, {"items": {"a": 1}}, "no", None])
    def test_an_answer_without_a_list_is_no_empty_list(self, apis: Apis, value: Any) -> None:
        api = apis.api(25)
        api.fail_once(Reply(value))
        harvest = apis.harvest(api)
        with pytest.raises(FailError, match="no list of records at 'items'"):
            list(harvest)
        assert not harvest.complete

    def test_a_record_that_is_nested_too_deeply_costs_itself(self, apis: Apis) -> None:
        api = apis.api(25)
        deep = b"[" * 500 + b"]" * 500
        api.fail_once(Reply(b'{"items": [{"id": "a", "deep": ' + deep + b'}, {"id": "b"}]}'))
        rejected, other = apis.harvest(api)
        assert isinstance(rejected, RejectedRaw)
        assert (rejected.record_id, rejected.code, other.record_id) == ("a", "malformed", "b")

    def test_a_function_that_does_not_take_the_type_of_an_answer_finds_no_list(self, apis: Apis) -> None:
        with pytest.raises(FailError, match="no list of records"):
            list(apis.harvest(apis.api(3), records="values(items)"))

    def test_a_list_that_is_shorter_than_stated_is_not_complete(self, apis: Apis) -> None:
        api = apis.api(25, "cursor")
        api.faults.append(lambda _: Reply({"items": api.records[:10], "count": 25}))
        harvest = apis.harvest(api, total="count", **STYLES["cursor"])
        assert len(list(harvest)) == 10
        assert not harvest.complete
        assert "25" in harvest.losses[0]

    def test_a_list_that_shrinks_while_it_is_read_is_not_complete(self, apis: Apis) -> None:
        api = apis.api(25)
        harvest = apis.harvest(api, total="count", paging={"style": "offset"})
        items = iter(harvest)
        next(items)
        del api.records[3]
        rest = [item.record_id for item in items]
        assert "record-10" in rest, "it moved to the place of the last record before it"
        assert not harvest.complete

    @pytest.mark.parametrize(("gone", "new"), [([3], []), ([], [0]), ([3], [24]), ([3, 4], [23])])
    @pytest.mark.parametrize("style", ["offset", "offset with total", "post", "list and detail"])
    def test_a_list_that_shifts_while_it_is_read_is_not_complete(
        self, apis: Apis, style: str, gone: list[int], new: list[int]
    ) -> None:
        api = apis.api(25)
        harvest = apis.harvest(api, **STYLES[style])
        items = iter(harvest)
        next(items)
        for number in reversed(gone):
            del api.records[number]
        for number in new:
            api.records.insert(number, {"id": f"new-{number}", "title": "New", "changed": "2026-03-01"})
        list(items)
        assert "shifted while it was read" in harvest.losses[0]
        assert not harvest.complete

    def test_a_list_that_grows_at_its_end_is_complete(self, apis: Apis) -> None:
        api = apis.api(25)
        harvest = apis.harvest(api, **STYLES["offset with total"])
        items = iter(harvest)
        next(items)
        api.records.append({"id": "new", "title": "New", "changed": "2026-03-01"})
        assert "new" in [item.record_id for item in items]
        assert harvest.complete

    def test_a_shift_is_found_where_the_harvest_continues(self, apis: Apis) -> None:
        api, states = apis.api(25), list[dict[str, Any]]()
        harvest = apis.harvest(api, **STYLES["offset with total"])
        harvest.on_page = states.append
        before = [next(items) for items in [iter(harvest)] for _ in range(11)][:10]
        same = apis.harvest(api, resume=states[0], before=before, **STYLES["offset with total"])
        assert len(list(same)) == 15
        assert same.complete
        del api.records[3]
        api.records.append({"id": "new", "title": "New", "changed": "2026-03-01"})
        shifted = apis.harvest(api, resume=states[0], before=before, **STYLES["offset with total"])
        list(shifted)
        assert "shifted while it was read" in shifted.losses[0]

    def test_a_service_that_takes_only_multiples_of_its_page_size(self, apis: Apis) -> None:
        api = apis.api(30)
        api.faults.append(lambda asked: Reply(api._page({"offset": int(asked.params["offset"]) // 10 * 10})))
        harvest = apis.harvest(api, **STYLES["offset with total"])
        list(harvest)
        assert "`overlap: false` under `paging`" in harvest.losses[0]
        harvest = apis.harvest(api, total="count", paging={"style": "offset", "overlap": False})
        assert ids(harvest) == names(30)
        assert harvest.complete

    def test_a_list_that_shrinks_on_each_page_is_one_loss(self, apis: Apis) -> None:
        api, counts = apis.api(200), counting(1000, -1)
        api.faults.append(lambda asked: Reply({**api._page(asked.params), "count": next(counts)}))
        harvest = apis.harvest(api, total="count", paging={"style": "offset"})
        assert len(list(harvest)) == 200
        shrank, short = harvest.losses
        assert shrank.startswith("The list shrank while it was read: the catalogue stated 1,000 records")
        assert short.startswith("The catalogue states")

    def test_a_server_that_asks_for_hours_is_left_at_once(self, apis: Apis) -> None:
        api = apis.api(25)
        api.faults.append(lambda _: Reply({}, 429, {"Retry-After": "Wed, 01 Apr 2026 15:00:00 GMT"}))
        with pytest.raises(RetryError, match="10,800"):
            list(apis.harvest(api))
        assert len(api.asked) == 1

    def test_an_answer_that_is_too_large_is_given_up(self, apis: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(http, "MAX_RESPONSE_BYTES", 500)
        with pytest.raises(FailError, match="larger than 500 bytes"):
            list(apis.harvest(apis.api(25)))

    def test_a_web_page_is_no_answer(self, apis: Apis) -> None:
        api = apis.api(25)
        api.faults.append(lambda _: Reply(b"<!DOCTYPE html><html>Please log in</html>"))
        with pytest.raises(FailError, match="a web page"):
            list(apis.harvest(api))

    def test_a_state_that_the_service_refuses_is_stale(self, apis: Apis) -> None:
        api = apis.api(25, "cursor")
        api.faults.append(lambda asked: Reply({"error": "expired"}, 400) if "token" in asked.params else None)
        state = {"step": "at-10", "seen": 10, "last": None, "watermark": "2026-03-31T00:00:00Z", "losses": []}
        state |= {"stated": None, "shrank_from": None}
        with pytest.raises(StaleStateError):
            list(apis.harvest(api, resume=state, **STYLES["cursor"]))
