"""Export: all live documents that a question asks for, as a stream.

Elasticsearch keeps a view of what is live at the start (a point in time), so that a run that goes live meanwhile
changes nothing. Pages follow from the last uuid of the page before. A reader's rights are enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, UsageError, nearest
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS, catalogue_of

PAGE = 250
"""Documents in one answer. Memory is that of one page, however many there are."""

KEPT = "5m"
"""How long Elasticsearch keeps the view after each page."""

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
        FailError: Elasticsearch lost the view, such as by a restart; then the rest cannot be had.
    """
    view = _open(client)
    try:
        total, done, after = None, 0, None
        while True:
            answer = _page(client, view, query, after, fields)
            view = answer["pit_id"]
            hits = answer["hits"]["hits"]
            total = total if after else answer["hits"]["total"]["value"]
            done += len(hits)
            progress(done, total)
            if hits:
                yield [hit["_source"] for hit in hits]
            if len(hits) < PAGE:
                return
            after = hits[-1]["sort"]
    finally:
        ask(lambda: client.options(ignore_status=404).close_point_in_time(id=view))


def variables_of(client: Elasticsearch, parents: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """By harmony_id of a study: the documents of its variables, with the fields that describe them."""
    query = {"bool": {"filter": [{"term": {"resource_type": "variable"}}, {"terms": {"parent": list(parents)}}]}}
    found: dict[str, list[dict[str, Any]]] = {}
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


def _open(client: Elasticsearch) -> str:
    try:
        return str(ask(lambda: client.open_point_in_time(index=ALIAS, keep_alive=KEPT))["id"])
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise UsageError("Nothing is indexed yet: run a catalogue first (study-index run NAME)") from error
        raise


def _page(
    client: Elasticsearch, view: str, query: dict[str, Any], after: list[Any] | None, fields: tuple[str, ...] | None
) -> Any:
    try:
        return ask(
            lambda: client.search(
                query=query,
                size=PAGE,
                sort=[{"uuid": "asc"}],
                search_after=after,
                source_includes=fields,
                pit={"id": view, "keep_alive": KEPT},
                track_total_hits=after is None,
            )
        )
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise FailError(
                "Elasticsearch lost the view that the export reads from, as a node ended or the export waited for "
                "more than five minutes for its reader. Nothing was changed; start the export again."
            ) from error
        raise
