"""Runs of generated DDI files against the CESSDA indexer: `python -m benchmarks.peer --jar JAR --elasticsearch URL`.

The indexer of the CESSDA Data Catalogue (cessda.cdc.osmh-indexer.cmm, https://github.com/cessda) reads DDI files and
indexes them into Elasticsearch, a document for each study and language. It is the closest public peer of a run. Neither
its jar nor a full Elasticsearch (it needs analyzers that the light one does not have) is part of this project:

- `--jar` or PEER_JAR: the jar of the indexer;
- `--java` or PEER_JAVA: a `java` of version 21 or newer, by default the one on the PATH;
- `--elasticsearch` or PEER_ELASTICSEARCH: URL of a full Elasticsearch without security, for this benchmark alone.
  Indices of both sides in it are deleted.

Both sides read the same files and write to the same Elasticsearch, one after the other. A first round is not counted:
an Elasticsearch that has just started is several times slower than one that runs for days, as Java compiles its code
while it works. Shown are records a second, by each side's own duration and by that of its whole process, of a first
run, of a second one over unchanged files, and of this project's run after ten files changed.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson
from elasticsearch import Elasticsearch

from benchmarks.generated import write_ddi
from benchmarks.machine import note, server, show
from benchmarks.nodes import HEAP
from benchmarks.timed_run import environment, run_in_process
from pipeline.index.client import connect
from pipeline.index.generations import ALIAS
from pipeline.index.leases import LEASES

CHANGED = 10
OURS = f"{ALIAS}.*,{LEASES}"
INDICES = "cmmstudy_*"
THEMES = "coordinate_*,covid_*,hummingbird_*"
"""Indices that it makes of parts of the first ones, which is not measured by its own duration."""
DURATION = re.compile(r"\bIndexing completed [^\n]*Duration: \[([\d.]+)\] seconds")
PIPELINE = {
    "code": "GEN",
    "name": "Generated",
    "url": "https://archive.invalid/oai",
    "metadataPrefix": "oai_ddi25",
    "ddiVersion": "DDI_2_5",
    "defaultLanguage": "en",
    "role": ["CDC"],
}
"""What the indexer wants to know of a folder of files."""


class Took(NamedTuple):
    """Seconds of a run by its own account, and of its process."""

    own: float
    whole: float


class Peer(NamedTuple):
    """The indexer, and where it writes."""

    jar: Path
    java: str
    url: str
    heap: str

    def run(self, folder: Path, log: Path) -> Took:
        """Let it index a folder of files."""
        (folder / "records" / "pipeline.json").write_bytes(orjson.dumps(PIPELINE))
        address = urlsplit(self.url)
        command = [
            self.java,
            f"-Xmx{self.heap}",
            "-jar",
            str(self.jar),
            f"--baseDirectory={folder}",
            f"--elasticsearch.host={address.hostname}",
            f"--elasticsearch.httpPort={address.port}",
        ]
        start = time.perf_counter()
        with log.open("wb") as output:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=True)
        return Took(_duration(log.read_text(encoding="utf-8")), time.perf_counter() - start)

    def documents(self) -> int:
        """Documents that it indexed, one a study and language."""
        with Elasticsearch(self.url) as client:
            client.indices.refresh(index=INDICES)
            return int(client.count(index=INDICES)["count"])


def forget(url: str, indices: str) -> None:
    """Delete the indices that have one of these names."""
    with Elasticsearch(url) as client:
        names = [*client.indices.get(index=indices, expand_wildcards="all", ignore_unavailable=True)]
        if names:
            client.indices.delete(index=names)


def _duration(log: str) -> float:
    found = DURATION.search(log)
    if found is None:
        raise SystemExit(f"The indexer did not state how long it took. Its log ends:\n{log[-2000:]}")
    return float(found[1])


@dataclass(frozen=True)
class Sides:
    """Both sides, and the files that both read."""

    peer: Peer
    folder: Path
    count: int

    def round(self, number: int) -> dict[str, Took]:
        """One round: each side's first run and a run over unchanged files, and ours after ten files changed.

        Every second round begins with the other side.
        """
        sides = [self._of_peer, self._of_ours]
        took = [side(write_ddi(self.count, self.folder)) for side in (sides if number % 2 == 0 else sides[::-1])]
        return took[0] | took[1]

    def _of_peer(self, _catalogue: Path) -> dict[str, Took]:
        forget(self.peer.url, f"{INDICES},{THEMES}")
        return {"peer, first": self._indexed(), "peer, unchanged": self._indexed()}

    def _of_ours(self, catalogue: Path) -> dict[str, Took]:
        forget(self.peer.url, OURS)
        with tempfile.TemporaryDirectory(prefix="study-index-") as state:
            environ, log = environment(self.peer.url, Path(state, "state")), Path(state, "log")
            took = {
                name: self._run(catalogue, log, environ) for name in ("study-index, first", "study-index, unchanged")
            }
            write_ddi(self.count, self.folder, CHANGED)
            return {**took, f"study-index, {CHANGED} changed": self._run(catalogue, log, environ)}

    def _run(self, catalogue: Path, log: Path, environ: dict[str, str]) -> Took:
        done = run_in_process(catalogue, log, environ)
        if (live := done.report["live"]) != self.count:
            raise SystemExit(f"{self.count} files were run, and {live} are live")
        return Took(done.seconds, done.whole)

    def _indexed(self) -> Took:
        took = self.peer.run(self.folder, self.folder / "peer.log")
        if (indexed := self.peer.documents()) < self.count:
            raise SystemExit(f"The indexer read {self.count} files, and indexed {indexed} documents")
        return took


def measure(sides: Sides, rounds: int) -> dict[str, list[Took]]:
    """What each run took, by round; round 0 is not counted."""
    found: dict[str, list[Took]] = {}
    for number in range(rounds + 1):
        for name, took in sides.round(number).items():
            if number:
                found.setdefault(name, []).append(took)
            note(f"round {number} of {rounds}: {name}: {took.own:.1f} s, whole process {took.whole:.1f} s")
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=3000, metavar="N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--heap", default=HEAP, help="of the indexer")
    parser.add_argument("--jar", default=os.environ.get("PEER_JAR"))
    parser.add_argument("--java", default=os.environ.get("PEER_JAVA", "java"))
    parser.add_argument("--elasticsearch", default=os.environ.get("PEER_ELASTICSEARCH"), metavar="URL")
    given = parser.parse_args()
    if not given.jar or not given.elasticsearch:
        parser.error(
            "name the indexer's jar (--jar or PEER_JAR) and its Elasticsearch (--elasticsearch or PEER_ELASTICSEARCH)"
        )
    return given


def main() -> int:
    """Measure, and print the table."""
    given = _arguments()
    peer = Peer(Path(given.jar), given.java, given.elasticsearch, given.heap)
    with tempfile.TemporaryDirectory(prefix="study-index-") as folder:
        found = measure(Sides(peer, Path(folder), given.records), given.rounds)
        forget(given.elasticsearch, f"{OURS},{INDICES},{THEMES}")
        with connect(given.elasticsearch) as client:
            of_server: dict[str, Any] = server(client)
    median: Callable[[list[float]], float] = statistics.median
    medians = {
        name: Took(median([each.own for each in took]), median([each.whole for each in took]))
        for name, took in found.items()
    }
    rates = {name: [given.records / each for each in took] for name, took in medians.items()}
    rows = [(name, *map(round, rates[name]), *(f"{took:.1f}" for took in medians[name])) for name in sorted(rates)]
    show(
        "DDI files: study-index and the CESSDA indexer",
        ("run", "records/s", "records/s, whole process", "seconds", "seconds, whole process"),
        rows,
        {
            "records": given.records,
            "rounds": given.rounds,
            "seconds": {name: [*took] for name, took in medians.items()},
        },
        server=of_server,
        heap=given.heap,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
