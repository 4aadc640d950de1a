"""Enrichment: what a study record states, as facets. Pure functions; every value has its evidence.

The table of facets (`pipeline.model.facets`) names the module that derives each of them. Every such module has

    find(record: RecordByRole, conditions: Conditions) -> dict[str, Found]

which returns its facets by name, without those that the record does not state. What it derives them by are the named
rules in its `RULES`, and the guards in its `GUARDS` (`pipeline.enrich.rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from pipeline.enrich.rules import Named
from pipeline.enrich.second_opinion import with_doubt
from pipeline.enrich.text.bounds import bounded
from pipeline.errors import DefectError
from pipeline.model.facets import FACETS
from pipeline.model.record import Conditions, Evidence, Found, RecordByRole, ResourceType, StudyRecord

Find = Callable[[RecordByRole, Conditions], dict[str, Found]]

_OF_MODULE = {
    module: frozenset(facet.name for facet in FACETS if facet.module == module)
    for module in {facet.module for facet in FACETS}
}
"""The facets that each module may derive."""


def enrich(
    record: StudyRecord, *, defaults: Mapping[str, Any], resource_type: ResourceType, harvest_year: int
) -> dict[str, Found]:
    """The facets of a record, by name; a facet that nothing states is not in the dict.

    Args:
        record: what the record states; of very long texts, the beginning is read (`text/bounds.py`).
        defaults: the catalogue file's `defaults`; used only where the record states nothing.
        resource_type: what a record of this format is where nothing else states it.
        harvest_year: the year up to which an ongoing collection covers `years`.

    Raises:
        DefectError: a module and the table of facets disagree.
    """
    read = bounded(record)
    conditions = Conditions(defaults, resource_type, harvest_year)
    facets: dict[str, Found] = {}
    for module, find in finders().items():
        found = find(read, conditions)
        if found:
            if not found.keys() <= _OF_MODULE[module]:
                raise _undeclared(module, found)
            facets |= found
    if "sex" in facets:
        facets["sex"] = with_doubt(read, facets["sex"])
    for name, value in defaults.items():
        if name not in facets:
            facets[name] = Found(value, (Evidence(kind="catalogue", field=name),))
    return facets


def _undeclared(module: str, found: Mapping[str, Found]) -> DefectError:
    name = next(name for name in found if name not in _OF_MODULE[module])
    return DefectError(
        f"pipeline.enrich.{module} derives {name!r}, and no row of pipeline.model.facets states it: "
        "add the row, or correct its module"
    )


@cache
def finders() -> Mapping[str, Find]:
    """`find` of each module that the table of facets names, in the order of the table.

    Raises:
        DefectError: there is no such module, or it has no `find`.
    """
    return {module: _find_of(module) for module in dict.fromkeys(facet.module for facet in FACETS)}


def _find_of(module: str) -> Find:
    name = f"{__name__}.{module}"
    try:
        find: Find = import_module(name).find
    except (ModuleNotFoundError, AttributeError) as error:
        of = ", ".join(facet.name for facet in FACETS if facet.module == module)
        raise DefectError(f"The table of facets states that {name} derives {of}: {error}") from error
    return find


@cache
def rules() -> Mapping[str, tuple[Named, ...]]:
    """The rules, in the order in which they are tried, and then the guards of each module that derives facets."""
    modules = {module: import_module(f"{__name__}.{module}") for module in finders()}
    return {name: (*getattr(module, "RULES", ()), *getattr(module, "GUARDS", ())) for name, module in modules.items()}
