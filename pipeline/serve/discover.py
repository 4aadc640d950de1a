"""The requests below `/discover`: what each asks of the index, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import repeat
from typing import Annotated, Any, NoReturn, TypeVar
from urllib.parse import urlencode

from elasticsearch import Elasticsearch
from fastapi import APIRouter, Body, HTTPException, Query, Request, Response, status
from pydantic import Field

from pipeline.errors import UsageError
from pipeline.search.children import children_of
from pipeline.search.finding import search as find
from pipeline.search.paging import position
from pipeline.search.question import Answer, Match, Question
from pipeline.search.selection import selection_of
from pipeline.search.showing import show
from pipeline.serve import answers
from pipeline.serve.desk import Desk
from pipeline.serve.documents import Document, lookup, relatives, variables
from pipeline.serve.limits import DEEPEST, LONGEST_TEXT, MOST_RESULTS
from pipeline.serve.numbers import numbers
from pipeline.serve.parameters import Filtered, OfHarmony, Search, Texts, Values, question_of, sort_of, text_of

T = TypeVar("T")
Hit = tuple[Document, Match | None]

IDENTIFIERS = {"uuid": "uuid", "harmony_id": "harmony_id", "doi": "dois", "slug": "slug"}
"""Parameters by which documents are looked up, and their fields."""

PLACES = {"after", "offset", "top_level_ids_seen_so_far"}
"""Parameters that say where a page begins."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status.HTTP_422_UNPROCESSABLE_CONTENT: {"model": answers.Problem, "description": "A parameter cannot be used"},
    status.HTTP_503_SERVICE_UNAVAILABLE: {
        "model": answers.Problem,
        "description": "The index cannot be searched now; the header Retry-After tells when to ask again",
    },
}
FOUND: dict[int | str, dict[str, Any]] = {200: {"model": answers.Results}, **PROBLEMS}
NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": answers.Problem, "description": "There is no such document"}
}

router = APIRouter(prefix="/discover", tags=["discover"])


class Lookup(OfHarmony):
    """The parameters of a look-up; one of the identifiers has to be given."""

    uuid: Values = Field([], description="May be repeated.")
    harmony_id: Values = Field([], description="May be repeated.")
    doi: Values = Field([], description="In any spelling; may be repeated.")
    slug: Values = Field([], description="May be repeated. Several documents may have one; one of them is the answer.")
    id: Values = Field([], max_length=1, description="Any identifier: one of the above, a record id, a study number.")
    query: Texts = Field(
        [], description="Ignored: a document that is asked for by name is found whatever its words are."
    )
    document: bool = Field(False, description="Give each result the document as the index has it, too.")


class Variables(OfHarmony):
    """The parameters of a list of variables."""

    ancestor_uuid: str | None = Field(None, max_length=64, description="uuid of the study or dataset they belong to.")
    query: Texts = Field([], description="Words that they have to have.")
    num_results: int = Field(50, ge=0, le=1_000_000, description=f"{MOST_RESULTS} at most, whatever is asked for.")
    offset: int = Field(0, ge=0, le=DEEPEST)


@router.get("/search", responses=FOUND)
@router.get("/search2", include_in_schema=False)
async def search(request: Request, response: Response, asked: Annotated[Search, Query()]) -> dict[str, Any]:
    """Documents that match a text and filters, and counts by facet, each under all filters but its own."""
    return _with_link(request, response, await _searched(request, asked))


@router.post("/search", responses=FOUND)
@router.post("/search2", include_in_schema=False)
async def search_by_post(request: Request, asked: Annotated[Search, Body()]) -> dict[str, Any]:
    """The same with the parameters as a JSON object. Nothing is changed by it."""
    return await _searched(request, asked)


@router.get("/aggregate", responses=PROBLEMS)
async def aggregate(request: Request, asked: Annotated[Filtered, Query()]) -> dict[str, Any]:
    """Counts by facet, and smallest and largest numbers; of all documents where no text and no filter is given."""
    question = replace(_question(asked), size=0)

    def ask(client: Elasticsearch) -> tuple[Answer, dict[str, dict[str, float]]]:
        return find(client, question), numbers(client, question)

    answer, ranges = await desk_of(request).ask(ask)
    return {
        "num_hits": answer.works,
        "num_documents": answer.total,
        "results": [],
        "aggregations": answers.aggregations(answer) | ranges,
        **answers.counted(answer),
        "fields": answers.fields(),
    }


@router.get("/lookup", responses={**FOUND, **NOT_FOUND})
async def look_up(request: Request, asked: Annotated[Lookup, Query()]) -> dict[str, Any]:
    """Documents by their identifiers, in the order in which these are given."""
    given = [name for name in (*IDENTIFIERS, "id") if getattr(asked, name)]
    if len(given) != 1:
        _refuse(f"Give one of {', '.join(IDENTIFIERS)} or id, which may be repeated.")

    def ask(client: Elasticsearch) -> tuple[list[Document], dict[str, Document], dict[str, list[Document]]]:
        values: list[str] = getattr(asked, given[0])
        found = [_shown(client, values[0])] if given == ["id"] else lookup(client, IDENTIFIERS[given[0]], values)
        return found, relatives(client, found), children_of(client, [each["harmony_id"] for each in found])

    found, known, parts = await desk_of(request).ask(ask)
    if not found:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no document with that {given[0]}.")
    results = [
        answers.looked_up(document, known, parts[document["harmony_id"]], whole=asked.document) for document in found
    ]
    return {"num_hits": len(results), "results": results, "aggregations": {}}


