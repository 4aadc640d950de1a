"""Who could be in the study, by sex.

A field about sex outranks the population that a record describes, that the title, that the description. People of
both sexes, or people in general, are `all`; a record that is not about people, or says nothing of whom, has no sex.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pipeline.enrich.people import interviewee
from pipeline.enrich.people.criteria import barred, exclusions, lists_criteria
from pipeline.enrich.people.findings import Claim, claims, lexicon, names_a_sex, people_beside, units
from pipeline.enrich.people.mentions import GENERAL, NATURES, ONE_SEX, OTHER, RELATION, Who, hinted
from pipeline.enrich.people.sampled import is_counted, is_covered, is_of_sample, is_sampled
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.tokens import LONGEST_TEXT, sentences
from pipeline.model.record import Conditions, Evidence, Found, Role, Statement, StudyRecord, stated
from pipeline.model.text import fold


def _any(name: str) -> str:
    return alternatives("sex", name, ignore_case=True)


_LABEL = re.compile(
    rf"(?<!\w){_any('label')}\s*(?:of participants|\(s\)|eligible[^:]{{0,30}})?\s*[:：]\s*[-*\s]*"
    r"(?P<value>[^\s,;.|]+(?:[ /&]+(?:and|or|en|of|und|et|ja|och)?\s*\w+)?)",
    re.IGNORECASE,
)
_LABELS = tuple(table("patterns/sex")["label"].split("|"))
_HINTS: dict[str, list[str]] = table("patterns/sex")["hints"]
"""Parts of words without which a rule cannot hold."""
_ASKED = re.compile(rf"\b{_any('asked')}\b|{alternatives('sex', 'asked_unspaced')}", re.IGNORECASE)
_OF_PEOPLE = re.compile(r"participant|enrol|person", re.IGNORECASE)
"""Names of fields that count people."""
_ABOUT = re.compile(rf"\b{_any('about')}\b", re.IGNORECASE)
_OFFSPRING = re.compile(rf"\b{_any('offspring')}", re.IGNORECASE)
_MOTHER = re.compile(_any("mother"), re.IGNORECASE)
_BABY = re.compile(rf"\b{_any('baby')}\b", re.IGNORECASE)
_IF_ONE = re.compile(rf"\bif {_any('if_one')}\b", re.IGNORECASE)
"""A rule for one sex by a condition: then both can take part."""
_OF_THINGS = re.compile(rf"\b{_any('of_things')}\b", re.IGNORECASE)
_OTHERS: dict[str | None, Who] = {"female": Who.MALE, "male": Who.FEMALE}
"""Who remains where one sex is left out."""


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`sex`: `female`, `male` or `all`; absent where the record is not about people, or does not state whom."""
    found = _of_field(record) or _of_label(record)
    if found is None:
        single = interviewee.named(record)
        found = (interviewee.find(record) if single is not None else None) or _of_words(record, single)
    return {} if found is None else {"sex": found}


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
    for sex, short in table("people")["values"].items():
        if folded in short:
            return str(sex)
    named = {match.value for match in lexicon(None).find(words)}
    if Who.BOTH in named or named >= ONE_SEX:
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
        if ":" not in statement.text and "\uff1a" not in statement.text:
            continue
        lowered = statement.text.lower()
        if not any(label in lowered for label in _LABELS):
            continue
        for found in _LABEL.finditer(statement.text):
            value = _value(found["value"]) or _value(found["value"].split()[0])
            if value is not None:
                return Found(value, (stated(statement, found.group()),))
    return None


