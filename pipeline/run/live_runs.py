"""Which runs made what readers see: the run of the live generation, and those whose generations it was built on.

`_meta` of the live generation names its run; the plan of each run names the run whose generation was live before. So
a run counts only if it went live, and no longer after it was rolled back, whatever its report states.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.index.generations import Generation
from pipeline.run.reported_runs import Reported, reported


def live_runs(catalogue: str, live: Generation | None) -> frozenset[str]:
    """Ids of the reported runs of a catalogue whose reading is in the live generation, as far as they are staged."""
    return live_among(reported(catalogue), live)


def live_among(runs: Iterable[Reported], live: Generation | None) -> frozenset[str]:
    """The same, of the reported runs of a catalogue."""
    plans = {item.staging.run_id: item.plan for item in runs}
    line: set[str] = set()
    run_id = live.meta.run_id if live else None
    while run_id is not None and run_id not in line:
        line.add(run_id)
        run_id = plans[run_id].live_run if run_id in plans else None
    changed_nothing = {name for name, plan in plans.items() if plan.index is None and plan.live_run in line}
    return frozenset(line & plans.keys() | changed_nothing)
