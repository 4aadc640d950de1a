"""Who could be in the study, by sex.

A field about sex outranks the population that a record describes, that the title, that the description. People of
both sexes, or people in general, are `all`; a record that is not about people, or says nothing of whom, has no sex.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.enrich import interviewee
from pipeline.enrich.criteria import exclusions, lists_criteria
from pipeline.enrich.people import GENERAL, NATURES, ONE_SEX, OTHER, RELATION, Claim, Who, claims, lexicon, units
from pipeline.enrich.words import fold, sentences
from pipeline.record import Found, Role, Statement, StudyRecord, stated

_ALL = frozenset(
    {
        "all",
        "both",
        "any",
        "mixed",
        "m f",
        "f m",
        "alle",
        "beide",
        "kaikki",
        "tous",
        "everyone",
        "male female",
        "female male",
        "m v",
        "no restriction",
        "ambos",
    }
)
_LETTERS = {"f": "female", "v": "female", "w": "female", "k": "female", "n": "female", "m": "male"}
_LABEL = re.compile(
    r"(?<!\w)(?:sex|gender|sexe|geslacht|geschlecht|sukupuoli|kön|kjønn|køn|sexo|sesso|性別)\s*(?:of participants|\(s\)|eligible[^:]{0,30})?\s*[:：]\s*[-*\s]*(?P<value>[^\s,;.|]+(?:[ /&]+(?:and|or|en|of|und|et|ja|och)?\s*\w+)?)",
    re.IGNORECASE,
)
_SAMPLE = re.compile(
    r"\b(?:participa\w+|respond\w+|sampl\w+|recruit\w+|enrol\w+|interview\w+|survey\w*|aged?|cohort|study population|questionnaire|volunteer\w*|panel|asked|among|completed|purpose|aims?|objectives?|study|trial|evaluat\w+|investigat\w+|examin\w+|determin\w+|treating|"
    r"steekproef|deelnem\w+|ondervra\w+|onder|geënquêteerd\w*|enquête\w*|vragenlijst\w*|befrag\w+|stichprobe|teilnehm\w+|enquête|échantillon|répond\w+|otos|otoksen|vastaa\w+|"
    r"haastatel\w+|kysely\w*|urval\w*|deltag\w+|enkät\w*|encuesta\w*|muestra|campione|intervist\w+|n\s?=\s?\d+|\d+)\b",
    re.IGNORECASE,
)
_SAMPLE_BEFORE = re.compile(
    r"(?:\b(?:n\s?=\s?)?\d[\d,. ]*\s+(?:[\w-]+\s+){0,4}|\b(?:among|sample of|samples of|cohort of|survey of|study of|studies? (?:of|in|among|with)|interviews? (?:with|of|among)|interviewed|recruited|"
    r"enrolled|participants (?:were|are)|respondents (?:were|are)|patients (?:were|are)|subjects (?:were|are)|randomi[sz]ed|randomly select\w*|group of|population of|treating|onder|bij|interviews? met|"
    r"steekproef van|befragung von|bei|unter|auprès de|parmi|bland|blant|blandt|entre|tra)\s+(?:[\w-]+\s+){0,4})\Z",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?:in|of)\s+(?:[\w-]+\s+){0,4}\Z", re.IGNORECASE)
_NUMBER_BEFORE = re.compile(r"\b\d[\d,. ]*\s+(?:[\w-]+\s+){0,3}\Z")
_SAMPLE_AFTER = re.compile(
    r"\s*(?:\([nN]\s?=|\(?aged?\b|between the ages|of (?:reproductive|childbearing) age|(?:who )?(?:were|was|are) (?:interviewed|asked|recruited|enrolled|studied|included|surveyed|randomi[sz]ed|invited|followed)|"
    r"(?:participated|completed|took part|answered|volunteers|participants|respondents|patients|subjects|students)\b|tussen de|van \d|in de leeftijd|im alter|âgées?)",
    re.IGNORECASE,
)


def find(record: StudyRecord) -> Found | None:
    """`female`, `male` or `all`; None where the record is not about people, or does not say."""
    return _of_field(record) or _of_label(record) or _of_interviewee(record) or _of_words(record)


def _of_field(record: StudyRecord) -> Found | None:
    """What fields about sex and nothing else say."""
    seen: dict[str, Statement] = {}
    for statement in record.having(Role.SEX):
        for words in (statement.code, statement.text):
            value = _value(words) if words else None
            if value is not None:
                if statement.excludes:
                    value = {"female": "male", "male": "female"}.get(value, value)
                seen.setdefault(value, statement)
    if not seen:
        return None
    value = next(iter(seen)) if len(seen) == 1 else "all"
    return Found(value, tuple(stated(statement) for statement in seen.values()))


def _value(words: str) -> str | None:
    """The sex that a short value names: `Female`, `M`, `Both`, `mannen en vrouwen`."""
    folded = " ".join(re.findall(r"\w+", fold(words)))
    if folded in _ALL:
        return "all"
    if folded in _LETTERS:
        return _LETTERS[folded]
    named = {match.value for match in lexicon(None).find(words)}
    if Who.BOTH in named or ONE_SEX <= named:
        return "all"
    if Who.FEMALE in named:
        return "female"
    if Who.MALE in named:
        return "male"
    return "all" if named & GENERAL else None


def _of_label(record: StudyRecord) -> Found | None:
    """`Sex: Female` inside a longer text."""
    for statement in record.having(Role.POPULATION, Role.DESCRIPTION):
        if statement.excludes:
            continue
        for found in _LABEL.finditer(statement.text):
            value = _value(found["value"]) or _value(found["value"].split()[0])
            if value is not None:
                return Found(value, (stated(statement, found.group()),))
    return None


def _of_interviewee(record: StudyRecord) -> Found | None:
    return interviewee.find(record)


def _of_words(record: StudyRecord) -> Found | None:
    population = [claim for statement in record.having(Role.POPULATION) for claim in _population_claims(statement)]
    title = [claim for statement in record.having(Role.TITLE) for claim in claims(statement, topical=True)]
    description = [claim for statement in record.having(Role.DESCRIPTION) for claim in claims(statement, topical=True)]
    sample = [claim for claim in description if _is_of_sample(claim)]
    if _studies_things(record) and not any(claim.who in GENERAL | ONE_SEX for claim in population):
        return None

    if (found := _decide(population)) is not None:
        return found
    people = next((claim for claim in population if claim.who is Who.PEOPLE), None)
    if people is not None and not lists_criteria(people.statement):
        return _all(people)
    if (found := _decide(title)) is not None and not _widened(found, population, sample):
        return found
    if (single := interviewee.named(record)) is not None:
        return Found("all", (single,))
    counted = next((claim for claim in sample if claim.who is Who.PEOPLE and _is_counted(claim)), None)
    if (found := _decide(claim for claim in sample if claim.who is not Who.PEOPLE or claim is counted)) is not None:
        return found
    for tier in (population, title, sample, description):
        general = [claim for claim in tier if claim.who in GENERAL]
        things = [claim for claim in tier if claim.who is Who.THINGS]
        if things and (not general or things[0].sentence < general[0].sentence):
            return None
        if general:
            return _all(general[0])
        sexed = [claim for claim in tier if claim.who in ONE_SEX]
        if sexed:
            return _all(sexed[0])
    age = next(record.having(Role.AGE), None)
    return Found("all", (stated(age),)) if age is not None else None


def _is_of_sample(claim: Claim) -> bool:
    """Whether a sentence of a description tells who was studied, rather than what about."""
    text = claim.statement.text
    if claim.who in ONE_SEX:
        end = claim.start + len(claim.words)
        before = max(0, claim.start - 70)
        return (
            _SAMPLE_BEFORE.search(text, before, claim.start) is not None
            or _SAMPLE_AFTER.match(text, end, end + 60) is not None
            or (RELATION.match(claim.words) is None and _IN.search(text, before, claim.start) is not None)
        )
    if claim.who in NATURES and not claim.leads:
        return False
    return _SAMPLE.search(_sentence(claim)) is not None


def _is_counted(claim: Claim) -> bool:
    """Whether a number of those people is told: "1,200 adults"."""
    return _NUMBER_BEFORE.search(claim.statement.text, max(0, claim.start - 50), claim.start) is not None


def _studies_things(record: StudyRecord) -> bool:
    """Whether the unit of analysis is no person, household or family."""
    named = {
        match.value for statement in record.having(Role.UNIT_OF_ANALYSIS) for match in units().find(statement.text)
    }
    return named == {Who.THINGS}


def _widened(found: Found, population: list[Claim], sample: list[Claim]) -> bool:
    """Whether a title of one sex is contradicted: the record says that others were studied too."""
    other = {"female": Who.MALE, "male": Who.FEMALE}.get(found.value)
    return other is not None and any(claim.who in {other, Who.BOTH} for claim in [*population, *sample])


def _decide(told: Iterable[Claim]) -> Found | None:
    """The sex that claims agree on; `all` where they speak of both; None where they speak of people in general."""
    by_who: dict[Who, Claim] = {}
    for claim in told:
        by_who.setdefault(claim.who, claim)
    if Who.BOTH in by_who:
        return _all(by_who[Who.BOTH])
    sexes = [who for who in (Who.FEMALE, Who.MALE) if who in by_who]
    if len(sexes) == 2:
        return Found("all", tuple(stated(by_who[who].statement, by_who[who].words) for who in sexes))
    if Who.PEOPLE in by_who and sexes and by_who[Who.PEOPLE].sentence < by_who[sexes[0]].sentence:
        return _all(by_who[Who.PEOPLE])
    if sexes:
        claim = by_who[sexes[0]]
        return Found(sexes[0].value, (stated(claim.statement, claim.words),))
    natures = [who for who in (Who.FEMALE_NATURE, Who.MALE_NATURE) if who in by_who]
    if len(natures) == 1 and Who.PEOPLE not in by_who and Who.THINGS not in by_who:
        claim = by_who[natures[0]]
        return Found(natures[0].value.split("_")[0], (stated(claim.statement, claim.words),))
    return None


def _all(claim: Claim) -> Found:
    return Found("all", (stated(claim.statement, claim.words),))


def _population_claims(statement: Statement) -> list[Claim]:
    """What a population statement says of who takes part; of who does not, it says the opposite sex."""
    if statement.excludes:
        return [
            claim._replace(who=OTHER[claim.who])
            for claim in claims(statement, topical=False)
            if claim.who in ONE_SEX and len(claim.statement.text) - len(claim.words) < 20
        ]
    told = list(claims(statement, topical=False))
    if not lists_criteria(statement):
        return told
    bounds = sentences(statement.text)
    excluded = exclusions(statement.text)
    inclusion = [
        claim for claim in told if not any(start <= bounds[claim.sentence][0] < end for start, end in excluded)
    ]
    rules = {claim.of for claim in inclusion}
    kept = []
    for claim in inclusion:
        if claim.who in NATURES or (claim.who in ONE_SEX and not claim.leads):
            continue
        if claim.who in ONE_SEX and OTHER[claim.who] in rules:
            claim = claim._replace(who=Who.BOTH)  # noqa: PLW2901 - the same claim, read with the others
        kept.append(claim)
    if ONE_SEX <= rules:
        kept.append(next(claim for claim in inclusion if claim.of)._replace(who=Who.BOTH))
    return kept


def _sentence(claim: Claim) -> str:
    start, end = sentences(claim.statement.text)[claim.sentence]
    return claim.statement.text[start:end]
