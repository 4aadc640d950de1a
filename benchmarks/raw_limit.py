"""The index stage against what the same Elasticsearch takes at most: `python -m benchmarks.raw_limit`.

The limit is that of a client that does nothing but send: bodies made beforehand, over connections that stay open, in 1,
2, 4 or 8 threads. Against it stand, with the same documents and the same settings of the index,

- `writer`: the bulk writer, with documents in memory;
- `load stage`: the stage of a run, which reads the documents from staging and keeps account of each.

All sides are measured in each round, one after the other; shown are medians. `server` is the CPU time of Elasticsearch
for a document, `client` that of this process: other work on the machine disturbs these less than the rates.
"""

from __future__ import annotations

import argparse
import http.client
import os
import queue
import statistics
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import orjson
from elasticsearch import Elasticsearch

from benchmarks.generated import write_ndjson
from benchmarks.machine import note, server, show
from benchmarks.memory import cpu_seconds
from benchmarks.nodes import HEAP, own_node, process_of
from pipeline.catalogue import load as load_catalogue
from pipeline.index.bulk import MAX_ITEMS, Write, write
from pipeline.index.client import connect
from pipeline.index.generations import LOADING
from pipeline.index.lifecycle import retire
from pipeline.index.mapping import put_template
from pipeline.run.context import Context
from pipeline.run.fetch import fetch
from pipeline.run.load import load
from pipeline.run.plan import plan
from pipeline.run.results import ProcessResult
from pipeline.run.runner import new_run_id
from pipeline.run.workers import process_parts
from pipeline.staging.kinds import Kind

CONNECTIONS = (1, 2, 4, 8)
WARM = 60_000
"""Documents before the first round: Java compiles what it runs often."""
SCRATCH = "studies.benchmark.scratch"


class Cost(NamedTuple):
    """Documents a second, and CPU microseconds a document of Elasticsearch and of this process."""

    rate: float
    server: float
    client: float


class Loading:
    """One Elasticsearch, and the documents that it is given in several ways."""

    def __init__(self, client: Elasticsearch, url: str, writes: Sequence[Write]) -> None:
        self.client = client
        self.writes = writes
        self._address = urlsplit(url)
        self._server = process_of(url)

    def cost(self, work: Callable[[], object]) -> Cost:
        """What it takes to load all documents once."""
        of_server, own, start = cpu_seconds(self._server), time.process_time(), time.perf_counter()
        work()
        count = len(self.writes)
        return Cost(
            count / (time.perf_counter() - start),
            1e6 * (cpu_seconds(self._server) - of_server) / count,
            1e6 * (time.process_time() - own) / count,
        )

    def by_writer(self) -> Cost:
        """With the bulk writer."""
        with self._index():
            return self.cost(lambda: _refuse_refusals(self.client, self.writes))

    def by_raw_client(self, connections: int) -> Cost:
        """With a client that only sends."""
        bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        for start in range(0, len(self.writes), MAX_ITEMS):
            bodies.put(_body(self.writes[start : start + MAX_ITEMS]))
        threads = [threading.Thread(target=self._send, args=(bodies,)) for _ in range(connections)]

        def work() -> None:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        with self._index():
            return self.cost(work)

    def _send(self, bodies: queue.SimpleQueue[bytes]) -> None:
        connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port)
        while not bodies.empty():
            try:
                body = bodies.get_nowait()
            except queue.Empty:
                break
            path, headers = f"/{SCRATCH}/_bulk?filter_path=errors", {"Content-Type": "application/x-ndjson"}
            connection.request("POST", path, body, headers)
            answer = connection.getresponse().read()
            if answer != b'{"errors":false}':
                raise SystemExit(f"Elasticsearch refused documents: {answer[:200]!r}")
        connection.close()

    @contextmanager
    def _index(self) -> Iterator[None]:
        """An empty index with the settings with which a run loads."""
        self.client.indices.delete(index=SCRATCH, ignore_unavailable=True)
        self.client.indices.create(index=SCRATCH, settings={"index": LOADING})
        yield
        self.client.indices.delete(index=SCRATCH)


