"""Countries named for a practice, a medicine, a class of a disease, or an origin; and places in unusual fields."""

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("description", "countries"),
    [
        ("The Invented pill is approved for use in the United States and Canada.", None),
        ("It is standard of care in Germany.", None),
        ("Het middel is geregistreerd in België.", None),
        ("Le produit est commercialisé en France.", None),
        ("Sailors who were approved as captains were asked in Chile.", ["CL"]),
        ("Diaries of Turkish-Dutch families", ["NL"]),
        ("Diaries of Dutch-Turkish, and of other, families", ["NL"]),
        ("Dagboeken van Turks-Nederlandse gezinnen", ["NL"]),
        ("Tagebücher türkisch-deutscher Familien", ["DE"]),
        ("Letters of Turkish-Dutch trade", ["NL", "TR"]),
        ("Letters of German-Dutch families", ["DE", "NL"]),
        ("Mills got funding for sails in the Netherlands.", ["NL"]),
        ("Mills got funding from millers in the Netherlands.", None),
        ("Millers of New York Heart Association class II", None),
        ("Millers with New York class II", None),
        ("Millers treated with Korean medicine", None),
        ("Müller und chinesische Medizin", None),
        ("Millers seen at Mount Sinai", None),
    ],
)
def test_only_where_people_are_counts(description: str, countries: list[str] | None) -> None:
    assert value(record(description=description), "country_codes") == countries


@pytest.mark.parametrize(
    ("keywords", "countries"),
    [
        (["mills", "United Arab Emirates"], ["AE"]),
        (["Zwitserland"], ["CH"]),
        (["mills of Denmark"], None),
        (["Danish"], None),
        (["us"], None),
    ],
)
def test_a_keyword_counts_where_it_is_a_country_and_nothing_else_names_one(
    keywords: list[str], countries: list[str] | None
) -> None:
    assert value(record(title="Mills", keyword=keywords), "country_codes") == countries
    assert value(record(title="Mills of Norway", keyword=keywords), "country_codes") == ["NO"]


def test_countries_in_the_field_of_periods_are_read_where_the_field_of_places_has_none() -> None:
    exchanged = record(geography="2001 - 2010", period=["Denmark", "Spain"])
    assert value(exchanged, "country_codes") == ["DK", "ES"]
    assert value(record(geography="Norway", period="Denmark"), "country_codes") == ["NO"]


def test_camps_of_the_second_world_war_are_in_the_country_of_today() -> None:
    camps = record(geography=["Kamp Neuengamme", "Kamp Natzweiler", "Kamp Mauthausen"])
    assert value(camps, "country_codes") == ["AT", "DE", "FR"]


def test_a_cohort_named_after_its_county_is_of_that_country() -> None:
    assert value(record(title="Wave 3", series="Avon Longitudinal Study"), "country_codes") == ["GB"]
    assert value(record(title="Creams", series="Avon Creams"), "country_codes") is None
