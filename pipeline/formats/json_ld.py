"""JSON-LD as web pages carry it: the nodes of its graph, and values in the shapes that schema.org's terms may have.

This reads JSON-LD by its usual forms, and expands no context: a context is another server's document. Terms are known
with the prefixes of schema.org, full or short. Nodes that only name an `@id` stand for the node that has it.
Source: JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), chapter 7 for HTML.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.shapes import items, name

MAX_NODES = 20_000
"""Objects of one page in which a node is looked for."""

_UTF8_MARK = b"\xef\xbb\xbf"
_MEDIA_TYPE = "application/ld+json"
_PREFIX = re.compile(r"\A(?:https?://(?:www\.)?schema\.org/|schema:|schemaorg:|sc:|sdo:)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x1f]")
_WRAPPED = re.compile(
    rb"\A\s*(?://|/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?|(?://|/\*)?\s*(?:-->|\]\]>)\s*(?:\*/)?\s*\Z"
)
_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")
_REFERENCE = frozenset({"@id", "@type"})


class Words(NamedTuple):
    """A text as it stands, and the language that JSON-LD gives it."""

    text: str
    language: str | None


Node = dict[str, Any]
"""An object by terms without prefix."""


def documents(payload: bytes) -> list[Any]:
    """The JSON-LD of a payload: of all `script` elements of an HTML page, or the payload itself.

    Raises:
        RejectError: `empty`; `malformed` for what is neither HTML nor JSON, and for a page of which no block is JSON;
            `wrong_format` for a page without JSON-LD.
    """
    text = payload.removeprefix(_UTF8_MARK).strip(b" \t\r\n\x00")
    if not text:
        raise RejectError("empty", "The payload is empty")
    if not text.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return [_loaded(text)]
    blocks = list(_blocks(text))
    if not blocks:
        raise RejectError("wrong_format", "The page holds no JSON-LD: no script of type application/ld+json")
    found, broken = [], []
    for block in blocks:
        try:
            found.append(_loaded(block))
        except RejectError as error:
            broken.append(error)
    if not found:
        raise broken[0]
    return found


def _blocks(page: bytes) -> Iterator[bytes]:
    """What stands in the scripts of a page; without the comment that some put around it."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding=_encoding(page))
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError as error:
        raise RejectError("malformed", f"The page is no HTML: {error}") from error
    for script in () if root is None else root.iter("script"):
        kind = (script.get("type") or "").split(";")[0].strip().casefold()
        block = _WRAPPED.sub(b"", (script.text or "").encode("utf-8", "replace"))
        if kind == _MEDIA_TYPE and block.strip():
            yield block


def _encoding(page: bytes) -> str | None:
    """UTF-8 where the page is written in it: few pages say so themselves. Else what the page says."""
    try:
        page.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _loaded(text: bytes) -> Any:
    """The JSON value; line ends within its texts, which JSON forbids, are white space."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # JSON as people write it into templates gets a second reading
    try:
        return orjson.loads(_CONTROL.sub(b" ", text))
    except orjson.JSONDecodeError as error:
        raise RejectError("malformed", f"The payload is no JSON: {error}") from error


@lru_cache(maxsize=4096)
def term(word: str) -> str:
    """A term of schema.org without its prefix."""
    return _PREFIX.sub("", word)


def node(value: dict[str, Any]) -> Node:
    """An object by terms without prefix; a term that stands there in two ways counts as it is written without one."""
    bare = {key: held for key, held in value.items() if term(key) == key}
    return {term(key): held for key, held in value.items()} | bare


def types(of: Node) -> list[str]:
    """The types of a node, without prefix."""
    return [term(each) for each in items(of.get("@type", of.get("type"))) if isinstance(each, str)]


class Graph:
    """The nodes of some JSON-LD documents, nearest to the top first; and those that have an `@id`, by it."""

    def __init__(self, of: list[Any]) -> None:
        self.nodes: list[Node] = []
        self.language: str | None = None
        self._by_id: dict[str, Node] = {}
        waiting: deque[Any] = deque(of)
        while waiting and len(self.nodes) < MAX_NODES:
            value = waiting.popleft()
            if isinstance(value, list):
                waiting.extend(value)
            elif isinstance(value, dict):
                found = node(value)
                self.nodes.append(found)
                self.language = self.language or _context_language(found.get("@context"))
                identifier = found.get("@id")
                if isinstance(identifier, str) and not found.keys() <= _REFERENCE:
                    self._by_id.setdefault(identifier, found)
                waiting.extend(held for key, held in found.items() if key != "@context")

    def resolved(self, value: Any) -> Node:
        """The node that an object is, or refers to; an empty one for anything else."""
        if not isinstance(value, dict):
            return {}
        found = node(value)
        identifier = found.get("@id")
        if found.keys() <= _REFERENCE and isinstance(identifier, str):
            return self._by_id.get(identifier, found)
        return found

    def objects(self, value: Any) -> Iterator[Node]:
        """The nodes in a list, or the one node."""
        return (self.resolved(each) for each in items(_listed(value)) if isinstance(each, dict))

    def words(self, value: Any) -> Iterator[Words]:
        """The texts of a value: texts, value objects, language maps, and lists of these."""
        for each in items(_listed(value)):
            if isinstance(each, str):
                yield Words(each, self.language)
            elif isinstance(each, dict):
                yield from self._words_of(each)

    def _words_of(self, value: dict[str, Any]) -> Iterator[Words]:
        stated = value.get("@value")
        if isinstance(stated, str):
            yield Words(stated, _tag(value.get("@language")))
        elif value and all(_TAG.fullmatch(key) and isinstance(text, str | list) for key, text in value.items()):
            for tag, texts in value.items():
                yield from (Words(text, tag) for text in items(texts) if isinstance(text, str))

    def names(self, value: Any) -> list[str]:
        """Names on one line, each once: texts, and of nodes their `name` (of a person without one its parts)."""
        found: list[str] = []
        for each in items(_listed(value)):
            if isinstance(each, dict):
                found.append(self._name_of(each))
            else:
                found.append(name(each))
        return [each for each in dict.fromkeys(found) if each]

    def _name_of(self, value: dict[str, Any]) -> str:
        of = self.resolved(value)
        stated = next(self.words(value), None) or next(self.words(of.get("name")), None)
        if stated is not None and (text := name(stated.text)):
            return text
        parts = (next(self.words(of.get(part)), Words("", None)).text for part in ("familyName", "givenName"))
        return ", ".join(filter(None, map(name, parts)))


def _listed(value: Any) -> Any:
    """The members of a `@list` or `@set`."""
    if isinstance(value, dict) and value.keys() & {"@list", "@set"}:
        return value.get("@list", value.get("@set"))
    return value


def _tag(value: Any) -> str | None:
    return value if isinstance(value, str) and _TAG.fullmatch(value) else None


def _context_language(value: Any) -> str | None:
    """The language that a context gives to texts without their own."""
    found = (_tag(each.get("@language")) for each in items(value) if isinstance(each, dict))
    return next(filter(None, found), None)
