"""Study records made by hand, and what enrichment finds in them."""

from __future__ import annotations

from typing import Any

from pipeline.enrich import enrich
from pipeline.model.record import Found, ResourceType, Role, Statement, StudyRecord

HARVEST_YEAR = 2025


def statement(role: Role, text: str, **more: Any) -> Statement:
    """A statement whose field is named after its role."""
    return Statement(role=role, field=f"field/{role}", text=text, **more)


def record(*statements: Statement, **by_role: str | list[str]) -> StudyRecord:
    """A record of statements, and of texts by the name of their role."""
    told = list(statements)
    for role, texts in by_role.items():
        told += [statement(Role(role), text) for text in ([texts] if isinstance(texts, str) else texts)]
    return StudyRecord(format="invented", statements=told)


def facets(
    of: StudyRecord,
    *,
    defaults: dict[str, Any] | None = None,
    resource_type: ResourceType = "dataset",
    harvest_year: int = HARVEST_YEAR,
) -> dict[str, Found]:
    """The facets of a record."""
    return enrich(of, defaults=defaults or {}, resource_type=resource_type, harvest_year=harvest_year)


def value(of: StudyRecord, facet: str) -> Any:
    """The value of one facet; None where it is absent."""
    found = facets(of).get(facet)
    return found.value if found else None
