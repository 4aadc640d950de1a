"""Corrections: what a curator overrules, in `<name>.corrections.yaml` beside a catalogue file.

    fsd/FSD1234:
      sex: female
      end_year: null          # stated wrongly: removed, and so unknown
      reason: only women were asked, see the questionnaire
    fsd/FSD1235: {suppress: true, reason: taken down at the request of the archive}

A curator's word outranks what the record states and what rules make of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from pipeline.catalogue.messages import explain
from pipeline.catalogue.model import Catalogue, read_keys
from pipeline.errors import UsageError
from pipeline.model.codes import COUNTRIES, LANGUAGES, termed
from pipeline.model.document import Age, Year
from pipeline.model.identity import bare_doi, uuid_of
from pipeline.model.record import Access, ResourceType, Sex

ANY_SOURCE = frozenset({"harmony"})
"""Formats whose records carry a harmony_id of their own, with whatever source."""


def _web_address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url!r} is not an http or https address")
    return url


def _doi(words: str) -> str:
    doi = bare_doi(words)
    if doi is None:
        raise ValueError(f"{words!r} is no DOI; one is written as 10.1234/abc")
    return doi


def _is_true(value: Any) -> Any:
    if value is not True:
        raise ValueError("can only be true: leave it out of a correction that suppresses nothing")
    return value


REGIONS, TOPICS = termed("region code", "regions"), termed("topic", "topics")
DESIGN = termed("study design", "study_design")
UNIT = termed("unit of analysis", "unit_of_analysis")
MODE = termed("collection mode", "collection_mode")

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Country = Annotated[str, AfterValidator(COUNTRIES.check)]
Language = Annotated[str, AfterValidator(LANGUAGES.check)]
Count = Annotated[int, Field(gt=0)]


ALWAYS_THERE = ("name", "resource_type")
"""Fields that no document is without."""


class Correction(BaseModel):
    """What a curator says of one record, and why. A field that is null is removed; one that is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    reason: Text
    suppress: Annotated[bool, BeforeValidator(_is_true)] = False
    """The record never goes live."""

    name: Text | None = None
    description: Text | None = None
    keywords: Annotated[list[Text], Field(min_length=1)] | None = None
    urls: Annotated[list[Annotated[Text, AfterValidator(_web_address)]], Field(min_length=1)] | None = None
    dois: Annotated[list[Annotated[Text, AfterValidator(_doi)]], Field(min_length=1)] | None = None

    sex: Sex | None = None
    resource_type: ResourceType | None = None
    country_codes: Annotated[list[Country], Field(min_length=1)] | None = None
    regions: Annotated[list[Annotated[str, AfterValidator(REGIONS.check)]], Field(min_length=1)] | None = None
    start_year: Year | None = None
    end_year: Year | None = None
    ongoing: bool | None = None
    years: Annotated[list[Year], Field(min_length=1)] | None = None
    age_lower: Age | None = None
    age_upper: Age | None = None
    access: Annotated[list[Access], Field(min_length=1)] | None = None
    language_codes: Annotated[list[Language], Field(min_length=1)] | None = None
    study_design: Annotated[list[Annotated[str, AfterValidator(DESIGN.check)]], Field(min_length=1)] | None = None
    topics: Annotated[list[Annotated[str, AfterValidator(TOPICS.check)]], Field(min_length=1)] | None = None
    instruments: Annotated[list[Text], Field(min_length=1)] | None = None
    unit_of_analysis: Annotated[list[Annotated[str, AfterValidator(UNIT.check)]], Field(min_length=1)] | None = None
    collection_mode: Annotated[list[Annotated[str, AfterValidator(MODE.check)]], Field(min_length=1)] | None = None
    genetic_data_collected: bool | None = None
    sample_size: Count | None = None
    num_variables: Count | None = None
    num_sweeps: Count | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that are overruled, None where the value is removed."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"reason", "suppress"}}

    @model_validator(mode="before")
    @classmethod
    def _is_not_derived(cls, value: Any) -> Any:
        if isinstance(value, dict) and "duration_years" in value:
            raise ValueError("duration_years follows from start_year and end_year: correct these")
        return value

    @model_validator(mode="after")
    def _says_one_thing(self) -> Correction:
        if self.suppress and self.changes:
            raise ValueError(f"a suppressed record has no {', '.join(sorted(self.changes))}: leave one of the two out")
        if not self.suppress and not self.changes:
            raise ValueError("it corrects nothing: name a field and its value, or suppress: true")
        for name in ALWAYS_THERE:
            if name in self.changes and self.changes[name] is None:
                raise ValueError(f"{name} cannot be removed: every document has one")
        return self

    @model_validator(mode="after")
    def _contradicts_nothing(self) -> Correction:
        if self.start_year is not None and self.end_year is not None and self.start_year > self.end_year:
            raise ValueError(f"start_year {self.start_year} is after end_year {self.end_year}")
        if self.age_lower is not None and self.age_upper is not None and self.age_lower > self.age_upper:
            raise ValueError(f"age_lower {self.age_lower} is above age_upper {self.age_upper}")
        if self.ongoing and self.end_year is not None:
            raise ValueError("what is ongoing has no end_year: leave one of the two out")
        if self.years and self.start_year is not None and self.start_year != min(self.years):
            raise ValueError(f"start_year is {self.start_year}, and the first of the years {min(self.years)}")
        if self.years and self.end_year is not None and self.end_year != max(self.years):
            raise ValueError(f"end_year is {self.end_year}, and the last of the years {max(self.years)}")
        return self


