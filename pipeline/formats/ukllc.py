"""UK LLC: a dataset of the UK Longitudinal Linkage Collaboration, or a source of such datasets (a cohort, a register).

A payload is one of three:

- a page of the guidebook, `{"title", "summary", "descriptor"}`: a dataset, with `descriptor` as its table of names and
  values;
- a row of `/all-datasets` of the metadata API: a dataset with the title `table_name`, named by `source` and `table`;
- a row of `/all-sources`, with `source_name` and no `table`: a source.

A dataset may carry the table of its variables as `variables`: a list with `variable_name`, one row a value label, as
`/datasets/{source_and_table_name}` answers. Columns of the API are known from its public clients; the API itself was
not reachable. Statements of a page are named `descriptor/<name>`, those of rows by column.

Study number: of a page `Name of Dataset in TRE` (`MCS_mcs6_hhgrid`); of a row `<source>_<table>`, which is the same
name; of a source `source`. DOI, creators, year and publisher are in the citation. Not read: the number of people
invited (no sample), copyright lines (no licence), the date of the latest extract (no change of the record).
Source: github.com/UKLLC/Guidebook.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, NamedTuple

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import mapping, name, names, objects, urls, whole_number, words
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord

_CITATION = re.compile(
    r"(?P<creators>.+?) \((?P<year>\d{4})\)\. .*\. (?P<publisher>[^.]+)\.\s*(?:https?://\S+|doi:\S+)?", re.IGNORECASE
)
_LONGEST_CITATION = 2_000
"""Characters; in a longer text, each place might be the end of the creators."""
_FULL_STOP = re.compile(r"(?<!\b\w)\.\Z")
"""A full stop that ends the names, rather than an initial."""
_MARKDOWN_LINK = re.compile(r"\((https?://[^\s()]+)\)")
_COUNTS = (
    (Role.SAMPLE_SIZE, "Participant Count", "participant_count"),
    (Role.SAMPLE_SIZE, None, "participants_included"),
    (Role.NUM_VARIABLES, "Number of Variables", "num_columns"),
)
"""Role, name in the descriptor, column of a row."""
_OF_SOURCE = (
    (Role.GEOGRAPHY, "Geographic coverage - Nations"),
    (Role.GEOGRAPHY, "Geographic coverage - Regions"),
    (Role.AGE, "Age at recruitment"),
    (Role.STUDY_DESIGN, "Study type"),
)


class Ukllc(Format):
    """Datasets and sources of UK LLC, from its guidebook or its metadata API."""

    name = "ukllc"
    syntax = "json"
    resource_type = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one dataset or source.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (neither a descriptor, nor a table, nor a source) or
                `no_title`.
        """
        value = json_object(payload)
        if _is_source(value):
            return _Source(self.name, value).record()
        if not _is_dataset(value):
            raise RejectError("wrong_format", "The payload is no UK LLC dataset: it has no descriptor and no table")
        return _Dataset(self.name, value).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The study number of a dataset or source."""
        return (_Source if _is_source(value) else _Dataset)(self.name, value).study_number

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether the object is a dataset or a source."""
        return _is_dataset(value) or _is_source(value)


def _is_dataset(value: dict[str, Any]) -> bool:
    return isinstance(value.get("descriptor"), dict) or ("table_name" in value and "table" in value)


def _is_source(value: dict[str, Any]) -> bool:
    return "source_name" in value and "table" not in value and "descriptor" not in value


class _Citation(NamedTuple):
    """What an APA citation states besides the title."""

    doi: str | None = None
    creators: str | None = None
    year: int | None = None
    publisher: str | None = None


def _citation(text: str) -> _Citation:
    match = _CITATION.fullmatch(text) if len(text) <= _LONGEST_CITATION else None
    if match is None:
        return _Citation(doi=bare_doi(text))
    creators = _FULL_STOP.sub("", match["creators"].strip())
    return _Citation(bare_doi(text), creators, int(match["year"]), match["publisher"].strip())


def _split(keywords: Any) -> Any:
    return keywords.split(",") if isinstance(keywords, str) else keywords


def _linked(markdown: Any) -> list[str]:
    """The targets of links in Markdown, else the text, where that is a URL."""
    text = name(markdown)
    return urls(_MARKDOWN_LINK.findall(text) or text)


