"""Values of JSON records, read as the type that their format has for them.

JSON of catalogues has lists where an object is expected, and numbers where a text is. A value of another type than the
format's counts as absent. Only records without their main parts are rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.model.identity import bare_doi
from pipeline.model.numbers import MOST_DIGITS
from pipeline.model.numbers import whole_number as number_of_digits
from pipeline.model.text import clean, line, unique, without_contacts

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_YEAR = re.compile(r"\s*(\d{4})(?:\D|\Z)")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*")


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The list; a list of the one value where it is no list; an empty list for null."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a list, or the one object."""
    return (item for item in items(value) if isinstance(item, dict))


def words(value: Any) -> str:
    """The text, cleaned, with its paragraphs and without contact data; empty for other types."""
    return without_contacts(clean(value)) if isinstance(value, str) else ""


def name(value: Any) -> str:
    """The text, cleaned, on one line and without e-mail addresses; empty for other types."""
    if not isinstance(value, str):
        return ""
    text = line(value)
    return without_contacts(text) if "@" in text and "://" not in text else text


def names(value: Any) -> list[str]:
    """The texts of a list, or the one text, each on one line and without repeats; of objects their `name`."""
    if not value:
        return []
    if isinstance(value, str):
        return [text] if (text := name(value)) else []
    found = [name(item.get("name") if isinstance(item, dict) else item) for item in items(value)]
    return unique([text for text in found if text])


def whole_number(value: Any) -> int | None:
    """The whole number of a number or of a text of digits; None for more than 15 digits, which count nothing real."""
    if isinstance(value, str):
        return number_of_digits(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**MOST_DIGITS:
        return None
    return int(value) if value == int(value) else None


def year(value: Any) -> int | None:
    """The year at the start of a date."""
    match = _YEAR.match(value) if isinstance(value, str) else None
    return int(match.group(1)) if match else None


def urls(*values: Any) -> list[str]:
    """Those of the texts and lists of texts that are URLs, without repeats."""
    found = (name(item) for value in values for item in items(value))
    return unique(url for url in found if _URL.fullmatch(url))


def dois(texts: Iterable[str]) -> list[str]:
    """The bare DOIs in texts, without repeats."""
    return unique(doi for text in texts if (doi := bare_doi(text)))


def number_or_name(value: Any) -> str:
    """A number as it is written, or a text as `name` has it; empty for other types."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else name(value)


def language_tag(value: Any) -> str | None:
    """The text, where it has the form of a language tag (BCP 47)."""
    tag = value.strip() if isinstance(value, str) else ""
    return tag if _LANGUAGE_TAG.fullmatch(tag) else None


def identifier_in(value: Any) -> str | None:
    """The bare DOI in a text, else the URL in it."""
    text = name(value)
    if not text:
        return None
    doi = bare_doi(text)
    if doi:
        return doi
    match = _URL.search(text)
    return match.group().rstrip(".,;)") if match else None


def interval(start: str, end: str) -> str:
    """Two dates as one period: `start/end`, `start/`, `/end`; empty without dates."""
    return f"{start}/{end}" if start or end else ""


def ages(lower: int | None, upper: int | None) -> str:
    """Two ages in years as one text: `18-65`, `18+`, `up to 65`; empty without ages."""
    if lower is None:
        return "" if upper is None else f"up to {upper}"
    return f"{lower}+" if upper is None else f"{lower}-{upper}"
