"""Facets that are lists of codes."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model.record import Evidence, Found


def code_list(codes: Mapping[str, Evidence]) -> Found:
    """The codes, sorted, and their evidence in the order given, each piece once; `codes` is not empty."""
    return Found(sorted(codes), tuple(dict.fromkeys(codes.values())))


def narrowest(codes: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """The codes without those that have a narrower one among them: `Health` beside `Health.PublicHealth`."""
    return {
        code: evidence for code, evidence in codes.items() if not any(other.startswith(f"{code}.") for other in codes)
    }
