"""Kinds of years in every language that has words for them: numbers that are none, dates of days, months in prose."""

from __future__ import annotations

import pytest

from tests.enrich.records import Years, years

NO_YEARS: Years = (None, None, None)


def described(text: str) -> Years:
    """The years of a record with this description."""
    return years(title="An inquiry", description=text)


@pytest.mark.parametrize(
    "text",
    [
        "The survey was carried out under project number 1433.",
        "Interviews were held (grant no. 1998).",
        "Interviews were held (file 1764).",
        "The survey was carried out for the ministry (contract number 2011).",
        "Interviews are kept in box 1911 of the archive.",
        "Funded by grant agreement 1987; interviews were held.",
        "Het onderzoek is uitgevoerd onder projectnummer 1433.",
        "Het onderzoek is uitgevoerd (dossiernummer 1876).",
        "De enquête is gehouden (archiefnr. 1912).",
        "De interviews zijn gehouden; inventarisnummer 1650.",
        "Die Erhebung wurde unter der Projektnummer 1433 durchgeführt.",
        "Die Befragung wurde durchgeführt (Förderkennzeichen 1998).",
        "Die Befragung wurde durchgeführt (Projekt-Nr. 1998).",
        "Die Befragung wurde durchgeführt, Aktenzeichen 1755.",
        "L'enquête a été réalisée sous le numéro de projet 1433.",
        "L'enquête a été réalisée (dossier n° 1998).",
        "L'enquête a été réalisée (subvention nº 2001).",
        "Kysely toteutettiin (hankenumero 1433).",
        "Kysely toteutettiin (projektinumero 1998).",
        "Kysely toteutettiin (apuraha nro 1998).",
        "Undersökningen genomfördes (projektnummer 1433).",
        "Undersökningen genomfördes (diarienummer 1998).",
        "Undersökningen genomfördes (dnr 1998).",
        "Undersøkelsen ble gjennomført (prosjektnummer 1433).",
        "Undersøkelsen ble gjennomført (saksnr. 1998).",
        "Undersøgelsen blev gennemført (projektnummer 1433).",
        "Undersøgelsen blev gennemført (journalnr. 1998).",
        "La encuesta se realizó (número de proyecto 1433).",
        "La encuesta se realizó (expediente n.º 1998).",
        "La encuesta se realizó (proyecto núm. 1998).",
        "L'indagine è stata condotta (numero di progetto 1433).",
        "L'indagine è stata condotta (progetto n. 1998).",
        "O inquérito foi realizado (número do projeto 1433).",
        "O inquérito foi realizado (processo n.º 1998).",
        "Η έρευνα διεξήχθη (αριθμός έργου 1433).",
        "Η έρευνα διεξήχθη (αρ. έργου 1998).",
        "調査が実施された(課題番号1998)。",
        "調査が実施された(プロジェクト番号 1433)。",
        "Badanie przeprowadzono (numer projektu 1433).",
        "Badanie przeprowadzono (grant nr 1998).",
        "Šetření bylo provedeno (číslo projektu 1433).",
        "Šetření bylo provedeno (projekt č. 1998).",
        "Raziskava je bila izvedena (številka projekta 1433).",
        "Raziskava je bila izvedena (projekt št. 1998).",
        "A felmérést elvégezték (projektszám: 1433).",
        "A felmérést elvégezték (az 1998. számú projekt).",
        "Istraživanje je provedeno (broj projekta 1433).",
        "Istraživanje je provedeno (projekt br. 1998).",
        "Sondajul a fost realizat (numărul proiectului 1433).",
        "Sondajul a fost realizat (dosar nr. 1998).",
        "Küsitlus viidi läbi (projekti number 1433).",
        "Küsitlus viidi läbi (projekt nr 1998).",
    ],
)
def test_the_number_of_a_project_a_grant_or_a_file_is_no_year(text: str) -> None:
    assert described(text) == NO_YEARS


