"""Placeholders: whole texts that records have where they state nothing. A placeholder is read as if it were absent."""

from __future__ import annotations

from functools import cache

from pipeline.catalogue.records import FormatName

COMMON = frozenset(
    {"n/a", "n.a", "null", "undefined", "unknown", "unspecified", "unavailable", "not applicable", "not available"}
    | {"not known", "not provided", "not reported", "not specified", "not stated", "tba", "tbc", "tbd"}
    | {"to be confirmed", "-", "--", "?", ""}
)
"""Placeholders in every format, in lower case and without full stops at the end: the empty one means `.` or `...`."""

_NONE = frozenset({"none"})
_DATACITE_CODES = ("unac", "unal", "unap", "unas", "unav", "unkn", "none", "null", "tba", "etal")

ADDED: dict[FormatName, frozenset[str]] = {
    "ddi-codebook": frozenset({"no information recorded", "see"}),
    "ddi-lifecycle": _NONE | {"ej tillgänglig", "ej tillämplig", "nicht verfügbar", "keine angabe"},
    "dublin-core": _NONE | {"na"},
    "datacite": _NONE | {"na"} | {f"(:{code})" for code in _DATACITE_CODES} | {f":{code}" for code in _DATACITE_CODES},
    "schema-org": _NONE | {"untitled"},
    "harmony": _NONE,
    "hdruk": _NONE | {"accessibility_usage_investigations", "in progress", "no group", "to follow"},
    "mhc": _NONE | {"varied", "various", "nationwide", "as above"},
    "ukllc": _NONE | {"nan", "0"},
    "dataverse": _NONE | {"see contributors", "nvt", "n.v.t", "niet van toepassing", "onbekend"},
    "json": (_DECLARED := _NONE | {"na", "nan", "nil"}),
    "table": _DECLARED,
}
"""Placeholders of one format besides the common ones.

- `none` of DDI-Codebook is a statement: a study with the restrictions `none` has no restrictions.
- `see` of DDI-Codebook is what is left of a reference whose target was markup.
- `na` and `nan` are codes of a country and a language elsewhere.
- DataCite: appendix "Standard values for unknown information" of its metadata schema.
- `nationwide` of MHC refers to a nation that the record names in another field.
- `0` participants of UK LLC are participants that were not counted yet.
"""

LONGEST = 40
"""No placeholder has more characters: longer texts need not be looked up."""


@cache
def placeholders(format_name: FormatName) -> frozenset[str]:
    """All placeholders of a format."""
    return COMMON | ADDED.get(format_name, frozenset())