def _refuse_refusals(client: Elasticsearch, writes: Sequence[Write]) -> None:
    for refusal in write(client, SCRATCH, writes):
        raise SystemExit(f"Elasticsearch refused {refusal.id}: {refusal.reason}")


def _body(writes: Sequence[Write]) -> bytes:
    return b"".join(b'{"index":{"_id":%b}}\n%b\n' % (orjson.dumps(item.id), item.source or b"") for item in writes)


@contextmanager
def planned(catalogue: Path, client: Elasticsearch) -> Iterator[tuple[Context, Sequence[int]]]:
    """A run that is ready to load its parts; what it made is removed afterwards."""
    context = Context(load_catalogue(catalogue), new_run_id(), client)
    with context.working_on("run"):
        fetched = fetch(context)
        for _ in process_parts(context, fetched):
            pass
        plan(context)
        yield context, fetched.parts
    retire(client, context.catalogue.name)


def documents(context: Context, parts: Sequence[int]) -> list[Write]:
    """The documents that the stage loads."""
    lines = (
        line
        for part in parts
        for line in ProcessResult.of_part(context.staging, part).lines(context.staging, Kind.READY)
    )
    return [Write(orjson.loads(line)["uuid"], line) for line in lines]


def measure(url: str, catalogue: Path, rounds: int) -> tuple[dict[str, list[Cost]], dict[str, float]]:
    """The costs of each side by round, and what compression would cost and save."""
    found: dict[str, list[Cost]] = {}
    with connect(url) as client:
        put_template(client)
        for number in range(rounds):
            with planned(catalogue, client) as (context, parts):
                loading = Loading(client, url, documents(context, parts))
                if number == 0:
                    note("warming up")
                    loading.by_writer()
                for connections in CONNECTIONS:
                    found.setdefault(f"raw, {connections}", []).append(loading.by_raw_client(connections))
                found.setdefault("writer", []).append(loading.by_writer())
                stage = loading.cost(lambda: [load(context, part) for part in parts])
                found.setdefault("load stage", []).append(stage)
            note(f"round {number + 1} of {rounds}")
        return found, _compressed(loading.writes[:MAX_ITEMS])


def _compressed(writes: Sequence[Write]) -> dict[str, float]:
    """What it costs to compress requests, and the share of bytes that are left."""
    body = _body(writes)
    start = time.process_time()
    small = zlib.compress(body, 1)
    return {
        "microseconds a document": 1e6 * (time.process_time() - start) / len(writes),
        "bytes a document": len(body) / len(writes),
        "left": len(small) / len(body),
    }


def _place(side: str) -> tuple[bool, str]:
    return not side.startswith("raw"), side[::-1]


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--heap", default=HEAP, help="of Elasticsearch")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="study-index-") as folder, own_node(arguments.heap) as url:
        os.environ |= {"STUDY_INDEX_HOME": f"{folder}/state", "ELASTICSEARCH_URL": url}
        catalogue = write_ndjson(arguments.documents, Path(folder, "records.ndjson"))
        found, compressed = measure(url, catalogue, arguments.rounds)
        with connect(url) as client:
            about = server(client)
    medians = {
        side: Cost(*map(statistics.median, zip(*found[side], strict=True))) for side in sorted(found, key=_place)
    }
    limit = max(cost.rate for side, cost in medians.items() if side.startswith("raw"))
    rows = [
        (side, round(cost.rate), f"{cost.rate / limit:.2f}", cost.server, cost.client) for side, cost in medians.items()
    ]
    show(
        "Index stage against the raw limit",
        ("side", "documents/s", "of the limit", "server µs", "client µs"),
        rows,
        {"documents": arguments.documents, "sides": {side: cost._asdict() for side, cost in medians.items()}},
        server=about,
        compression=compressed,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
