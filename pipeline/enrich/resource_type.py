"""`resource_type`: what a record is of: a dataset, a study, a source or a variable."""

from __future__ import annotations

from functools import cache

from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.language_files import terms
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.model.record import RESOURCE_TYPES, Conditions, Evidence, Found, RecordByRole, ResourceType, Role, stated


@cache
def _terms() -> Lexicon[ResourceType]:
    return Lexicon((term, kind) for kind in RESOURCE_TYPES for term in terms("resource_types", kind))


def _of_field(record: RecordByRole) -> dict[str, Found]:
    for statement in record.having(Role.RESOURCE_TYPE):
        for words in (statement.code, statement.text):
            kind = _terms().get(words) if words else None
            if kind is not None:
                return {"resource_type": Found(kind, (stated(statement),))}
    return {}


RULES = (
    Rule(
        name="type of the record",
        facet="resource_type",
        reads="the record's own field for its type",
        decides="the type that its term stands for",
        example=Example({"resource_type": "Cohort"}, "study"),
        counter=Example({"title": "Cohort of the harbour"}, "dataset"),
        find=_of_field,
    ),
)


def find(record: RecordByRole, conditions: Conditions) -> dict[str, Found]:
    """`resource_type`: the record's own, else the catalogue's, else the format's."""
    return first(RULES, record) or {"resource_type": _by_default(record, conditions)}


def _by_default(record: RecordByRole, conditions: Conditions) -> Found:
    default = conditions.defaults.get("resource_type")
    if default in RESOURCE_TYPES:
        return Found(default, (Evidence(kind="catalogue", field="resource_type"),))
    return Found(conditions.resource_type, (Evidence(kind="format", field=record.format),))
