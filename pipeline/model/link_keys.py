"""Keys by which documents join as one work, and by which a part finds what it is a part of.

A key is `<kind>:<identifier>`, normalised so that two spellings of one identifier are one key:

| kind | identifier |
|---|---|
| doi | bare, without the version where its registrant's DOIs have one |
| urn, hdl, ark | persistent identifiers; a URN of DDI without its version |
| number | agency and study number, where the record states the agency |
| id | harmony_id |
| url | a web page, without scheme and `www.` |
| name | a title, or the name of a series, folded |

A key that a record has for itself stands alone; one that it states of another record follows a word of `RELATIONS`.
Pages and names are no identities: several records have the same. They serve those that refer to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from urllib.parse import unquote

from pipeline.model.doi_versions import without_version
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord
from pipeline.model.text import fold, unique

SAME, VERSION, NEWER, OLDER = "same-as", "version-of", "newer-than", "older-than"
RELATIONS = (SAME, VERSION, NEWER, OLDER)
"""What a record states of another one: the same, another version, a version that this one replaces, or that does."""

WEAK = ("name:", "url:")
"""Kinds of keys that several records may have for themselves."""

MOST_KEYS = 100
"""Keys of one kind of field that a document has, at most: some records name thousands of others."""

LONGEST = 500
"""Characters of a key; a longer text is no identifier."""

_WORDS = {
    "isidenticalto": SAME,
    "isvariantformof": SAME,
    "isversionof": VERSION,
    "hasversion": VERSION,
    "isnewversionof": NEWER,
    "obsoletes": NEWER,
    "replaces": NEWER,
    "ispreviousversionof": OLDER,
    "isobsoletedby": OLDER,
    "isreplacedby": OLDER,
}
"""Relations of DataCite and Dublin Core, in lower case and letters only."""

_PART_OF, _HAS_PART = "ispartof", "haspart"
_NO_LETTER = re.compile(r"[^a-z]")
_NO_WORD = re.compile(r"[\W_]+")
_ACRONYM = re.compile(r"\((?=[^()]*[A-Z])[\w:&/ .-]{2,20}\)\s*$")
_SHORTEST_NAME, _LONGEST_NAME = 4, 300
_PERSISTENT = re.compile(r"(?:urn:[a-z0-9-]+:|hdl:|ark:/?)", re.IGNORECASE)
_RESOLVER = re.compile(
    r"https?://(?:hdl\.handle\.net/(?P<handle>[\d.]+/\S+)|[^/]+/(?P<other>(?:urn:|ark:)\S+))", re.IGNORECASE
)
_DDI_VERSION = re.compile(r"(urn:ddi:[^:]+:[^:]+):[\d.]+")
_HOST = re.compile(r"https?://(?:www\d?\.|web\.)*", re.IGNORECASE)


def identity_keys(record: StudyRecord, identifier: str) -> list[str]:
    """The keys of a record that has this harmony_id, sorted: its own, and those that it states of others."""
    own = {f"id:{identifier.lower()}"}
    own.update(f"doi:{without_version(doi).base}" for doi in record.dois)
    own.update(f"number:{number.lower()}" for number in record.study_numbers)
    own.update(key for text in record.urls if (key := key_of(text)) and not key.startswith("doi:"))
    own.update(_names(item.text for item in record.having(Role.TITLE)))
    stated = set()
    for text in record.same_as:
        key = key_of(text)
        if _PERSISTENT.match(key):
            own.add(key)  # formats list persistent identifiers of the record itself there
        elif key:
            stated.add(f"{SAME} {key}")
    for related in record.related:
        word, key = _WORDS.get(_letters(related.relation)), key_of(related.id)
        if word and key:
            stated.add(f"{word} {key}")
    return sorted([*_bounded(own), *_bounded(key for key in stated if key.partition(" ")[2] not in own)])


def part_of(record: StudyRecord, source: str) -> list[str]:
    """The keys, sorted, of what a record states that it is a part of; a local id of a parent is one of this source."""
    stated = [key_of(related.id) for related in record.related if _letters(related.relation) == _PART_OF]
    for parent in (record.parent, *record.ancestors[:1]):
        if parent:
            stated += [key_of(parent), f"id:{source}/{parent}".lower()]
    series = chain([record.series or ""], (item.text for item in record.having(Role.SERIES)))
    return sorted(_bounded({*filter(None, stated), *_names(series)}))


def has_part(record: StudyRecord) -> list[str]:
    """The keys, sorted, of what a record states to be its parts."""
    stated = {key_of(related.id) for related in record.related if _letters(related.relation) == _HAS_PART}
    return sorted(_bounded(filter(None, stated)))


def key_of(text: str) -> str:
    """The key of an identifier: a DOI, a persistent identifier, a URL or a harmony_id; empty where it is too long."""
    words = text.strip()
    if len(words) > LONGEST or not words:
        return ""
    if doi := bare_doi(unquote(words)):
        return f"doi:{without_version(doi).base}"
    if resolved := _RESOLVER.match(words):
        words = f"hdl:{resolved['handle']}" if resolved["handle"] else resolved["other"]
    if _PERSISTENT.match(words):
        return _DDI_VERSION.sub(r"\1", words.lower())
    if _HOST.match(words):
        page = _HOST.sub("", words).partition("#")[0].rstrip("/")
        return f"url:{page.lower()}"
    return f"id:{words.lower()}"


def folded_name(text: str) -> str:
    """A title or name of a series in small letters and digits, without an article before it.

    >>> folded_name("The Harbour Study of Parents & Children")
    'harbour study of parents and children'
    """
    words = _NO_WORD.sub(" ", fold(text.replace("&", " and "))).strip()
    return words.removeprefix("the ")


def _names(texts: Iterable[str]) -> Iterator[str]:
    """The keys of names: as they are, and without an acronym in brackets at their end."""
    for text in texts:
        for form in unique([text, _ACRONYM.sub("", text)]):
            name = folded_name(form) if len(form) <= _LONGEST_NAME else ""
            if len(name) >= _SHORTEST_NAME:
                yield f"name:{name}"


def _letters(relation: Any) -> str:
    return _NO_LETTER.sub("", relation.lower()) if relation else ""


def _bounded(keys: Iterable[str]) -> list[str]:
    return sorted({key for key in keys if len(key) <= LONGEST})[:MOST_KEYS]
