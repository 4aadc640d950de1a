"""Servers on loopback that keep the alerts that they get: a webhook, Slack's, and an e-mail server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller

from tests.loopback import QuietHandler, serve


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a webhook, and the JSON bodies that were posted to it."""
    posted: list[dict[str, Any]] = []

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - its base class names it so
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

    with serve(Handler) as url:
        yield url, posted


class AnyPort(Controller):
    """An e-mail server on a free port."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mailbox() -> Iterator[tuple[int, list[Message]]]:
    """The port of an e-mail server, and the messages that it got."""
    received: list[Message] = []

    class Handler:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
            received.append(message_from_bytes(envelope.content))
            return "250 OK"

    server = AnyPort(Handler(), hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield server.port, received
    finally:
        server.stop()
