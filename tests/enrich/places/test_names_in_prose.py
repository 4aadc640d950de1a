"""Names of countries and cities in prose that are not the name of a place where people are, and those that are.

Each word is tried in a sentence, and each sentence also with other words: then its country counts.
"""

from __future__ import annotations

import pytest

from tests.enrich.places.sentences import Row, counting, countries_of, sentence
from tests.enrich.records import record, value

ORGANISATIONS = [
    Row(
        "Records of the {} of Denmark were read.",
        "farmers",
        "University, Universities, Institute, Institution, Ministry, bank, college, council, office, museum, archive, "
        "archives, academy, school, association, society, department, bureau, agency, centre, center, foundation, "
        "stichting, hospital, library, organization, organisation, commission, authority, press, journal, trust, "
        "federation, union, board, service",
    ),
    Row(
        "Records of the University {} Denmark were read.",
        "near",
        "of, for, of the, of Medicine of, for Farmers of the",
    ),
    Row("Stukken van het museum {} Nederland.", "uit", "van, voor"),
    Row("Archives du bureau {} France.", "en", "de"),
    Row("Akten des Instituts {} Schweiz.", "in der", "für, der"),
    Row(
        "Records of the Denmark {} were read.",
        "Mill",
        "University, Universities, Institute, Institution, Ministry, Bank, College, Council, Office, Museum, Archive, "
        "Archives, Academy, Academic, Association, Society, Department, Bureau, Centre, Center, Agency, Foundation, "
        "Library, Organization, Organisation, Commission, Authority, Press, Journal, Trust, Federation, "
        "Food and Drug, FDA, Administration, Company, Corporation, Inc, Ltd, GmbH, Ocean, Channel, Sea, Board, "
        "Airways, Data Service, Data Archive, Research Council, Standard, Kingdom, Language, "
        "Mill and Water Company, Mill & Water Company, Board of Mill, House for Water Company",
    ),
    Row(
        "It began in 1990. {}, Leiden, Kenya.",
        "Wells of the Invented Village",
        "Invented University, Invented Institute, University of the Lake, University for Mills, "
        "Universiteit voor Molens, Universiteit van Molens, Institut für Mühlen, Institut de Moulins, "
        "University Lake, Royal Invented College, The Old Invented Lake Museum",
    ),
    Row("Anna Invented ({}, Leiden, Kenya).", "Farm", "Lake University, Museum of Mills"),
    Row("Lake University, Leiden, {}.", "and people in Kenya", "the Netherlands"),
    Row("By Anna{} Lake University, Leiden, Kenya.", " of", ":, ;, ("),
    Row(
        "It was {} Denmark.",
        "read in",
        "paid by, paid for by, funded by, part of the funding of, sponsored by, part of the sponsorship of, "
        "financed by, supported by, part of a grant of, part of grants of, published in",
    ),
    Row("Het is {} Denemarken.", "gelezen in", "betaald door, gefinancierd door"),
    Row(
        "{} Finland.",
        "in",
        "finanziert von, financé en, financée en, rahoittaa, rahoittaja, finansierad i, finansieres i, "
        "financiado en, financiada en, finanziato in",
    ),
    Row(
        "The disease {} in Kenya.",
        "was treated",
        "first appeared, was first identified, was first detected, was first reported, was first described, "
        "was first seen, first emerged, originated, is originating, emerged, outbreak began, outbreak started",
    ),
    Row(
        "{} Jordan was the interviewer.",
        "In",
        "Mr, Mr., Mrs, Mrs., Ms, Dr, Dr., Prof, Prof., Professor, Sir, Mr. A., Professor Anna",
    ),
]


@pytest.mark.parametrize("row", ORGANISATIONS, ids=sentence)
def test_a_country_of_an_organisation_a_person_or_a_disease_does_not_count(row: Row) -> None:
    assert counting(row) == []


