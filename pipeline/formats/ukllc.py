"""UK LLC: a dataset of the UK Longitudinal Linkage Collaboration, or a source that it has datasets of.

A dataset is a page of the guidebook, `{"title", "summary", "descriptor"}`, where `descriptor` is its table of names and
values; or a row of the metadata API's `/all-datasets`, where `table_name` is the title and `source` and `table` name
the dataset. Either may carry the variables' table, `variables`: a list with `variable_name` (one row a value label), as
`/datasets/{source_and_table_name}` answers. A row of `/all-sources`, with `source_name` and no table, is a source.
Statements of a page are named `descriptor/<name>`, those of rows by column. Columns are known from public clients of
the API, which could not be asked itself.

Study number: `Name of Dataset in TRE` (`MCS_mcs6_hhgrid`); of a row `<source>_<table>`, which is the same name; of a
source `source`. The DOI stands in the citation, which also names creators, year and publisher. Who was invited is no
sample, a copyright line no licence, and the date of the latest extract no change of the record.
Source: github.com/UKLLC/Guidebook.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.shapes import (
    Statements,
    interval,
    mapping,
    name,
    names,
    objects,
    urls,
    whole_number,
    words,
)
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord

NOTHING = frozenset({"none", "tbc", "n/a", "not applicable", "not available", "unknown", "nan", "null", "-", "0"})
"""What stands in a descriptor where nothing is to be said, in lower case; 0 participants were not counted yet."""

_CITATION = re.compile(
    r"(?P<creators>.+?) \((?P<year>\d{4})\)\. .*\. (?P<publisher>[^.]+)\.\s*(?:https?://\S+|doi:\S+)?", re.IGNORECASE
)
_FULL_STOP = re.compile(r"(?<!\b\w)\.\Z")
"""One that ends the names, rather than an initial."""
_MARKDOWN_LINK = re.compile(r"\((https?://[^\s()]+)\)")
_COUNTS = (
    (Role.SAMPLE_SIZE, "Participant Count", "participant_count"),
    (Role.SAMPLE_SIZE, None, "participants_included"),
    (Role.NUM_VARIABLES, "Number of Variables", "num_columns"),
)


_OF_SOURCE = (
    (Role.GEOGRAPHY, "Geographic coverage - Nations"),
    (Role.GEOGRAPHY, "Geographic coverage - Regions"),
    (Role.AGE, "Age at recruitment"),
    (Role.STUDY_DESIGN, "Study type"),
)


class _Citation(NamedTuple):
    """What an APA citation tells beside the title."""

    doi: str | None = None
    creators: str | None = None
    year: int | None = None
    publisher: str | None = None


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
            return _source(value)
        if not _is_dataset(value):
            raise RejectError("wrong_format", "The payload is no UK LLC dataset: no descriptor and no table in it")
        page = _Page(value)
        statements = Statements(NOTHING)
        title_field = "table_name" if page.is_row else "title"
        statements.add(Role.TITLE, title_field, name(value.get(title_field)))
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The dataset has no title", title_field)
        _texts(statements, page)
        _coverage(statements, page)
        _counts(statements, page)
        citation = _citation(name(page.stated("Citation (APA)")[1]))
        authors = names(page.stated("Authors")[1]) or names(citation.creators) or names(page.stated("Owner")[1])
        series_field, series = next(
            ((field, text) for field, text in _series_names(page) if statements.says(text)), ("", None)
        )
        if series:
            statements.add(Role.SERIES, series_field, series)
        links = name(value.get("links"))
        return StudyRecord(
            format=self.name,
            study_number=self.key(value),
            dois=[citation.doi] if citation.doi else [],
            urls=urls(page.stated("Key Link")[1], _MARKDOWN_LINK.findall(links) or links),
            statements=statements.found,
            creators=[each for each in authors if statements.says(each)],
            publisher=citation.publisher,
            series=series,
            published_year=citation.year,
        )

    def key(self, value: Any) -> str | None:
        """The name of the dataset in UK LLC's research environment."""
        if not isinstance(value, dict):
            return None
        if _is_source(value):
            return name(value.get("source")) or None
        page = _Page(value)
        if not page.is_row:
            return name(page.stated("Name of Dataset in TRE")[1]) or None
        source, table = name(value.get("source")), name(value.get("table"))
        return f"{source}_{table}" if source and table else None

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is a dataset or source, rather than such by key."""
        if not value or _is_dataset(value) or _is_source(value):
            return True
        return not all(isinstance(each, dict) and (_is_dataset(each) or _is_source(each)) for each in value.values())


class _Page:
    """A dataset, with its descriptor by name; the guidebook writes some names in two ways."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
        self.is_row = "descriptor" not in value
        self._by_name = {key.casefold(): key for key in mapping(value.get("descriptor"))}

    def stated(self, field: str) -> tuple[str, Any]:
        """The statements' name of a descriptor's field, and its value."""
        key = self._by_name.get(field.casefold(), field)
        return f"descriptor/{key}", mapping(self.value.get("descriptor")).get(key)


