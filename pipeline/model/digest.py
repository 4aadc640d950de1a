"""Digests: whether a value is the one that it was before."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def digest(value: Any) -> str:
    """16 hexadecimal digits that depend on a JSON-ready value, and not on the order of its keys."""
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
