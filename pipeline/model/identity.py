"""The identity of a record: harmony_id, uuid, DOIs, slug.

The local id is the first that the record has of the format's own study number, the record id without its
`oai:host:` prefix, and the DOI. A position in a file is no id.
"""

from __future__ import annotations

import hashlib
import re

from slugify import slugify

from pipeline.errors import RejectError
from pipeline.model.raw import RawRecord
from pipeline.model.record import StudyRecord

_DOI = re.compile(r"\b(10\.\d{4,9}(?:\.\d{1,9}){0,9}/[^\s\"<>{}|\\^`]+)")
_LONGEST_NAME = 1_000
"""Characters of a name that a slug may be made of."""
_LONGEST_SLUG = 120
_PLAIN = re.compile(r"(?:[A-Za-z0-9 .:;()/_+-]|,(?!\d))+")
"""A name without the letters, signs and entities that `slugify` has rules for: its slug is its words."""
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_NOT_OWN = re.compile(r"^(?:doi:|https?://|urn:|hdl:|10\.\d{4,9}/)", re.IGNORECASE)
_OAI = re.compile(r"^oai:[^:]+:", re.IGNORECASE)


def bare_doi(words: str) -> str | None:
    """The DOI in a string, lower case and without resolver or scheme; None where there is none.

    >>> bare_doi("http://dx.doi.org/10.5255/UKDA-SN-855557")
    '10.5255/ukda-sn-855557'
    """
    start = words.find("10.")
    match = _DOI.search(words, start) if start >= 0 else None
    return match.group(1).rstrip(".,;)").lower() if match else None


def is_persistent_identifier(words: str) -> bool:
    """Whether an identifier is a DOI, URN, Handle or URL, and so no study number of the format's own."""
    return bool(_NOT_OWN.match(words.strip()))


def harmony_id(record: StudyRecord, raw: RawRecord, source: str) -> str:
    """`<source>/<local id>`; the record's own where it was read from Harmony.

    Raises:
        RejectError: `no_id`.
    """
    if record.harmony_id:
        return record.harmony_id
    protocol_id = "" if raw.positional else _OAI.sub("", raw.record_id)
    local = record.study_number or protocol_id or (record.dois[0] if record.dois else None)
    if not local:
        raise RejectError("no_id", "The record has no study number, no record id and no DOI: ask the catalogue for one")
    return f"{source}/{local}"


def uuid_of(identifier: str) -> str:
    """md5 of the harmony_id, 32 hexadecimal digits: the `_id` of the document."""
    return hashlib.md5(identifier.encode(), usedforsecurity=False).hexdigest()


def work_number(work_id: str) -> int:
    """A number for a work_id, by which Elasticsearch counts works faster: 52 bits of its md5.

    Any client reads it exactly. Among a million works, two have the same number once in 10,000 times.
    """
    return int(uuid_of(work_id)[:13], 16)


def slug_of(name: str) -> str | None:
    """The readable part of a link, at most 120 characters; None for a name without letters or digits."""
    if len(name) < _LONGEST_SLUG and _PLAIN.fullmatch(name):
        return "-".join(_PLAIN_WORD.findall(name.lower())) or None
    name = name[:_LONGEST_NAME]
    return slugify(name, max_length=_LONGEST_SLUG, word_boundary=True, backend="text-unidecode") or None
