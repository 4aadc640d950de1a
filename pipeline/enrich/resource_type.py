"""What a record is of: a dataset, a study, a source or a variable."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pipeline.enrich.text.words import Lexicon, table
from pipeline.model.record import RESOURCE_TYPES, Evidence, Found, ResourceType, Role, StudyRecord, stated


@cache
def _terms() -> Lexicon[ResourceType]:
    return Lexicon((term, kind) for kind, terms in table("resource_types").items() for term in terms)


def find(record: StudyRecord, defaults: Mapping[str, Any], of_format: ResourceType) -> Found:
    """The record's own type, else the catalogue's, else the format's."""
    for statement in record.having(Role.RESOURCE_TYPE):
        for words in (statement.code, statement.text):
            kind = _terms().get(words) if words else None
            if kind is not None:
                return Found(kind, (stated(statement),))
    default = defaults.get("resource_type")
    if default in RESOURCE_TYPES:
        return Found(default, (Evidence(kind="catalogue", field="resource_type"),))
    return Found(of_format, (Evidence(kind="format", field=record.format),))
