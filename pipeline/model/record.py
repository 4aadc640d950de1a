"""The study record: what a record states, in the record's own words, and the vocabulary of the facets.

A format turns a payload into a `StudyRecord`. Everything that a facet may rest on is a `Statement`: cleaned words,
the field of the format in which they occur, and what they are about (`Role`). Enrichment reads statements and nothing
else, so each facet can name the words that it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, InstanceOf

Sex = Literal["female", "male", "all"]
ResourceType = Literal["dataset", "study", "source", "variable"]
Access = Literal["open", "registered", "controlled", "closed"]

SEXES: tuple[Sex, ...] = get_args(Sex)
RESOURCE_TYPES: tuple[ResourceType, ...] = get_args(ResourceType)
ACCESSES: tuple[Access, ...] = get_args(Access)

NonEmpty = Annotated[str, Field(min_length=1)]


class Role(StrEnum):
    """What a statement is about."""

    TITLE = "title"
    SERIES = "series"
    """The name of the study or series that the record is a part or wave of."""
    DESCRIPTION = "description"
    KEYWORD = "keyword"
    GEOGRAPHY = "geography"
    """Where the data are about: a country, a place, a region. `code` holds ISO 3166 where the record gives it."""
    PERIOD = "period"
    """When the data are about. Two dates of one period are one statement, `start/end` (ISO 8601 interval; an end that
    the record does not state is empty: `2004/`; an end in words is kept in words: `2009/Ongoing`)."""
    COLLECTION_DATES = "collection_dates"
    """When the data were collected; written like PERIOD."""
    POPULATION = "population"
    """Who or what was studied: universe, sample, inclusion criteria."""
    SEX = "sex"
    """A field of the format that is about participants' sex and nothing else."""
    AGE = "age"
    """A field of the format that is about participants' age and nothing else; `18-65` where it gives two numbers."""
    RESOURCE_TYPE = "resource_type"
    ACCESS = "access"
    LANGUAGE = "language"
    """Language of the data (not of the metadata)."""
    TOPIC = "topic"
    STUDY_DESIGN = "study_design"
    UNIT_OF_ANALYSIS = "unit_of_analysis"
    COLLECTION_MODE = "collection_mode"
    SAMPLE_SIZE = "sample_size"
    INSTRUMENT = "instrument"
    GENETIC_DATA = "genetic_data"
    UPDATE_RHYTHM = "update_rhythm"
    """How often data are added (HDR UK accrual periodicity and the like)."""
    NUM_VARIABLES = "num_variables"
    NUM_SWEEPS = "num_sweeps"


class Statement(NamedTuple):
    """Words of the record, and the field in which they occur; neither is empty. Records have many: it is no model.

    `text` is cleaned (no markup, no entities, white space folded). `field` is the format's own name, as a path:
    `sumDscr/universe`, `coverage/spatial`. `code` is a coded value given beside the words, `vocabulary` its list.
    """

    role: Role
    field: NonEmpty
    text: NonEmpty
    language: str | None = None
    code: str | None = None
    vocabulary: str | None = None
    excludes: bool = False
    """True where the words state who or what is *not* covered (DDI `clusion="E"`)."""