def _series_names(page: _Page) -> list[tuple[str, str]]:
    """The fields that name the study which a dataset is of, and what they say."""
    field, stated = page.stated("Series")
    return [(field, name(stated)), ("source_name", name(page.value.get("source_name")))]


def _is_dataset(value: dict[str, Any]) -> bool:
    return isinstance(value.get("descriptor"), dict) or ("table_name" in value and "table" in value)


def _is_source(value: dict[str, Any]) -> bool:
    return "source_name" in value and "table" not in value and "descriptor" not in value


def _source(value: dict[str, Any]) -> StudyRecord:
    """A cohort or register that UK LLC has datasets of."""
    statements = Statements(NOTHING)
    statements.add(Role.TITLE, "source_name", name(value.get("source_name")))
    if not statements.has(Role.TITLE):
        raise RejectError("no_title", "The source has no name", "source_name")
    number = name(value.get("source")) or None
    statements.add(Role.RESOURCE_TYPE, "source", number or "", code="source")
    statements.add(Role.DESCRIPTION, "Aims", words(value.get("Aims")))
    themes = value.get("Themes")
    statements.add_each(Role.KEYWORD, "Themes", themes.split(",") if isinstance(themes, str) else themes)
    for role, field in _OF_SOURCE:
        statements.add(role, field, name(value.get(field)))
    start = value.get("Start date")
    year = whole_number(start)
    begun = name(start) if year is None else str(year)
    statements.add(Role.COLLECTION_DATES, "Start date", interval(begun if statements.says(begun) else "", ""))
    participants = whole_number(value.get("participant_count"))
    statements.add(Role.SAMPLE_SIZE, "participant_count", "" if participants is None else str(participants))
    website = name(value.get("Website"))
    return StudyRecord(
        format="ukllc",
        study_number=number,
        urls=urls(_MARKDOWN_LINK.findall(website) or website),
        statements=statements.found,
        creators=[each for each in names(value.get("Owner")) if statements.says(each)],
    )


def _texts(statements: Statements, page: _Page) -> None:
    told = dict.fromkeys([*([] if page.is_row else ["summary"]), "long_desc", "short_desc"])
    seen: set[str] = set()
    for field in told:
        text = words(page.value.get(field))
        if text not in seen:
            statements.add(Role.DESCRIPTION, field, text)
        seen.add(text)
    for field, value in (page.stated("Keywords"), ("topic_tags", page.value.get("topic_tags"))):
        statements.add_each(Role.KEYWORD, field, value.split(",") if isinstance(value, str) else value)


def _coverage(statements: Statements, page: _Page) -> None:
    for stated in ("Temporal Coverage", "Temporal Coverage in the TRE"):
        field, value = page.stated(stated)
        statements.add(Role.PERIOD, field, name(value))
    start, end = (name(page.value.get(side)) for side in ("collection_start", "collection_end"))
    dates = interval(start if statements.says(start) else "", end if statements.says(end) else "")
    statements.add(Role.COLLECTION_DATES, "collection_start,collection_end", dates)
    field, value = page.stated("Geographical Coverage")
    statements.add(Role.GEOGRAPHY, field, name(value))
    field, value = page.stated("Specific Restrictions to Data Use")
    statements.add(Role.ACCESS, field, words(value))


def _counts(statements: Statements, page: _Page) -> None:
    """Numbers of participants and variables; the variables of a table outrank a number that is said of them."""
    variables = {name(row.get("variable_name")) for row in objects(page.value.get("variables"))} - {""}
    if variables:
        statements.add(Role.NUM_VARIABLES, "variables", str(len(variables)))
    for role, of_page, of_row in _COUNTS:
        stated = [(of_row, page.value.get(of_row)), *([page.stated(of_page)] if of_page else [])]
        for field, value in stated:
            number = whole_number(value)
            if number is not None:
                statements.add(role, field, str(number))


def _citation(text: str) -> _Citation:
    match = _CITATION.fullmatch(text)
    if match is None:
        return _Citation(doi=bare_doi(text))
    return _Citation(
        bare_doi(text), _FULL_STOP.sub("", match["creators"].strip()), int(match["year"]), match["publisher"].strip()
    )
