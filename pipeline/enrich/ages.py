"""Ages, in whole years, that participants could have when they took part.

A field about age outranks the population that a record describes, that the title, that the description. In prose a
number is an age only beside a word that says so: "5 years" alone is a while.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.enrich.criteria import exclusions, lists_criteria
from pipeline.enrich.words import LONGEST_TEXT
from pipeline.record import Found, Role, Statement, StudyRecord, stated

OLDEST = 120
"""Years; an upper age from here on says that there is none (`0-150`)."""

_YEARS = (
    r"years?(?:\s|-)?(?:old(?:er)?|of age|olds)?|yrs?\.?(?:\s?old)?|y/?o\b|jaar(?: oud)?|jarigen?|jahren?(?: alt)?|jährigen?|ans|vuotta|vuotiaa\w*|vuotias\w*|vuotiai\w*|vuoden ikäis\w*|"
    r"år(?:ingar|inger|ige|iga|s)?(?: gamla| gamle)?|años(?: de edad)?|anni|anos|歳|才"
)
_MONTHS = r"months?(?:\s|-)?(?:old|of age|olds)?|mo\.|maanden|monaten?|mois|kuukau\w*|kuukautis\w*|månader|måneder|meses|mesi|か月|ヶ月"
_DAYS = (
    r"(?:weeks?|days?|hours?|weken|dagen|wochen|tagen?|semaines|jours|viikko\w*|päivä\w*)(?:\s|-)?(?:old|of age|olds)?"
)
_UNIT = rf"(?:{_YEARS}|{_MONTHS}|{_DAYS})"
_NUMBER = r"\d{1,3}(?:[.,]\d)?"
_TO = r"(?:-|–|—|−|〜|~|～|\bto\b|\band\b|\buntil\b|\bthrough\b|\bup to\b|\btot(?: en met)?\b|\bt/m\b|\ben\b|\bbis\b|\bund\b|\bà\b|\bet\b|\ba\b|\by\b|\be\b|\bja\b|\btill?\b|\boch\b|\bog\b|から)"
_AGED = (
    r"(?:\bages?d?\b(?: range| group| of)?|\bbetween the ages of\b|\bin the age (?:group|range)\b|\baged\b|\bleeftijd(?:sgroep)?\b|\bin de leeftijd van\b|\bim alter(?: von)?\b|\balter\b|\bâgée?s?\b|\bikä(?:ryhmä)?\b|\bi åldern\b|"
    r"\bålder\b|\bi alderen\b|\balder\b|\bedad\b|\betà\b|\bidade\b|年齢)"
)
_OLDER = r"(?:(?:and|or|&|/|en|of|und|oder|et|ja|och|eller|og|y|o|e|ed)\s+)?(?:older|over|above|upwards?|more|up|plus|beyond|ouder|hoger|älter|mehr|plus|vanhem\w*|täyttäne\w*|äldre|eldre|ældre|más|mayores|oltre|più|mais)\b|\+|以上"
_RANGE = re.compile(
    rf"(?P<aged>{_AGED}\W{{0,8}}(?:(?:from|between|van|tussen|von|zwischen|de|entre|mellan|is|was)\s+)?)?(?P<low>{_NUMBER}|birth)\s*-?(?P<low_unit>{_UNIT})?(?:\s*\(?inclusive\)?)?\s*{_TO}\s*(?:<|≤|the age of |age )?(?P<high>{_NUMBER})(?P<plus>\s?\+)?[\s-]*(?P<unit>{_UNIT})?(?P<older>\s*(?:{_OLDER}))?",
    re.IGNORECASE,
)
_LOWER = re.compile(
    rf"(?:(?P<aged>{_AGED})\W{{0,8}})?(?:is\s+)?(?P<over>\bat least|\bminimum(?: age)?(?: of)?|\bno younger than|\bnot younger than|\bolder than|\bover(?: the age of)?|\babove(?: the age of)?|\bmore than|\bgreater than(?: or equal to)?|\bfrom(?: the age of)?|≥|>=|\\>=?|>|≧|\bvanaf|\bouder dan|\bboven de|\bminstens|\bab|\büber|\bmindestens|\bplus de|\bdès|\byli|\bvähintään|\bfrån|\böver|\bminst|\bfra|\bover|\bmayores de|\bdesde|\boltre i|満)\s*(?:of\s+)?(?P<low>{_NUMBER})[\s-]*(?P<unit>{_UNIT})?"
    rf"|(?:(?P<aged2>{_AGED})\W{{0,3}})?(?P<low2>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})?[\s,(]*(?P<older>{_OLDER})(?:\s+(?P<unit3>{_UNIT}))?",
    re.IGNORECASE,
)
_UPPER = re.compile(
    rf"(?:(?P<aged>{_AGED})\W{{0,8}})?(?:is\s+)?(?P<under>\bunder(?: the age of)?|\bbelow(?: the age of)?|\byounger than|\bless than|\bup to(?: the age of)?|\bmaximum(?: age)?(?: of)?|≤|<=|<|≦|\bjonger dan|\bonder de|\btot|\bt/m|\bunter|\bbis|\bjünger als|\bmoins de|\bjusqu'à|\balle|\bunder|\byngre än|\bmenores de|\bmeno di)\s*(?P<high>{_NUMBER})[\s-]*(?P<unit>{_UNIT})?"
    rf"|(?:(?P<aged2>{_AGED})\W{{0,3}})?(?P<high2>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})?\s+(?:and|or|of|en|und|oder|et|ou|ja|och|eller|og)\s+(?P<younger>younger|under|below|less|jonger|jünger|moins|nuorem\w*|yngre)",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    rf"(?P<aged>\bat (?:the )?age(?: of)?|{_AGED})\s+(?P<age>{_NUMBER})(?![\d.%]|\s*%)(?P<unit>[\s-]*{_UNIT})?|(?P<age2>{_NUMBER})[\s-]?(?P<unit2>(?:year|month|week|day)s?[\s-]olds?|jarigen?|-?jährigen?|vuotiaa\w*|vuotiai\w*|vuotias\w*|åringar\w*|årige|åriga|歳児)",
    re.IGNORECASE,
)
_SHORT_UNIT = re.compile(rf"[\s-]*(?:(?P<months>{_MONTHS})|{_DAYS})", re.IGNORECASE)
_AVERAGE = re.compile(
    r"\b(?:mean|average|median|gemiddeld\w*|durchschnitt\w*|moyen\w*|keskimäärin|keski-?ikä|genomsnitt\w*)\b[^.]{0,40}\Z",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all ages|any age|every age|all age groups|regardless of age|no age (?:limits?|restrictions?)|alle leeftijden|alle altersgruppen|jeden alters|tous (?:les )?âges|kaikenikäi\w*|alla åldrar|alle aldre|todas las edades|tutte le età)\b",
    re.IGNORECASE,
)
_AGE_WORD = re.compile(
    r"old\b|olds\b|older\b|of age|y/?o\b|oud|jarige|jährig|alt\b|vuotia|vuotta täyttän|åring|årig|gamla|gamle|de edad|歳|才",
    re.IGNORECASE,
)
_PEOPLE_BEFORE = re.compile(
    r"\b(?:adults?|people|persons?|children|men|women|boys|girls|patients|individuals|population|residents|pupils|students|participants|respondents|subjects|youth|adolescents|females?|males?|citizens|voters|members|personen|mensen|"
    r"kinderen|jongeren|ouderen|inwoners|vrouwen|mannen|bevolking|burgers|leerlingen|kinder|jugendliche\w*|personen|männer|frauen|bevölkerung|wahlberechtigte|deutsche|erwachsene|personnes|enfants|femmes|hommes|population|personer|barn|medborgare|invånare|kvinnor|män|befolkning\w*)"
    r"[\s,(]*(?:who (?:are|were)\s+|die\s+|in\s+|of\s+|from\s+|aged?\s+|van\s+|von\s+|vanaf\s+|ab\s+|tussen(?: de)?\s+|between\s+|i\s+|mellan\s+|de\s+|à\s+)*\Z",
    re.IGNORECASE,
)
_NO_AGE = re.compile(
    r"(?:for|during|within|past|last|previous|after|every|duur|gedurende|afgelopen|laatste|während|pendant|follow-?up(?: of| for)?)\s+(?:the\s+|de\s+|at\s+|least\s+|more\s+than\s+|over\s+)*\Z",
    re.IGNORECASE,
)


class Ages(NamedTuple):
    """Lowest and highest age; None where that side is open."""

    lower: int | None
    upper: int | None
    start: int
    end: int


def find(record: StudyRecord) -> dict[str, Found]:
    """`age_lower` and `age_upper`, as far as stated."""
    for statement in record.having(Role.AGE):
        told = list(_of_field(statement.text))
        if told:
            return _facets(statement, told)
    for statement in record.having(Role.POPULATION):
        if statement.excludes:
            continue
        told = list(_in_prose(statement.text))
        if lists_criteria(statement):
            spans = exclusions(statement.text)
            told = [ages for ages in told if not any(start <= ages.start < end for start, end in spans)][:2]
        if told:
            return _facets(statement, told)
    for statement in record.having(Role.TITLE, Role.DESCRIPTION):
        told = list(_in_prose(statement.text))[:1]
        if told:
            return _facets(statement, told)
    return {}


def _facets(statement: Statement, told: list[Ages]) -> dict[str, Found]:
    lowers = [ages.lower for ages in told if ages.lower is not None]
    uppers = [ages.upper for ages in told if ages.upper is not None]
    open_ended = any(ages.upper is None for ages in told) and any(
        ages.upper is None and (ages.lower or 0) >= max(uppers, default=0) for ages in told
    )
    evidence = (stated(statement, statement.text[told[0].start : told[-1].end]),)
    facets: dict[str, Found] = {}
    if lowers and min(lowers) < OLDEST:
        facets["age_lower"] = Found(min(lowers), evidence)
    if uppers and not open_ended and max(uppers) < OLDEST:
        facets["age_upper"] = Found(max(uppers), evidence)
    return facets


def _of_field(text: str) -> Iterator[Ages]:
    """Ages in a field that is about nothing else, where a bare number is one."""
    yield from _read(text, prose=False)


def _in_prose(text: str) -> Iterator[Ages]:
    yield from _read(text[:LONGEST_TEXT], prose=True)


def _read(text: str, *, prose: bool) -> Iterator[Ages]:
    """Ages in a text, in order; a stretch of it is read once, by the first shape that fits."""
    if not any(character.isdigit() for character in text) and not _ALL.search(text):
        return
    taken: list[tuple[int, int]] = []
    found: list[Ages] = []
    for shape in (_all_ages, _ranges, _lowers, _uppers, _singles):
        for ages in shape(text, prose):
            if prose and _AVERAGE.search(text, max(0, ages.start - 60), ages.start):
                continue
            if not any(start < ages.end and ages.start < end for start, end in taken):
                taken.append((ages.start, ages.end))
                found.append(ages)
    yield from sorted(found, key=lambda ages: ages.start)


def _all_ages(text: str, prose: bool) -> Iterator[Ages]:
    del prose
    for match in _ALL.finditer(text):
        yield Ages(0, None, match.start(), match.end())


def _ranges(text: str, prose: bool) -> Iterator[Ages]:
    for match in _RANGE.finditer(text):
        unit = match["unit"] or match["low_unit"]
        if prose and not _is_age(text, match, match["aged"], unit):
            continue
        low = 0 if match["low"].lower() == "birth" else _whole_years(match["low"], match["low_unit"] or match["unit"])
        high = _whole_years(match["high"], match["unit"])
        if low > high:
            continue
        upper = None if match["plus"] or match["older"] or high >= OLDEST else high
        yield Ages(low, upper, match.start(), match.end())


def _lowers(text: str, prose: bool) -> Iterator[Ages]:
    for match in _LOWER.finditer(text):
        unit = match["unit"] or match["unit2"] or match["unit3"]
        aged = match["aged"] or match["aged2"]
        if prose and not _is_age(text, match, aged, unit, older=bool(match["older"])):
            continue
        yield Ages(_whole_years(match["low"] or match["low2"], unit), None, match.start(), match.end())


def _uppers(text: str, prose: bool) -> Iterator[Ages]:
    for match in _UPPER.finditer(text):
        unit = match["unit"] or match["unit2"]
        if prose and not _is_age(text, match, match["aged"] or match["aged2"], unit, older=bool(match["younger"])):
            continue
        number = match["high"] or match["high2"]
        high = _whole_years(number, unit)
        under = (match["under"] or "").lower()
        strict = under.startswith(
            (
                "under",
                "below",
                "younger",
                "less",
                "jonger",
                "unter",
                "jünger",
                "moins",
                "alle",
                "yngre",
                "menor",
                "meno",
                "onder",
            )
        )
        if (strict or under == "<") and high and _is_years(unit):
            high -= 1
        yield Ages(None, high, match.start(), match.end())


def _singles(text: str, prose: bool) -> Iterator[Ages]:
    del prose
    for match in _SINGLE.finditer(text):
        age = _whole_years(match["age"] or match["age2"], match["unit"] or match["unit2"])
        if age < OLDEST:
            yield Ages(age, age, match.start(), match.end())
    if re.fullmatch(r"\s*\d{1,2}\s*", text):
        yield Ages(int(text), int(text), 0, len(text))


def _is_age(text: str, match: re.Match[str], aged: str | None, unit: str | None, *, older: bool = False) -> bool:
    """Whether a number in prose is an age: by a word beside it, or people before it."""
    if aged:
        return True
    if unit is None:
        return (
            match.group().rstrip().endswith("+")
            and _PEOPLE_BEFORE.search(text, max(0, match.start() - 60), match.start()) is not None
        )
    if _AGE_WORD.search(match.group()) and not re.search(r"\bor more\b|\bmehr\b|\bplus de\b", match.group()):
        return True
    before = text[max(0, match.start() - 60) : match.start()]
    if _NO_AGE.search(before):
        return False
    return _PEOPLE_BEFORE.search(before) is not None or (older and _is_years(unit) and "more" not in match.group())


def _is_years(unit: str | None) -> bool:
    return unit is None or _SHORT_UNIT.match(unit) is None


def _whole_years(number: str, unit: str | None) -> int:
    value = int(float(number.replace(",", ".")))
    short = _SHORT_UNIT.match(unit) if unit else None
    if short is None:
        return value
    return value // 12 if short["months"] else 0
