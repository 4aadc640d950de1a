"""`sex`: who could be in the study, by sex.

A field about sex outranks the population that a record describes, this the title, the title the description. Both
sexes, or people in general, are `all`. A record that is not about people, or does not state whom it studied, has no
sex.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from pipeline.enrich.people.criteria import lists_criteria
from pipeline.enrich.people.findings import Finding, findings, names_a_sex, people_beside
from pipeline.enrich.people.interviewee import sex_of_interviewee, single_interview
from pipeline.enrich.people.mentions import RELATIVE
from pipeline.enrich.people.population import findings_on_population
from pipeline.enrich.people.sampled import is_counted, is_covered, is_of_sample, is_sampled
from pipeline.enrich.people.who import GENERAL, ONE_SEX, OPPOSITE, Who
from pipeline.enrich.people.words_for_people import lexicon, sex_of_value, units_of_analysis
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.patterns import alternatives
from pipeline.enrich.text.required import fragments
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, Statement, stated


def _any(name: str) -> str:
    return alternatives("sex", name, ignore_case=True)


_LABEL = re.compile(
    rf"(?<!\w){_any('label')}\s*(?:of participants|\(s\)|eligible[^:]{{0,30}})?\s*[:：]\s*[-*\s]*"
    r"(?P<value>[^\s,;.|、。]+(?:[ /&]+(?:and|or|en|of|und|et|ja|och)?\s*\w+)?)",
    re.IGNORECASE,
)
_LABELS = Prefilter(fragments("sex", "label"))
_PREFILTERS = {
    "asked": Prefilter(fragments("sex", "asked", "asked_unspaced")),
    "of_things": Prefilter(fragments("sex", "of_things")),
}
_ASKED = re.compile(rf"\b{_any('asked')}\b|{alternatives('sex', 'asked_unspaced')}", re.IGNORECASE)
_COUNTS_PEOPLE = re.compile(r"participant|enrol|person", re.IGNORECASE)
"""In the names of fields that count people."""
_OPINIONS_ABOUT_ONE_SEX = re.compile(rf"\b{_any('opinions_about_one_sex')}\b", re.IGNORECASE)
_OFFSPRING = re.compile(rf"\b{_any('offspring')}", re.IGNORECASE)
_MOTHER = re.compile(_any("mother"), re.IGNORECASE)
_BABY = re.compile(rf"\b{_any('baby')}\b", re.IGNORECASE)
_OF_THINGS = re.compile(rf"\b{_any('of_things')}\b", re.IGNORECASE)


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`sex`: `female`, `male` or `all`; absent where the record is not about people, or does not state whom."""
    found = _from_field(record) or _from_label(record)
    if found is None:
        single = single_interview(record)
        found = (sex_of_interviewee(record) if single is not None else None) or _from_words(record, single)
    return {} if found is None else {"sex": found}


def _from_field(record: RecordByRole) -> Found | None:
    """The value of fields that are about sex and nothing else."""
    by_value: dict[str, Statement] = {}
    for statement in record.having(Role.SEX):
        for words in (statement.code, statement.text):
            value = sex_of_value(words) if words else None
            if value is not None:
                if statement.excludes:
                    value = {"female": "male", "male": "female"}.get(value, value)
                by_value.setdefault(value, statement)
    if not by_value:
        return None
    value = next(iter(by_value)) if len(by_value) == 1 else "all"
    return Found(value, tuple(stated(statement) for statement in by_value.values()))


def _from_label(record: RecordByRole) -> Found | None:
    """The value of a label inside a longer text: `Sex: Female`."""
    for statement in record.having(Role.POPULATION, Role.DESCRIPTION):
        text = statement.text
        if statement.excludes or (":" not in text and "\uff1a" not in text) or not _LABELS.passes(text):
            continue
        for found in _LABEL.finditer(text):
            value = sex_of_value(found["value"]) or sex_of_value(found["value"].split()[0])
            if value is not None:
                return Found(value, (stated(statement, found.group()),))
    return None


