"""What a page shows of a run beside the counts of its report: distributions, reasons with numbers, samples of changes.

`gate` stages it, so that a report can be explained later, when the index has moved on.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.run.staged import Staged

ReasonCode = Literal["empty", "max_drop", "max_rejects", "max_drift", "pinned"]

ChangeKind = Literal["created", "updated", "deleted"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Distribution(_Frozen):
    """How the documents of an index are spread over the facets."""

    documents: int
    coverage: dict[str, int]
    """Documents that have a facet, by facet; facets that none has are absent."""
    values: dict[str, dict[str, int]]
    """By facet: documents by value, most common first. Of long lists the most common ones only."""
    years: dict[int, int]
    """Documents by calendar year that they cover, in order."""
    doubted: int = 0
    """Documents of which a second opinion doubts a facet."""


class ExampleRecord(_Frozen):
    """A record that a reason is about."""

    harmony_id: str
    record_id: str
    name: str
    before: str | None
    """The value of the facet before; None where it had none, or the record was not live."""
    after: str | None


class Reason(_Frozen):
    """One reason for which the gate held a run."""

    code: ReasonCode
    text: str
    """The sentence of the report."""
    what: str
    """What the bars measure, for people: `Sex: female`, `Documents`, `Rejects`."""
    live: float | None
    """Share of what is live, 0 to 1; None where the reason is no matter of a share."""
    candidate: float | None
    limit: float | None
    """How far the two may be apart, or how large `candidate` may be (`max_rejects`), 0 to 1."""
    facet: str | None = None
    value: str | None = None
    examples: tuple[ExampleRecord, ...] = ()
    """Some records in which it shows."""


class FieldChange(_Frozen):
    """One field of a document before and after; None where it is absent. Evidence as the document lists it."""

    field: str
    before: Any
    after: Any
    evidence_before: tuple[dict[str, str], ...] = ()
    evidence_after: tuple[dict[str, str], ...] = ()


class DocumentChange(_Frozen):
    """What a run does to one document. For created and deleted ones the main fields, with nothing on one side."""

    change: ChangeKind
    harmony_id: str
    record_id: str
    name: str
    fields: tuple[FieldChange, ...]


class RunDetails(Staged):
    """See the head of this module."""

    NAME = "details"

    plan_id: str
    before: Distribution | None
    """Of the live generation; None where nothing was live."""
    after: Distribution | None
    """Of the candidate; of the live generation where the run changes nothing."""
    reasons: tuple[Reason, ...]
    changes: tuple[DocumentChange, ...]
    """Up to ten changed documents: updated ones first, then deleted and created ones."""
