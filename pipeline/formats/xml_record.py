"""Records written in XML: parsed safely, taken out of OAI-PMH envelopes, read as cleaned words.

Elements are found by local name, whatever their namespace: catalogues declare namespaces of other versions, or none.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Sequence
from io import BytesIO
from typing import NamedTuple

import orjson
from lxml import etree

from pipeline.errors import RejectError
from pipeline.model.codes import language_of_tag
from pipeline.model.text import clean, line, without_contacts

_LANGUAGE_ATTRIBUTES = ("{http://www.w3.org/XML/1998/namespace}lang", "xml-lang")
"""`xml-lang` is what some software makes of `xml:lang`."""

_ENVELOPE = frozenset({"OAI-PMH", "GetRecord", "ListRecords", "record"})
_BLOCKS = frozenset({"p", "div", "br", "list", "itm", "item", "li", "ul", "ol", "head", "table", "row"})
_EDGE = "\u2029"
"""Paragraph separator: where a block begins or ends."""
_INDENTED = re.compile(r"(?<=\S)[ \t\r]*\n[ \t]{4,}(?=[^\s\-–—*•·(\d])")
"""A line that only the layout of the file broke: neither after a blank line, nor where a list may go on."""
_HTML = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_KNOWN = {
    "DDIInstance": "DDI-Lifecycle",
    "FragmentInstance": "DDI-Lifecycle",
    "codeBook": "DDI-Codebook",
    "dc": "Dublin Core",
    "resource": "DataCite",
    "html": "an HTML page",
}


class Parsed(NamedTuple):
    """The root of a payload, and how many elements were counted and dropped."""

    root: etree._Element
    counted: int


class Unwrapped(NamedTuple):
    """The element that is the record, and the datestamp of its envelope where it had one."""

    element: etree._Element
    datestamp: str | None


def parse(payload: bytes, *, counted: tuple[str, str] | None = None, emptied: Collection[str] = ()) -> Parsed:
    """The elements of a payload, without comments and processing instructions.

    Entities are not resolved, no DTD or network is read. Elements `counted` (parent's and own local name) are counted
    and dropped while parsing, so that thousands of variables cost neither memory nor a second pass. Elements named in
    `emptied` stay, without what is in them.

    Raises:
        RejectError: `empty`, `malformed`, or `wrong_format` for JSON and HTML.
    """
    payload = payload.removeprefix(_BYTE_ORDER_MARK).lstrip(b" \t\r\n")
    if not payload.strip(b"\0 \t\r\n"):
        raise RejectError("empty", "The payload is empty")
    parent, child = counted or ("", "")
    parsing = etree.iterparse(
        BytesIO(payload),
        events=("end",),
        tag=[f"{{*}}{name}" for name in (child, *emptied) if name] or None,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = 0
    try:
        for _, element in parsing:
            holder = element.getparent()
            if local_name(element) in emptied:
                element.clear()
            elif counted and holder is not None and local_name(holder) == parent:
                count += 1
                _drop_with_earlier_siblings(element, holder)
    except etree.XMLSyntaxError as error:
        raise _not_xml(payload, error) from error
    return Parsed(parsing.root, count)


def _drop_with_earlier_siblings(element: etree._Element, holder: etree._Element) -> None:
    """libxml2 still holds the element itself, so it is emptied now and removed with the next."""
    element.clear()
    while element.getprevious() is not None:
        del holder[0]


def _not_xml(payload: bytes, error: etree.XMLSyntaxError) -> RejectError:
    if _HTML.match(payload):
        return RejectError("wrong_format", "The payload is an HTML page, where an XML record was expected")
    if payload[:1] in {b"{", b"["} and _is_json(payload):
        return RejectError("wrong_format", "The payload is JSON, where an XML record was expected")
    return RejectError("malformed", f"The payload is not well-formed XML: {error.msg}")


def _is_json(payload: bytes) -> bool:
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError:
        return False
    return True


def unwrap(root: etree._Element, *wanted: str) -> Unwrapped:
    """The element, named as one of `wanted`, that the root is, or that the one record of its OAI-PMH envelope holds.

    Raises:
        RejectError: `wrong_format`, with what was found instead.
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
            f"The OAI-PMH envelope holds {len(records)} records, where one was expected"
            + (": read it with the protocol `files`, which splits it" if records else ""),
        )
    header = records[0].find("{*}header")
    if header is not None and header.get("status") == "deleted":
        raise RejectError("wrong_format", "The OAI-PMH record is deleted: it has no metadata to read")
    metadata = records[0].find("{*}metadata")
    if metadata is None:
        raise RejectError("wrong_format", "The OAI-PMH record has no metadata")
    return Unwrapped(_metadata(metadata, wanted), None if header is None else _datestamp(header))


