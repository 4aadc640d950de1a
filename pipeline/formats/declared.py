"""The declarative formats: JSON records (json) and rows (table) as the `fields` of a catalogue file map them.

Study number: the value of the field `id`; without it the record id of the protocol.

Each field has a place: a JMESPath (json) or a column (table), which is also the field of its statements. Texts,
numbers and lists of these are values; of an object its `name`. Values of other types count as absent, and so do
placeholders. `true` and `false` are values of `genetic_data_collected`, and of `access` together with the last name of
their place (`isopen: true`): what they mean in other fields is not declared.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import zip_longest
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from pipeline.catalogue.records import FieldName, FieldSource, TableLayout
from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import ages, dois, identifier_in, name, urls, whole_number, year
from pipeline.formats.shapes import words as prose
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.model.text import unique

_YEARS = re.compile(r"\A(\d{4}) ?: ?(\d{4}|[^\W\d]+)?\Z")
"""A period as software writes it, `2004:2008`: from a year to another year, to a word, or without an end."""

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
    (Role.ACCESS, "license"),
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
    """Records whose fields the catalogue file maps.

    Args:
        fields: the place of each field.
        records: JMESPath of the list of records in a file; None where the file is the list.
        table: how tables are written; None for records that are no rows.
    """

    syntax = "json"
    resource_type = "study"

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
            RejectError: `empty`, `malformed`, `wrong_format` (none of the fields has a value) or `no_title`.
        """
        return self._reading(json_object(payload)).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The study number of an object."""
        return self._reading(value).study_number

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object has a name, or holds no objects with a name by key."""
        return self.is_one(value) or not any(isinstance(each, dict) and self.is_one(each) for each in value.values())

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether the object has a name."""
        return bool(self._reading(value).texts("name"))

    def _reading(self, value: dict[str, Any]) -> _Record:
        return _Record(self, value)

    @abstractmethod
    def find(self, source: str, value: dict[str, Any]) -> Any:
        """The value at a place; None where there is none."""

    def found(self, value: dict[str, Any], field: FieldName) -> list[tuple[str, Any]]:
        """The places and values of a field's texts, numbers and truth values, with lists unfolded, in their order."""
        source = self.fields.get(field)
        if source is None:
            return []
        return [
            (place, part)
            for place in source.sources
            for each in unfolded(self.find(place, value))
            for part in (each.split(source.split) if source.split and isinstance(each, str) else [each])
        ]


class Json(Declared):
    """JSON records, by a JMESPath a field."""

    name = "json"

    def __init__(self, fields: Mapping[FieldName, FieldSource], *, records: str | None = None) -> None:
        super().__init__(fields, records=records)
        self._compiled = {place: jmespath.compile(place) for source in fields.values() for place in source.sources}

    def find(self, source: str, value: dict[str, Any]) -> Any:
        """The value of the JMESPath; None where a function in it cannot take the type of its argument."""
        try:
            return self._compiled[source].search(value)
        except JMESPathError:  # only types: the catalogue file's check covers functions and numbers of arguments
            return None


class Table(Declared):
    """Rows, by a column a field. A payload is the object of a row: its cells by column."""

    name = "table"

    def __init__(self, fields: Mapping[FieldName, FieldSource], table: TableLayout) -> None:
        super().__init__(fields, table=table)

    def find(self, source: str, value: dict[str, Any]) -> Any:
        """The cell of a column."""
        return value.get(source)

    @property
    def columns(self) -> list[str]:
        """The columns of all fields."""
        return unique(column for source in self.fields.values() for column in source.sources)


