"""Licences in statements of rights: a link to a licence, else a short text with the name of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LINK = re.compile(
    r"https?://(?:www\.)?(?:creativecommons\.org/(?:licenses|publicdomain)|opendatacommons\.org/licenses|"
    r"nationalarchives\.gov\.uk/doc/open-government-licence|spdx\.org/licenses|gnu\.org/licenses|opensource\.org/licenses|"
    r"govdata\.de/dl-de|publications\.europa\.eu/resource/authority/licence)/[A-Za-z0-9_./-]*[A-Za-z0-9/]",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"creative commons|\bcc[ -]?(?:by|0)\b|open government licen[cs]e|\bodbl\b|\bodc[ -]by\b|\bpddl\b", re.IGNORECASE
)
_LONGEST_NAME = 80


def license_in(texts: Sequence[str]) -> str | None:
    """The licence that the texts state, as they write it: the first link, else the first name; None without either."""
    return license_link(texts) or license_name(texts)


def license_link(texts: Iterable[str]) -> str | None:
    """The first link to a licence in the texts."""
    return next((link[0] for text in texts if "://" in text and (link := _LINK.search(text))), None)


def license_name(texts: Iterable[str]) -> str | None:
    """The first text that is a licence's name and little more."""
    return next((text for text in texts if len(text) <= _LONGEST_NAME and _NAME.search(text)), None)
