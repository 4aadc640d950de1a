"""XML from outside, parsed safely: no entity is expanded, nothing is loaded from the network.

Elements are found by local name: catalogues declare namespaces in many ways, and wrong ones.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from pipeline.model.sizes import MAX_ANSWER_PARTS, has_more_parts

SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": True,  # records are bounded in bytes before they are parsed
}
"""Arguments of every lxml parser that reads what a catalogue sent. Elements may be nested 2,048 deep."""
_ENCODING = re.compile(rb"<\?xml[^>]{1,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.-]{1,40})[\"']")


def parse(content: bytes) -> etree._Element:
    """The root element.

    Raises:
        etree.XMLSyntaxError: the content is not well-formed, is nested too deeply, or has more than `MAX_ANSWER_PARTS`
            elements and attributes.
    """
    _check_size(content)
    return etree.fromstring(content, parser=etree.XMLParser(**SAFE))


def check(content: bytes) -> None:
    """Raises what `parse` would raise, at a third of its cost: no elements are made.

    Raises:
        etree.XMLSyntaxError: see `parse`.
    """
    _check_size(content)
    parser = etree.XMLParser(target=_Nothing(), **SAFE)  # type: ignore[arg-type]  # it needs no other method
    etree.fromstring(content, parser=parser)
    if len(parser.error_log) or b"xml:id" in content:  # faults of names are found where elements are made
        parse(content)


class _Nothing:
    """A parser's target that makes nothing of the content."""

    def close(self) -> None:
        """The content ends here."""


def _check_size(content: bytes) -> None:
    if _has_hidden_tags(content):
        raise _refused("it is in an encoding whose tags are not those of ASCII")
    if has_more_parts(content, MAX_ANSWER_PARTS):
        raise _refused(f"it has more than {MAX_ANSWER_PARTS:,} elements and attributes")


def _has_hidden_tags(content: bytes) -> bool:
    """Whether the XML declaration names an encoding in which tags cannot be counted, such as UTF-7."""
    match = _ENCODING.match(content)
    try:
        name = codecs.lookup(match[1].decode("ascii")).name if match is not None else "utf-8"
        return name == "utf-7" or b"<" not in "<".encode(name)
    except (LookupError, UnicodeError):
        return False  # unknown to Python: the parser judges


def _refused(message: str) -> etree.XMLSyntaxError:
    return etree.XMLSyntaxError(message, 0, 0, 0)  # type: ignore[call-arg, arg-type]  # the stubs know other arguments


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments and processing instructions."""
    return _local(element.tag)


@lru_cache(maxsize=4096)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child of that local name; None where there is none."""
    return next((item for item in element if local_name(item) == name), None)


def text(element: etree._Element | None) -> str | None:
    """The element's text without white space around it; None where there is none."""
    return ((element.text or "").strip() or None) if element is not None else None
