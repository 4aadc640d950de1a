"""Why a live generation has to be rebuilt: what decides its documents is not what it was made with."""

from __future__ import annotations

from pipeline.catalogue import Catalogue
from pipeline.catalogue.digests import changed_keys
from pipeline.errors import FailError
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
        before = f"{live.meta.schema_version} in generation {live.number}"
        found.append(f"the schema version is {SCHEMA_VERSION}; it was {before}")
    if live.meta.mapping is None:
        found.append(f"generation {live.number} does not state the index template that it was made with")
    elif live.meta.mapping != template_digest():
        found.append(f"the index template changed since generation {live.number}")
    return tuple(found)


def refuse_other_index(catalogue: Catalogue, live: Generation) -> None:
    """Refuse to add documents to a copy of a generation into which they do not fit.

    Raises:
        FailError: the template or the schema is not that of the generation.
    """
    if differences := index_differences(live):
        raise FailError(
            f"{catalogue.name}: {'; '.join(differences)}. So every document has to be rebuilt, by a run that asks "
            f"for everything: study-index run {catalogue.name}, without --limit and --since."
        )


def _catalogue_differences(catalogue: Catalogue, live: Generation) -> tuple[str, ...]:
    if not live.meta.catalogue_keys:
        return (f"generation {live.number} does not state the catalogue keys that it was made with",)
    keys = changed_keys(catalogue, live.meta.catalogue_keys)
    if not keys:
        return ()
    *some, last = keys
    named = f"{', '.join(some)} and {last}" if some else last
    return (f"{named} changed since generation {live.number}",)
