"""Records of a JSON API that are asked for one by one, and whom its requests and keys may reach."""

from __future__ import annotations

import logging
import re
from contextlib import nullcontext
from typing import Any

import pytest

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.model.raw import RejectedRaw
from pipeline.protocols import Harvest
from tests.protocols.json_served import STYLES, Apis, ids
from tests.protocols.json_server import Reply
from tests.protocols.network_conformance import (
    names,
)


class TestDetails:
    def fetched(self, apis: Apis, bad: dict[str, Reply]) -> tuple[list[Any], Harvest]:
        api = apis.api(25)
        api.faults.append(lambda asked: bad.get(asked.path.rpartition("/")[2]))
        harvest = apis.harvest(api, **STYLES["list and detail"])
        return list(harvest), harvest

    @pytest.mark.parametrize(
        ("reply", "code"),
        [
            (Reply({}, 404), "empty"),
            (Reply({}, 410), "empty"),
            (Reply({}, 403), "empty"),
            (Reply({}, 400), "not_received"),
            (Reply({}, 401), "not_received"),
            (Reply({}, 500), "not_received"),
            (Reply({}, 503), "not_received"),
            (Reply(b"<html>"), "malformed"),
        ],
    )
    def test_a_record_that_is_refused_costs_itself(self, apis: Apis, reply: Reply, code: str) -> None:
        fetched, harvest = self.fetched(apis, {"record-7": reply})
        (rejected,) = (item for item in fetched if isinstance(item, RejectedRaw))
        assert (rejected.record_id, rejected.code, rejected.positional) == ("record-7", code, False)
        assert len(fetched) == 25
        assert harvest.complete

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
    def test_the_first_record_may_be_refused_like_any_other(self, apis: Apis, status: int) -> None:
        fetched, harvest = self.fetched(apis, {"record-0": Reply({}, status)})
        assert [item.record_id for item in fetched if isinstance(item, RejectedRaw)] == ["record-0"]
        assert len(fetched) == 25
        assert harvest.complete

    def test_a_record_that_nothing_names_is_a_loss_if_it_is_not_received(self, apis: Apis) -> None:
        api = apis.api(25)
        for record in api.records:
            record["number"] = record.pop("id")
        api.faults.append(lambda asked: Reply({}, 500) if asked.path.endswith("record-7") else None)
        api.faults.append(lambda asked: Reply({"data": {"title": "x"}}) if asked.path.startswith("/records/") else None)
        harvest = apis.harvest(api, **{**STYLES["list and detail"], "detail": "/records/{number}"})
        rejected = [item for item in harvest if isinstance(item, RejectedRaw)]
        assert [(item.code, item.positional) for item in rejected] == [("not_received", True)]
        assert not harvest.complete
        assert re.match(r"A record without an id was not received\. .*record-7", harvest.losses[0])

    @pytest.mark.parametrize(("failures", "ends"), [(10, False), (11, True)])
    @pytest.mark.parametrize("status", [400, 500])
    def test_the_eleventh_failure_in_a_row_ends_the_run(
        self, apis: Apis, status: int, failures: int, *, ends: bool
    ) -> None:
        bad = {name: Reply({}, status) for name in names(25)[5 : 5 + failures]}
        with pytest.raises((FailError, RetryError)) if ends else nullcontext():
            fetched, _ = self.fetched(apis, bad)
            assert len(fetched) == 25

    def test_a_server_that_fails_on_every_record_ends_the_run(self, apis: Apis) -> None:
        with pytest.raises(RetryError):
            self.fetched(apis, {name: Reply({}, 500) for name in names(25)})
        with pytest.raises(FailError):
            self.fetched(apis, {name: Reply({}, 400) for name in names(25)[1:]})

    def test_an_entry_without_what_names_its_record_is_rejected(self, apis: Apis) -> None:
        api = apis.api(2)
        del api.records[1]["id"]
        fetched = list(apis.harvest(api, **STYLES["list and detail"]))
        assert [item.code for item in fetched if isinstance(item, RejectedRaw)] == ["no_id"]


