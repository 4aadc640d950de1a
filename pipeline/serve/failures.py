"""What a caller is told where there is no answer: one sentence, without addresses and names of this machine."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipeline.errors import DefectError, RetryError, StudyIndexError, UsageError, nearest

log = logging.getLogger(__name__)

SOON, LATER = 5, 60
"""Seconds after which to ask again: something is busy; somebody has to do something."""


def tell(app: FastAPI) -> None:
    """Let the application answer every failure as JSON: `{"detail": "…"}`."""
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(StudyIndexError, _unavailable)
    app.add_exception_handler(Exception, _broken)


def problem(code: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that is none. It is not to be kept: the next one may be another."""
    return JSONResponse({"detail": detail}, code, {"Cache-Control": "no-store", **(headers or {})})


async def _refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)  # noqa: S101 - it is what the handler is for
    return problem(error.status_code, error.detail, error.headers)


async def _unusable(request: Request, error: Exception) -> Response:
    """A parameter that there is not, or whose value cannot be one of its kind."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return problem(status.HTTP_422_UNPROCESSABLE_CONTENT, " ".join(_sentences(request, error)))


def _sentences(request: Request, error: RequestValidationError) -> list[str]:
    known = _parameters(request)
    told: dict[str, None] = {}
    for each in error.errors():
        name = str(next((part for part in each["loc"][1:] if isinstance(part, str)), ""))
        if each["type"] == "extra_forbidden":
            told[f"There is no parameter {name[:100]!r}.{nearest(name, known)}"] = None
        elif name:
            told[f"{name}: {each['msg']}."] = None
        else:
            told[f"The request's body cannot be read: {each['msg']}."] = None
    return list(told)[:5]


def _parameters(request: Request) -> list[str]:
    """Names of the parameters of the request's path, as the description of the service lists them."""
    described: dict[str, Any] = request.app.openapi()
    route = request.scope.get("route")
    of_path = described["paths"].get(getattr(route, "path", ""), {})
    listed = of_path.get("get", {}).get("parameters", [])
    return [each["name"] for each in listed]


async def _unavailable(request: Request, error: Exception) -> Response:
    if isinstance(error, UsageError):  # what was asked for is right: nothing is indexed yet
        return problem(
            status.HTTP_503_SERVICE_UNAVAILABLE, "Nothing is indexed yet. Ask again later.", {"Retry-After": str(LATER)}
        )
    if isinstance(error, RetryError):
        log.warning("%s", error)
        return problem(
            status.HTTP_503_SERVICE_UNAVAILABLE,
            "The index cannot be searched at this moment. Ask again soon.",
            {"Retry-After": str(SOON)},
        )
    if isinstance(error, DefectError):
        return await _broken(request, error)
    log.error("%s", error)
    return problem(
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "The index cannot be searched: who runs this service has to look at it.",
        {"Retry-After": str(LATER)},
    )


async def _broken(request: Request, error: Exception) -> Response:
    del request
    if isinstance(error, DefectError):  # the server logs what else nobody foresaw
        log.error("%s", error, exc_info=error)
    return problem(
        status.HTTP_500_INTERNAL_SERVER_ERROR, "The service failed at this request, and who runs it can see why."
    )