@pytest.mark.parametrize(
    "text",
    [
        "The number of interviews in 1998 was low.",
        "A number of interviews were held in 1998.",
        "Het aantal interviews in 1998 was laag.",
        "Im Projekt fand 1998 die Erhebung statt.",
        "Het project is in 1998 uitgevoerd.",
        "W ramach projektu w 1998 roku przeprowadzono badanie.",
    ],
)
def test_a_year_beside_a_word_for_a_number_or_a_project_is_one(text: str) -> None:
    assert described(text) == (1998, 1998, None)


@pytest.mark.parametrize(
    "period",
    [
        "15 April 1999 – 20 May {}",
        "April 15, 1999 - May 20, {}",
        "15 april 1999 t/m 20 mei {}",
        "15. April 1999 – 20. Mai {}",
        "15 avril 1999 – 20 mai {}",
        "15. huhtikuuta 1999 – 20. toukokuuta {}",
        "15 april 1999 – 20 maj {}",
        "15. april 1999 – 20. mai {}",
        "15. april 1999 – 20. maj {}",
        "15 de abril de 1999 – 20 de mayo de {}",
        "15 de abril de 1999 al 20 de mayo de {}",
        "15 aprile 1999 – 20 maggio {}",
        "15 de abril de 1999 – 20 de maio de {}",
        "15 de abril de 1999 a 20 de maio de {}",
        "15 Απριλίου 1999 – 20 Μαΐου {}",
        "1999年4月15日~{}年5月20日",
        "15 kwietnia 1999 – 20 maja {}",
        "15. dubna 1999 – 20. května {}",
        "1999. április 15. – {}. május 20.",
        "15. travnja 1999. – 20. svibnja {}.",
        "15 aprilie 1999 – 20 mai {}",
        "15. aprill 1999 – 20. mai {}",
        "15. 4. 1999 – 20. 5. {}",
        "15.4.1999 – 20.5.{}",
        "15/4/1999 - 20/5/{}",
        "15-04-1999 tot 20-05-{}",
        "15 / 4 / 1999 – 20 / 5 / {}",
        "1999. 4. 15. – {}. 5. 20.",
        "15.04.1999. – 20.05.{}.",
        "1999/4/15 – {}/5/20",
        "1999-04-15 – {}-05-20",
        "4/1999 – 5/{}",
        "4. 1999 – 5. {}",
        "04.1999 – 05.{}",
        "1999.04 – {}.05",
        "1999 April – {} May",
    ],
)
def test_two_dates_of_days_are_the_ends_of_a_period(period: str) -> None:
    assert years(period=period.format(1999)) == (1999, 1999, None)
    assert years(period=period.format(2001)) == (1999, 2001, None)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("1. 3. 2006 – 15. 4. 2006", 2006, 2006),
        ("15. 4. 2006", 2006, 2006),
        ("1. 3. – 15. 4. 2006", 2006, 2006),
        ("1.3.-15.4.2006", 2006, 2006),
        ("od 1. 3. do 15. 4. 2006", 2006, 2006),
        ("15 de abril – 20 de mayo de 1999", 1999, 1999),
        ("od marca do maja 2012", 2012, 2012),
        ("marzec – maj 2012", 2012, 2012),
        ("březen až květen 2012", 2012, 2012),
        ("od března do května 2012", 2012, 2012),
        ("od března 2012 do května 2013", 2012, 2013),
        ("2012. március – 2013. május", 2012, 2013),
        ("2012 márciusától 2013 májusáig", 2012, 2013),
        ("2012 és 2014 között", 2012, 2014),
        ("med letoma 2012 in 2014", 2012, 2014),
        ("od marca 2012 do maja 2013", 2012, 2013),
        ("između 2012. i 2014.", 2012, 2014),
        ("od 2012. do 2014. godine", 2012, 2014),
        ("w latach 2012–2014", 2012, 2014),
        ("między 2012 a 2014 rokiem", 2012, 2014),
        ("mezi lety 2012 a 2014", 2012, 2014),
        ("v letech 2012–2014", 2012, 2014),
        ("între 2012 și 2014", 2012, 2014),
        ("din martie 2012 până în mai 2013", 2012, 2013),
        ("2012. aasta märtsist 2013. aasta maini", 2012, 2013),
        ("aastatel 2012–2014", 2012, 2014),
        ("rok szkolny 2010/2011", 2010, 2011),
        ("školní rok 2010/11", 2010, 2011),
        ("šolsko leto 2010/11", 2010, 2011),
        ("2010/2011-es tanév", 2010, 2011),
        ("školska godina 2010/2011.", 2010, 2011),
        ("anul școlar 2010-2011", 2010, 2011),
        ("2010/11. õppeaasta", 2010, 2011),
        ("II kwartał 2010", 2010, 2010),
        ("2. čtvrtletí 2010", 2010, 2010),
        ("2010 II. negyedév", 2010, 2010),
        ("Q2 2010 – Q1 2011", 2010, 2011),
        ("2010 Q2 – 2011 Q1", 2010, 2011),
        ("2010Q2-2011Q1", 2010, 2011),
        ("jesień 2010", 2010, 2010),
        ("podzim 2010", 2010, 2010),
        ("2010 őszén", 2010, 2010),
        ("winter 2010/11", 2010, 2011),
        ("lata 90.", 1990, 1999),
        ("lata dziewięćdziesiąte", 1990, 1999),
        ("90. léta", 1990, 1999),
        ("devadesátá léta", 1990, 1999),
        ("1990-es évek", 1990, 1999),
        ("devetdeseta leta", 1990, 1999),
        ("1990-ih", 1990, 1999),
        ("devedesete godine", 1990, 1999),
        ("XIX wiek", 1801, 1900),
        ("19. století", 1801, 1900),
        ("19. stoletje", 1801, 1900),
        ("19. század", 1801, 1900),
        ("19. stoljeće", 1801, 1900),
    ],
)
def test_a_period_in_other_languages(period: str, start: int, end: int) -> None:
    assert years(period=period) == (start, end, None)


