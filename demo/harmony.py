"""Item pages of Harmony's discovery site, as its web framework (Next.js) streams them.

A page is a list of rows, `<hex id>:<value>`. A text row is `<hex id>:T<hex length in bytes>,<text>`, with no line end.
In other rows, the string `$1a` refers to the text of row 1a. A string that itself begins with a dollar sign has the
dollar sign doubled. Long strings are moved to text rows.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from demo.families import Study, Words
from demo.studies import HARMONY_SOURCE

LONG = 1024
"""A string of this many characters or more is moved to a text row."""

_SITE = "https://demo-library.invalid/search/items/"
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_FIRST_ROW = 0x17


def slug(study: Study) -> str:
    """The readable part of the page's URL."""
    return _NOT_IN_SLUG.sub("-", (study.words[0].title or "").lower().replace("'", "")).strip("-")


def page(study: Study) -> bytes:
    """The item page of a study. For the reject `wrong_format` it is the site's page for an unknown item."""
    rows = Rows()
    rows.add("1", '"$Sreact.fragment"')
    rows.add("2", 'I[52301,["9692","static/js/9692.aa01.js","7177","static/js/app/layout.bb02.js"],"default"]')
    rows.add("5", '"$Sreact.suspense"')
    rows.add("9", 'I[9701,[],"OutletBoundary"]')
    rows.write(":HL[", '"/search/_next/static/css/cc03.css","style"]\n')
    rows.add("0", _json({"P": None, "b": "demo", "p": "/search", "c": ["", "items", slug(study)], "i": False}))
    if study.reject == "wrong_format":
        rows.add("c", _json(["$", "h2", None, {"children": "This page could not be found."}]))
        return rows.content()
    _structured_data(study, rows)
    _item(study, rows)
    rows.add("12", _json([["$", "meta", "0", {"charSet": "utf-8"}]]))
    rows.add("e", "null")
    title = study.words[0].title
    description = rows.packed(study.words[0].description)
    head = [
        ["$", "title", "0", {"children": title}],
        ["$", "meta", "1", {"name": "description", "content": description}],
    ]
    rows.add("10", _json({"metadata": head, "error": None, "digest": "$undefined"}))
    rows.add("14", '"$10:metadata"')
    return rows.content()


def _structured_data(study: Study, rows: Rows) -> None:
    """Add the page's JSON-LD, as text in a script element."""
    words = study.words[0]
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": words.title,
        "description": words.description,
        "url": _SITE + slug(study),
        "keywords": list(words.keywords),
        **_coverage(study),
    }
    number = rows.text(_json(described))
    script = {"type": "application/ld+json", "dangerouslySetInnerHTML": {"__html": f"${number}"}}
    rows.add("c", _json(["$", "$5", None, {"children": [["$", "script", None, script], "$L18"]}]))


def _item(study: Study, rows: Rows) -> None:
    words = study.words[0]
    chance = study.random
    harmony_id = f"{HARMONY_SOURCE}/{study.number}"
    address = f"https://demo-library.invalid/catalogue/{study.number}"
    doi = chance.choice((study.doi, f"http://dx.doi.org/{study.doi.upper()}", f"https://doi.org/{study.doi}", None))
    dois = [doi] if doi else []
    schema: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": words.title,
        "description": words.description,
        "url": [address],
        "keywords": list(words.keywords),
        "identifier": dois,
        "includedInDataCatalog": [{"@type": "DataCatalog", "name": "Demo Library", "url": address}],
        "sponsor": [{"@type": "Organization", "name": "Fund for Long Views"}],
        **_coverage(study),
    }
    item = {
        "dataset_schema": schema,
        "extra_data": _extra_data(study, words, harmony_id, address, dois),
        "distance": 0,
        "score": 0,
        "parent": {},
        "ancestors": [],
    }
    rows.add("19", 'I[78901,["9692","static/js/9692.aa01.js"],"default"]')
    rows.add("18", _json(["$", "$L19", None, {"study": rows.packed(item)}]))


def _coverage(study: Study) -> dict[str, str]:
    if not study.periods:
        return {}
    period = study.periods[0]
    return {"temporalCoverage": f"{period.start}/{'..' if period.end == 'Ongoing' else period.end}"}


def _extra_data(study: Study, words: Words, harmony_id: str, address: str, dois: list[str]) -> dict[str, Any]:
    """The site's own facets. Where nothing is known it has defaults (all, GB, 0, 999, ""), which state nothing."""
    period = study.periods[0] if study.periods else None
    start = int(str(period.start)[:4]) if period else 0
    ended = period is not None and period.end != "Ongoing"
    end = int(str(period.end)[:4]) if period and ended else 0
    return {
        "harmony_id": harmony_id,
        "uuid": hashlib.md5(harmony_id.encode(), usedforsecurity=False).hexdigest(),
        "slug": slug(study),
        "name": words.title,
        "source": [HARMONY_SOURCE],
        "resource_type": study.more["type"],
        "urls": [address],
        "dois": dois,
        "start_year": start,
        "end_year": end,
        "duration_years": end - start if end else 0,
        "geographic_coverage": study.more.get("place", ""),
        "country_codes": ["GB"],
        "language_codes": ["en"],
        "sex": "all",
        "age_lower": 0,
        "age_upper": 999,
        "data_access": "The collection is available to registered users of the library.",
        "genetic_data_collected": False,
        "num_variables": None,
        "instruments": [],
        "study_design": [],
        "ai_summary": None,
        **study.more.get("stated", {}),
    }


class Rows:
    """The rows of a page in the order of the stream; text rows have ids from hexadecimal 17 on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._next = _FIRST_ROW
        self._taken = {0x18, 0x19}

    def write(self, start: str, rest: str) -> None:
        """Add a row without an id."""
        self._parts.append((start + rest).encode())

    def add(self, number: str, value: str) -> None:
        """Add a row with a value in the framework's JSON."""
        self._parts.append(f"{number}:{value}\n".encode())

    def text(self, text: str) -> str:
        """Add a text row, and return its id."""
        while self._next in self._taken:
            self._next += 1
        number = f"{self._next:x}"
        self._next += 1
        encoded = text.encode()
        self._parts.append(f"{number}:T{len(encoded):x},".encode() + encoded)
        return number

    def packed(self, value: Any) -> Any:
        """The value as a row has it: long strings become references, a leading dollar sign is doubled."""
        if isinstance(value, dict):
            return {key: self.packed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.packed(item) for item in value]
        if isinstance(value, str) and len(value) >= LONG:
            return f"${self.text(value)}"
        return f"${value}" if isinstance(value, str) and value.startswith("$") else value

    def content(self) -> bytes:
        """The page."""
        return b"".join(self._parts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
