"""The counts of a run, added up over its parts; and the laws that they obey, or the run does not go live."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from pipeline.errors import FailError
from pipeline.run.fetched import FetchResult
from pipeline.run.handed_on import loaded_parts, processed_parts
from pipeline.run.results import PlanResult
from pipeline.staging.kinds import Kind
from pipeline.staging.store import Staging


class Law(NamedTuple):
    """A count, and the counts of which it is the sum; those of a negative number are subtracted."""

    name: str
    number: int
    parts: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether the parts add up to the number."""
        return self.number == sum(self.parts.values())

    def __str__(self) -> str:
        parts = " ".join(f"{'-' if number < 0 else '+'} {abs(number):,} {name}" for name, number in self.parts.items())
        total = f" = {sum(self.parts.values()):,}" if len(self.parts) > 1 else ""
        return f"{self.number:,} {self.name}, but {parts.removeprefix('+ ')}{total}"


class Totals(BaseModel):
    """The counts of a run over all parts.

    fetched = read + rejected + deletions; read = created + updated + unchanged. `laws` has all of them.
    """

    model_config = ConfigDict(frozen=True)

    fetched: int
    repeated: int
    read: int
    rejected: int
    deletions: int
    rejects: dict[str, int]
    created: int
    updated: int
    unchanged: int
    deleted: int
    kept: int
    expected: int
    """Documents of the candidate, less those that Elasticsearch refused."""
    seconds: dict[str, float]
    """What `process` and `load` took, over all parts."""
    laws: tuple[Law, ...]
    """What has to be so, as far as the stages up to `load` know."""

    def check(self, staging: Staging, documents: int) -> None:
        """Refuse a run whose counts do not add up.

        Args:
            staging: of the run.
            documents: number in the candidate; in the live generation, where the run made no candidate.

        Raises:
            FailError: a law does not hold. The message states it, with its numbers.
        """
        in_index = Law("documents in the index", documents, {"expected": self.expected})
        if broken := [law for law in (*self.laws, in_index) if not law.holds]:
            raise FailError(
                f"{staging.catalogue}: the counts of run {staging.run_id} do not add up: "
                f"{'; '.join(map(str, broken))}. So it does not go live, and what is live is untouched. Did something "
                "else write to the index or to staging? Run the catalogue again; if it ends so again, with --full."
            )


def add_up(staging: Staging) -> Totals:
    """The counts of a run, from the results of its stages.

    Raises:
        FailError: a result is missing or damaged, or the counts of a part do not add up.
    """
    fetched, plan = FetchResult.staged(staging), PlanResult.staged(staging)
    processed = processed_parts(staging, fetched, plan)
    loaded = loaded_parts(staging, fetched, plan)
    refused: Counter[str] = Counter()
    for item in loaded:
        refused.update(item.refused)
    rejects: Counter[str] = Counter()
    for part in processed:
        rejects.update(part.rejects)
    rejects += Counter({"duplicate_id": plan.duplicates, "refused_by_index": refused.total()})
    read = sum(item.read for item in processed)
    totals = Totals(
        fetched=fetched.fetched,
        repeated=fetched.repeated,
        read=read - plan.duplicates - refused.total(),
        deletions=sum(item.deletions for item in processed),
        rejected=rejects.total(),
        rejects=dict(sorted(rejects.items())),
        created=plan.created - refused["created"],
        updated=plan.updated - refused["updated"],
        unchanged=plan.unchanged - refused["unchanged"],
        deleted=plan.deleted,
        kept=plan.kept + refused["updated"] + refused["unchanged"],
        expected=plan.expected - refused["created"],
        seconds={
            "process": round(sum(item.seconds for item in processed), 3),
            "load": round(sum(item.seconds for item in loaded), 3),
        },
        laws=(),
    )
    laws = [*_laws_of_records(fetched, totals), *_laws_of_documents(plan, totals)]
    if plan.index:
        sent = sum(item.written for item in loaded) + refused.total()
        unchanged = {"unchanged": plan.unchanged} if plan.start_empty else {}
        laws.append(Law("documents sent", sent, {"created": plan.created, "updated": plan.updated, **unchanged}))
    return totals.model_copy(update={"laws": tuple(laws)})


def _laws_of_records(fetched: FetchResult, totals: Totals) -> list[Law]:
    lines = fetched.lines_of(Kind.RAW)
    outcomes = {"read": totals.read, "rejected": totals.rejected, "deletions": totals.deletions}
    changes = {"created": totals.created, "updated": totals.updated, "unchanged": totals.unchanged}
    return [
        Law("records to be read anew", fetched.read_anew, {"staged": fetched.lines_of(Kind.READ_ANEW)}),
        Law("raw records", lines, {"fetched": totals.fetched, "repeated": totals.repeated}),
        Law("fetched", totals.fetched, outcomes),
        Law("read", totals.read, changes),
    ]


def _laws_of_documents(plan: PlanResult, totals: Totals) -> list[Law]:
    stay = {"kept": plan.kept, "not deleted": plan.not_deleted, "not asked for": plan.not_asked_for}
    read = {"updated": plan.updated, "unchanged": plan.unchanged}
    others = {"deleted": plan.deleted, "not compared": plan.not_compared}
    change = {"live before": plan.live_before, "created": totals.created, "deleted": -plan.deleted}
    deleted = {"suppressed": plan.suppressed, "deleted upstream": plan.deleted_upstream}
    return [
        Law(
            "live before",
            plan.live_before,
            {**read, **stay, **others},
        ),
        Law("expected", totals.expected, change),
        Law("deleted", plan.deleted, deleted),
        Law("deleted", plan.deleted, {"staged to be deleted": plan.lines_of(Kind.DELETE)}),
        Law("documents that stay", plan.lines_of(Kind.COPY), stay),
        Law("duplicates", plan.duplicates, {"staged as rejects": plan.lines_of(Kind.DUPLICATES)}),
        Law(
            "ids of duplicates",
            plan.duplicated_ids,
            {"of other documents, too": plan.lines_of(Kind.DISPUTED), "of no other": plan.lines_of(Kind.STRAY)},
        ),
        Law("ongoing studies to be extended", plan.ageing, {"staged": plan.lines_of(Kind.AGEING)}),
    ]
