"""`search` for people and programs, and its messages about values that do not exist."""

from __future__ import annotations

import pytest

from tests.cli.calling import USAGE, Holdings, call, refused


@pytest.mark.usefixtures("corpus")
def test_hits_and_counts_as_json() -> None:
    found = call("search", "--sex", "female", "--size", "3", "--json").json
    assert found.keys() == {"total", "works", "works_exact", "hits", "facets", "labels", "unknown", "note", "next"}
    assert len(found["hits"]) == 3
    assert {hit["sex"] for hit in found["hits"]} == {"female"}
    assert found["facets"]["sex"].keys() == {"female", "male", "all"}
    assert found["unknown"]["sex"] > 0
    years = list(map(int, found["facets"]["years"]))
    assert years == sorted(years)


@pytest.mark.usefixtures("corpus")
def test_hits_and_counts_for_people() -> None:
    total = call("search", "--country", "gb", "--json").json["total"]
    shown = call("search", "--country", "gb", "--size", "2")
    assert shown.code == 0
    assert f"{total} documents" in shown.out
    assert "demo-" in shown.out
    for facet in ("sex", "country_codes", "years", "unknown"):
        assert facet in shown.out


@pytest.mark.usefixtures("corpus")
def test_several_words_need_no_quotes() -> None:
    found = call("search", "women", "engineering", "--json").json
    assert found["total"] > 0
    assert found == call("search", "women engineering", "--json").json


@pytest.mark.usefixtures("corpus")
def test_a_repeated_option_matches_any_of_its_values() -> None:
    def total(*words: str) -> int:
        found: int = call("search", *words, "--size", "0", "--json").json["total"]
        return found

    assert total("--sex", "male", "--sex", "female") == total("--sex", "male") + total("--sex", "female") > 0


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize(("order", "edge"), [("newest", max), ("oldest", min)])
def test_hits_are_sorted_by_the_years_covered(order: str, edge: type) -> None:
    hits = call("search", "--sort", order, "--size", "1000", "--json").json["hits"]
    edges = [edge(hit["years"]) for hit in hits if "years" in hit]
    assert edges == sorted(edges, reverse=order == "newest")
    unknown = ["years" not in hit for hit in hits]
    assert unknown == sorted(unknown), "what covers no known year comes last"


def test_words_are_found_in_whatever_field(holdings: Holdings) -> None:
    name = holdings.make(1)
    holdings.put(name, 2, title="Lighthouse keepers", nation="Norway")
    call("run", name)

    def found(*words: str) -> list[str]:
        return [hit["name"] for hit in call("search", *words, "--source", name, "--json").json["hits"]]

    assert found("lighthouse households")[0] == "Lighthouse keepers"
    assert found("lighthouse norway")[0] == "Lighthouse keepers"
    assert len(found("households")) == 2
    assert len(found("")) == 2
    assert found('"keepers lighthouse"') == []
    assert found("(lighthouse") == ["Lighthouse keepers"]


def test_a_corrected_typing_error_is_told(holdings: Holdings) -> None:
    name = holdings.make(1)
    holdings.put(name, 2, title="Lighthouse keepers", nation="Norway")
    call("run", name)
    shown = call("search", "lightuose", "--source", name).out
    assert "“lightuose”" in shown
    assert "Lighthouse keepers" in shown


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--sex", "femal"), "'female'"),
        (("--type", "datasets"), "'dataset'"),
        (("--access", "opn"), "'open'"),
        (("--country", "UK"), "'GB'"),
        (("--country", "Finland"), "'FI'"),
        (("--country", "Atlantis"), "alpha-2"),
        (("--sort", "newst"), "'newest'"),
        (("--or-unknown", "yaers"), "'years'"),
        (("--years", "1990-1999"), "A..B"),
        (("--years", "1999..1990"), "A..B"),
        (("--years", ".."), "A..B"),
        (("--years", "nineties"), "A..B"),
        (("--ages", "18..x"), "--ages"),
        (("--ages", "1...9"), "--ages"),
    ],
)
def test_a_value_that_is_wrong_names_the_right_one(words: tuple[str, ...], expected: str) -> None:
    assert expected in refused("search", *words, code=USAGE)


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("years", ["-500..-400", "99999", "1900..99999", "..-99999"])
def test_years_far_from_all_others_are_no_error(years: str) -> None:
    assert call("search", "--years", years, "--json").code == 0


@pytest.mark.usefixtures("corpus")
def test_nothing_is_indexed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.search.finding.ALIAS", "studies.of-nobody")
    assert "study-index run" in refused("search", code=USAGE)
