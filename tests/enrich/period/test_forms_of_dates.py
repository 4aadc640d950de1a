"""Each form in which a field writes a date, and what looks like one and is none."""

from __future__ import annotations

import pytest

from pipeline.enrich.period.date_types import years_covered, years_so_far
from tests.enrich.records import HARVEST_YEAR, record, value, years


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1999", 1999),
        ("1000", 1000),
        ("0999", None),
        ("999", None),
        (f"{HARVEST_YEAR + 30}", HARVEST_YEAR + 30),  # what a plan may reach
        (f"{HARVEST_YEAR + 31}", None),
        ("$2004", None),
        ("€2004", None),
        ("£2004", None),
        ("#2004", None),
        ("2004%", None),
        ("2004.5", None),
        ("2004,5", None),
        ("5,2004", None),
        ("12004", None),
        ("20041", None),
        ("1999-12", 1999),
        ("1999-12-31", 1999),
        ("1999-12-31T23:59:59", 1999),
        ("1999-12-31 23:59", 1999),
        ("1999-12-31T23:59:59.5Z", 1999),
        ("1999-12-31T23:59:59+01:00", 1999),
        ("1999-12-31T23:59:59-0130", 1999),
        ("1999-12-31T23:59:59+1030", 1999),
        ("1999-12-31 1200", 1999),
        ("-0400-01", -400),
        ("19990-01-01", None),
        ("31.12.1999", 1999),
        ("31/12/1999", 1999),
        ("31-12-1999", 1999),
        ("1.2.1999", 1999),
        ("31/12/99", 1999),
        ("31.12.99", 1999),
        ("31-12-99", 1999),
        ("1999.12.31", 1999),
        ("1999/12/31", 1999),
        ("1999/1/2", 1999),
        ("1999.1.2", 1999),
        ("1500/12/31", 1500),
        ("12/1999", 1999),
        ("12-1999", 1999),
        ("12.1999", 1999),
        ("1.1999", 1999),
        ("1.12.1999", 1999),
        ("12.1999-01.1999", 1999),
        ("19991231", 1999),
        ("19991331", None),
        ("19991232", None),
        ("119991231", None),
        ("199912311", None),
    ],
)
def test_a_date_in_digits(date: str, year: int | None) -> None:
    assert years(period=date) == (year, year, None)


@pytest.mark.parametrize(
    ("season", "start", "end"),
    [
        ("1914/18", 1914, 1918),
        ("1914-18", 1914, 1918),
        ("1914\u201318", 1914, 1918),
        ("1914 - 18", 1914, 1918),
        ("1914-'18", 1914, 1918),
        ("1999/00", 1999, 2000),
        ("1999/99", 1999, 1999),
        (f"{HARVEST_YEAR + 31}/32", None, None),
        (f"{HARVEST_YEAR + 30}/{(HARVEST_YEAR + 31) % 100}", HARVEST_YEAR + 30, HARVEST_YEAR + 30),
        ("$2004/05", None, None),
        ("2010-15%", 2010, 2010),
        ("2010-15-20", 2010, 2010),
        ("10.5.1992-10. June 1993", 1992, 1993),
        ("10 May 1992-10 June 1993", 1992, 1993),
        ("10 May 1992-10. Jun. 1993", 1992, 1993),
    ],
)
def test_a_season(season: str, start: int | None, end: int | None) -> None:
    assert years(period=season) == (start, end, None)


@pytest.mark.parametrize(
    "era",
    ["BC", "B.C.", "B. C.", "BCE", "B.C.E.", "v. Chr.", "v.Chr.", "a. C.", "a.C.", "av. J.-C.", "av J-C", "eaa.", "eaa",
     "f. Kr.", "f.Kr."],
)  # fmt: skip
def test_a_year_before_christ(era: str) -> None:
    assert years(period=f"400 {era}") == (-400, -400, None)


