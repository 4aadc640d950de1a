"""The formats that a catalogue file can name."""

from __future__ import annotations

import difflib
from functools import lru_cache

from pipeline.catalogue import Catalogue
from pipeline.catalogue.protocols import Strict
from pipeline.catalogue.records import DECLARED, Fields, FormatName, TableLayout
from pipeline.errors import UsageError
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
        Harmony(),
        Dataverse(),
        HdrUk(),
        Mhc(),
        Ukllc(),
        SchemaOrg(),
        DublinCore(),
        DataCite(),
        DdiLifecycle(),
    )
}
"""By name, as catalogue files and `read --format` say it."""


def format_of(catalogue: Catalogue) -> Format:
    """The format of a catalogue's records; the declarative ones as its file declares them.

    Raises:
        UsageError: it is not there yet.
    """
    if catalogue.format in DECLARED:
        return _declared(catalogue.model_dump_json(include={"format", "fields", "records", "table"}, by_alias=True))
    if catalogue.format not in FORMATS:
        raise UsageError(
            f"{catalogue.name}: the format {catalogue.format} is not there yet; there are {', '.join(sorted(FORMATS))}"
        )
    return FORMATS[catalogue.format]


class _Declaration(Strict):
    """What a catalogue file says of its format."""

    format: FormatName
    fields: Fields
    records: str | None
    table: TableLayout


@lru_cache(maxsize=64)
def _declared(text: str) -> Format:
    """The format that a catalogue file declares; asked for with each record."""
    said = _Declaration.model_validate_json(text)
    return Json(said.fields, records=said.records) if said.format == "json" else Table(said.fields, said.table)


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none; the message names the nearest right spelling.
    """
    if name in FORMATS:
        return FORMATS[name]
    if name in DECLARED:
        raise UsageError(f"The format {name} is what a catalogue file makes it, by fields: give --catalogue FILE")
    starting = [known for known in FORMATS if known.startswith(name.lower())]
    near = starting or difflib.get_close_matches(name.lower().replace("_", "-"), FORMATS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(FORMATS))}"
    raise UsageError(f"There is no format {name!r}: {hint}")
