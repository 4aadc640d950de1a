"""MHC: a study of the Catalogue of Mental Health Measures.

A study is a row of the catalogue's API (PostgREST, `studies`), with columns such as `start_date`; or a study of its
file of study details, whose fields are the labels of its pages, such as `Start date`. Labels become columns: lower
case, with `_` for whatever is no letter or digit. Statements are named by column.

Study number: `study_id`. In the file studies are listed by this key, which is then the record id.

Values are HTML. Ticks and crosses are icons; double brackets mark the number of the whole sample
(`[[15,454]] enrolled pregnancies`). Data were collected from `start_date` to the year of the most recent sweep. A link
to a data custodian of the HDR UK Gateway, or to anything else than one of its datasets, identifies no study. Rows that
the API embeds (`select=*,sweeps(*),sweep_instruments(*)`) give the number of sweeps and the instruments: `scale`,
unless `standard_instrument` is no. Whether the API really embeds these could not be tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.reading import Reading
from pipeline.formats.shapes import interval, name, names, objects, whole_number, words
from pipeline.model import moments
from pipeline.model.identity import bare_doi
from pipeline.model.record import Related, Role, StudyRecord
from pipeline.model.text import unique

FUNDERS = {
    "AgeUK": "Age UK",
    "AlzhSoc": "Alzheimer's Society",
    "BBSRC": "Biotechnology and Biological Sciences Research Council",
    "BHF": "British Heart Foundation",
    "BristolUni": "University of Bristol",
    "CRUK": "Cancer Research UK",
    "DfE": "Department for Education",
    "DfT": "Department for Transport",
    "DfWP": "Department for Work and Pensions",
    "DoHSC": "Department of Health and Social Care",
    "ERC": "European Research Council",
    "ESRC": "Economic and Social Research Council",
    "EU": "European Union",
    "EU_flag": "European Union",
    "HOUK": "Home Office",
    "MoD": "Ministry of Defence",
    "MRC": "Medical Research Council",
    "NHSdigital": "NHS Digital",
    "NIA": "National Institute on Aging",
    "NIH": "National Institutes of Health",
    "NIHR": "National Institute for Health and Care Research",
    "OfVA": "Office for Veterans' Affairs",
    "QUB": "Queen's University Belfast",
    "SFC": "Scottish Funding Council",
    "UKRI": "UK Research and Innovation",
}
"""Funders by the names of their logos. A logo that is not listed counts as the funder's name."""

_TITLE = "title"
_RECRUITED = "sample_size_at_recruitment"
_HDRUK = "hdr_uk_innovation_gateway"
_LATEST = "sample_size_at_most_recent_sweep"
_DESCRIPTIONS = ("aims", "summary", "notes")
_KEYWORDS = ("related_themes", "sample_characteristics", "complementary_data")
_LIST_SEPARATOR = re.compile(r",\s*\n")
_NO_COLUMN = re.compile(r"[^a-z0-9]+")
_ICON = re.compile(r"\bfa-(?P<icon>check|times)\b")
_MARKED = re.compile(r"\[\[([^\[\]]+)\]\]")
_REMARK = re.compile(r" ?\([^()]*\)")
_OF_PARTS = re.compile(r"\b(?:each|per|every)\b", re.IGNORECASE)
_SWEEP_YEAR = re.compile(r"\((\d{4})(?=\)| +[-\u2013])")
_YEAR_ALONE = re.compile(r"\d{4}")
_ONGOING = re.compile(r"\bongoing recruitment\b", re.IGNORECASE)
_LINK = re.compile(r"""<a\s[^<>]*?href=["']?([^"'\s<>]+)""", re.IGNORECASE)
_HDRUK_DATASET = re.compile(r"healthdatagateway\.org/(?:\w+/)?dataset/[\w-]+")
_LOWER_CASE_WORD = re.compile(r"[a-z]+")
_SENTENCE = re.compile(r"\bis\b")
_YES = frozenset({"yes", "ongoing"})
_LARGEST_TIME = 253_402_300_799
"""The last second of the year 9999."""


