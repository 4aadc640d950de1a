"""What holds for every request and answer: headers, the size of a body, and what is written to the log."""

from __future__ import annotations

import logging
from time import monotonic

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.serve.failures import problem
from pipeline.serve.limits import LARGEST_BODY

log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""A page of this service loads nothing of another host, runs no script but its own, and is shown in no frame."""

KEPT = "public, max-age=60"
"""How long an answer may be kept: a run may go live at any time, and nobody minds a minute."""


class Protected:
    """An application with these headers on each answer, and a line in the log for each request.

    The line has method, path, status and milliseconds. It has no parameters and no address: what people search for is
    nobody's business.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, code = monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", KEPT)
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        if "transfer-encoding" in Headers(scope=scope) or not length.isdigit() or int(length) > LARGEST_BODY:
            await problem(413, f"The request's body may have {LARGEST_BODY} bytes.")(scope, receive, answer)
        else:
            await self._app(scope, receive, answer)
        path = getattr(scope.get("route"), "path", "(no such path)")
        log.info("%s %s %d %.0f ms", scope["method"], path, code, (monotonic() - begun) * 1000)
