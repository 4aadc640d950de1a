"""What the demo shows of meaning, where the package of the small model is installed: it is an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from pipeline.meaning.local import PACKAGE

QUESTION = "luchtvervuiling"
"""Air pollution, in Dutch. No record of the demo has the word; some tell of air quality, in Dutch and in English."""


def has_model() -> bool:
    """Whether the package of the small model is installed."""
    return find_spec(PACKAGE) is not None
