"""Countries and regions that the data are about, by names, codes, parts, cities and peoples; never by publishers."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value


@pytest.mark.parametrize(
    ("place", "countries"),
    [
        # names in many languages and shapes
        ("United Kingdom", ["GB"]),
        ("UK", ["GB"]),
        ("Great Britain", ["GB"]),
        ("England and Wales", ["GB"]),
        ("Nothern Ireland", ["GB"]),
        ("U.S.", ["US"]),
        ("USA", ["US"]),
        ("Verenigde Staten", ["US"]),
        ("The Netherlands", ["NL"]),
        ("Nederland", ["NL"]),
        ("Niederlande", ["NL"]),
        ("Alankomaat", ["NL"]),
        ("Suomi", ["FI"]),
        ("Deutschland", ["DE"]),
        ("Allemagne", ["DE"]),
        ("Tyskland", ["DE"]),
        ("Sverige", ["SE"]),
        ("Norge", ["NO"]),
        ("Danmark", ["DK"]),
        ("España", ["ES"]),
        ("Italia", ["IT"]),
        ("日本", ["JP"]),
        ("Polska", ["PL"]),
        ("Россия", ["RU"]),
        ("Korea, Republic of", ["KR"]),
        ("Iran, Islamic Republic of", ["IR"]),
        ("Bosnia & Herzegovina", ["BA"]),
        ("Côte d'Ivoire", ["CI"]),
        ("Guinea-Bissau", ["GW"]),
        ("Papua New Guinea", ["PG"]),
        ("Georgia", ["GE"]),
        ("Republic of Ireland and Northern Ireland", ["GB", "IE"]),
        ("Germany; France; Italy", ["DE", "FR", "IT"]),
        # codes
        ("826", ["GB"]),
        ("GB-GBN", ["GB"]),
        ("GBR", ["GB"]),
        ("nl", ["NL"]),
        # parts and places
        ("Scotland", ["GB"]),
        ("Greater London", ["GB"]),
        ("East Midlands, North West, Central Scotland", ["GB"]),
        ("Channel Islands", ["GG", "JE"]),
        ("Jersey", ["JE"]),
        ("Bavaria", ["DE"]),
        ("Tilburg", ["NL"]),
        ("Uppsala", ["SE"]),
        ("Tampere", ["FI"]),
        ("Budapest, Hungary", ["HU"]),
        ("London, Canada", ["CA"]),
        ("Georgia, USA", ["US"]),
        ("Amsterdam", ["NL"]),
        ("Long Island", ["US"]),
        # a country's name inside a longer one, and a small territory with the name of a larger place
        ("New South Wales", ["AU"]),
        ("Albuquerque, New Mexico", ["US"]),
        ("Jersey City", ["US"]),
        ("South Holland", ["NL"]),
        ("Norfolk; England", ["GB"]),
        ("Suffolk and Norfolk", ["GB"]),
        ("Inner Mongolia", ["CN"]),
        ("Norfolk Island", ["NF"]),
        ("Granada, Spain", ["ES"]),
        # former states
        ("Soviet Union", ["SU"]),
        ("voormalig Joegoslavië", ["YU"]),
        ("Czechoslovakia", ["CS"]),
        ("Serbia and Montenegro", ["ME", "RS"]),
        ("German Democratic Republic", ["DD", "DE"]),
        ("Netherlands East Indies", ["ID"]),
        ("Dutch New Guinea", ["ID"]),
        ("Batavia", ["ID"]),
        ("Kosovo", ["XK"]),
        # no countries
        ("National", None),
        ("us", ["US"]),
        ("Ward 7", None),
        ("Westfield school district", None),
        ("Germany (West)", ["DE"]),
        ("Berlin (West)", ["DE"]),
        ("Korea (South)", ["KR"]),
        ("Norden", None),
    ],
)
def test_a_field_about_places(place: str, countries: list[str] | None) -> None:
    assert value(record(geography=place), "country_codes") == countries


def test_a_code_outranks_the_words_beside_it() -> None:
    study = record(statement(Role.GEOGRAPHY, "The Republic", code="IE"))

    assert value(study, "country_codes") == ["IE"]


def test_an_ambiguous_place_is_resolved_by_the_rest_of_the_record() -> None:
    assert value(record(geography="North West"), "country_codes") is None
    assert value(record(geography="North West", title="Small firms in England"), "country_codes") == ["GB"]
    assert value(record(geography=["North West", "Wales"]), "country_codes") == ["GB"]


@pytest.mark.parametrize(
    ("place", "regions"),
    [
        ("Europe", ["150"]),
        ("European Union", ["EU"]),
        ("Sub-Saharan Africa", ["202"]),
        ("Latin America", ["419"]),
        ("Worldwide", ["001"]),
        ("Azië", ["142"]),
        ("Southeast Asia", ["035"]),
        ("Eurooppa", ["150"]),
    ],
)
def test_a_region_is_no_country(place: str, regions: list[str]) -> None:
    study = record(geography=place)

    assert value(study, "regions") == regions
    assert value(study, "country_codes") is None


def test_a_field_may_name_countries_and_regions() -> None:
    study = record(geography=["Europe", "France"])

    assert (value(study, "country_codes"), value(study, "regions")) == (["FR"], ["150"])


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("1970 British Cohort Study", ["GB"]),
        ("Survey of the Dutch population 2004", ["NL"]),
        ("Wohnen in Deutschland und Frankreich", ["DE", "FR"]),
        ("Scottish Schools Survey", ["GB"]),
        ("School meals in New South Wales", ["AU"]),
        ("Guinea pigs in laboratories", None),
        ("Suomalaisten vapaa-aika", ["FI"]),
        ("Svenska väljare", ["SE"]),
        ("Elections in Turkey", ["TR"]),
        ("Mills of the Netherlands in an invented year", ["NL"]),
        ("Nightlife in Rotterdam", ["NL"]),
        ("Birmingham Night Buses Database", ["GB"]),
        ("Reading strange faces", None),
        ("Children in Reading", ["GB"]),
        ("The Rotterdam Scale of Invented Moods", None),
        ("Papers by Alexandra the Invented", None),
        ("A study of guinea pigs and of jersey cows", None),
        ("Papers of the University of Jordan", None),
        ("Records of the Bank of England", None),
        ("Dealing with us: a handbook", None),
    ],
)
def test_a_title(title: str, countries: list[str] | None) -> None:
    assert value(record(title=title), "country_codes") == countries


@pytest.mark.parametrize(
    ("description", "countries"),
    [
        ("Interviews with nurses in Kenya and Uganda.", ["KE", "UG"]),
        ("Dutch adolescents filled in a diary.", ["NL"]),
        ("Funded by the Ministry of Health of Italy.", None),
        ("Made available by the Danish Data Archive.", None),
        ("The University of Malta collected the data.", None),
        ("Published in Switzerland.", None),
        ("Ships crossed the Indian Ocean.", None),
        ("Ratings by native speakers of Dutch.", None),
        ("The interviews were held in Danish.", None),
        ("Words from a German corpus.", None),
        ("Analyses were made with RDA and VS.", None),
        ("Pupils of two schools in the Netherlands.", ["NL"]),
        ("Patients of each hospital in England and Wales.", ["GB"]),
        ("Data of an invented Swiss Household Panel.", ["CH"]),
        ("Interviews were held in Kampala.", ["UG"]),
        ("Shops in the city of Eindhoven.", ["NL"]),
        ("As shown in Birmingham (1998), shops close.", None),
        ("As shown in Birmingham et al., shops close.", None),
        ("Files are in Basic and Oral form.", None),
    ],
)
def test_a_description(description: str, countries: list[str] | None) -> None:
    assert value(record(title="An inquiry", description=description), "country_codes") == countries


def test_fields_outrank_the_title_and_this_the_description() -> None:
    prose = {"title": "Migrants in Norway", "description": "They came from Chile."}

    assert value(record(geography="Oslo", **prose), "country_codes") == ["NO"]
    assert value(record(**prose), "country_codes") == ["NO"]


def test_prose_adds_countries_where_fields_name_only_a_region() -> None:
    study = record(geography="Europe", description="Older people in Denmark and in France were asked.")

    assert (value(study, "country_codes"), value(study, "regions")) == (["DK", "FR"], ["150"])


def test_the_name_of_the_series_counts_where_no_other_statement_names_a_country() -> None:
    wave = record(title="Wave 3: housing", series="Invented British Panel")

    assert value(wave, "country_codes") == ["GB"]
    assert value(record(title="Wave 3 in Denmark", series="Invented British Panel"), "country_codes") == ["DK"]


def test_the_country_of_a_publisher_does_not_count() -> None:
    study = record(title="An inquiry")
    study.publisher = "Finnish Social Science Data Archive"
    study.funders = ["Economic and Social Research Council, United Kingdom"]

    assert value(study, "country_codes") is None


def test_a_default_of_the_catalogue_counts_only_where_the_record_states_nothing() -> None:
    defaults = {"country_codes": ["GB"]}

    silent = facets(record(title="An inquiry"), defaults=defaults)["country_codes"]
    assert (silent.value, silent.evidence[0].kind) == (["GB"], "catalogue")
    assert facets(record(geography="Peru"), defaults=defaults)["country_codes"].value == ["PE"]
