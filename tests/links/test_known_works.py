"""200 records whose works and parents are known: nothing is joined wrongly, whatever the order and the way."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.links.counts import LinkCounts
from pipeline.links.stage import link
from pipeline.links.works import works
from tests.links.known import known_parents, known_works, records
from tests.links.shelves import Record, Shelves, member, works_of

WANTED = {frozenset(record.id for record in work) for work in known_works() if len(work) > 1}


def pairs(groups: set[frozenset[str]]) -> set[frozenset[str]]:
    """All pairs of documents of one work."""
    return {frozenset((one, other)) for group in groups for one in group for other in group if one != other}


@pytest.mark.parametrize("seed", range(5))
def test_no_wrong_join_and_nearly_all_right_ones_in_any_order(seed: int) -> None:
    shuffled = records()
    assert len(shuffled) == 200
    random.Random(seed).shuffle(shuffled)
    found = works(member(record, ("all",)) for record in shuffled)
    joined = pairs(works_of({name: work.work_id for name, work in found.items()}))
    assert joined - pairs(WANTED) == set()
    assert len(joined) >= 0.98 * len(pairs(WANTED))


def test_the_index_gets_these_works_and_parents(shelves: Shelves) -> None:
    shelves.put(records())
    link(shelves.client)
    found = shelves.links()
    assert shelves.works() == WANTED
    assert {name: links["parent"] for name, links in found.items() if "parent" in links} == known_parents()


def test_catalogues_that_come_one_after_the_other_give_the_same_in_any_order(shelves: Shelves) -> None:
    known = records()
    names = sorted({record.catalogue for record in known})
    outcomes = []
    for order in (names, names[::-1]):
        shelves.clear()
        for name in order:
            (changes,) = shelves.put(record for record in known if record.catalogue == name).values()
            assert not link(shelves.client, changes).full
        outcomes.append(shelves.links())
    assert outcomes[0] == outcomes[1]
    assert link(shelves.client)[1:] == (LinkCounts(), ())


IDS = [f"{catalogue}/{number}" for catalogue in ("all", "dock", "quay") for number in range(3)]
KEYS = ("10.5072/a", "10.5072/b", "10.5072/c.v1", "10.5072/c.v2")

INVENTED = st.builds(
    Record,
    id=st.sampled_from(IDS),
    name=st.sampled_from(["Harbour Survey", "Tide Panel", "Tide Panel (TP)"]),
    kind=st.sampled_from(["dataset", "study"]),
    dois=st.lists(st.sampled_from(KEYS), max_size=1).map(tuple),
    same_as=st.lists(st.sampled_from([*KEYS, *IDS]), max_size=1).map(tuple),
    numbers=st.lists(st.sampled_from(["HAR/1", "HAR/2"]), max_size=1).map(tuple),
    relations=st.lists(
        st.tuples(st.sampled_from(["isPartOf", "hasPart", "isNewVersionOf"]), st.sampled_from([*KEYS, *IDS])),
        max_size=2,
    ).map(tuple),
    series=st.sampled_from([None, "Harbour Survey", "Tide Panel"]),
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    first=st.lists(INVENTED, min_size=3, max_size=9, unique_by=lambda one: one.id),
    then=st.lists(INVENTED, max_size=4, unique_by=lambda one: one.id),
    deleted=st.sets(st.sampled_from(IDS), max_size=2),
)
def test_what_changed_alone_comes_to_the_same_as_everything(
    shelves: Shelves, first: list[Record], then: list[Record], deleted: set[str]
) -> None:
    shelves.clear()
    shelves.put(first)
    link(shelves.client)
    known = {record.id for record in first}
    for catalogue in sorted({record.catalogue for record in first}):
        changed = [record for record in then if record.catalogue == catalogue]
        gone = [name for name in sorted(deleted & known) if name.startswith(f"{catalogue}/")]
        gone = [name for name in gone if name not in {record.id for record in changed}]
        assert not link(shelves.client, shelves.change(catalogue, changed, gone)).full
    by_changes = shelves.links()
    link(shelves.client)
    assert shelves.links() == by_changes