class _Findings:
    """The findings of a record by tier, each tier read when it is first asked for."""

    def __init__(self, record: RecordByRole, single: Evidence | None) -> None:
        self.record = record
        self.single = single
        """The words that state that the record is about a single interview."""

    @cached_property
    def population(self) -> list[Finding]:
        return [
            finding
            for statement in self.record.having(Role.POPULATION)
            for finding in findings_on_population(statement)
        ]

    @cached_property
    def title(self) -> list[Finding]:
        return self._topical(Role.TITLE)

    @cached_property
    def description(self) -> list[Finding]:
        return self._topical(Role.DESCRIPTION)

    def _topical(self, role: Role) -> list[Finding]:
        return [finding for statement in self.record.having(role) for finding in findings(statement, topical=True)]

    @cached_property
    def sample(self) -> list[Finding]:
        """Those of the description that state who was studied."""
        found = []
        people_named = False
        for finding in self.description:
            if is_of_sample(finding) or (not people_named and is_covered(finding)):
                found.append(finding)
            people_named = people_named or finding.who in {Who.PEOPLE, Who.BOTH}
        return found


def _from_words(record: RecordByRole, single: Evidence | None) -> Found | None:
    """The sex stated by the words of population, title and description, in this order of precedence."""
    tiers = _Findings(record, single)
    if _studies_things(record) and not any(finding.who in GENERAL | ONE_SEX for finding in tiers.population):
        return None
    rules = (_by_population, _by_people_in_universe, _by_title, _by_sample, _by_people_in_general)
    found = next(filter(None, (rule(tiers) for rule in rules)), None)
    return (_with_offspring(record, found) or found) if found is not None and found.value == "female" else found


def _with_offspring(record: RecordByRole, found: Found) -> Found | None:
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
            and (both := _OFFSPRING.search(statement.text)) is not None
        ):
            return Found("all", (stated(statement, both.group()),))
    return None


def _by_population(tiers: _Findings) -> Found | None:
    """The sex of the population. If only rules for women and for men make it `all`, a title of one sex outranks it."""
    found = _agreed(tiers.population)
    if found is not None and found.value == "all" and not any(_is_no_rule(finding) for finding in tiers.population):
        title = _agreed(tiers.title)
        if title is not None and title.value != "all":
            return title
    return found


def _is_no_rule(finding: Finding) -> bool:
    """Whether a finding names who takes part, rather than a rule for women or for men among them."""
    return finding.rule_for is None and finding.who in {Who.FEMALE, Who.MALE, Who.BOTH, Who.PEOPLE}


def _by_people_in_universe(tiers: _Findings) -> Found | None:
    """`all` where a population that is stated in a sentence or two names people in general."""
    people = next((finding for finding in tiers.population if finding.who is Who.PEOPLE), None)
    return _all(people) if people is not None and not lists_criteria(people.statement) else None


def _by_title(tiers: _Findings) -> Found | None:
    """The sex of the title, unless the record contradicts it; of a single interview otherwise `all`."""
    found = _agreed(tiers.title)
    if found is not None and not _is_contradicted(found, tiers):
        return found
    return Found("all", (tiers.single,)) if tiers.single is not None else None


def _is_contradicted(found: Found, tiers: _Findings) -> bool:
    """Whether others were studied than the one sex of a title, or were asked for opinions about that sex."""
    if found.value == "all":
        return False
    other = OPPOSITE[Who(found.value)]
    if any(finding.who in {other, Who.BOTH} for finding in [*tiers.population, *tiers.sample]):
        return True
    descriptions = (statement.text for statement in tiers.record.having(Role.DESCRIPTION))
    return not tiers.population and any(map(_OPINIONS_ABOUT_ONE_SEX.search, descriptions))


def _by_sample(tiers: _Findings) -> Found | None:
    """The sex of the sample in the description; people in general outrank one sex only where they are counted."""
    if not any(names_a_sex(statement) for statement in tiers.record.having(Role.DESCRIPTION)):
        return None
    counted = next((finding for finding in tiers.sample if finding.who is Who.PEOPLE and is_counted(finding)), None)
    return _agreed(finding for finding in tiers.sample if finding.who is not Who.PEOPLE or finding is counted)


