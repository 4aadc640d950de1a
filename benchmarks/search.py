"""Measures how long a search takes among many invented documents, and checks each of its counts.

    python -m benchmarks.search [--documents N] [--catalogues N …] [--rounds N] [--heap SIZE] [--keep] [--json]

For each number of catalogues, a light Elasticsearch of its own gets N documents (`benchmarks.invented_documents`), one
index a catalogue, made and finalised as a run does. Then each question of `QUESTIONS` is asked through
`pipeline.index.search`, with counts for all facets and Elasticsearch's request cache off. Printed is the median over
the rounds, in milliseconds from the call to the answer. The generator knows the true counts: the first answer that
differs from them ends the measurement with a message and exit code 1.

The data are in `benchmark-search` in the state folder, and are deleted in the end, unless `--keep` is given: the next
measurement of as many documents and catalogues then needs no minutes for loading. `--url` names an Elasticsearch to
use instead, which must have no live catalogues, or those that an earlier measurement left there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import orjson
from elasticsearch import Elasticsearch

from benchmarks.invented_documents import Draw, catalogues, check, counted, document, draw, true_counts
from benchmarks.machine import machine, note, server
from pipeline import settings
from pipeline.errors import FailError
from pipeline.index.bulk import Write, write
from pipeline.index.client import connect
from pipeline.index.generations import ALIAS, create_empty, finalise, generations, index_name, live_documents, swap
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from pipeline.local.light_node import LightNode, default_home
from pipeline.search.finding import search
from pipeline.search.question import Answer, Question
from pipeline.search.showing import show

QUESTIONS = {
    "everything": Question(),
    "text, two filters": Question(text="quivarn", filters={"sex": ["all"], "country_codes": ["GB", "US"]}),
    "common text, two filters": Question(text="zyxomul", filters={"access": ["open"]}, ranges={"years": (1990, 2010)}),
    "rare text": Question(text="ohmblet"),
    "three filters": Question(
        filters={"topics": ["Demography"], "resource_type": ["dataset"]}, ranges={"age_lower": (10, 20)}
    ),
    "newest, or unknown": Question(filters={"language_codes": ["de"]}, or_unknown=("language_codes",), sort="newest"),
}
"""The questions that are asked, each with counts for all facets."""

BLOCK = 5000
"""Documents that are made and sent together."""


class Timing(NamedTuple):
    """Milliseconds of one question among documents in so many catalogues."""

    question: str
    catalogues: int
    total: int
    median: float
    longest: float


@contextmanager
def node(documents: int, number: int, heap: str, *, vectors: bool, keep: bool) -> Iterator[str]:
    """URL of a light Elasticsearch whose data are those of this measurement."""
    home = settings.home() / "benchmark-search" / f"{documents}-in-{number}{'-with-vectors' if vectors else ''}"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "server").exists() and (default_home() / "server").exists():
        (home / "server").symlink_to(default_home() / "server")
    light = LightNode(home, heap=heap, progress=note)
    try:
        yield light.start()
    finally:
        light.stop()
        if not keep:
            shutil.rmtree(home / "data", ignore_errors=True)


def load(url: str, owned: dict[str, range], *, vectors: bool) -> None:
    """Make the documents of each catalogue live, unless they are.

    Raises:
        FailError: other documents are live.
    """
    client = connected(url)
    if live := live_documents(client):
        if live != {index_name(name, 1): len(numbers) for name, numbers in owned.items()}:
            raise FailError(f"{url} has other documents in its alias {ALIAS}: name an Elasticsearch without live ones")
        return
    put_template(client)
    for name in owned:
        create_empty(client, name, 1, GenerationMeta())
    blocks = [
        (url, name, range(first, min(first + BLOCK, numbers.stop)), vectors)
        for name, numbers in owned.items()
        for first in range(numbers.start, numbers.stop, BLOCK)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(_load_block, blocks), start=1):
            if done % 20 == 0:
                note(f"{done} of {len(blocks)} blocks of documents are loaded.")
    for name in owned:
        finalise(client, index_name(name, 1))
        with working_on(client, name, "benchmark"):
            (generation,) = generations(client, name)
            swap(client, generation, None)


def _load_block(block: tuple[str, str, range, bool]) -> None:
    url, name, numbers, vectors = block
    made = (document(number, draw(number, name), vectors=vectors) for number in numbers)
    writes = (Write(fields["uuid"], orjson.dumps(fields)) for fields in made)
    for refusal in write(connected(url), index_name(name, 1), writes):
        raise FailError(f"Elasticsearch refused an invented document: {refusal.reason}")


def connected(url: str) -> Elasticsearch:
    """A client as the pipeline has it."""
    return connect(url)


def truth(owned: dict[str, range]) -> Counter[Draw]:
    """How many documents have each draw."""
    return counted(iter(owned.items()))


def measure(client: Elasticsearch, documents: Counter[Draw], number: int, rounds: int) -> Iterator[Timing]:
    """Ask each question in each round, after two that are not timed; then time `show`."""
    for name, question in QUESTIONS.items():
        check_counts(name, search(client, question), true_counts(documents, question))
    times: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    answers: dict[str, Answer] = {}
    for _ in range(rounds + 2):
        for name, question in QUESTIONS.items():
            start = time.perf_counter()
            answers[name] = search(client, question)
            times[name].append((time.perf_counter() - start) * 1000)
    for name, of_one in times.items():
        yield Timing(name, number, answers[name].total, statistics.median(of_one[2:]), max(of_one[2:]))
    shown = []
    for _ in range(rounds + 2):
        start = time.perf_counter()
        show(client, answers["everything"].hits[0]["harmony_id"])
        shown.append((time.perf_counter() - start) * 1000)
    yield Timing("show", number, 1, statistics.median(shown[2:]), max(shown[2:]))


def check_counts(name: str, answer: Answer, true: tuple[int, dict[str, dict[str, int]], dict[str, int]]) -> None:
    """Compare the counts of an answer with the true ones.

    Raises:
        FailError: one differs.
    """
    total, facets, unknown = true
    if answer.total != total:
        raise FailError(f"{name}: {answer.total} documents instead of {total}")
    for field, counts in facets.items():
        if answer.facets[field] != counts or answer.unknown[field] != unknown[field]:
            found = {value: number for value, number in answer.facets[field].items() if counts.get(value) != number}
            wanted = {value: number for value, number in counts.items() if answer.facets[field].get(value) != number}
            raise FailError(
                f"{name}: of the facet {field}, {answer.unknown[field]} documents are unknown instead of "
                f"{unknown[field]}; values that differ are {found} instead of {wanted}"
            )


def main() -> int:
    """Prints a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200_000, metavar="N")
    parser.add_argument("--catalogues", type=int, nargs="+", default=[1], metavar="N", help="numbers of catalogues")
    parser.add_argument("--vectors", action="store_true", help="documents have vectors, and hybrid questions are asked")
    parser.add_argument(
        "--rounds", type=int, default=15, metavar="N", help="times that each question is asked; 0: load only"
    )
    parser.add_argument("--heap", default="3g", help="Java heap of the light Elasticsearch (default: 3g)")
    parser.add_argument("--url", help="an Elasticsearch to use instead of a light one")
    parser.add_argument("--keep", action="store_true", help="keep the data for the next measurement")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    arguments = parser.parse_args()
    check()
    timings: list[Timing] = []
    about: dict[str, Any] = {}
    for number in arguments.catalogues:
        owned = catalogues(number, arguments.documents)
        with _node(arguments, number) as url:
            load(url, owned, vectors=arguments.vectors)
            client = connected(url)
            client.indices.put_settings(index=ALIAS, settings={"index.requests.cache.enable": False})
            about = {"machine": machine(), "server": server(client)}
            timings += measure(client, truth(owned), number, arguments.rounds)
    figures = {"documents": arguments.documents, **about, "milliseconds": [timing._asdict() for timing in timings]}
    print(orjson.dumps(figures).decode() if arguments.json else _as_markdown(timings))
    return 0


@contextmanager
def _node(arguments: argparse.Namespace, number: int) -> Iterator[str]:
    if arguments.url:
        yield arguments.url
    else:
        with node(arguments.documents, number, arguments.heap, vectors=arguments.vectors, keep=arguments.keep) as url:
            yield url


def _as_markdown(timings: list[Timing]) -> str:
    rows = ["| question | catalogues | documents found | median ms | longest ms |", "|---|--:|--:|--:|--:|"]
    rows += [
        f"| {one.question} | {one.catalogues} | {one.total:,} | {one.median:.1f} | {one.longest:.1f} |"
        for one in timings
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