LANGUAGES = [
    Row(
        "They were {} French.",
        "all",
        "written in, translated into, translated to, translated from, a translation from, speaking, a speaker of, "
        "speakers of, native speakers of, non-native speakers of, learning, learners of, speakers of fluent, "
        "translated into Italian and, translated into Italian or, translated to Italian und, "
        "translated to Italian en, translated to Italian et, translated to Italian ja, translated to Italian och, "
        "translated to Italian og, translated to Italian y, translated to Italian e, in both Italian and, "
        "Mandarin and, L2 and, English- and, L1 fluent",
    ),
    Row(
        "They were read by {} French people.",
        "native",
        "L1, L2, Mandarin, Speakers of, a speaker of, Natives of, natives of, a native of",
    ),
    Row("Die Fragen sind {} Niederländisch.", "über", "auf, auf Deutsch und"),
    Row("De vragen zijn {} Franse.", "die van", "in het, op zijn"),
    Row("Frågorna ställdes {} svenska.", "om", "på, på finska och"),
    Row("Preguntas {} francés.", "de un", "en, em"),
    Row("Domande {} francese.", "di un", "sul"),
    Row("Ερωτήσεις {} γαλλική.", "για μια", "στα, στην"),
    Row(
        "The French {} were read.",
        "letters",
        "language, literature, versions, translations, subtitles, speakers, spoken tales, words, verbs, nouns, texts, "
        "corpus, corpus texts, grammar, edition, dialects, sentences, phrases, prefixes, suffixes, prepositions, "
        "vowels, consonants, East India Company papers",
    ),
    Row("French{} pupils were asked.", " and other", "-speaking, -language"),
    Row("Franse {} zijn gelezen.", "brieven", "taal en stijl, taalboeken, ondertitels"),
    Row("Franse-{} leerlingen.", "Italiaanse", "talige, taal"),
    Row("Französisch-{} Schüler.", "italienische", "sprachige"),
    Row("Ranskan-{} nuoret.", "matkan", "kielisen"),
    Row(
        "French{} literature was read.",
        " friends of",
        " and German,  or German,  & German",
    ),
    Row("French and German {}.", "villages", "language, languages, literature, version, versions, translations"),
]


@pytest.mark.parametrize("row", LANGUAGES, ids=sentence)
def test_a_language_is_no_people(row: Row) -> None:
    assert counting(row) == []


@pytest.mark.parametrize("row", [*ORGANISATIONS, *LANGUAGES], ids=sentence)
def test_with_other_words_the_same_country_counts(row: Row) -> None:
    assert countries_of(row.sentence.format(row.other_words)) is not None


@pytest.mark.parametrize(
    "end",
    [".", ", too", ";", ": all", ") too", "] too", " and more", " or else", " to all", " as well", " at home",
     " with care", " into notes", " by all", " vor allem", " verfügbar", " durchgeführt", " is best", " was best",
     " are best", " were best", " read aloud", " who came", " en plus", " und mehr", " et plus", " ja muuta",
     " och mer", " og mer", " y más", " e altro", " και", ""],
)  # fmt: skip
def test_a_language_ends_before_words_that_go_on(end: str) -> None:
    assert countries_of(f"Questions were put in French{end}") is None


@pytest.mark.parametrize("words", ["villages", "orchards", "windmills"])
def test_a_people_whose_things_follow_counts(words: str) -> None:
    assert countries_of(f"Questions were put in French {words}") == ["FR"]


CITIES = [
    Row(
        "It was signed after the Rotterdam {}.",
        "Games",
        "Scale, Index, Inventory, Test, Questionnaire, Battery, Score, Criteria, Classification, Protocol, Agreement, "
        "Convention, Treaty, Declaration, Charter, Accord, Accords, Handbook, Virus, Wall, Summit, Club, Principles, "
        "Rules, Framework, Process, Consensus, Scale of Moods, Invented Mood Scale, Scale for Old and New-Born Moods",
    ),
]


@pytest.mark.parametrize("row", CITIES, ids=sentence)
def test_what_is_named_after_a_city_is_not_in_it(row: Row) -> None:
    titles = [f"{row.sentence.format(words)}" for words in row.words.split(", ")]

    assert [title for title in titles if value(record(title=title), "country_codes") is not None] == []
    assert value(record(title=row.sentence.format(row.other_words)), "country_codes") == ["NL"]


@pytest.mark.parametrize(
    "words",
    ["In", "in", "te", "i", "à", "en", "em", "a", "in the city of", "in the", "in de", "in der"],
)
def test_a_city_after_these_words_counts_in_a_description(words: str) -> None:
    assert countries_of(f"{words} Rotterdam.") == ["NL"]
    assert countries_of(f"x{words} Rotterdam.") is None


