"""Harmony: an item of Harmony's discovery site.

A payload is an item page as the site sends it (a React flight payload, or the HTML page around it), or the item's JSON:
an object with `dataset_schema` and `extra_data`, or one that holds such an object as `study`.

The item carries its identity: `extra_data/harmony_id`, `source` and `slug` are kept; without a harmony_id the slug is
the study number. Facets that are the site's defaults state nothing: sex `all`, country_codes `["GB"]`,
genetic_data_collected `false`, the numbers 0 and 999, and empty texts. `ai_summary` is no statement about the study.
The item's own values stay in `stated` and `dataset_schema`, defaults and nulls included, so that `show --as harmony`
can return the item as it was.
"""

from __future__ import annotations

import codecs
from typing import Any

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats import nextjs_payload
from pipeline.formats.base import Format, json_object
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import (
    ages,
    dois,
    identifier_in,
    items,
    mapping,
    name,
    names,
    objects,
    urls,
    whole_number,
    words,
    year,
)
from pipeline.model.record import Role, StudyRecord

DEFAULT_NUMBERS = frozenset({0, 999})
DEFAULT_COUNTRIES = ["GB"]
DEFAULT_SEX = "all"
_PARTS = frozenset({"dataset_schema", "extra_data"})

_LISTS = (
    (Role.STUDY_DESIGN, "study_design"),
    (Role.INSTRUMENT, "instruments"),
    (Role.RESOURCE_TYPE, "resource_type"),
    (Role.ACCESS, "data_access"),
)
_NUMBERS = (
    (Role.SAMPLE_SIZE, "extra_data", "sample_size"),
    (Role.NUM_VARIABLES, "extra_data", "num_variables"),
    (Role.NUM_VARIABLES, "dataset_schema", "number_of_variables"),
    (Role.NUM_SWEEPS, "extra_data", "num_sweeps"),
)


class Harmony(Format):
    """Items of Harmony's discovery site."""

    name = "harmony"
    syntax = "text"
    resource_type = "dataset"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one item.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (no item in it), `too_large` or `no_title`.
        """
        return _Item(self.name, _study(payload)).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The harmony_id of an item."""
        return name(mapping(value.get("extra_data")).get("harmony_id")) or None


def _study(payload: bytes) -> dict[str, Any]:
    start = payload.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    if not start:
        raise RejectError("empty", "The payload is empty")
    if start.startswith((b"{", b"[")):
        found = json_object(start)
        study = found if _is_item(found) else found.get("study")
    else:
        page = nextjs_payload.from_html(start) if start.startswith(b"<") else start
        study = nextjs_payload.find(nextjs_payload.rows(page), "study", _PARTS)
    if not isinstance(study, dict) or not _is_item(study):
        raise RejectError("wrong_format", "The payload holds no item of Harmony: no dataset_schema, no extra_data")
    return study


def _is_item(value: dict[str, Any]) -> bool:
    return any(isinstance(value.get(part), dict) for part in _PARTS)


def _number(values: dict[str, Any], field: str) -> int | None:
    number = whole_number(values.get(field))
    return None if number in DEFAULT_NUMBERS else number


def _identity(item: Any) -> str | None:
    """The harmony_id of a parent or ancestor: an item, its extra_data, or the id itself."""
    if isinstance(item, dict):
        return name(mapping(item.get("extra_data")).get("harmony_id")) or name(item.get("harmony_id")) or None
    return name(item) or None


