"""The HTTP library's client, with bounds that the library does not have.

Its time-outs hold for one read each, so a server that sends headers or a body byte by byte can hold it for ever: here
all reads of an answer share one time. Its decoders do not notice a compressed body that is cut short: here only gzip is
asked for, and its end is checked. It parses the target of a redirect by itself, with errors of its own: here the target
is handed on as it was sent.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import httpcore2
import httpx2

from pipeline.errors import FailError
from pipeline.protocols.http_messages import user_agent
from pipeline.protocols.unpacking import BrokenStreamError, unpacked

TIMEOUT = 60.0
"""Seconds that a server may take for the connection, and between two pieces of its answer."""
MOST_COOKIES = 100
"""Cookies that are sent back. A server that sets more gets none: they would fill memory and every request."""
_LOCATION = "study-index location"


class Countdown:
    """The time that is left for the answer that is being read; `timer` gives seconds on a monotonic clock."""

    def __init__(self, timer: Callable[[], float]) -> None:
        self._timer = timer
        self.start(float("inf"))

    def start(self, seconds: float) -> None:
        """Count down from that many seconds, beginning now."""
        self._seconds = seconds
        self._ends = self._timer() + seconds

    def bounded(self, timeout: float | None) -> float | None:
        """The time-out of one operation: no more than the time that is left.

        Raises:
            httpcore2.ReadTimeout: none is left.
        """
        left = self._ends - self._timer()
        if left <= 0:
            raise httpcore2.ReadTimeout(f"the answer took longer than {self._seconds:,.0f} seconds")
        return min(left, TIMEOUT if timeout is None else timeout)


class _Stream(httpcore2.NetworkStream):
    """A connection whose operations share a countdown."""

    def __init__(self, stream: httpcore2.NetworkStream, countdown: Countdown) -> None:
        self._stream = stream
        self._countdown = countdown

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._countdown.bounded(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._countdown.bounded(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        timeout = self._countdown.bounded(timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._countdown)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore2.SyncBackend):
    """Opens such connections."""

    def __init__(self, countdown: Countdown) -> None:
        self._countdown = countdown

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        timeout = self._countdown.bounded(timeout)
        return _Stream(super().connect_tcp(host, port, timeout, local_address, socket_options), self._countdown)


def open_client(countdown: Countdown) -> httpx2.Client:
    """The library's client, whose connections share the countdown; proxies of the environment are used."""
    client = httpx2.Client(
        verify=_trusted(), timeout=TIMEOUT, headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip"}
    )

    def bound(response: httpx2.Response) -> None:
        if response.has_redirect_location:
            response.extensions[_LOCATION] = response.headers.pop("location")
        if len(client.cookies.jar) > MOST_COOKIES:
            client.cookies.clear()

    client.event_hooks["response"] = [bound]
    for transport in (client._transport, *client._mounts.values()):  # the library has no argument for it
        if isinstance(transport, httpx2.HTTPTransport):
            transport._pool._network_backend = _Backend(countdown)
    return client


def location(response: httpx2.Response) -> str | None:
    """The target of a redirect as it was sent; None where there is none."""
    found: str | None = response.extensions.get(_LOCATION)
    return found


def content(response: httpx2.Response, size: int, name: str) -> Iterator[bytes]:
    """The content of a response in pieces of at most `size` bytes, decompressed.

    Args:
        response: the open response.
        size: largest piece in bytes.
        name: what is read, for messages.

    Raises:
        httpx2.RequestError: the connection broke, or the answer took too long.
        BrokenStreamError: it is compressed, and truncated or damaged.
        FailError: it is compressed in a way that was not asked for, or a bomb.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return response.iter_raw(size)
    if encoding in {"gzip", "x-gzip"}:
        return unpacked(response.iter_raw(size), size, name)
    raise FailError(
        f"{name} came in the encoding {encoding[:80]!r}, which was not asked for: report it to its operator."
    )


def beginning(response: httpx2.Response, size: int) -> bytes:
    """The first bytes of an error's body, at most `size`; none where they cannot be read, as the status says enough."""
    try:
        return next(content(response, size, "the answer"), b"")
    except (httpx2.RequestError, BrokenStreamError, FailError):
        return b""


def has_an_end(response: httpx2.Response) -> bool:
    """Whether the response states where its content ends (RFC 9112, section 6.3), or its encoding does.

    Else only the closing of the connection marks the end, which looks the same where the content is cut short.
    """
    headers = response.headers
    return (
        "content-length" in headers
        or "chunked" in headers.get("transfer-encoding", "").lower()
        or ("gzip" in headers.get("content-encoding", "").lower())
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted, read once: reading them takes longer than a request."""
    return httpx2.create_ssl_context()
