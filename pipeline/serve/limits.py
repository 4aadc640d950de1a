"""What one request may ask for. Nothing that a caller sends makes the service work or wait without bound."""

from __future__ import annotations

from typing import NamedTuple

MOST_RESULTS = 100
"""Results of one answer. More may be asked for, as Harmony's own site does; the answer tells where to go on."""

DEEPEST = 1000
"""Results up to which `offset` leads, and ids that may be left out. Each answer has to find all that are before it."""

LONGEST_TOKEN = 1000
"""Characters of the token of a page."""

LONGEST_TEXT = 500
"""Characters of a text that are searched for."""

LONGEST_VALUE = 300
"""Characters of the value of a filter, or of an identifier."""

MOST_VALUES = 100
"""Values of one filter, and identifiers that are looked up at once."""

LARGEST_BODY = 100_000
"""Bytes of a request's body."""


class Limits(NamedTuple):
    """How much is done at the same time, and how long anybody waits."""

    at_once: int = 8
    """Questions that are put to Elasticsearch at the same time."""
    waiting: int = 32
    """Questions that wait for these. Others are refused at once."""
    request_seconds: float = 5.0
    """Longest wait for one answer of Elasticsearch."""
    seconds: float = 12.0
    """Longest wait for the answer to a question, which may take several requests."""
