"""`language_codes`: languages of the data."""

from __future__ import annotations

from pipeline.enrich.code_list import code_list
from pipeline.model.codes import language_of_name, language_of_tag
from pipeline.model.record import Conditions, Evidence, Found, Role, Statement, StudyRecord, stated


def find(record: StudyRecord, _: Conditions) -> dict[str, Found]:
    """`language_codes`: sorted ISO 639-1 codes (639-3 where there is none) of the data, as far as stated."""
    codes: dict[str, Evidence] = {}
    for statement in record.having(Role.LANGUAGE):
        if code := _language(statement):
            codes.setdefault(code, stated(statement))
    return {"language_codes": code_list(codes)} if codes else {}


def _language(statement: Statement) -> str | None:
    """The coded value outranks the words; words are a name, else a tag."""
    coded = language_of_tag(statement.code) if statement.code else None
    return coded or language_of_name(statement.text) or language_of_tag(statement.text)
