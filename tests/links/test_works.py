"""Which records are one work, by what they state: pure decisions."""

from __future__ import annotations

import pytest

from pipeline.links.works import works
from pipeline.model.link_keys import folded_name, key_of
from tests.links.shelves import Record, member, works_of


def joined(*records: Record, aggregators: tuple[str, ...] = ()) -> set[frozenset[str]]:
    found = works(member(record, aggregators) for record in records)
    return works_of({name: work.work_id for name, work in found.items()})


def together(*names: str) -> set[frozenset[str]]:
    return {frozenset(names)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Record("dock/1", dois=("10.5072/a",)), Record("quay/7", dois=("10.5072/a",))),
        (Record("dock/1", dois=("10.5255/ukda-sn-6684-1",)), Record("quay/7", dois=("10.5255/ukda-sn-6684-3",))),
        (Record("dock/1", same_as=("https://doi.org/10.5072/A",)), Record("quay/7", dois=("10.5072/a",))),
        (Record("dock/1", same_as=("quay/7",)), Record("quay/7")),
        (Record("dock/1", same_as=("https://www.quay.example/x/",)), Record("quay/7", urls=("http://quay.example/x",))),
        (Record("dock/1", numbers=("HAR/17",)), Record("quay/7", numbers=("har/17",))),
        (Record("dock/1", same_as=("urn:nbn:fi:x-1",)), Record("quay/7", urls=("https://urn.fi/urn:nbn:fi:x-1",))),
        (Record("dock/1", relations=(("IsIdenticalTo", "10.5072/a"),)), Record("quay/7", dois=("10.5072/a",))),
        (Record("dock/1", relations=(("isVersionOf", "10.5072/a"),)), Record("dock/2", dois=("10.5072/a",))),
        (Record("dock/1", dois=("10.6084/m9.figshare.1.v1",)), Record("dock/2", dois=("10.6084/m9.figshare.1.v2",))),
    ],
)
def test_records_join_by_what_they_state(one: Record, other: Record) -> None:
    assert joined(one, other) == joined(other, one) == together(one.id, other.id)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Record("dock/1", name="Youth Panel"), Record("quay/7", name="Youth Panel")),
        (Record("dock/1", dois=("10.5072/a",)), Record("dock/2", dois=("10.5072/a",))),
        (Record("dock/1", numbers=("HAR/17",)), Record("dock/2", numbers=("HAR/17",))),
        (Record("dock/1", dois=("10.5255/ukda-sn-855557",)), Record("quay/7", dois=("10.5255/ukda-sn-855558",))),
        (Record("dock/1", dois=("10.5255/ukda-sn-6684-1",)), Record("quay/7", dois=("10.5255/ukda-sn-6685-1",))),
        (Record("dock/1", urls=("https://quay.example/x",)), Record("quay/7", urls=("https://quay.example/x",))),
        (Record("dock/1", numbers=("HAR/17",)), Record("quay/7", numbers=("POR/17",))),
        (Record("dock/1", relations=(("IsContinuedBy", "10.5072/a"),)), Record("quay/7", dois=("10.5072/a",))),
        (
            Record("dock/1", dois=("10.5072/b",), same_as=("10.5072/a",), relations=(("isPartOf", "10.5072/a"),)),
            Record("quay/7", dois=("10.5072/a",)),
        ),
    ],
)
def test_records_stay_apart_where_nothing_states_that_they_are_one(one: Record, other: Record) -> None:
    assert joined(one, other) == set()


def test_a_third_record_does_not_bring_together_two_of_one_catalogue() -> None:
    one, two = Record("dock/1", dois=("10.5072/a",)), Record("dock/2", numbers=("HAR/2",))
    third = Record("quay/7", dois=("10.5072/a",), numbers=("HAR/2",))
    for order in ((one, two, third), (third, two, one), (two, third, one)):
        assert joined(*order) == together("dock/1", "quay/7"), "a DOI is a surer reason than a number"


def test_a_page_that_several_records_of_a_catalogue_have_is_no_reason() -> None:
    page = ("https://dock.example/cohort",)
    waves = [Record(f"dock/{number}", urls=page) for number in range(3)]
    assert joined(*waves, Record("quay/7", same_as=page)) == set()


def test_the_archives_own_record_gives_a_work_its_id() -> None:
    own, copy = Record("quay/7", dois=("10.5072/a",)), Record("all/1", dois=("10.5072/a",))
    found = works([member(own), member(copy, ("all",))])
    assert {work.work_id for work in found.values()} == {"quay/7"}
    stating = Record("all/1", same_as=("10.5072/a",))
    assert {work.work_id for work in works([member(own), member(stating)]).values()} == {"quay/7"}


def test_the_newest_version_replaces_the_others_of_its_catalogue() -> None:
    versions = [Record(f"dock/{number}", dois=(f"10.5255/ukda-sn-6684-{number}",)) for number in (2, 9, 10)]
    found = works(map(member, [*versions, Record("all/1", dois=("10.5255/ukda-sn-6684-2",))]))
    assert {name: work.replaced_by for name, work in found.items()} == {
        "dock/2": "dock/10",
        "dock/9": "dock/10",
        "dock/10": None,
        "all/1": None,
    }


def test_a_stated_successor_replaces_and_two_that_replace_each_other_do_not() -> None:
    old = Record("dock/1", dois=("10.5072/a",), relations=(("IsPreviousVersionOf", "10.5072/b"),))
    new = Record("dock/2", dois=("10.5072/b",))
    assert works(map(member, [old, new]))["dock/1"].replaced_by == "dock/2"
    also = Record("dock/2", dois=("10.5072/b",), relations=(("IsPreviousVersionOf", "10.5072/a"),))
    assert {work.replaced_by for work in works(map(member, [old, also])).values()} == {None}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("https://doi.org/10.5072/ABC", "doi:10.5072/abc"),
        ("https://hdl.handle.net/10411/X", "hdl:10411/x"),
        ("urn:ddi:org.harbour:S1:2.0.0", "urn:ddi:org.harbour:s1"),
        ("https://www.quay.example/x/#top", "url:quay.example/x"),
        ("quay/7", "id:quay/7"),
        ("", ""),
    ],
)
def test_two_spellings_of_an_identifier_are_one_key(text: str, key: str) -> None:
    assert key_of(text) == key


def test_names_are_compared_without_case_signs_and_article() -> None:
    assert folded_name("The Harbour – Study of Parents & Children") == "harbour study of parents and children"
