"""Each way in which a list can end, for each protocol: complete or not, with the reason, or an error.

A harvest that is not complete deletes nothing by absence and moves no watermark (`tests/run/test_never_deletes.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline.errors import FailError, RetryError
from pipeline.model.raw import Fetched
from pipeline.protocols import HarvestOptions
from pipeline.protocols.listing import MAX_IDLE_PAGES
from tests.protocols.scripted import (
    LISTED,
    Api,
    Dataverse,
    Listed,
    ListIdentifiers,
    ListRecords,
    Page,
    Script,
    harvest_of,
    listing,
    script,
)
from tests.protocols.test_every_protocol import TYPES

every_way = pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.__name__)

WINDOW = '{"error": "Result window is too large, from + size must be 10000 or fewer"}'
WEB_PAGE = "<!DOCTYPE html><html><body><br>Please log in</body></html>"


def ids(*numbers: int) -> list[str]:
    return [f"record-{number}" for number in numbers]


def first_then(rest: Page) -> Script:
    """A page of four, and then always the same."""
    return lambda number: Page(ids(*range(4)), 10) if number == 0 else rest


def test_every_protocol_that_lists_is_tested_here() -> None:
    assert {kind(script(Page())).protocol()["type"] for kind in LISTED} == TYPES - {"files"}


class Case(NamedTuple):
    """A script, the number of different records that it brings, and why the harvest is not complete: words of each
    reason. `by_number` where only the stated number shows it."""

    pages: Script
    records: int
    reasons: tuple[str, ...] = ()
    by_number: bool = False


ENDS = {
    "as stated": Case(script(Page(ids(*range(4)), 8), Page(ids(*range(4, 8)), 8)), 8),
    "more than stated": Case(script(Page(ids(*range(4)), 4), Page(ids(*range(4, 8)), 6)), 8),
    "an empty list": Case(script(Page((), 0)), 0),
    "the number grows": Case(script(Page(ids(*range(4)), 6), Page(ids(*range(4, 8)), 8)), 8),
    "too early": Case(
        script(Page(ids(*range(4)), 10), Page(ids(*range(4, 8)), 10)), 8, ("states 10 records.* has 8 different",), True
    ),
    "empty and not stated so": Case(script(Page((), 10)), 0, ("states 10 records.* has 0 different",), True),
    "a shifted order": Case(
        script(Page(ids(*range(4)), 8), Page(ids(2, 3, 4, 5), 8)), 6, ("states 8 records.* has 6 different",), True
    ),
    "the number grows and the list does not": Case(
        script(Page(ids(*range(4)), 8), Page(ids(*range(4, 8)), 9)), 8, ("states 9 records.* has 8 different",), True
    ),
    "the number falls": Case(
        script(Page(ids(*range(4)), 9), Page(ids(*range(4, 8)), 8)), 8, ("shrank while it was read.* 9 records",), True
    ),
    "a window of results": Case(first_then(Page(status=400, words=WINDOW)), 4, ("HTTP 400.*Result window is too",)),
    "a refusal without words": Case(first_then(Page(status=403, words=" ")), 4, ("HTTP 403",)),
    "a page on which the service fails": Case(first_then(Page(status=500, words=WINDOW)), 4, ("HTTP 500.*window",)),
    "a web page": Case(first_then(Page(words=WEB_PAGE)), 4, ("a web page",)),
}


def matches(reasons: Iterable[str], patterns: tuple[str, ...]) -> bool:
    """Whether each pattern is found in one of the reasons."""
    found = [*reasons]
    return all(any(re.search(pattern, reason) for reason in found) for pattern in patterns)


@every_way
@pytest.mark.parametrize("case", ENDS.values(), ids=ENDS)
def test_a_list_that_ends(kind: type[Listed], case: Case, tmp_path: Path) -> None:
    with listing(kind, case.pages) as listed:
        harvest = harvest_of(listed, tmp_path)
        fetched = {item.record_id for item in harvest}
    assert len(fetched) == case.records
    reasons = case.reasons if kind.states_number or not case.by_number else ()
    assert harvest.completeness.ended
    assert harvest.complete is (not reasons)
    assert matches(harvest.losses, reasons)
    assert bool(harvest.losses) is bool(reasons)


@every_way
def test_a_list_without_a_number(kind: type[Listed], tmp_path: Path) -> None:
    with listing(kind, script(Page(ids(*range(4))), Page(ids(4)))) as listed:
        harvest = harvest_of(listed, tmp_path)
        assert len(list(harvest)) == 5
    assert matches(harvest.losses, ("No answer of .* states a number",) if kind.needs_number else ())
    assert harvest.complete is not kind.needs_number


NEVER = {
    "new tokens and no records": first_then(Page()),
    "new tokens and the same records": first_then(Page(ids(*range(4)))),
}


@every_way
@pytest.mark.parametrize("name", NEVER)
def test_a_list_that_never_ends(kind: type[Listed], name: str, tmp_path: Path) -> None:
    if kind.empty_page_ends and name == "new tokens and no records":
        pytest.skip("an empty page ends such a list")
    with listing(kind, NEVER[name]) as listed:
        harvest = harvest_of(listed, tmp_path)
        with pytest.raises(FailError, match=r"brought no new record.*never end"):
            list(harvest)
        assert listed.asked == MAX_IDLE_PAGES + 2
    assert not harvest.complete


@every_way
def test_few_new_records_are_no_list_without_end(kind: type[Listed], tmp_path: Path) -> None:
    same = Page(ids(0)) if kind.empty_page_ends else Page()
    pages = [page for number in range(3) for page in (Page(ids(number), 3), *[same] * (MAX_IDLE_PAGES - 1))]
    with listing(kind, script(*pages)) as listed:
        harvest = harvest_of(listed, tmp_path)
        assert {item.record_id.rpartition("/")[2] for item in harvest} == set(ids(0, 1, 2))
    assert harvest.complete


@every_way
def test_a_refusal_of_the_first_page_ends_the_harvest(kind: type[Listed], tmp_path: Path) -> None:
    with listing(kind, lambda _: Page(status=400, words=WINDOW)) as listed:
        harvest = harvest_of(listed, tmp_path)
        with pytest.raises(FailError, match=r"HTTP 400 \(.*Result window is too large"):
            list(harvest)
    assert not harvest.completeness.ended


@every_way
def test_a_service_that_is_away_on_the_way_is_asked_again_later(kind: type[Listed], tmp_path: Path) -> None:
    with listing(kind, first_then(Page(status=503))) as listed:
        harvest = harvest_of(listed, tmp_path)
        with pytest.raises(RetryError, match="HTTP 503"):
            list(harvest)
    assert not harvest.completeness.ended


@every_way
@pytest.mark.parametrize(("rest", "complete"), [(ids(4, 5, 6, 7), True), (ids(2, 3, 4, 5), False)])
def test_ids_are_counted_over_the_whole_list_where_a_harvest_continues(
    kind: type[Listed], rest: list[str], tmp_path: Path, *, complete: bool
) -> None:
    states: list[dict[str, Any]] = []
    before: list[Fetched] = []
    with listing(kind, script(Page(ids(*range(4)), 8), Page(rest, 8))) as listed:
        harvest = harvest_of(listed, tmp_path)
        harvest.on_page = states.append
        for item in harvest:
            if states:
                break
            before.append(item)
        if not states:
            pytest.skip("such a harvest starts again")
        listed.asked = 1
        continued = harvest_of(listed, tmp_path, HarvestOptions(resume=states[0], before=before))
        assert len(list(continued)) == 4
    assert continued.complete is (complete or not kind.states_number)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        (ListRecords, "list_size", "ignore"),
        (ListIdentifiers, "list_size", "ignore"),
        (Dataverse, "list_size", "ignore"),
        (Api, "total", None),
    ],
)
def test_a_number_that_is_always_wrong_can_be_ignored(
    kind: type[Listed], key: str, value: str | None, tmp_path: Path
) -> None:
    pages = ENDS["too early"].pages
    with listing(kind, pages) as listed:
        harvest = harvest_of(listed, tmp_path)
        list(harvest)
    assert f"`{key}" in harvest.losses[0], "the reason names the key"
    with listing(kind, pages) as listed:
        harvest = harvest_of(listed, tmp_path, None, **{key: value})
        list(harvest)
    assert harvest.complete
