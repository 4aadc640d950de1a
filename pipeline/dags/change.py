"""The DAG `change_index`: promote, roll back, unpin or refuse, with the name of whoever triggers it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from pipeline.dags.retrying import DEFAULTS
from pipeline.dags.surroundings import noting, plain_errors, push
from pipeline.errors import UsageError

LOG = logging.getLogger("airflow.task")

CHANGE = "change_index"

DOC = """### Change what is live

| action | what it does |
|---|---|
| promote | the candidate that waits at the gate goes live, or a rollback is taken back |
| rollback | undoes the last run that went live; the catalogue is pinned, so that its runs are held |
| unpin | lets the runs of a pinned catalogue go live again |
| refuse | the candidate is not to go live; the next run makes a new one |

The [index page](plugin/study-index) has a button for each. Who triggers a run and the reason are kept with the index,
and shown in the report of the run that made the generation. A question that is open in `ingest_<catalogue>` ends
within a minute.
"""

PARAMS = {
    "action": Param("promote", type="string", enum=["promote", "rollback", "unpin", "refuse"], title="Action"),
    "catalogue": Param(
        "", type="string", minLength=1, title="Catalogue", description="The name of its file, such as `fsd`."
    ),
    "generation": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Generation",
        description="Its number; for a rollback that of what is live. It may be empty where only one can be meant.",
    ),
    "why": Param("", type=["null", "string"], title="Why", description="The reason; it is kept with the decision."),
}


def change() -> DAG:
    """The DAG."""
    with DAG(
        CHANGE,
        dag_display_name="Change what is live",
        description="Promote, roll back, unpin or refuse",
        doc_md=DOC,
        schedule=None,
        catchup=False,
        is_paused_upon_creation=False,
        default_args={**DEFAULTS, "owner": "study-index", "execution_timeout": timedelta(minutes=30)},
        params=PARAMS,
        tags=["index"],
    ) as dag:

        @task(task_id="change", pool="elasticsearch")
        def change_generation() -> dict[str, Any]:
            """Do it."""
            current: Any = get_current_context()
            asked, by = current["params"], current["dag_run"].triggering_user_name
            why = asked["why"] or None
            with plain_errors(), noting("not done"):
                done = changed(asked["action"], asked["catalogue"], asked["generation"], by=by, why=why)
            LOG.info("%s", done["words"])
            push("note", done["words"])
            return done

        change_generation()
    return dag


def changed(action: str, catalogue: str, number: int | None, *, by: str | None, why: str | None) -> dict[str, Any]:
    """Change what is live; returns what was done, with a sentence for the note of the run."""
    from pipeline.index import lifecycle
    from pipeline.links.after import linked_after
    from pipeline.links.changes import Changes
    from pipeline.local.connection import connected

    client = connected()
    suffix = f"{f' by {by}' if by else ''}{f': {why}' if why else ''}"
    done: dict[str, Any] = {"catalogue": catalogue, "action": action}
    if action in {"promote", "rollback"}:
        swapped = (
            lifecycle.promote(client, catalogue, number, by=by, why=why)
            if action == "promote"
            else lifecycle.rollback(client, catalogue, number, by=by, why=why)
        )
        what = "promoted" if action == "promote" else "rolled back"
        words = f"{catalogue} {what}{suffix}. {swapped.generation.index} is live, {swapped.after:,} documents"
        links = linked_after(client, Changes(swapped.instead_of, swapped.generation.index))
        return done | {
            "generation": swapped.generation.index,
            "live": swapped.after,
            "words": f"{words}; {links}" if links else words,
        }
    if action == "unpin":
        generation = lifecycle.unpin(client, catalogue, by=by, why=why)
        return done | {"generation": generation.index, "words": f"{catalogue} unpinned{suffix}"}
    if number is None:
        raise UsageError(f"Which candidate of {catalogue} is refused? Give the number of its generation")
    generation = lifecycle.refuse(client, catalogue, number, by=by, why=why)
    return done | {"generation": generation.index, "words": f"{generation.index} refused{suffix}"}
