"""XML from outside, parsed safely: no entity is expanded, nothing is loaded from the network.

Elements are found by local name: catalogues declare namespaces in many ways, and wrong ones.
"""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": True,  # records are bounded in bytes before they are parsed
}
"""Arguments of every lxml parser that reads what a catalogue sent."""


def parse(content: bytes) -> etree._Element:
    """The root element.

    Raises:
        etree.XMLSyntaxError: the content is not well-formed.
    """
    return etree.fromstring(content, parser=etree.XMLParser(**SAFE))


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name; None where there is none."""
    return next((item for item in element if local_name(item) == name), None)


def text(element: etree._Element | None) -> str | None:
    """The element's text without white space around it; None where there is none."""
    return ((element.text or "").strip() or None) if element is not None else None
