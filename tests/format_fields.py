"""Which fields each format fills: `python -m tests.format_fields` writes it down in docs/formats.md.

Each format's records with all fields (`fixtures/<format>_record_all_fields.*`) are read, enriched and made documents,
as a run does it; the tables say what came of them, and cannot say more than the code does.
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
from pipeline.run.process import document_of
from tests.formats.conformance import FIXTURES
from tests.formats.test_declared import COLUMNS, FIELDS
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "formats.md"
FORMATS: tuple[FormatName, ...] = get_args(FormatName)
STATED, FOLLOWS = "●", "○"

_HARVESTED_AT = "2026-03-01T00:00:00Z"
_ALWAYS = (
    "harmony_id", "uuid", "source", "slug", "record_id", "work_id", "catalogue", "format", "harvested_at",
    "content_hash", "schema_version", "evidence",
)  # fmt: skip
"""Fields that the pipeline gives every document, whatever its format."""
_FIELDS = [name for name in Document.model_fields if name not in _ALWAYS]
_PAGE = f"""# Formats: which fields each one fills

Made from the code by `python -m tests.format_fields`: what becomes of the records with all fields in each format's
tests. A test fails where this page says something else than the code does.

`{STATED}` the record states it; `{FOLLOWS}` it follows from other fields or from the format. An empty cell: those
records do not fill it. The formats `json` and `table` fill what a [catalogue file](catalogues.md#formats) maps by
`fields`. Besides these, every document has:

{fill(", ".join(f"`{name}`" for name in _ALWAYS), 110)}

## The document

{{fields}}

## What facets rest on

Facets are read from these statements alike in each format, so a record may fill some that are empty above: a study that
goes on has no end, and a region is a matter of the words of `geography`.

{{statements}}
"""


def documents(name: FormatName) -> list[dict[str, Any]]:
    """The documents that a format's records with all fields become."""
    catalogue = _catalogue(name)
    return [
        document_of(catalogue, RawRecord(path.stem, name, path.read_bytes()), harvested_at=_HARVESTED_AT)
        for path in _fixtures(name)
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
    """What a format's records with all fields make statements of."""
    fmt = format_of(_catalogue(name))
    return {item.role: STATED for path in _fixtures(name) for item in fmt.read(path.read_bytes()).statements}


def page() -> str:
    """The page, as the code would have it now."""
    fields = _table(_FIELDS, {name: marks(name) for name in FORMATS})
    statements = _table(Role, {name: roles(name) for name in FORMATS})
    return _PAGE.format(fields=fields, statements=statements)


def _table(rows: Iterable[str], cells: Mapping[FormatName, Mapping[str, str]]) -> str:
    lines = [["", *FORMATS], ["---", *[":-:"] * len(FORMATS)]]
    lines += [[f"`{row}`", *(cells[name].get(row, "") for name in FORMATS)] for row in map(str, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fixtures(name: FormatName) -> list[Path]:
    found = sorted(FIXTURES.glob(f"{name.replace('-', '_')}_record_all_fields.*"))
    if not found:
        raise FileNotFoundError(f"{FIXTURES} has no record with all fields of the format {name}")
    return found


def _catalogue(name: FormatName) -> Catalogue:
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
