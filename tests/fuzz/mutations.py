"""Mutations of records that go beyond what catalogues usually send: hostile sizes, types, characters and encodings.

They come on top of the damage of `tests.formats.mutations`. A JSON record is mutated as a value, an XML record as a
tree, both then as bytes.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree

from pipeline.model import xml
from tests.formats.mutations import mutated

NUMBERS: tuple[Any, ...] = (
    10**20,
    -(10**20),
    2**63,
    2**64,
    1e308,
    -0.0,
    1e-320,
    float("inf"),
    float("nan"),
    0.1,
    10**15,
)
DATES = (
    "0000-00-00", "9999-12-31", "10000-01-01", "-99999-01-01", "1900-02-29T25:61:61Z", "1.1.1", "99/99/99",
    "2000-01-01T00:00:00+99:99", "100000 BCE", "AD 99999", "999999999999-01", "1990/1990/1990/1990",
    "siglo \u0130X", "2000-W53-7", "12e eeuw - 99e eeuw",
)  # fmt: skip
CHARACTERS = (
    "\ud800", "\udfff", "\x00", "\x1b[31m", "\u202e\u2066", "\ufeff", "\ufffe", "\u0130\u0131\u017f\u212a",
    "e\u0301" * 50, "\u0301" * 200, "\U0001f469\u200d\U0001f52c", "\ufb03", "²³¼", "\u0661\u0662\u0663",
    "\u2028\u2029\x85", "&#xD800;&#0;&bogus;", "<![CDATA[x", "]]>", "<!--",
)  # fmt: skip
PIECES = (
    "9", "1 ", "100 200 ", "1,", "1.2", "-", "- ", " ", "\n", "\t", ",", ", ", "(", ")", "( ", "[", "and ",
    "women and ", "men, ", "Women Men ", "aged 18 ", "18-65 ", "years ", "1990-", "1990-1991, ", "1990 to ",
    "May ", "January 1990 ", "jaren ", "in London ", "Paris, ", "US ", "University of ", "the ", "born in ",
    "from Poland and ", "a", "A", "Aa ", "é", "e\u0301", "研究", "x@", "@", "tel.: ", "+1 ", "http://", "10.1000/",
    "&amp;", "&", "<", "<b>", "<!--", "sex: ", "exclusion criteria\n", "• ", "/", " / ", "1/1/", ".", ". ", "...",
    ":", "'", "D34", "\u3002", "Ab. ",
)  # fmt: skip
"""Pieces of texts that are repeated: families of strings for which a pattern may look back and forth."""

MOST_ADDED, LARGEST = 200_000, 3_000_000
"""Bytes that one mutation of a value may add, and those of a record."""
DEEP, LONG_NUMBER = "@deep@", "@number@"
"""Stand for what the JSON library cannot write: nesting without end, a number of very many digits."""
ENCODINGS = (
    "iso-8859-1",
    "utf-16",
    "utf-8",
    "us-ascii",
    "utf-7",
    "windows-1252",
    "ebcdic-cp-us",
    "no-such-encoding",
    "utf-32",
)
DOCTYPES = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/no.dtd">',
    b'<!DOCTYPE x [<!ENTITY c SYSTEM "file:///no/such/file">]>',
    b"<!DOCTYPE html>",
)
REFERENCES = (b"&c;", b"&nbsp;&eacute;", b"&#x110000;", b"&#0;", b"<![CDATA[<b>]]>", b"<?x y?>")
_ELEMENT_TEXT = re.compile(rb">[^<>]+<")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def wild(payload: bytes, suffix: str, chance: random.Random) -> bytes:
    """The record with some damage and one to three hostile mutations; `suffix` (`.xml`, `.json`, …) is its syntax."""
    payload = {".xml": _wild_xml, ".json": _wild_json}.get(suffix, _wild_bytes)(payload, chance)
    if chance.random() < 0.15:
        payload = _wild_bytes(payload, chance)
    return payload[:LARGEST]


def text(chance: random.Random) -> str:
    """An odd text: a date, characters, or one to three pieces repeated up to thousands of times."""
    kind = chance.random()
    if kind < 0.2:
        return chance.choice(DATES)
    if kind < 0.4:
        return f"a{chance.choice(CHARACTERS)}b"
    pieces = "".join(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3))))
    return chance.choice(("", "Women ", "In 1990 ")) + pieces * max(1, int(10 ** chance.uniform(0, 3.6)) // len(pieces))


# -- JSON


def _wild_json(payload: bytes, chance: random.Random) -> bytes:
    value = json.loads(mutated(payload, ".json", chance) if chance.random() < 0.7 else payload)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(value))
        if places:
            holder, key = chance.choice(places)
            holder[key] = _wild_value(holder[key], chance)
    written = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    depth = chance.choice((20, 90, 120, 300, 1000, 5000))
    written = written.replace(f'"{DEEP}"'.encode(), b'[{"a":' * depth + b"1" + b"}]" * depth, 3)
    return written.replace(f'"{LONG_NUMBER}"'.encode(), b"9" * chance.choice((19, 25, 310, 5000)), 30)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each object or list in a value, with each of its keys or places."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict | list):
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            found += [(holder, key) for key in keys]
            waiting += [holder[key] for key in keys]
    return found


def _wild_value(value: Any, chance: random.Random) -> Any:
    return chance.choice(_VALUES)(value, chance)


def _copies(value: Any, chance: random.Random) -> int:
    """How often a value may be repeated: so often that the record stays below some hundred kilobytes."""
    return min(chance.choice((1, 2, 50, 1500)), 1 + MOST_ADDED // len(json.dumps(value)))


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        return dict(chance.sample(list(value.items()), len(value)))
    return chance.sample(value, len(value)) if isinstance(value, list) else str(value)


_VALUES: tuple[Callable[[Any, random.Random], Any], ...] = (
    lambda _, chance: chance.choice((*NUMBERS, DEEP, LONG_NUMBER)),
    lambda value, chance: [value] * _copies(value, chance),
    lambda value, chance: {f"{number}": value for number in range(_copies(value, chance))},
    lambda _, chance: [text(chance) for _ in range(chance.randint(1, 30))],
    lambda value, _: json.dumps(value),
    _shuffled,
    lambda _, chance: text(chance),
    lambda _, chance: text(chance),
)


# -- XML


def _wild_xml(payload: bytes, chance: random.Random) -> bytes:
    damaged = mutated(payload, ".xml", chance) if chance.random() < 0.7 else payload
    try:
        root = xml.parse(damaged)
    except etree.XMLSyntaxError:  # damage to a root may leave entities undefined
        return damaged
    for _ in range(chance.randint(1, 3)):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        chance.choice(_TREE)(chance.choice(elements), chance)
    written = etree.tostring(root, encoding="utf-8")
    if chance.random() < 0.1:
        declared = chance.choice(ENCODINGS)
        written = f'<?xml version="1.0" encoding="{declared}"?>'.encode() + written
    if chance.random() < 0.1:
        encoding = chance.choice(("utf-16", "utf-16-le", "utf-32", "cp037"))
        written = written.decode().encode(encoding, "replace")
    elif chance.random() < 0.1:
        found = list(_ELEMENT_TEXT.finditer(written))
        if found:
            at = chance.choice(found).start() + 1
            reference = chance.choice(
                (b"&c;", b"&nbsp;&eacute;", b"&#x110000;", b"&#0;", b"<![CDATA[<b>]]>", b"<?x y?>")
            )
            written = written[:at] + reference * chance.choice((1, 1, 500)) + written[at:]
        written = chance.choice(DOCTYPES) + written
    return written


def _retext(element: etree._Element, chance: random.Random) -> None:
    element.text = _NO_XML.sub("", text(chance))


def _set_attribute(element: etree._Element, chance: random.Random) -> None:
    element.set(chance.choice([*element.attrib.keys(), "lang", "date", "ID"]), _NO_XML.sub("", text(chance)))


def _nest(element: etree._Element, chance: random.Random) -> None:
    inner = element
    for _ in range(chance.choice((2, 40, 200, 300))):
        inner = etree.SubElement(inner, chance.choice((element.tag, "p", "b")))
    inner.text = _NO_XML.sub("", text(chance))


def _repeat(element: etree._Element, chance: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        for _ in range(min(chance.choice((2, 40, 1000)), 4000 // sum(1 for _ in element.iter()))):
            parent.append(deepcopy(element))


def _shuffle(element: etree._Element, chance: random.Random) -> None:
    element[:] = chance.sample(list(element), len(element))


def _change_namespace(element: etree._Element, chance: random.Random) -> None:
    element.tag = chance.choice(("{urn:example:other}", "")) + etree.QName(element).localname


def _dissolve(element: etree._Element, chance: random.Random) -> None:
    for child in element:
        child.tail = _NO_XML.sub("", text(chance))


_TREE: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    _retext, _retext, _retext, _set_attribute, _nest, _repeat, _shuffle, _change_namespace, _dissolve,
)  # fmt: skip


# -- bytes


def _wild_bytes(payload: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(payload) + 1)
    to = min(len(payload), at + int(10 ** chance.uniform(0, 3)))
    match chance.randrange(5):
        case 0:
            return payload[:at]
        case 1:
            return payload[:at] + payload[to:]
        case 2:
            return payload[:to] + payload[at:to] * chance.choice((1, 20)) + payload[to:]
        case 3:
            return payload[:at] + chance.randbytes(chance.randint(1, 8)) + payload[at:]
        case _:
            return payload[:at] + text(chance).encode("utf-8", "surrogatepass") + payload[at:]
