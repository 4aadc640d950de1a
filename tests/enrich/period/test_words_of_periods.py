"""Each word that joins dates into a period, opens a side of it, or states that it is ongoing."""

from __future__ import annotations

import pytest

from tests.enrich.records import HARVEST_YEAR, facets, record, value, years

SINCE_2004 = (2004, None, True)


@pytest.mark.parametrize(
    "word",
    ["ongoing", "0ngoing", "on-going", "still running", "still going on", "still in progress", "present", "current",
     "currently", "continuing", "continuous", "continuously", "continues", "continued", "live", "now", "today",
     "to date", "till date", "onward", "onwards",
     "heden", "vandaag", "lopend", "doorlopend", "huidig", "tot nu", "tot nu toe",
     "heute", "gegenwart", "laufend", "fortlaufend", "andauernd",
     "aujourd'hui", "aujourd’hui", "en cours", "à ce jour",
     "nykyhetki", "nykypäivä", "nykypäivään", "jatkuva", "jatkuu", "edelleen",
     "pågående", "pågår", "nutid", "nåtid", "idag", "i dag", "løbende", "løpende", "fortsatt", "fortløpende",
     "actualidad", "presente", "en curso", "in corso", "oggi", "atualidade", "actualmente", "em curso", "atualmente",
     "attualmente",
     "σήμερα", "συνεχίζεται", "σε εξέλιξη",
     "現在", "継続", "継続中", "継続中である", "継続中です", "継続中だ"],
)  # fmt: skip
def test_a_word_for_ongoing(word: str) -> None:
    assert years(period=f"2004 - {word}") == SINCE_2004
    assert years(period=f"2004 - {word.upper()}") == SINCE_2004
    assert years(period=word) == (None, None, True)
    assert years(period=f"Notes of 2004, older ones too/{word}") == SINCE_2004
    assert years(period=f"Notes of 2004, older ones too / {word} ") == SINCE_2004
    assert years(period=f"Notes of 2004, older ones too/{word} !") == (2004, 2004, None)
    assert years(period=f"2004 - x{word}") == (2004, 2004, None)


@pytest.mark.parametrize(
    "text",
    ["2004, not ongoing", "2004, no longer continuing", "2004, niet lopend", "2004, nicht laufend", "2004, ei jatkuva",
     "2004, not currently ongoing"],
)  # fmt: skip
def test_what_is_not_ongoing(text: str) -> None:
    assert years(period=text) == (2004, 2004, None)
    assert years(period=text.removeprefix("2004, ")) == (None, None, None)
    assert years(period=text.removeprefix("2004, ").replace(" ", "-", 1)) == (None, None, True)
    assert years(period=f"Not{text.removeprefix('2004, ')}") == (None, None, True)


@pytest.mark.parametrize(
    "lead",
    ["to", "until", "till", "tot", "bis", "through", "is", "are", "still", "end:", "end=", "à", "jusqu'à", "jusqu'en",
     "til", "fram til", "frem til", "fram till", "hasta", "hasta la", "fino a", "fino ad", "a", "al", "ad", "até",
     "até a", "até o", "até ao", "fino ad il", "έως", "μέχρι", "ως", "-", "–", ":", "(", "~", "to the",
     "through to the", "is still"],
)  # fmt: skip
def test_what_leads_to_a_word_for_ongoing(lead: str) -> None:
    assert years(period=f"2004 {lead} current") == SINCE_2004
    assert years(period=f"2004 x {lead} current") == (2004, 2004, None)


@pytest.mark.parametrize(
    "text",
    ["2004年に開始、現在", "2004年に始まり、現在", "2004年から現在", "2004年4月から現在", "2004年より現在",
     "2004年~現在", "2004年〜現在", "2004年～現在"],
)  # fmt: skip
def test_what_leads_to_a_word_for_ongoing_in_japanese(text: str) -> None:
    assert years(period=text) == SINCE_2004


