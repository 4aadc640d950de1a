"""Pages of hits: one begins after the last hit of the page before.

A token names it by its sort values, and says how the text is read.

There is no limit to how far one can page, and nothing is kept between pages: what is indexed meanwhile is in the pages
where it sorts. A work is shown with the first of its documents, so one that was shown on an earlier page is not shown
again, as long as the index has not changed: each work of a later page is looked up for a document that sorts before.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import NoneType
from typing import Any, NamedTuple

import orjson

from pipeline.errors import UsageError
from pipeline.search.reading import Reading, reading_of

Hit = Mapping[str, Any]
Request = dict[str, Any]

MOST_A_ROUND = 1000
"""Hits that are asked for at a time, at most, where those before were of works that are listed already."""
ROUNDS = 8
"""Searches for the hits of a page, at most. Then a page has fewer hits than are asked for, and the next one goes on."""


SORTED_BY: dict[str, tuple[type, ...]] = {
    "relevance": (int, float),
    "name": (str, NoneType),
    "newest": (int, NoneType),
    "oldest": (int, NoneType),
}
"""Types of the first value that each order sorts by."""


class Position(NamedTuple):
    """Where a page begins: after a hit of these sort values, among what is found where the text is read so."""

    after: list[Any]
    reading: Reading


def token_of(sort: str, hit: Hit, reading: Reading) -> str:
    """The token of the page after a hit; `sort` is the name of the order."""
    packed = orjson.dumps([sort, reading.as_json(), *hit["sort"]])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def position(token: str, sort: str) -> Position:
    """Where the page of this token begins.

    Raises:
        UsageError: it is no token, or one of another order.
    """
    try:
        order, reading, *after = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        found = Position(after, reading_of(reading))
    except (TypeError, ValueError, binascii.Error) as error:
        raise UsageError(f"{token!r} is no token of a page: take that of an answer (next)") from error
    if order != sort and isinstance(order, str) and order in SORTED_BY:
        raise UsageError(f"The page follows one in the order {order}, not {sort}: ask for the same order")
    if order != sort or not _are_sort_values(after, sort):
        raise UsageError(f"{token!r} is no token of a page: take that of an answer (next)")
    return found


def _are_sort_values(after: Sequence[Any], sort: str) -> bool:
    """Whether these are a uuid, or what an order sorts by and a uuid."""
    *first, uuid = after or [None]
    return isinstance(uuid, str) and len(first) <= 1 and all(type(each) in SORTED_BY[sort] for each in first)


def work_of(hit: Hit) -> str:
    """The work that a hit is of."""
    work: str = hit["fields"]["work_id"][0]
    return work


def first_of_works(hits: Iterable[Hit]) -> list[Hit]:
    """The first hit of each work."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(work_of(hit), hit)
    return list(first.values())


def later_page(
    request: Request, hits: Sequence[Hit], size: int, search: Callable[[Request], list[Hit]]
) -> tuple[list[Hit], Hit | None]:
    """The hits of a page that is not the first, each of a work that no page before has.

    Args:
        request: the body of the search for hits, which has `search_after`.
        hits: what it found.
        size: how many hits are wanted.
        search: asks for more hits.

    Returns:
        The hits, and the one after which the next page begins; None where there is none.
    """
    page: list[Hit] = []
    listed: set[str] = set()
    batch, asked = list(hits), request["size"]
    for _ in range(ROUNDS):
        new = [hit for hit in first_of_works(batch) if work_of(hit) not in listed]
        listed |= {work_of(hit) for hit in new}
        page += _of_no_earlier_page(request, new, search)
        if len(page) >= size or len(batch) < asked:
            break
        last, asked = batch[-1], min(4 * asked, MOST_A_ROUND)
        batch = search(request | {"search_after": last["sort"], "size": asked})
    more = len(page) > size or len(batch) >= asked
    if len(page) >= size:
        return page[:size], page[size - 1] if more else None
    return page, batch[-1] if more else None


def _of_no_earlier_page(request: Request, hits: list[Hit], search: Callable[[Request], list[Hit]]) -> list[Hit]:
    """The hits that are the first ones of their works, whatever the page."""
    if not hits:
        return []
    works = [work_of(hit) for hit in hits]
    of_works = {
        "query": {"bool": {"must": [request["query"]], "filter": [{"terms": {"work_id": works}}]}},
        "collapse": {"field": "work_id"},
        "size": len(works),
    }
    everywhere = {key: request[key] for key in request if key != "search_after"}
    first = {hit["fields"]["uuid"][0] for hit in search(everywhere | of_works)}
    return [hit for hit in hits if hit["fields"]["uuid"][0] in first]