class _Item(Reading):
    """One item while it is read."""

    title_field = "dataset_schema/name"

    def __init__(self, format_name: FormatName, study: dict[str, Any]) -> None:
        super().__init__(format_name)
        self._study = study
        self._schema = mapping(study.get("dataset_schema"))
        self._extra = mapping(study.get("extra_data"))

    def state(self) -> None:
        self._title()
        self._descriptions()
        self._places()
        self._periods()
        self._people()
        for role, field in _LISTS:
            for value in items(self._extra.get(field)):
                self.add(role, f"extra_data/{field}", words(value))
        for language in names(self._extra.get("language_codes")):
            self.add(Role.LANGUAGE, "extra_data/language_codes", language, code=language)
        self._counts()
        if self._extra.get("genetic_data_collected") is True:
            self.add(Role.GENETIC_DATA, "extra_data/genetic_data_collected", "true")

    def _title(self) -> None:
        title = name(self._schema.get("name"))
        if title:
            self.add(Role.TITLE, "dataset_schema/name", title)
        else:
            self.add(Role.TITLE, "extra_data/name", name(self._extra.get("name")))

    def _descriptions(self) -> None:
        for description in items(self._schema.get("description")):
            self.add(Role.DESCRIPTION, "dataset_schema/description", words(description))
        keywords = self._schema.get("keywords")
        # one text may hold several keywords: schema.org has them delimited by commas
        each = keywords.split(",") if isinstance(keywords, str) else keywords
        self.add_each(Role.KEYWORD, "dataset_schema/keywords", each)

    def _places(self) -> None:
        self.add(Role.GEOGRAPHY, "extra_data/geographic_coverage", words(self._extra.get("geographic_coverage")))
        self.add_each(Role.GEOGRAPHY, "dataset_schema/spatialCoverage", self._schema.get("spatialCoverage"))
        countries = names(self._extra.get("country_codes"))
        for country in countries if countries != DEFAULT_COUNTRIES else ():
            self.add(Role.GEOGRAPHY, "extra_data/country_codes", country, code=country)

    def _periods(self) -> None:
        self.add_each(Role.PERIOD, "dataset_schema/temporalCoverage", self._schema.get("temporalCoverage"))
        start, end = (str(_number(self._extra, field) or "") for field in ("start_year", "end_year"))
        self.add_period(Role.PERIOD, "extra_data/start_year,end_year", start, end)

    def _people(self) -> None:
        sex = name(self._extra.get("sex"))
        if sex.casefold() != DEFAULT_SEX:
            self.add(Role.SEX, "extra_data/sex", sex)
        lower, upper = (_number(self._extra, field) for field in ("age_lower", "age_upper"))
        self.add(Role.AGE, "extra_data/age_lower,age_upper", ages(lower, upper))

    def _counts(self) -> None:
        for role, part, field in _NUMBERS:
            number = _number(mapping(self._study.get(part)), field)
            if number and not self.has(role):
                self.add(role, f"{part}/{field}", str(number))

    @property
    def study_number(self) -> str | None:
        return None if self.harmony_id else self.slug

    @property
    def harmony_id(self) -> str | None:
        return Harmony().key(self._study)

    @property
    def source(self) -> list[str]:
        return names(self._extra.get("source"))

    @property
    def slug(self) -> str | None:
        return name(self._extra.get("slug")) or None

    @property
    def dois(self) -> list[str]:
        return dois(map(name, [*items(self._extra.get("dois")), *items(self._schema.get("identifier"))]))

    @property
    def urls(self) -> list[str]:
        return urls(self._extra.get("urls"), self._schema.get("url"))

    @property
    def same_as(self) -> list[str]:
        return [each for each in map(identifier_in, items(self._schema.get("sameAs"))) if each]

    @property
    def version(self) -> str | None:
        return name(self._schema.get("version")) or None

    @property
    def creators(self) -> list[str]:
        return names(self._schema.get("creator"))

    @property
    def publisher(self) -> str | None:
        found = names(self._schema.get("publisher")) or names(self._schema.get("includedInDataCatalog"))
        return next(iter(found), None)

    @property
    def funders(self) -> list[str]:
        return names([*items(self._schema.get("funder")), *items(self._schema.get("sponsor"))])

    @property
    def parent(self) -> str | None:
        return _identity(self._study.get("parent"))

    @property
    def ancestors(self) -> list[str]:
        return [each for each in map(_identity, items(self._study.get("ancestors"))) if each]

    @property
    def license(self) -> str | None:
        value = self._schema.get("license")
        for licence in objects(value):
            return name(licence.get("name")) or name(licence.get("url")) or None
        return next(iter(names(value)), None)

    @property
    def published_year(self) -> int | None:
        return year(self._schema.get("datePublished"))

    @property
    def source_modified(self) -> str | None:
        return name(self._schema.get("dateModified")) or None

    @property
    def dataset_schema(self) -> dict[str, Any] | None:
        return self._schema or None

    @property
    def stated(self) -> dict[str, Any] | None:
        return {"harmony": {key: value for key, value in self._study.items() if key != "dataset_schema"}}