def _by_people_in_general(tiers: _Findings) -> Found | None:
    """`all` where a tier names people; None where it names things first, or no tier names people."""
    for tier in ("population", "title", "sample", "description"):
        found: list[Finding] = getattr(tiers, tier)  # a tier is read when it is its turn
        general = next((finding for finding in found if finding.who in GENERAL or finding.who is Who.BOTH), None)
        if tier == "sample":
            general = next((finding for finding in found if finding.who in GENERAL and is_sampled(finding)), general)
        people = general or next((finding for finding in found if finding.who in ONE_SEX), None)
        if people is not general and tier == "description":
            people = next(filter(None, map(_people_of, found)), None)
        things = next((finding for finding in found if finding.who is Who.THINGS), None)
        if tier == "title" and things is None and people is None and not tiers.population:
            things = next((finding for finding in found if finding.who is Who.MATTER), None)
        if tier != "description" and things is not None and not _outranks(general, things):
            return None
        if people is not None:
            return _all(people)
    counted = next(iter(tiers.record.having(Role.AGE)), None) or _number_of_participants(tiers.record)
    return Found("all", (stated(counted),)) if counted is not None else _by_asked(tiers)


def _people_of(finding: Finding) -> Finding | None:
    """The people that a word of one sex in a description is about: people named beside it, or its relatives."""
    if finding.who not in ONE_SEX:
        return None
    return people_beside(finding) or (finding if RELATIVE.match(finding.words) else None)


def _number_of_participants(record: RecordByRole) -> Statement | None:
    """The statement of the sample size, where its field or its words are about people."""
    for statement in record.having(Role.SAMPLE_SIZE):
        if _COUNTS_PEOPLE.search(statement.field) or any(
            match.value in GENERAL for match in lexicon("en").find(statement.text)
        ):
            return statement
    return None


def _outranks(people: Finding | None, things: Finding) -> bool:
    """Whether people outrank things: named no later, or sampled, or leading their sentence while the things do not."""
    return people is not None and (
        people.sentence <= things.sentence or (people.leads and not things.leads) or is_sampled(people)
    )


def _by_asked(tiers: _Findings) -> Found | None:
    """`all` where somebody was asked, whoever it was, and no things are named: only people answer."""
    if any(finding.who is Who.THINGS for finding in tiers.description):
        return None
    for statement in tiers.record.having(Role.TITLE, Role.DESCRIPTION):
        text = statement.text
        if _PREFILTERS["asked"].passes(text) and (found := _ASKED.search(text)) is not None:
            return Found("all", (stated(statement, found.group()),))
    return None


def _studies_things(record: RecordByRole) -> bool:
    """Whether the unit of analysis is no person, household or family, or the title names a survey of things."""
    titles = (statement.text for statement in record.having(Role.TITLE))
    if any(_PREFILTERS["of_things"].passes(title) and _OF_THINGS.search(title) for title in titles):
        return True
    units = units_of_analysis()
    named = {match.value for statement in record.having(Role.UNIT_OF_ANALYSIS) for match in units.find(statement.text)}
    return named == {Who.THINGS}


def _agreed(found: Iterable[Finding]) -> Found | None:
    """The sex that findings agree on; `all` where they name both; None where they name people in general."""
    by_who: dict[Who, Finding] = {}
    for finding in found:
        by_who.setdefault(finding.who, finding)
    if Who.BOTH in by_who:
        return _all(by_who[Who.BOTH])
    sexes = [who for who in (Who.FEMALE, Who.MALE) if who in by_who]
    if len(sexes) == 2:
        return _found("all", *(by_who[who] for who in sexes))
    if Who.PEOPLE in by_who and sexes and by_who[Who.PEOPLE].sentence < by_who[sexes[0]].sentence:
        return _all(by_who[Who.PEOPLE])
    if sexes:
        return _found(sexes[0].value, by_who[sexes[0]])
    conditions = [who for who in (Who.FEMALE_CONDITION, Who.MALE_CONDITION) if who in by_who]
    if len(conditions) == 1 and Who.PEOPLE not in by_who and Who.THINGS not in by_who:
        return _found(conditions[0].value.split("_")[0], by_who[conditions[0]])
    return None


def _found(value: str, *found: Finding) -> Found:
    return Found(value, tuple(stated(finding.statement, finding.words) for finding in found))


def _all(finding: Finding) -> Found:
    return _found("all", finding)
