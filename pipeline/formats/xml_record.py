"""Records written in XML: parsed safely, taken out of OAI-PMH envelopes, read as cleaned texts.

Elements are found by local name, in any namespace: catalogues declare namespaces of other versions, or none.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple

import orjson
from lxml import etree

from pipeline.errors import RejectError
from pipeline.model.codes import language_of_tag
from pipeline.model.text import clean, line, without_contacts
from pipeline.model.xml import SAFE, child, local_name

_LANGUAGE_ATTRIBUTES = ("{http://www.w3.org/XML/1998/namespace}lang", "xml-lang")
"""Some software writes `xml:lang` as `xml-lang`."""

_ENVELOPE = frozenset({"OAI-PMH", "GetRecord", "ListRecords", "record"})
_BLOCKS = frozenset({"p", "div", "br", "list", "itm", "item", "li", "ul", "ol", "head", "table", "row"})
_EDGE = "\u2029"
"""Paragraph separator: marks where a block begins or ends."""
_INDENTED = re.compile(r"[ \t]{4,}[^\s\-–—*•·(\d]")
"""The start of a line that the file's layout indents, and that is no item of a list."""
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)

_BOUNDED = {**SAFE, "huge_tree": False, "remove_comments": True, "remove_pis": True}
"""Texts are read recursively: bounded in depth, a record cannot end the process."""
_SMALL = 100_000
"""Bytes of a payload that is parsed as a whole, which is faster: all of its elements are in memory at once then."""

_KNOWN = {
    "DDIInstance": "DDI-Lifecycle",
    "FragmentInstance": "DDI-Lifecycle",
    "codeBook": "DDI-Codebook",
    "dc": "Dublin Core",
    "resource": "DataCite",
    "html": "an HTML page",
}
"""Names of root elements, and what messages call such payloads."""


class Parsed(NamedTuple):
    """The root of a payload, and the number of elements that were counted and dropped."""

    root: etree._Element
    counted: int


class Unwrapped(NamedTuple):
    """The element that is the record, and the datestamp of its envelope where it had one."""

    element: etree._Element
    datestamp: str | None


def parse(payload: bytes, *, counted: tuple[str, str] | None = None, emptied: Collection[str] = ()) -> Parsed:
    """The elements of a payload, without comments and processing instructions.

    Args:
        payload: one record; entities are not expanded, and neither a DTD nor the network is read.
        counted: local names of a parent and its child. Such children are counted, and in a large payload dropped
            while parsing: thousands of variables cost no memory.
        emptied: local names of elements that lose their content.

    Raises:
        RejectError: `empty`, `malformed`, or `wrong_format` for JSON and HTML.
    """
    payload = payload.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    if not payload.strip(b"\0 \t\r\n"):
        raise RejectError("empty", "The payload is empty")
    try:
        return (_parse_whole if len(payload) <= _SMALL else _parse_in_steps)(payload, counted or ("", ""), emptied)
    except etree.XMLSyntaxError as error:
        raise _not_xml(payload, error) from error


def _parse_whole(payload: bytes, counted: tuple[str, str], emptied: Collection[str]) -> Parsed:
    parent, name = counted
    root = etree.fromstring(payload, parser=etree.XMLParser(**_BOUNDED))
    for element in [*root.iter(*map(_any_namespace, emptied))] if emptied else ():
        element.clear()
    holders = (element.getparent() for element in root.iter(_any_namespace(name))) if name else ()
    return Parsed(root, sum(holder is not None and local_name(holder) == parent for holder in holders))


def _parse_in_steps(payload: bytes, counted: tuple[str, str], emptied: Collection[str]) -> Parsed:
    parent, name = counted
    tags = [_any_namespace(each) for each in (name, *emptied) if each]
    parsing = etree.iterparse(BytesIO(payload), events=("end",), tag=tags or None, **_BOUNDED)
    count = 0
    for _, element in parsing:
        if local_name(element) in emptied:
            element.clear()
        elif (holder := element.getparent()) is not None and local_name(holder) == parent:
            count += 1
            _drop_with_earlier_siblings(element, holder)
    return Parsed(parsing.root, count)


