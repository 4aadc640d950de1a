"""Years that the data are about: forms of dates, several periods, open sides, prose on data collection."""

from __future__ import annotations

import pytest

from tests.enrich.records import HARVEST_YEAR, facets, record, value, years


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("2019-11-01/2020-10-31", 2019, 2020),
        ("2004/2004", 2004, 2004),
        ("2004", 2004, 2004),
        ("2004-05", 2004, 2004),
        ("1988-11-00", 1988, 1988),
        ("2012-03-04T05:06:07Z", 2012, 2012),
        ("20120304", 2012, 2012),
        ("4/1/11", 2011, 2011),
        ("4/1/06/3/31/08", 2006, 2008),
        ("31.12.1999", 1999, 1999),
        ("01/01/2005/31/08/2015", 2005, 2015),
        ("1976 * 1977", 1976, 1977),
        ("1851 - 1911", 1851, 1911),
        ("1851–1911", 1851, 1911),
        ("2003-11 tot 2004-01", 2003, 2004),
        ("10-2018 – 09-2019", 2018, 2019),
        ("januari 1947 - december 1950", 1947, 1950),
        ("1 March 1990 to 31 May 1991", 1990, 1991),
        ("Collection period: start=2018-11-01; end=2019-12-01;", 2018, 2019),
        ("between 1990 and 1995", 1990, 1995),
        ("vom Mai 1990 bis Juni 1992", 1990, 1992),
        ("de 1990 à 1992", 1990, 1992),
        ("April 2009", 2009, 2009),
        ("Schooljaar 2010/11", 2010, 2011),
        ("1998-99", 1998, 1999),
        ("Winter 1999/2000", 1999, 2000),
        ("1990s", 1990, 1999),
        ("1990-luku", 1990, 1999),
        ("jaren 90", 1990, 1999),
        ("1940-jaren 50", 1940, 1959),
        ("19th century", 1801, 1900),
        ("400 BCE", -400, -400),
        ("400 BC - 200 AD", -400, 200),
        ("-0400/-0350", -400, -350),
        ("11998-02-01/1999-03-01", None, 1999),
        ("2004/", 2004, None),
        ("/2004", None, 2004),
        ("2011-?", 2011, None),
        ("2004/9999", 2004, None),
        ("2010/2005", 2005, 2010),
        ("0000-00-00", None, None),
        ("-120000/1950", None, 1950),
        ("10000 BCE - 500 CE", 500, 500),
        ("siglo \u0130X", 801, 900),
        ("Second World War", None, None),
        ("12 months", None, None),
    ],
)
def test_a_period(period: str, start: int | None, end: int | None) -> None:
    assert years(period=period) == (start, end, None)


@pytest.mark.parametrize(
    ("period", "start"),
    [
        ("2009/Ongoing", 2009),
        ("2009..", 2009),
        ("2019-01-01/..", 2019),
        ("1930-heden", 1930),
        ("1991 - Today", 1991),
        ("2000 to date", 2000),
        ("2006 - Current", 2006),
        ("seit 1984", 1984),
        ("since 2004", 2004),
        ("sinds 1990", 1990),
        ("2001 à ce jour", 2001),
        ("1999–nykyhetki", 1999),
        ("2010 onwards", 2010),
        ("2015/Live", 2015),
    ],
)
def test_an_ongoing_period(period: str, start: int) -> None:
    assert years(period=period) == (start, None, True)
    assert value(record(period=period), "years") == list(range(start, HARVEST_YEAR + 1))


def test_several_periods_cover_only_their_own_years() -> None:
    study = record(period=["1990/1992", "2001/2002"])

    assert years(period=["1990/1992", "2001/2002"]) == (1990, 2002, None)
    assert value(study, "years") == [1990, 1991, 1992, 2001, 2002]
    assert value(study, "duration_years") == 12


def test_a_list_of_years_covers_those_years() -> None:
    assert value(record(period="1220; 1300; 1400"), "years") == [1220, 1300, 1400]
    assert value(record(period="1940, 1942 and 1945"), "years") == [1940, 1942, 1945]


def test_of_more_than_500_years_only_the_ends_are_listed() -> None:
    assert value(record(period="-0400/1900"), "years") == [-400, 1900]
    assert len(value(record(period="1500/2000"), "years")) == 501


