"""The declarative formats: what a catalogue file's `fields` say of JSON records (json) and of rows (table).

Study number: what the field `id` finds; without it the record id, as the protocol has it.

Each field names where its words stand: a JMESPath (json) or a column (table), which is also the field of its
statements. Texts, numbers and lists of these are values; of an object its `name`. A value of another shape states
nothing, nor does a placeholder. `true` and `false` are words of `genetic_data_collected` alone: of other fields they
would need a meaning that nobody gave.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any, ClassVar

import jmespath
from jmespath.exceptions import JMESPathError

from pipeline.catalogue.records import FieldName, FieldSource, TableLayout
from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.shapes import Relations, Statements, ages, identifier_in, interval, name, urls, whole_number, year
from pipeline.formats.shapes import words as prose
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord

NOTHING = frozenset(
    {
        "-",
        "--",
        ".",
        "?",
        "n/a",
        "n.a.",
        "na",
        "nan",
        "nil",
        "none",
        "none.",
        "null",
        "not applicable",
        "not available",
        "not known",
        "not provided",
        "not reported",
        "not specified",
        "not stated",
        "tba",
        "tbc",
        "tbd",
        "to be confirmed",
        "undefined",
        "unknown",
        "unspecified",
    }
)
"""Words in lower case that stand where nothing is stated."""

_YEARS = re.compile(r"\A(\d{4}) ?: ?(\d{4}|[^\W\d]+)?\Z")
"""A year and another, a word for it, or no end, as machines write them."""

_PROSE: tuple[tuple[Role, FieldName], ...] = (
    (Role.DESCRIPTION, "description"),
    (Role.GEOGRAPHY, "geographic_coverage"),
    (Role.POPULATION, "population"),
    (Role.ACCESS, "data_access"),
)
_PLAIN: tuple[tuple[Role, FieldName], ...] = (
    (Role.SERIES, "series"),
    (Role.KEYWORD, "keywords"),
    (Role.SEX, "sex"),
    (Role.AGE, "age"),
    (Role.ACCESS, "access"),
    (Role.TOPIC, "topics"),
    (Role.STUDY_DESIGN, "study_design"),
    (Role.UNIT_OF_ANALYSIS, "unit_of_analysis"),
    (Role.COLLECTION_MODE, "collection_mode"),
    (Role.INSTRUMENT, "instruments"),
    (Role.RESOURCE_TYPE, "resource_type"),
    (Role.SAMPLE_SIZE, "sample_size"),
    (Role.NUM_VARIABLES, "num_variables"),
    (Role.NUM_SWEEPS, "num_sweeps"),
)


class Declared(Format):
    """Records whose fields the catalogue file names.

    Args:
        fields: where each field stands.
        records: JMESPath of the list of records in a file; None where the file is the list.
        table: how tables are written; None for records that are no rows.
    """

    syntax = "json"
    resource_type = "study"
    kind: ClassVar[str]
    """What a place is called, in messages."""

    def __init__(
        self,
        fields: Mapping[FieldName, FieldSource],
        *,
        records: str | None = None,
        table: TableLayout | None = None,
    ) -> None:
        self.fields = fields
        self.records = records
        self.table = table

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one object or row.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (nothing stands where the fields should) or `no_title`.
        """
        return _Reading(self, json_object(payload)).record()

    def key(self, value: Any) -> str | None:
        """The study number of an object."""
        return next(iter(self.texts(value, "id")), None) if isinstance(value, dict) else None

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object has a name, rather than being of objects by key that have one."""
        if self.texts(value, "name"):
            return True
        return not any(isinstance(each, dict) and self.texts(each, "name") for each in value.values())

    @abstractmethod
    def find(self, source: str, value: dict[str, Any]) -> Any:
        """What stands at a place; None for nothing."""

    def found(self, value: dict[str, Any], field: FieldName) -> list[tuple[str, Any]]:
        """(place, value) of each text, number or truth value of a field, lists unfolded, in their order."""
        source = self.fields.get(field)
        if source is None:
            return []
        return [
            (place, part)
            for place in source.sources
            for each in unfolded(self.find(place, value))
            for part in (each.split(source.split) if source.split and isinstance(each, str) else [each])
        ]

    def texts(self, value: dict[str, Any], field: FieldName) -> list[str]:
        """The texts of a field that state something, each on one line and once."""
        stated = (name(as_text(each)) for _, each in self.found(value, field))
        return list(dict.fromkeys(text for text in stated if text and text.casefold() not in NOTHING))


class Json(Declared):
    """JSON records, by a JMESPath a field."""

    name = "json"
    kind = "JMESPath"

    def __init__(self, fields: Mapping[FieldName, FieldSource], *, records: str | None = None) -> None:
        super().__init__(fields, records=records)
        self._compiled = {place: jmespath.compile(place) for source in fields.values() for place in source.sources}

    def find(self, source: str, value: dict[str, Any]) -> Any:
        """What the JMESPath finds; None where a function in it is given what it cannot work on."""
        try:
            return self._compiled[source].search(value)
        except JMESPathError:  # of types: names and numbers of arguments are checked with the catalogue file
            return None


class Table(Declared):
    """Rows, by a column a field. A payload is the object of a row: its cells by column."""

    name = "table"
    kind = "column"

    def __init__(self, fields: Mapping[FieldName, FieldSource], table: TableLayout) -> None:
        super().__init__(fields, table=table)

    def find(self, source: str, value: dict[str, Any]) -> Any:
        """The cell of a column."""
        return value.get(source)

    @property
    def columns(self) -> list[str]:
        """Every column that a field names."""
        return list(dict.fromkeys(column for source in self.fields.values() for column in source.sources))


def unfolded(value: Any) -> Iterable[Any]:
    """The texts, numbers and truth values in a value: of lists each, of objects the `name`."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting.extend(reversed(each))
        elif isinstance(each, dict):
            waiting.extend([each["name"]] if isinstance(each.get("name"), str) else [])
        elif each is not None:
            yield each


