"""The limits of the gate, number by number: what exceeds one is a reason that a person can check, and no less is."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.catalogue import Catalogue
from pipeline.index.meta import Pinned
from pipeline.model.facets import NAMES, WATCHED
from pipeline.run.details import Distribution, Reason
from pipeline.run.gate_reasons import drift, of_counts, pinned
from pipeline.run.results import PlanResult
from pipeline.run.totals import Totals

CATALOGUE = Catalogue.model_validate(
    {
        "name": "harbour",
        "title": "An invented archive",
        "protocol": {"type": "files", "path": "records/*.xml"},
        "format": "ddi-codebook",
        "file": "harbour.yaml",
    }
)
"""Its limits are the default ones: 10 % deleted, 5 % rejected, 10 points of drift."""


def held(
    *,
    live: int = 100,
    suppressed: int = 0,
    deleted: int = 0,
    created: int = 0,
    fetched: int = 100,
    rejects: dict[str, int] | None = None,
    all_listed: bool = True,
) -> list[Reason]:
    """The reasons of a run with these counts."""
    rejects = rejects or {}
    rejected = sum(rejects.values())
    planned: dict[str, Any] = {"live_before": live, "suppressed": suppressed}
    counts: dict[str, Any] = {"deleted": deleted, "created": created, "fetched": fetched, "rejected": rejected}
    plan = PlanResult.model_construct(**planned)
    totals = Totals.model_construct(**counts, rejects=rejects)
    return of_counts(CATALOGUE, plan, totals, fetched_all_listed=all_listed)


def texts(reasons: list[Reason]) -> list[str]:
    return [reason.text.partition(";")[0] for reason in reasons]


@pytest.mark.parametrize(
    ("live", "deleted", "reasons"),
    [
        (8, 5, []),  # five never hold
        (8, 6, ["max_drop: 6 of 8 live documents would be deleted (75%)"]),
        (60, 6, []),  # just the limit
        (60, 7, ["max_drop: 7 of 60 live documents would be deleted (12%)"]),
        (1000, 100, []),
        (1000, 101, ["max_drop: 101 of 1000 live documents would be deleted (10%)"]),
        (1, 1, ["empty: the catalogue no longer lists any of its 1 live documents"]),
        (50, 50, ["empty: the catalogue no longer lists any of its 50 live documents"]),
        (0, 0, []),
    ],
)
def test_what_would_be_deleted_is_measured_against_what_is_live(live: int, deleted: int, reasons: list[str]) -> None:
    assert texts(held(live=live, deleted=deleted)) == reasons


@pytest.mark.parametrize(
    ("live", "suppressed", "deleted", "reasons"),
    [
        (100, 20, 20, []),
        (100, 20, 25, []),
        (100, 50, 56, ["max_drop: 6 of 50 live documents would be deleted (12%)"]),
        (100, 40, 100, ["empty: the catalogue no longer lists any of its 60 live documents"]),
        (3, 3, 3, []),  # a curator may take out all
    ],
)
def test_what_curators_take_out_is_no_loss(live: int, suppressed: int, deleted: int, reasons: list[str]) -> None:
    assert texts(held(live=live, suppressed=suppressed, deleted=deleted)) == reasons


@pytest.mark.parametrize(
    ("fetched", "rejects", "reasons"),
    [
        (6, {"no_title": 5}, []),  # five never hold
        (7, {"no_title": 6}, ["max_rejects: 6 of 7 records were rejected (86%)"]),
        (120, {"no_title": 6}, []),  # just the limit
        (119, {"no_title": 4, "no_id": 2}, ["max_rejects: 6 of 119 records were rejected (5%)"]),
        (100, {"suppressed": 40, "no_title": 5}, []),
        (100, {"suppressed": 40, "no_title": 6}, ["max_rejects: 6 of 100 records were rejected (6%)"]),
    ],
)
def test_rejects_are_measured_against_all_records(fetched: int, rejects: dict[str, int], reasons: list[str]) -> None:
    assert texts(held(fetched=fetched, rejects=rejects)) == reasons


@pytest.mark.parametrize(
    ("fetched", "live", "all_listed", "reasons"),
    [
        (20, 200, True, ["max_rejects: 7 of 20 records were rejected (35%)"]),
        (20, 200, False, []),
        (20, 100, False, ["max_rejects: 7 of 100 records were rejected (7%)"]),
        (200, 20, False, []),
    ],
)
def test_rejects_among_changes_are_measured_against_all_that_is_live(
    fetched: int, live: int, all_listed: bool, reasons: list[str]
) -> None:
    found = held(fetched=fetched, live=live, rejects={"no_title": 7}, all_listed=all_listed)
    assert texts(found) == reasons


def test_new_documents_beside_none_of_the_old_are_a_hint_that_ids_changed() -> None:
    (reason,) = held(live=3, deleted=3, created=1)
    assert reason.text.endswith("; 1 documents are new, so ids may have changed")


def test_a_reason_has_the_shares_that_a_page_draws() -> None:
    def shares(reason: Reason) -> tuple[str, float | None, float | None, float | None]:
        return reason.code, reason.live, reason.candidate, reason.limit

    (drop,), (empty,), (rejects,) = (
        held(live=20, deleted=15),
        held(live=20, deleted=20),
        held(rejects={"no_title": 25}),
    )

    assert shares(drop) == ("max_drop", 1, 0.25, CATALOGUE.max_drop)
    assert shares(empty) == ("empty", 1, 0, CATALOGUE.max_drop)
    assert shares(rejects) == ("max_rejects", None, 0.25, CATALOGUE.max_rejects)


def spread(documents: int, coverage: dict[str, int] | None = None, **values: dict[str, int]) -> Distribution:
    """How so many documents are spread."""
    return Distribution(
        documents=documents,
        coverage=coverage or {},
        values={name: values.get(name, {}) for name in WATCHED},
        years={},
    )


def drifted(before: Distribution, after: Distribution) -> list[tuple[str, float | None, float | None]]:
    return [(item.what, item.live, item.candidate) for item in drift(before, after, CATALOGUE)]


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        ((100, 50), (100, 60), []),  # just the limit
        ((100, 50), (100, 61), [("Topics", 0.50, 0.61)]),
        ((100, 50), (100, 39), [("Topics", 0.50, 0.39)]),
        ((100, 0), (100, 25), [("Topics", 0, 0.25)]),
        ((100, 25), (100, 0), [("Topics", 0.25, 0)]),
        ((40, 20), (40, 25), []),  # five never hold
        ((40, 20), (40, 26), [("Topics", 0.50, 0.65)]),
        ((40, 20), (80, 40), []),  # more of the same
        ((40, 20), (80, 52), [("Topics", 0.50, 0.65)]),
        ((0, 0), (100, 100), []),
        ((100, 100), (1, 1), []),
        ((100, 100), (0, 0), [("Topics", 1, 0)]),
    ],
)
def test_a_facet_drifts_if_the_share_of_documents_that_have_it_does(
    before: tuple[int, int], after: tuple[int, int], reasons: list[tuple[str, float, float]]
) -> None:
    one, other = (spread(documents, {"topics": number} if number else {}) for documents, number in (before, after))
    assert drifted(one, other) == reasons


@pytest.mark.parametrize("name", NAMES)
def test_the_coverage_of_every_facet_is_watched(name: str) -> None:
    (reason,) = drift(spread(100, {name: 100}), spread(100), CATALOGUE)
    assert (reason.code, reason.facet, reason.value, reason.limit) == ("max_drift", name, None, CATALOGUE.max_drift)


@pytest.mark.parametrize("name", NAMES)
def test_the_values_of_these_facets_are_watched(name: str) -> None:
    watched = {"sex", "resource_type", "country_codes", "access", "language_codes"}
    found = drift(spread(100, **{name: {"all": 80}}), spread(100, **{name: {"all": 20}}), CATALOGUE)
    assert [(reason.facet, reason.value) for reason in found] == ([(name, "all")] if name in watched else [])


def test_a_value_is_watched_if_it_is_common_before_or_after() -> None:
    ten = {f"{letter}X": 200 for letter in "ABCDEFGHIJ"}

    def moved(old: dict[str, int], new: dict[str, int]) -> list[str | None]:
        return [
            reason.value for reason in drift(spread(200, country_codes=old), spread(200, country_codes=new), CATALOGUE)
        ]

    assert moved({**ten, "FI": 100}, {**ten, "FI": 10}) == []  # the eleventh, before and after
    nine = dict.fromkeys([*ten][:9], 200)
    assert moved({**nine, "FI": 100, "JX": 90}, {**nine, "JX": 90, "FI": 10}) == ["FI"]  # the tenth before
    assert moved({**nine, "JX": 90, "FI": 10}, {**nine, "FI": 100, "JX": 90}) == ["FI"]  # the tenth after
    assert moved({"SE": 100, "FI": 100}, {"NO": 100, "AX": 100}) == ["AX", "FI", "NO", "SE"]
    assert moved({"FI": 21}, {"SE": 21}) == ["FI", "SE"]
    assert moved({"FI": 20}, {"SE": 20}) == []


def test_a_value_is_named_for_people() -> None:
    before, after = spread(100, sex={"female": 50, "male": 50}), spread(100, sex={"female": 80, "male": 20})
    assert [reason.text for reason in drift(before, after, CATALOGUE)] == [
        "max_drift: Sex: women or girls only went from 50% to 80% of the documents; the limit is 10 points",
        "max_drift: Sex: men or boys only went from 50% to 20% of the documents; the limit is 10 points",
    ]


def test_a_catalogue_that_was_rolled_back_holds_whatever_the_counts_are() -> None:
    reason = pinned(CATALOGUE, Pinned(at="2026-01-02T03:04:05Z", rolled_back=7), has_candidate=True)
    assert reason.code == "pinned"
    assert reason.text.startswith("pinned: harbour was rolled back at 2026-01-02T03:04:05Z; `promote` lets")
    assert "`unpin` lets later runs go live" in reason.text


def test_a_pinned_run_without_a_candidate_is_not_said_to_be_one_that_can_go_live() -> None:
    reason = pinned(CATALOGUE, Pinned(at="2026-01-02T03:04:05Z", rolled_back=7), has_candidate=False)
    assert "this run has no candidate" in reason.text
    assert "promote" not in reason.text
    assert "`unpin` lets later runs go live" in reason.text
