"""`language_codes`: languages of the data."""

from __future__ import annotations

from pipeline.enrich.code_list import code_list
from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.remembered import remembered
from pipeline.model.codes import language_of_name, language_of_tag
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, Role, stated


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
    """The coded value outranks the words; words are a name, else a tag."""
    coded = language_of_tag(code) if code else None
    return coded or language_of_name(words) or language_of_tag(words)
