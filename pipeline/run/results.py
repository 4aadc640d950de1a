"""What each stage of a run hands on: counts and references, staged as JSON objects.

Each result is written by its stage and read by later ones, in staging or between Airflow tasks, by the classes here and
in `fetched`, and nowhere else. Records themselves stay in parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.index.meta import Decision
from pipeline.links.counts import LinkCounts
from pipeline.run.fetched import Mode
from pipeline.run.staged import PartResult, Staged, StageResult, WritingResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum

Verdict = Literal["pass", "hold"]
Outcome = Literal["going_live", "live", "unchanged", "held", "not_live", "promoted", "refused", "rolled_back"]
"""What became of a run: it was about to go live when its report was written; it went live; it passed the gate and
changes no document; the gate held it; it passed the gate and ended before it went live; it was held, and a person let
it go live; or refused it; it was live until a person rolled it back."""


class ProcessResult(PartResult):
    """What became of one raw part: parts of its number, and of the kinds `ready`, `keys`, `rejects` and `deletions`.

    A record that was read is a ready document, or did not change and has its live document carried over.
    """

    NAME = "process"
    WRITES = frozenset({Kind.READY, Kind.KEYS, Kind.REJECTS, Kind.DELETIONS})

    rules: str
    """Digest of the rules that made the documents."""
    read: int
    """Documents that are ready or carried over."""
    carried: int
    """Documents that are carried over."""
    deletions: int
    rejects: dict[str, int]
    """Number of rejects by code."""
    repeated: int
    """Lines of the raw part that do not count: another version of their record does."""
    corrected: tuple[str, ...] = ()
    """harmony_ids of the records that a correction is about."""

    @property
    def rejected(self) -> int:
        """Number of rejects."""
        return sum(self.rejects.values())

    @property
    def records(self) -> int:
        """Records and deletions of the raw part that count."""
        return self.read + self.deletions + self.rejected


class PlanResult(WritingResult):
    """What the harvest changes of what is live, and the candidate generation that is to hold it.

    Parts are of the kinds that `WRITES` lists; `changes` have the numbers of the raw parts.

    Counts are of documents.
    """

    NAME = "plan"
    WRITES = frozenset({Kind.CHANGES, Kind.DUPLICATES, Kind.DISPUTED, Kind.STRAY, Kind.DELETE, Kind.COPY, Kind.AGEING})

    plan_id: str
    """An id of this very plan: a retry makes another."""
    keys: tuple[PartSum, ...]
    """The keys that were compared, a part for each raw part: the plan is for these documents alone."""
    generation: int | None
    """Number of the candidate; None where nothing changes."""
    index: str | None
    """Name of the candidate's index."""
    start_empty: bool
    """Whether the candidate starts empty, and takes over the live documents that stay; else it is a clone of them."""
    live_index: str | None
    live_run: str | None
    """Id of the run that made the generation that was live."""
    live_before: int
    expected: int
    """Documents of the candidate, if Elasticsearch accepts all."""
    created: int
    updated: int
    unchanged: int
    deleted: int
    kept: int
    """Live documents whose record is rejected now; they stay."""
    not_deleted: int
    """Live documents that a full snapshot lacks and that stay, because rejects without an id may be theirs."""
    not_asked_for: int
    """Live documents that the harvest does not concern; they stay."""
    not_compared: int
    """Live documents that were not looked at, as only changes were asked for; they stay."""
    suppressed: int
    """Of the deleted ones, those that a correction takes out."""
    deleted_upstream: int
    """Of the deleted ones, those that the catalogue no longer has."""
    duplicates: int
    """Ready documents with the id of another one; they are rejects."""
    duplicated_ids: int
    """The different ids that these have."""
    ageing: int
    """Live documents of ongoing studies that did not cover the year of the run yet."""
    unmatched: tuple[str, ...]
    """harmony_ids of corrections that match no record."""
    rules: str | None
    """Digest of the rules by which all documents are made that are live after the run; None where several made them."""


