"""Makes study records for tests, and derives their facets."""

from __future__ import annotations

from typing import Any

from pipeline.enrich import enrich
from pipeline.model.record import Found, ResourceType, Role, Statement, StudyRecord

HARVEST_YEAR = 2025

Years = tuple[int | None, int | None, bool | None]


def statement(role: Role, text: str, **more: Any) -> Statement:
    """A statement in a field that is named after its role."""
    return Statement(role=role, field=f"field/{role}", text=text, **more)


def record(*statements: Statement, **by_role: str | list[str]) -> StudyRecord:
    """A record with statements, and with texts by the name of their role."""
    all_statements = list(statements)
    for role, texts in by_role.items():
        all_statements += [statement(Role(role), text) for text in ([texts] if isinstance(texts, str) else texts)]
    return StudyRecord(format="invented", statements=all_statements)


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


def years(**by_role: str | list[str]) -> Years:
    """`start_year`, `end_year` and `ongoing` of a record with these texts."""
    found = facets(record(**by_role))
    start, end, ongoing = (found.get(facet) for facet in ("start_year", "end_year", "ongoing"))
    return start and start.value, end and end.value, ongoing and ongoing.value


def ages(**by_role: str) -> tuple[int | None, int | None]:
    """`age_lower` and `age_upper` of a record with these texts."""
    study = record(**by_role)
    return value(study, "age_lower"), value(study, "age_upper")
