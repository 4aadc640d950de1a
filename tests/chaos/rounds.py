"""How often each disturbance is tried, and from which seed each try takes its random choices."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

ROUNDS = int(os.environ.get("STUDY_INDEX_CHAOS_ROUNDS") or 0)
"""Tries of each disturbance; 0 for the short version, which is part of all tests."""

SEED = os.environ.get("STUDY_INDEX_CHAOS_SEED") or "short"
"""All random choices follow from it."""

TRIED: Counter[tuple[str, str]] = Counter()
"""How often each disturbance was tried, and with which outcome."""


def rounds(short: int = 1, share: float = 1.0) -> Sequence[int]:
    """Numbers of the tries: `short` in the short version, else a share of `ROUNDS` (for what takes long)."""
    return range(max(1, round(ROUNDS * share)) if ROUNDS else short)


def few(everything: Sequence[T], *short: T) -> Sequence[T]:
    """Everything, or what the short version has of it."""
    return everything if ROUNDS else short


def chance(*names: object) -> Random:
    """Random choices for one try: always the same for the same names and seed."""
    return Random(":".join(map(str, (SEED, *names))))


def tried(disturbance: str, outcome: str) -> None:
    """Count one try."""
    TRIED[disturbance, outcome] += 1
