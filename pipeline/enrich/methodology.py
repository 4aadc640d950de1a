"""`study_design`, `unit_of_analysis`, `collection_mode`: codes of the DDI and CESSDA vocabularies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from pipeline.enrich.code_list import code_list, narrowest
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.model.codes import terms as terms_of
from pipeline.model.record import Conditions, Evidence, Found, Role, Statement, StudyRecord, stated

_ROLES = {
    "study_design": Role.STUDY_DESIGN,
    "unit_of_analysis": Role.UNIT_OF_ANALYSIS,
    "collection_mode": Role.COLLECTION_MODE,
}


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """Sorted codes of each facet, as far as stated; of a code and a narrower one the narrower."""
    facets: dict[str, Found] = {}
    for facet, role in _ROLES.items():
        codes: dict[str, Evidence] = {}
        for statement in record.having(role):
            for code, words in _stated_codes(facet, statement):
                codes.setdefault(code, stated(statement, words))
        if codes:
            facets[facet] = code_list(narrowest(codes))
    return facets


@cache
def _terms(facet: str) -> Lexicon[str]:
    return Lexicon((term, code) for code, terms in terms_of(facet).items() for term in terms)


@cache
def _codes(facet: str) -> Mapping[str, str]:
    return {code.lower(): code for code in terms_of(facet)}


def _stated_codes(facet: str, statement: Statement) -> Iterator[tuple[str, str | None]]:
    """Codes, and their words where these are not the whole statement.

    A code given beside the words outranks the term that is the whole statement, this the terms within it.
    """
    known = _codes(facet)
    for given in (statement.code, statement.text):
        if given and (code := known.get(given.strip().lower())):
            yield code, None
            return
    whole = _terms(facet).get(statement.text)
    if whole is not None:
        yield whole, None
        return
    for match in _terms(facet).find(statement.text):
        yield match.value, statement.text[match.start : match.end]