class _Dataset(Reading):
    """A dataset while it is read: a page of the guidebook or a row of the API."""

    def __init__(self, format_name: FormatName, value: dict[str, Any]) -> None:
        super().__init__(format_name)
        self._value = value
        self._is_row = "descriptor" not in value
        self._descriptor = mapping(value.get("descriptor"))
        self._by_name = {key.casefold(): key for key in self._descriptor}
        self.title_field = "table_name" if self._is_row else "title"

    def _entry(self, label: str) -> tuple[str, Any]:
        """The statements' field of a descriptor's entry, and its value. Labels vary in upper and lower case."""
        key = self._by_name.get(label.casefold(), label)
        return f"descriptor/{key}", self._descriptor.get(key)

    def state(self) -> None:
        self.add(Role.TITLE, self.title_field, name(self._value.get(self.title_field)))
        self._descriptions()
        for field, value in (self._entry("Keywords"), ("topic_tags", self._value.get("topic_tags"))):
            self.add_each(Role.KEYWORD, field, _split(value))
        self._coverage()
        self._counts()
        if self.series:
            self.add(Role.SERIES, self._series[0], self.series)

    def _descriptions(self) -> None:
        fields = [*([] if self._is_row else ["summary"]), "long_desc", "short_desc"]
        by_text: dict[str, str] = {}
        for field in fields:
            by_text.setdefault(words(self._value.get(field)), field)
        for text, field in by_text.items():
            self.add(Role.DESCRIPTION, field, text)

    def _coverage(self) -> None:
        for label in ("Temporal Coverage", "Temporal Coverage in the TRE"):
            field, value = self._entry(label)
            self.add(Role.PERIOD, field, name(value))
        start, end = (name(self._value.get(side)) for side in ("collection_start", "collection_end"))
        self.add_period(Role.COLLECTION_DATES, "collection_start,collection_end", start, end)
        field, value = self._entry("Geographical Coverage")
        self.add(Role.GEOGRAPHY, field, name(value))
        field, value = self._entry("Specific Restrictions to Data Use")
        self.add(Role.ACCESS, field, words(value))

    def _counts(self) -> None:
        """Numbers of participants and variables; the rows of the table of variables count before a stated number."""
        variables = {name(row.get("variable_name")) for row in objects(self._value.get("variables"))} - {""}
        if variables:
            self.add(Role.NUM_VARIABLES, "variables", str(len(variables)))
        for role, label, column in _COUNTS:
            for field, value in [(column, self._value.get(column)), *([self._entry(label)] if label else [])]:
                number = whole_number(value)
                if number is not None:
                    self.add(role, field, str(number))

    @property
    def study_number(self) -> str | None:
        if not self._is_row:
            return name(self._entry("Name of Dataset in TRE")[1]) or None
        source, table = name(self._value.get("source")), name(self._value.get("table"))
        return f"{source}_{table}" if source and table else None

    @cached_property
    def _citation(self) -> _Citation:
        return _citation(name(self._entry("Citation (APA)")[1]))

    @property
    def dois(self) -> list[str]:
        return [self._citation.doi] if self._citation.doi else []

    @property
    def urls(self) -> list[str]:
        return urls(self._entry("Key Link")[1], _linked(self._value.get("links")))

    @property
    def creators(self) -> list[str]:
        authors, owner = (names(self._entry(label)[1]) for label in ("Authors", "Owner"))
        return self.names(authors or names(self._citation.creators) or owner)

    @property
    def publisher(self) -> str | None:
        return self._citation.publisher

    @cached_property
    def _series(self) -> tuple[str, str | None]:
        """The field that names the study of the dataset, and that name."""
        for field, value in (self._entry("Series"), ("source_name", self._value.get("source_name"))):
            if text := self.present(name(value)):
                return field, text
        return "", None

    @property
    def series(self) -> str | None:
        return self._series[1]

    @property
    def published_year(self) -> int | None:
        return self._citation.year


class _Source(Reading):
    """A source while it is read: a cohort or register that UK LLC has datasets of."""

    title_field = "source_name"

    def __init__(self, format_name: FormatName, value: dict[str, Any]) -> None:
        super().__init__(format_name)
        self._value = value

    def state(self) -> None:
        self.add(Role.TITLE, self.title_field, name(self._value.get(self.title_field)))
        self.add(Role.RESOURCE_TYPE, "source", self.study_number or "", code="source")
        self.add(Role.DESCRIPTION, "Aims", words(self._value.get("Aims")))
        self.add_each(Role.KEYWORD, "Themes", _split(self._value.get("Themes")))
        for role, field in _OF_SOURCE:
            self.add(role, field, name(self._value.get(field)))
        start = self._value.get("Start date")
        year = whole_number(start)
        self.add_period(Role.COLLECTION_DATES, "Start date", name(start) if year is None else str(year), "")
        participants = whole_number(self._value.get("participant_count"))
        self.add(Role.SAMPLE_SIZE, "participant_count", "" if participants is None else str(participants))

    @property
    def study_number(self) -> str | None:
        return name(self._value.get("source")) or None

    @property
    def urls(self) -> list[str]:
        return _linked(self._value.get("Website"))

    @property
    def creators(self) -> list[str]:
        return self.names(self._value.get("Owner"))
