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
        self._fields: dict[str, dict[str, Any]] = {}
        self._values: dict[str, Any] = {}
        for block in mapping(blocks).values():
            for field in objects(mapping(block).get("fields")):
                type_name = field.get("typeName")
                if isinstance(type_name, str) and type_name not in self._fields:
                    self._fields[type_name] = field
                    self._values[type_name] = field.get("value")
        self.value = self._values.get
        """The value, or values, of a field; None where the record has no such field."""

    def __bool__(self) -> bool:
        """Whether there is any field."""
        return bool(self._fields)

    def compounds(self, type_name: str) -> list[dict[str, Any]]:
        """The values of a compound field: part name → value."""
        value = self._values.get(type_name)
        if not value:
            return []
        return [
            {part: each.get("value") for part, each in compound.items() if isinstance(each, dict)}
            for compound in objects(value)
        ]

    def parts(self, type_name: str, part: str) -> list[Any]:
        """One part of each value of a compound field; None where a value lacks it."""
        value = self._values.get(type_name)
        return [mapping(compound.get(part)).get("value") for compound in objects(value)] if value else []

    def expanded(self, type_name: str) -> list[Any]:
        """What an external vocabulary states about each value of a field, in the order of the values."""
        field = self._fields.get(type_name)
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
