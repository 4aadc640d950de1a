"""Whether who made, published or paid for a study is a person or an organisation, where a record is certain of it.

Certain is an identifier that only persons have (ORCID), or only organisations (ROR, GRID, the Crossref registry of
funders), and the type Organization or Organizational. The type Person or Personal is not: DataCite, Dataverse and
others write it by default, also for institutes. An affiliation is not either: an institute has one, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

Kind = Literal["person", "organisation"]
Agent = tuple[str, Kind | None]
"""A name, and what the record states it to be of, if it does."""

_ORCID = re.compile(r"(?:^|/|:)(\d{4}-?\d{4}-?\d{4}-?\d{3}[\dXx])/?$")
_ORGANISATION = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:ror\.org/|(?:grid\.ac/\S*)?grid\.\d|(?:dx\.)?doi\.org/10\.13039/)|^10\.13039/"
)
_OF_ORGANISATIONS = frozenset({"ror", "grid", "crossref funder id"})
"""Schemes, folded, whose identifiers only organisations have."""


def kind_by_identifier(scheme: str, identifier: str) -> Kind | None:
    """What an identifier says of whom it identifies. The scheme alone says nothing: a form may have it filled in."""
    words, folded = identifier.strip(), scheme.strip().casefold()
    if not words:
        return None
    if folded in _OF_ORGANISATIONS or _ORGANISATION.match(words.casefold()):
        return "organisation"
    of_persons = folded in {"", "orcid"} or "orcid.org" in folded
    return "person" if of_persons and ("orcid" in f"{folded} {words.casefold()}") and is_orcid(words) else None


def is_orcid(words: str) -> bool:
    """Whether it is an ORCID iD, bare or as a URL, with the right check digit (ISO 7064, MOD 11-2)."""
    match = _ORCID.search(words.strip())
    if not match:
        return False
    digits = match[1].replace("-", "").upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return digits[-1] == "0123456789X"[(12 - total % 11) % 11]


def certain(agents: Iterable[Agent], kind: Kind) -> list[str]:
    """The names of a kind, without repeats; none that the record also states to be the other."""
    kinds: dict[str, set[Kind]] = {}
    for name, each in agents:
        if name and each:
            kinds.setdefault(name, set()).add(each)
    return [name for name, found in kinds.items() if found == {kind}]


def kinds_of(name: str, identifiers: Iterable[tuple[str, str]], *, organisation: bool) -> Iterator[Agent]:
    """A name with each kind that its identifiers (scheme and value) and its type state."""
    if organisation:
        yield name, "organisation"
    for scheme, identifier in identifiers:
        yield name, kind_by_identifier(scheme, identifier)
