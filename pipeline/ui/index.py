"""What the index page shows to a user: the catalogues whose DAGs the user may see, and what Airflow knows of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace

from elasticsearch import Elasticsearch

from pipeline.index.client import trying_once
from pipeline.local.connection import PAGE_SECONDS, connected
from pipeline.model.finding import Finding
from pipeline.operations.doctor import findings
from pipeline.operations.shown_index import AirflowFacts, IndexShown, shown_index
from pipeline.staging.dag_runs import INGEST
from pipeline.ui.facts import DagFacts, facts_of
from pipeline.ui.links import Links
from pipeline.ui.rights import may_read_all, readable_dags, triggerable
from pipeline.ui.visit import Visit

CHECKED_EVERY = 60.0
"""Seconds for which what the doctor found is shown again: some of its checks write, and the page is loaded often."""


class Doctor:
    """What `study-index doctor` found, not older than a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: tuple[Finding, ...] = ()
        self._until = 0.0

    def findings(self, client: Elasticsearch) -> tuple[Finding, ...]:
        """The findings; whoever asks while it is at work waits for it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = tuple(findings(client, None, variables_set=False))
                self._until = time.monotonic() + CHECKED_EVERY
            return self._found


DOCTOR = Doctor()


def visible_index(visit: Visit) -> tuple[IndexShown, Mapping[str, DagFacts]]:
    """What the user may see, and the facts of the DAGs by name of the catalogue.

    A catalogue without a DAG, and what the doctor found, are for those who may see every DAG.

    Raises:
        StudyIndexError: Elasticsearch cannot be asked.
    """
    readable = readable_dags(visit.session, visit.user)
    ours = {dag_id.removeprefix(INGEST): dag_id for dag_id in readable if dag_id.startswith(INGEST)}
    known = facts_of(visit.session, ours.values())
    facts = {name: known[dag_id] for name, dag_id in ours.items() if dag_id in known}
    links = Links(visit.request)
    may = triggerable(visit.session, visit.user, known)
    shown_facts = {name: _shown(links, ours[name], found, may_act=ours[name] in may) for name, found in facts.items()}
    everything = may_read_all(visit.user)
    client = connected(PAGE_SECONDS)
    with client, trying_once():
        checked = DOCTOR.findings(client) if everything else ()
        shown = shown_index(client, shown_facts, checked)
    if not everything:
        shown = replace(shown, rows=tuple(row for row in shown.rows if row.name in ours))
    return shown, facts


def _shown(links: Links, dag_id: str, found: DagFacts, *, may_act: bool) -> AirflowFacts:
    last = found.last
    return AirflowFacts(
        paused=found.paused,
        running=found.running,
        next_run=found.next_run,
        last_run_id=last.run_id if last else None,
        last_began=last.began if last else None,
        last_state=last.state if last else None,
        last_note=last.note if last else None,
        run_url=links.run(dag_id, last.run_id) if last else None,
        may_act=may_act,
    )
