"""The pages: files of this package, read once, each with a tag that follows from its content."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import Response

from pipeline.model.digest import digest

FOLDER = Path(__file__).with_name("page")

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

router = APIRouter(include_in_schema=False)


class File(NamedTuple):
    """A file of the page."""

    content: bytes
    kind: str
    tag: str


@cache
def files() -> dict[str, File]:
    """All files of the page, by name."""
    return {path.name: _read(path) for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}


def _read(path: Path) -> File:
    content = path.read_bytes()
    return File(content, TYPES[path.suffix], f'"{digest([content.decode()])}"')


@router.get("/")
async def page(request: Request) -> Response:
    """The page."""
    return _sent(request, "index.html")


@router.get("/docs")
async def description(request: Request) -> Response:
    """The page that describes the requests."""
    return _sent(request, "docs.html")


@router.get("/page/{name}")
async def file(request: Request, name: str) -> Response:
    """A file of the page."""
    return _sent(request, name)


def _sent(request: Request, name: str) -> Response:
    """A file; a browser that has it is told so. It asks each time, so that all files are of one version."""
    found = files().get(name)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such page.")
    headers = {"ETag": found.tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == found.tag:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(found.content, media_type=found.kind, headers=headers)
