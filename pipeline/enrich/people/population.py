"""Who takes part, by a statement on the population.

Such a statement is a sentence or two on the universe, a list of eligibility criteria, or states who is excluded.
"""

from __future__ import annotations

import re

from pipeline.enrich.people.criteria import excluded_sex, exclusions, is_of_whole_sex, lists_criteria
from pipeline.enrich.people.findings import Finding, findings, findings_of_criteria, names_a_sex
from pipeline.enrich.people.who import CONDITIONS, ONE_SEX, OPPOSITE, Who
from pipeline.enrich.people.words_for_people import sex_of_value
from pipeline.enrich.text.patterns import alternatives
from pipeline.model.record import Statement

_IF_OF_ONE_SEX = re.compile(rf"\bif {alternatives('sex', 'if_of_one_sex', ignore_case=True)}\b", re.IGNORECASE)
"""A rule for one sex, as "if female": then both can take part."""
_REMAINING: dict[str | None, Who] = {"female": Who.MALE, "male": Who.FEMALE}
"""Who remains where one sex is excluded."""


def findings_on_population(statement: Statement) -> list[Finding]:
    """Who takes part by a statement on the population; a statement on who is excluded yields the opposite sex."""
    if statement.excludes:
        return [
            finding._replace(who=OPPOSITE[finding.who])
            for finding in findings(statement)
            if finding.who in ONE_SEX and is_of_whole_sex(statement.text)
        ]
    if not lists_criteria(statement):
        return list(findings(statement))
    inclusion = list(findings_of_criteria(statement, exclusions(statement.text)))
    if not names_a_sex(statement):
        return inclusion
    words = excluded_sex(statement.text)
    if words is not None and (sex := sex_of_value(words)) in _REMAINING:
        start = statement.text.index(words)
        return [Finding(_REMAINING[sex], statement, words, 0, start)]
    return _of_criteria(statement, inclusion)


def _of_criteria(statement: Statement, inclusion: list[Finding]) -> list[Finding]:
    """Who takes part by a list of criteria: those named first in an item, and those whom a rule is for."""
    rules = {finding.rule_for: finding for finding in inclusion if finding.rule_for is not None}
    for found in _IF_OF_ONE_SEX.finditer(statement.text):
        sex = Who.FEMALE if found["sex"].lower() in {"female", "woman", "women"} else Who.MALE
        rules.setdefault(sex, Finding(Who.NEUTRAL, statement, found.group(), 0, found.start(), rule_for=sex))
    kept = []
    for finding in inclusion:
        if finding.who in CONDITIONS or (finding.who in ONE_SEX and not finding.leads):
            continue
        both = finding.who in ONE_SEX and OPPOSITE[finding.who] in rules
        kept.append(finding._replace(who=Who.BOTH) if both else finding)
    if rules.keys() >= ONE_SEX:
        kept.append(rules[Who.FEMALE]._replace(who=Who.BOTH))
    return kept
