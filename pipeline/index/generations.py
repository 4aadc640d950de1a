"""Generations: one concrete index for each state of a catalogue that went live or may go live.

`studies.<catalogue>.<n>`; the alias `studies` covers the live generation of each catalogue, `studies.<catalogue>` that
of one. What a generation knows of itself is in its mapping's `_meta` (`pipeline.index.meta`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from elasticsearch import Elasticsearch
from pydantic import ValidationError

from pipeline.errors import FailError, RetryError
from pipeline.index.changing import change_settings, changed, remove_index
from pipeline.index.client import ask, made, once, retrying
from pipeline.index.leases import must_hold
from pipeline.index.meta import GenerationMeta

ALIAS = "studies"
LOADING: dict[str, Any] = {"auto_expand_replicas": False, "number_of_replicas": 0, "refresh_interval": "-1"}
SERVING: dict[str, Any] = {"auto_expand_replicas": "0-1", "refresh_interval": None, "blocks.write": True}

MOST_LIVE = 10_000
"""Catalogues of one index at most, for counts."""

_NAME = re.compile(rf"{ALIAS}\.(?P<catalogue>[a-z0-9-]+)\.(?P<number>\d+)")


@dataclass(frozen=True)
class Generation:
    """One generation as Elasticsearch has it."""

    catalogue: str
    number: int
    live: bool
    created: datetime
    meta: GenerationMeta
    fault: str | None
    """What study-index does to no index, so something else did it; None where there is nothing of the kind."""
    closed: bool
    """Whether something else closed the index: its documents cannot even be counted."""
    writable: bool
    """Whether it can be written to: it was never finalised, or was opened since."""

    @property
    def index(self) -> str:
        """Name of the concrete index."""
        return index_name(self.catalogue, self.number)


def index_name(catalogue: str, number: int) -> str:
    """`studies.<catalogue>.<n>`."""
    return f"{ALIAS}.{catalogue}.{number}"


def catalogue_of(index: str) -> str | None:
    """The catalogue that an index is a generation of; None where it is none."""
    match = _NAME.fullmatch(index)
    return match["catalogue"] if match else None


def own_alias(catalogue: str) -> str:
    """`studies.<catalogue>`: the alias of a catalogue's live generation."""
    return f"{ALIAS}.{catalogue}"


def generations(client: Elasticsearch, catalogue: str | None = None) -> list[Generation]:
    """The generations of a catalogue, or of all; by catalogue, then number. Closed ones are among them."""
    pattern, features = f"{ALIAS}.{catalogue or '*'}.*", "aliases,mappings,settings"
    answer = ask(lambda: client.indices.get(index=pattern, features=features, expand_wildcards="open,closed"))
    found = []
    for name, body in answer.items():
        if match := _NAME.fullmatch(name):
            owner, number = match["catalogue"], int(match["number"])
            meta = _meta(body["mappings"].get("_meta", {}), number)
            settings = body["settings"]["index"]
            created = datetime.fromtimestamp(int(settings["creation_date"]) / 1000, UTC)
            closed, writable = "verified_before_close" in settings, settings.get("blocks", {}).get("write") != "true"
            live, fault = ALIAS in body["aliases"], _fault(own_alias(owner), body["aliases"], closed=closed)
            found.append(Generation(owner, number, live, created, meta, fault, closed, writable))
    return sorted(found, key=lambda item: (item.catalogue, item.number))


def _fault(own: str, aliases: dict[str, Any], *, closed: bool) -> str | None:
    """What is wrong with an index and its aliases, as the end of a sentence."""
    if ALIAS in aliases and closed:
        return "is live and closed: open it"
    if own in aliases and ALIAS not in aliases:
        return f"has the alias {own} and not the alias {ALIAS}: put both on the generation that is to be live"
    return None


def _meta(fields: dict[str, Any], number: int) -> GenerationMeta:
    """The `_meta` of a generation; empty where it is another's, or not what the pipeline writes.

    A clone has the `_meta` of its source until its own is written. Where nothing is known of a live generation, the
    next run rebuilds it.
    """
    try:
        meta = GenerationMeta.model_validate(fields)
    except ValidationError:
        return GenerationMeta()
    return meta if meta.number == number else GenerationMeta()


def known_and_live(client: Elasticsearch, catalogue: str) -> tuple[list[Generation], Generation | None]:
    """The generations of a catalogue, and the one that readers see; None before the first run went live.

    Raises:
        FailError: something else than study-index changed what is live.
    """
    known = generations(client, catalogue)
    refuse_faults(known)
    return known, next((item for item in known if item.live), None)


