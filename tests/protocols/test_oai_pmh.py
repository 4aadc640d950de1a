"""Requests to an OAI-PMH server, how its answers are read, and what happens when it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from demo.oai_server import Fault, Repository, Request, serve
from pipeline.errors import FailError, RetryError, UsageError
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols import Harvest, HarvestOptions, base, http
from pipeline.protocols.clocks import Clocks
from pipeline.protocols.oai.harvest import OaiPmhHarvest
from tests.protocols.conformance import catalogue, raw_records
from tests.protocols.network_conformance import (
    AFTER,
    LONG_BEFORE,
    MANY,
    MANY_BYTES,
    NO_HEADERS,
    SINCE,
    NetworkConformance,
)
from tests.protocols.oai_served import CODEBOOK, FORMAT, NOW, OAI, Served, numbers, pages
from tests.support import REAL_RECORDS, needs_real_records


class TestOaiPmhConformance(NetworkConformance):
    type = "oai-pmh"
    names_deletions = True

    @pytest.fixture(autouse=True)
    def _repository(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path
        self.repository = Repository(page_size=10, clock=lambda: NOW)
        with serve(self.repository) as self.url:
            yield

    def of(self, **options: Any) -> Harvest:
        protocol = {"type": "oai-pmh", "url": self.url, "metadata_prefix": "oai_ddi25"}
        described = catalogue(self.folder, protocol, allow_hosts=self.allow_hosts)
        assert described.protocol.type == "oai-pmh"
        asked = HarvestOptions(clocks=Clocks(self.sleep), again=self.not_received, **options)
        return OaiPmhHarvest(described, described.protocol, FORMAT, asked)

    def first_address(self) -> str:
        return f"{self.url}?verb=Identify"

    def user_agents(self) -> list[str]:
        return [request.headers["user-agent"] for request in self.repository.requests]

    def put(self, count: int, payload: bytes = CODEBOOK) -> None:
        for number in range(count):
            self.repository.put(f"record-{number}", payload, f"{LONG_BEFORE}T00:00:00Z")

    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        self.put(count)
        return self.of(limit=limit)

    def broken_harvest(self) -> Harvest:
        self.repository.fail(503, times=1000, after=2)
        return self.harvest(25)

    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        fault = Fault(keep=0.5, length_of_sent=False) if cut else Fault(status, tuple(headers.items()), b"")
        self.repository.inject(fault, times)

    def loop(self) -> None:
        record = "<record><header><identifier>x</identifier></header></record>"
        page = f"<ListRecords>{record}<resumptionToken>round and round</resumptionToken></ListRecords>"
        self.repository.answer(OAI.format(page).encode(), times=1000, after=1)

    def again(self, state: dict[str, Any] | None, before: Sequence[Fetched]) -> Harvest:
        return self.of(resume=state, before=before)

    def changes(self, count: int, changed: list[int], deleted: list[int]) -> Harvest:
        self.put(count)
        for number in changed:
            self.repository.put(f"record-{number}", CODEBOOK, f"{AFTER}T00:00:00Z")
        for number in deleted:
            self.repository.delete(f"record-{number}", f"{AFTER}T00:00:00Z")
        return self.of(since=SINCE)

    def remaining(self, count: int, deleted: list[int]) -> Harvest:
        return self.changes(count, [], deleted)

    def many(self) -> Harvest:
        self.repository.page_size = 500
        self.repository.compress = False
        self.put(MANY, b"<codeBook>" + b"x" * (MANY_BYTES // MANY) + b"</codeBook>")
        return self.of()


# -- what is asked, and what comes ----------------------------------------------------------------------------------


def test_payloads_are_what_is_below_metadata_and_deletions_are_named(served: Served) -> None:
    served.repository.delete("oai:demo.invalid:7", "2026-03-09T00:00:00Z")
    fetched = raw_records(list(served.harvest()))
    payload = etree.fromstring(fetched[0].payload or b"")
    assert (payload.tag, payload[0].text) == ("{ddi:codebook:2_5}codeBook", "Größe")
    assert (fetched[0].datestamp, fetched[0].at, fetched[0].positional) == ("2026-03-01T08:00:00Z", None, False)
    assert [(raw.record_id, raw.datestamp) for raw in fetched if raw.deleted] == [
        ("oai:demo.invalid:7", "2026-03-09T00:00:00Z")
    ]


def test_everything_is_asked_for_without_since(served: Served) -> None:
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3, 4, 5, 6, 7]
    assert (harvest.snapshot, harvest.complete, harvest.total) == (True, True, 7)
    assert served.asked("from")[0] is None


def test_changes_are_asked_for_a_little_earlier_than_since(served: Served) -> None:
    harvest = served.harvest("2026-03-05T08:03:00Z")
    assert numbers(harvest) == [5, 6, 7]
    assert served.asked("from")[0] == "2026-03-05T07:58:00Z"
    assert (harvest.snapshot, harvest.complete) == (False, True)


@pytest.mark.parametrize(
    ("since", "asked"),
    [("2026-03-05", "2026-03-04T23:55:00Z"), ("2026-03-05T02:00:00+02:00", "2026-03-04T23:55:00Z")],
)
def test_since_is_a_date_or_a_time_with_or_without_zone(served: Served, since: str, asked: str) -> None:
    list(served.harvest(since))
    assert served.asked("from")[0] == asked


def test_a_server_of_days_is_asked_for_days(served: Served) -> None:
    identify = "<Identify><deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DD</granularity></Identify>"
    served.repository.answer(OAI.format(f"<responseDate>2026-04-01T12:00:00Z</responseDate>{identify}").encode())
    assert numbers(served.harvest("2026-03-06T00:30:00Z")) == [5, 6, 7]
    assert served.asked("from")[0] == "2026-03-05"


@pytest.mark.parametrize("policy", ["no", "transient"])
def test_a_server_that_forgets_deletions_is_asked_for_everything(served: Served, policy: str) -> None:
    served.repository.deleted_record = policy
    harvest = served.harvest("2026-03-05T08:00:00Z")
    assert len(numbers(harvest)) == 7
    assert (harvest.snapshot, served.asked("from")[0]) == (True, None)


def test_nothing_new_is_a_success(served: Served) -> None:
    harvest = served.harvest("2026-03-20")
    assert list(harvest) == []
    assert (harvest.complete, harvest.snapshot, harvest.watermark) == (True, False, "2026-04-01T12:00:00Z")


def test_a_set_is_asked_for(served: Served) -> None:
    assert numbers(served.harvest(set_spec="health")) == [1, 3, 5, 7]


@pytest.mark.parametrize(("day", "watermark"), [(31, "2026-03-31T00:00:00Z"), (39, "2026-04-01T12:00:00Z")])
def test_the_watermark_is_the_earlier_of_the_servers_time_and_ours(served: Served, day: int, watermark: str) -> None:
    times = iter(datetime(2026, 2, 28, hour, tzinfo=UTC) + timedelta(days=day) for hour in range(24))
    served.repository.clock = lambda: next(times)
    harvest = served.harvest()
    list(harvest)
    assert harvest.watermark == watermark


def test_without_the_servers_time_the_watermark_is_ours(served: Served) -> None:
    served.repository.answer(OAI.format("<Identify><repositoryName>x</repositoryName></Identify>").encode())
    harvest = served.harvest()
    list(harvest)
    assert harvest.watermark == "2026-04-01T12:00:00Z"


def test_a_limit_asks_for_no_more_pages_than_it_needs(served: Served) -> None:
    harvest = served.harvest(limit=2)
    assert numbers(harvest) == [1, 2]
    assert not harvest.complete
    assert len(served.asked("verb")) == 1


def test_a_query_in_the_address_is_kept(served: Served) -> None:
    list(served.harvest(limit=1, url=f"{served.url}?verb=Identify"))
    assert served.asked("metadataPrefix") == ["oai_ddi25"]


def test_a_record_that_is_too_large_is_rejected_by_its_identifier(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "MAX_RECORD_BYTES", 100)
    served.repository.put("oai:demo.invalid:9", b"<codeBook>" + b"x" * 100 + b"</codeBook>", "2026-03-01T00:00:00Z")
    first = next(iter(served.harvest()))
    assert isinstance(first, RejectedRaw)
    assert (first.record_id, first.code) == ("oai:demo.invalid:9", "too_large")


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "01.03.2026"])
def test_since_that_is_no_date_is_wrong_usage(served: Served, since: str) -> None:
    with pytest.raises(UsageError, match="neither a date"):
        served.harvest(since)


# -- a server that is busy or unavailable ---------------------------------------------------------------------------


def test_retry_after_may_be_a_date(served: Served) -> None:
    served.repository.throttle(retry_after="Wed, 01 Apr 2026 12:01:30 GMT")
    list(served.harvest())
    assert served.waits == [90]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_fails_for_a_while_is_asked_again(served: Served, status: int) -> None:
    served.repository.fail(status, times=3, after=1)
    assert len(numbers(served.harvest())) == 7
    assert len(served.waits) == 3
    assert all(0 <= wait <= 60 for wait in served.waits)


def test_connections_that_break_are_tried_again(served: Served) -> None:
    served.repository.disconnect(after=1)
    served.repository.truncate(after=1)
    assert numbers(served.harvest()) == [1, 2, 3, 4, 5, 6, 7]


def test_a_server_that_stays_away_ends_in_retry(served: Served) -> None:
    served.repository.fail(503, times=100, after=2)
    harvest = served.harvest()
    with pytest.raises(RetryError, match=r"resumptionToken=.*HTTP 503.*Try again later"):
        list(harvest)
    assert len(served.repository.requests) == 2 + http.ATTEMPTS
    assert not harvest.complete


def test_no_server_at_all_ends_in_retry(served: Served) -> None:
    with serve(Repository()) as stopped:
        pass
    with pytest.raises(RetryError, match=stopped):
        list(served.harvest(url=stopped))


def test_an_answer_that_takes_too_long_is_given_up_and_tried_again(served: Served) -> None:
    hours = iter([0, 0, *range(0, 6 * 3600, 3600)])
    served.timer = lambda: next(hours, 0.0)
    assert numbers(served.harvest()) == [1, 2, 3, 4, 5, 6, 7]
    assert len(served.waits) > 1


# -- answers that cannot be used ------------------------------------------------------------------------------------


def test_a_page_that_is_not_well_formed_is_asked_for_once_more(served: Served) -> None:
    served.repository.garble(after=2)
    assert numbers(served.harvest()) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("after", [1, 2])
def test_a_page_that_stays_broken_is_named_by_its_address(served: Served, after: int) -> None:
    served.repository.garble(times=100, after=after)
    harvest = served.harvest()
    if after == 1:
        with pytest.raises(FailError, match=r"verb=ListRecords.*not well-formed"):
            list(harvest)
    else:
        assert numbers(harvest) == [1, 2, 3]
        assert re.search(r"resumptionToken=.*not well-formed", harvest.losses[0])
    assert not harvest.complete


@pytest.mark.parametrize(
    "rest", ["\n<!-- served in 3 ms -->", "\nWarning: out of </OAI-PMH x", "<br/>\n<b>Notice</b>: x"]
)
def test_what_follows_the_end_of_a_page_is_left_out(served: Served, rest: str) -> None:
    served.repository.fault_of = lambda _: Fault(change=lambda body: body + rest.encode())
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3, 4, 5, 6, 7]
    assert harvest.complete


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"Down for maintenance", "not an OAI-PMH response"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        (b'{"error": "not found"}', "not an OAI-PMH response"),
        (b"<", "not an OAI-PMH response"),
        (OAI.format("<Identify/>").encode(), "neither records nor an error"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]>' + OAI.format("<ListRecords>&e;</ListRecords>").encode(), "not an OAI-PMH"),
    ],
)
def test_an_answer_that_is_something_else_ends_the_run(served: Served, body: bytes, reason: str) -> None:
    served.repository.answer(body, times=2, after=1)
    with pytest.raises(FailError, match=reason):
        list(served.harvest())


def test_an_address_that_does_not_identify_itself_is_named(served: Served) -> None:
    served.repository.answer(OAI.format("<ListSets/>").encode())
    with pytest.raises(FailError, match=r"verb=Identify does not identify the server.*base URL"):
        list(served.harvest())


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_refusal_by_status_ends_the_run_at_once(served: Served, status: int) -> None:
    served.repository.fail(status)
    with pytest.raises(FailError, match=f"HTTP {status}"):
        list(served.harvest())
    assert len(served.repository.requests) == 1


def test_a_page_that_is_too_large_ends_the_run(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_RESPONSE_BYTES", 1_000)
    with pytest.raises(FailError, match="larger than 1,000 bytes"):
        list(served.harvest())


# -- errors of the protocol -----------------------------------------------------------------------------------------


def test_an_unknown_prefix_is_an_error_that_names_the_known_ones(served: Served) -> None:
    with pytest.raises(FailError, match=r"cannotDisseminateFormat.*oai_ddi99.*one of oai_dc, oai_ddi25\.$"):
        list(served.harvest(prefix="oai_ddi99"))


def test_a_set_on_a_server_without_sets_is_an_error_with_advice(served: Served) -> None:
    served.repository.sets = {}
    with pytest.raises(FailError, match=r"noSetHierarchy: .*remove set from the catalogue file"):
        list(served.harvest(set_spec="health"))


def test_an_error_without_a_known_code_is_reported_in_the_servers_words(served: Served) -> None:
    served.repository.answer(OAI.format('<error code="onStrike">Come back\n tomorrow</error>').encode(), after=1)
    with pytest.raises(FailError, match="Come back tomorrow"):
        list(served.harvest())


@pytest.mark.parametrize("code", ["badArgument", "idDoesNotExist"])
def test_an_error_in_place_of_the_first_page_ends_the_run(served: Served, code: str) -> None:
    served.repository.answer(OAI.format(f'<error code="{code}">Wrong request</error>').encode(), after=1)
    with pytest.raises(FailError, match=code):
        list(served.harvest())


def test_a_token_that_expires_starts_the_list_again_and_no_record_comes_twice(served: Served) -> None:
    def expire_once(_: Request) -> None:
        if len(served.repository.requests) == 3:
            served.repository.expire_tokens()

    served.repository.on_request = expire_once
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3, 4, 5, 6, 7]
    assert harvest.complete
    assert served.asked("metadataPrefix").count("oai_ddi25") == 2


def test_a_record_that_changes_before_the_list_starts_again_comes_once(served: Served) -> None:
    def expire_once(_: Request) -> None:
        if len(served.repository.requests) == 3:
            served.repository.put("oai:demo.invalid:2", CODEBOOK, "2026-03-30T00:00:00Z")
            served.repository.expire_tokens()

    served.repository.on_request = expire_once
    assert sorted(numbers(served.harvest())) == [1, 2, 3, 4, 5, 6, 7]


def test_tokens_that_keep_expiring_end_the_list(served: Served) -> None:
    served.repository.on_request = lambda _: served.repository.expire_tokens()
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3]
    assert re.search(r"badResumptionToken.*twice", harvest.losses[0])
    assert not harvest.complete


@pytest.mark.parametrize(
    ("code", "advice"), [("noRecordsMatch", "before its last page"), ("badArgument", "Check metadata_prefix")]
)
def test_an_error_in_place_of_a_later_page_ends_the_list(served: Served, code: str, advice: str) -> None:
    served.repository.answer(OAI.format(f'<error code="{code}"/>').encode(), after=2)
    harvest = served.harvest()
    assert numbers(harvest) == [1, 2, 3]
    assert re.search(f"{code}.*{advice}", harvest.losses[0])
    assert not harvest.complete


# -- redirects ------------------------------------------------------------------------------------------------------


def test_redirects_on_the_same_host_are_followed(served: Served) -> None:
    with serve(served.repository) as elsewhere:
        served.repository.redirect(f"{elsewhere}?verb=Identify")
        assert len(numbers(served.harvest())) == 7


# -- real answers ---------------------------------------------------------------------------------------------------


@needs_real_records
def test_a_real_chain_of_pages_is_read_to_its_end(served: Served) -> None:
    with pages(REAL_RECORDS / "oai_pmh" / "sickle", "ListRecords.xml", "Identify.xml") as url:
        harvest = served.harvest(url=url)
        fetched = raw_records(list(harvest))
    assert len(fetched) == 8
    assert sum(raw.deleted for raw in fetched) == 3
    assert sum(raw.positional for raw in fetched) == 1
    assert (harvest.complete, harvest.total, harvest.watermark) == (False, 8, "2013-02-27T10:01:15Z")
    assert "states 8 records, and its list has 3 different ones" in harvest.losses[0]


@needs_real_records
@pytest.mark.parametrize(
    "name", ["badArgument", "badResumptionToken", "idDoesNotExist", "noSetHierarchy", "undefinedError"]
)
def test_real_errors_end_the_run(served: Served, name: str) -> None:
    with pages(REAL_RECORDS / "oai_pmh" / "sickle", f"{name}.xml", "Identify.xml") as url, pytest.raises(FailError):
        list(served.harvest(url=url))