class _Told:
    """What the words of a record say of whom it studied, tier by tier; each is read when it is first asked for."""

    def __init__(self, record: StudyRecord, single: Evidence | None) -> None:
        self.record = record
        self.single = single
        """The words that say that the record is of a single interview."""

    @cached_property
    def population(self) -> list[Claim]:
        return [claim for statement in self.record.having(Role.POPULATION) for claim in _population_claims(statement)]

    @cached_property
    def title(self) -> list[Claim]:
        return [claim for statement in self.record.having(Role.TITLE) for claim in claims(statement, topical=True)]

    @cached_property
    def description(self) -> list[Claim]:
        return [
            claim for statement in self.record.having(Role.DESCRIPTION) for claim in claims(statement, topical=True)
        ]

    @cached_property
    def descriptions(self) -> list[str]:
        return [statement.text[:LONGEST_TEXT] for statement in self.record.having(Role.DESCRIPTION)]

    @cached_property
    def sample(self) -> list[Claim]:
        """Those sentences of the description that tell who was studied."""
        told = []
        of_others = False
        for claim in self.description:
            if is_of_sample(claim) or (not of_others and is_covered(claim)):
                told.append(claim)
            of_others = of_others or claim.who in {Who.PEOPLE, Who.BOTH}
        return told


def _of_words(record: StudyRecord, single: Evidence | None) -> Found | None:
    """The sex that population, title and description tell, in this order."""
    told = _Told(record, single)
    if _studies_things(record) and not any(claim.who in GENERAL | ONE_SEX for claim in told.population):
        return None
    found = _of_population(told) or _of_universe(told) or _of_title(told) or _of_sample(told) or _of_people(told)
    return (_of_offspring(record, found) or found) if found is not None and found.value == "female" else found


def _of_offspring(record: StudyRecord, found: Found) -> Found | None:
    """`all` where the babies of women take part with them: "pregnant women and their newborns"."""
    titles = {statement.field for statement in record.having(Role.TITLE)}
    if any(_MOTHER.match(evidence.words or "") and evidence.field not in titles for evidence in found.evidence):
        for statement in record.having(Role.TITLE):
            if (baby := _BABY.search(statement.text)) is not None:
                return Found("all", (stated(statement, baby.group()), *found.evidence))
    for statement in record.having(Role.TITLE, Role.POPULATION):
        if (
            not statement.excludes
            and not lists_criteria(statement)
            and (both := _OFFSPRING.search(statement.text[:LONGEST_TEXT])) is not None
        ):
            return Found("all", (stated(statement, both.group()),))
    return None


def _of_population(told: _Told) -> Found | None:
    """What the population tells; rules for women and for men yield to a title that is of one sex."""
    found = _decide(told.population)
    if found is not None and found.value == "all" and not any(_is_open(claim) for claim in told.population):
        title = _decide(told.title)
        if title is not None and title.value != "all":
            return title
    return found


def _is_open(claim: Claim) -> bool:
    """Whether people take part by these words, which are no rule for women or for men among them."""
    return claim.of is None and claim.who in {Who.FEMALE, Who.MALE, Who.BOTH, Who.PEOPLE}


def _of_universe(told: _Told) -> Found | None:
    """`all` where a population told in a sentence or two is of people in general."""
    people = next((claim for claim in told.population if claim.who is Who.PEOPLE), None)
    return _all(people) if people is not None and not lists_criteria(people.statement) else None


def _of_title(told: _Told) -> Found | None:
    """What the title tells, unless the record says that others were studied too; `all` of a single interviewee."""
    found = _decide(told.title)
    if found is not None and not _widened(found, told):
        return found
    return Found("all", (told.single,)) if told.single is not None else None


def _of_sample(told: _Told) -> Found | None:
    """What the description tells of the sample; people outrank one sex there only where they are counted first."""
    if not any(names_a_sex(statement) for statement in told.record.having(Role.DESCRIPTION)):
        return None
    counted = next((claim for claim in told.sample if claim.who is Who.PEOPLE and is_counted(claim)), None)
    return _decide(claim for claim in told.sample if claim.who is not Who.PEOPLE or claim is counted)


def _of_people(told: _Told) -> Found | None:
    """`all` where people are spoken of, before any things; None where things are, or nobody is."""
    for told_of in ("population", "title", "sample", "description"):  # each is read when it is its turn
        tier: list[Claim] = getattr(told, told_of)
        general = next((claim for claim in tier if claim.who in GENERAL or claim.who is Who.BOTH), None)
        if told_of == "sample":
            general = next((claim for claim in tier if claim.who in GENERAL and is_sampled(claim)), general)
        people = general or next((claim for claim in tier if claim.who in ONE_SEX), None)
        if people is not general and told_of == "description":
            people = next(filter(None, map(_of_anyone, tier)), None)
        things = next((claim for claim in tier if claim.who is Who.THINGS), None)
        if told_of == "title" and things is None and people is None and not told.population:
            things = next((claim for claim in tier if claim.who is Who.MATTER), None)
        if told_of != "description" and things is not None and not _outranks(general, things):
            return None
        if people is not None:
            return _all(people)
    age = next(told.record.having(Role.AGE), None) or _participants(told.record)
    return Found("all", (stated(age),)) if age is not None else _of_asked(told)