def _metadata(metadata: etree._Element, wanted: Sequence[str]) -> etree._Element:
    children = [child for child in metadata if is_element(child)]
    if len(children) != 1:
        raise RejectError("wrong_format", f"The metadata of the record has {len(children)} elements, not one")
    return _expect(children[0], wanted)


def _expect(element: etree._Element, wanted: Sequence[str]) -> etree._Element:
    name = local_name(element)
    if name in wanted:
        return element
    found = _KNOWN.get(name) or f"an element {name}"
    namespace = etree.QName(element).namespace
    where = f" (namespace {namespace})" if namespace else ""
    expected = _KNOWN.get(wanted[0], wanted[0])
    raise RejectError("wrong_format", f"The payload is {found}{where}, where {expected} was expected")


def _datestamp(header: etree._Element) -> str | None:
    """The datestamp of an OAI-PMH header where it is an ISO 8601 date or time in UTC (OAI-PMH 2.0, section 3.3)."""
    found = header.find("{*}datestamp")
    stamp = "" if found is None else words(found)
    return stamp if re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?", stamp) else None


def is_element(node: etree._Element) -> bool:
    """Whether a node is an element: entities, comments and instructions are nodes too."""
    return isinstance(node.tag, str)


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def below(element: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at a path of local names, in the order of the document."""
    return element.iterfind("/".join(f"{{*}}{name}" for name in path.split("/")))


def words(element: etree._Element, *, skip: Collection[str] = ()) -> str:
    """The cleaned words in an element and its children, but for children named in `skip`. May be empty.

    Contact data in running text (e-mail addresses, telephone numbers) are left out.
    """
    return without_contacts(clean(_INDENTED.sub(" ", "".join(_pieces(element, skip)))))


def one_line(element: etree._Element, *, skip: Collection[str] = ()) -> str:
    """`words`, on one line: for names, keywords and codes."""
    return " ".join(words(element, skip=skip).split())


def _pieces(element: etree._Element, skip: Collection[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if not is_element(child):
            yield _resolved(child.text or "")
        elif (name := local_name(child)) not in skip:
            edge = _EDGE if name in _BLOCKS else ""
            yield edge
            yield from _pieces(child, skip)
            yield edge
        yield child.tail or ""


def _resolved(reference: str) -> str:
    """What an entity reference stands for in HTML; nothing where it stands for nothing there."""
    resolved = html.unescape(reference)
    return "" if resolved == reference else resolved


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's words, cleaned and on one line; empty where there are none."""
    return line(element.get(name) or "")


def link(element: etree._Element, name: str) -> str:
    """An attribute that holds a URI, as it is but for white space around it; empty where there is none."""
    return (element.get(name) or "").strip()


def own_language(element: etree._Element) -> str | None:
    """The language that an element itself names (`xml:lang`), as `language` gives it."""
    tag = _tag(element)
    return None if tag is None else language_of_tag(tag)


def language(element: etree._Element) -> str | None:
    """The language of an element's words: its own, or that of the nearest element around it which names one.

    ISO 639-1, else 639-3; None where none is named, or none that exists.
    """
    place: etree._Element | None = element
    while place is not None:
        if (tag := _tag(place)) is not None:
            return language_of_tag(tag)
        place = place.getparent()
    return None


def _tag(element: etree._Element) -> str | None:
    for name in _LANGUAGE_ATTRIBUTES:
        if (tag := element.get(name)) is not None:
            return tag
    return None