class EarlyCandidate(Staged):
    """A candidate that starts empty, and was made before the first document was."""

    NAME = "candidate"

    number: int
    index: str


class EarlyLoad(PartResult):
    """The documents of a part that were loaded into an early candidate; those refused are in a part."""

    NAME = "early"
    WRITES = frozenset({Kind.EARLY_REFUSED})

    index: str
    """Into which they were loaded."""
    keys: PartSum
    """The keys of the documents."""


class LoadResult(PartResult):
    """What became of the documents of one part that had to be written; those refused are a part of kind `refused`."""

    NAME = "load"
    WRITES = frozenset({Kind.REFUSED})

    plan_id: str
    """The plan that was followed."""
    written: int
    refused: dict[str, int]
    """Documents that Elasticsearch refused, by change action: `created`, `updated`, `unchanged`."""


class FinishResult(Staged):
    """The candidate is complete: deletions and copies of live documents were applied."""

    NAME = "finish"

    plan_id: str


class EmbedResult(StageResult):
    """What became of the vectors of documents. Counts are of documents."""

    NAME = "embed"

    plan_id: str
    """The plan whose candidate was worked on."""
    model: str
    made: int
    """Whose vector was made."""
    reused: int
    """Whose vector was made in an earlier run."""
    too_short: int
    """Whose text says too little for a vector."""
    missing: int
    """Of the candidate, or of what is live where there is none: those that have no vector of the model."""
    problem: str | None
    """Why some have none."""


class GateResult(StageResult):
    """The verdict on a candidate."""

    NAME = "gate"

    plan_id: str
    """The plan that was judged."""
    verdict: Verdict
    reasons: tuple[str, ...]
    live: int
    """Documents of the candidate; of the live generation where the run made no candidate."""
    coverage: dict[str, int]
    """Documents that have a facet, by facet."""
    doubted: int = 0
    """Documents of which a second opinion doubts a facet."""


class VectorSummary(BaseModel):
    """Vectors in a report, in numbers of documents: see `EmbedResult`."""

    model_config = ConfigDict(frozen=True)

    made: int
    reused: int
    too_short: int = 0
    missing: int


class GateSummary(BaseModel):
    """The gate's verdict in a report."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    reasons: tuple[str, ...]


class RunReport(Staged):
    """What one run did: the one object that tables, JSON, web pages and `_meta` are made of."""

    NAME = "report"

    catalogue: str
    run_id: str
    mode: Mode
    generation: str | None
    """Index of the candidate; None where nothing changed."""
    live: int
    """Documents that are live after the run."""
    judged: int
    """Documents that the gate counted: those of the candidate, if there is one."""
    fetched: int
    repeated: int
    """Records and deletions that came more than once, less the one version of each that counts."""
    read: int
    rejected: int
    deletions: int
    created: int
    updated: int
    unchanged: int
    deleted: int
    kept: int
    rejects: Mapping[str, int]
    coverage: Mapping[str, int]
    doubted: int = 0
    """Documents, of those that the gate counted, of which a second opinion doubts a facet: `study-index doubts`."""
    vectors: VectorSummary | None = None
    """None where the setting `embeddings` is absent."""
    links: LinkCounts | None = None
    """None before works and hierarchy were found, or where they could not be: a note has why."""
    gate: GateSummary
    outcome: Outcome
    seconds: Mapping[str, float]
    started: str
    watermark: str | None
    complete: bool
    notes: tuple[str, ...]
    decision: Decision | None = None
    """What a person decided about the run, if one did: the last decision."""
    promotion: Decision | None = None
    """Of a run that was rolled back: how a person let it go live before, if the gate had held it."""

    @property
    def held(self) -> bool:
        """Whether the gate held the run and nobody let it go live: what is live is untouched."""
        return self.outcome in {"held", "refused"}


class RunFailure(Staged):
    """Why a run ended with an error; a run that is tried again removes it."""

    NAME = "failure"

    in_stage: str
    kind: str
    """Name of the error's class."""
    message: str
    at: str
    """ISO 8601 time."""
