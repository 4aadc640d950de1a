"""The promises of every protocol that asks a service: a slow, busy, broken or endless one loses and doubles nothing."""

from __future__ import annotations

import json
import tracemalloc
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

import pytest

from pipeline.errors import FailError, RetryError
from pipeline.model.raw import Fetched
from pipeline.protocols import Harvest, http
from tests.protocols.conformance import ProtocolConformance, raw_records

SINCE = "2026-03-20T10:00:00Z"
LONG_BEFORE = "2026-03-01"
AFTER = "2026-03-25"
MANY = 10_000
MANY_BYTES = 10_000_000
"""Size of all records that `many` fetches."""
MOST_MEMORY = MANY_BYTES // 2
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def names(count: int) -> list[str]:
    return [f"record-{number}" for number in range(count)]


class ServedConformance(ProtocolConformance):
    """Inherit as `class TestX(ServedConformance)`. Harvests take `self.sleep`, which notes waits and does not wait,
    `self.allow_hosts`, and ask for `self.not_received` again.

    `harvest(count)` serves the records; trouble that is set up afterwards is that of the same service.
    """

    @pytest.fixture(autouse=True)
    def _no_waiting(self) -> None:
        self.waits: list[float] = []
        self.allow_hosts: list[str] = []
        self.not_received: frozenset[str] = frozenset()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    @abstractmethod
    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        """Answer the next requests by this status, or by a body that is `cut` off before its promised end."""

    @abstractmethod
    def first_address(self) -> str:
        """The address of the first request of a harvest."""

    @abstractmethod
    def user_agents(self) -> list[str]:
        """The User-Agent header of each request so far."""

    def redirect_to_another_host(self) -> None:
        """Let the first request lead to the same server by another name."""
        self.trouble(status=307, headers={"Location": self.first_address().replace("127.0.0.1", "localhost", 1)})

    def in_trouble(self, begun: bool, **trouble: Any) -> tuple[Harvest, list[str]]:
        """A harvest of 25 records that met trouble, at its first request or after the first record."""
        harvest = self.harvest(25)
        items = iter(harvest)
        fetched: list[Fetched] = list(islice(items, 1 if begun else 0))
        self.trouble(**trouble)
        fetched += items
        return harvest, [raw.record_id for raw in raw_records(fetched)]

    def test_a_service_that_throttles_is_waited_for_as_long_as_it_asks(self) -> None:
        harvest, found = self.in_trouble(False, status=503, headers={"Retry-After": "7"}, times=2)
        assert sorted(found) == sorted(names(25))
        assert harvest.complete
        assert self.waits.count(7) == 2

    def test_a_service_that_asks_for_no_wait_and_stays_busy_is_given_time(self) -> None:
        _, found = self.in_trouble(False, status=503, headers={"Retry-After": "0"}, times=3)
        assert sorted(found) == sorted(names(25))
        assert sum(self.waits) > 0.01

    @pytest.mark.parametrize("trouble", [{"status": 503}, {"cut": True}], ids=["away", "truncated"])
    def test_a_service_that_fails_once_is_asked_again(self, trouble: dict[str, Any]) -> None:
        harvest, found = self.in_trouble(False, **trouble)
        assert sorted(found) == sorted(names(25))
        assert (harvest.complete, harvest.losses) == (True, [])
        assert self.waits

    @pytest.mark.parametrize("trouble", [{"status": 503}, {"cut": True}], ids=["away", "truncated"])
    def test_trouble_that_stays_ends_in_retry(self, trouble: dict[str, Any]) -> None:
        harvest = self.harvest(25)
        self.trouble(times=1000, **trouble)
        with pytest.raises(RetryError, match="Try again later"):
            list(harvest)
        assert not harvest.complete
        assert len(self.user_agents()) == http.ATTEMPTS

    def test_a_service_that_asks_for_a_day_is_not_waited_for(self) -> None:
        harvest = self.harvest(25)
        self.trouble(status=429, headers={"Retry-After": "86400"})
        with pytest.raises(RetryError, match="86,400 seconds"):
            list(harvest)
        assert len(self.user_agents()) == 1

    def test_a_refusal_is_final(self) -> None:
        harvest = self.harvest(25)
        self.trouble(status=403, times=1000)
        with pytest.raises(FailError, match="HTTP 403"):
            list(harvest)
        assert len(self.user_agents()) == 1

    def test_requests_state_who_asks(self) -> None:
        list(self.harvest(25))
        agents = self.user_agents()
        assert agents
        assert all(agent.startswith("study-index/") for agent in agents)

    def test_a_redirect_to_another_host_is_refused_by_name(self) -> None:
        harvest = self.harvest(25)
        self.redirect_to_another_host()
        with pytest.raises(FailError, match=r"refers to http://localhost.*add it to allow_hosts"):
            list(harvest)
        assert not harvest.complete

    def test_a_redirect_to_a_host_that_is_allowed_is_followed(self) -> None:
        self.allow_hosts = ["localhost"]
        harvest = self.harvest(25)
        self.redirect_to_another_host()
        assert sorted(raw.record_id for raw in raw_records(list(harvest))) == sorted(names(25))
        assert harvest.complete

    @pytest.mark.parametrize("location", ["ftp://127.0.0.1/records", "http://[::1", "http://10.0.0.1/records"])
    def test_a_redirect_to_what_may_not_be_asked_is_final(self, location: str) -> None:
        harvest = self.harvest(25)
        self.trouble(status=307, headers={"Location": location})
        with pytest.raises(FailError, match=r"not an http or https address|not an address|allow_hosts"):
            list(harvest)
        assert len(self.user_agents()) == 1

    def test_a_circle_of_redirects_ends(self) -> None:
        harvest = self.harvest(25)
        self.trouble(status=307, headers={"Location": self.first_address()}, times=1000)
        with pytest.raises(FailError, match="redirects more than 5 times"):
            list(harvest)