class TestWhoIsAsked:
    """Credentials go to the catalogue's own host alone and into no message; only named hosts are asked."""

    @pytest.fixture(autouse=True)
    def _key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXAMPLE_KEY", "open sesame")

    def test_a_link_to_another_host_is_not_followed(self, apis: Apis) -> None:
        api = apis.api(25, "link")
        api.fail_once(Reply({"items": [], "next": "http://localhost:1/records?token=x"}))
        with pytest.raises(FailError, match="allow_hosts"):
            list(apis.harvest(api, **STYLES["link"]))

    @pytest.mark.parametrize("how", ["redirect", "link"])
    def test_an_allowed_host_is_asked_without_credentials(self, apis: Apis, how: str) -> None:
        api, other = apis.api(5, "link"), apis.api(5, "link")
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/records"
        api.fail_once(
            Reply({}, 302, {"Location": elsewhere}) if how == "redirect" else Reply({"items": [], "next": elsewhere})
        )
        headers = {"X-Key": "${EXAMPLE_KEY}"}
        harvest = apis.harvest(api, headers=headers, allow_hosts=["localhost"], **STYLES["link"])
        assert ids(harvest) == names(5)
        assert api.asked[0].headers["x-key"] == "open sesame"
        assert all("x-key" not in asked.headers for asked in other.asked)

    @pytest.mark.parametrize(
        "reply", [Reply({}, 400), Reply({}, 503), Reply(b"<html>"), Reply({"echo": "open sesame"})]
    )
    def test_a_key_is_in_no_message_and_no_log(
        self, apis: Apis, reply: Reply, caplog: pytest.LogCaptureFixture
    ) -> None:
        api = apis.api(25)
        api.faults.append(lambda _: reply)
        with caplog.at_level(logging.DEBUG), pytest.raises((FailError, RetryError)) as caught:
            list(apis.harvest(api, params={"key": "${EXAMPLE_KEY}"}))
        assert api.asked[0].params["key"] == "open sesame"
        assert "sesame" not in str(caught.value)
        assert "sesame" not in caplog.text

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_a_link_to_an_allowed_host_gets_no_parameter_that_holds_a_variable(self, apis: Apis, method: str) -> None:
        api, other = apis.api(5, "link"), apis.api(5, "link")
        elsewhere = other.url.replace("127.0.0.1", "localhost") + "/records"
        api.fail_once(Reply({"items": [], "next": elsewhere}))
        keys = {"key": "${EXAMPLE_KEY}", "status": "ACTIVE"}
        body = {"filter": {"login": ["as ${EXAMPLE_KEY}"]}, "size": 3} if method == "POST" else None
        harvest = apis.harvest(api, params=keys, body=body, method=method, allow_hosts=["localhost"], **STYLES["link"])
        assert ids(harvest) == names(5)
        assert api.asked[0].params == {"key": "open sesame", "status": "ACTIVE"}
        assert other.asked
        for asked in other.asked:
            assert "key" not in asked.params
            assert asked.params["status"] == "ACTIVE"
            assert asked.body == (body and {"size": 3})

    @pytest.mark.parametrize("place", ["params", "url"])
    def test_a_key_that_a_link_repeats_is_in_no_state_and_is_sent_again(self, apis: Apis, place: str) -> None:
        api = apis.api(0, "link")
        first = Reply({"items": [{"id": "a"}], "next": "?key=open+sesame&size=1&sort=a%2Fb&token=2"})
        api.faults.append(lambda asked: Reply({"items": [{"id": "b"}]}) if "token" in asked.params else first)
        url = f"{api.url}/records?size=1"
        keys: dict[str, Any] = {"url": url, "params": {"key": "${EXAMPLE_KEY}"}}
        if place == "url":
            keys = {"url": f"{url}&key=open sesame", "variables": {"url": f"{url}&key=${{EXAMPLE_KEY}}"}}
        states: list[dict[str, Any]] = []
        whole = apis.harvest(api, **keys, **STYLES["link"])
        whole.on_page = states.append
        assert ids(whole) == ["a", "b"]
        assert states[0]["step"] == f"{url}&sort=a%2Fb&token=2"
        assert ids(apis.harvest(api, resume=states[0], **keys, **STYLES["link"])) == ["b"]
        assert [asked.params["key"] for asked in api.asked] == ["open sesame"] * 3
        assert api.asked[1] == api.asked[2]

    @pytest.mark.parametrize("name", ["key", "login"])
    def test_a_key_that_a_link_repeats_is_not_sent_to_another_host(self, apis: Apis, name: str) -> None:
        api, other = apis.api(0, "link"), apis.api(5, "link")
        api.fail_once(Reply({"items": [], "next": f"{other.url}/records?{name}=open+sesame&size=1"}))
        harvest = apis.harvest(api, params={"key": "${EXAMPLE_KEY}"}, **STYLES["link"])
        states: list[dict[str, Any]] = []
        harvest.on_page = states.append
        assert ids(harvest) == names(5)
        assert all(name not in asked.params for asked in other.asked)
        assert "sesame" not in str(states)

    def test_a_key_without_a_variable_is_a_secret_by_its_name(self, apis: Apis) -> None:
        api, other = apis.api(0, "link"), apis.api(5, "link")
        api.fail_once(Reply({"items": [], "next": f"{other.url}/records"}))
        harvest = apis.harvest(api, params={"api_key": "open-sesame", "rows": 5}, **STYLES["link"])
        assert ids(harvest) == names(5)
        assert all(("api_key" in asked.params, asked.params["rows"]) == (False, "5") for asked in other.asked)
        api.faults.append(lambda _: Reply({"echo": "open-sesame"}))
        with pytest.raises(FailError, match="no list") as caught:
            list(apis.harvest(api, params={"api_key": "open-sesame"}))
        assert "sesame" not in str(caught.value)

    @pytest.mark.parametrize(
        "login", [{"accessToken": "open-sesame"}, {"auth": {"code": ["open-sesame"]}}, {"by": {"token": "open-sesame"}}]
    )
    def test_a_key_within_a_body_is_a_secret_by_its_name(self, apis: Apis, login: dict[str, Any]) -> None:
        api, other = apis.api(0, "link"), apis.api(5, "link")
        api.fail_once(Reply({"items": [], "next": f"{other.url}/records"}))
        harvest = apis.harvest(api, method="POST", body={**login, "size": 3}, **STYLES["link"])
        assert ids(harvest) == names(5)
        assert all(asked.body == {"size": 3} for asked in other.asked)
        api.faults.append(lambda _: Reply({"echo": "open-sesame"}))
        with pytest.raises(FailError, match="no list") as caught:
            list(apis.harvest(api, method="POST", body=login))
        assert "sesame" not in str(caught.value)

    def test_a_body_is_redirected_to_no_other_host(self, apis: Apis) -> None:
        api, other = apis.api(5), apis.api(5)
        api.fail_once(Reply({}, 307, {"Location": f"{other.url}/records"}))
        with pytest.raises(FailError, match="body of the request is not sent"):
            list(apis.harvest(api, method="POST", body={"key": "${EXAMPLE_KEY}"}))
        assert not other.asked

    def test_a_body_is_redirected_within_its_host(self, apis: Apis) -> None:
        api = apis.api(5)
        api.fail_once(Reply({}, 307, {"Location": "/records?moved=1"}))
        assert ids(apis.harvest(api, method="POST", body={"size": 5})) == names(5)
        assert api.asked[-1].body == {"size": 5}

    def test_a_key_in_a_body_is_in_no_message(self, apis: Apis) -> None:
        api = apis.api(5)
        api.fail_once(Reply({"filler": "x" * 170, "echo": "open sesame"}))
        with pytest.raises(FailError, match="It begins") as caught:
            list(apis.harvest(api, method="POST", body={"login": {"key": "${EXAMPLE_KEY}"}}))
        assert "open s" not in str(caught.value)

    def test_all_of_a_key_that_contains_another_one_is_hidden(
        self, apis: Apis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXAMPLE_PREFIX", "open")
        api = apis.api(5)
        api.fail_once(Reply({"echo": "open sesame"}))
        with pytest.raises(FailError, match="no list") as caught:
            list(apis.harvest(api, params={"a": "${EXAMPLE_PREFIX}", "b": "${EXAMPLE_KEY}"}))
        assert "sesame" not in str(caught.value)

    def test_a_key_that_is_not_set_is_asked_for(self, apis: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("EXAMPLE_KEY")
        with pytest.raises(UsageError, match="EXAMPLE_KEY"):
            list(apis.harvest(apis.api(1), headers={"X-Key": "${EXAMPLE_KEY}"}))