@pytest.mark.parametrize("since", ["since", "sinds", "seit", "depuis", "sedan", "siden", "desde"])
def test_a_word_for_since(since: str) -> None:
    assert years(period=f"{since} 2004") == SINCE_2004
    assert years(period=f"{since.upper()} May 2004") == SINCE_2004
    assert years(period=f"{since} 1 May 2004") == SINCE_2004
    assert years(period=f"{since} 1. May 2004") == SINCE_2004
    assert years(period=f"{since} the end of 2004") == SINCE_2004
    assert years(period=f"{since} the very end of 2004") != SINCE_2004


@pytest.mark.parametrize(
    "word",
    ["vanaf", "ab", "à partir de", "dès", "vuodesta", "alkaen", "från och med", "fr.o.m.", "fr. o. m.", "fr.o.m",
     "fra og med", "dal", "dall'anno", "dall’anno", "a partire dal", "a partir de", "a partir do", "από"],
)  # fmt: skip
def test_a_word_for_from(word: str) -> None:
    assert years(period=f"{word} 2004") == (2004, None, None)
    assert years(period=f"{word.upper()} May 2004") == (2004, None, None)
    assert years(period=f"{word} 1 May 2004") == (2004, None, None)
    assert years(period=f"{word} the end of 2004") == (2004, None, None)
    assert years(period=f"{word} 2004 - 2006") == (2004, 2006, None)


@pytest.mark.parametrize(
    "until",
    ["until", "up to", "before", "till", "tot", "tot en met", "t/m", "bis", "jusqu'à", "jusqu'en", "jusqu'au",
     "till och med", "t.o.m.", "tom", "til og med", "hasta", "fino al", "até", "έως", "μέχρι"],
)  # fmt: skip
def test_a_word_for_until(until: str) -> None:
    assert years(period=f"{until} 2004") == (None, 2004, None)
    assert years(period=f"{until.upper()} 1 May 2004") == (None, 2004, None)
    assert years(period=f"{until} 1. May 2004") == (None, 2004, None)
    assert years(period=f"{until} the end of 2004") == (None, 2004, None)
    assert years(period=f"x{until} 2004") == (2004, 2004, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xsince 2004", (2004, 2004, None)),
        ("about 2004", (2004, 2004, None)),  # no "ab"
        ("Since2004", (2004, 2004, None)),
        ("bistro 2004", (2004, 2004, None)),  # no "bis"
        ("since 1may 2004", SINCE_2004),
        ("until 1may 2004", (None, 2004, None)),
        ("since May2004", SINCE_2004),
        ("since then: 2004", (2004, 2004, None)),
        ("until then: 2004", (2004, 2004, None)),
        ("..2004", (None, 2004, None)),
        ("../2004", (None, 2004, None)),
        (".. 2004", (None, 2004, None)),
        ("Dec / 2004", (None, 2004, None)),
        ("Dec / Jan 2004", (2004, 2004, None)),
        ("/ 2004", (None, 2004, None)),
        ("x/2004", (2004, 2004, None)),
        ("x..2004", (2004, 2004, None)),
        ("2004..", SINCE_2004),
        ("2004/..", SINCE_2004),
        ("2004 ..", SINCE_2004),
        ("2004.", (2004, 2004, None)),
        ("2004/", (2004, None, None)),
        ("2004 -", SINCE_2004),
        ("2004–", SINCE_2004),
        ("2004 - x", (2004, 2004, None)),
        ("1990s -", (1990, 1999, None)),
        ("2005 - 2004", (2004, 2005, None)),
    ],
)
def test_an_open_side(text: str, expected: tuple[int | None, int | None, bool | None]) -> None:
    assert years(period=text) == expected


@pytest.mark.parametrize(
    "word",
    ["and after", "and later", "onwards", "onward", "en later", "en verder", "ff.", "en adelante", "in poi",
     "em diante", "och framåt", "og fremover", "και μετά"],
)  # fmt: skip
def test_a_word_for_onwards(word: str) -> None:
    assert years(period=f"2004 {word}") == SINCE_2004


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2004年から", (2004, None, None)), ("2004年より", (2004, None, None)),
        ("2004年以降", SINCE_2004), ("2004年~", SINCE_2004),
        ("2004年〜", SINCE_2004), ("2004年～", SINCE_2004), ("2004年4月から", (2004, None, None)),
        ("2004年4月以降", SINCE_2004),
        ("2004年度以降", SINCE_2004), ("2004年度から", (2004, None, None)), ("2000年代以降", (2000, None, True)),
        ("2004年~3回", (2004, 2004, None)), ("2004年から 3回", (2004, 2004, None)),
        ("2004年から3回", (2004, 2004, None)),
        ("2004から", (2004, 2004, None)),
    ],
)  # fmt: skip
def test_onwards_in_japanese(text: str, expected: tuple[int | None, int | None, bool | None]) -> None:
    assert years(period=text) == expected


