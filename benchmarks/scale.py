"""How a run grows with its catalogue: `python -m benchmarks.scale [--records 10000 100000 1000000]`.

Generated Dataverse records are run into an empty index, with an Elasticsearch of their own. Shown are

- records a second by the run's own duration, and by that of the whole process, with its start;
- wall milliseconds a record in the first and in the last tenth of the records, of `fetch` and of `process`: what grows
  faster than the catalogue shows here;
- peak memory of all processes of the run, without Elasticsearch: as the sum of their proportional shares (PSS), and as
  the sum of what is resident in each (RSS), which counts shared memory several times;
- the size of the index, and the seconds that a clone of it takes;
- with `--again`, the records a second of a second run over the same records, which changes nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.generated import write_ndjson
from benchmarks.machine import note, server, show
from benchmarks.memory import Memory, Sampler
from benchmarks.nodes import HEAP, own_node
from benchmarks.timed_run import Timed, environment, read, start_run
from pipeline.index.client import connect
from pipeline.index.generations import LOADING

COLUMNS = (
    "records", "records/s", "records/s, whole", "unchanged/s", "fetch first ms", "fetch last ms", "process first ms",
    "process last ms", "PSS MB", "RSS MB", "processes", "index MB", "clone s",
)  # fmt: skip


def measured(catalogue: Path, log: Path, environ: dict[str, str]) -> tuple[Timed, Memory]:
    """A run in a process of its own, and its memory."""
    start = time.perf_counter()
    with start_run(catalogue, log, environ) as process, Sampler(process.pid) as sampler:
        code = process.wait()
    if code:
        raise SystemExit(f"the run of {catalogue} ended with exit code {code}")
    return read(log)._replace(whole=time.perf_counter() - start), sampler.peak


def at_size(records: int, heap: str, *, again: bool) -> dict[str, Any]:
    """The figures of one size."""
    with tempfile.TemporaryDirectory(prefix="study-index-") as folder, own_node(heap) as url:
        note(f"generating {records:,} records")
        catalogue = write_ndjson(records, Path(folder, "records.ndjson"))
        environ = environment(url, Path(folder, "state"))
        note(f"running {records:,} records")
        first, memory = measured(catalogue, Path(folder, "log"), environ)
        if (live := first.report["live"]) != records:
            raise SystemExit(f"{records} records were run, and {live} are live")
        figures = {
            "records": records,
            "seconds": first.seconds,
            "whole": first.whole,
            "stages": first.stages,
            "milliseconds": {
                stage: [first.milliseconds(stage, 0, 0.1), first.milliseconds(stage, 0.9, 1)]
                for stage in ("fetch", "process")
            },
            "memory": memory._asdict(),
        }
        if again:
            second, _ = measured(catalogue, Path(folder, "log"), environ)
            figures["unchanged"] = {"seconds": second.seconds, "whole": second.whole, "stages": second.stages}
        with connect(url) as client:
            name = first.report["generation"]
            return {
                **figures,
                "index_bytes": size_of(client, name),
                "clone": cloning(client, name),
                "server": server(client),
            }


def size_of(client: Elasticsearch, index: str) -> int:
    """Bytes of an index on disk."""
    stats = client.indices.stats(index=index, metric="store")
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


def cloning(client: Elasticsearch, index: str) -> float:
    """Seconds until a clone of an index can be searched."""
    clone = "studies.benchmark.clone"
    start = time.perf_counter()
    client.indices.clone(index=index, target=clone, settings={"index": LOADING})
    client.cluster.health(index=clone, wait_for_status="yellow")
    seconds = time.perf_counter() - start
    client.indices.delete(index=clone)
    return seconds


def _row(figures: dict[str, Any]) -> tuple[object, ...]:
    records, memory = figures["records"], figures["memory"]
    unchanged = round(records / figures["unchanged"]["seconds"]) if "unchanged" in figures else ""
    milliseconds = (f"{each:.2f}" for stage in figures["milliseconds"].values() for each in stage)
    rates = (round(records / figures["seconds"]), round(records / figures["whole"]))
    memories = (round(memory["pss"]), round(memory["rss"]), memory["processes"])
    return (
        records,
        *rates,
        unchanged,
        *milliseconds,
        *memories,
        round(figures["index_bytes"] / 2**20),
        f"{figures['clone']:.2f}",
    )


def main() -> int:
    """Measure each size, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, nargs="+", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--heap", default=HEAP, help="of Elasticsearch")
    parser.add_argument("--again", action="store_true", help="a second run of each size, which changes nothing")
    arguments = parser.parse_args()
    sizes = [at_size(records, arguments.heap, again=arguments.again) for records in arguments.records]
    show("Runs of catalogues of growing size", COLUMNS, map(_row, sizes), {"sizes": sizes})
    return 0


if __name__ == "__main__":
    sys.exit(main())
