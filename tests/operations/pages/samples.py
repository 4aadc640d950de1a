"""Invented runs as pages get them: held, live, failed, at work."""

from __future__ import annotations

from typing import Any

from pipeline.index.meta import Decision
from pipeline.model.raw import Reject
from pipeline.operations.shown_run import RejectGroup, RunShown, StageDone
from pipeline.run.details import (
    Distribution,
    DocumentChange,
    ExampleRecord,
    FieldChange,
    Reason,
    RunDetails,
)
from pipeline.run.results import GateSummary, RunFailure, RunReport

DROP = "max_drop: 110 of 310 live documents would be deleted (35%); the limit is 10%"
DRIFT = "max_drift: sex = female went from 62% to 18% of the documents; the limit is 10 points"

BEFORE = Distribution(
    documents=310,
    coverage={"sex": 300, "resource_type": 310, "country_codes": 290, "start_year": 305, "years": 305, "access": 120},
    values={
        "sex": {"female": 192, "all": 88, "male": 20},
        "resource_type": {"dataset": 250, "study": 60},
        "country_codes": {"GB": 200, "FI": 60, "IE": 40},
        "access": {"controlled": 100, "open": 20},
    },
    years={1958: 3, 1970: 10, **{year: 20 + year % 30 for year in range(1985, 2024)}},
)
AFTER = Distribution(
    documents=214,
    coverage={"sex": 190, "resource_type": 214, "country_codes": 200, "start_year": 210, "years": 210, "access": 118},
    values={
        "sex": {"all": 120, "female": 39, "male": 31},
        "resource_type": {"dataset": 160, "study": 54},
        "country_codes": {"GB": 150, "FI": 58, "SE": 2},
        "access": {"controlled": 98, "open": 20},
    },
    years={1958: 2, 1970: 8, **{year: 10 + year % 25 for year in range(1985, 2025)}},
)


def report(**changes: Any) -> RunReport:
    """A run that the gate held."""
    fields: dict[str, Any] = {
        "catalogue": "harbour",
        "run_id": "20260302T030000Z-ab12",
        "mode": "full",
        "generation": "studies.harbour.8",
        "live": 310,
        "judged": 214,
        "fetched": 2950,
        "repeated": 12,
        "read": 2910,
        "rejected": 37,
        "deletions": 3,
        "created": 14,
        "updated": 40,
        "unchanged": 2856,
        "deleted": 110,
        "kept": 5,
        "rejects": {"no_title": 30, "malformed": 7},
        "coverage": AFTER.coverage,
        "gate": GateSummary(verdict="hold", reasons=(DROP, DRIFT)),
        "outcome": "held",
        "seconds": {"fetch": 75.2, "process": 14.1, "plan": 1.3, "load": 4.4, "gate": 0.4},
        "started": "2026-03-02T03:00:00Z",
        "watermark": "2026-03-01T00:00:00Z",
        "complete": True,
        "notes": ("40 records were read again from staging: their corrections changed",),
    }
    return RunReport(**(fields | changes))


def live_report(**changes: Any) -> RunReport:
    """The same run, had the gate passed it."""
    passed = GateSummary(verdict="pass", reasons=())
    return report(**({"gate": passed, "outcome": "live", "live": 214} | changes))


def decided(action: Any, **changes: Any) -> Decision:
    """A decision about the run."""
    fields = {"by": "ana", "why": "the archive merged its series", "at": "2026-03-02T08:12:00Z", "number": 8}
    return Decision(action=action, **(fields | changes))


def details(**changes: Any) -> RunDetails:
    """What is staged of the held run beside its report."""
    examples = (
        ExampleRecord(harmony_id="harbour/17", record_id="oai:h:17", name="Dock Workers", before="female", after="all"),
        ExampleRecord(harmony_id="harbour/18", record_id="oai:h:18", name="Net Makers", before="female", after=None),
    )
    drop = Reason(code="max_drop", text=DROP, what="Documents that stay", live=1.0, candidate=0.645, limit=0.1)
    drift = Reason(
        code="max_drift", text=DRIFT, what="Sex: women or girls only", live=0.62, candidate=0.18, limit=0.1,
        facet="sex", value="female", examples=examples,
    )  # fmt: skip
    updated = DocumentChange(
        change="updated", harmony_id="harbour/17", record_id="oai:h:17", name="Dock Workers",
        fields=(
            FieldChange(
                field="sex", before="female", after="all",
                evidence_before=({"kind": "stated", "field": "universe", "words": "Women who pack fish"},),
                evidence_after=({"kind": "stated", "field": "universe", "words": "People who pack fish"},),
            ),
            FieldChange(field="country_codes", before=["GB"], after=["GB", "IE"]),
            FieldChange(
                field="description",
                before="Women who pack fish in the harbour were asked about their work.",
                after="People who pack fish in the harbour were asked about their work.",
            ),
            FieldChange(field="genetic_data_collected", before=None, after=True),
        ),
    )  # fmt: skip
    deleted = DocumentChange(
        change="deleted", harmony_id="harbour/99", record_id="oai:h:99", name="Lighthouse Keepers",
        fields=(FieldChange(field="name", before="Lighthouse Keepers", after=None),),
    )  # fmt: skip
    fields: dict[str, Any] = {
        "plan_id": "p", "before": BEFORE, "after": AFTER, "reasons": (drop, drift), "changes": (updated, deleted),
    }  # fmt: skip
    return RunDetails(**(fields | changes))


def rejects(number: int = 20) -> tuple[RejectGroup, ...]:
    """Thirty records without a title, and seven that are not XML."""
    untitled = tuple(
        Reject("no_title", "titl", "the record has no title", f"oai:h:{place}", payload="<codeBook/>")
        for place in range(number)
    )
    cut = tuple(
        Reject("malformed", None, "line 3: tag stdyDscr is not closed", f"oai:h:m{place}", payload="<codeBook>" * 400)
        for place in range(7)
    )
    return RejectGroup("no_title", 30, untitled), RejectGroup("malformed", 7, cut)


def held(**changes: Any) -> RunShown:
    """A held run whose candidate waits."""
    fields: dict[str, Any] = {
        "catalogue": "harbour",
        "run_id": "20260302T030000Z-ab12",
        "title": "Harbour Data Archive",
        "report": report(),
        "details": details(),
        "rejects": rejects(),
        "medians": {"fetch": 31.0, "process": 13.0, "plan": 1.2, "load": 4.0, "gate": 0.4},
        "compared_runs": 10,
        "waits": True,
        "shown_at": "2026-03-02T09:00:00Z",
    }
    return RunShown(**(fields | changes))


def live(**changes: Any) -> RunShown:
    """A run that went live and can be rolled back."""
    fields = {"report": live_report(), "details": details(reasons=()), "waits": False, "can_roll_back": True}
    return held(**(fields | changes))


def failed(**changes: Any) -> RunShown:
    """A run that failed while it fetched."""
    message = "https://harbour.example/oai answers 503 Service Unavailable, also at the last of 5 tries"
    failure = RunFailure(in_stage="fetch", kind="RetryError", message=message, at="2026-03-02T03:40:00Z")
    stages = (StageDone("fetch", 0, None, "records are being fetched"),)
    fields = {"report": None, "details": None, "rejects": (), "failure": failure, "stages": stages, "waits": False}
    return held(**(fields | changes))


def at_work() -> RunShown:
    """A run that processes its second part of three."""
    stages = (
        StageDone("fetch", 1, 1, "5,200 records"),
        StageDone("process", 1, 3, "1,980 read, 20 rejected"),
    )
    return held(report=None, details=None, rejects=(), stages=stages, waits=False)
