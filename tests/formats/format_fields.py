"""Which fields each format fills: `python -m tests.formats.format_fields` writes the tables in docs/formats.md.

Each format's records with all fields (`fixtures/<format>_record_all_fields.*`) are read, enriched and made documents,
as in a run; the tables are made from these documents, so they agree with the code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any, get_args

from pipeline.catalogue import Catalogue
from pipeline.catalogue.records import FormatName
from pipeline.formats import format_of
from pipeline.model.document import Document
from pipeline.model.raw import RawRecord
from pipeline.model.record import Role
from pipeline.run.outcome import document_of
from tests.formats.conformance import FIXTURES
from tests.formats.test_declared import COLUMNS, FIELDS
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "formats.md"
FORMATS: tuple[FormatName, ...] = get_args(FormatName)
STATED, FOLLOWS = "●", "○"

_HARVESTED_AT = "2026-03-01T00:00:00Z"
_ALWAYS = (
    "harmony_id", "uuid", "source", "slug", "record_id", "work_id", "work_number", "catalogue", "format",
    "harvested_at", "content_hash", "raw_digest", "schema_version", "evidence",
)  # fmt: skip
"""Fields that the pipeline gives every document, whatever its format."""
_FIELDS = [name for name in Document.model_fields if name not in _ALWAYS]
_PAGE = f"""# Formats: which fields each one fills

Made by `python -m tests.formats.format_fields` from the documents of the records with all fields in each format's
tests. A test fails where this page does not agree with the code.

`{STATED}` the record states it; `{FOLLOWS}` it follows from other fields or from the format. An empty cell: the format
does not fill it, as far as these records show. The formats `json` and `table` fill what the `fields` of a
[catalogue file](catalogues.md#formats) map. Besides these, every document has:

{fill(", ".join(f"`{name}`" for name in _ALWAYS), 110)}

## The document

{{fields}}

## What facets rest on

Facets are derived from statements of these roles in the same way for each format, so a record may fill facets that are
empty above: an ongoing study has no end, and regions depend on the words of `geography`.

{{statements}}
"""


def documents(name: FormatName) -> list[dict[str, Any]]:
    """The documents that a format's records with all fields become."""
    catalogue = catalogue_of_format(name)
    return [
        document_of(catalogue, RawRecord(path.stem, name, path.read_bytes()), harvested_at=_HARVESTED_AT).fields
        for path in fixtures(name)
    ]


def marks(name: FormatName) -> dict[str, str]:
    """Fields of the document that a format fills, and how."""
    found: dict[str, str] = {}
    for document in documents(name):
        for field in document:
            kinds = {item["kind"] for item in document["evidence"].get(field, [])}
            follows = kinds and "stated" not in kinds
            found[field] = FOLLOWS if follows and found.get(field) != STATED else STATED
    return found


def roles(name: FormatName) -> dict[str, str]:
    """The roles of the statements of a format's records with all fields."""
    fmt = format_of(catalogue_of_format(name))
    return {item.role: STATED for path in fixtures(name) for item in fmt.read(path.read_bytes()).statements}


def page() -> str:
    """The page that agrees with the code."""
    fields = _table(_FIELDS, {name: marks(name) for name in FORMATS})
    statements = _table(Role, {name: roles(name) for name in FORMATS})
    return _PAGE.format(fields=fields, statements=statements)


def _table(rows: Iterable[str], cells: Mapping[FormatName, Mapping[str, str]]) -> str:
    lines = [["", *FORMATS], ["---", *[":-:"] * len(FORMATS)]]
    lines += [[f"`{row}`", *(cells[name].get(row, "") for name in FORMATS)] for row in map(str, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fixtures(name: FormatName) -> list[Path]:
    """The records with all fields of a format."""
    found = sorted(FIXTURES.glob(f"{name.replace('-', '_')}_record_all_fields.*"))
    if not found:
        raise FileNotFoundError(f"{FIXTURES} has no record with all fields of the format {name}")
    return found


def catalogue_of_format(name: FormatName) -> Catalogue:
    """A catalogue of files with records of a format."""
    return Catalogue.model_validate(
        {
            "name": name,
            "title": name,
            "protocol": {"type": "files", "path": "*"},
            "format": name,
            "fields": {"json": FIELDS, "table": COLUMNS}.get(name, {}),
            "file": Path(f"{name}.yaml"),
        }
    )


def main() -> int:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