def as_text(value: Any) -> str:
    """A text as it is, a number in digits; empty for anything else."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float) and (number := whole_number(value)) is not None:
        return str(number)
    return str(value) if isinstance(value, str | int | float) else ""


class _Reading:
    """One record while it is read."""

    def __init__(self, fmt: Declared, value: dict[str, Any]) -> None:
        self._format = fmt
        self._value = value
        self._statements = Statements(NOTHING)

    def record(self) -> StudyRecord:
        names = self._stated("name")
        self._add_each(Role.TITLE, names[:1])
        for role, field in _PROSE:
            self._add_each(role, [(place, prose(text)) for place, text in self._raw(field)])
        for role, field in _PLAIN:
            self._add_each(role, self._stated(field))
        self._dates()
        self._ages()
        self._languages()
        self._genetic_data()
        if not names:
            place = self._place("name")
            if not self._statements.found:
                message = f"Nothing stands where the catalogue file's fields say, first of all at {place}"
                raise RejectError("wrong_format", message, place)
            raise RejectError("no_title", f"The record has no title at {place}", place)
        dois = [doi for text in self._texts("dois") if (doi := bare_doi(text))]
        same_as = [identifier_in(text) or text for text in self._texts("same_as")]
        related = Relations([*dois, *same_as])
        for place, text in self._stated("related"):
            related.add(identifier_in(text) or text, place)
        return StudyRecord(
            format=self._format.name,
            study_number=self._first("id"),
            dois=list(dict.fromkeys(dois)),
            urls=urls(self._texts("urls")),
            same_as=list(dict.fromkeys(same_as)),
            version=self._first("version"),
            statements=self._statements.found,
            creators=self._texts("creators"),
            publisher=self._first("publisher"),
            funders=self._texts("funders"),
            parent=self._first("parent"),
            series=self._first("series"),
            license=self._first("license"),
            published_year=next((found for text in self._texts("published") if (found := year(text))), None),
            related=related.found,
            source_modified=self._first("modified"),
        )

    def _raw(self, field: FieldName) -> list[tuple[str, str]]:
        return [(place, as_text(each)) for place, each in self._format.found(self._value, field)]

    def _stated(self, field: FieldName) -> list[tuple[str, str]]:
        """(place, text on one line) of what states something, each text once."""
        found: dict[str, str] = {}
        for place, each in self._raw(field):
            text = name(each)
            if text and self._statements.says(text):
                found.setdefault(text, place)
        return [(place, text) for text, place in found.items()]

    def _texts(self, field: FieldName) -> list[str]:
        return [text for _, text in self._stated(field)]

    def _first(self, field: FieldName) -> str | None:
        return next(iter(self._texts(field)), None)

    def _place(self, *fields: FieldName) -> str:
        """Where fields stand, as the catalogue file says it."""
        return ",".join(
            place for field in fields if field in self._format.fields for place in self._format.fields[field].sources
        )

    def _add_each(self, role: Role, stated: list[tuple[str, str]]) -> None:
        for place, text in dict.fromkeys(stated):
            self._statements.add(role, place, text)

    def _dates(self) -> None:
        for place, text in self._stated("temporal_coverage"):
            self._statements.add(Role.PERIOD, place, _YEARS.sub(r"\1/\2", text))
        for start, end in zip_longest(self._texts("start"), self._texts("end"), fillvalue=""):
            self._statements.add(Role.PERIOD, self._place("start", "end"), interval(start, end))

    def _ages(self) -> None:
        lower, upper = self._first("age_lower"), self._first("age_upper")
        numbers = whole_number(lower), whole_number(upper)
        if (lower is None) == (numbers[0] is None) and (upper is None) == (numbers[1] is None):
            text = ages(*numbers)
        elif lower and upper:
            text = f"{lower} to {upper}"
        else:
            text = f"{lower} and older" if lower else f"up to {upper}"
        self._statements.add(Role.AGE, self._place("age_lower", "age_upper"), text)

    def _languages(self) -> None:
        for place, text in self._stated("language"):
            self._statements.add(Role.LANGUAGE, place, text, code=text)

    def _genetic_data(self) -> None:
        for place, each in self._format.found(self._value, "genetic_data_collected"):
            text = str(each).lower() if isinstance(each, bool) else name(as_text(each))
            self._statements.add(Role.GENETIC_DATA, place, text)
