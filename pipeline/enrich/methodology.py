"""`study_design`, `unit_of_analysis`, `collection_mode`: codes of the DDI and CESSDA vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pipeline.enrich.code_list import code_list, narrowest
from pipeline.enrich.rules import Example, Rule, each
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.enrich.text.remembered import remembered
from pipeline.model.codes import terms as terms_of
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, stated


@cache
def _terms(facet: str) -> Lexicon[str]:
    return Lexicon((term, code) for code, terms in terms_of(facet).items() for term in terms)


@cache
def _codes(facet: str) -> Mapping[str, str]:
    return {code.lower(): code for code in terms_of(facet)}


@remembered
def _stated_codes(facet: str, text: str, code_given: str) -> tuple[tuple[str, str | None], ...]:
    """Codes, and their words where these are not the whole statement.

    A code given beside the words outranks the term that is the whole statement, this the terms within it.
    """
    known = _codes(facet)
    for given in (code_given, text):
        if given and (code := known.get(given.strip().lower())):
            return ((code, None),)
    whole = _terms(facet).get(text)
    if whole is not None:
        return ((whole, None),)
    return tuple([(match.value, text[match.start : match.end]) for match in _terms(facet).find(text)])


def _rule(facet: str, role: Role, example: Example) -> Rule[RecordByRole]:
    """The rule of a facet whose terms are in a field for it."""

    def find_in_field(record: RecordByRole) -> dict[str, Found]:
        codes: dict[str, Evidence] = {}
        for statement in record.having(role):
            for code, words in _stated_codes(facet, statement.text, statement.code or ""):
                codes.setdefault(code, stated(statement, words))
        return {facet: code_list(narrowest(codes))} if codes else {}

    words = facet.replace("_", " ")
    return Rule(
        name=f"terms of the {words}",
        facet=facet,
        reads=f"the field of the {words}",
        decides="the codes and terms in it; of a code and a narrower one the narrower",
        example=example,
        counter=Example({"description": example.says[role.value]}),
        find=find_in_field,
    )


RULES = (
    _rule("study_design", Role.STUDY_DESIGN, Example({"study_design": "Cross-section"}, ["CrossSection"])),
    _rule("unit_of_analysis", Role.UNIT_OF_ANALYSIS, Example({"unit_of_analysis": "Household"}, ["Household"])),
    _rule("collection_mode", Role.COLLECTION_MODE, Example({"collection_mode": "Interview"}, ["Interview"])),
)


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """Sorted codes of each facet, as far as stated."""
    return each(RULES, record)
