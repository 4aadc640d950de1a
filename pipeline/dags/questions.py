"""A candidate that the gate held is a question to a person, in Airflow's UI.

The task is deferred meanwhile and holds no worker. The triggerer looks for an answer every few seconds, and for a
decision that was made by hand (`study-index promote`) twice a minute.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator, HITLOperator
from airflow.providers.standard.triggers.hitl import HITLTrigger
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException, TaskDeferred
from airflow.sdk.execution_time.hitl import update_hitl_detail_response, upsert_hitl_detail
from airflow.triggers.base import TriggerEvent
from asgiref.sync import sync_to_async

from pipeline.dags.surroundings import is_attended, plain_errors, question_page, run_page, staging_here
from pipeline.dags.telling import tell_held
from pipeline.errors import StudyIndexError
from pipeline.model.moments import now, parse, written

if TYPE_CHECKING:
    from airflow.sdk import Context
    from elasticsearch import Elasticsearch

    from pipeline.catalogue import Catalogue
    from pipeline.operations.settled import Settled
    from pipeline.run.results import RunReport

LOG = logging.getLogger("airflow.task")

APPROVE, REJECT = ApprovalOperator.APPROVE, ApprovalOperator.REJECT
LOOKED_EVERY = 30.0
"""Seconds between two looks at what is live."""
PARKS_IN = 8.0
"""Seconds. A task that goes on before its executor has told that its first process ended counts as lost, and is tried
again."""

ASKED = "asked"
"""Key in the task state store: when the question was asked that is open, and how often the DAG run was cleared then."""

WHY = Param("", type=["null", "string"], title="Why", description="The reason; the report keeps it. It may be empty.")


class AnswerOrDecision(HITLTrigger):
    """Waits for an answer in the UI, for a decision by hand, or for the end of the time."""

    def __init__(self, *, catalogue: str, number: int, asked: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.catalogue = catalogue
        self.number = number
        self.asked = asked

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What the triggerer makes this object of."""
        _, arguments = super().serialize()
        name = f"{type(self).__module__}.{type(self).__qualname__}"
        return name, {**arguments, "catalogue": self.catalogue, "number": self.number, "asked": self.asked}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event: the answer. It takes no notice of one until Airflow knows that the task has parked."""
        looked = 0.0
        await asyncio.sleep(PARKS_IN)
        while True:
            if self.timeout_datetime and self.timeout_datetime < datetime.now(UTC):
                yield await self._handle_timeout()
                return
            if (event := await self._answered()) is not None:
                yield event
                return
            if time.monotonic() - looked >= LOOKED_EVERY:
                looked = time.monotonic()
                if (event := await self._decided()) is not None:
                    yield event
                    return
            await asyncio.sleep(self.poke_interval)

    async def _decided(self) -> TriggerEvent | None:
        """The event of a decision by hand, which answers the question in the UI as well."""
        try:
            client = await sync_to_async(_client)()
            found = await asyncio.to_thread(self._settled, client)
        except StudyIndexError as error:
            self.log.warning("Nobody knows whether %s was decided by hand: %s", self.catalogue, error)
            return None
        if found is None:
            return None
        chosen, why = [APPROVE if found.goes_live else REJECT], {"why": found.why or ""}
        try:
            await sync_to_async(update_hitl_detail_response)(ti_id=self.ti_id, chosen_options=chosen, params_input=why)
        except Exception:  # an answer in the UI may have come first
            if (answered := await self._answered()) is None:
                raise
            return answered
        event = {"chosen_options": chosen, "params_input": why, "by_hand": True, "by": found.by}
        return TriggerEvent(event)  # type: ignore[no-untyped-call]

    def _settled(self, client: Elasticsearch) -> Settled | None:
        """What was decided by hand; it is asked once and not for long, as an answer in the UI waits meanwhile."""
        from pipeline.index.client import trying_once
        from pipeline.operations.settled import settled

        with client, trying_once():
            return settled(client, self.catalogue, self.number, self.asked)

    async def _answered(self) -> TriggerEvent | None:
        found: TriggerEvent | None = await self._handle_response()  # type: ignore[no-untyped-call]
        return found


def _client() -> Elasticsearch:
    from pipeline.local.connection import PAGE_SECONDS, connected

    logging.getLogger("elastic_transport").setLevel(logging.WARNING)
    return connected(PAGE_SECONDS)


class Decide(HITLOperator):
    """Asks whether a candidate that the gate held is to go live; is skipped where there is nothing to decide.

    Its result is `{action, by, why, by_hand}`: `promote` or `refuse`, who decided (None if nobody did, or it is not
    known), the reason, and whether it is done already.
    """

    def __init__(self, *, title: str, schedule: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._title = title
        self._schedule = schedule

    @classmethod
    def of(cls, catalogue: Catalogue) -> Decide:
        """The task of the DAG of a catalogue."""
        return cls(
            task_id="decide",
            title=catalogue.title,
            schedule=catalogue.schedule,
            options=[APPROVE, REJECT],
            defaults=REJECT,
            execution_timeout=None,  # it would end the wait for an answer, too
            retry_delay=timedelta(seconds=5),  # an answer that came too early for Airflow waits for the next try
            retry_exponential_backoff=0,
            params={"why": WHY},
            subject=f"{catalogue.title}: let the candidate go live?",
        )

    def execute(self, context: Context) -> Any:
        """Ask, where there is something to decide."""
        from pipeline.run.results import GateResult, PlanResult, RunReport

        staging = staging_here()
        with plain_errors():
            if GateResult.staged(staging).verdict == "pass":
                raise AirflowSkipException("The gate passed the run, so there is nothing to decide")
            report, number = RunReport.staged(staging), PlanResult.staged(staging).generation
        if number is None:
            raise AirflowSkipException("The run is held, and made no candidate that could go live")
        if not is_attended():
            raise AirflowSkipException("Nobody can be asked in a run without scheduler; the candidate waits")
        asked = _open_since(context)  # such a question may be answered already
        until = self._until(asked or now())
        if asked is None:
            asked = now()  # before anybody can see the question, and decide by hand
            self._ask(context, report, asked, until)
        trigger = AnswerOrDecision(
            catalogue=report.catalogue,
            number=number,
            asked=written(asked),
            ti_id=context["ti"].id,
            options=self.options,
            defaults=self.defaults,
            params=self.serialized_params,
            timeout_datetime=until,
        )
        raise TaskDeferred(trigger=trigger, method_name="execute_complete")

    def execute_complete(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """The answer, as a decision."""
        if "error" in event:
            self.process_trigger_event_error(event)
        self.validate_chosen_options(event["chosen_options"])
        action = "promote" if event["chosen_options"] == [APPROVE] else "refuse"
        why = (event.get("params_input") or {}).get("why") or None
        user = event.get("responded_by_user") or {}
        by = event.get("by") or user.get("name")
        if event.get("timedout"):
            why = f"nobody answered until {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        LOG.info("%s by %s%s", action, by or "nobody", f": {why}" if why else "")
        _store(context).delete(ASKED)
        return {"action": action, "by": by, "why": why, "by_hand": bool(event.get("by_hand"))}

    def _until(self, asked: datetime) -> datetime | None:
        """When the question ends unanswered: after the time between two runs; None without a schedule."""
        from pipeline.operations.freshness import period

        return asked + period(self._schedule, asked) if self._schedule else None

    def _ask(self, context: Context, report: RunReport, asked: datetime, until: datetime | None) -> None:
        from pipeline.dags import question_texts
        from pipeline.run.details import RunDetails
        from pipeline.run.results import PlanResult

        staging = staging_here()
        with plain_errors():
            details = RunDetails.staged(staging) if RunDetails.is_staged(staging) else None
            live_before = PlanResult.staged(staging).live_before
        self.subject = question_texts.subject(report, self._title)
        self.body = question_texts.body(report, details, live_before, run_page(), until)
        upsert_hitl_detail(
            ti_id=context["ti"].id,
            options=self.options,
            subject=self.subject,
            body=self.body,
            defaults=self.defaults,
            multiple=False,
            params=self.serialized_params,
        )
        _store(context).set(ASKED, {"at": written(asked), "clearing": _clearing(context)})
        for line in (self.subject, *report.gate.reasons):
            LOG.info("%s", line)
        tell_held(report, question_page(self.task_id))


def _store(context: Any) -> Any:
    return context["task_state_store"]


def _open_since(context: Context) -> datetime | None:
    """When the question was asked, if an earlier try did; a task that is cleared asks anew."""
    asked: Any = _store(context).get(ASKED)
    return parse(asked["at"]) if asked and asked["clearing"] == _clearing(context) else None


def _clearing(context: Context) -> int:
    """How often the DAG run was cleared."""
    return context["dag_run"].clear_number or 0
