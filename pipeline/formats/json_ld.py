"""JSON-LD as web pages carry it: the nodes of its graph, and values in the forms that schema.org's terms may have.

Only the usual forms of JSON-LD are read, and no context is expanded: a context is a document of another server. Terms
are known with and without the prefixes of schema.org. A node that has only an `@id` refers to the node with that `@id`.
Source: JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/), chapter 7 for HTML.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.shapes import items, language_tag, name
from pipeline.model.text import unique

MAX_NODES = 20_000
"""Objects of one page that are looked at."""

_MEDIA_TYPE = "application/ld+json"
_PREFIX = re.compile(r"\A(?:https?://(?:www\.)?schema\.org/|schema:|schemaorg:|sc:|sdo:)", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x1f]")
_OPENED = re.compile(rb"(?://|/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?")
_CLOSED = re.compile(rb"(?://|/\*)?\s*(?:-->|\]\]>)\s*(?:\*/)?\Z")
_LONGEST_MARK = 100
"""Bytes of the mark that closes a comment; a search in a whole block would look at each of its places."""
_REFERENCE = frozenset({"@id", "@type"})


class Words(NamedTuple):
    """A text, not cleaned, and its language in JSON-LD."""

    text: str
    language: str | None


Node = dict[str, Any]
"""An object: terms without prefix, and their values."""


def documents(payload: bytes) -> list[Any]:
    """The JSON-LD of a payload: of all `script` elements of an HTML page, or the payload itself.

    Raises:
        RejectError: `empty`; `malformed` where the payload is neither HTML nor JSON, and for a page whose blocks are
            all broken; `wrong_format` for a page without JSON-LD.
    """
    text = payload.removeprefix(codecs.BOM_UTF8).strip(b" \t\r\n\x00")
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
    return found  # pages have blocks for search engines besides that of the study: a broken one of these is no loss


def _blocks(page: bytes) -> Iterator[bytes]:
    """The JSON-LD scripts of a page, without the comment marks that some pages put around them."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding=_encoding(page))
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError as error:
        raise RejectError("malformed", f"The page is not HTML: {error}") from error
    for script in () if root is None else root.iter("script"):
        kind = (script.get("type") or "").split(";")[0].strip().casefold()
        block = _unwrapped((script.text or "").encode("utf-8", "replace").strip())
        if kind == _MEDIA_TYPE and block.strip():
            yield block


def _unwrapped(block: bytes) -> bytes:
    """A block without the marks of a comment around it."""
    opened = _OPENED.match(block)
    start = opened.end() if opened else 0
    closed = _CLOSED.search(block, max(start, len(block) - _LONGEST_MARK))
    return block[start : closed.start() if closed else len(block)]


def _encoding(page: bytes) -> str | None:
    """UTF-8 where the page is valid UTF-8, as few pages declare it; None to use the encoding that the page declares."""
    try:
        page.decode()
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _loaded(text: bytes) -> Any:
    """The JSON value; line ends within texts, which JSON forbids, are read as white space."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # templates of pages produce such texts: tried again without control characters
    try:
        return orjson.loads(_CONTROL.sub(b" ", text))
    except orjson.JSONDecodeError as error:
        raise RejectError("malformed", f"The payload is not JSON: {error}") from error


@lru_cache(maxsize=4096)
def term(word: str) -> str:
    """A term of schema.org without its prefix."""
    return _PREFIX.sub("", word)


def node(value: dict[str, Any]) -> Node:
    """An object with its terms without prefix; a term that occurs with and without prefix counts without."""
    bare = {key: held for key, held in value.items() if term(key) == key}
    return {term(key): held for key, held in value.items()} | bare


def types(of: Node) -> list[str]:
    """The types of a node, without prefix."""
    return [term(each) for each in items(of.get("@type", of.get("type"))) if isinstance(each, str)]


class Graph:
    """The nodes of JSON-LD documents, level by level from the top, and those with an `@id` by it."""

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
        """The node that an object is or refers to; an empty node for other types."""
        if not isinstance(value, dict):
            return {}
        found = node(value)
        identifier = found.get("@id")
        if found.keys() <= _REFERENCE and isinstance(identifier, str):
            return self._by_id.get(identifier, found)
        return found

    def objects(self, value: Any) -> Iterator[Node]:
        """The nodes in a list, or the one node, resolved."""
        return (self.resolved(each) for each in items(_listed(value)) if isinstance(each, dict))

    def words(self, value: Any) -> Iterator[Words]:
        """The texts of a value: texts, value objects, language maps, and lists of these."""
        for each in items(_listed(value)):
            if isinstance(each, str):
                yield Words(each, self.language)
            elif isinstance(each, dict):
                yield from self._words_of(each)

    def _words_of(self, value: dict[str, Any]) -> Iterator[Words]:
        text = value.get("@value")
        if isinstance(text, str):
            yield Words(text, language_tag(value.get("@language")))
        elif value and all(language_tag(key) and isinstance(held, str | list) for key, held in value.items()):
            for tag, texts in value.items():
                yield from (Words(text, tag) for text in items(texts) if isinstance(text, str))

    def lines(self, value: Any) -> list[str]:
        """The texts of a value, each cleaned and on one line, without repeats."""
        return unique(text for each in self.words(value) if (text := name(each.text)))

    def names(self, value: Any) -> list[str]:
        """Names on one line, without repeats: texts, and of nodes their `name` (of a person without one its parts)."""
        found = (self._name_of(each) if isinstance(each, dict) else name(each) for each in items(_listed(value)))
        return unique(filter(None, found))

    def _name_of(self, value: dict[str, Any]) -> str:
        of = self.resolved(value)
        own = next(self.words(value), None) or next(self.words(of.get("name")), None)
        if own is not None and (text := name(own.text)):
            return text
        parts = (next(self.words(of.get(part)), Words("", None)).text for part in ("familyName", "givenName"))
        return ", ".join(filter(None, map(name, parts)))


def _listed(value: Any) -> Any:
    """The members of a `@list` or `@set`."""
    if isinstance(value, dict) and value.keys() & {"@list", "@set"}:
        return value.get("@list", value.get("@set"))
    return value


def _context_language(value: Any) -> str | None:
    """The language that a context declares for texts without their own."""
    found = (language_tag(each.get("@language")) for each in items(value) if isinstance(each, dict))
    return next(filter(None, found), None)
