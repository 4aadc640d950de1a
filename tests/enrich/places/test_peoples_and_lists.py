"""People of one origin who live elsewhere, lists of places with codes, and names that stand for something else."""

from __future__ import annotations

import pytest

from tests.enrich.places.sentences import countries_of
from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Surinamese women in Rotterdam", ["NL"]),
        ("Surinaamse vrouwen in Rotterdam", ["NL"]),
        ("Türkische Familien in Berlin", ["DE"]),
        ("Families of Turkish origin in Germany", ["DE"]),
        ("Mothers of Pakistani origin in Bradford", ["GB"]),
        ("Young people with a Turkish background in Vienna", ["AT"]),
        ("Turkish and Moroccan youth in The Hague", ["NL"]),
        ("Polish, Danish and Czech sailors in Norway", ["NO"]),
        ("Indian Americans", ["US"]),
        ("Families of the US", ["US"]),
        ("Families with roots in Turkey", None),
        ("British soldiers and German sailors", ["DE", "GB"]),
        ("Dutch women in Rotterdam", ["NL"]),
        ("TELL US MORE ABOUT MILLS", None),
        ("Harbours of Halle (DE), Silesia (PL), Istria (HR) and Hainaut (BE)", ["BE", "DE", "HR", "PL"]),
        ("Human Resources (HR), Information Technology (IT)", None),
    ],
)
def test_a_title(title: str, countries: list[str] | None) -> None:
    assert value(record(title=title), "country_codes") == countries


@pytest.mark.parametrize(
    ("description", "countries"),
    [
        # languages that people can speak
        ("Fluent in English or French", None),
        ("Adults who are literate in Danish\n- no other illness", None),
        ("Not knowing Turkish.", None),
        ("Able to read and understand Chinese and spoken Cantonese", None),
        ("De interviews zijn in het Nederlands afgenomen.", None),
        ("Der Fragebogen liegt in französischer Sprache vor.", None),
        ("Wywiady w języku polskim.", None),
        ("Rozhovory v českém jazyce.", None),
        ("Az interjúk magyar nyelven készültek.", None),
        # rules, instruments, citations, addresses
        ("Treated by the current Canadian Diabetes Guidelines.", None),
        ("Scored in a Montreal Cognitive Assessment.", None),
        ("As others found (Mill, Dyke & Cardiff, 2017).", None),
        ("Files are at https://data.example.org/Norway/files.", None),
        ("Seen by ultrasound (US) and in US dollars.", None),
        # figures on a disease
        ("Gout affects nearly 1 million people in the United States.", None),
        ("Each year there are 900 new cases; 900 people in Norway die of it annually.", None),
        ("This study tells how many people in Norway die of gout annually.", ["NO"]),
        # minorities, and parts beside a country
        ("The largest ethnic minorities in the Netherlands: Turkish, Surinamese and others.", ["NL"]),
        ("Camps were held in Norfolk and in Virginia.", ["US"]),
        ("Camps were held in Norfolk and in Wales.", ["GB"]),
    ],
)
def test_a_description(description: str, countries: list[str] | None) -> None:
    assert countries_of(description) == countries


@pytest.mark.parametrize(
    ("place", "countries"),
    [
        ("Finnish Social Science Data Archive", None),
        ("Norwegian Sea", None),
        ("German-speaking Switzerland", ["CH"]),
        ("Dutch East Indies", ["ID"]),
        ("Waals-Brabant, Belgium", ["BE"]),
    ],
)
def test_organisations_and_languages_in_a_field_about_places_name_none(place: str, countries: list[str] | None) -> None:
    assert value(record(geography=place), "country_codes") == countries
