"""Measures how long a search takes among many invented documents, and checks each of its counts.

    python -m benchmarks.search [--documents N] [--catalogues N …] [--vectors] [--rounds N] [--heap SIZE] [--keep]
        [--url URL] [--json]

For each number of catalogues, a light Elasticsearch of its own gets N documents (`benchmarks.invented_documents`), one
index a catalogue, made and finalised as a run does. Then each question of `QUESTIONS` is asked through
`pipeline.index.search`, with counts for all facets and Elasticsearch's request cache off. Printed is the median over
the rounds, in milliseconds from the call to the answer. The generator knows the true counts: the first answer that
differs from them ends the measurement with a message and exit code 1. With `--vectors`, documents have vectors, and
questions with a vector are asked, too; how long the local model takes to make one is printed apart.

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
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson
from elasticsearch import Elasticsearch

from benchmarks.invented_documents import Draw, catalogues, check, counted, document, draw, true_counts
from benchmarks.invented_texts import MODEL, vector
from benchmarks.machine import machine, note, server
from pipeline import settings
from pipeline.errors import FailError, UsageError
from pipeline.index.bulk import Write, write
from pipeline.index.client import connect
from pipeline.index.generations import ALIAS, create_empty, finalise, generations, index_name, live_documents, swap
from pipeline.index.leases import working_on
from pipeline.index.mapping import put_template
from pipeline.index.meta import GenerationMeta
from pipeline.index.segments import few_of, merge_soon, number_of
from pipeline.local.light_node import LightNode, default_home
from pipeline.meaning.local import LocalEmbedder
from pipeline.search import facets_on_request, finding, synonyms
from pipeline.search.facet_counts import COUNTED
from pipeline.search.finding import search
from pipeline.search.hybrid import Meaning, meaning_of
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

ON_REQUEST = Question(facets=(*COUNTED, *facets_on_request.ON_REQUEST))
"""Everything, with counts for the facets that are counted on request, too; these are not checked."""

BY_MEANING = {
    "rare text": Question(text="ohmblet"),
    "text": Question(text="quivarn"),
    "text, two filters": Question(text="quivarn", filters={"sex": ["all"], "country_codes": ["GB", "US"]}),
    "common text": Question(text="zyxomul"),
    "several words": Question(text="zyxomul quivarn ohmblet"),
}
"""Questions that are asked by words alone, and by words and meaning."""

BLOCK = 5000
"""Documents that are made and sent together."""


WARM_UP = 10
"""Rounds before those that are timed: an Elasticsearch that has just started still compiles what it runs."""


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
        create_empty(client, name, 1, GenerationMeta(vector_model=MODEL if vectors else None))
    blocks = [
        (url, name, range(first, min(first + BLOCK, numbers.stop)), vectors)
        for name, numbers in owned.items()
        for first in range(numbers.start, numbers.stop, BLOCK)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done, _ in enumerate(pool.map(_load_block, blocks), start=1):
            if done % 20 == 0:
                note(f"{done} of {len(blocks)} blocks of documents are loaded.")
    for name, numbers in owned.items():
        with working_on(client, name, "benchmark"):
            finalise(client, index_name(name, 1))
            _merge(client, index_name(name, 1), len(numbers))
            (generation,) = generations(client, name)
            swap(client, generation, None)


def _merge(client: Elasticsearch, index: str, documents: int) -> None:
    note(f"The segments of {index} are merged.")
    merge_soon(client, index, whole=True)
    while number_of(client, index) > few_of(documents):
        time.sleep(1)
        client.indices.refresh(index=index)


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


def measure(
    client: Elasticsearch, documents: Counter[Draw], number: int, rounds: int, *, vectors: bool
) -> Iterator[Timing]:
    """Ask each question in each round, after some that are not timed; then time `show`."""
    synonyms.KEPT_FOR = 0.0  # as if each text was asked for the first time
    questions = asked(vectors=vectors)
    for name, question in questions.items():
        if question is not ON_REQUEST:
            check_counts(name, client, documents, question)
    times: dict[str, list[float]] = {name: [] for name in questions}
    answers: dict[str, Answer] = {}
    for _ in range(WARM_UP + rounds):
        for name, question in questions.items():
            with model(question):
                start = time.perf_counter()
                answers[name] = search(client, question)
                times[name].append((time.perf_counter() - start) * 1000)
    for name, of_one in times.items():
        yield Timing(name, number, answers[name].total, statistics.median(of_one[WARM_UP:]), max(of_one[WARM_UP:]))
    shown = []
    for _ in range(WARM_UP + rounds):
        start = time.perf_counter()
        show(client, answers["everything"].hits[0]["harmony_id"])
        shown.append((time.perf_counter() - start) * 1000)
    yield Timing("show", number, 1, statistics.median(shown[WARM_UP:]), max(shown[WARM_UP:]))


def asked(*, vectors: bool) -> dict[str, Question]:
    """The questions by name; with vectors, some of them by words, and by words and meaning."""
    both = {
        f"{name}, {how}": replace(question, vector=vector(question.text or "").hex() if how == "hybrid" else None)
        for name, question in BY_MEANING.items()
        for how in ("words", "hybrid")
    }
    return {**QUESTIONS, "everything, facets on request": ON_REQUEST, **(both if vectors else {})}


@contextmanager
def model(question: Question) -> Iterator[None]:
    """The settings of a model, for a question that has a vector; the model is never asked."""
    names = [settings.VARIABLES[name] for name in ("embeddings", "embeddings_model")]
    for name in names:
        os.environ.pop(name, None)
    if question.vector:
        os.environ |= dict(zip(names, ("http://model.invalid/v1", MODEL.partition(",")[0]), strict=True))
    yield


def check_counts(name: str, client: Elasticsearch, documents: Counter[Draw], question: Question) -> None:
    """Compare the counts of an answer with the true ones.

    Which documents are near is as the search found them, as Elasticsearch does not find quite the same ones each time.

    Raises:
        FailError: one differs, or a question with a vector finds nothing by meaning.
    """
    seen: list[Meaning] = []

    def recorded(*arguments: Any) -> Meaning:
        seen.append(meaning_of(*arguments))
        return seen[-1]

    with model(question), patch.object(finding, "meaning_of", recorded):
        answer = search(client, question)
    if question.vector and not (seen and seen[-1].cosines):
        raise FailError(f"{name}: nothing was found by meaning. Load the data anew: their vectors are of another model")
    near = draws_of(client, seen[-1].cosines) if seen else Counter()
    _compare(name, answer, true_counts(documents, question, near))


def draws_of(client: Elasticsearch, uuids: Iterable[str]) -> Counter[Draw]:
    """How many of these documents are of each draw."""
    wanted = [*uuids]
    found = client.search(
        index=ALIAS,
        query={"terms": {"uuid": wanted}},
        size=len(wanted),
        source=False,
        docvalue_fields=[{"field": "harmony_id"}],
    )
    identifiers = [hit["fields"]["harmony_id"][0].split("/") for hit in found["hits"]["hits"]]
    return Counter(draw(int(number), catalogue) for catalogue, number in identifiers)


def _compare(name: str, answer: Answer, true: tuple[int, dict[str, dict[str, int]], dict[str, int]]) -> None:
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


def embedding() -> float | None:
    """Median milliseconds in which the local model gives a question its vector; None where it is not installed."""
    try:
        local = LocalEmbedder()
    except UsageError:
        return None
    times = []
    for number in range(22):
        start = time.perf_counter()
        local.query(f"What factors influence voting behaviour in {2000 + number}?")
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[2:])


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
            if arguments.rounds:
                timings += measure(client, truth(owned), number, arguments.rounds, vectors=arguments.vectors)
    about["load_average"] = os.getloadavg()
    if arguments.vectors and (milliseconds := embedding()):
        about["embedding_milliseconds"] = milliseconds
    figures = {"documents": arguments.documents, **about, "milliseconds": [timing._asdict() for timing in timings]}
    print(orjson.dumps(figures).decode() if arguments.json else _as_markdown(timings))
    if not arguments.json:
        loads = ", ".join(f"{load:.1f}" for load in about["load_average"])
        print(f"\nLoad average (1, 5 and 15 minutes): {loads}")
    if (milliseconds := about.get("embedding_milliseconds")) and not arguments.json:
        print(
            f"The local model gives a question its vector in {milliseconds:.0f} ms; this comes on top of hybrid ones."
        )
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
