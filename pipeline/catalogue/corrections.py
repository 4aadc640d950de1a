"""Corrections: the values that a curator sets, in `<name>.corrections.yaml` beside a catalogue file.

    fsd/FSD1234:
      sex: female
      end_year: null          # wrong in the record: removed, and so unknown
      reason: only women were asked, see the questionnaire
    fsd/FSD1235: {suppress: true, reason: taken down at the request of the archive}

A curator's value outranks what the record states and what enrichment derives from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from pipeline import settings
from pipeline.catalogue.messages import explain
from pipeline.catalogue.model import Catalogue
from pipeline.catalogue.yaml_keys import read_keys
from pipeline.errors import UsageError
from pipeline.model.digest import digest
from pipeline.model.facets import FACETS
from pipeline.model.identity import bare_doi, uuid_of
from pipeline.model.record import NonEmpty

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


class _Corrected(BaseModel):
    """Why, and the texts and names that a curator may correct."""

    reason: NonEmpty
    suppress: Annotated[bool, BeforeValidator(_is_true)] = False
    """The record never goes live."""

    name: NonEmpty | None = None
    description: NonEmpty | None = None
    keywords: Annotated[list[NonEmpty], Field(min_length=1)] | None = None
    urls: Annotated[list[Annotated[NonEmpty, AfterValidator(_web_address)]], Field(min_length=1)] | None = None
    dois: Annotated[list[Annotated[NonEmpty, AfterValidator(_doi)]], Field(min_length=1)] | None = None


if TYPE_CHECKING:

    class _Faceted(BaseModel):
        """The facets that a curator may correct."""
else:
    _Faceted = create_model(
        "_Faceted", **{facet.name: (facet.curated | None, None) for facet in FACETS if facet.correctable}
    )


class Correction(_Faceted, _Corrected):
    """A curator's values of one record, and why. A field that is null is removed; one that is left out stays."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)

    @property
    def changes(self) -> dict[str, Any]:
        """The corrected fields by name, None where the value is removed."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"reason", "suppress"}}

    @model_validator(mode="before")
    @classmethod
    def _is_not_derived(cls, value: Any) -> Any:
        for facet in FACETS:
            if not facet.correctable and isinstance(value, dict) and facet.name in value:
                raise ValueError(f"{facet.name} follows from {' and '.join(facet.rests_on)}: correct these")
        return value

    @model_validator(mode="after")
    def _corrects_or_suppresses(self) -> Correction:
        if self.suppress and self.changes:
            raise ValueError(f"a suppressed record has no {', '.join(sorted(self.changes))}: leave one of the two out")
        if not self.suppress and not self.changes:
            raise ValueError("it corrects nothing: name a field and its value, or suppress: true")
        for name in ("name", *(facet.name for facet in FACETS if facet.always)):
            if name in self.changes and self.changes[name] is None:
                raise ValueError(f"{name} cannot be removed: every document has one")
        return self

    @model_validator(mode="after")
    def _is_consistent(self) -> Correction:
        start, end, years = self.changes.get("start_year"), self.changes.get("end_year"), self.changes.get("years")
        lower, upper = self.changes.get("age_lower"), self.changes.get("age_upper")
        if start is not None and end is not None and start > end:
            raise ValueError(f"start_year {start} is after end_year {end}")
        if lower is not None and upper is not None and lower > upper:
            raise ValueError(f"age_lower {lower} is above age_upper {upper}")
        if self.changes.get("ongoing") and end is not None:
            raise ValueError("an ongoing study has no end_year: leave one of the two out")
        if years and start is not None and start != min(years):
            raise ValueError(f"start_year is {start}, and the first of the years {min(years)}")
        if years and end is not None and end != max(years):
            raise ValueError(f"end_year is {end}, and the last of the years {max(years)}")
        return self


@dataclass(frozen=True)
class Corrections:
    """The corrections of one catalogue, by harmony_id."""

    by_id: Mapping[str, Correction]

    def suppressed(self) -> dict[str, str]:
        """The records that never go live: harmony_id by uuid."""
        return {uuid_of(name): name for name, correction in self.by_id.items() if correction.suppress}

    def digests(self) -> dict[str, str]:
        """A digest of each correction, by harmony_id: it differs where the correction does."""
        return {name: digest(correction.model_dump(exclude_unset=True)) for name, correction in self.by_id.items()}

    def dumped(self) -> dict[str, Any]:
        """The corrections as JSON, by harmony_id; `parsed` reads them back."""
        return {name: correction.model_dump(exclude_unset=True) for name, correction in self.by_id.items()}

    @classmethod
    def parsed(cls, dumped: Mapping[str, Any]) -> Corrections:
        """The corrections that `dumped` wrote."""
        return cls({name: Correction.model_validate(value) for name, value in dumped.items()})


NONE = Corrections({})


def path_of(catalogue: Catalogue) -> Path:
    """The path of a catalogue's corrections file, whether it exists or not."""
    return catalogue.file.with_name(f"{catalogue.file.stem}{settings.CORRECTIONS}")


def load(catalogue: Catalogue) -> Corrections:
    """The corrections of a catalogue; none where it has no such file.

    Raises:
        UsageError: the file is not valid. The message names the file, each wrong harmony_id, and what to do.
    """
    path = path_of(catalogue)
    misnamed = path.with_suffix(".yml")
    if misnamed.exists():
        raise UsageError(f"{misnamed} is ignored: rename it to {path.name}")
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
        UsageError: the catalogue cannot have the harmony_id, or there are no keys.
        ValidationError: a key or value is not valid.
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
