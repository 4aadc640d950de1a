"""The spellings by which people ask for exactly one record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from pipeline.model.identity import bare_doi, uuid_of
from pipeline.model.text import unique

LONGEST = 512
"""Characters of an identifier that can be searched for."""

_OAI = re.compile(r"^oai:[^:]+:", re.IGNORECASE)
_RESOLVER = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*|hdl:\s*|https?://hdl\.handle\.net/)", re.IGNORECASE)


def identifiers_of(
    harmony_id: str, record_id: str | None, study_number: str | None, dois: Iterable[str], urls: Iterable[str]
) -> list[str]:
    """All of them, in lower case: ids with and without what precedes them or spaces, DOIs also of the record's pages.

    `pipeline.search.text` spells what people ask for likewise, with `spelled`.
    """
    local = harmony_id.partition("/")[2]
    of_pages = [doi for url in urls if (doi := bare_doi(unquote(url)))]
    stated = [harmony_id, local, record_id or "", _OAI.sub("", record_id or ""), study_number or "", *dois, *of_pages]
    every = [spelled(one) for one in [*stated, *urls, uuid_of(harmony_id)]]
    return unique(one for each in every for one in (each, "".join(each.split())) if one and len(one) <= LONGEST)


def spelled(identifier: str) -> str:
    """An identifier in lower case, without white space around it, and without resolver or scheme of a DOI or Handle."""
    return _RESOLVER.sub("", unquote(identifier.strip())).lower().rstrip("/")
