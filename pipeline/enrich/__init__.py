"""Enrichment: what a study record states, as facets. Pure functions; every value names what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.enrich import access, codes, languages, measures, topics
from pipeline.enrich import resource_type as resource_types
from pipeline.enrich.people import ages, sex
from pipeline.enrich.period import years
from pipeline.enrich.places import countries
from pipeline.model.record import Evidence, Found, ResourceType, StudyRecord

DEFAULTED = ("country_codes", "language_codes", "access")
"""Facets that a catalogue file may set for records that state nothing (besides the resource type)."""


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
    facets: dict[str, Found] = {"resource_type": resource_types.find(record, defaults, resource_type)}
    for facet, one in (("sex", sex.find), ("access", access.find), ("language_codes", languages.find)):
        if (found := one(record)) is not None:
            facets[facet] = found
    for several in (countries.find, ages.find, codes.find, topics.find, measures.find):
        facets |= several(record)
    facets |= years.find(record, harvest_year)
    for facet in DEFAULTED:
        if facet not in facets and (value := defaults.get(facet)):
            facets[facet] = Found(list(value), (Evidence(kind="catalogue", field=facet),))
    return facets
