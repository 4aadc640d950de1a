"""Labels of the codes that occur in an answer, so that who shows it needs no table of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.model.facets import FACETS
from pipeline.model.labels import Labels, labels_of

CODED = tuple(facet.name for facet in FACETS if facet.vocabulary)
"""Facets whose values are codes."""


def labels_in(
    facets: Mapping[str, Mapping[str, int]], hits: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Labels]]:
    """By facet and code, the labels by language (ISO 639-1) of the codes that are counted or that hits have.

    Args:
        facets: documents by value, by facet.
        hits: documents.
    """
    found = {}
    for name in CODED:
        codes = dict.fromkeys([*facets.get(name, ()), *_codes(name, hits)])
        if labels := {code: of_code for code in codes if (of_code := labels_of(name, code))}:
            found[name] = labels
    return found


def _codes(name: str, hits: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for hit in hits:
        values = hit.get(name, ())
        yield from [values] if isinstance(values, str) else values