CORRECTABLE = tuple(name for name in Correction.model_fields if name not in {"reason", "suppress"})
"""Fields of the document that a curator may overrule."""


@dataclass(frozen=True)
class Corrections:
    """The corrections of one catalogue, by harmony_id."""

    by_id: Mapping[str, Correction]

    def suppressed(self) -> dict[str, str]:
        """The records that never go live: harmony_id by uuid."""
        return {uuid_of(name): name for name, correction in self.by_id.items() if correction.suppress}

    def digests(self) -> dict[str, str]:
        """What is said of each record in a few letters, to tell whether that is something else than before."""
        return {name: _digest(correction) for name, correction in self.by_id.items()}

    def dumped(self) -> dict[str, Any]:
        """What the corrections file states, by harmony_id; `parsed` reads it back."""
        return {name: correction.model_dump(exclude_unset=True) for name, correction in self.by_id.items()}

    @classmethod
    def parsed(cls, dumped: Mapping[str, Any]) -> Corrections:
        """The corrections that `dumped` wrote."""
        return cls({name: Correction.model_validate(value) for name, value in dumped.items()})


NONE = Corrections({})


def path_of(catalogue: Catalogue) -> Path:
    """Where the corrections of a catalogue stand, if it has any."""
    return catalogue.file.with_name(f"{catalogue.file.stem}.corrections.yaml")


def load(catalogue: Catalogue) -> Corrections:
    """The corrections of a catalogue; none where it has no such file.

    Raises:
        UsageError: the file says what it may not; names the file, the harmony_id, and what to do.
    """
    path = path_of(catalogue)
    misnamed = path.with_suffix(".yml")
    if misnamed.exists():
        raise UsageError(f"{misnamed} is not looked at: rename it to {path.name}")
    if not path.exists():
        return NONE
    found: dict[str, Correction] = {}
    problems: list[str] = []
    for identifier, value in read_keys(path, "corrections file").items():
        try:
            found[identifier] = _read(catalogue, identifier, value)
        except UsageError as error:
            problems.append(f"{identifier}: {error}")
        except ValidationError as error:
            problems += [f"{identifier}: {problem.rstrip('.')}" for problem in explain(error, Correction)]
    if problems:
        raise UsageError(f"The corrections file {path}: {'; '.join(problems)}")
    return Corrections(found)


def without_catalogue(folder: Path) -> list[Path]:
    """Corrections files in a folder that belong to no catalogue file."""
    found = sorted(folder.glob("*.corrections.y*ml"))
    return [path for path in found if not path.with_name(f"{path.name.split('.corrections.')[0]}.yaml").exists()]


def _read(catalogue: Catalogue, identifier: Any, value: Any) -> Correction:
    """One correction.

    Raises:
        UsageError: it is of no harmony_id that the catalogue can have, or says nothing.
        ValidationError: it says what it may not.
    """
    if not isinstance(value, dict):
        raise UsageError("needs keys: a field and its value (or suppress: true), and the reason")
    if not isinstance(identifier, str):
        raise UsageError("is no harmony_id: put it in quotes")
    source, _, local = identifier.partition("/")
    if not source or not local:
        raise UsageError(f"is no harmony_id: one is written as {catalogue.id_source}/…")
    if source != catalogue.id_source and catalogue.format not in ANY_SOURCE:
        raise UsageError(
            f"is of the source {source!r}, and the records of {catalogue.name} are of {catalogue.id_source!r}: "
            "correct the id, or move it to the file of its catalogue"
        )
    return Correction.model_validate(value)


def _digest(correction: Correction) -> str:
    said = orjson.dumps(correction.model_dump(exclude_unset=True), option=orjson.OPT_SORT_KEYS)
    return hashlib.md5(said, usedforsecurity=False).hexdigest()[:16]
