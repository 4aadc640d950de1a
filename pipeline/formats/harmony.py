"""Harmony: an item of Harmony's discovery site.

A payload is an item page as the site sends it (a flight payload, or the HTML page around it), or the item's JSON: an
object with `dataset_schema` and `extra_data`, or one that holds it as `study`.

The item carries its identity: `extra_data/harmony_id`, `source` and `slug` are kept; where there is no harmony_id the
slug is the study number. Facets that are the site's defaults state nothing: sex `all`, country_codes `["GB"]`,
genetic_data_collected `false`, the numbers 0 and 999, and empty words. `ai_summary` is nobody's statement about the
study. The item's own values stay in `stated` and `dataset_schema`, defaults and nulls included, so that the item can be
given back as it came.
"""

from __future__ import annotations

from typing import Any

from pipeline.errors import RejectError
from pipeline.formats import nextjs_payload
from pipeline.formats.base import Format, json_object
from pipeline.formats.shapes import (
    Statements,
    ages,
    identifier_in,
    interval,
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
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord

DEFAULT_NUMBERS = frozenset({0, 999})
DEFAULT_COUNTRIES = ["GB"]
DEFAULT_SEX = "all"
NOTHING = frozenset({"none", "null", "n/a", "undefined"})
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
        study = _study(payload)
        schema, extra = mapping(study.get("dataset_schema")), mapping(study.get("extra_data"))
        statements = Statements(NOTHING)
        _texts(statements, schema, extra)
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The item has no name", "dataset_schema/name")
        _coverage(statements, schema, extra)
        _facets(statements, schema, extra)
        identity = name(extra.get("harmony_id")) or None
        return StudyRecord(
            format=self.name,
            study_number=None if identity else name(extra.get("slug")) or None,
            harmony_id=identity,
            source=names(extra.get("source")),
            slug=name(extra.get("slug")) or None,
            dois=_dois(extra.get("dois"), schema.get("identifier")),
            urls=urls(extra.get("urls"), schema.get("url")),
            same_as=[each for each in map(identifier_in, items(schema.get("sameAs"))) if each],
            version=name(schema.get("version")) or None,
            statements=statements.found,
            creators=names(schema.get("creator")),
            publisher=_first(names(schema.get("publisher")) or names(schema.get("includedInDataCatalog"))),
            funders=names([*items(schema.get("funder")), *items(schema.get("sponsor"))]),
            parent=_identity(study.get("parent")),
            ancestors=[each for each in map(_identity, items(study.get("ancestors"))) if each],
            license=_license(schema.get("license")),
            published_year=year(schema.get("datePublished")),
            source_modified=name(schema.get("dateModified")) or None,
            dataset_schema=schema or None,
            stated={"harmony": {key: value for key, value in study.items() if key != "dataset_schema"}},
        )

    def key(self, value: Any) -> str | None:
        """The harmony_id of an item in a JSON list."""
        return name(mapping(mapping(value).get("extra_data")).get("harmony_id")) or None


def _study(payload: bytes) -> dict[str, Any]:
    start = payload.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise RejectError("empty", "The payload is empty")
    if start.startswith((b"{", b"[")):
        found = json_object(start)
        study = found if _is_item(found) else found.get("study")
    else:
        page = nextjs_payload.from_html(start) if start.startswith(b"<") else start
        study = nextjs_payload.find(nextjs_payload.rows(page), "study", _PARTS)
    if not isinstance(study, dict) or not _is_item(study):
        raise RejectError("wrong_format", "No item of Harmony is in the payload: no dataset_schema and extra_data")
    return study


def _is_item(value: dict[str, Any]) -> bool:
    return any(isinstance(value.get(part), dict) for part in _PARTS)


def _texts(statements: Statements, schema: dict[str, Any], extra: dict[str, Any]) -> None:
    title = name(schema.get("name"))
    if title:
        statements.add(Role.TITLE, "dataset_schema/name", title)
    else:
        statements.add(Role.TITLE, "extra_data/name", name(extra.get("name")))
    for description in items(schema.get("description")):
        statements.add(Role.DESCRIPTION, "dataset_schema/description", words(description))
    keywords = schema.get("keywords")
    # one text may hold several keywords: schema.org has them delimited by commas
    each = keywords.split(",") if isinstance(keywords, str) else keywords
    statements.add_each(Role.KEYWORD, "dataset_schema/keywords", each)


def _coverage(statements: Statements, schema: dict[str, Any], extra: dict[str, Any]) -> None:
    statements.add(Role.GEOGRAPHY, "extra_data/geographic_coverage", words(extra.get("geographic_coverage")))
    statements.add_each(Role.GEOGRAPHY, "dataset_schema/spatialCoverage", schema.get("spatialCoverage"))
    countries = names(extra.get("country_codes"))
    for country in countries if countries != DEFAULT_COUNTRIES else ():
        statements.add(Role.GEOGRAPHY, "extra_data/country_codes", country, code=country)
    statements.add_each(Role.PERIOD, "dataset_schema/temporalCoverage", schema.get("temporalCoverage"))
    start, end = _number(extra, "start_year"), _number(extra, "end_year")
    statements.add(Role.PERIOD, "extra_data/start_year,end_year", interval(str(start or ""), str(end or "")))


def _facets(statements: Statements, schema: dict[str, Any], extra: dict[str, Any]) -> None:
    sex = name(extra.get("sex"))
    if sex.casefold() != DEFAULT_SEX:
        statements.add(Role.SEX, "extra_data/sex", sex)
    age = ages(_number(extra, "age_lower"), _number(extra, "age_upper"))
    statements.add(Role.AGE, "extra_data/age_lower,age_upper", age)
    for role, field in _LISTS:
        for value in items(extra.get(field)):
            statements.add(role, f"extra_data/{field}", words(value))
    for language in names(extra.get("language_codes")):
        statements.add(Role.LANGUAGE, "extra_data/language_codes", language, code=language)
    for role, part, field in _NUMBERS:
        number = _number(extra if part == "extra_data" else schema, field)
        if number and not statements.has(role):
            statements.add(role, f"{part}/{field}", str(number))
    if extra.get("genetic_data_collected") is True:
        statements.add(Role.GENETIC_DATA, "extra_data/genetic_data_collected", "true")


def _number(values: dict[str, Any], field: str) -> int | None:
    number = whole_number(values.get(field))
    return None if number in DEFAULT_NUMBERS else number


def _dois(*values: Any) -> list[str]:
    found = (bare_doi(text) for value in values for item in items(value) if (text := name(item)))
    return list(dict.fromkeys(doi for doi in found if doi))


def _identity(item: Any) -> str | None:
    """The harmony_id of a parent or ancestor: an item, its extra_data, or the id itself."""
    if isinstance(item, dict):
        return name(mapping(item.get("extra_data")).get("harmony_id")) or name(item.get("harmony_id")) or None
    return name(item) or None


def _license(value: Any) -> str | None:
    for licence in objects(value):
        return name(licence.get("name")) or name(licence.get("url")) or None
    return _first(names(value))


def _first(values: list[str]) -> str | None:
    return values[0] if values else None