@pytest.mark.parametrize(
    "era",
    ["AD", "A.D.", "CE", "C.E.", "n. Chr.", "n.Chr.", "d. C.", "d.C.", "ap. J.-C.", "ap J-C", "jaa.", "jaa", "e. Kr.",
     "e.Kr."],
)  # fmt: skip
def test_a_year_after_christ(era: str) -> None:
    assert years(period=f"400 {era}") == (400, 400, None)


@pytest.mark.parametrize(
    ("period", "year"),
    [
        ("AD 400", 400),
        ("A.D. 400", 400),
        ("AD400", 400),
        ("LAD 400", None),
        ("400 CEx", None),
        ("400 BCx", None),
        ("AD 40000", None),
        ("AD 0", None),
        ("1 CE", 1),
        ("x400 CE", None),
        ("4.400 CE", None),
        ("4.400 BCE", None),
        ("x400 BCE", None),
        ("9999 BCE", -9999),  # the earliest that a document may have
        ("10000 BCE", None),
        ("-9999/-9999", -9999),
    ],
)
def test_a_year_at_the_edge_of_an_era(period: str, year: int | None) -> None:
    assert years(period=period) == (year, year, None)


@pytest.mark.parametrize(
    "decade",
    ["1960s", "1960's", "1960’s", "1960er", "1960-årene", "1960årene", "1960'erne", "1960’erne", "1960erne", "1960年代",
     "1960ies", "1960-ies", "1960-luku", "1960-luvulla", "1960-tal", "1960-talet",
     "jaren 1960", "années 1960", "años 1960", "anni 1960", "anos 1960", "década de 1960", "décadas de 1960",
     "década dos 1960", "década do 1960", "δεκαετία του 1960",
     "the sixties", "the early sixties", "the late sixties", "the mid sixties", "jaren 60", "jaren '60", "années 60",
     "años 60", "anni 60", "anos 60", "década de 60", "décadas de 60", "década dos 60", "década do 60",
     "década de los 60", "década de los años 60", "década dos anos 60", "decennio degli anni 60",
     "decenni degli anni 60", "δεκαετία του 60",
     "60er Jahre", "60er-Jahre", "60-er Jahre", "60'er Jahren", "60’er Jahren", "60er jahren", "60-talet", "60-tallet",
     "60-talen", "60-årene", "60årene", "60'erne", "60’erne", "60erne", "60-luku", "60-luvulla", "60luku", "60年代",
     "sechziger Jahre", "sechziger-Jahren"],
)  # fmt: skip
def test_a_decade(decade: str) -> None:
    assert years(period=decade) == (1960, 1969, None)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("les années 2000", 2000, 2009),
        ("les années 2010", 2010, 2019),
        ("1800s", 1800, 1899),
        ("1700s", 1700, 1799),
        ("1900s", 1900, 1909),
        ("2000s", 2000, 2009),
        ("années 1800", 1800, 1809),
        ("the 1960s and 1970s", 1960, 1979),
        ("jaren 60 en 70", 1960, 1979),
        ("the 60", None, None),  # a number of anything
        ("30 anni 60", None, None),
        ("1960sx", 1960, 1960),
        ("11960s", None, None),
        ("xjaren 1960", 1960, 1960),
        ("xjaren 60", None, None),
        ("jaren 19601", None, None),
        ("jaren 600", None, None),
        ("jaren60", None, None),
        ("x-60er Jahre", None, None),
        ("60er Jahresende", None, None),
        ("1990s [1994]", 1994, 1994),
        ("jaren 90 (1994)", 1994, 1994),
        ("1990 (1994)", 1990, 1994),
        ("jaren 90, ook 1960s", 1960, 1999),
        ("1960s, jaren 90", 1960, 1999),
        ("1960/70er Jahre", 1960, 1979),
        ("1960\u201370er Jahre", 1960, 1979),
        ("1960s BC", -1969, -1960),
        ("1999-12-31 -2004", 1999, 2004),
        ("1989 jaren 90 2001", 1989, 2001),
    ],
)
def test_decades_at_the_edge_of_a_rule(period: str, start: int | None, end: int | None) -> None:
    assert years(period=period) == (start, end, None)