@pytest.mark.parametrize(
    "continues",
    ["and is still under way", "and is still underway", "and is still open", "and are still recruiting",
     "and is still in the field", "and are still being collected", "and is still going on", "and still going",
     "and is ongoing", "and are on-going", "and is continuing", "and it is running", "and they are in progress",
     "and is currently running", "and is still running", "and continues", "and it continues", "and still continues",
     "and it still goes on", "and still runs", ", and continues", "; and continues",
     "en loopt nog", "en loopt door", "en loopt tot heden", "en duurt voort", "en wordt voortgezet",
     "en is nog gaande", "en is nog steeds bezig",
     "und läuft noch", "und läuft weiter", "und läuft bis heute", "und wird fortgesetzt", "und dauert an",
     "und läuft immer noch", "und dauert noch an", "und dauert immer noch an",
     "et se poursuit", "et est en cours", "ja jatkuu", "ja on käynnissä", "och pågår", "och fortsätter",
     "og fortsetter", "og fortsætter", "y continúa", "y sigue en curso", "e continua", "e è in corso", "e prosegue",
     "και συνεχίζεται"],
)  # fmt: skip
def test_what_began_and_continues(continues: str) -> None:
    assert years(title="An inquiry", description=f"The study began in 2004 {continues}.") == SINCE_2004
    assert years(title="An inquiry", description=f"The study of 2004 {continues}.") == SINCE_2004


@pytest.mark.parametrize(
    "to",
    ["to", "until", "till", "through", "thru", "up to", "tot", "tot en met", "t/m", "bis", "à", "au", "jusqu'à",
     "jusqu'en", "jusqu'au", "vuoteen", "til", "til og med", "a", "al", "hasta", "fino al", "até", "έως", "ως",
     "μέχρι", "end", "-", "\u2010", "–", "\u2212", "~", "*", "/", "+", "〜", "～", "から", "より", "(start) - (end)",
     "; end=2, to"],
)  # fmt: skip
def test_what_joins_two_dates(to: str) -> None:
    assert value(record(period=f"2001 {to} 2004"), "years") == [2001, 2002, 2003, 2004]


