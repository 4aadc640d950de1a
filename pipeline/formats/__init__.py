"""The formats that a catalogue file can name."""

from __future__ import annotations

from functools import lru_cache

from pipeline.catalogue import Catalogue
from pipeline.catalogue.protocols import Strict
from pipeline.catalogue.records import DECLARED, Fields, FormatName, TableLayout
from pipeline.errors import UsageError, nearest
from pipeline.formats.base import Format
from pipeline.formats.datacite import DataCite
from pipeline.formats.dataverse import Dataverse
from pipeline.formats.ddi_codebook import DdiCodebook
from pipeline.formats.ddi_lifecycle import DdiLifecycle
from pipeline.formats.declared import Json, Table
from pipeline.formats.dublin_core import DublinCore
from pipeline.formats.harmony import Harmony
from pipeline.formats.hdruk import HdrUk
from pipeline.formats.mhc import Mhc
from pipeline.formats.schema_org import SchemaOrg
from pipeline.formats.ukllc import Ukllc

FORMATS: dict[str, Format] = {
    fmt.name: fmt
    for fmt in (
        DdiCodebook(),
        DdiLifecycle(),
        DublinCore(),
        DataCite(),
        SchemaOrg(),
        Harmony(),
        HdrUk(),
        Mhc(),
        Ukllc(),
        Dataverse(),
    )
}
"""Formats by name, except the declarative ones, which need a catalogue file. `FormatName` lists the names of all."""


def format_of(catalogue: Catalogue) -> Format:
    """The format of a catalogue's records; a declarative one with the fields of the catalogue's file."""
    if catalogue.format in DECLARED:
        return _declared(catalogue.model_dump_json(include={"format", "fields", "records", "table"}, by_alias=True))
    return FORMATS[catalogue.format]


class _Declaration(Strict):
    """The keys of a catalogue file that declare a format."""

    format: FormatName
    fields: Fields
    records: str | None
    table: TableLayout


@lru_cache(maxsize=64)
def _declared(text: str) -> Format:
    """The format of a declaration as JSON; kept, because it is needed for each record."""
    keys = _Declaration.model_validate_json(text)
    return Json(keys.fields, records=keys.records) if keys.format == "json" else Table(keys.fields, keys.table)


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none, or it is a declarative one.
    """
    if name in FORMATS:
        return FORMATS[name]
    if name in DECLARED:
        raise UsageError(f"The format {name} needs the fields of a catalogue file: add --catalogue FILE")
    raise UsageError(f"There is no format {name!r}.{nearest(name, list(FORMATS))}")