@pytest.mark.parametrize("text", [
    "1998.0", "1998.00", "1998,0",
])  # fmt: skip
def test_a_year_from_a_spreadsheet(text: str) -> None:
    assert years(period=text) == (1998, 1998, None)
    assert years(period=f"{text} - 2001.0") == (1998, 2001, None)


@pytest.mark.parametrize(
    "period",
    [
        "1989-",
        "1989 -",
        "1989 –",
        "1989—",
        "1989 ->",
        "1989-...",
        "1989 – …",
        "01.05.1989 –",
        "May 1989 -",
        "1989+",
        "1989 – present",
        "1989 – obecnie",
        "od 1989 do dziś",
        "1989 – dosud",
        "1989 – danes",
        "1989-től napjainkig",
        "1989 – danas",
        "1989 – trwa",
        "1989 – probíhá",
        "1989 – folyamatban",
    ],
)
def test_a_period_without_an_end_is_ongoing(period: str) -> None:
    assert years(period=period) == (1989, None, True)


@pytest.mark.parametrize(
    "text",
    [
        "Beginning 2004",
        "beginning in 2004",
        "Starting 2004",
        "starting in 2004",
        "starting from 2004",
        "Start: 2004",
        "Started in 2004",
        "From 2004",
        "from May 2004",
        "Beginn 2004",
        "Beginn: Mai 2004",
        "beginnend 2004",
        "gestart in 2004",
        "begonnen in 2004",
        "aanvang 2004",
        "débutant en 2004",
        "aloitus 2004",
        "start: 2004",
        "med början 2004",
        "påbörjad 2004",
        "påbegynt 2004",
        "påbegyndt 2004",
        "inicio: 2004",
        "a comenzar en 2004",
        "inizio: 2004",
        "início: 2004",
        "έναρξη 2004",
        "2004年開始",
        "początek: 2004",
        "rozpoczęcie 2004",
        "zahájení 2004",
        "začetek: 2004",
        "početak: 2004",
        "kezdete: 2004",
    ],
)
def test_a_beginning_without_an_end_is_a_start(text: str) -> None:
    assert years(period=text) == (2004, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Data collection beginning 2004.",
        "Data have been collected in four towns, starting 2004.",
        "The interviews started in 2004.",
        "Data were collected from 2004.",
        "Data werden gesammelt, beginnend 2004.",
        "De dataverzameling begon in 2004.",
        "Badanie rozpoczęło się w 2004 roku.",
        "Výzkum začal v roce 2004.",
        "Raziskava se je začela leta 2004.",
        "A felmérés 2004-ben kezdődött.",
        "Istraživanje je započelo 2004. godine.",
    ],
)
def test_prose_that_states_a_beginning(text: str) -> None:
    assert described(text) == (2004, None, None)


