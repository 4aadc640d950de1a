"""The metadata blocks of a Dataverse dataset version, by field.

A field is `{"typeName", "typeClass", "multiple", "value"}`; the value of a compound field is one object or a list of
objects, part name → field. Field names are unique over the blocks of an installation.
"""

from __future__ import annotations

from typing import Any

from pipeline.formats.shapes import items, language_tag, mapping, name, objects


class Fields:
    """The fields of all blocks, by name; of several with one name the first."""

    def __init__(self, blocks: Any) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        for block in mapping(blocks).values():
            for field in objects(mapping(block).get("fields")):
                type_name = field.get("typeName")
                if isinstance(type_name, str):
                    self.found.setdefault(type_name, field)

    def value(self, type_name: str) -> Any:
        """The value, or values, of a field; None where the record has no such field."""
        field = self.found.get(type_name)
        return None if field is None else field.get("value")

    def compounds(self, type_name: str) -> list[dict[str, Any]]:
        """The values of a compound field: part name → value."""
        field = self.found.get(type_name)
        if field is None:
            return []
        return [
            {part: each.get("value") for part, each in compound.items() if isinstance(each, dict)}
            for compound in objects(field.get("value"))
        ]

    def expanded(self, type_name: str) -> list[Any]:
        """What an external vocabulary states about each value of a field, in the order of the values."""
        field = self.found.get(type_name)
        return [] if field is None else items(field.get("expandedvalue"))


def term(uri: str, expanded: Any, language: str | None) -> tuple[str, str, str | None]:
    """Words, code and language of a vocabulary's term.

    The words are the term in the given language, else in English, else in the first language of the record; where the
    record has no words, they are the code. The code is the last part of the URI.
    """
    code = uri.rsplit("#", 1)[-1].rsplit("/", 1)[-1] or uri
    labels = mapping(expanded).get("termName")
    if isinstance(labels, str):
        return name(labels) or code, code, None
    by_language = {tag: label.get("value") for label in objects(labels) if isinstance(tag := label.get("lang"), str)}
    for tag in (language or "en", "en", *by_language):
        if text := name(by_language.get(tag)):
            return text, code, language_tag(tag)
    return code, code, None
