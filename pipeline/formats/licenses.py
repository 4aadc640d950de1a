"""Licences in statements of rights: a link to one, else words that are no more than a licence's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINK = re.compile(
    r"https?://(?:www\.)?(?:creativecommons\.org/(?:licenses|publicdomain)|opendatacommons\.org/licenses|"
    r"nationalarchives\.gov\.uk/doc/open-government-licence|spdx\.org/licenses)/[A-Za-z0-9./-]*[A-Za-z0-9/]",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"creative commons|\bcc[ -]?(?:by|0)\b|open government licen[cs]e|\bodbl\b|\bodc[ -]by\b|\bpddl\b", re.IGNORECASE
)
_LONGEST_NAME = 80


def license_in(texts: Sequence[str]) -> str | None:
    """The licence that the texts name, as they write it; None where they name none."""
    for text in texts:
        if link := _LINK.search(text):
            return link[0]
    return next((text for text in texts if len(text) <= _LONGEST_NAME and _NAME.search(text)), None)