@router.get("/variables", responses={**PROBLEMS, **NOT_FOUND})
@router.get("/get-variables", include_in_schema=False)
async def list_variables(request: Request, asked: Annotated[Variables, Query()]) -> dict[str, Any]:
    """Variables of a study or dataset, by name; with a text, those that have its words, the best first."""
    text, size = text_of(asked.query)[0], min(asked.num_results, MOST_RESULTS)

    def ask(client: Elasticsearch) -> tuple[int, list[Document]] | None:
        of = None
        if asked.ancestor_uuid is not None:
            named = lookup(client, "uuid", [asked.ancestor_uuid])
            if not named:
                return None
            of = named[0]["harmony_id"]
        return variables(client, of, text, size=size, offset=asked.offset)

    found = await desk_of(request).ask(ask)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no document with that ancestor_uuid.")
    total, listed = found
    return {
        "num_hits": total,
        "results": [answers.variable(document) for document in listed],
        **_next_offset(asked.offset, len(listed), total),
    }


async def _searched(request: Request, asked: Search) -> dict[str, Any]:
    seen, size = asked.top_level_ids_seen_so_far, asked.size
    if asked.after and (seen or asked.offset):
        _refuse("Give one of after, offset and top_level_ids_seen_so_far: each says where the page begins.")
    deepest = asked.offset + len(seen) + size
    question = replace(_question(asked), size=min(deepest, DEEPEST), sort=_read(lambda: sort_of(asked)))
    question = replace(question, evidence=asked.document, translations=asked.document, after=asked.after)
    _read(lambda: asked.after and position(asked.after, question.sort))

    def ask(client: Elasticsearch) -> tuple[Answer, list[Hit], dict[str, Document]]:
        answer = find(client, question)
        left = [hit for hit in _hits(answer) if hit[0]["uuid"] not in seen]
        hits = left[asked.offset : asked.offset + size]
        return answer, hits, relatives(client, [document for document, _ in hits])

    answer, hits, known = await desk_of(request).ask(ask)
    return {
        "num_hits": answer.works,
        "num_documents": answer.total,
        "is_result_count_lower_bound": False,
        "results": [answers.found(document, match, known, whole=asked.document) for document, match in hits],
        "aggregations": answers.aggregations(answer),
        **answers.counted(answer),
        **_next(answer, hits),
        **({} if asked.after else _next_offset(asked.offset, len(hits), answer.works - len(seen))),
        "top_level_ids_seen_so_far": [*seen, *(document["uuid"] for document, _ in hits)],
        **_note(asked, answer, deepest),
    }


def _next(answer: Answer, hits: list[Hit]) -> dict[str, str]:
    """The token of the next page, if the last result is the one that it follows."""
    is_last = bool(hits) and hits[-1][0] is answer.hits[-1]
    return {"next": answer.next} if answer.next and is_last else {}


def _with_link(request: Request, response: Response, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, with its next page as a link (RFC 8288) relative to this one."""
    if "next" in answer:
        here = [(name, value) for name, value in request.query_params.multi_items() if name not in PLACES]
        response.headers["Link"] = f'<?{urlencode([*here, ("after", answer["next"])])}>; rel="next"'
    return answer


def _hits(answer: Answer) -> Iterator[Hit]:
    """The hits, each with what is known of its match; None where there was no text."""
    return zip(answer.hits, answer.matches or repeat(None), strict=False)


def _note(asked: Search, answer: Answer, deepest: int) -> dict[str, str]:
    """What a person has to know of the answer, if anything."""
    # what follows this is the cause, which may name addresses of this machine
    words, without_meaning, _ = (answer.note or "").partition("nothing tells what they mean.")
    notes = [words + without_meaning] if words else []
    if text_of(asked.query)[1]:
        notes.append(f"Only the first {LONGEST_TEXT} characters of the text are searched for.")
    if deepest > DEEPEST and answer.works > DEEPEST:
        notes.append(f"`offset` leads to result {DEEPEST}; `next` of an answer leads on.")
    return {"note": " ".join(notes)} if notes else {}


def _next_offset(offset: int, listed: int, total: int) -> dict[str, int]:
    """Where the next results begin; nothing where there are none."""
    end = offset + listed
    return {"next_page_offset": end} if listed and end < min(total, DEEPEST) else {}


def _shown(client: Elasticsearch, identifier: str) -> Document:
    try:
        return show(client, identifier)
    except UsageError as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no document with that id.") from error


def desk_of(request: Request) -> Desk:
    """Where the application puts its questions."""
    desk: Desk = request.app.state.desk
    return desk


def _question(asked: Filtered) -> Question:
    """The question, if the index can be asked it."""
    question = _read(lambda: question_of(asked))
    _read(lambda: selection_of(question))
    return question


def _read(read: Callable[[], T]) -> T:
    """What a function makes of the parameters; they are refused where it cannot."""
    try:
        return read()
    except UsageError as error:
        _refuse(str(error))


def _refuse(why: str) -> NoReturn:
    raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, why)
