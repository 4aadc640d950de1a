"""Where the rules for years begin and end to hold: the last text on one side, and the first on the other."""

from __future__ import annotations

import pytest

from tests.enrich.records import HARVEST_YEAR, record, value, years


def collected(when: str) -> tuple[int | None, int | None, bool | None]:
    """The years of a description that states when data were collected."""
    return years(description=f"Data were collected {when}.")


@pytest.mark.parametrize(
    ("when", "year"),
    [
        ("in 1400", 1400),
        ("in 1399", None),  # more often a count than a year
        ("in AD 100", 100),
        ("in AD 99", None),
        ("in AD 1", None),
        ("with PISA-1900", 1900),
        ("with STI-1899", None),  # the name of a drug
        ("with YG1999", None),
        ("with YG 24-1999", None),
        ("under protocols 1952/1962", None),
        ("in 12-1999", 1999),
        ("with form 1999X", None),
        ("on form #1999", None),
        ("in 2027", 2027),
    ],
)
def test_numbers_in_prose_that_may_be_years(when: str, year: int | None) -> None:
    assert collected(when) == (year, year, None)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("0001", None, None),
        ("3000", None, None),
        ("13000", None, None),
        ("0000/1990", None, 1990),
        ("1/1/00", 2000, 2000),
        (f"1/1/{HARVEST_YEAR % 100}", HARVEST_YEAR, HARVEST_YEAR),
        (f"1/1/{HARVEST_YEAR % 100 + 1}", 1926, 1926),  # two digits are no year to come
        ("1940/00", 1940, 2000),  # the longest that may be a season
        ("1940/01", 1940, 1940),
        ("1998-03", 1998, 1998),  # a month
        ("1800s", 1800, 1899),
        ("1900s", 1900, 1909),
        ("1810s", 1810, 1819),
        ("10 BCE", -10, -10),
        ("19th century (1860-1890)", 1860, 1890),
        ("19th century [1860-1890]", 1860, 1890),
        ("1990s (1994)", 1994, 1994),
        ("18th to 19th century", 1701, 1900),
        ("18de en 19de eeuw", 1701, 1900),
        ("between 2001 and 2004", 2001, 2004),
        ("2001 and 2004", 2001, 2004),
        ("2005 to 2001", 2001, 2005),
        ("2001 /", 2001, None),
        (".. 2004", None, 2004),
        ("from 2001", 2001, None),
    ],
)
def test_periods_at_the_edge_of_a_rule(period: str, start: int | None, end: int | None) -> None:
    assert years(period=period) == (start, end, None)


@pytest.mark.parametrize(
    ("span", "count"),
    [
        ("1000/1500", 501),  # every year
        ("1000/1501", 2),  # of a longer period the first and the last
    ],
)
def test_every_year_of_five_hundred_is_covered(span: str, count: int) -> None:
    assert len(value(record(period=span), "years")) == count


@pytest.mark.parametrize(
    ("description", "start", "end"),
    [
        ("The survey was held (1997).", 1997, 1997),
        ("Published in 2004. Data were collected in 2001.", 2001, 2001),
        ("Data on 2000 Dutch households were collected in 2001.", 2001, 2001),
        ("Data were collected (Miller, 2004) in 2001.", 2001, 2001),
        ("Data were collected in the 2004 election of members and in 2005.", 2005, 2005),
        ("Data collection started in 2001.", 2001, None),
        ("Data were collected in 2001, see https://data.example.org/2004", 2001, 2001),
        ("The book was printed by the museum. In 2001 the data were collected.", 2001, 2001),
        ("The book was published by the museum. In 2001 families kept diaries, which are data.", None, None),
        ("The book was published by the museum.\n2001-2004: data on families.", 2001, 2004),
        (f"It was published, {'with notes, ' * 30}and from 2001 to 2004 families kept diaries, as data.", 2001, 2004),
        ("Data were collected in 2001. In 1995 verscheen a book.", 2001, 2001),
        ("Data were collected in 1995 gepubliceerd and in 2001.", 2001, 2001),
        ("Data were collected in 2001 after the 1995 elections.", 2001, 2001),
        ("Data were collected in 2001 on The 1995 elections.", 2001, 2001),
        ("Data were collected on the 1995 elections.", 1995, 1995),
        ("Data were collected in 2001 on the election of 1995.", 2001, 2001),
        ("Data were collected on the election of 1995.", 1995, 1995),
        ("Data were collected in the 1990-1995 war years and in 2001.", 1990, 2001),
        ("Data were collected at 1995 elections.", 1995, 1995),
        ("Data were collected in 2001 (Miller, 1995) and coded.", 2001, 2001),
        ("Data were collected in 2001 (Miller (1995), coded).", 2001, 2001),
        ("Data were collected, see doi:10.1234/harbour-2004, in 2001.", 2001, 2001),
        ("Data collection started in January 2001 and is ongoing.", 2001, None),
    ],
)
def test_years_in_descriptions(description: str, start: int | None, end: int | None) -> None:
    assert years(description=description)[:2] == (start, end)


def test_a_title_has_its_years_outside_brackets_where_there_are_any() -> None:
    assert years(title="Harbour Survey 2001 (2004)") == (2001, 2001, None)
    assert years(title="Harbour survey, all waves (2004)") == (2004, 2004, None)
    assert years(title="(2001) harbour survey, wave of 2004") == (2004, 2004, None)
    assert years(title="Harbour Survey (wave 2) 2004") == (2004, 2004, None)


@pytest.mark.parametrize(
    ("rhythm", "ongoing"),
    [
        ("Annually", True),
        ("Semi-annual", True),
        ("Updated every month: monthly", None),  # after the third word, it is about something else
        ("It is quarterly", True),
        ("Irregular", None),
        ("As needed", None),
    ],
)
def test_data_that_are_updated_regularly_are_ongoing(rhythm: str, ongoing: bool | None) -> None:
    assert years(update_rhythm=rhythm) == (None, None, ongoing)


def test_in_a_title_a_year_of_two_digits_is_none() -> None:
    assert years(title="Harbour Survey 4/1/11") == (None, None, None)


def test_what_is_ongoing_covers_the_years_since_its_own_start() -> None:
    covered = value(record(period=["1990", "since 2020"]), "years")
    assert covered == [1990, *range(2020, HARVEST_YEAR + 1)]


def test_only_the_last_words_before_a_date_open_its_period() -> None:
    assert value(record(period="since 2001; 1990"), "years") == [1990, *range(2001, HARVEST_YEAR + 1)]
    assert value(record(period="until 2001; 2004"), "years") == [2001, 2004]