def refuse_faults(known: list[Generation]) -> None:
    """Refuse to build on generations of which something else changed what is live.

    Raises:
        FailError: two of a catalogue are live, or one is not as the pipeline leaves it.
    """
    faults = [f"{item.index} {item.fault}" for item in known if item.fault]
    live = [item for item in known if item.live]
    faults += [
        f"{one.index} and {other.index} are both live: take the alias {ALIAS} off one of them"
        for one, other in pairwise(live)
        if one.catalogue == other.catalogue
    ]
    if faults:
        raise FailError(
            f"{'; '.join(faults)}. Something else than study-index did this, by the API of Elasticsearch; undo it "
            "there, or remove the catalogue (study-index retire NAME) and run it again. Nothing was changed."
        )


def live_generation(client: Elasticsearch, catalogue: str) -> Generation | None:
    """The generation that readers see; None before the first run went live."""
    return known_and_live(client, catalogue)[1]


def create_empty(client: Elasticsearch, catalogue: str, number: int, meta: GenerationMeta) -> bool:
    """Make an empty generation with the template's mapping, ready for loading; False where the number is taken."""
    name, meta = index_name(catalogue, number), meta.replaced(number=number)
    mappings = {"_meta": meta.as_json()}

    def make() -> None:
        changed(
            lambda: client.indices.create(index=name, settings={"index": LOADING}, mappings=mappings),
            lambda: "" if _read_meta(client, name) == meta else "it is not there, or another run made it",
            f"make {name}",
        )

    if not made(make):
        return False
    wait_for(client, name)
    change_settings(client, name, LOADING)
    return True


def create_clone(client: Elasticsearch, live: Generation, number: int, meta: GenerationMeta) -> bool:
    """Make a generation that starts as a copy of the live one; False where the number is taken.

    A copy by hard links: the live one is write-blocked. Where the answer is lost or acknowledges nothing, the number
    counts as taken if there is a copy then, as it does not show whose it is.

    Raises:
        FailError: the copy has another number of documents.
    """
    name = index_name(live.catalogue, number)
    change_settings(client, live.index, {"blocks.write": True})
    loading = {**LOADING, "blocks.write": None}

    def copy() -> None:
        if not client.indices.clone(index=live.index, target=name, settings={"index": loading})["acknowledged"]:
            raise RetryError(f"Elasticsearch was asked to copy {live.index} to {name}, and did not state that it did.")

    if not made(lambda: ask(copy)):
        return False
    wait_for(client, name)
    change_settings(client, name, loading)
    copied, there = count(client, name), count(client, live.index)
    if copied != there:
        raise FailError(
            f"{name} is a copy of {live.index} and has {copied} documents instead of {there}: look at the log of "
            "Elasticsearch, then run the catalogue again. Nothing that readers see has changed."
        )
    write_meta(client, name, meta.replaced(number=number))
    return True


def finalise(client: Elasticsearch, name: str) -> None:
    """Make a loaded generation fit for readers: searchable, replicated where the cluster can, closed for writing."""
    ask(lambda: client.indices.refresh(index=name))
    change_settings(client, name, SERVING)
    wait_for(client, name)


def open_for_writing(client: Elasticsearch, name: str) -> None:
    """Let a finalised generation be written to, until it is finalised again."""
    change_settings(client, name, {"blocks.write": None})


def write_meta(client: Elasticsearch, name: str, meta: GenerationMeta) -> None:
    """Replace `_meta` (a mapping update replaces all of it)."""
    changed(
        lambda: client.indices.put_mapping(index=name, meta=meta.as_json()),
        lambda: "" if _read_meta(client, name) == meta else "it is another one",
        f"write the _meta of {name}",
    )


def _read_meta(client: Elasticsearch, name: str) -> GenerationMeta | None:
    """The `_meta` of an index, whoever wrote it; None where there is none, or not what the pipeline writes."""
    answer = ask(lambda: client.indices.get_mapping(index=name, ignore_unavailable=True))
    if name not in answer:
        return None
    try:
        return GenerationMeta.model_validate(answer[name]["mappings"].get("_meta", {}))
    except ValidationError:
        return None


