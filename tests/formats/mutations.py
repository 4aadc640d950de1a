"""Damage as it occurs in catalogues: parts that are missing, doubled, renamed, emptied, or of another type."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import orjson
from lxml import etree

MOST = 12
"""Mutations of one record."""

ODD_WORDS = (
    "",
    " ",
    "Unavailable.",
    "&lt;p&gt;x",
    "0",
    "999",
    "9" * 30,
    "\u2028",
    "2004-13-45",
    "a@b.example",
    "<br>",
    "-",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    "",
    " ",
    0,
    -1,
    1e300,
    True,
    [],
    {},
    [[]],
    [None],
    {"": None},
    "9" * 400,
    "<p>",
    "x",
)


def mutated(payload: bytes, suffix: str, chance: random.Random) -> bytes:
    """The record with a few random mutations; `suffix` (`.xml` or `.json`) is its syntax."""
    return _mutated_xml(payload, chance) if suffix == ".xml" else _mutated_json(payload, chance)


def _mutated_xml(payload: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(payload, etree.XMLParser(resolve_entities=False, no_network=True))
    for _ in range(chance.randint(1, MOST)):
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        chance.choice(_XML)(chance.choice(elements), chance.choice(elements), chance)
    return etree.tostring(root.getroottree(), encoding="utf-8")


def _remove(element: etree._Element, _: etree._Element, __: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _duplicate(element: etree._Element, _: etree._Element, __: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.append(copy.deepcopy(element))


def _rename(element: etree._Element, other: etree._Element, _: random.Random) -> None:
    element.tag = other.tag


def _move(element: etree._Element, other: etree._Element, _: random.Random) -> None:
    if element.getparent() is not None and element not in (other, *other.iterancestors()):
        other.append(element)


def _reword(element: etree._Element, _: etree._Element, chance: random.Random) -> None:
    element.text = chance.choice(ODD_WORDS)


def _empty(element: etree._Element, _: etree._Element, __: random.Random) -> None:
    element.clear()


def _change_attribute(element: etree._Element, _: etree._Element, chance: random.Random) -> None:
    for name in list(element.attrib):
        if chance.random() < 0.5:
            del element.attrib[name]
        else:
            element.set(name, chance.choice(ODD_WORDS))


_XML: tuple[Callable[[etree._Element, etree._Element, random.Random], None], ...] = (
    _remove,
    _duplicate,
    _rename,
    _move,
    _reword,
    _empty,
    _change_attribute,
)


def _mutated_json(payload: bytes, chance: random.Random) -> bytes:
    value = orjson.loads(payload)
    for _ in range(chance.randint(1, MOST)):
        holders = [holder for holder in _holders(value) if holder]
        if holders:
            _mutate_member(chance.choice(holders), chance)
    return orjson.dumps(value)


def _holders(value: Any) -> list[dict[str, Any] | list[Any]]:
    """Every object and list in a JSON value."""
    if isinstance(value, dict):
        return [value, *(holder for member in value.values() for holder in _holders(member))]
    if isinstance(value, list):
        return [value, *(holder for member in value for holder in _holders(member))]
    return []


def _mutate_member(holder: dict[str, Any] | list[Any], chance: random.Random) -> None:
    if isinstance(holder, dict):
        name = chance.choice(list(holder))
        match chance.randrange(5):
            case 0:
                del holder[name]
            case 1:
                holder[f"{name}_"] = holder.pop(name)
            case 2:
                holder[name] = [holder[name]]
            case 3:
                holder[name] = {"value": holder[name]}
            case _:
                holder[name] = orjson.loads(orjson.dumps(chance.choice(ODD_VALUES)))
    else:
        place = chance.randrange(len(holder))
        match chance.randrange(3):
            case 0:
                del holder[place]
            case 1:
                holder.append(orjson.loads(orjson.dumps(holder[place])))
            case _:
                holder[place] = orjson.loads(orjson.dumps(chance.choice(ODD_VALUES)))
