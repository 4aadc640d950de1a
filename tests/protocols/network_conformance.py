"""What every protocol promises that asks a service: a slow, busy, broken or endless one loses and doubles nothing."""

from __future__ import annotations

import json
import tracemalloc
from abc import abstractmethod
from collections.abc import Mapping
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
"""What the records that `many` fetches hold together."""
MOST_MEMORY = MANY_BYTES // 2
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def names(count: int) -> list[str]:
    return [f"record-{number}" for number in range(count)]


class NetworkConformance(ProtocolConformance):
    """Inherit as `class TestX(NetworkConformance)`. Harvests take `self.sleep`, which notes waits and does not wait.

    `harvest(count)` serves ten records a page; what is told of trouble afterwards is about that service.
    """

    resumes = True
    """False where the protocol gives no state to go on from, and a killed harvest begins anew."""
    names_deletions = False
    """Whether a harvest of what changed names what is gone; else it is absent from a complete listing."""
    loop_is_an_error = True
    """False where the protocol ends a loop by itself, as what was seen is not asked for again."""
    many_records = MANY
    """How many records `many` lists."""

    @pytest.fixture(autouse=True)
    def _no_waiting(self) -> None:
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    @abstractmethod
    def trouble(
        self, *, status: int = 200, headers: Mapping[str, str] = NO_HEADERS, cut: bool = False, times: int = 1
    ) -> None:
        """Answer the next requests by this status, or by a body that is `cut` off before its promised end."""

    @abstractmethod
    def loop(self) -> None:
        """Let the list lead back to a page that came before, for ever."""

    @abstractmethod
    def again(self, state: dict[str, Any] | None) -> Harvest:
        """Another harvest of the service that `harvest` served: from `state` on, or anew."""

    @abstractmethod
    def changes(self, count: int, changed: list[int], gone: list[int]) -> Harvest:
        """A harvest since `SINCE`: `changed` are of `AFTER` it, all others `LONG_BEFORE`; `gone` left after it."""

    @abstractmethod
    def remaining(self, count: int, gone: list[int]) -> Harvest:
        """A harvest that shows what is gone: as a deletion, or as a listing without it."""

    @abstractmethod
    def many(self) -> Harvest:
        """`many_records`, listed in pages of some hundred kilobytes; those that are fetched hold `MANY_BYTES`.

        Where each record takes a request, most are listed as still there.
        """

    def in_trouble(self, begun: bool, **trouble: Any) -> tuple[Harvest, list[str]]:
        """A harvest of 25 records that met trouble, at its first request or after the first record."""
        harvest = self.harvest(25)
        items = iter(harvest)
        fetched: list[Fetched] = list(islice(items, 1 if begun else 0))
        self.trouble(**trouble)
        fetched += items
        return harvest, [raw.record_id for raw in raw_records(fetched)]

    @pytest.mark.parametrize(("status", "begun"), [(429, True), (503, False)])
    def test_a_service_that_throttles_is_waited_for_as_long_as_it_asks(self, status: int, begun: bool) -> None:
        harvest, found = self.in_trouble(begun, status=status, headers={"Retry-After": "7"}, times=2)
        assert sorted(found) == sorted(names(25))
        assert harvest.complete
        assert self.waits.count(7) == 2

    def test_a_service_that_was_away_for_a_moment_is_asked_again(self) -> None:
        harvest, found = self.in_trouble(True, status=503)
        assert sorted(found) == sorted(names(25))
        assert (harvest.complete, harvest.losses) == (True, [])

    def test_a_body_that_breaks_off_is_asked_for_again(self) -> None:
        harvest, found = self.in_trouble(True, cut=True)
        assert sorted(found) == sorted(names(25))
        assert (harvest.complete, harvest.losses) == (True, [])

    @pytest.mark.parametrize("trouble", [{"status": 503}, {"cut": True}], ids=["away", "breaks off"])
    def test_trouble_that_stays_ends_in_retry_and_is_not_complete(self, trouble: dict[str, Any]) -> None:
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
                fetched.extend(islice(harvest, 100))
            assert not harvest.complete
        else:
            fetched.extend(islice(harvest, 100))
            assert sorted(raw.record_id for raw in raw_records(fetched)) == sorted(names(25))

    def test_a_killed_harvest_loses_and_doubles_nothing(self) -> None:
        harvest = self.harvest(25)
        states: list[dict[str, Any]] = []
        harvest.on_page = states.append
        had: list[str] = []
        for item in islice(harvest, 24):
            if states:
                break
            had.append(item.record_id)
        assert not harvest.complete
        assert bool(states) is self.resumes
        rest = self.again(json.loads(json.dumps(states[0])) if states else None)
        found = [raw.record_id for raw in raw_records(list(rest))]
        assert sorted(had + found if states else found) == sorted(names(25))
        assert rest.complete
        assert rest.watermark == harvest.watermark

    def test_only_what_changed_since_is_fetched(self) -> None:
        harvest = self.changes(25, [3, 12], [])
        still_there: list[str] = []
        harvest.on_unchanged = still_there.append
        found = [raw.record_id for raw in raw_records(list(harvest))]
        assert sorted(found) == ["record-12", "record-3"]
        assert harvest.complete
        if harvest.snapshot:
            assert sorted([*found, *still_there]) == sorted(names(25))
        else:
            assert still_there == []

    def test_what_is_gone_is_named_or_absent_from_a_complete_listing(self) -> None:
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
        still_there = 0

        def note(_: str) -> None:
            nonlocal still_there
            still_there += 1

        harvest.on_unchanged = note
        tracemalloc.start()
        try:
            fetched = sum(1 for _ in harvest)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert fetched + still_there == self.many_records
        assert harvest.complete
        assert peak < MOST_MEMORY, "more than some pages are held"
