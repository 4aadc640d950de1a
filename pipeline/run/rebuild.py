"""Why a live generation has to be made anew: what decides its documents is not what it was made with."""

from __future__ import annotations

from pipeline.catalogue import Catalogue
from pipeline.catalogue.digests import changed_keys
from pipeline.index.generations import Generation
from pipeline.index.mapping import template_digest
from pipeline.model.document import SCHEMA_VERSION


def rebuild_reasons(catalogue: Catalogue, live: Generation) -> tuple[str, ...]:
    """A sentence for each difference; none where the next run may build on the live generation."""
    return (*index_differences(live), *_catalogue_differences(catalogue, live))


def index_differences(live: Generation) -> tuple[str, ...]:
    """Differences after which new documents do not fit beside those of the live generation."""
    found = []
    if live.meta.schema_version != SCHEMA_VERSION:
        made_with = live.meta.schema_version
        found.append(f"generation {live.number} was made with schema version {made_with}, this is {SCHEMA_VERSION}")
    if live.meta.mapping != template_digest():
        found.append(f"the index template changed since generation {live.number}")
    return tuple(found)


def _catalogue_differences(catalogue: Catalogue, live: Generation) -> tuple[str, ...]:
    keys = changed_keys(catalogue, live.meta.catalogue_keys)
    if not keys:
        return ()
    *some, last = keys
    named = f"{', '.join(some)} and {last}" if some else last
    return (f"{named} changed since generation {live.number}",)
