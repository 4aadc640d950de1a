"""What a protocol has to know of a format to cut files and answers into records. Reading a record is the format's."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Protocol

Syntax = Literal["xml", "json", "text"]


class TableShape(Protocol):
    """How a table is written, where the file itself does not show it."""

    @property
    def delimiter(self) -> str | None:
        """Delimiter of a CSV file; None to find it by the names of the columns."""

    @property
    def encoding(self) -> str | None:
        """Encoding of a CSV file; None for UTF-8, or UTF-16 with a byte order mark."""

    @property
    def sheet(self) -> str | None:
        """Name of a workbook's sheet; None for the first."""

    @property
    def header(self) -> int:
        """Number of the row, from 1, that names the columns."""


class RecordFormat:
    """How the records of a catalogue are separated in a file or an answer."""

    name: ClassVar[str]
    syntax: ClassVar[Syntax]
    """How files of such records are split: XML documents and OAI envelopes, JSON values, or one record a file."""
    records_at: ClassVar[str | None] = None
    """Key of the object in which an API's answer has its list of records."""
    records: str | None = None
    """JMESPath of the list of records in a JSON file; None where the file's own structure shows them."""
    table: TableShape | None = None
    """How tables of such records are written; None where records are no rows."""

    @property
    def columns(self) -> list[str]:
        """Columns that a table of such records must have."""
        return []

    def key(self, value: dict[str, Any]) -> str | None:  # noqa: ARG002 - a format without keys of its own needs none
        """The id that one record in a JSON list carries, cheaply; None where it carries none."""
        return None

    def is_record(self, value: dict[str, Any]) -> bool:  # noqa: ARG002
        """Whether a JSON object is one record, rather than an object that holds records by key."""
        return True
