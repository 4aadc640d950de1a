"""What keeps names of places from being read where they are a part of another name, or stand for something else.

All guards take a mention: a name of a place in prose.
"""

from __future__ import annotations

import re

from pipeline.enrich.places import gazetteer
from pipeline.enrich.places.place_mention import Mention
from pipeline.enrich.rules import Example, Guard
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import fold_phrase


def _any(name: str) -> str:
    return alternatives("places_in_prose", name)


LONGEST_PREPOSITION = 5
"""Letters of a word between that for an organisation and its place: "of", "della"."""
_WORD = r"\w[\w'’-]*"
"""Texts of records have one blank between words."""
_CAPITALISED_WORD = r"[^\W\d_a-z]\w*"
_ORGANISATION_BEFORE = re.compile(
    rf"(?:{_any('organisation_of')}\s(?:of|for|van|voor|de|der|für)\s(?:{_WORD}\sof\s)?(?:the\s)?"
    rf"|{_any('organisation_in')}\s(?:{_WORD}\s){{0,2}}?{_any('in_organisation')}\s)\Z",
    re.IGNORECASE,
)
_ORGANISATION_AFTER = re.compile(
    rf"\.?\s(?:[A-Z]{{3,}}\s\()?(?:{_CAPITALISED_WORD}\s(?:(?:and|&|of|for)\s)?){{0,4}}{_any('organisation_after')}\b"
)
_RULES_AFTER = re.compile(
    rf"[\s-](?:(?:[^\W\d_a-z][\w-]*\s(?:(?:and|&|of|for)\s)?){{0,4}}|(?:[\w-]+\s){{2}}){_any('rules_after')}\b"
)
_FUNDED = re.compile(rf"\b{_any('funded')}\b[^.]{{0,80}}\Z", re.IGNORECASE)
_WHAT_IS_FUNDED = re.compile(rf"{_any('funding_of')}\s[^.,;]*{_any('in')}\s\Z", re.IGNORECASE)
"""After "funding for mills in", the place is where the mills are."""
_LANGUAGE_BEFORE = re.compile(
    rf"\b{_any('language_before')}\s(?:{_WORD}\s)?"
    rf"(?:(?:(?-i:{_CAPITALISED_WORD}),?|and|or|und|en|et|ja|och|og|y|e)\s){{0,4}}\Z",
    re.IGNORECASE,
)
_SURE_LANGUAGE_BEFORE = re.compile(rf"\b{_any('sure_language_before')}\s\Z")
_LANGUAGE_AFTER = re.compile(_any("language_after"), re.IGNORECASE)
_OF_LANGUAGE = re.compile(_any("of_language"), re.IGNORECASE)
_AFFILIATION_BEFORE = re.compile(
    rf"(?:\A|[.,;:(\n])\s*(?:(?:{_CAPITALISED_WORD}\s){{1,4}}{_any('organisation_after')}\b"
    rf"|{_any('organisation_after')}\s(?:(?:of|for|voor|van|für|de)\b|[^\W\d_a-z]))[^.;\n]{{0,50}},\s*(?:the\s)?\Z"
)
_PERSON_BEFORE = re.compile(_any("person_before"))
_FIRST_SEEN = re.compile(rf"\b{_any('first_seen')}[^.]{{0,60}}\Z", re.IGNORECASE)
_NUMBERED = re.compile(r"-\d")
_CITED = re.compile(r"\set al|\s*\(\d{4}|,?\s(?:19|20)\d\d[a-z]?\s?[);]")
_HYPHENATED = re.compile(r"-[^\W\d_A-Z]")
_THE = re.compile(r"\b[Tt]he\s\Z")
_CAPITAL = re.compile(r"\s[A-Z][a-z]")
_PLACE_BEFORE = re.compile(
    rf"\b{_any('place_before')}\s(?:(?:(?:north|south|east|west)\w*|modern|rural|urban)\s)?\Z|[,(;&]\s*\Z",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(_any("place_after"))
_DOLLARS = re.compile(r"\s?(?:[Dd]ollars?|[$€£]|oz|gallons?|size)")
_MEASURE_BEFORE = re.compile(r"(?:\boz|ounces?|gallons?|dollars?|\bsizes?|English)\W*\Z", re.IGNORECASE)
_STANDS_FOR_OTHERS = re.compile(
    r"ultra(?:so|sc|lj|ly|zv|dź|ge|ä|gar|skaņ|hang)|sonogra|[eé]c(?:h)?ogra|conditioned|conditioning|pavlov|aversive|-US\b",
    re.IGNORECASE,
)
"""Ultrasound in many languages, and words of psychology that make it an unconditioned stimulus."""
_ADDRESS_BEFORE = re.compile(r"(?:://|www\.|@)\S*\Z|_\Z", re.IGNORECASE)
_ADDRESS_AFTER = re.compile(r"\.[a-z]{2,}(?:[/\s.,;)]|\Z)|[@_]|/\S+\.")


def _is_after_a_title(of: Mention) -> bool:
    return _PERSON_BEFORE.search(of.near) is not None


def _is_an_affiliation(of: Mention) -> bool:
    return _AFFILIATION_BEFORE.search(of.near) is not None


def _is_of_an_organisation(of: Mention) -> bool:
    if _ORGANISATION_AFTER.match(of.text, of.end):
        return True
    word_before = of.text.rfind(" ", 0, max(0, of.start - 1)) + 1
    is_short = of.start - word_before <= LONGEST_PREPOSITION + 1
    return is_short and _ORGANISATION_BEFORE.search(of.near) is not None


def _is_before_an_organisation(of: Mention) -> bool:
    return _ORGANISATION_AFTER.match(of.text, of.end) is not None


def _is_before_a_language(of: Mention) -> bool:
    return of.people and _OF_LANGUAGE.match(of.text, of.end) is not None


def _is_of_rules(of: Mention) -> bool:
    return not of.in_title and _RULES_AFTER.match(of.text, of.end) is not None


def _is_of_a_funder(of: Mention) -> bool:
    found = _FUNDED.search(of.near)
    return found is not None and _WHAT_IS_FUNDED.search(of.near, found.start()) is None


def _is_where_it_was_first_seen(of: Mention) -> bool:
    return _FIRST_SEEN.search(of.near) is not None


def _is_numbered(of: Mention) -> bool:
    return _NUMBERED.match(of.text, of.end) is not None


def _is_in_an_address(of: Mention) -> bool:
    before = of.text[max(0, of.start - 100) : of.start]
    return _ADDRESS_BEFORE.search(before) is not None or _ADDRESS_AFTER.match(of.text, of.end) is not None


def _is_a_language(of: Mention) -> bool:
    if not of.people:
        return False
    text, start, end = of.text, of.start, of.end
    if _OF_LANGUAGE.match(text, end) or _SURE_LANGUAGE_BEFORE.search(text, max(0, start - 20), start):
        return True
    return bool(_LANGUAGE_BEFORE.search(text, max(0, start - 40), start) and _LANGUAGE_AFTER.match(text, end))


def _is_no_place_by_its_words(of: Mention) -> bool:
    if of.kind != "part" or of.people or (of.in_title and fold_phrase(of.words) not in gazetteer.also_words()):
        return False
    before = _PLACE_BEFORE.search(of.text, max(0, of.start - 40), of.start)
    return before is None and _PLACE_AFTER.match(of.text, of.end) is None


def _is_cited(of: Mention) -> bool:
    return of.kind == "part" and _CITED.match(of.text, of.end) is not None


def _is_a_thing(of: Mention) -> bool:
    if of.kind != "part":
        return False
    if _HYPHENATED.match(of.text, of.end):
        return True
    return bool(_THE.search(of.text, max(0, of.start - 5), of.start) and _CAPITAL.match(of.text, of.end))


def _is_no_country(of: Mention) -> bool:
    """Whether US is a term of medicine or psychology, of dollars, or a word among others in capitals."""
    if of.words != "US":
        return False
    if _DOLLARS.match(of.text, of.end) or _MEASURE_BEFORE.search(of.text, max(0, of.start - 20), of.start):
        return True
    around = of.text[max(0, of.start - 30) : of.start] + of.text[of.end : of.end + 30]
    return _STANDS_FOR_OTHERS.search(of.text) is not None or (around.isupper() and len(around) > 3)


def _goes_on(of: Mention) -> bool:
    return of.kind == "part" and gazetteer.is_part_of_longer_name(of.text, of.start, of.end, of.codes)


OF_EVERY_NAME: tuple[Guard, ...] = (
    Guard(
        name="name of a person",
        facet="country_codes",
        leaves_out="places after a title of a person",
        example=Example({"title": "Letters of Dr. Jordan"}),
        counter=Example({"title": "Letters of doctors in Jordan"}, ["JO"]),
        holds=_is_after_a_title,
    ),
    Guard(
        name="affiliation",
        facet="country_codes",
        leaves_out="the country after an author's institution",
        example=Example({"description": "Ada Invented, Harbour University, Leiden, the Netherlands"}),
        counter=Example({"description": "Mills, dykes and locks of Leiden, the Netherlands"}, ["NL"]),
        holds=_is_an_affiliation,
    ),
    Guard(
        name="organisation named after a place",
        facet="country_codes",
        leaves_out="places in the name of an organisation",
        example=Example({"title": "Papers of the Bank of England"}),
        counter=Example({"title": "Papers of the shops of England"}, ["GB"]),
        holds=_is_of_an_organisation,
    ),
    Guard(
        name="rules of a country",
        facet="country_codes",
        leaves_out="countries in the names of laws, guidelines and criteria",
        example=Example({"description": "Consent was given by the German Medicines Act."}),
        counter=Example({"description": "Medicines were given to German sailors."}, ["DE"]),
        holds=_is_of_rules,
    ),
    Guard(
        name="funder's country",
        facet="country_codes",
        leaves_out="countries of those who paid or published",
        example=Example({"description": "Funded by the government of Chile."}),
        counter=Example({"description": "Governed by the people of Chile."}, ["CL"]),
        holds=_is_of_a_funder,
    ),
    Guard(
        name="place where a disease was first seen",
        facet="country_codes",
        leaves_out="countries where a disease was first seen",
        example=Example({"description": "The fever was first reported in Kenya."}),
        counter=Example({"description": "The fever was treated in Kenya."}, ["KE"]),
        holds=_is_where_it_was_first_seen,
    ),
    Guard(
        name="name with a number",
        facet="country_codes",
        leaves_out="places that a number follows",
        example=Example({"title": "Stories of Chad-7"}),
        counter=Example({"title": "Stories of Chad, 7"}, ["TD"]),
        holds=_is_numbered,
    ),
    Guard(
        name="address",
        facet="country_codes",
        leaves_out="places in addresses of the web, of mail and of files",
        example=Example({"description": "See https://files.example.org/Peru for more."}),
        counter=Example({"description": "See Peru, for the files."}, ["PE"]),
        holds=_is_in_an_address,
    ),
)
"""For every name, also that of a city."""

OF_NAMES: tuple[Guard, ...] = (
    Guard(
        name="language of a people",
        facet="country_codes",
        leaves_out="words for a people that stand for its language",
        example=Example({"description": "Able to read and understand Danish."}),
        counter=Example({"description": "Able to read and understand Danish sailors."}, ["DK"]),
        holds=_is_a_language,
    ),
    Guard(
        name="other meanings of US",
        facet="country_codes",
        leaves_out="US where it stands for ultrasound, a stimulus or dollars, or is a word among others in capitals",
        example=Example({"description": "The liver was seen by ultrasound (US)."}),
        counter=Example({"description": "The liver was seen in the US."}, ["US"]),
        holds=_is_no_country,
    ),
    Guard(
        name="part of a country without words of place",
        facet="country_codes",
        leaves_out="parts of countries where no word before or after shows that it is a place",
        example=Example({"description": "Scores by Kent are given."}),
        counter=Example({"description": "Scores in Kent are given."}, ["GB"]),
        holds=_is_no_place_by_its_words,
    ),
    Guard(
        name="cited author",
        facet="country_codes",
        leaves_out="parts of countries that are names of cited authors",
        example=Example({"description": "As told before (Mill and Kent, 1998)."}),
        counter=Example({"description": "As told before (in Mill and in Kent)."}, ["GB"]),
        holds=_is_cited,
    ),
    Guard(
        name="thing named after a place",
        facet="country_codes",
        leaves_out="parts of countries in the name of a thing",
        example=Example({"title": "Use of the Kent Needle"}),
        counter=Example({"title": "Use of needles in Kent"}, ["GB"]),
        holds=_is_a_thing,
    ),
    Guard(
        name="beginning of a longer name",
        facet="country_codes",
        leaves_out="parts of countries that are the beginning of another place's name",
        example=Example({"title": "Mills in Norfolk County"}),
        counter=Example({"title": "Mills in Norfolk, County"}, ["GB"]),
        holds=_goes_on,
    ),
)
"""For names of countries, peoples, parts and regions."""

IN_FIELDS: tuple[Guard, ...] = (
    Guard(
        name="organisation in a field about places",
        facet="country_codes",
        leaves_out="countries and peoples in the name of an organisation or a sea, in a field about places",
        example=Example({"geography": "Finnish Social Science Data Archive"}),
        counter=Example({"geography": "Finnish harbours"}, ["FI"]),
        holds=_is_before_an_organisation,
    ),
    Guard(
        name="language in a field about places",
        facet="country_codes",
        leaves_out="words for a people that stand for its language, in a field about places",
        example=Example({"geography": "German-speaking Switzerland"}, ["CH"]),
        counter=Example({"geography": "German harbours, Switzerland"}, ["CH", "DE"]),
        holds=_is_before_a_language,
    ),
)
"""For names of the lexicon in fields about places."""