@pytest.mark.parametrize(
    "between", ["between", "tussen", "zwischen", "entre", "mellan", "mellom", "mellem", "tra", "fra", "μεταξύ"]
)
@pytest.mark.parametrize("and_", ["and", "en", "und", "et", "ja", "och", "og", "y", "e", "και"])
def test_between_two_dates(between: str, and_: str) -> None:
    assert value(record(period=f"{between} 2001 {and_} 2004"), "years") == [2001, 2002, 2003, 2004]
    assert value(record(period=f"{between} 1 May 2001, {and_} in June 2004"), "years") == [2001, 2002, 2003, 2004]
    assert value(record(period=f"2001 {and_} 2004"), "years") == [2001, 2004]
    assert value(record(period=f"x{between} 2001 {and_} 2004"), "years") == [2001, 2004]
    assert years(period=f"{between} 2004 {and_} today") == SINCE_2004


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("2001, 2004", [2001, 2004]),
        ("2001; 2004", [2001, 2004]),
        ("2001 & 2004", [2001, 2004]),
        ("2001 | 2004", [2001, 2004]),
        ("2001\n2004", [2001, 2004]),
        ("2001, and 2004", [2001, 2004]),
        ("2001, May 2004", [2001, 2004]),
        ("2001, a 2004", [2001, 2004]),
        ("2001, to May of 2004", [2001, 2002, 2003, 2004]),
        ("2001 and to 2004", [2001, 2004]),
        ("2001 and then again to 2004", [2001, 2002, 2003, 2004]),
        ("2001 and, once more, 2004", [2001, 2004]),
        ("between 2001 and, once more, 2004", [2001, 2002, 2003, 2004]),
        ("betweens 2001 and 2004", [2001, 2004]),
        ("between 2001 and, this April, 2004", [2001, 2002, 2003, 2004]),
        ("between 2001 and % 2004", [2001, 2004]),
        ("2001 to approx. May 2004", [2001, 2002, 2003, 2004]),
        ("between 15 000 towns 2001 and 2004", [2001, 2004]),
        ("2001 totally 2004", [2001, 2004]),
        ("2001 auto 2004", [2001, 2004]),
        ("2001 % to 2004", [2001, 2004]),
        ("2001 to % 2004", [2001, 2004]),
        ("2001 ongoing to 2004", [*range(2001, HARVEST_YEAR + 1)]),
        ("2001 to\n2004", [2001, 2004]),
        ("Diaries of 2001. Letters to friends 2004", [2001, 2004]),
        ("2001 approx. to 2004", [2001, 2002, 2003, 2004]),
        ("2001.A to 2004", [2001, 2002, 2003, 2004]),
        (f"2001 to{' ' * 42}2004", [2001, 2002, 2003, 2004]),
        (f"2001 to{' ' * 43}2004", [2001, 2004]),
        (f"2001 to {'many ' * 9}2004", [2001, 2004]),
        ("2001-2002 and 2004-2005", [2001, 2002, 2004, 2005]),
        ("between 2001 and 2004 / 2010", [2001, 2002, 2003, 2004, 2010]),
    ],
)
def test_dates_that_are_joined_and_dates_that_are_not(text: str, covered: list[int]) -> None:
    assert value(record(period=text), "years") == covered


@pytest.mark.parametrize(
    "text",
    ["from May until September 2010", "between May until September 2010", "van mei tot september 2010",
     "tussen mei tot september 2010", "von Mai bis September 2010", "vom 5. bis 12. Mai 2010",
     "zwischen Mai bis September 2010", "de mai jusqu'à septembre 2010", "du 3 mars jusqu'à fin avril 2010",
     "del 5 hasta 12 octubre 2010", "entre marzo hasta mayo 2010", "från maj till september 2010",
     "fra mai til og med september 2010", "da maggio fino al settembre 2010", "dal 5 fino al 12 maggio 2010",
     "mellan maj till september 2010", "mellom mai til og med september 2010",
     "mellem maj til og med september 2010", "από τον Μάιο μέχρι Σεπτέμβριο 2010", "από Μάιο μέχρι Σεπτέμβριο 2010",
     "May until September 2010", "(May until September 2010)", "5 until 12 May 2010", "5th until 12 May 2010",
     "1st until 12 May 2010", "2nd until 12 May 2010", "3rd until 12 May 2010", "1er jusqu'à 12 mai 2010",
     "from 5 May until 12 June 2010", "from 5th May until 12 June 2010", "5. Mai bis 12. Juni 2010",
     "5 Sept. until 12 Oct. 2010", "Sept. until Oct. 2010"],
)  # fmt: skip
def test_a_first_date_whose_year_is_that_of_the_second(text: str) -> None:
    assert years(period=text) == (2010, 2010, None)


