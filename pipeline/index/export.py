"""Export: all live documents that a question asks for, as a stream.

Elasticsearch keeps a view of what is live at the start (a scroll), so that a run that goes live meanwhile changes
nothing. A point in time would do the same, but with security on it needs the right to read the indices behind the
alias, also those that are not live, and a reader has the alias alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError, nearest
from pipeline.index.client import ask, once
from pipeline.index.generations import ALIAS, catalogue_of
from pipeline.model.document import VECTOR_FIELDS

PAGE = 250
"""Documents in one answer. Memory is that of one page, however many there are."""

KEPT = "5m"
"""How long Elasticsearch keeps the view after each page."""

AGAIN = "Nothing was changed; start the export again."

Progress = Callable[[int, int | None], None]
"""Takes the number of documents so far, and of all."""


def documents(
    client: Elasticsearch,
    query: dict[str, Any],
    progress: Progress = lambda _done, _all: None,
    fields: tuple[str, ...] | None = None,
) -> Iterator[list[dict[str, Any]]]:
    """Pages of the live documents that match a query, in the order of their uuid; whole, or these fields of them.

    Raises:
        UsageError: nothing is indexed yet.
        FailError: Elasticsearch was away or lost the view, such as by a restart; then the rest cannot be had.
    """
    answer = _first(client, query, fields)
    view, total, done = answer["_scroll_id"], answer["hits"]["total"]["value"], 0
    try:
        while hits := answer["hits"]["hits"]:
            done += len(hits)
            progress(done, total)
            yield [hit["_source"] for hit in hits]
            answer = _next(client, view)
            view = answer["_scroll_id"]
    finally:
        ask(lambda: client.options(ignore_status=404).clear_scroll(scroll_id=view))
    if done != total:
        raise FailError(f"{done:,} of {total:,} documents came. {AGAIN}")


def variables_of(client: Elasticsearch, parents: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """By harmony_id of a study: the documents of its variables, with the fields that describe them."""
    query = {"bool": {"filter": [{"term": {"resource_type": "variable"}}, {"terms": {"parent": list(parents)}}]}}
    found: dict[str, list[dict[str, Any]]] = {}
    if not ask(lambda: client.count(index=ALIAS, query=query))["count"]:
        return found
    for page in documents(client, query, fields=("parent", "harmony_id", "name", "description")):
        for variable in page:
            found.setdefault(variable["parent"], []).append(variable)
    return found


def in_catalogues(client: Elasticsearch, names: Iterable[str]) -> list[dict[str, Any]]:
    """Filters for the documents of these catalogues; none where no catalogue is named.

    Raises:
        UsageError: nothing of such a catalogue is live; names the nearest.
    """
    wanted = list(names)
    if not wanted:
        return []
    live = live_catalogues(client)
    if unknown := [name for name in wanted if name not in live]:
        raise UsageError(f"Nothing of the catalogue {unknown[0]!r} is live.{nearest(unknown[0], live)}")
    return [{"terms": {"catalogue": wanted}}]


def live_catalogues(client: Elasticsearch) -> list[str]:
    """The catalogues that are live, as a reader sees them."""
    answer = ask(lambda: client.field_caps(index=ALIAS, fields="uuid", filter_path="indices", ignore_unavailable=True))
    return sorted(name for index in answer.body.get("indices", ()) if (name := catalogue_of(index)))


def _first(client: Elasticsearch, query: dict[str, Any], fields: tuple[str, ...] | None) -> Any:
    try:
        return ask(
            lambda: client.search(
                index=ALIAS,
                query=query,
                size=PAGE,
                sort=[{"uuid": "asc"}],
                source_includes=fields,
                source_excludes=VECTOR_FIELDS,
                scroll=KEPT,
                track_total_hits=True,
            )
        )
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise UsageError("Nothing is indexed yet: run a catalogue first (study-index run NAME)") from error
        raise


def _next(client: Elasticsearch, view: str) -> Any:
    """The next page. It is asked for one time: if an answer is lost, the page may be over for Elasticsearch."""
    try:
        return once(lambda: client.scroll(scroll_id=view, scroll=KEPT))
    except (FailError, RetryError) as error:
        raise FailError(f"The export was interrupted: {error} {AGAIN}") from error
