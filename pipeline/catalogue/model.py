"""The catalogue file as a model: its keys, and the rules between them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr, create_model, field_validator, model_validator

from pipeline.catalogue.expressions import Expression, check_jmespath
from pipeline.catalogue.protocols import Protocol, Strict
from pipeline.catalogue.records import DECLARED, Exclusions, Fields, FormatName, TableLayout
from pipeline.catalogue.schedules import is_schedule
from pipeline.model.facets import FACETS

if TYPE_CHECKING:

    class Defaults(Strict):
        """Facts about the whole catalogue, for records that do not state them."""
else:
    Defaults = create_model(
        "Defaults", __base__=Strict, **{facet.name: (facet.curated | None, None) for facet in FACETS if facet.default}
    )


Share = Annotated[float, Field(ge=0, le=1)]


class Catalogue(Strict):
    """One catalogue, as its file describes it."""

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]*$", max_length=100)]
    title: Annotated[str, Field(min_length=1)]
    home: str | None = None
    source: Annotated[str, Field(pattern="^[a-z0-9-]+$")] | None = None
    """First part of every harmony_id; the name by default."""
    protocol: Protocol
    format: FormatName
    records: Expression | None = None
    """Place of the list of records in a response or file; the whole of it by default."""
    fields: Fields = Field(default={})
    """For the formats json and table: the place of each field."""
    table: TableLayout = TableLayout()
    exclude: Exclusions = Field(default=[])
    allow_hosts: list[Annotated[str, Field(pattern=r"^[^/:@\s]+$")]] = Field(default=[])
    """Hosts besides the protocol's own that a harvest may reach."""
    variables: Literal[False] = False
    """Whether variables become documents of their own."""
    aggregator: bool = False
    """Whether it lists studies of other catalogues: then their own records come first."""
    enabled: bool = True
    """Whether it has a DAG. A catalogue that is not enabled runs only by name, on the command line."""
    defaults: Defaults = Defaults()
    schedule: str | None = None
    max_drop: Share = 0.10
    max_rejects: Share = 0.05
    max_drift: Share = 0.10
    max_hours: Annotated[float, Field(gt=0, le=24 * 365)] = 24
    """Longest time of one harvest."""
    patience_hours: Annotated[float, Field(ge=0, le=24 * 30)] = 12
    """How long a DAG asks again while the catalogue is down."""
    owner: Annotated[str, Field(min_length=1)] | None = None
    """Who looks after it: a person or a team."""
    attribution: str | None = None
    metadata_license: str | None = None
    file: Path = Field(exclude=True)
    """Path of the file; not a key of it."""
    _protocol_variables: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def id_source(self) -> str:
        """First part of every harmony_id of this catalogue."""
        return self.source or self.name

    @property
    def protocol_variables(self) -> dict[str, Any]:
        """The keys of `protocol` that name environment variables, with their values as the file has them."""
        return self._protocol_variables

    @model_validator(mode="after")
    def _keys_agree(self) -> Catalogue:
        if self.format in DECLARED and "name" not in self.fields:
            raise ValueError(f"the format {self.format} needs fields, with at least the name of a record")
        if self.fields and self.format not in DECLARED:
            raise ValueError(f"fields are for the formats {' and '.join(DECLARED)}; {self.format} has its own")
        if self.records is not None and self.protocol.type not in {"json", "files"}:
            raise ValueError(f"records are looked for by the protocols json and files, not by {self.protocol.type}")
        if self.table != TableLayout() and self.format != "table":
            raise ValueError("the key 'table' is for the format table")
        if self.format == "json":
            for field, source in self.fields.items():
                for expression in source.sources:
                    check_jmespath(expression, f"fields.{field}: ")
        return self

    @field_validator("schedule")
    @classmethod
    def _is_cron(cls, schedule: str | None) -> str | None:
        if schedule is not None and not is_schedule(schedule):
            raise ValueError(
                f"{schedule!r} is not a cron expression of times that come; weekly at 03:00 on Monday is '0 3 * * 1'"
            )
        return schedule
