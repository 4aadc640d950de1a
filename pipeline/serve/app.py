"""The web application: the requests, the page, and what holds for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from elasticsearch import Elasticsearch
from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from pipeline.errors import FailError, UsageError
from pipeline.index.client import ask
from pipeline.index.generations import ALIAS
from pipeline.serve import discover, guiding, page_files
from pipeline.serve.desk import Desk
from pipeline.serve.failures import tell
from pipeline.serve.limits import Limits
from pipeline.serve.protection import Protected

ABOUT = """Studies of many catalogues in one index. The service only reads. Requests and answers are those
of Harmony's discovery API (https://harmonydata.ac.uk), with a few more."""

health = APIRouter(tags=["health"])


@health.get("/health-check")
async def alive() -> dict[str, str]:
    """Whether the service runs."""
    return {"status": "ok"}


@health.get("/health", responses=discover.PROBLEMS)
async def ready(request: Request) -> dict[str, str]:
    """Whether the service can answer: the index is there, and Elasticsearch answers."""
    await request.app.state.desk.ask(_look)
    return {"status": "ok"}


@health.get("/info/version")
async def version_of_the_service() -> dict[str, str | int]:
    """The version of study-index, and that of Harmony's API whose shape the answers have."""
    return {"version_id": version("study-index"), "harmony_discovery_version": 1}


def application(client: Elasticsearch, *, origins: Sequence[str] = (), limits: Limits | None = None) -> ASGIApp:
    """The application over an Elasticsearch that the client may read.

    Args:
        client: it is closed by whoever made it.
        origins: other sites whose pages may ask, as `https://host`; by default none.
        limits: how much is done at once, and for how long.
    """
    desk = Desk(client, limits or Limits())

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        desk.close()

    app = FastAPI(
        title="study-index",
        description=ABOUT,
        version=version("study-index"),
        lifespan=running,
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = desk
    tell(app)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Link"],
            max_age=3600,
        )
    app.add_middleware(GZipMiddleware, minimum_size=2000)
    for router in (discover.router, guiding.router, health, page_files.router):
        app.include_router(router)
    return Protected(app)


def _look(client: Elasticsearch) -> None:
    """Search for nothing.

    Raises:
        UsageError: nothing is indexed yet.
    """
    try:
        ask(lambda: client.search(index=ALIAS, size=0, track_total_hits=False))
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise UsageError("Nothing is indexed yet") from error
        raise
