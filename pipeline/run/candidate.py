"""The candidate generation of a run: a clone of what is live, or empty where live documents would not fit into it."""

from __future__ import annotations

import orjson

from pipeline.errors import FailError, RetryError
from pipeline.index import lookup
from pipeline.index.bulk import Write, write
from pipeline.index.generations import Generation, create_clone, create_empty, delete, index_name, known_and_live
from pipeline.index.mapping import put_template, refuse_other_mapping, template_digest
from pipeline.index.meta import GenerationMeta
from pipeline.index.states import KEPT, state
from pipeline.model.document import SCHEMA_VERSION
from pipeline.model.moments import timestamp
from pipeline.run.context import Context, under_lease
from pipeline.run.embed import has_other_vectors
from pipeline.run.fetched import FetchResult
from pipeline.run.rebuild import index_differences
from pipeline.run.results import EarlyCandidate, FinishResult
from pipeline.staging.store import Staging

NUMBERS = 5
"""Numbers that are tried for the candidate: one that another run took meanwhile is passed over."""


def starts_empty(live: Generation | None) -> bool:
    """Whether a candidate has to start empty: nothing is live, or its mapping or schema is another one."""
    return live is None or bool(index_differences(live))


def asks_for_everything(context: Context, fetched: FetchResult) -> bool:
    """Whether the run can make all documents anew."""
    return fetched.mode == "full" and fetched.snapshot and not context.options.is_partial


def make_early_candidate(context: Context, fetched: FetchResult) -> None:
    """Make the candidate before anything is processed, where it starts empty: documents are loaded as they are made."""
    if fetched.fetched and (fetched.live is None or asks_for_everything(context, fetched)):
        _make_early_candidate(context, fetched)


@under_lease
def _make_early_candidate(context: Context, fetched: FetchResult) -> None:
    known, live = known_and_live(context.client, context.catalogue.name)
    if live is None or (starts_empty(live) and asks_for_everything(context, fetched)):
        number = make_candidate(context, known, live, fetched, start_empty=True)
        index = index_name(context.catalogue.name, number)
        EarlyCandidate(number=number, index=index).stage(context.staging)


def early_candidate(staging: Staging, known: list[Generation]) -> EarlyCandidate | None:
    """The candidate that was made early, if it is still being built; None where there is none."""
    if not EarlyCandidate.is_staged(staging) or FinishResult.is_staged(staging):
        return None
    found = EarlyCandidate.staged(staging)
    mine = (item for item in known if item.number == found.number and item.meta.run_id == staging.run_id)
    return found if any(item.meta.state == "building" for item in mine) else None


def make_candidate(
    context: Context, known: list[Generation], live: Generation | None, fetched: FetchResult, *, start_empty: bool
) -> int:
    """Make the candidate and return its number; what an earlier try of this very run left is deleted.

    Raises:
        RetryError: other runs make generations of the catalogue at this moment.
    """
    put_template(context.client)
    delete_earlier(context, known, live)
    name = context.catalogue.name
    meta = _meta(context, live, fetched)

    def make(number: int) -> bool:
        if live is None or start_empty:
            is_made = create_empty(context.client, name, number, meta)
            if is_made:
                refuse_other_mapping(context.client, index_name(name, number))
            return is_made
        if has_other_vectors(live):
            return create_empty(context.client, name, number, meta) and _copied(context, live, index_name(name, number))
        return create_clone(context.client, live, number, meta)

    first = max((item.number for item in known), default=0) + 1
    for number in range(first, first + NUMBERS):
        if make(number):
            return number
    raise RetryError(
        f"{name}: other runs made {index_name(name, first)} and the {NUMBERS - 1} after it at this moment. "
        "Run one run of a catalogue at a time."
    )


def _copied(context: Context, live: Generation, index: str) -> bool:
    """Copy the live documents into an empty index, without their vectors: those of another model do not fit there."""
    client, done = context.client, 0
    uuids = (old.uuid for old in lookup.all_documents(client, live.index))
    for batch in lookup.batches(lookup.sources(client, live.index, uuids), lookup.PAGE):
        for refusal in write(client, index, (Write(uuid, orjson.dumps(source)) for uuid, source in batch)):
            raise FailError(f"Elasticsearch refused a copy of the live document {refusal.id}: {refusal.reason}")
        done += len(batch)
        context.progress("plan", done, None)
    return True


def delete_earlier(context: Context, known: list[Generation], live: Generation | None) -> None:
    """Delete the candidates that earlier tries of this very run left."""
    mine = (item for item in known if item.meta.run_id == context.run_id)
    delete(context.client, (item for item in mine if state(item, live) not in KEPT))


def made_anew(live: Generation | None, fetched: FetchResult) -> bool:
    """Whether the run looks at every record, so that all documents are what the present catalogue file makes them."""
    return live is None or (fetched.mode == "full" and fetched.is_full_snapshot)


def _meta(context: Context, live: Generation | None, fetched: FetchResult) -> GenerationMeta:
    """What the candidate knows of itself at first; `publish` adds what the run brought."""
    # Live documents that are taken over as they are keep what they were made with: the next run may have to be full.
    taken_over = None if live is None or made_anew(live, fetched) else live.meta
    return GenerationMeta(
        catalogue=context.catalogue.name,
        run_id=context.run_id,
        state="building",
        made_at=timestamp(),
        previous=live.number if live else None,
        watermark=live.meta.watermark if live else None,
        not_received=live.meta.not_received if live else 0,
        schema_version=taken_over.schema_version if taken_over else SCHEMA_VERSION,
        mapping=template_digest(),
        vector_model=live.meta.vector_model if live and not has_other_vectors(live) else None,
        catalogue_keys=taken_over.catalogue_keys if taken_over else fetched.catalogue_keys,
        corrections=live.meta.corrections if live else {},
        history=live.meta.history if live else (),
        decisions=live.meta.decisions if live else (),
    )
