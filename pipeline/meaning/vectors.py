"""Vectors as the index has them: signed bytes, one a dimension."""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Sequence

LARGEST = 127


def as_bytes(values: Sequence[float]) -> bytes:
    """A vector as signed bytes, the largest of which is 127 or -127. The angle to others stays, and its length not.

    Raises:
        ValueError: it has no direction, or a value that is no number.
    """
    largest = max(map(abs, values), default=0.0)
    if not largest or not math.isfinite(math.fsum(values)):
        raise ValueError("a vector of zeros, or of what is no number")
    return array("b", [round(value * LARGEST / largest) for value in values]).tobytes()


def numbers_of(vector: bytes) -> list[int]:
    """A vector as a document has it: the numbers -127 to 127.

    Text would be shorter, and some versions of Elasticsearch read hexadecimal digits as base64.
    """
    return array("b", vector).tolist()


def together(vector: bytes, other: bytes, share: float) -> bytes:
    """The direction of a vector and of a share of another one, whatever their lengths are."""
    first, second = array("b", vector), array("b", other)
    scale = share * math.hypot(*first) / math.hypot(*second)
    return as_bytes([value + scale * more for value, more in zip(first, second, strict=True)])


def vector_of(text: str | None, model: str) -> str:
    """32 hexadecimal digits that depend on a text and on the name of a model: those with which a vector was made."""
    return hashlib.blake2b(f"{model}\n{text or ''}".encode(), digest_size=16).hexdigest()
