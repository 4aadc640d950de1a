"""Time as catalogues write it in thirteen languages, and years that are none of the data."""

from __future__ import annotations

import pytest

from tests.enrich.records import facets, record, value

Told = tuple[int | None, int | None, bool | None]


def years(**told: str) -> Told:
    found = facets(record(**told))
    start, end, ongoing = (found.get(facet) for facet in ("start_year", "end_year", "ongoing"))
    return start and start.value, end and end.value, ongoing and ongoing.value


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # English
        ("The 1990s", 1990, 1999),
        ("the 1960s and 1970s", 1960, 1979),
        ("Spring 2011", 2011, 2011),
        ("Academic year 2011/12", 2011, 2012),
        ("1851 - 1911", 1851, 1911),
        ("from 1 April 2009 until 31 March 2010", 2009, 2010),
        ("mid-2007 to late 2009", 2007, 2009),
        ("Q3 2015", 2015, 2015),
        ("September-November 2013", 2013, 2013),
        ("2001, 2004, 2008", 2001, 2008),
        ("1998 and 2003", 1998, 2003),
        ("circa 1880-1914", 1880, 1914),
        ("44 BC to AD 476", -44, 476),
        ("1500-1899", 1500, 1899),
        ("Wave 1: 2009; Wave 2: 2012", 2009, 2012),
        ("late 19th century", 1801, 1900),
        ("1/2005 - 12/2006", 2005, 2006),
        ("FY 2014-15", 2014, 2015),
        # Dutch
        ("jaren negentig", 1990, 1999),
        ("de jaren zestig en zeventig", 1960, 1979),
        ("voorjaar 2012", 2012, 2012),
        ("maart 2003 t/m juni 2004", 2003, 2004),
        ("schooljaar 1999-2000", 1999, 2000),
        ("eind 2009 - begin 2011", 2009, 2011),
        ("17e eeuw", 1601, 1700),
        # German
        ("90er Jahre", 1990, 1999),
        ("die 1970er und 1980er Jahre", 1970, 1989),
        ("Frühjahr 2016", 2016, 2016),
        ("März 2008 bis Juli 2008", 2008, 2008),
        ("Wintersemester 2013/14", 2013, 2014),
        ("01.10.1994 - 30.11.1994", 1994, 1994),
        ("19. Jahrhundert", 1801, 1900),
        ("achtziger Jahre", 1980, 1989),
        # French
        ("années 1990", 1990, 1999),
        ("les années 60", 1960, 1969),
        ("avril 2009", 2009, 2009),
        ("de janvier 2010 à mars 2012", 2010, 2012),
        ("automne 2014", 2014, 2014),
        ("entre 1995 et 1999", 1995, 1999),
        ("XIXe siècle", 1801, 1900),
        ("années quatre-vingt-dix", 1990, 1999),
        # Finnish
        ("1990-luvulla", 1990, 1999),
        ("1960- ja 1970-luvut", 1960, 1979),
        ("huhtikuu 2009", 2009, 2009),
        ("syksy 2013", 2013, 2013),
        ("tammikuu 2010 – maaliskuu 2012", 2010, 2012),
        ("lukuvuosi 2014–2015", 2014, 2015),
        ("1.9.2008–31.12.2008", 2008, 2008),
        ("1800-luku", 1800, 1899),
        # Swedish
        ("1990-talet", 1990, 1999),
        ("hösten 2010", 2010, 2010),
        ("mars 2004 till juni 2005", 2004, 2005),
        ("åren 1980 och 1985", 1980, 1985),
        ("läsåret 2009/2010", 2009, 2010),
        ("sextiotalet", 1960, 1969),
        # Norwegian
        ("1990-årene", 1990, 1999),
        ("våren 2008", 2008, 2008),
        ("fra oktober 2011 til januar 2012", 2011, 2012),
        ("skoleåret 2012/2013", 2012, 2013),
        ("1800-tallet", 1800, 1899),
        ("mellom 2002 og 2006", 2002, 2006),
        # Danish
        ("1990'erne", 1990, 1999),
        ("efteråret 2015", 2015, 2015),
        ("fra maj 2007 til april 2008", 2007, 2008),
        ("mellem 1998 og 2001", 1998, 2001),
        ("1960erne", 1960, 1969),
        # Spanish
        ("años noventa", 1990, 1999),
        ("década de 1990", 1990, 1999),
        ("marzo de 2011", 2011, 2011),
        ("de enero de 2010 a diciembre de 2011", 2010, 2011),
        ("entre 1998 y 2004", 1998, 2004),
        ("primavera de 2009", 2009, 2009),
        ("siglo XIX", 1801, 1900),
        ("del 5 al 12 de octubre de 2012", 2012, 2012),
        # Italian
        ("anni novanta", 1990, 1999),
        ("anni '80", 1980, 1989),
        ("aprile 2009", 2009, 2009),
        ("dal 2001 al 2006", 2001, 2006),
        ("tra il 1995 e il 1998", 1995, 1998),
        ("autunno 2016", 2016, 2016),
        ("XIX secolo", 1801, 1900),
        ("gennaio 2010 - febbraio 2011", 2010, 2011),
        # Portuguese
        ("anos 90", 1990, 1999),
        ("década de 1980", 1980, 1989),
        ("março de 2014", 2014, 2014),
        ("de setembro de 2009 a junho de 2010", 2009, 2010),
        ("entre 2004 e 2007", 2004, 2007),
        ("século XX", 1901, 2000),
        ("ano letivo 2012/2013", 2012, 2013),
        # Greek
        ("δεκαετία του 1990", 1990, 1999),
        ("Απρίλιος 2009", 2009, 2009),
        ("από Μάρτιο 2010 έως Ιούνιο 2011", 2010, 2011),
        ("μεταξύ 2003 και 2008", 2003, 2008),
        ("19ος αιώνας", 1801, 1900),
        ("Φθινόπωρο 2012", 2012, 2012),
        # Japanese
        ("1990年代", 1990, 1999),
        ("2009年4月", 2009, 2009),
        ("2010年4月~2011年3月", 2010, 2011),
        ("2004年から2008年まで", 2004, 2008),
        ("平成21年", 2009, 2009),
        ("平成21年4月から平成22年3月", 2009, 2010),
        ("令和元年", 2019, 2019),
        ("昭和50年", 1975, 1975),
        ("19世紀", 1801, 1900),
        ("2012年度", 2012, 2012),
    ],
)
def test_a_period(text: str, start: int | None, end: int | None) -> None:
    assert years(period=text) == (start, end, None)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("since 2004", 2004),
        ("2004 to present", 2004),
        ("2008 - ongoing", 2008),
        ("1999 until now", 1999),
        ("2004 - heden", 2004),
        ("vanaf 2010", 2010),
        ("seit 1995", 1995),
        ("1984 bis heute", 1984),
        ("depuis 2004", 2004),
        ("2002 à aujourd'hui", 2002),
        ("vuodesta 2004", 2004),
        ("2004–jatkuu", 2004),
        ("vuodesta 1998 alkaen", 1998),
        ("sedan 2004", 2004),
        ("från och med 2006", 2006),
        ("1995 - pågående", 1995),
        ("siden 2004", 2004),
        ("2001 - i dag", 2001),
        ("fra og med 2003", 2003),
        ("desde 2004", 2004),
        ("2003 - actualidad", 2003),
        ("desde 1996 hasta la actualidad", 1996),
        ("dal 2004", 2004),
        ("2002 - oggi", 2002),
        ("a partir de 2007", 2007),
        ("2005 até ao presente", 2005),
        ("από το 2004", 2004),
        ("2006 έως σήμερα", 2006),
        ("2004年から", 2004),
        ("2004年~現在", 2004),
        ("2010年以降", 2010),
    ],
)
def test_a_period_that_goes_on(text: str, start: int) -> None:
    assert years(period=text) == (start, None, True)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("The data were collected between March and May 2013.", 2013, 2013),
        ("Fieldwork was carried out from October 2014 to January 2015.", 2014, 2015),
        ("Participants were recruited in 2009 and followed until 2014.", 2009, 2014),
        ("De gegevens zijn verzameld in 2013.", 2013, 2013),
        ("Het veldwerk vond plaats van mei tot september 2010.", 2010, 2010),
        ("De enquête is tussen 2004 en 2006 afgenomen.", 2004, 2006),
        ("Die Befragung fand von Mai 2011 bis Juli 2012 statt.", 2011, 2012),
        ("Die Daten wurden im Herbst 2009 erhoben.", 2009, 2009),
        ("Erhebungszeitraum: 03.2015 bis 05.2015", 2015, 2015),
        ("L'enquête a été réalisée en 2008 auprès de 2000 ménages.", 2008, 2008),
        ("Les données ont été collectées entre mars 2010 et juin 2011.", 2010, 2011),
        ("Les entretiens se sont déroulés de 2003 à 2005.", 2003, 2005),
        ("Aineisto kerättiin 2015.", 2015, 2015),
        ("Haastattelut tehtiin vuosina 2003–2004.", 2003, 2004),
        ("Kysely toteutettiin keväällä 2011.", 2011, 2011),
        ("Undersökningen genomfördes hösten 2012.", 2012, 2012),
        ("Datainsamlingen pågick från mars 2008 till maj 2009.", 2008, 2009),
        ("Intervjuerna gjordes under 1998 och 1999.", 1998, 1999),
        ("Datamaterialet ble samlet inn høsten 2016.", 2016, 2016),
        ("Undersøkelsen ble gjennomført i 2007.", 2007, 2007),
        ("Intervjuene fant sted mellom 2010 og 2011.", 2010, 2011),
        ("Data blev indsamlet i foråret 2014.", 2014, 2014),
        ("Undersøgelsen blev gennemført i perioden 2001-2003.", 2001, 2003),
        ("Los datos se recogieron entre abril y junio de 2015.", 2015, 2015),
        ("La encuesta se realizó en 2012.", 2012, 2012),
        ("El trabajo de campo tuvo lugar de 2006 a 2008.", 2006, 2008),
        ("I dati sono stati raccolti nel 2011.", 2011, 2011),
        ("L'indagine è stata condotta tra il 2005 e il 2007.", 2005, 2007),
        ("Le interviste sono state svolte nel maggio 2013.", 2013, 2013),
        ("Os dados foram recolhidos em 2010.", 2010, 2010),
        ("O inquérito foi realizado entre 2008 e 2009.", 2008, 2009),
        ("O trabalho de campo decorreu de janeiro a março de 2016.", 2016, 2016),
        ("Τα δεδομένα συλλέχθηκαν το 2012.", 2012, 2012),
        ("Η έρευνα διεξήχθη από τον Μάρτιο έως τον Μάιο του 2014.", 2014, 2014),
        ("調査は2013年10月に実施された。", 2013, 2013),
        ("The cohort was set up in 1998 and has 900 members.", 1998, None),
        ("Het onderzoek is begonnen in 2003.", 2003, None),
        ("Het panel is in 2009 gestart en wordt jaarlijks ondervraagd.", 2009, None),
        ("Die Erhebung begann im Frühjahr 1994.", 1994, None),
        ("L'étude a débuté en 2001.", 2001, None),
        ("Tutkimus alkoi vuonna 1996.", 1996, None),
        ("Undersökningen startade 1992.", 1992, None),
        ("Records were captured February to July 2019.", 2019, 2019),
        ("The sample covers children during the years 2010 and 2016.", 2010, 2016),
        ("本データは2005年から2009年にかけて収集した。", 2005, 2009),
    ],
)
def test_a_description_that_tells_when(text: str, start: int | None, end: int | None) -> None:
    assert years(title="An inquiry", description=text) == (start, end, None)


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("Voters in the 1990s", 1990, 1999),
        ("Huishoudens in de jaren negentig", 1990, 1999),
        ("Wohnen in den 1980er Jahren", 1980, 1989),
        ("Le travail ouvrier dans les années 1970", 1970, 1979),
        ("Suomalainen maaseutu 1960-luvulla", 1960, 1969),
        ("Skolan på 1950-talet", 1950, 1959),
        ("Fiskeri i 1930-årene", 1930, 1939),
        ("Landbrug i 1920'erne", 1920, 1929),
        ("Barómetro de octubre de 2010", 2010, 2010),
        ("Famiglie e consumi, 2008", 2008, 2008),
        ("Inquérito aos hábitos de leitura, 2007", 2007, 2007),
        ("Εκλογική έρευνα 2009", 2009, 2009),
        ("国民生活調査、2008年", 2008, 2008),
        ("Household panel, waves 1-5, 2010-2015", 2010, 2015),
        ("School meals 2009/10", 2009, 2010),
    ],
)
def test_a_title(title: str, start: int | None, end: int | None) -> None:
    assert years(title=title) == (start, end, None)