@pytest.mark.parametrize(
    "words",
    ["in", "within", "across", "throughout", "from", "of", "for", "at", "to", "into", "between", "and", "including",
     "outside", "around", "inside", "near", "the", "or", "van", "uit", "naar", "binnen", "te", "heel", "aus", "nach",
     "von", "en", "dans", "au", "aux", "du", "i", "från", "til", "fra", "di", "nel", "de", "del", "asked,", "asked (",
     "asked;", "asked &", "in the", "in het", "in der", "in den", "in de", "in northern", "in the southern",
     "in north", "in rural", "in urban", "in northeast"],
)  # fmt: skip
def test_a_part_of_a_country_after_these_words_counts_in_a_description(words: str) -> None:
    assert countries_of(f"Families {words} Bavaria told tales.") == ["DE"]


@pytest.mark.parametrize("words", ["like", "xin", "infor", "asked", "in a", "in that"])
def test_a_part_of_a_country_after_other_words_does_not_count(words: str) -> None:
    assert countries_of(f"Families {words} Bavaria told tales.") is None


@pytest.mark.parametrize("words", ["に", "の", "で", "内", "在住", "居住", "全域", "および", "及び", "から"])
def test_a_part_of_japan_before_these_words_counts(words: str) -> None:
    assert countries_of(f"大阪府{words}調査") == ["JP"]


def test_a_part_of_japan_before_other_words_does_not_count() -> None:
    assert countries_of("大阪府調査") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # organisations
        ("The museum of mills in Denmark was read.", ["DK"]),
        ("Denmark Incense was read.", ["DK"]),
        ("Lake University, Leiden, and all of Kenya.", ["KE"]),
        ("Lake Incense, Leiden, Kenya.", ["KE"]),
        ("Museum devoted to mills, Leiden, Kenya.", ["KE"]),
        ("Molens betaald doorgaans in Nederland.", ["NL"]),
        ("Unfunded mills in Denmark.", ["DK"]),
        (f"It was published {'again and ' * 10}of Denmark.", ["DK"]),
        ("The University of Denmark asked people in Kenya.", ["KE"]),
        ("People told us of Kenya.", ["KE"]),
        ("The people of oma told Kenya.", ["KE"]),
        # diseases
        ("The disease reemerged in Kenya.", ["KE"]),
        (f"It emerged {'again and ' * 8}in Kenya.", ["KE"]),
        # peoples and languages
        ("Speakers who came by train asked French.", ["FR"]),
        ("ABL1 Dutch patients came.", ["NL"]),
        ("L1 tests of Dutch patients were read.", ["NL"]),
        ("Polish students in Danish towns were asked.", ["DK", "PL"]),
        # a country with the name of a people in another language
        ("Vuxna gav sin inställning till Italien.", None),
        ("Un groupe italien a répondu.", ["IT"]),
        # names without a capital
        ("familien in österreich wurden befragt.", None),
        ("日本に住む成人", ["JP"]),
        # a part of a country
        ("Families came, like Bavaria itself, along.", None),
        ("Families came; Bavaria was named.", ["DE"]),
    ],
)
def test_what_only_looks_like_such_a_name(text: str, expected: list[str] | None) -> None:
    assert countries_of(text) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Rotterdam Testaments", ["NL"]),
        ("Nightlife in Bahia Blanca", ["AR"]),
        ("Soothe Yorkshire Dogs", ["GB"]),
        ("The Yorkshire Dogs", None),
        ("the Yorkshire Dogs", None),
        ("Dogs of the (Yorkshire Hills) region", ["GB"]),
        ("The Yorkshire dogs", ["GB"]),
        ("Rotterdam (1998)", None),
        ("Rotterdam (wards)", ["NL"]),
        ("Old-Rotterdam Notes", None),
    ],
)
def test_a_place_in_a_title(title: str, expected: list[str] | None) -> None:
    assert value(record(title=title), "country_codes") == expected


def test_a_region_counts_also_where_people_were_asked_about_it() -> None:
    assert value(record(title="Opinions on Africa"), "regions") == ["002"]