class NetworkConformance(ServedConformance):
    """Inherit as `class TestX(NetworkConformance)`, where a harvest makes several requests.

    `harvest(count)` serves ten records a page.
    """

    resumes = True
    """False where the protocol gives no state to continue from, and a killed harvest starts again."""
    names_deletions = False
    """Whether a harvest of changes names deletions; else a deleted record is absent from a full snapshot."""
    loop_is_an_error = True
    """False where the protocol ends a loop by itself, as it asks for nothing twice."""
    many_records = MANY
    """Number of records that `many` lists."""

    @abstractmethod
    def loop(self) -> None:
        """Let the list lead back to an earlier page, for ever."""

    @abstractmethod
    def again(self, state: dict[str, Any] | None, before: Sequence[Fetched]) -> Harvest:
        """Another harvest of the service that `harvest` served: from `state` on, or from the start.

        `before` is what was handed on until then.
        """

    @abstractmethod
    def changes(self, count: int, changed: list[int], deleted: list[int]) -> Harvest:
        """A harvest since `SINCE`: `changed` are of `AFTER` it, others `LONG_BEFORE`; `deleted` are so after it."""

    @abstractmethod
    def remaining(self, count: int, deleted: list[int]) -> Harvest:
        """A harvest that shows what was deleted: by deletions, or as a full snapshot without it."""

    @abstractmethod
    def many(self) -> Harvest:
        """`many_records`, listed in pages of some hundred kilobytes; those that are fetched hold `MANY_BYTES`.

        Where each record takes a request, most are listed as unchanged.
        """

    @pytest.mark.parametrize(
        "trouble", [{"status": 429, "headers": {"Retry-After": "7"}}, {"cut": True}], ids=["throttles", "truncated"]
    )
    def test_a_service_that_fails_on_the_way_is_asked_again(self, trouble: dict[str, Any]) -> None:
        harvest, found = self.in_trouble(True, **trouble)
        assert sorted(found) == sorted(names(25))
        assert (harvest.complete, harvest.losses) == (True, [])
        assert self.waits.count(7) == (1 if "status" in trouble else 0)

    @pytest.mark.parametrize("trouble", [{"status": 503}, {"cut": True}], ids=["away", "truncated"])
    def test_trouble_on_the_way_that_stays_ends_in_retry(self, trouble: dict[str, Any]) -> None:
        harvest = self.harvest(25)
        items = iter(harvest)
        next(items)
        self.trouble(times=1000, **trouble)
        with pytest.raises(RetryError):
            list(items)
        assert not harvest.complete
        assert len(self.waits) >= http.ATTEMPTS - 1

    def test_a_body_that_takes_too_long_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        harvest = self.harvest(25)
        items = iter(harvest)
        next(items)
        monkeypatch.setattr(http, "MAX_RESPONSE_SECONDS", -1.0)
        with pytest.raises(RetryError, match="took longer"):
            list(items)
        assert not harvest.complete

    def test_a_list_without_end_is_noticed(self) -> None:
        harvest = self.harvest(25)
        self.loop()
        fetched: list[Fetched] = []
        if self.loop_is_an_error:
            with pytest.raises(FailError, match=r"never end"):
                fetched.extend(islice(harvest, 1000))
            assert not harvest.complete
        else:
            fetched.extend(islice(harvest, 1000))
            assert sorted(raw.record_id for raw in raw_records(fetched)) == sorted(names(25))

    def test_a_killed_harvest_loses_and_doubles_nothing(self) -> None:
        harvest = self.harvest(25)
        states: list[dict[str, Any]] = []
        harvest.on_page = states.append
        handed_on: list[Fetched] = []
        for item in islice(harvest, 24):
            if states:
                break
            handed_on.append(item)
        assert not harvest.complete
        assert bool(states) is self.resumes
        rest = self.again(json.loads(json.dumps(states[0])) if states else None, handed_on)
        fetched = raw_records([*handed_on, *rest] if states else list(rest))
        assert sorted(raw.record_id for raw in fetched) == sorted(names(25))
        assert rest.complete
        assert rest.watermark == harvest.watermark

    def test_only_what_changed_since_is_fetched(self) -> None:
        harvest = self.changes(25, [3, 12], [])
        unchanged: list[str] = []
        harvest.on_unchanged = unchanged.append
        found = [raw.record_id for raw in raw_records(list(harvest))]
        assert sorted(found) == ["record-12", "record-3"]
        assert harvest.complete
        if harvest.snapshot:
            assert sorted([*found, *unchanged]) == sorted(names(25))
        else:
            assert unchanged == []

    def test_a_record_that_was_not_received_is_asked_for_again(self) -> None:
        self.not_received = frozenset({"record-7"})
        harvest = self.changes(25, [3, 12], [])
        assert "record-7" in [raw.record_id for raw in raw_records(list(harvest))]
        assert harvest.complete

    def test_what_was_deleted_is_named_or_absent_from_a_snapshot(self) -> None:
        harvest = self.remaining(25, [5, 24])
        fetched = raw_records(list(harvest))
        assert harvest.complete
        assert harvest.snapshot is not self.names_deletions
        deleted = sorted(raw.record_id for raw in fetched if raw.deleted)
        assert deleted == (["record-24", "record-5"] if self.names_deletions else [])
        if not self.names_deletions:
            assert {raw.record_id for raw in fetched} == set(names(24)) - {"record-5"}

    def test_many_records_take_no_more_memory_than_a_page(self) -> None:
        harvest = self.many()
        unchanged = 0

        def note(_: str) -> None:
            nonlocal unchanged
            unchanged += 1

        harvest.on_unchanged = note
        tracemalloc.start()
        try:
            fetched = sum(1 for _ in harvest)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert fetched + unchanged == self.many_records
        assert harvest.complete
        assert peak < MOST_MEMORY, "more than some pages are held"