def _any_namespace(name: str) -> str:
    return f"{{*}}{name}"


def _drop_with_earlier_siblings(element: etree._Element, holder: etree._Element) -> None:
    """Empties the element, and removes it with its next sibling: libxml2 still holds it now."""
    element.clear()
    while element.getprevious() is not None:
        del holder[0]


def _not_xml(payload: bytes, error: etree.XMLSyntaxError) -> RejectError:
    if _HTML.match(payload):
        return RejectError("wrong_format", "The payload is an HTML page; an XML record was expected")
    if payload[:1] in {b"{", b"["} and _is_json(payload):
        return RejectError("wrong_format", "The payload is JSON; an XML record was expected")
    return RejectError("malformed", f"The payload is not well-formed XML: {error.msg}")


def _is_json(payload: bytes) -> bool:
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError:
        return False
    return True


def unwrap(root: etree._Element, *wanted: str) -> Unwrapped:
    """The record's element and datestamp: the root itself, or the metadata of the one record of an OAI-PMH envelope.

    Args:
        root: the root of a payload.
        wanted: local names that the element may have.

    Raises:
        RejectError: `wrong_format`; the message names what was found instead.
    """
    if local_name(root) == "metadata":
        return Unwrapped(_metadata(root, wanted), None)
    if local_name(root) not in _ENVELOPE:
        return Unwrapped(_expect(root, wanted), None)
    for error in root.iterchildren("{*}error"):
        code = error.get("code") or "no code"
        raise RejectError("wrong_format", f"The payload is the OAI-PMH error {code}: {words(error)[:200]}")
    records = (
        [root] if local_name(root) == "record" else [*root.iterchildren("{*}record"), *root.iterfind("*/{*}record")]
    )
    if len(records) != 1:
        raise RejectError(
            "wrong_format",
            f"The OAI-PMH envelope holds {len(records)} records; one was expected"
            + (". The protocol `files` splits such files" if records else ""),
        )
    header = child(records[0], "header")
    if header is not None and header.get("status") == "deleted":
        raise RejectError("wrong_format", "The OAI-PMH record is deleted and has no metadata")
    metadata = child(records[0], "metadata")
    if metadata is None:
        raise RejectError("wrong_format", "The OAI-PMH record has no metadata")
    return Unwrapped(_metadata(metadata, wanted), None if header is None else _datestamp(header))


def _metadata(metadata: etree._Element, wanted: Sequence[str]) -> etree._Element:
    children = elements(metadata)
    if len(children) != 1:
        raise RejectError("wrong_format", f"The metadata of the record has {len(children)} elements; one was expected")
    return _expect(children[0], wanted)


def _expect(element: etree._Element, wanted: Sequence[str]) -> etree._Element:
    name = local_name(element)
    if name in wanted:
        return element
    found = _KNOWN.get(name) or f"an element {name}"
    namespace = etree.QName(element).namespace
    where = f" (namespace {namespace})" if namespace else ""
    expected = _KNOWN.get(wanted[0], wanted[0])
    raise RejectError("wrong_format", f"The payload is {found}{where}; {expected} was expected")


def _datestamp(header: etree._Element) -> str | None:
    """The datestamp of an OAI-PMH header where it is an ISO 8601 date or time in UTC (OAI-PMH 2.0, section 3.3)."""
    found = child(header, "datestamp")
    stamp = "" if found is None else words(found)
    return stamp if re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?", stamp) else None


def elements(parent: etree._Element) -> list[etree._Element]:
    """The children that are elements: references to entities are nodes too."""
    return [child for child in parent if isinstance(child.tag, str)]


