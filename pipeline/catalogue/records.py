"""The keys of a catalogue file about its records: their format, the places of their fields, which to leave out."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal

from lxml import etree
from pydantic import BeforeValidator, Field, field_validator, model_validator

from pipeline.catalogue.expressions import Expression
from pipeline.catalogue.protocols import Strict

FormatName = Literal[
    "ddi-codebook",
    "ddi-lifecycle",
    "dublin-core",
    "datacite",
    "schema-org",
    "harmony",
    "hdruk",
    "mhc",
    "ukllc",
    "dataverse",
    "json",
    "table",
]
FieldName = Literal[
    "id",
    "parent",
    "name",
    "description",
    "keywords",
    "urls",
    "dois",
    "geographic_coverage",
    "temporal_coverage",
    "start",
    "end",
    "population",
    "sex",
    "age",
    "age_lower",
    "age_upper",
    "sample_size",
    "data_access",
    "access",
    "language",
    "creators",
    "publisher",
    "funders",
    "license",
    "published",
    "modified",
    "version",
    "series",
    "instruments",
    "study_design",
    "topics",
    "unit_of_analysis",
    "collection_mode",
    "resource_type",
    "same_as",
    "related",
    "num_variables",
    "num_sweeps",
    "genetic_data_collected",
]
"""The fields that `fields` can map: statements of a record, from which facets are derived."""
DECLARED: tuple[FormatName, ...] = ("json", "table")
"""Formats that the catalogue file describes, by `fields`."""


class Exclusion(Strict):
    """Records to leave out, and the reason."""

    jmespath: Expression | None = None
    """True of a JSON record (or of a row, as an object) that is left out."""
    xpath: str | None = None
    """XPath 1.0, true of an XML record that is left out; names in it are local names, without prefix."""
    reason: Annotated[str, Field(min_length=1)]

    @field_validator("xpath")
    @classmethod
    def _is_xpath(cls, xpath: str | None) -> str | None:
        if xpath is not None:
            try:
                etree.XPath(xpath)(etree.Element("record"))
            except etree.XPathError as error:
                raise ValueError(f"{xpath!r} is not an XPath: {error}") from error
        return xpath

    @model_validator(mode="after")
    def _has_one_expression(self) -> Exclusion:
        if (self.jmespath is None) == (self.xpath is None):
            raise ValueError("name the records by jmespath (JSON, tables) or by xpath (XML)")
        return self


class FieldSource(Strict):
    """The place of a field, and the separator of its values."""

    source: Annotated[str | list[str], Field(alias="from")]
    """A JMESPath or the name of a column; of several, each that has a value counts."""
    split: Annotated[str, Field(min_length=1)] | None = None
    """Separator between several values of one text: `;`."""

    @property
    def sources(self) -> list[str]:
        """Each JMESPath or column."""
        return [self.source] if isinstance(self.source, str) else self.source


class TableLayout(Strict):
    """How a table is written, where the table itself does not show it."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str | None = None
    sheet: str | None = None
    """Name of the sheet of a workbook; the first by default."""
    header: Annotated[int, Field(ge=1)] = 1
    """Number of the row, from 1, that names the columns."""

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str | None) -> str | None:
        if encoding is not None:
            try:
                codecs.lookup(encoding)
            except LookupError as error:
                raise ValueError(f"{encoding!r} is not an encoding that Python knows") from error
        return encoding


def _as_source(value: Any) -> Any:
    if not isinstance(value, str | list | dict | FieldSource):
        raise ValueError(  # noqa: TRY004 - pydantic turns a ValueError into its own
            f"a place is a text, in quotes where YAML takes it for something else, and not {value!r}"
        )
    return {"from": value} if isinstance(value, str | list) else value


Fields = dict[FieldName, Annotated[FieldSource, BeforeValidator(_as_source)]]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Exclusions = Annotated[list[Exclusion], BeforeValidator(_as_list)]