def _of_anyone(claim: Claim) -> Claim | None:
    """Whom a claim of one sex in a description is told of: people named beside, or those whose relative it names."""
    if claim.who not in ONE_SEX:
        return None
    return people_beside(claim) or (claim if RELATION.match(claim.words) else None)


def _participants(record: StudyRecord) -> Statement | None:
    """The number of those who took part, where its field or its words say that it is of people."""
    for statement in record.having(Role.SAMPLE_SIZE):
        if _OF_PEOPLE.search(statement.field) or any(
            hit.value in GENERAL for hit in lexicon("en").find(statement.text)
        ):
            return statement
    return None


def _outranks(people: Claim | None, things: Claim) -> bool:
    """Whether people are whom a text is about: named before the things, or first in a sentence where these are not."""
    return people is not None and (
        people.sentence <= things.sentence or (people.leads and not things.leads) or is_sampled(people)
    )


def _of_asked(told: _Told) -> Found | None:
    """`all` where somebody was asked, by whatever name, and no things were: only people answer."""
    if any(claim.who is Who.THINGS for claim in told.description):
        return None
    for statement in told.record.having(Role.TITLE, Role.DESCRIPTION):
        text = statement.text[:LONGEST_TEXT]
        if hinted(text, _HINTS["asked"]) and (found := _ASKED.search(text)) is not None:
            return Found("all", (stated(statement, found.group()),))
    return None


def _studies_things(record: StudyRecord) -> bool:
    """Whether the unit of analysis is no person, household or family, or the title says so of the survey."""
    titles = (statement.text for statement in record.having(Role.TITLE))
    if any(hinted(title, _HINTS["of_things"]) and _OF_THINGS.search(title) for title in titles):
        return True
    named = {
        match.value for statement in record.having(Role.UNIT_OF_ANALYSIS) for match in units().find(statement.text)
    }
    return named == {Who.THINGS}


def _widened(found: Found, told: _Told) -> bool:
    """Whether a title of one sex is contradicted: others were studied too, or opinions of that sex were asked for."""
    other = _OTHERS.get(found.value)
    if other is None:
        return False
    if any(claim.who in {other, Who.BOTH} for claim in [*told.population, *told.sample]):
        return True
    return not told.population and any(_ABOUT.search(text) for text in told.descriptions)


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
    if (words := barred(statement.text)) is not None and (of := _value(words)) in _OTHERS:
        start = statement.text.index(words)
        return [Claim(_OTHERS[of], statement, words, 0, start, leads=True)]
    return _of_rules(statement, inclusion)


def _of_rules(statement: Statement, inclusion: list[Claim]) -> list[Claim]:
    """What a list of rules says: who is named first in an item takes part, and with them whom a rule is for."""
    rules = {claim.of: claim for claim in inclusion if claim.of is not None}
    for found in _IF_ONE.finditer(statement.text[:LONGEST_TEXT]):
        of = Who.FEMALE if found["sex"].lower() in {"female", "woman", "women"} else Who.MALE
        rules.setdefault(of, Claim(Who.NEUTRAL, statement, found.group(), 0, found.start(), of=of))
    kept = []
    for claim in inclusion:
        if claim.who in NATURES or (claim.who in ONE_SEX and not claim.leads):
            continue
        if claim.who in ONE_SEX and OTHER[claim.who] in rules:
            claim = claim._replace(who=Who.BOTH)  # noqa: PLW2901 - the same claim, read with the others
        kept.append(claim)
    if rules.keys() >= ONE_SEX:
        kept.append(rules[Who.FEMALE]._replace(who=Who.BOTH))
    return kept
