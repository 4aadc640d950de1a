"""Where the rules for countries begin and end to hold: a text on one side, and one on the other."""

from __future__ import annotations

import pytest

from tests.enrich.records import facets, record, value


def countries(**by_role: str | list[str]) -> list[str] | None:
    found: list[str] | None = value(record(**by_role), "country_codes")
    return found


@pytest.mark.parametrize(
    ("geography", "found"),
    [
        ("Atlanta, Georgia", ["US"]),
        ("Tbilisi, Georgia", ["GE"]),
        ("Georgia; Alabama", ["US"]),
        ("Georgia; Armenia", ["AM", "GE"]),
        ("Georgia; Alabama; Finland", ["FI", "GE", "US"]),
        ("GB-SCT Scotland", ["GB"]),
        ("FI-18", ["FI"]),
        ("finland", ["FI"]),
        ("leiden", None),  # a word in small letters is no city
        ("Leiden", ["NL"]),
        ("Leiden (South Holland)", ["NL"]),
        ("Utrecht/Leiden", ["NL"]),
        ("Ely", None),
        ("US", ["US"]),
        ("us", ["US"]),
        ("Rhode Island", ["US"]),
        ("Island", ["IS"]),
        ("Island, Norge", ["IS", "NO"]),
        ("Paris, Texas, USA", ["US"]),
        ("Cambridge, Massachusetts", ["US"]),
    ],
)
def test_a_field_about_places(geography: str, found: list[str] | None) -> None:
    assert countries(geography=geography) == found


@pytest.mark.parametrize(
    ("description", "found"),
    [
        ("Families in Finland were interviewed.", ["FI"]),
        ("families in finland were interviewed.", None),
        ("Families were asked about finns.", None),
        ("Finnish families were interviewed.", ["FI"]),
        ("Interviews with speakers of Finnish were held.", None),
        ("Interviews were translated into Finnish and Swedish.", None),
        ("Finnish-language interviews were held.", None),
        ("Polish students in Germany were interviewed.", ["DE"]),
        ("Polish students and Germany were named.", ["DE", "PL"]),
        ("Refugees from Somalia and Syria were interviewed in Sweden.", ["SE"]),
        ("People were asked for opinions on Russia.", None),
        ("The survey was funded by the government of Norway.", None),
        ("The survey was funded by a bank. It took place in Norway.", ["NO"]),
        ("It was modelled on an earlier study in Denmark.", None),
        ("The University of Denmark kept the data.", None),
        ("Rated with a scale (Example Instruments, Tokyo, Japan).", None),
        ("It was compared with a study in Denmark.", None),
        ("Families in Denmark-2 were interviewed.", None),
        ("Families in Leiden were interviewed.", ["NL"]),
        ("Families in Amsterdam were interviewed.", ["NL"]),
        ("The Amsterdam method was used.", None),
        ("Families in Amsterdam's harbour were interviewed.", ["NL"]),
        ("Families in Bavaria were interviewed.", ["DE"]),
        ("The Bavaria Needle was used.", None),
        ("Families told us about it.", None),
        ("Families in Sweden, Norway and Finland were interviewed.", ["FI", "NO", "SE"]),
        ("Families in the UK were interviewed.", ["GB"]),
        ("Families in the USA were interviewed.", ["US"]),
        ("The Bavaria Needle was used in Finland.", ["FI"]),
        ("Polish students in Germany were interviewed, and Norway was named.", ["DE", "NO"]),
        ("Polish students in Bavaria were interviewed.", ["DE"]),
        ("Turkish-born families in Germany were interviewed.", ["DE"]),
    ],
)
def test_countries_in_a_description(description: str, found: list[str] | None) -> None:
    assert countries(description=description) == found


@pytest.mark.parametrize(
    ("by_role", "found"),
    [
        ({"title": "Harbours of Finland", "description": "Families in Sweden."}, ["FI"]),
        ({"title": "Harbours", "description": "Families in Sweden.", "population": "Adults in Norway"}, ["NO", "SE"]),
        ({"title": "Harbours", "series": "Harbours of Finland"}, ["FI"]),
        ({"title": "Harbours of Amsterdam"}, ["NL"]),
        ({"title": "Amsterdam Harbour Study"}, ["NL"]),
        ({"title": "Attitudes towards Russia"}, None),
        ({"title": "Attitudes towards the harbour, Russia"}, ["RU"]),
        ({"geography": "Springfield", "title": "Harbours of the USA"}, ["US"]),
        ({"geography": "Springfield", "title": "Harbours"}, ["US"]),
        ({"geography": "Europe", "title": "Harbours of Finland"}, ["FI"]),
        ({"geography": "Finland", "title": "Harbours of Norway"}, ["FI"]),
    ],
)
def test_countries_of_several_fields(by_role: dict[str, str], found: list[str] | None) -> None:
    assert countries(**by_role) == found


def test_regions_count_only_as_far_as_no_country_is_stated_before() -> None:
    assert value(record(title="Harbours of Europe", description="Families in Finland"), "regions") == ["150"]
    assert value(record(title="Harbours of Finland", description="Families in Europe"), "regions") is None


@pytest.mark.parametrize(
    ("geography", "words"), [("Leiden", "Leiden"), ("Den Haag", "Den Haag"), ("GB-SCT Scotland", "GB-SCT")]
)
def test_the_words_that_name_a_place_are_its_evidence(geography: str, words: str) -> None:
    assert facets(record(geography=geography))["country_codes"].evidence[0].words == words