def swap(client: Elasticsearch, to: Generation, live: Generation | None) -> None:
    """Point the alias at a generation in one step; `live` is the generation that the caller found there.

    The catalogue's own alias has a write index. Elasticsearch allows one such index, so of two first runs at the same
    time one goes live.

    Raises:
        FailError: something else is live by now.
    """
    actions: list[dict[str, Any]] = off_alias(live) if live is not None else []
    actions += [
        {"add": {"index": to.index, "alias": ALIAS}},
        {"add": {"index": to.index, "alias": own_alias(to.catalogue), "is_write_index": True}},
    ]
    try:
        change_aliases(client, actions, to.catalogue, to)
    except FailError as error:
        seen = live_generation(client, to.catalogue)
        if seen is not None and seen.number == to.number:  # it was made, and could not be read back at first
            return
        if (seen and seen.number) == (live and live.number):
            raise
        raise FailError(
            f"{to.catalogue}: {seen.index if seen else 'nothing'} went live meanwhile, so {to.index} does not. "
            "Run the catalogue again."
        ) from error


def change_aliases(
    client: Elasticsearch, actions: list[dict[str, Any]], catalogue: str, wanted: Generation | None
) -> None:
    """Change the aliases of a catalogue in one step; then both are on the wanted generation and no other, or on none.

    Raises:
        FailError: an action was refused, so none was carried out.
    """
    must_hold(catalogue)
    expected = [] if wanted is None else [wanted.index]

    def wrong() -> str:
        aliases = _aliases(client, catalogue)
        found = {
            alias: sorted(name for name in aliases if alias in aliases[name]) for alias in (ALIAS, own_alias(catalogue))
        }
        return "; ".join(
            f"the alias {alias} is on {', '.join(names) or 'no generation'} instead of {', '.join(expected) or 'none'}"
            for alias, names in found.items()
            if names != expected
        )

    changed(lambda: client.indices.update_aliases(actions=actions), wrong, f"change what is live of {catalogue}")


def _aliases(client: Elasticsearch, catalogue: str) -> dict[str, set[str]]:
    """The aliases of each generation of a catalogue, by index."""
    pattern = f"{ALIAS}.{catalogue}.*"
    answer = ask(lambda: client.indices.get_alias(index=pattern))
    return {name: {*body["aliases"]} for name, body in answer.items() if _NAME.fullmatch(name)}


def off_alias(live: Generation) -> list[dict[str, Any]]:
    """Actions that take the live generation off its aliases; they fail where it is not live any more."""
    return [
        {"remove": {"index": live.index, "alias": ALIAS, "must_exist": True}},
        {"remove": {"index": live.index, "alias": own_alias(live.catalogue)}},
    ]


def delete(client: Elasticsearch, doomed: Iterable[Generation]) -> list[str]:
    """Delete generations; refuses a live one. Returns the names of the deleted indices."""
    names = []
    for generation in doomed:
        if generation.live:
            raise FailError(
                f"{generation.index} is live, so it is not deleted: roll back or retire the catalogue first"
            )
        must_hold(generation.catalogue)
        remove_index(client, generation.index)
        names.append(generation.index)
    return names


def count(client: Elasticsearch, name: str) -> int:
    """Documents of an index."""
    return int(ask(lambda: client.count(index=name))["count"])


def documents(client: Elasticsearch, generation: Generation) -> int | None:
    """Documents of a generation; None where its index is closed, or was deleted since it was listed."""
    if generation.closed:
        return None
    answer = ask(lambda: client.count(index=generation.index, ignore_unavailable=True))
    return int(answer["count"]) if answer["_shards"]["total"] else None


def live_documents(client: Elasticsearch) -> dict[str, int]:
    """Documents of what is live, by index, in one request; indices that are empty or closed are left out."""
    by_index = {"terms": {"field": "_index", "size": MOST_LIVE}}
    answer = ask(
        lambda: client.search(
            index=ALIAS, size=0, track_total_hits=False, ignore_unavailable=True, aggregations={"by_index": by_index}
        )
    )
    found = answer.get("aggregations", {}).get("by_index", {}).get("buckets", [])  # none where nothing is live
    return {bucket["key"]: bucket["doc_count"] for bucket in found}


def wait_for(client: Elasticsearch, name: str, seconds: int = 30) -> None:
    """Wait until the primary shard can be written and read; each request waits so many seconds.

    Raises:
        RetryError: it cannot, after the time that calls are tried again.
    """
    patient = client.options(ignore_status=408)  # the status of the answer if the time ran out
    for attempt in retrying():
        with attempt:
            answer = once(lambda: patient.cluster.health(index=name, wait_for_status="yellow", timeout=f"{seconds}s"))
            if answer["timed_out"]:
                raise RetryError(
                    f"Elasticsearch has not allocated {name}: look at its disk and at _cluster/allocation/explain, "
                    "then run again."
                )