@pytest.mark.parametrize(
    ("words", "decade"),
    [
        ("twenties", 1920), ("thirties", 1930), ("forties", 1940), ("fifties", 1950), ("sixties", 1960),
        ("seventies", 1970), ("eighties", 1980), ("nineties", 1990),
    ],
)  # fmt: skip
def test_a_decade_in_english(words: str, decade: int) -> None:
    assert years(period=f"the {words}") == (decade, decade + 9, None)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("de jaren", "twintig dertig veertig vijftig zestig zeventig tachtig negentig"),
        ("les années", "vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix"),
        ("los años", "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"),
        ("gli anni", "venti trenta quaranta cinquanta sessanta settanta ottanta novanta"),
        ("os anos", "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"),
    ],
)
def test_a_decade_after_a_word_for_years(before: str, words: str) -> None:
    found = [years(period=f"{before} {word}") for word in words.split()]
    assert found == [(decade, decade + 9, None) for decade in range(1920, 2000, 10)]
    assert years(period="les années quatre-vingts") == (1980, 1989, None)


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("zwanziger dreißiger vierziger fünfziger sechziger siebziger achtziger neunziger", " Jahre"),
        ("tjugo trettio fyrtio femtio sextio sjuttio åttio nittio", "talet"),
        ("tjue tretti førti femti seksti sytti åtti nitti", "-tallet"),
        (
            """kaksikymmentä kolmekymmentä neljäkymmentä viisikymmentä kuusikymmentä seitsemänkymmentä
            kahdeksankymmentä yhdeksänkymmentä""",
            "luvulla",
        ),
    ],
)  # fmt: skip
def test_a_decade_before_its_ending(words: str, after: str) -> None:
    found = [years(period=f"{word}{after}") for word in words.split()]
    assert found == [(decade, decade + 9, None) for decade in range(1920, 2000, 10)]
    assert years(period="die dreissiger Jahre") == (1930, 1939, None)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("1st century", 1, 100), ("2nd century", 101, 200), ("3rd century", 201, 300), ("19th century", 1801, 1900),
        ("21st century", None, None), ("22nd century", None, None), ("19th-century", 1801, 1900),
        ("over 3 centuries", None, None),  # how long, not when
        ("18th to 19th century", 1701, 1900), ("18th and 19th centuries", 1701, 1900),
        ("18th-19th century", 1701, 1900), ("18th–19th century", 1701, 1900), ("18th/19th century", 1701, 1900),
        ("18-19th century", 1701, 1900), ("19th to early 20th century", 1801, 2000),
        ("18th to late 19th century", 1701, 1900), ("18th to mid-19th century", 1701, 1900),
        ("20th and 19th century", 1801, 2000), ("19thcentury", 1801, 1900), ("x19th century", None, None),
        ("19th centuryx", None, None),
        ("17e eeuw", 1601, 1700), ("17de eeuw", 1601, 1700), ("20ste eeuw", 1901, 2000),
        ("17e en 18e eeuw", 1601, 1800), ("17e tot 18e eeuw", 1601, 1800), ("17e–18e eeuw", 1601, 1800),
        ("19. Jahrhundert", 1801, 1900), ("Anfang des 19. Jahrhunderts", 1801, 1900), ("19. Jh.", 1801, 1900),
        ("17. und 18. Jahrhundert", 1601, 1800), ("17. bis 18. Jahrhundert", 1601, 1800),
        ("19e siècle", 1801, 1900), ("1er siècle", 1, 100), ("19ème siècle", 1801, 1900), ("XIXe siècle", 1801, 1900),
        ("XIXème siècle", 1801, 1900), ("XIX siècle", 1801, 1900), ("XVIIIe-XIXe siècles", 1701, 1900),
        ("XVIIIe et XIXe siècles", 1701, 1900), ("XVIII–XIX siècles", 1701, 1900), ("XVIIIer-XIXe siècles", 1701, 1900),
        ("XVIIIème au XIXème siècle", 1801, 1900),
        ("siglo XIX", 1801, 1900), ("siglos XVIII y XIX", 1701, 1900), ("siglos XVIII al XIX", 1701, 1900),
        ("século XIX", 1801, 1900), ("séculos XVIII e XIX", 1701, 1900), ("secolo XIX", 1801, 1900),
        ("secoli XVIII e XIX", 1701, 1900), ("XIX secolo", 1801, 1900), ("19° secolo", 1801, 1900),
        ("XVIII-XIX secoli", 1701, 1900), ("siglo I", 1, 100), ("siglo XXI", None, None), ("siglo XXII", None, None),
        ("siglos XX a XIX", None, None), ("sigloXIX", None, None), ("siglo XIXa", None, None),
        ("19ος αιώνας", 1801, 1900), ("20ός αιώνας", 1901, 2000), ("αρχές του 19ου αιώνα", 1801, 1900),
        ("19世紀", 1801, 1900), ("det 19. århundrede", 1801, 1900), ("19. vuosisadalla", 1801, 1900),
        ("20世紀", 1901, 2000), ("21世紀", None, None), ("9世紀", 801, 900), ("22世紀", None, None),
        ("0世紀", None, None),
        ("5th century BC", -500, -401), ("5th to 3rd century BCE", -500, -201), ("5. Jh. v. Chr.", -500, -401),
        ("siglo V a. C.", -500, -401), ("5th century BCx", 401, 500), ("2nd century BC to 1st century AD", -200, 100),
    ],
)  # fmt: skip
def test_a_century(period: str, start: int | None, end: int | None) -> None:
    assert years(period=period) == (start, end, None)


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ("sixteenth seventeenth eighteenth nineteenth twentieth", "century"),
        ("zestiende zeventiende achttiende negentiende twintigste", "eeuw"),
        ("zestiende zeventiende achttiende negentiende twintigste", "eeuws"),
        ("zestiende zeventiende achttiende negentiende twintigste", "eeuwse"),
        ("sechzehntes siebzehntes achtzehntes neunzehntes zwanzigstes", "Jahrhundert"),
        ("sechzehnten siebzehnten achtzehnten neunzehnten zwanzigsten", "Jahrhunderts"),
        ("seizième dix-septième dix-huitième dix-neuvième vingtième", "siècle"),
    ],
)
def test_a_century_in_words(words: str, ending: str) -> None:
    for number, word in enumerate(words.split(), start=16):
        expected = (number * 100 - 99, number * 100, None)
        assert years(period=f"{word} {ending}") == expected
        assert years(period=f"{word}-{ending}") == expected
        assert years(period=f"x{word} {ending}") == (None, None, None)


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("明治元年", 1868), ("大正元年", 1912), ("昭和元年", 1926), ("平成元年", 1989), ("令和元年", 2019),
        ("明治45年", 1912), ("平成2年", 1990),
        ("昭和50年代", None),  # some years from that one on
    ],
)  # fmt: skip
def test_a_year_of_a_japanese_era(date: str, year: int | None) -> None:
    assert years(period=date) == (year, year, None)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Sold at 4/1/11", None, None),  # no year of two digits in prose
        ("Harbours 2009-10", 2009, 2010),
        ("Harbours 2009-11", 2009, 2009),
        ("Harbours 1999-00", 1999, 2000),
        ("Harbours 2009-10-01", 2009, 2009),
        ("Harbours 31.12.1999", 1999, 1999),
    ],
)
def test_a_date_in_a_title(text: str, start: int | None, end: int | None) -> None:
    assert years(title=text) == (start, end, None)


def test_the_years_of_a_period() -> None:
    assert years_covered(2004, 2004) == [2004]
    assert years_covered(2004, None) == [2004]
    assert years_covered(2010, 2005) == [2005, 2010]  # a curator's start after the record's end
    assert years_so_far(2004, 2006) == [2004, 2005, 2006]
    assert years_so_far(2030, 2025) == [2030]
    assert years_so_far(None, 2025) == [2025]


def test_what_is_planned_does_not_cover_the_years_before_it() -> None:
    assert value(record(period="since 2030"), "years") == [2030]
