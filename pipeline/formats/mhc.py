"""MHC: a study of the Catalogue of Mental Health Measures.

A study is a row of the catalogue's API (PostgREST, `studies`), whose columns are named like `start_date`; or a study of
its file of study details, whose fields are the labels of its pages, `Start date`: the same names once these are in
lower case with `_` for all that is no letter or digit. Statements are named by column.

Study number: `study_id`. In the file studies stand by this key, and there it is the record id.

Values are HTML; ticks and crosses are icons, and double brackets mark the number that stands for the whole sample
(`[[15,454]] enrolled pregnancies`). `start_date` and the year of the most recent sweep are when data were collected.
A link to a data custodian of the HDR UK Gateway, or to anything else than one of its datasets, names no study.
Rows that the API embeds (`select=*,sweeps(*),sweep_instruments(*)`) give the number of sweeps, and the instruments:
`scale`, where `standard_instrument` does not deny it. That the API embeds these could not be confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pipeline.errors import RejectError
from pipeline.formats.base import Format, json_object
from pipeline.formats.shapes import (
    Relations,
    Statements,
    interval,
    name,
    names,
    objects,
    whole_number,
    words,
)
from pipeline.model.identity import bare_doi
from pipeline.model.record import Role, StudyRecord

NOTHING = frozenset({"varied", "various", "n/a", "none", "unknown", "nationwide", "as above", "not applicable"})
"""Words of the catalogue's editors that state nothing, in lower case; nationwide is of a nation named beside it."""

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
"""Logos that stand for funders; one that is not here is its own name."""

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
_REMARK = re.compile(r"\s*\([^()]*\)")
_OF_PARTS = re.compile(r"\b(?:each|per|every)\b", re.IGNORECASE)
_SWEEP_YEAR = re.compile(r"\((\d{4})(?=\)| +[-\u2013])")
_YEAR_ALONE = re.compile(r"\d{4}")
_GOING_ON = re.compile(r"\bongoing recruitment\b", re.IGNORECASE)
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
            raise RejectError("wrong_format", "The payload is no study of the catalogue: no title in it", _TITLE)
        statements = Statements(NOTHING)
        statements.add(Role.TITLE, _TITLE, name(study.get(_TITLE)))
        if not statements.has(Role.TITLE):
            raise RejectError("no_title", "The study has no title", _TITLE)
        for field in _DESCRIPTIONS:
            statements.add(Role.DESCRIPTION, field, words(study.get(field)))
        for field in _KEYWORDS:
            statements.add_each(Role.KEYWORD, field, _listed(study.get(field)))
        _coverage(statements, study)
        _sample(statements, study)
        _measures(statements, study)
        same_as = list(_elsewhere(study))
        website = [link for link in _links(study.get("website")) if link not in same_as]
        return StudyRecord(
            format=self.name,
            study_number=self.key(study),
            urls=website,
            same_as=same_as,
            statements=statements.found,
            creators=[each for each in names(study.get("institution")) if statements.says(each)],
            funders=_funders(study.get("funders")),
            related=_related(study, [*website, *same_as]).found,
            source_modified=_updated(study.get("updated")),
        )

    def key(self, value: Any) -> str | None:
        """The key that a study in a list carries."""
        if not isinstance(value, dict):
            return None
        number = value.get("study_id")
        return name(number) or _digits(number) or None

    def is_record(self, value: dict[str, Any]) -> bool:
        """Whether the object is a study, rather than studies by key."""
        is_of_studies = all(isinstance(each, dict) and _TITLE in _columns(each) for each in value.values())
        return not value or not is_of_studies


def _columns(study: dict[str, Any]) -> dict[str, Any]:
    """The fields by the names of their columns."""
    return {_NO_COLUMN.sub("_", field.casefold()).strip("_"): value for field, value in study.items()}


def _digits(value: Any) -> str:
    number = whole_number(value)
    return "" if number is None else str(number)


def _listed(value: Any) -> list[str]:
    return _LIST_SEPARATOR.split(value) if isinstance(value, str) else names(value)


def _coverage(statements: Statements, study: dict[str, Any]) -> None:
    for part in ("nations", "regions"):
        field = f"geographic_coverage_{part}"
        statements.add_each(Role.GEOGRAPHY, field, words(study.get(field)).split("\n"))
    if not statements.has(Role.GEOGRAPHY):
        statements.add(Role.GEOGRAPHY, "geographic_coverage", name(study.get("geographic_coverage")))
    start = name(study.get("start_date")) or _digits(study.get("start_date"))
    start = start if statements.says(start) else ""
    end, field = _end(study)
    if not end or not start or _YEAR_ALONE.fullmatch(start):
        both = f"start_date,{field}" if start and end else "start_date" if start else field
        # what is no year alone (`1994-2002`, `Birth records: 1931`) is a period in words
        period = start if start and not _YEAR_ALONE.fullmatch(start) else interval(start, end)
        statements.add(Role.COLLECTION_DATES, both, period)
    else:
        statements.add(Role.COLLECTION_DATES, "start_date", start)
        statements.add(Role.COLLECTION_DATES, field, interval("", end))