@pytest.mark.parametrize(
    "text",
    [
        "The report was published in 2014.",
        "Copyright 2011 by the authors.",
        "Version 2.1, released 2015.",
        "Made under grant 2016-0123.",
        "See the Data Protection Act 2018.",
        "Diagnoses follow DSM-5 and ICD-10 (2016).",
        "As others have found (Example & Sample, 2009), sleep matters.",
        "Example, A. (2012). On sleep. Journal of Examples, 4, 1210-1225.",
        "Participants were born in 1958.",
        "In line with the Agenda 2030 of the United Nations.",
        "Deelnemers zijn geboren in 1950.",
        "Dit rapport verscheen in 2009.",
        "Die Befragten sind 1964 geboren.",
        "Der Bericht wurde 2010 veröffentlicht.",
        "Le rapport a été publié en 2013.",
        "Les participants sont nés en 1972.",
        "Raportti julkaistiin vuonna 2012.",
        "Vastaajat ovat syntyneet vuonna 1966.",
        "Rapporten publicerades 2011.",
        "Deltagarna är födda 1953.",
        "Rapporten ble publisert i 2010.",
        "Deltakerne er født i 1955.",
        "Rapporten blev udgivet i 2008.",
        "El informe se publicó en 2015.",
        "Los participantes nacieron en 1980.",
        "Il rapporto è stato pubblicato nel 2012.",
        "I partecipanti sono nati nel 1961.",
        "O relatório foi publicado em 2014.",
        "Os participantes nasceram em 1990.",
        "Η έκθεση δημοσιεύθηκε το 2013.",
        "Οι συμμετέχοντες γεννήθηκαν το 1970.",
        "報告書は2010年に刊行された。",
        "A sample of 2000 households was drawn.",
        "It has 1984 variables.",
        "The interview is about the reforms after the great crisis (1997).",
        "We interviewed 1532 residents of the two regions.",
        "The survey reached 2000 voters.",
        "De enquête ging naar 1900 inwoners.",
        "The recordings were made on a ship of 1850 m.",
        "The law (Staatsblad 2007, 575) was evaluated in interviews.",
        "See https://example.org/2019/05 for more.",
    ],
)
def test_years_that_are_none_of_the_data(text: str) -> None:
    assert years(title="An inquiry", description=text) == (None, None, None)


