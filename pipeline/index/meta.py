"""What a generation knows of itself: the `_meta` of its mapping. There is no second database.

It is read and written here and nowhere else, and always all of it: a mapping update replaces `_meta`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import DefectError

State = Literal["building", "held", "refused", "ready", "rolled_back"]
"""A run writes it (or ended early); the gate held it; a person refused it then; the gate or a person passed it; it was
live until a rollback."""

Action = Literal["promote", "refuse", "rollback", "unpin"]
"""What a person decided."""

HISTORY = 30
"""Runs that the history of a catalogue has."""
DECISIONS = 10
"""Decisions of persons that are kept."""


Links = Literal["changed", "stale", "done"]
"""What links a generation with the documents of others: its changes are still to be linked; everything is; is done."""


def links_after(before: GenerationMeta | None) -> Links:
    """What `_meta` of a generation states that goes live in place of another."""
    return "changed" if before is None or before.links == "done" else "stale"


class Decision(BaseModel):
    """What a person decided about a generation. `by` is the name that they are signed in with, where it is known."""

    model_config = ConfigDict(frozen=True)

    action: Action
    by: str | None
    why: str | None = None
    at: str
    number: int
    """Of the generation that it is about."""
    run_id: str | None = None
    """The run that made this generation."""


class PastRun(BaseModel):
    """A run that went live or found that nothing changed. Counts are as in its report; `at` is when it began."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    at: str
    mode: str
    live: int
    created: int
    updated: int
    deleted: int
    rejected: int
    seconds: dict[str, float]
    """By stage."""
    harvested: str | None = None
    """When the harvest began whose records it has, if that was an earlier one."""
    partial: bool = False
    """Whether it was asked for a part of the records only, so that the catalogue is no fresher for it."""


class Pinned(BaseModel):
    """Since when a catalogue is pinned, and the number of the generation that was rolled back."""

    model_config = ConfigDict(frozen=True, validate_by_name=True)

    at: str
    rolled_back: int = Field(alias="from")


class GenerationMeta(BaseModel):
    """The `_meta` of one generation. What an older version of the pipeline did not write is absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    catalogue: str = ""
    number: int | None = None
    run_id: str | None = None
    state: State | None = None
    made_at: str | None = None
    checked_at: str | None = None
    """ISO 8601 time of the last run that changed nothing."""
    previous: int | None = None
    """Number of the generation that was live before: `rollback` goes there."""
    watermark: str | None = None
    """ISO 8601 time from which the next run asks for changes."""
    pinned: Pinned | None = None
    schema_version: str | None = None
    mapping: str | None = None
    """Digest of the index template that it was made with."""
    links: Links | None = None
    """Whether works and hierarchy were found since it went live; None where an older version made it."""
    rules: str | None = None
    """Digest of the rules by which all documents were made; None where different ones made them."""
    vector_model: str | None = None
    """The model of the vectors of its documents; None where none was asked for so far."""
    catalogue_keys: dict[str, str] = {}
    """Digests of the catalogue keys that it was made with, by key."""
    corrections: dict[str, str | None] = {}
    """Digests of the corrections that it was made with, by harmony_id; None where that is not known."""
    not_received: int = 0
    """Number of records that the catalogue listed and did not send, and that the next run has to ask for again."""
    unmatched: tuple[str, ...] = ()
    """harmony_ids of corrections that match no record."""
    report: dict[str, Any] | None = None
    """Summary of the report of the run that made it."""
    history: tuple[PastRun, ...] = ()
    """The last runs of the catalogue that succeeded, oldest first; the last one is what is live."""
    decisions: tuple[Decision, ...] = ()
    """The last decisions of persons about the catalogue, oldest first."""

    def replaced(self, **changes: Any) -> GenerationMeta:
        """The same with some fields changed.

        Raises:
            DefectError: a field is unknown, or has a value that it cannot have.
        """
        if unknown := changes.keys() - type(self).model_fields.keys():
            raise DefectError(f"_meta of a generation has no {', '.join(sorted(unknown))}")
        try:
            return self.model_validate({**dict(self), **changes})
        except ValidationError as error:
            raise DefectError(f"_meta of a generation: {error}") from error

    def as_json(self) -> dict[str, Any]:
        """As Elasticsearch keeps it."""
        return self.model_dump(mode="json", by_alias=True)
