"""Embed: the documents of the candidate that have no vector of the present model get one.

A vector that was made before is taken from staging (`pipeline.staging.vector_cache`). A model that goes away in the
middle ends no run: what it gave is kept, the other documents go live without a vector, and the next run makes theirs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import orjson
from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError
from pipeline.index import lookup
from pipeline.index.bulk import Write, write
from pipeline.index.client import ask
from pipeline.index.generations import Generation, count, generations, write_meta
from pipeline.meaning.embedding import Embedder, embedder, model_name, study_vectors
from pipeline.meaning.text import FIELDS, text_of
from pipeline.meaning.vectors import numbers_of, vector_of
from pipeline.run.context import Context, Stopwatch, under_lease
from pipeline.run.load import finish
from pipeline.run.results import EmbedResult, PlanResult
from pipeline.staging.vector_cache import PLACES, Place, VectorCache

BATCHES = 4
"""Batches of a model whose texts are looked at together, so that those of one length can be given to it together."""

REFUSED_ALL = 10
"""Texts one after the other that a model refuses before it is not asked any more: then it is not about a text."""

SAVED_EVERY = 60.0
"""Seconds after which vectors are saved that were made: no more is lost if the run is killed."""

Lacking = tuple[str, str | None]
"""uuid and text of a document without a vector; no text where it has too little."""


def should_make_vectors(context: Context, live: Generation) -> bool:
    """Whether a run that changes no document has to make vectors, and can: of live documents that have none so far.

    Raises:
        UsageError: the setting `embeddings` cannot be used.
    """
    model = embedder()
    if model is None or context.options.is_partial:
        return False
    return bool(lookup.without_vector(context.client, live.index, model_name(model))) and _problem_of(model) is None


def has_other_vectors(live: Generation) -> bool:
    """Whether its documents have vectors of another model than the present one: both do not fit into one index."""
    model = embedder()
    return model is not None and live.meta.vector_model not in {None, model_name(model)}


@under_lease
def embed(context: Context) -> EmbedResult | None:
    """Give the documents of the candidate their vectors; None where the setting `embeddings` is absent.

    Raises:
        UsageError: the setting cannot be used.
    """
    model = embedder()
    if model is None:
        return None
    stopwatch = Stopwatch()
    plan = PlanResult.staged(context.staging)
    name = model_name(model)
    counts: Counter[str] = Counter()
    problem = None
    if plan.index:
        finish(context, plan)
        ask(lambda: context.client.indices.refresh(index=plan.index))
        made = _Making(context, plan.index, model)
        for refusal in write(context.client, plan.index, made.writes()):
            made.problem = made.problem or f"Elasticsearch refused the vector of {refusal.id}: {refusal.reason}"
        ask(lambda: context.client.indices.refresh(index=plan.index))
        counts, problem = made.counts, made.problem or made.refusal
        _note_model(context, plan, name)
    index = plan.index or plan.live_index
    missing = lookup.without_vector(context.client, index, name) if index else 0
    if missing and not plan.index:
        problem = _problem_of(model)
    return EmbedResult(
        plan_id=plan.plan_id,
        model=name,
        made=counts["made"],
        reused=counts["reused"],
        too_short=counts["too_short"],
        missing=missing,
        problem=problem,
        seconds=stopwatch.seconds,
    ).stage(context.staging)


def _problem_of(model: Embedder) -> str | None:
    """Why a model gives no vectors at this moment; None where it does."""
    try:
        model.query("study")
    except (RetryError, FailError) as error:
        return str(error)
    return None


def _note_model(context: Context, plan: PlanResult, name: str) -> None:
    """Let `_meta` of the candidate name the model; vectors of models that nothing is live of are removed."""
    known = generations(context.client, context.catalogue.name)
    for candidate in (item for item in known if item.number == plan.generation):
        write_meta(context.client, candidate.index, candidate.meta.replaced(vector_model=name))
    others = (item.meta.vector_model for item in known)
    VectorCache(context.catalogue.name, name).remove_others(*filter(None, others))


class _Making:
    """Makes the vectors that the documents of an index lack."""

    def __init__(self, context: Context, index: str, model: Embedder) -> None:
        self.counts: Counter[str] = Counter()
        self.problem: str | None = None
        """Why the model is not asked any more."""
        self.refusal: str | None = None
        """Why it refused a text."""
        self._refused = 0
        self._context = context
        self._index = index
        self._model = model
        self._name = model_name(model)
        self._cache = VectorCache(context.catalogue.name, self._name)

    def writes(self) -> Iterator[Write]:
        """What the documents get, by uuid."""
        client, index = self._context.client, self._index
        total = lookup.without_vector(client, index, self._name)
        per_place = count(client, index) // len(PLACES) + 1
        lacking = _lacking(client, index, self._name)
        for _, documents in groupby(lacking, key=lambda item: item[0][0]):
            first = next(documents)
            with self._cache.place(first[0], per_place) as place:
                saved = time.monotonic()
                for batch in lookup.batches(_with_first(first, documents), BATCHES * self._model.batch):
                    yield from self._of_batch(batch, place)
                    if time.monotonic() - saved > SAVED_EVERY:
                        place.save(per_place)
                        saved = time.monotonic()
                    self._context.progress("embed", self.counts.total(), total)

    def _of_batch(self, batch: list[Lacking], place: Place) -> Iterator[Write]:
        to_make: list[tuple[str, str, str]] = []
        for uuid, text in batch:
            of = vector_of(text, self._name)
            if text is None:
                yield self._write(uuid, of, None, "too_short")
            elif (found := place.get(of)) is not None:
                yield self._write(uuid, of, found, "reused")
            else:
                to_make.append((uuid, of, text))
        made = self._made([text for _, _, text in to_make])
        for (uuid, of, _), vector in zip(to_make, made, strict=True):
            if vector is None:
                self.counts["missing"] += 1
            else:
                place.add(of, vector)
                yield self._write(uuid, of, vector, "made")

    def _write(self, uuid: str, of: str, vector: bytes | None, counted: str) -> Write:
        self.counts[counted] += 1
        fields = {"vector_of": of, "vector_model": self._name} | ({"vector": numbers_of(vector)} if vector else {})
        return Write(uuid, orjson.dumps(fields), part=True)

    def _made(self, texts: list[str]) -> list[bytes | None]:
        """The vectors of texts; None of each that the model did not give."""
        if not texts or self.problem:
            return [None] * len(texts)
        try:
            return [*study_vectors(self._model, texts)]
        except RetryError as error:
            self.problem = str(error)
        except FailError as error:
            return self._one_by_one(texts, error)
        return [None] * len(texts)

    def _one_by_one(self, texts: list[str], error: FailError) -> list[bytes | None]:
        """The same, of texts together with which the model refused one: of these, it is asked for each alone."""
        found: list[bytes | None] = []
        for text in texts:
            vector = None
            if not self.problem:
                try:
                    (vector,) = study_vectors(self._model, [text])
                    self._refused = 0
                except FailError:
                    self._refused += 1
                except RetryError as away:
                    self.problem = str(away)
            if self._refused >= REFUSED_ALL:
                self.problem = self.problem or str(error)
            found.append(vector)
        self.refusal = self.refusal or str(error)
        return found


def _with_first(first: Lacking, others: Iterator[Lacking]) -> Iterator[Lacking]:
    yield first
    yield from others


def _lacking(client: Elasticsearch, index: str, model: str) -> Iterator[Lacking]:
    """The documents without a vector of a model, in the order of their uuid."""
    for uuid, source in lookup.to_embed(client, index, model, FIELDS):
        yield uuid, text_of(source)