def below(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at a path of local names below an element, in the order of the document."""
    return element.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))


class Paths:
    """The elements below one element by their paths of local names; the children of each are looked at once."""

    def __init__(self, root: etree._Element) -> None:
        self._found = {"": [root]}
        self._children: dict[str, dict[str, list[etree._Element]]] = {}

    def all(self, path: str) -> list[etree._Element]:
        """The elements at a path, in the order of the document."""
        found = self._found.get(path)
        if found is None:
            above, _, name = path.rpartition("/")
            children = self._children.get(above)
            if children is None:
                children = self._children[above] = self._by_name(self.all(above))
            found = self._found[path] = children.get(name, [])
        return found

    @staticmethod
    def _by_name(above: list[etree._Element]) -> dict[str, list[etree._Element]]:
        """The children of elements by their local names."""
        children: dict[str, list[etree._Element]] = {}
        for element in above:
            for each in element:
                children.setdefault(local_name(each), []).append(each)
        return children


def words(element: etree._Element, *, skip: Collection[str] = ()) -> str:
    """The cleaned text of an element and its children. May be empty.

    Children named in `skip` are left out, and so are contact data (e-mail addresses, telephone numbers).
    """
    text = "".join(_pieces(element, skip)) if len(element) else element.text or ""
    return without_contacts(clean(_without_layout(text) if "\n" in text else text))


def one_line(element: etree._Element, *, skip: Collection[str] = ()) -> str:
    """The text of `words` on one line: for names, keywords and codes."""
    text = words(element, skip=skip)
    return " ".join(text.split()) if "\n" in text else text


def _without_layout(text: str) -> str:
    """The text with a space for each line break of the file's layout alone.

    Such a break precedes an indented line that is neither an item of a list nor after a blank line.
    """
    lines = text.split("\n")
    kept: list[str] = []
    for before, after in pairwise(lines):
        ended = before.rstrip(" \t\r")
        if ended and not ended[-1].isspace() and _INDENTED.match(after):
            kept += (ended, " ")
        else:
            kept += (before, "\n")
    return "".join([*kept, lines[-1]])


def _pieces(element: etree._Element, skip: Collection[str]) -> Iterator[str]:
    """The texts within an element in order: each is handed on once, however deep it is."""
    yield element.text or ""
    opened = [(iter(element), "")]  # the children of each element around that are still to come, and what follows these
    while opened:
        children, after = opened[-1]
        child = next(children, None)
        if child is None:
            yield after
            opened.pop()
            continue
        name, tail = local_name(child), child.tail or ""
        if not name:
            yield _resolved(child.text or "") + tail
        elif name in skip:
            yield tail
        else:
            edge = _EDGE if name in _BLOCKS else ""
            yield edge + (child.text or "")
            opened.append((iter(child), edge + tail))


def _resolved(reference: str) -> str:
    """The character of a reference to an entity of HTML; empty for other entities."""
    resolved = html.unescape(reference)
    return "" if resolved == reference else resolved


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's text, cleaned and on one line; empty without the attribute."""
    value = element.get(name)
    return line(value) if value else ""


def link(element: etree._Element, name: str) -> str:
    """A URI in an attribute, without white space around it; empty without the attribute."""
    return (element.get(name) or "").strip()


def own_language(element: etree._Element) -> str | None:
    """The language that an element itself declares (`xml:lang`), as `language` has it."""
    tag = _tag(element)
    return None if tag is None else language_of_tag(tag)


def language(element: etree._Element) -> str | None:
    """The language of an element's text: its own, or that of the nearest element around it that declares one.

    ISO 639-1, else 639-3; None where none is declared, or none that exists.
    """
    place: etree._Element | None = element
    while place is not None:
        if (tag := _tag(place)) is not None:
            return language_of_tag(tag)
        place = place.getparent()
    return None


class Languages:
    """The same for many elements of one document: what is around them is looked at once."""

    def __init__(self) -> None:
        self._around: dict[etree._Element, str | None] = {}

    def of(self, element: etree._Element) -> str | None:
        """The language of an element's text, as `language` has it."""
        if (tag := _tag(element)) is not None:
            return language_of_tag(tag)
        around = element.getparent()
        if around is None:
            return None
        if around not in self._around:
            self._around[around] = self.of(around)
        return self._around[around]


def _tag(element: etree._Element) -> str | None:
    for name in _LANGUAGE_ATTRIBUTES:
        if (tag := element.get(name)) is not None:
            return tag
    return None
