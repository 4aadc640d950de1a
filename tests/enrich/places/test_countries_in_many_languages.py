"""Names of countries in the sentences of many languages, with the endings that these have there."""

from __future__ import annotations

import pytest

from pipeline.enrich.places.inflections import forms, inflected
from tests.enrich.places.sentences import countries_of
from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("title", "countries"),
    [
        ("Młyny w Niemczech, we Francji i na Litwie", "DE FR LT"),
        ("Mlýny v Německu a v Rakousku", "AT DE"),
        ("Mlyny v Nemecku a v Maďarsku", "DE HU"),
        ("Mlini na Hrvaškem in v Avstriji", "AT HR"),
        ("Mlinovi u Njemačkoj i Sloveniji", "DE SI"),
        ("Malmok Németországban és Ausztriában", "AT DE"),
        ("Mori din Germania și Franța", "DE FR"),
        ("Veskid Soomes, Saksamaal ja Lätis", "DE FI LV"),
        ("Dzirnavas Vācijā un Igaunijā", "DE EE"),
        ("Malūnai Vokietijoje ir Latvijoje", "DE LV"),
        ("Мелници в Германия и Румъния", "DE RO"),
        ("Μύλοι στη Γερμανία και την Κύπρο", "CY DE"),
        ("Mtieħen fil-Ġermanja u fl-Italja", "DE IT"),
        ("Muilte sa Ghearmáin agus sa Fhrainc", "DE FR"),
        ("Myllyt Suomessa ja Virossa", "EE FI"),
        ("Młyny w Wielkiej Brytanii i Stanach Zjednoczonych", "GB US"),
        ("Polacy o młynach", "PL"),
        ("Čeští mlynáři", "CZ"),
        ("Magyar molnárok", "HU"),
        ("Latvijas dzirnavas", "LV"),
        ("Eesti veskid", "EE"),
        ("Slovensko javno mnenje", "SI"),
    ],
)
def test_a_name_counts_in_titles_and_descriptions(title: str, countries: str) -> None:
    assert value(record(title=title), "country_codes") == countries.split()
    assert countries_of(title) == countries.split()


@pytest.mark.parametrize(
    "title", ["Norra harbour of the mill", "Butane in mills", "Malti and hops", "Togas of the mill"]
)
def test_words_that_only_look_like_a_name_do_not_count(title: str) -> None:
    assert value(record(title=title), "country_codes") is None


def test_short_names_are_inflected_only_in_europe() -> None:
    assert inflected("sl", "Litva", "LT") == ["Litvi", "Litve", "Litvo"]
    assert inflected("sl", "Malta", "MT") == []


def test_names_of_several_words_keep_their_form_in_texts_of_other_languages() -> None:
    assert inflected("cs", "Velká Británie", "GB") == []
    assert {"Velké Británii", "Velkou Británií"} <= set(forms("cs", "Velká Británie"))


def test_a_language_without_endings_keeps_all_names() -> None:
    assert list(forms("it", "Germania")) == []