@pytest.mark.parametrize(
    "words",
    [
        "in the 21st century",
        "of the twenty-first century",
        "in de 21e eeuw",
        "im 21. Jahrhundert",
        "au XXIe siècle",
        "au vingt-et-unième siècle",
        "21. vuosisadalla",
        "i det 21. århundrede",
        "en el siglo XXI",
        "nel XXI secolo",
        "no século XXI",
        "στον 21ο αιώνα",
        "21世紀",
        "w XXI wieku",
        "ve 21. století",
        "v 21. stoletju",
        "a 21. században",
        "u 21. stoljeću",
        "în secolul al XXI-lea",
        "21. sajandil",
    ],
)
def test_the_century_that_is_not_over_is_no_period(words: str) -> None:
    assert years(title=f"Harbours {words}") == NO_YEARS
    assert years(period=words) == NO_YEARS
    assert described(f"The survey is about work {words}.") == NO_YEARS
    assert years(title=f"Harbours {words}, 2003-2005") == (2003, 2005, None)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Badanie przeprowadzono od marca do maja 2012 roku.", 2012, 2012),
        ("Badanie przeprowadzono między marcem a majem 2012 r.", 2012, 2012),
        ("Dane zebrano w okresie od grudnia 2011 do lutego 2012.", 2011, 2012),
        ("Badanie zrealizowano w marcu 2012 roku.", 2012, 2012),
        ("Wywiady przeprowadzono w latach 2010-2012.", 2010, 2012),
        ("Šetření probíhalo od března do května 2012.", 2012, 2012),
        ("Data byla sbírána mezi březnem a květnem 2012.", 2012, 2012),
        ("Sběr dat proběhl od prosince 2011 do února 2012.", 2011, 2012),
        ("Výzkum byl realizován v letech 2010–2012.", 2010, 2012),
        ("Anketa je potekala od marca do maja 2012.", 2012, 2012),
        ("Podatki so bili zbrani med marcem in majem 2012.", 2012, 2012),
        ("Raziskava je bila izvedena leta 2012.", 2012, 2012),
        ("Podatki so bili zbrani od decembra 2011 do februarja 2012.", 2011, 2012),
        ("Az adatfelvétel 2012 márciusától májusig tartott.", 2012, 2012),
        ("Az adatokat 2012 márciusa és májusa között gyűjtötték.", 2012, 2012),
        ("A felmérés 2011 decemberétől 2012 februárjáig zajlott.", 2011, 2012),
        ("A kérdőíves felmérést 2012-ben végezték.", 2012, 2012),
        ("Istraživanje je provedeno od ožujka do svibnja 2012.", 2012, 2012),
        ("Podaci su prikupljeni između ožujka i svibnja 2012. godine.", 2012, 2012),
        ("Anketa je provedena od prosinca 2011. do veljače 2012. godine.", 2011, 2012),
        ("Intervjui su provedeni 2012. godine.", 2012, 2012),
        ("Intervjuud toimusid aastatel 2010–2012.", 2010, 2012),
        ("The survey ran from March through May 2012.", 2012, 2012),
        ("De enquête liep van december 2011 tot februari 2012.", 2011, 2012),
        ("Die Befragung lief von Dezember 2011 bis Februar 2012.", 2011, 2012),
        ("L'enquête s'est déroulée de décembre 2011 à février 2012.", 2011, 2012),
        ("Kysely toteutettiin joulukuusta 2011 helmikuuhun 2012.", 2011, 2012),
        ("Kysely toteutettiin maaliskuun ja toukokuun 2012 välillä.", 2012, 2012),
        ("Enkäten genomfördes från december 2011 till februari 2012.", 2011, 2012),
        ("Datene ble samlet inn fra desember 2011 til februar 2012.", 2011, 2012),
        ("Data blev indsamlet fra december 2011 til februar 2012.", 2011, 2012),
        ("Los datos se recogieron de diciembre de 2011 a febrero de 2012.", 2011, 2012),
        ("I dati sono stati raccolti da dicembre 2011 a febbraio 2012.", 2011, 2012),
        ("Os dados foram recolhidos de dezembro de 2011 a fevereiro de 2012.", 2011, 2012),
        ("Η έρευνα διεξήχθη από τον Δεκέμβριο του 2011 έως τον Φεβρουάριο του 2012.", 2011, 2012),
        ("調査は2011年12月から2012年2月にかけて実施された。", 2011, 2012),
        ("Los datos se recogieron del 15 de abril de 1999 al 20 de mayo de 1999.", 1999, 1999),
        ("Os dados foram recolhidos entre 15 de abril de 1999 e 20 de maio de 2001.", 1999, 2001),
        ("Sběr dat proběhl 1. 3. 2006 – 15. 4. 2006.", 2006, 2006),
    ],
)
def test_months_in_prose(text: str, start: int, end: int) -> None:
    assert described(text) == (start, end, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Data were collected in 2001 and published in 2004.", (2001, 2001, None)),
        ("Data were collected in 2001, see doi:10.1234/harbour.2004.", (2001, 2001, None)),
        ("Data were collected in 2001 (see https://example.org/harbour/2004).", (2001, 2001, None)),
        ("De gegevens zijn in 2001 verzameld en in 2004 gepubliceerd.", (2001, 2001, None)),
        ("Die Daten wurden 2001 erhoben und 2004 veröffentlicht.", (2001, 2001, None)),
        ("Les données ont été recueillies en 2001 et publiées en 2004.", (2001, 2001, None)),
        ("Aineisto kerättiin 2001 ja julkaistiin 2004.", (2001, 2001, None)),
        ("Data samlades in 2001 och publicerades 2004.", (2001, 2001, None)),
        ("Data ble samlet inn i 2001 og publisert i 2004.", (2001, 2001, None)),
        ("Data blev indsamlet i 2001 og udgivet i 2004.", (2001, 2001, None)),
        ("Los datos se recogieron en 2001 y se publicaron en 2004.", (2001, 2001, None)),
        ("I dati sono stati raccolti nel 2001 e pubblicati nel 2004.", (2001, 2001, None)),
        ("Os dados foram recolhidos em 2001 e publicados em 2004.", (2001, 2001, None)),
        ("Τα δεδομένα συλλέχθηκαν το 2001 και δημοσιεύθηκαν το 2004.", (2001, 2001, None)),
        ("Dane zebrano w 2001 roku i opublikowano w 2004 roku.", (2001, 2001, None)),
        ("Data byla sbírána v roce 2001 a zveřejněna v roce 2004.", (2001, 2001, None)),
        ("Podatki so bili zbrani leta 2001 in objavljeni leta 2004.", (2001, 2001, None)),
        ("Az adatokat 2001-ben gyűjtötték és 2004-ben publikálták.", (2001, 2001, None)),
        ("Podaci su prikupljeni 2001. i objavljeni 2004. godine.", (2001, 2001, None)),
        (
            "Since the start of 2022 the pandemic has changed work. Interviews were held with nurses in 2023.",
            (2023, 2023, None),
        ),
        ("Many have worked at home since the start of 2022.", NO_YEARS),
    ],
)
def test_a_year_of_publication_or_of_an_event_is_none_of_the_data(text: str, expected: Years) -> None:
    assert described(text) == expected
