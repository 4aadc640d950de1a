"""Enrichment: what a study record states, as facets. Pure functions; every value names what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.enrich import access, codes, languages, measures, topics
from pipeline.enrich import resource_type as resource_types
from pipeline.enrich.people import ages, sex
from pipeline.enrich.period import years
from pipeline.enrich.places import countries
from pipeline.model.record import Conditions, Evidence, Found, ResourceType, StudyRecord

DEFAULTED = ("country_codes", "language_codes", "access")
"""Facets that a catalogue file may set for records that state nothing (besides the resource type)."""

MODULES = (resource_types, sex, access, languages, countries, ages, codes, topics, measures, years)
"""Modules that derive facets: each has `find(record, conditions)`, which returns its facets by name."""


def enrich(
    record: StudyRecord, *, defaults: Mapping[str, Any], resource_type: ResourceType, harvest_year: int
) -> dict[str, Found]:
    """The facets of a record, by document field name; a facet that nothing tells is not in the dict.

    Args:
        record: what the record states.
        defaults: the catalogue file's `defaults`; used only where the record states nothing.
        resource_type: what a record of this format is where nothing else says.
        harvest_year: the year up to which an ongoing collection covers `years`.
    """
    conditions = Conditions(defaults, resource_type, harvest_year)
    facets: dict[str, Found] = {}
    for module in MODULES:
        facets |= module.find(record, conditions)
    for facet in DEFAULTED:
        if facet not in facets and (value := defaults.get(facet)):
            facets[facet] = Found(list(value), (Evidence(kind="catalogue", field=facet),))
    return facets
