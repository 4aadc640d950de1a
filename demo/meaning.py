"""What the demo shows of meaning, where the package of the small model is installed: it is an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from pipeline.meaning.local import PACKAGE

QUESTION = "regenval"
"""Rainfall, in Dutch. No record of the demo has the word; two tell, in English, of gauges that measured rain."""


def has_model() -> bool:
    """Whether the package of the small model is installed."""
    return find_spec(PACKAGE) is not None
