"""`language_codes`: languages of the data."""

from __future__ import annotations

import re

from pipeline.enrich.code_list import code_list
from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.remembered import remembered
from pipeline.model.codes import language_of_name, language_of_tag
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, stated

_ADDRESS = re.compile(
    r"/authority/language/(?P<eu>[A-Z]{3})\b|/iso639-[1-5]/(?P<iso>[a-z]{2,3})\b|iso:code:639:(?P<obp>[a-z]{2,3})\b"
)
"""A language in the tables of the Publications Office of the EU, the Library of Congress, Lexvo, or ISO."""


def _of_field(record: RecordByRole) -> dict[str, Found]:
    codes: dict[str, Evidence] = {}
    for statement in record.having(Role.LANGUAGE):
        if code := _language(statement.text, statement.code or ""):
            codes.setdefault(code, stated(statement))
    return {"language_codes": code_list(codes)} if codes else {}


RULES = (
    Rule(
        name="language of the data",
        facet="language_codes",
        reads="fields about the language of the data",
        decides="the languages that they name or give a code of",
        example=Example({"language": "Finnish"}, ["fi"]),
        counter=Example({"title": "Survey of Finnish"}),
        find=_of_field,
    ),
)


def find(record: RecordByRole, _: Conditions) -> dict[str, Found]:
    """`language_codes`: sorted ISO 639-1 codes (639-3 where there is none) of the data, as far as stated."""
    return first(RULES, record)


@remembered
def _language(words: str, code: str) -> str | None:
    """The coded value outranks the words; words are an address, a name, else a tag."""
    coded = _of_address(code) or language_of_tag(code) if code else None
    return coded or _of_address(words) or language_of_name(words) or language_of_tag(words)


def _of_address(text: str) -> str | None:
    """The language that an address in a table of languages stands for: `…/authority/language/NLD`."""
    found = _ADDRESS.search(text)
    return language_of_tag(next(filter(None, found.groups()))) if found else None