def _end(study: dict[str, Any]) -> tuple[str, str]:
    """That recruitment or the study goes on, else the year of the most recent sweep; and the field that says so."""
    for field in (_RECRUITED, "sample_type"):
        if going_on := _GOING_ON.search(words(study.get(field))):
            return going_on.group(), field
    if _tick(study.get("ongoing")).casefold() in _YES:
        return "ongoing", "ongoing"
    years = _SWEEP_YEAR.findall(words(study.get(_LATEST)))
    return max(years, default=""), _LATEST


def _sample(statements: Statements, study: dict[str, Any]) -> None:
    statements.add(Role.POPULATION, "sample_details", words(study.get("sample_details")))
    statements.add(Role.SEX, "sex", name(study.get("sex")))
    statements.add(Role.AGE, "age_at_recruitment", words(study.get("age_at_recruitment")))
    size = words(study.get(_RECRUITED))
    marked = next((row for row in size.split("\n") if _MARKED.search(row)), None)
    # a remark in brackets holds years and waves; of each wave, or of each country, is not of the study
    told = _REMARK.sub("", _MARKED.sub(r"\1", marked or size)).strip()
    if not _OF_PARTS.search(told):
        statements.add(Role.SAMPLE_SIZE, _RECRUITED, told)


def _measures(statements: Statements, study: dict[str, Any]) -> None:
    statements.add(Role.STUDY_DESIGN, "study_design", name(study.get("study_design")))
    statements.add(Role.STUDY_DESIGN, "sample_type", name(study.get("sample_type")))
    statements.add(Role.ACCESS, "data_access", words(study.get("data_access")))
    statements.add(Role.GENETIC_DATA, "genetic_data_collected", _tick(study.get("genetic_data_collected")))
    sweeps = study.get("sweeps")
    if isinstance(sweeps, list) and sweeps:
        statements.add(Role.NUM_SWEEPS, "sweeps", str(len(sweeps)))
    rows = objects(study.get("sweep_instruments"))
    scales = [row.get("scale") for row in rows if name(row.get("standard_instrument")).casefold() != "no"]
    statements.add_each(Role.INSTRUMENT, "sweep_instruments/scale", scales)


def _tick(value: Any) -> str:
    """Yes or no, as an icon, a word or a boolean says it; empty where none does."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if not isinstance(value, str):
        return ""
    icon = _ICON.search(value)
    if icon is not None:
        return "Yes" if icon["icon"] == "check" else "No"
    return name(value)


def _links(value: Any) -> list[str]:
    """Where the links of some HTML lead, each once."""
    return list(dict.fromkeys(link for link in _LINK.findall(value) if _is_web(link))) if isinstance(value, str) else []


def _is_web(link: str) -> bool:
    return link.casefold().startswith(("http://", "https://"))


def _elsewhere(study: dict[str, Any]) -> Iterator[str]:
    """The study in CLOSER Discovery, the HDR UK Gateway and the Atlas of Longitudinal Datasets."""
    for field in ("closerlink", _HDRUK, "atlaslink"):
        link = _address(study.get(field))
        if link and (field != _HDRUK or _HDRUK_DATASET.search(link)):
            yield link


def _address(value: Any) -> str | None:
    """The URL in a field for one; the catalogue leaves its scheme out."""
    link = next(iter(_links(value)), None) or name(value)
    if not link or "/" not in link or " " in link:
        return None
    return link if _is_web(link) else f"https://{link}"


def _funders(value: Any) -> list[str]:
    """The names behind the logos in the first line, and the names in the others.

    Words of the first line that are no logos known here are one name where one of them is in lower case
    (`University of Southampton`), else names of their own.
    """
    if not isinstance(value, str):
        return []
    logos, *others = words(value).split("\n") or [""]
    found: list[str] = []
    unknown: list[str] = []
    for word in [*logos.split(), ""]:
        if word and word not in FUNDERS:
            unknown.append(word)
            continue
        is_name = any(map(_LOWER_CASE_WORD.fullmatch, unknown))
        found += [" ".join(unknown)] if is_name else unknown
        unknown = []
        if word:
            found.append(FUNDERS[word])
    found += [other for other in others if other and not _SENTENCE.search(other)]
    return list(dict.fromkeys(map(name, filter(None, found))))


def _related(study: dict[str, Any], own: list[str]) -> Relations:
    relations = Relations(own)
    for link in _links(study.get("reference_paper")):
        relations.add(bare_doi(link) or link, "reference_paper")
    relations.add(_address(study.get(_HDRUK)), _HDRUK)
    return relations


def _updated(value: Any) -> str | None:
    """The time of the last change, given in seconds since 1970."""
    seconds = whole_number(value)
    if seconds is None or not 0 < seconds <= _LARGEST_TIME:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
