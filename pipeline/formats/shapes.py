"""Values of JSON records by the shape they should have.

Other people's JSON holds lists where objects were expected and numbers where words were. A value of another shape than
the format's is absent: it states nothing. Only a record without its skeleton is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pipeline.model.identity import bare_doi
from pipeline.model.record import Related, Role, Statement
from pipeline.model.text import clean, line, without_contacts

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_YEAR = re.compile(r"\s*(\d{4})(?:\D|\Z)")
_LONGEST_PLACEHOLDER = 60


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The list, a list of the one value, or an empty list for null."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, or the one object."""
    return (item for item in items(value) if isinstance(item, dict))


def words(value: Any) -> str:
    """The text, cleaned, with its paragraphs and without contact data; empty for anything that is no text."""
    return without_contacts(clean(value)) if isinstance(value, str) else ""


def name(value: Any) -> str:
    """The text, cleaned, on one line and without e-mail addresses; empty for anything that is no text."""
    if not isinstance(value, str):
        return ""
    text = line(value)
    return without_contacts(text) if "@" in text and "://" not in text else text


def names(value: Any) -> list[str]:
    """The texts of a list (or the one text), each on one line, each once; of objects their `name`."""
    found = (name(item.get("name") if isinstance(item, dict) else item) for item in items(value))
    return [each for each in dict.fromkeys(found) if each]


def whole_number(value: Any) -> int | None:
    """The whole number that a number or a text of digits states; one of more than 15 digits counts nothing real."""
    if isinstance(value, str):
        digits = value.strip()
        return int(digits) if digits.isdecimal() and len(digits) <= 15 else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        return None
    return int(value) if value == int(value) else None


def year(value: Any) -> int | None:
    """The year with which a date begins."""
    match = _YEAR.match(value) if isinstance(value, str) else None
    return int(match.group(1)) if match else None


def urls(*values: Any) -> list[str]:
    """Those of the texts (or lists of texts) that are URLs, each once."""
    found = (name(item) for value in values for item in items(value))
    return list(dict.fromkeys(url for url in found if _URL.fullmatch(url)))


def identifier_in(value: Any) -> str | None:
    """The bare DOI, else the URL, in a text."""
    text = name(value)
    if not text:
        return None
    doi = bare_doi(text)
    if doi:
        return doi
    match = _URL.search(text)
    return match.group().rstrip(".,;)") if match else None


def interval(start: str, end: str) -> str:
    """Two dates as one period, `start/end`; a side that is left out is empty. Empty where both are."""
    return f"{start}/{end}" if start or end else ""


def ages(lower: int | None, upper: int | None) -> str:
    """Two ages as one statement: `18-65`, `18+`, `up to 65`; empty where both are left out."""
    if lower is None:
        return "" if upper is None else f"up to {upper}"
    return f"{lower}+" if upper is None else f"{lower}-{upper}"


class Statements:
    """The statements of one record, as they are found. What is empty or a placeholder is not added.

    `nothing` holds the words, in lower case, that a format's records have where they state nothing.
    """

    def __init__(self, nothing: frozenset[str] = frozenset()) -> None:
        self.found: list[Statement] = []
        self._nothing = nothing

    def says(self, text: str) -> bool:
        """Whether a text states something."""
        return bool(text) and (len(text) > _LONGEST_PLACEHOLDER or text.casefold() not in self._nothing)

    def add(
        self,
        role: Role,
        field: str,
        text: str,
        *,
        language: str | None = None,
        code: str | None = None,
        vocabulary: str | None = None,
    ) -> None:
        """Adds the statement of a text that is cleaned already."""
        if self.says(text):
            self.found.append(
                Statement(role=role, field=field, text=text, language=language, code=code, vocabulary=vocabulary)
            )

    def add_each(self, role: Role, field: str, values: Any, *, language: str | None = None) -> None:
        """Adds a statement for each text of a list, or for the one text; each on one line and once."""
        for text in names(values):
            self.add(role, field, text, language=language)

    def has(self, role: Role) -> bool:
        """Whether there is a statement of this role."""
        return any(statement.role is role for statement in self.found)


class Relations:
    """What a record names beside itself, each once; never the record's own identifiers."""

    def __init__(self, own: list[str]) -> None:
        self._found: dict[str, Related] = {}
        self._own = frozenset(own)

    def add(self, identifier: str | None, relation: str | None) -> None:
        """Adds a DOI, URL or other identifier, where there is one."""
        if identifier and identifier not in self._own:
            self._found.setdefault(identifier, Related(id=identifier, relation=relation or None))

    @property
    def found(self) -> list[Related]:
        """In the record's order."""
        return list(self._found.values())
