"""`sex`: who could be in the study, by sex.

A field about sex outranks the population that a record describes, this the title, the title the description. Both
sexes, or people in general, are `all`. A record that is not about people, or does not state whom it studied, has no
sex. The rules below are tried in their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from pipeline.enrich.people.criteria import lists_criteria
from pipeline.enrich.people.findings import Finding, names_a_sex
from pipeline.enrich.people.guards import GUARDS as GUARDS_OF_MENTIONS
from pipeline.enrich.people.interviewee import sex_of_interviewee
from pipeline.enrich.people.sampled import is_counted, is_sampled
from pipeline.enrich.people.sentence import compiled, words_of
from pipeline.enrich.people.tiers import Tiers
from pipeline.enrich.people.who import GENERAL, ONE_SEX, OPPOSITE, Who
from pipeline.enrich.people.words_for_people import lexicon, sex_of_value
from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.required import fragments
from pipeline.model.record import Conditions, Found, RecordByRole, Role, Statement, stated

_LABEL = re.compile(
    rf"(?<!\w){words_of('label', 'sex')}\s*(?:of participants|\(s\)|eligible[^:]{{0,30}})?\s*[:：]\s*[-*\s]*"
    r"(?P<value>[^\s,;.|、。]+(?:[ /&]+(?:and|or|en|of|und|et|ja|och)?\s*\w+)?)",
    re.IGNORECASE,
)
_LABELS = Prefilter(fragments("sex", "label"))
_ASKED = compiled(rf"\b{words_of('asked', 'sex')}\b|{words_of('asked_unspaced', 'sex')}")
_ASKED_FRAGMENTS = Prefilter(fragments("sex", "asked", "asked_unspaced"))
_COUNTS_PEOPLE = compiled(r"participant|enrol|person")
"""In the names of fields that count people."""
_OPINIONS_ABOUT_ONE_SEX = compiled(rf"\b{words_of('opinions_about_one_sex', 'sex')}\b")
_OFFSPRING = compiled(rf"\b{words_of('offspring', 'sex')}")
_MOTHER = compiled(words_of("mother", "sex"))
_BABY = compiled(rf"\b{words_of('baby', 'sex')}\b")
_BABIES = Prefilter(fragments("sex", "baby", "offspring"))


def _field(tiers: Tiers) -> Found | None:
    by_value: dict[str, Statement] = {}
    for statement in tiers.record.having(Role.SEX):
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


def _label(tiers: Tiers) -> Found | None:
    for statement in tiers.record.having(Role.POPULATION, Role.DESCRIPTION):
        text = statement.text
        if statement.excludes or (":" not in text and "\uff1a" not in text) or not _LABELS.passes(text):
            continue
        for found in _LABEL.finditer(text):
            value = sex_of_value(found["value"]) or sex_of_value(found["value"].split()[0])
            if value is not None:
                return Found(value, (stated(statement, found.group()),))
    return None


def _interviewee(tiers: Tiers) -> Found | None:
    return sex_of_interviewee(tiers.record) if tiers.single is not None else None


def _mothers_and_babies(tiers: Tiers) -> Found | None:
    """`all` where the babies of the women whom later rules find take part with them."""
    record = tiers.record
    if not any(_may_name_a_baby(statement) for statement in record.having(Role.TITLE, Role.POPULATION)):
        return None
    found = first(_BY_WORDS, tiers).get("sex")
    if found is None or found.value != "female":
        return None
    titles = record.having(Role.TITLE)
    fields = {statement.field for statement in titles}
    if any(_MOTHER.match(evidence.words or "") and evidence.field not in fields for evidence in found.evidence):
        for statement in titles:
            if (baby := _BABY.search(statement.text)) is not None:
                return Found("all", (stated(statement, baby.group()), *found.evidence))
    for statement in record.having(Role.TITLE, Role.POPULATION):
        if _may_name_a_baby(statement) and (both := _OFFSPRING.search(statement.text)) is not None:
            return Found("all", (stated(statement, both.group()),))
    return None


def _may_name_a_baby(statement: Statement) -> bool:
    return (
        not statement.excludes
        and (statement.role is Role.TITLE or not lists_criteria(statement))
        and _BABIES.passes(statement.text)
    )


def _population(tiers: Tiers) -> Found | None:
    """The sex of the population. If only rules for women and for men make it `all`, a title of one sex outranks it."""
    found = _agreed(tiers.population) or _people_of_population(tiers)
    if found is not None and found.value == "all" and not any(map(_is_no_rule, tiers.population)):
        title = _agreed(tiers.title)
        return title if title is not None and title.value != "all" else found
    return found


def _is_no_rule(finding: Finding) -> bool:
    """Whether a finding names who takes part, rather than a rule for women or for men among them."""
    return finding.rule_for is None and finding.who in {Who.FEMALE, Who.MALE, Who.BOTH, Who.PEOPLE}


def _people_of_population(tiers: Tiers) -> Found | None:
    people = next((finding for finding in tiers.population if finding.who is Who.PEOPLE), None)
    if people is None or lists_criteria(people.statement) or tiers.has_title_of_the_same_people(people):
        return None
    return _found("all", people)


def _title(tiers: Tiers) -> Found | None:
    found = _agreed(tiers.title)
    return None if found is None or _is_contradicted(found, tiers) else found


def _is_contradicted(found: Found, tiers: Tiers) -> bool:
    """Whether others were studied than the one sex of a title, or were asked for opinions about that sex."""
    if found.value == "all":
        return False
    others = {OPPOSITE[Who(found.value)], Who.BOTH}
    studied = [*tiers.population, *tiers.sample]
    if any(finding.who in others for finding in studied):
        return True
    by_condition = not any(finding.who in ONE_SEX for finding in tiers.title)
    if by_condition and any(finding.who is Who.PEOPLE and is_sampled(finding) for finding in studied):
        return True
    descriptions = (statement.text for statement in tiers.record.having(Role.DESCRIPTION))
    return not tiers.population and any(map(_OPINIONS_ABOUT_ONE_SEX.search, descriptions))


def _single(tiers: Tiers) -> Found | None:
    return Found("all", (tiers.single,)) if tiers.single is not None else None


def _sample(tiers: Tiers) -> Found | None:
    """The sex of the sample in the description; people in general outrank one sex only where they are counted."""
    if not any(names_a_sex(statement) for statement in tiers.record.having(Role.DESCRIPTION)):
        return None
    counted = next((finding for finding in tiers.sample if finding.who is Who.PEOPLE and is_counted(finding)), None)
    return _agreed(finding for finding in tiers.sample if finding.who is not Who.PEOPLE or finding is counted)


def _people(tiers: Tiers) -> Found | None:
    return _found("all", tiers.people) if tiers.people is not None else None


def _count_or_ages(tiers: Tiers) -> Found | None:
    if tiers.is_of_things:
        return None
    counted = next(iter(tiers.record.having(Role.AGE)), None) or _number_of_participants(tiers.record)
    return Found("all", (stated(counted),)) if counted is not None else None


def _number_of_participants(record: RecordByRole) -> Statement | None:
    """The statement of the sample size, where its field or its words are about people."""
    for statement in record.having(Role.SAMPLE_SIZE):
        if _COUNTS_PEOPLE.search(statement.field) or any(
            match.value in GENERAL for match in lexicon("en").find(statement.text)
        ):
            return statement
    return None


def _asked(tiers: Tiers) -> Found | None:
    if tiers.is_of_things or any(finding.who is Who.THINGS for finding in tiers.description):
        return None
    for statement in tiers.record.having(Role.TITLE, Role.DESCRIPTION):
        text = statement.text
        if _ASKED_FRAGMENTS.passes(text) and (found := _ASKED.search(text)) is not None:
            return Found("all", (stated(statement, found.group()),))
    return None


def _agreed(found: Iterable[Finding]) -> Found | None:
    """The sex that findings agree on; `all` where they name both; None where they name people in general."""
    by_who: dict[Who, Finding] = {}
    for finding in found:
        by_who.setdefault(finding.who, finding)
    if Who.BOTH in by_who:
        return _found("all", by_who[Who.BOTH])
    sexes = [who for who in (Who.FEMALE, Who.MALE) if who in by_who]
    if len(sexes) == 2:
        return _found("all", *(by_who[who] for who in sexes))
    people = by_who.get(Who.PEOPLE)
    if people and sexes and people.sentence < by_who[sexes[0]].sentence and not by_who[sexes[0]].described:
        return _found("all", people)
    if sexes:
        return _found(sexes[0].value, by_who[sexes[0]])
    conditions = [who for who in (Who.FEMALE_CONDITION, Who.MALE_CONDITION) if who in by_who]
    if len(conditions) == 1 and Who.PEOPLE not in by_who and Who.THINGS not in by_who:
        return _found(conditions[0].value.split("_")[0], by_who[conditions[0]])
    return None


def _found(value: str, *found: Finding) -> Found:
    return Found(value, tuple(stated(finding.statement, finding.words) for finding in found))


def _rule(
    name: str,
    find: Callable[[Tiers], Found | None],
    *,
    reads: str,
    decides: str,
    example: tuple[Mapping[str, str], str],
    counter: tuple[Mapping[str, str], str | None],
    even_of_things: bool = False,
) -> Rule[Tiers]:
    """A rule; `even_of_things`: also where the unit of analysis, or the title, states that things were studied."""

    def find_sex(tiers: Tiers) -> dict[str, Found]:
        found = find(tiers) if even_of_things or not tiers.studies_things else None
        return {} if found is None else {"sex": found}

    return Rule(
        name=name,
        facet="sex",
        reads=reads,
        decides=decides,
        example=Example(*example),
        counter=Example(*counter),
        find=find_sex,
    )


_BY_WORDS = (
    _rule(
        "sex of the population",
        _population,
        reads="the population that the record describes, without what its criteria exclude",
        decides="the one sex that it names; all, if it names both, or people in general in a sentence or two",
        example=({"population": "Women aged 20 to 49"}, "female"),
        counter=({"title": "Women at sea", "population": "All who signed on"}, "female"),
    ),
    _rule(
        "sex of the title",
        _title,
        reads="the title",
        decides="the one sex that it names, unless the record names others as studied",
        example=({"title": "Women in prison"}, "female"),
        counter=({"title": "Women's rights"}, None),
    ),
    _rule(
        "single interview",
        _single,
        reads="the title and the description of the record of one interview",
        decides="all, as the record does not state the sex of the one person",
        example=({"title": "Interview with Maria Example", "description": "On the war."}, "all"),
        counter=({"title": "Interviews", "description": "Men told of the war."}, "male"),
    ),
    _rule(
        "sex of the sample",
        _sample,
        reads="what the description states of the people who were asked, recruited, counted",
        decides="the one sex that it names; both, if it names both",
        example=({"description": "We interviewed 40 women in three villages."}, "female"),
        counter=({"description": "We interviewed 40 adults about the work of women."}, "all"),
    ),
    _rule(
        "people in general",
        _people,
        reads="the population, the title, the description, the first that names people or things",
        decides="all, if it names people",
        example=({"title": "Survey of young people"}, "all"),
        counter=({"title": "Survey of rivers"}, None),
    ),
    _rule(
        "ages or numbers of people",
        _count_or_ages,
        reads="the fields of ages and of the number of participants",
        decides="all, as only people are described so",
        example=({"title": "Samples", "age": "16 and over"}, "all"),
        counter=({"title": "Samples", "sample_size": "12 stones"}, None),
    ),
    _rule(
        "somebody was asked",
        _asked,
        reads="the title and the description",
        decides="all, as only people answer",
        example=({"description": "A postal survey on rivers."}, "all"),
        counter=({"description": "A survey of firms was held by questionnaire."}, None),
    ),
)
RULES: tuple[Rule[Tiers], ...] = (
    _rule(
        "field about sex",
        _field,
        reads="fields about sex and nothing else",
        decides="the sex that they name",
        example=({"sex": "Female"}, "female"),
        counter=({"sex": "not recorded"}, None),
        even_of_things=True,
    ),
    _rule(
        "label inside a text",
        _label,
        reads="labels in the population and the description",
        decides="the sex after the label",
        example=({"description": "Sex: Female. Age: 40."}, "female"),
        counter=({"description": "Sex: unknown value."}, None),
        even_of_things=True,
    ),
    _rule(
        "pronouns for a single interviewee",
        _interviewee,
        reads="the description of a single interview",
        decides="the sex of the pronouns and forms of address for the interviewee",
        example=({"title": "Interview 12", "description": "She tells of her work."}, "female"),
        counter=({"title": "A play", "description": "She tells of her work."}, None),
        even_of_things=True,
    ),
    _rule(
        "mothers with their babies",
        _mothers_and_babies,
        reads="the title and the population of a record about women",
        decides="all, if their babies take part too",
        example=({"title": "Mothers and babies", "population": "Mothers"}, "all"),
        counter=({"title": "Women and babies", "population": "Women"}, "female"),
    ),
    *_BY_WORDS,
)
"""In the order in which they are tried."""
GUARDS = GUARDS_OF_MENTIONS


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`sex`: `female`, `male` or `all`; absent where the record is not about people, or does not state whom."""
    return first(RULES, Tiers(record))