@pytest.mark.parametrize(
    "text",
    ["All fromages until September 2010", "All xfrom May until September 2010",
     "All wards kept notes until September 2010",
     "Kept from when wards opened until 2010", "Diaries until 2010",
     "Diaries till och med 2010",
     "Diaries tot en met 2010"],
)  # fmt: skip
def test_no_first_date(text: str) -> None:
    assert years(period=text) == (None, 2010, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 2001", (2001, None, None)), ("van 2001", (2001, None, None)), ("von 2001", (2001, None, None)),
        ("vom 1. Mai 2001", (2001, None, None)), ("from 1 May 2001.", (2001, None, None)),
        ("from May 2001", (2001, None, None)), ("(from Sept. 2001)", (2001, None, None)),
        ("de 2001", (2001, None, None)),
        ("du 1 mai 2001", (2001, None, None)), ("från 2001", (2001, None, None)), ("fra 2001", (2001, None, None)),
        ("da 2001", (2001, None, None)),
        ("from 2001 in wave 3", (2001, 2001, None)), ("from early in May 2001", (2001, 2001, None)),
        ("from the 1990s", (1990, 1999, None)), ("Letters from 2001", (2001, 2001, None)),
        ("fromage 2001", (2001, 2001, None)), ("from 1x May 2001", (2001, 2001, None)),
        ("from 1may 2001", (2001, None, None)), ("from: 2001", (2001, 2001, None)),
    ],
)  # fmt: skip
def test_only_from_a_date(text: str, expected: tuple[int | None, int | None, bool | None]) -> None:
    assert years(period=text) == expected


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("2001/2004", (2001, 2004, None)), ("2001-05/2004-06", (2001, 2004, None)),
        ("2001-05-01/2004-06-01", (2001, 2004, None)), ("2001-05-01T00:00:00Z/2004-06-01T10:00", (2001, 2004, None)),
        (" 2001 / 2004 ", (2001, 2004, None)), ("/2004", (None, 2004, None)), ("/2004-06-01", (None, 2004, None)),
        ("2001/", (2001, None, None)), ("2001-05-01/", (2001, None, None)), ("-0400/-0350", (-400, -350, None)),
        ("0400/0500", (400, 500, None)),
        ("0400/", (400, None, None)), ("/0400", (None, 400, None)),
        ("2004/2001", (2001, 2004, None)), ("9999/2001", (None, 2001, None)),
        ("9999/0000", (None, None, None)), ("-120000/2001", (None, 2001, None)), ("0001/0002", (None, 2, None)),
        ("/", (None, None, None)), ("2001/2004 and 1990", (1990, 2004, None)),
    ],
)  # fmt: skip
def test_an_iso_8601_interval(interval: str, expected: tuple[int | None, int | None, bool | None]) -> None:
    assert years(period=interval) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"2004, a register of {'many ' * 9}wards, ongoing", (2004, 2004, None)),
        ("between 2004 and is today", SINCE_2004),
        ("between 2004 and mostly today", (2004, 2004, None)),
        ("between 2004and today", SINCE_2004),
        ("not known, but ongoing", (None, None, True)),
        ("2004 and today", (2004, 2004, None)),
        ("2004 to thepresent", (2004, 2004, None)),
        ("2004 and today between the wars", (2004, 2004, None)),
        ("1990, and 2004 to present", (1990, None, True)),
        ("1990 to present; 2004 to present", (1990, None, True)),
    ],
)
def test_words_for_ongoing_at_the_edge_of_a_rule(
    text: str, expected: tuple[int | None, int | None, bool | None]
) -> None:
    assert years(period=text) == expected


def test_each_open_period_covers_its_own_years() -> None:
    assert value(record(period=["1990/1992", "since 2020"]), "years") == [1990, 1991, 1992, *range(2020, 2026)]
    assert value(record(period=["1990/", "2020/Ongoing"]), "years") == [1990, *range(2020, HARVEST_YEAR + 1)]
    assert value(record(period=["2020/", "2001"]), "years") == [2001, 2020]
    assert value(record(period="1990; 2020, older ones too/Live"), "years") == [1990, *range(2020, HARVEST_YEAR + 1)]
    assert value(record(period=["Ongoing", "2020"]), "years") == [*range(2020, HARVEST_YEAR + 1)]


def test_evidence_has_the_words_of_the_period() -> None:
    found = facets(record(title="An inquiry", description="Wards kept data from 2004 tot nu toe, in ink."))
    assert [each.words for each in found["ongoing"].evidence] == ["2004 tot nu toe"]
    found = facets(
        record(title="An inquiry", description="Data were collected in 2001, and from May 2004 to June 2005.")
    )
    assert [each.words for each in found["start_year"].evidence] == ["2001", "2004 to June 2005"]
    found = facets(record(period="x" * 300 + " 2004"))
    assert [each.words for each in found["start_year"].evidence] == ["x" * 200]