def test_a_period_with_an_open_side_covers_its_known_year() -> None:
    assert value(record(period="2004/"), "years") == [2004]


def test_the_period_covered_outranks_dates_of_collection() -> None:
    assert years(period="1940/1945", collection_dates="2008/2009") == (1940, 1945, None)
    assert years(period="wartime", collection_dates="2008/2009") == (2008, 2009, None)
    assert years(title="Diaries 1914-1918", collection_dates="2008/2009") == (2008, 2009, None)


def test_a_regular_update_rhythm_without_an_end_is_ongoing() -> None:
    assert years(period="2004/", update_rhythm="MONTHLY") == (2004, None, True)
    assert years(period="2004/2009", update_rhythm="MONTHLY") == (2004, 2009, None)
    assert years(period="2004/", update_rhythm="IRREGULAR") == (2004, None, None)
    assert years(period="2004/", update_rhythm="STATIC") == (2004, None, None)
    assert years(update_rhythm="MONTHLY") == (None, None, True)
    assert years(update_rhythm="OTHER") == (None, None, None)


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("Living conditions 2004-2008", 2004, 2008),
        ("Living conditions in 2016", 2016, 2016),
        ("Living conditions 2009-10", 2009, 2010),
        ("Living conditions, 1950-1960 and 1970", 1950, 1970),
        ("A project (2017-2024): field notes, 2019-2020", 2019, 2020),
        ("1970 Birth Cohort: a follow-up", None, None),
        ("The Firearms Act 1998", None, None),
        ("Strategy for Horizon 2020", None, None),
        ("Example et al. (2022). On sleep", None, None),
        ("Voices, interview 1586", None, None),
        ("Version 2021 of the handbook", None, None),
        ("World Accounts, 2021 Release, 1965-2000", 1965, 2000),
        ("A sample of 1532 respondents", None, None),
    ],
)
def test_a_title(title: str, start: int | None, end: int | None) -> None:
    assert years(title=title) == (start, end, None)


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("Data were collected in 2016.", (2016, 2016, None)),
        ("The survey was conducted between 2004 and 2008.", (2004, 2008, None)),
        ("Interviews took place from March 2011 to May 2012.", (2011, 2012, None)),
        ("Fieldwork started in 2005.", (2005, None, None)),
        ("The register covers 1839 until 1863.", (1839, 1863, None)),
        ("Laboratory data, 2006 - current.", (2006, None, True)),
        ("Since 1970 the team has collected references.", (1970, None, True)),
        ("De gegevens zijn verzameld in 1999 en 2000.", (1999, 2000, None)),
        ("Die Befragung wurde 2003 durchgeführt.", (2003, 2003, None)),
        ("As shown before (Example, 2010), people sleep.", (None, None, None)),
        ("This dataset was published in 2019.", (None, None, None)),
        ("A report of the survey was published in 2011.", (None, None, None)),
        ("A first report was published in 2011 and a second one in 2016.", (None, None, None)),
        ("In 2011 verscheen een rapport over de enquête.", (None, None, None)),
        ("Der Bericht zur Befragung ist 2011 erschienen.", (None, None, None)),
        ("The survey that was published in 2011 was conducted in 2009.", (2009, 2009, None)),
        ("Les données ont été recueillies en 1998. Un rapport a été publié en 2001.", (1998, 1998, None)),
        ("The letters were written in May 1966.", (1966, 1966, None)),
        ("Die dritte Welle wurde im Herbst 1984 befragt.", (1984, 1984, None)),
        ("Participants born in 1958 live longer.", (None, None, None)),
        ("Funded by grant 2015.", (None, None, None)),
        ("Laboratory data. North 1999 – Current; South: 2005 - Current.", (1999, None, True)),
        ("The cohort started in 2002 and now includes many.", (2002, None, None)),
        ("The sample has 2016 participants%.", (None, None, None)),
    ],
)
def test_a_description(description: str, expected: tuple[int | None, int | None, bool | None]) -> None:
    assert years(title="An inquiry", description=description) == expected


def test_duration_is_derived() -> None:
    found = facets(record(period="2004/2008"))["duration_years"]

    assert (found.value, found.evidence[0].kind) == (4, "derived")
    assert value(record(period="2004/"), "duration_years") is None