class Mhc(Format):
    """Studies of the Catalogue of Mental Health Measures."""

    name = "mhc"
    syntax = "json"
    resource_type = "study"

    def read(self, payload: bytes) -> StudyRecord:
        """The record of one study.

        Raises:
            RejectError: `empty`, `malformed`, `wrong_format` (no title) or `no_title`.
        """
        study = _columns(json_object(payload))
        if _TITLE not in study:
            raise RejectError("wrong_format", "The payload is no study of the catalogue: it has no title", _TITLE)
        return _Study(self.name, study).record()

    def key(self, value: dict[str, Any]) -> str | None:
        """The study number of a study."""
        number = value.get("study_id")
        return name(number) or _digits(number) or None

    def is_one(self, value: dict[str, Any]) -> bool:
        """Whether the object has a title, which is no object itself."""
        return not isinstance(_columns(value).get(_TITLE, {}), dict)


def _columns(study: dict[str, Any]) -> dict[str, Any]:
    """The fields by the names of their columns."""
    return {_NO_COLUMN.sub("_", field.casefold()).strip("_"): value for field, value in study.items()}


def _digits(value: Any) -> str:
    number = whole_number(value)
    return "" if number is None else str(number)


def _tick(value: Any) -> str:
    """`Yes` or `No` of an icon or a boolean; a text as it is; empty for other types."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str) and (icon := _ICON.search(value)):
        return "Yes" if icon["icon"] == "check" else "No"
    return name(value)


def _links(value: Any) -> list[str]:
    """The targets of the links in some HTML, without repeats."""
    return unique(link for link in _LINK.findall(value) if _is_web(link)) if isinstance(value, str) else []


def _is_web(link: str) -> bool:
    return link.casefold().startswith(("http://", "https://"))


def _address(value: Any) -> str | None:
    """The URL in a field that holds one; the catalogue leaves its scheme out."""
    link = next(iter(_links(value)), None) or name(value)
    if not link or "/" not in link or " " in link:
        return None
    return link if _is_web(link) else f"https://{link}"


class _Study(Reading):
    """One study while it is read."""

    title_field = _TITLE

    def __init__(self, format_name: FormatName, study: dict[str, Any]) -> None:
        super().__init__(format_name)
        self._study = study

    def state(self) -> None:
        study = self._study
        self.add(Role.TITLE, _TITLE, name(study.get(_TITLE)))
        for field in _DESCRIPTIONS:
            self.add(Role.DESCRIPTION, field, words(study.get(field)))
        for field in _KEYWORDS:
            value = study.get(field)
            self.add_each(Role.KEYWORD, field, _LIST_SEPARATOR.split(value) if isinstance(value, str) else value)
        self._places()
        self._collection_dates()
        self.add(Role.POPULATION, "sample_details", words(study.get("sample_details")))
        self.add(Role.SEX, "sex", name(study.get("sex")))
        self.add(Role.AGE, "age_at_recruitment", words(study.get("age_at_recruitment")))
        self._sample_size()
        self.add(Role.STUDY_DESIGN, "study_design", name(study.get("study_design")))
        self.add(Role.STUDY_DESIGN, "sample_type", name(study.get("sample_type")))
        self.add(Role.ACCESS, "data_access", words(study.get("data_access")))
        self.add(Role.GENETIC_DATA, "genetic_data_collected", _tick(study.get("genetic_data_collected")))
        self._sweeps()

    def _places(self) -> None:
        for part in ("nations", "regions"):
            field = f"geographic_coverage_{part}"
            self.add_each(Role.GEOGRAPHY, field, words(self._study.get(field)).split("\n"))
        if not self.has(Role.GEOGRAPHY):
            self.add(Role.GEOGRAPHY, "geographic_coverage", name(self._study.get("geographic_coverage")))

    def _collection_dates(self) -> None:
        start = self._study.get("start_date")
        start = self.present(name(start) or _digits(start))
        end, field = self._end()
        if not start or _YEAR_ALONE.fullmatch(start):
            fields = f"start_date,{field}" if start and end else "start_date" if start else field
            self.add(Role.COLLECTION_DATES, fields, interval(start, end))
            return
        # more than a year (`1994-2002`, `Birth records: 1931`) is a period of its own
        self.add(Role.COLLECTION_DATES, "start_date", start)
        self.add(Role.COLLECTION_DATES, field, interval("", end))

    def _end(self) -> tuple[str, str]:
        """Words for an ongoing recruitment or study, else the year of the most recent sweep; and their field."""
        for field in (_RECRUITED, "sample_type"):
            if ongoing := _ONGOING.search(words(self._study.get(field))):
                return ongoing.group(), field
        if _tick(self._study.get("ongoing")).casefold() in _YES:
            return "ongoing", "ongoing"
        years = _SWEEP_YEAR.findall(words(self._study.get(_LATEST)))
        return max(years, default=""), _LATEST

    def _sample_size(self) -> None:
        size = words(self._study.get(_RECRUITED))
        marked = next((row for row in size.split("\n") if _MARKED.search(row)), None)
        # remarks in brackets hold years and waves; a number of each wave, or of each country, is not of the study
        text = _REMARK.sub("", _MARKED.sub(r"\1", marked or size)).strip()
        if not _OF_PARTS.search(text):
            self.add(Role.SAMPLE_SIZE, _RECRUITED, text)

    def _sweeps(self) -> None:
        sweeps = self._study.get("sweeps")
        if isinstance(sweeps, list) and sweeps:
            self.add(Role.NUM_SWEEPS, "sweeps", str(len(sweeps)))
        rows = objects(self._study.get("sweep_instruments"))
        scales = [row.get("scale") for row in rows if name(row.get("standard_instrument")).casefold() != "no"]
        self.add_each(Role.INSTRUMENT, "sweep_instruments/scale", scales)

    @property
    def study_number(self) -> str | None:
        return Mhc().key(self._study)

    @cached_property
    def urls(self) -> list[str]:
        return [link for link in _links(self._study.get("website")) if link not in self.same_as]

    @cached_property
    def same_as(self) -> list[str]:
        """The study in CLOSER Discovery, the HDR UK Gateway and the Atlas of Longitudinal Datasets."""
        fields = ("closerlink", _HDRUK, "atlaslink")
        links = [(field, link) for field in fields if (link := _address(self._study.get(field)))]
        return [link for field, link in links if field != _HDRUK or _HDRUK_DATASET.search(link)]

    @property
    def creators(self) -> list[str]:
        return self.names(self._study.get("institution"))

    @property
    def funders(self) -> list[str]:
        """The funders of the logos in the first line, and the names in the other lines."""
        value = self._study.get("funders")
        logos, *others = words(value).split("\n")
        names_in_lines = [other for other in others if not _SENTENCE.search(other)]
        return names([*_funders_of(logos.split()), *names_in_lines])

    @property
    def related(self) -> list[Related]:
        return self.relations(self._named())

    def _named(self) -> Iterator[tuple[str | None, str]]:
        for link in _links(self._study.get("reference_paper")):
            yield bare_doi(link) or link, "reference_paper"
        yield _address(self._study.get(_HDRUK)), _HDRUK

    @property
    def source_modified(self) -> str | None:
        """The time of the last change; the catalogue has it in seconds since 1970."""
        seconds = whole_number(self._study.get("updated"))
        if seconds is None or not 0 < seconds <= _LARGEST_TIME:
            return None
        return moments.written(datetime.fromtimestamp(seconds, UTC))


def _funders_of(logos: list[str]) -> Iterator[str]:
    """The funders of logos, and other words as names.

    Words between logos are one name where one of them is in lower case (`University of Southampton`), else several.
    """
    unknown: list[str] = []
    for word in [*logos, ""]:
        if word and word not in FUNDERS:
            unknown.append(word)
            continue
        yield from [" ".join(unknown)] if any(map(_LOWER_CASE_WORD.fullmatch, unknown)) else unknown
        unknown = []
        if word:
            yield FUNDERS[word]
