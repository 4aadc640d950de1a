"""Whole numbers in texts of catalogues, within bounds.

A text may hold a number of any length. Python refuses to read one of more than 4,300 digits, JSON and the index hold no
number of more than 64 bits, and none of these counts anything real.
"""

from __future__ import annotations

from typing import Any

MOST_DIGITS = 15
"""Digits of the largest number that is read: JSON keeps each whole number of so many digits exactly (RFC 8259)."""


def whole_number(digits: str) -> int | None:
    """The number that a text of digits states; None for another text, and for more than 15 digits."""
    return int(digits) if len(digits) <= MOST_DIGITS and digits.isdecimal() else None


def stated_number(value: Any) -> int | None:
    """The number of something, from 0 on, that a value of JSON or a text states; None for another value.

    None, too, for more than 15 digits.
    """
    if isinstance(value, str):
        return whole_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 10**MOST_DIGITS:
        return None
    return int(value) if value == int(value) else None