@pytest.mark.parametrize(
    ("period", "covered"),
    [
        ("1990-1992; 1995", [1990, 1991, 1992, 1995]),
        ("1998, 2001, 2004", [1998, 2001, 2004]),
        ("1000 BCE - 500 CE", [-1000, 500]),
        ("1200/1900", [1200, 1900]),
        ("2010-2011 und 2014-2015", [2010, 2011, 2014, 2015]),
        ("2009年、2011年", [2009, 2011]),
        ("1994 et 1998", [1994, 1998]),
        ("vuosina 2003 ja 2007", [2003, 2007]),
    ],
)
def test_every_year_covered(period: str, covered: list[int]) -> None:
    assert value(record(period=period), "years") == covered


def test_prose_tells_the_end_of_a_period_that_a_field_leaves_open() -> None:
    assert years(period="1989/", description="The study ran from 1989 to 2011.") == (1989, 2011, None)
    assert years(period="1989/", description="The study ran from 1985 to 2011.") == (1989, None, None)
    assert years(period="1989/", description="Between 1989 and 1993 members were recruited.") == (1989, None, None)
    assert years(period="1989/1995", description="The study ran from 1989 to 2011.") == (1989, 1995, None)


def test_a_day_and_month_after_a_year_are_no_season() -> None:
    assert years(period="5 april 1992-19 november 1993") == (1992, 1993, None)


def test_a_period_that_says_only_that_it_goes_on() -> None:
    assert years(period="Kept since all wards began during 2006; older notes too/Live") == (2006, None, True)
    assert years(period=":ongoing") == (None, None, True)
    assert years(period="Ongoing", description="The data were collected from 2004 to 2008.") == (2004, None, True)
