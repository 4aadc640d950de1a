"""The formats that a catalogue file can name."""

from __future__ import annotations

import difflib

from pipeline.catalogue import Catalogue
from pipeline.errors import UsageError
from pipeline.formats.base import Format
from pipeline.formats.dataverse import Dataverse
from pipeline.formats.ddi_codebook import DdiCodebook
from pipeline.formats.dublin_core import DublinCore
from pipeline.formats.harmony import Harmony
from pipeline.formats.hdruk import HdrUk
from pipeline.formats.mhc import Mhc

FORMATS: dict[str, Format] = {
    fmt.name: fmt
    for fmt in (
        DdiCodebook(),
        Harmony(),
        Dataverse(),
        HdrUk(),
        Mhc(),
        DublinCore(),
    )
}
"""By name, as catalogue files and `read --format` say it."""


def format_of(catalogue: Catalogue) -> Format:
    """The format of a catalogue's records.

    Raises:
        UsageError: it is not there yet.
    """
    if catalogue.format not in FORMATS:
        raise UsageError(
            f"{catalogue.name}: the format {catalogue.format} is not there yet; there are {', '.join(sorted(FORMATS))}"
        )
    return FORMATS[catalogue.format]


def format_named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none; the message names the nearest right spelling.
    """
    if name in FORMATS:
        return FORMATS[name]
    near = difflib.get_close_matches(name.lower().replace("_", "-"), FORMATS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(FORMATS))}"
    raise UsageError(f"There is no format {name!r}: {hint}")
