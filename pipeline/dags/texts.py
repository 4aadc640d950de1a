"""What Airflow's pages show with the DAGs of a catalogue, in Markdown. Links are relative to the UI's address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.catalogue import Catalogue

INDEX = "plugin/study-index"
"""The index page."""


def title(name: str, of_catalogue: str | None) -> str:
    """What Airflow calls the DAG of a catalogue; its search finds what begins so.

    >>> title("fsd", "Finnish Social Science Data Archive")
    'fsd: Finnish Social Science Data Archive'
    """
    return f"{name}: {of_catalogue}" if of_catalogue else name


def of_ingest(catalogue: Catalogue) -> str:
    """About the DAG that runs a catalogue."""
    return f"""### {catalogue.title}

{_facts(catalogue)}

**fetch** raw parts → **process** them into documents and rejects → **plan** what changes, make the candidate →
**load** it → **gate** → **decide**, if the gate held it → **live** → **report**.

| what you see | what it means |
|---|---|
| `decide` waits | The gate held the candidate. Read the reasons, then approve or reject: *Required Actions*. |
| `report` failed | Held, refused or failed; the last line of its log is the reason. What is live is untouched. |
| `fetch` is up for retry | The catalogue is down. It is asked again for {catalogue.patience_hours:g} hours. |
| `live` is skipped | The candidate was refused, or nobody was asked. |

Trigger it with *Full run*, *Since* or *Limit* for other than what changed. A failed task that is cleared resumes.

Limits of the gate: drop {catalogue.max_drop:.0%}, rejects {catalogue.max_rejects:.0%}, drift
{catalogue.max_drift:.0%}. `reprocess_{catalogue.name}` builds every document anew without fetching.
"""


def of_reprocess(catalogue: Catalogue) -> str:
    """About the DAG that rebuilds a catalogue."""
    return f"""### {catalogue.title}: reprocess

{_facts(catalogue)}

Builds every document anew from the raw records that are staged since the last complete full harvest: after a change
of the rules of reading or enrichment, without asking the catalogue. The gate judges it as any other run.
"""


def of_broken(name: str, message: str) -> str:
    """About the DAG of a catalogue file that cannot be used."""
    return f"""### The catalogue file `{name}.yaml` cannot be used

{message}

Its runs fail until the file is mended. What is live stays as it is. [Studies]({INDEX})
"""


def _facts(catalogue: Catalogue) -> str:
    home = f"[{catalogue.home}]({catalogue.home})" if catalogue.home else "none"
    facts = {
        "catalogue": f"`{catalogue.name}`",
        "home page": home,
        "protocol, format": f"{catalogue.protocol.type}, {catalogue.format}",
        "schedule (UTC)": f"`{catalogue.schedule}`" if catalogue.schedule else "none",
        "owner": catalogue.owner or "none",
    }
    rows = "\n".join(f"| {fact} | {value} |" for fact, value in facts.items())
    return f"[Studies]({INDEX})\n\n| | |\n|---|---|\n{rows}"
