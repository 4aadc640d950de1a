"""What a record states of the people studied, by tier: in its population, its title, its sample, its description."""

from __future__ import annotations

import re
from functools import cached_property

from pipeline.enrich.people.findings import Finding, findings, names_animals, people_beside, without_sexes_of_animals
from pipeline.enrich.people.interviewee import single_interview
from pipeline.enrich.people.population import findings_on_population
from pipeline.enrich.people.relatives import RELATIVE
from pipeline.enrich.people.sampled import (
    is_asked,
    is_covered,
    is_no_animal_asked,
    is_of_sample,
    is_sampled,
    may_be_sample,
)
from pipeline.enrich.people.sentence import compiled, words_of
from pipeline.enrich.people.who import GENERAL, ONE_SEX, Who
from pipeline.enrich.people.words_for_people import units_of_analysis
from pipeline.enrich.text.fragments import Prefilter
from pipeline.enrich.text.required import fragments
from pipeline.model.record import Evidence, RecordByRole, Role

_OF_THINGS = compiled(rf"\b{words_of('of_things', 'sex')}\b")
_OF_THINGS_FRAGMENTS = Prefilter(fragments("sex", "of_things"))
_ROLE = compiled(rf"{words_of('roles')}\Z")
_REVIEWS = compiled(words_of("reviews"))
"""Things that are studies themselves: people are counted in them whom nobody asked for this one."""
_QUOTED = re.compile(r"(?<!\w)[\"\u201c\u201e]([A-Z][^\"\u201d]{30,250})[\"\u201d]")
_OF_A_ROLE = compiled(rf"\b{words_of('of_a_role')}\s+\Z")


class Tiers:
    """The findings of a record by tier, each worked out when it is first asked for."""

    def __init__(self, record: RecordByRole) -> None:
        self.record = record

    @cached_property
    def single(self) -> Evidence | None:
        """The words that state that the record is about a single interview."""
        return single_interview(self.record)

    @cached_property
    def population(self) -> list[Finding]:
        """Those of the population."""
        return [
            finding
            for statement in self.record.having(Role.POPULATION)
            for finding in findings_on_population(statement)
        ]

    @cached_property
    def title(self) -> list[Finding]:
        """Those of the titles."""
        return self._of_people(Role.TITLE) or self._of_quoted_titles()

    @cached_property
    def description(self) -> list[Finding]:
        """Those of the descriptions."""
        return self._of_people(Role.DESCRIPTION)

    def _of_quoted_titles(self) -> list[Finding]:
        """Those of titles of articles that descriptions quote."""
        return [
            finding
            for statement in self.record.having(Role.DESCRIPTION)
            for quoted in _QUOTED.findall(statement.text)
            for finding in findings(statement._replace(role=Role.TITLE, text=quoted))
        ]

    def _of_people(self, role: Role) -> list[Finding]:
        found = [finding for statement in self.record.having(role) for finding in findings(statement)]
        return without_sexes_of_animals(found, self.record.having(Role.TITLE, Role.DESCRIPTION))

    @cached_property
    def sample(self) -> list[Finding]:
        """Those of the description that state who was studied."""
        found = []
        people_named = any(finding.who is Who.PEOPLE for finding in self.title)
        for finding in self.description:
            if is_of_sample(finding) or (not people_named and (is_covered(finding) or may_be_sample(finding))):
                found.append(finding)
            people_named = people_named or finding.who in {Who.PEOPLE, Who.BOTH}
        return found

    @cached_property
    def studies_things(self) -> bool:
        """Whether the unit of analysis is no person, household or family, or the title names a survey of things.

        A population of people outranks both.
        """
        titles = (statement.text for statement in self.record.having(Role.TITLE))
        units = units_of_analysis()
        stated = self.record.having(Role.UNIT_OF_ANALYSIS)
        named = {match.value for statement in stated for match in units.find(statement.text)}
        if named != {Who.THINGS} and not any(
            _OF_THINGS_FRAGMENTS.passes(title) and _OF_THINGS.search(title) for title in titles
        ):
            return False
        return not any(finding.who in GENERAL | ONE_SEX for finding in self.population)

    @cached_property
    def people(self) -> Finding | None:
        """The people whom the first tier that names people or things names, unless it names things first."""
        return self._people_and_things[0]

    @cached_property
    def is_of_things(self) -> bool:
        """Whether a tier names things before people."""
        return self._people_and_things[1]

    @cached_property
    def _people_and_things(self) -> tuple[Finding | None, bool]:
        for tier in ("population", "title", "sample", "description"):
            found: list[Finding] = getattr(self, tier)  # a tier is read when it is its turn
            general = next((finding for finding in found if finding.who in GENERAL or finding.who is Who.BOTH), None)
            if tier == "sample":
                general = next(
                    (finding for finding in found if finding.who in GENERAL and is_sampled(finding)), general
                )
            people = general or next((finding for finding in found if finding.who in ONE_SEX), None)
            if people is not general and tier == "description":
                people = next(filter(None, map(_people_of, found)), None)
            things = next((finding for finding in found if finding.who is Who.THINGS), None)
            if tier == "title" and things is None and people is None and not self.population:
                things = next((finding for finding in found if finding.who is Who.MATTER), None)
            if tier != "description" and things is not None and not _outranks(general, things):
                asked = None if tier == "population" else self._asked_beside(things)
                return asked, asked is None
            if people is not None:
                return people, False
        return None, False

    def _asked_beside(self, things: Finding) -> Finding | None:
        """The people who were asked, recruited or counted in a study that names things: "use of newspapers"."""
        if _REVIEWS.fullmatch(things.words):
            return None
        if names_animals(things.statement):
            return next(filter(is_no_animal_asked, self.description), None)
        return next((finding for finding in self.description if finding.who in GENERAL and is_asked(finding)), None)

    def has_title_of_the_same_people(self, people: Finding) -> bool:
        """Whether the title names people of one sex in the role that the population names: "working men", "workers"."""
        return _ROLE.match(people.words) is not None and any(
            finding.who in ONE_SEX and _OF_A_ROLE.search(finding.statement.text, 0, finding.start)
            for finding in self.title
        )


def _people_of(finding: Finding) -> Finding | None:
    """The people that a word of one sex in a description is about: people named beside it, or its relatives."""
    if finding.who not in ONE_SEX:
        return None
    return people_beside(finding) or (finding if RELATIVE.match(finding.words) else None)


def _outranks(people: Finding | None, things: Finding) -> bool:
    """Whether people outrank things: named no later, or sampled, or leading their sentence while the things do not."""
    return people is not None and (
        people.sentence <= things.sentence or (people.leads and not things.leads) or is_sampled(people)
    )