def unfolded(value: Any) -> Iterable[Any]:
    """The texts, numbers and truth values in a value: of lists each member, of objects the `name`."""
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
    """A text as it is, a number in digits; empty for other types."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float) and (number := whole_number(value)) is not None:
        return str(number)
    return str(value) if isinstance(value, str | int | float) else ""


class _Record(Reading):
    """One record while it is read."""

    def __init__(self, fmt: Declared, value: dict[str, Any]) -> None:
        super().__init__(fmt.name)
        self._format = fmt
        self._value = value
        self.title_field = self._place("name")

    def state(self) -> None:
        self._add_all(Role.TITLE, self._valued("name")[:1])
        for role, field in _PROSE:
            self._add_all(role, [(place, prose(text)) for place, text in self._raw(field)])
        for role, field in _PLAIN:
            self._add_all(role, self._valued(field))
        for place, each in self._format.found(self._value, "access"):
            if isinstance(each, bool):
                self.add(Role.ACCESS, place, f"{place.rpartition('.')[2]}: {str(each).lower()}")
        self._dates()
        self._ages()
        for place, text in self._valued("language"):
            self.add(Role.LANGUAGE, place, text, code=text)
        self._genetic_data()
        if not self.statements:
            place = self.title_field
            message = (
                f"The record has no value at any place that the catalogue file's fields name; the first is {place}"
            )
            raise RejectError("wrong_format", message, place)

    def _raw(self, field: FieldName) -> list[tuple[str, str]]:
        return [(place, as_text(each)) for place, each in self._format.found(self._value, field)]

    def _valued(self, field: FieldName) -> list[tuple[str, str]]:
        """The places and texts of a field, on one line, without placeholders and repeats."""
        found: dict[str, str] = {}
        for place, each in self._raw(field):
            if text := self.present(name(each)):
                found.setdefault(text, place)
        return [(place, text) for text, place in found.items()]

    def texts(self, field: FieldName) -> list[str]:
        """The texts of a field, on one line, without placeholders and repeats."""
        return [text for _, text in self._valued(field)]

    def _first(self, field: FieldName) -> str | None:
        return next(iter(self.texts(field)), None)

    def _place(self, *fields: FieldName) -> str:
        """The places of fields, as the catalogue file names them."""
        return ",".join(
            place for field in fields if field in self._format.fields for place in self._format.fields[field].sources
        )

    def _add_all(self, role: Role, valued: list[tuple[str, str]]) -> None:
        for place, text in unique(valued):
            self.add(role, place, text)

    def _dates(self) -> None:
        for place, text in self._valued("temporal_coverage"):
            self.add(Role.PERIOD, place, _YEARS.sub(r"\1/\2", text))
        for start, end in zip_longest(self.texts("start"), self.texts("end"), fillvalue=""):
            self.add_period(Role.PERIOD, self._place("start", "end"), start, end)

    def _ages(self) -> None:
        lower, upper = self._first("age_lower"), self._first("age_upper")
        numbers = whole_number(lower), whole_number(upper)
        if (lower is None) == (numbers[0] is None) and (upper is None) == (numbers[1] is None):
            text = ages(*numbers)
        elif lower and upper:
            text = f"{lower} to {upper}"
        else:
            text = f"{lower} and older" if lower else f"up to {upper}"
        self.add(Role.AGE, self._place("age_lower", "age_upper"), text)

    def _genetic_data(self) -> None:
        for place, each in self._format.found(self._value, "genetic_data_collected"):
            text = str(each).lower() if isinstance(each, bool) else name(as_text(each))
            self.add(Role.GENETIC_DATA, place, text)

    @property
    def study_number(self) -> str | None:
        return self._first("id")

    @cached_property
    def dois(self) -> list[str]:
        return dois(self.texts("dois"))

    @cached_property
    def urls(self) -> list[str]:
        return urls(self.texts("urls"))

    @cached_property
    def same_as(self) -> list[str]:
        return unique(identifier_in(text) or text for text in self.texts("same_as"))

    @property
    def version(self) -> str | None:
        return self._first("version")

    @property
    def creators(self) -> list[str]:
        return self.texts("creators")

    @property
    def publisher(self) -> str | None:
        return self._first("publisher")

    @property
    def funders(self) -> list[str]:
        return self.texts("funders")

    @property
    def parent(self) -> str | None:
        return self._first("parent")

    @property
    def series(self) -> str | None:
        return self._first("series")

    @property
    def license(self) -> str | None:
        return self._first("license")

    @property
    def published_year(self) -> int | None:
        return next(filter(None, map(year, self.texts("published"))), None)

    @property
    def related(self) -> list[Related]:
        return self.relations((identifier_in(text) or text, place) for place, text in self._valued("related"))

    @property
    def source_modified(self) -> str | None:
        return self._first("modified")
