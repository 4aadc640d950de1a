"""The requests that guide people: suggestions while they type, and studies that are like one."""

from __future__ import annotations

from typing import Annotated, Any

from elasticsearch import Elasticsearch
from fastapi import APIRouter, HTTPException, Query, Request, status
from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import UsageError
from pipeline.search.similar import Similar
from pipeline.search.similar import similar as find_similar
from pipeline.search.suggesting import suggest as find_suggestions
from pipeline.serve import answers
from pipeline.serve.discover import FOUND, NOT_FOUND, PROBLEMS, desk_of
from pipeline.serve.limits import LONGEST_VALUE

MOST = 20
"""Suggestions, or similar studies, of one answer."""

router = APIRouter(prefix="/discover", tags=["discover"])


class Typed(BaseModel):
    """What is typed so far."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(max_length=LONGEST_VALUE, description="What is typed so far.")
    num_results: int = Field(10, ge=0, le=MOST)


class Like(BaseModel):
    """The study that others are like."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=LONGEST_VALUE, description="Any identifier: uuid, harmony_id, DOI, slug, …")
    num_results: int = Field(10, ge=0, le=MOST)
    document: bool = Field(False, description="Give each result the document as the index has it, too.")


@router.get("/suggest", responses=PROBLEMS)
async def suggest(request: Request, asked: Annotated[Typed, Query()]) -> dict[str, Any]:
    """What may be meant by what is typed so far: studies, series, acronyms, topics and places, the best first."""
    found = await desk_of(request).ask(lambda client: find_suggestions(client, asked.query, asked.num_results))
    return {"suggestions": [each._asdict() for each in found]}


@router.get("/similar", responses={**FOUND, **NOT_FOUND})
async def similar(request: Request, asked: Annotated[Like, Query()]) -> dict[str, Any]:
    """Studies that are like one, the most similar first; scores compare within one answer."""

    def ask(client: Elasticsearch) -> list[Similar]:
        try:
            return find_similar(client, asked.id, asked.num_results)
        except UsageError as error:
            raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no document with that id.") from error

    found = await desk_of(request).ask(ask)
    results = [answers.result(each.document, whole=asked.document) | {"score": each.score} for each in found]
    return {"num_hits": len(results), "results": results, "aggregations": {}}
