"""Where the rules for countries begin and end to hold: a text on one side, and one on the other."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


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
        # codes of parts of countries
        ("XGB-SCT", None),
        ("FI-ABCD", None),
        ("GB-S", ["GB"]),
        ("GB-SCT and FI-18", ["FI", "GB"]),
        ("Wards of XX-18", None),
        ("Wards of FI-UK", ["FI"]),
        ("FI-18, Leiden", ["FI", "NL"]),
        ("FI-18 Japan", ["FI", "JP"]),
        ("FI-18: Leiden", ["FI", "NL"]),
        ("FI-18 Dar es Salaam", ["FI"]),
        ("Dprk, the Dutch", ["NL"]),
        ("Invented Island, the Dutch", ["NL"]),
        # a longer name is not taken for the country or region of which it has the name
        ("Amerika Serikat", ["US"]),
        ("Porto Sudan", ["SD"]),
        ("La Victoria", ["VE"]),
        # abbreviations count in capitals, inside longer texts too
        ("Wards of DPRK", ["KP"]),
        ("Wards of Dprk", None),
        ("Fyrom", ["MK"]),
        ("VS en Japan", ["JP", "US"]),
        # names that are words too count as a whole segment
        ("Island of Invented People", None),
        ("Island of the Roses, Norge", ["NO"]),
        ("(Island)", ["IS"]),
        # a part of a country beside a large city of it
        ("Atlanta, Georgia; Kenya", ["KE", "US"]),
        ("Valdosta, Georgia; Kenya", ["GE", "KE", "US"]),
        ("Amsterdam, Georgia; Kenya", ["GE", "KE", "NL"]),
        ("Invented Town, Georgia; Kenya", ["GE", "KE"]),
        # all countries of a name are meant
        ("East Berlin", ["DD", "DE"]),
        # a place by its longest name
        ("wards of Addis Ababa", ["ET"]),
        ("in Addis Ababa", ["ET"]),
        ("Addis Ababa and its wards", ["ET"]),
        ("one two three four five six seven Addis Ababa", None),
        ("one two three four five six Addis Ababa", ["ET"]),
        ("wards of Leiden", None),
        ("Lima", ["PE"]),
        ("End", None),
        ("丹麥", ["DK"]),
        ("津", None),
        ("Tyne-and-Leiden", None),
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
        # abbreviations, and names that are words
        ("Rates of the DPRK were read.", None),
        ("Rates of ČSSR were read.", ["CS"]),
        ("Rates of USSR mills were read.", ["SU"]),
        ("Rates of Ussr mills were read.", None),
        ("Rates of Oma and Maurice were read.", None),
        ("Rates of Roma were read.", None),
        ("Rates of the Malis and Israels were read.", None),
        ("Families in Staten Island were interviewed.", ["US"]),
        # peoples by the beginning of a word that is also a country's name
        ("Finnländische Familien wurden befragt.", ["FI"]),
        ("Die Fragen sind auf Finnländisch.", None),
        ("Schweizerische Familien wurden befragt.", ["CH"]),
        ("Des familles arméniennes ont répondu.", ["AM"]),
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
        # what another statement has to confirm
        ({"geography": "wards of Leiden", "title": "Harbours of the Netherlands"}, ["NL"]),
        ({"geography": "wards of Leiden", "title": "Harbours of the Netherlands and Kenya"}, ["NL"]),
        ({"geography": "North West", "title": "Harbours of England and Kenya"}, ["GB"]),
        ({"geography": "North West", "description": "Harbours of England and Kenya."}, ["GB"]),
        ({"geography": "North West", "title": "Harbours of Kenya"}, ["KE"]),
        ({"geography": ["North West", "Kenya"], "title": "Harbours of England"}, ["KE"]),
        ({"geography": ["North West", "Europe"], "title": "Harbours of England and Kenya"}, ["GB"]),
        ({"geography": ["North West", "Leiden"], "title": "Harbours of England"}, ["GB", "NL"]),
        ({"geography": "Nara", "title": "Harbours of Mali and Japan"}, ["JP", "ML"]),
        ({"geography": "Nara", "title": "Harbours of Japan and Kenya"}, ["JP"]),
        ({"geography": ["US-CA coast", "Nara"], "title": "Harbours of Japan"}, ["JP", "US"]),
        ({"geography": ["Lima", "Paraguay"]}, ["PY"]),
        ({"geography": ["Lima", "Alaska"]}, ["US"]),
        ({"geography": ["Lima", "Kenya"]}, ["KE", "PE"]),
        ({"geography": ["Georgia", "Alabama", "Europe"]}, ["US"]),
        ({"geography": ["Georgia", "Alabama", "wards of Leiden"]}, ["US"]),
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


def test_of_a_long_text_beside_a_code_the_beginning_is_its_evidence() -> None:
    study = record(statement(Role.GEOGRAPHY, "a" * 300, code="IE"))

    assert facets(study)["country_codes"].evidence[0].words == "a" * 200