class Related(BaseModel):
    """A publication or another resource that the record names; `relation` in the record's words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: NonEmpty
    relation: str | None = None


class StudyRecord(BaseModel):
    """One record as its catalogue states it; lists are empty and values None where it states nothing."""

    model_config = ConfigDict(extra="forbid")

    format: NonEmpty
    study_number: str | None = None
    """The format's own id, first in the order of local ids; each format documents which."""
    study_numbers: list[str] = []
    """`<agency>/<study number>`, only where the record states the agency that gave the number."""
    harmony_id: str | None = None
    """Only where the record carries one (read from Harmony)."""
    source: list[str] = []
    """Only where the record carries them (read from Harmony)."""
    slug: str | None = None
    dois: list[str] = []
    """Identifiers of this record; bare and lower case (`pipeline.model.identity.bare_doi`)."""
    urls: list[str] = []
    same_as: list[str] = []
    version: str | None = None

    statements: list[Annotated[InstanceOf[Statement] | Statement, Field(union_mode="left_to_right")]] = []
    """A statement is taken as it is; its fields are checked where a record is read from its dump."""

    creators: list[str] = []
    publisher: str | None = None
    funders: list[str] = []
    persons: list[str] = []
    """Names of those three fields that the record states to be of persons."""
    organisations: list[str] = []
    """Likewise, of organisations. Most records do not tell."""
    parent: str | None = None
    ancestors: list[str] = []
    series: str | None = None
    license: str | None = None
    published_year: int | None = None
    related: list[Related] = []
    source_modified: str | None = None
    """ISO 8601 date or time at which the catalogue last changed the record."""
    dataset_schema: dict[str, Any] | None = None
    """The catalogue's own schema.org description, unchanged."""
    stated: dict[str, Any] | None = None
    """The catalogue's own facet values and extras, which ours replace, unchanged (Harmony's `extra_data`)."""

    def having(self, *roles: Role) -> Iterator[Statement]:
        """Statements of these roles, role by role in the order asked for, else in the record's order."""
        for role in roles:
            for statement in self.statements:
                if statement.role is role:
                    yield statement


class RecordByRole:
    """What enrichment reads of a study record: its format, and its statements by role, which are grouped once."""

    __slots__ = ("_by_role", "format")

    def __init__(self, record: StudyRecord, statements: Sequence[Statement]) -> None:
        self.format = record.format
        by_role: dict[Role, list[Statement]] = {}
        for statement in statements:
            of_role = by_role.get(statement.role)
            if of_role is None:
                by_role[statement.role] = [statement]
            else:
                of_role.append(statement)
        self._by_role = by_role

    def having(self, role: Role, *others: Role) -> Sequence[Statement]:
        """Statements of these roles, role by role in the order asked for, else in the record's order."""
        of_role: Sequence[Statement] = self._by_role.get(role, ())
        for other in others:
            of_role = [*of_role, *self._by_role.get(other, ())]
        return of_role


class Evidence(NamedTuple):
    """Why a facet has its value.

    `stated`: `words` occur in the cleaned text of a statement of field `field`. `catalogue`: a default of the
    catalogue file. `format`: follows from the format. `derived`: from the fields in `field`. `curator`: a correction.
    `rule` is the name of the rule that found it (docs/rules.md). `doubt` is what a second opinion has against it: the
    value that it would say, and words of the record against the rule's value (`all: men, their partners`).
    Records have many pieces of evidence: a named tuple is made faster than a model.
    """

    kind: Literal["stated", "catalogue", "format", "derived", "curator"]
    field: str | None = None
    words: str | None = None
    reason: str | None = None
    rule: str | None = None
    doubt: str | None = None

    def model_dump(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """The fields by name, as a document has them; `exclude_none`: only those that are given."""
        return {name: value for name, value in self._asdict().items() if value is not None or not exclude_none}


class Found(NamedTuple):
    """A facet's value and why it has it. `value` is never None, empty, or a placeholder."""

    value: Any
    evidence: tuple[Evidence, ...]


class Conditions(NamedTuple):
    """What decides a facet beside the record's own statements."""

    defaults: Mapping[str, Any]
    """The catalogue file's `defaults`, by facet; used only where the record states nothing."""
    resource_type: ResourceType
    """What a record of this format is where neither the record nor the catalogue file states it."""
    harvest_year: int
    """The year up to which an ongoing collection covers `years`."""


def stated(statement: Statement, words: str | None = None) -> Evidence:
    """Evidence of kind `stated`: `words` of the statement, the whole of it (cut to 200 characters) by default."""
    return Evidence("stated", statement.field, words or statement.text[:200])
