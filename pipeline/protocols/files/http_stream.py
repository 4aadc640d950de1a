"""A file at an http or https address, as a stream of bytes."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import httpx

from pipeline.errors import FailError, RetryError, UsageError

TIMEOUT = 60.0
"""Seconds that a server may take for the connection, and between two pieces of its answer."""
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def is_web(path: str) -> bool:
    """Whether it is an address that this module reads."""
    return path.startswith(("http://", "https://"))


def name_of(url: str) -> str:
    """The file name in an address; its host where there is none."""
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc.rpartition("@")[2]


def pieces(url: str, size: int) -> Iterator[bytes]:
    """The content, in pieces of `size` bytes.

    A redirect to another host is followed where that host has public addresses only: a server does not choose what is
    read from the inside of a network.

    Raises:
        UsageError: it is no address.
        FailError: the server refuses, or redirects to where it may not.
        RetryError: the server is busy or away, or breaks off.
    """
    address = shown(url)
    start = httpx.URL(url).host
    hooks = {"request": [lambda request: _check(request, start)]}
    try:
        with (
            httpx.Client(follow_redirects=True, timeout=TIMEOUT, event_hooks=hooks) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code in _BUSY:
                raise RetryError(f"{address} answered HTTP {answer.status_code}. Run the catalogue again later.")
            if not answer.is_success:
                raise FailError(f"{address} answered HTTP {answer.status_code} {answer.reason_phrase}. Check the path.")
            yield from answer.iter_bytes(size)
    except httpx.TooManyRedirects as error:
        raise FailError(f"{address} redirects in a circle. Check the path.") from error
    except httpx.RequestError as error:
        reason = str(error) or type(error).__name__
        raise RetryError(
            f"The connection broke while {address} was read: {reason}. Run the catalogue again."
        ) from error


def shown(url: str) -> str:
    """The address without credentials.

    Raises:
        UsageError: it is no address.
    """
    try:
        return str(httpx.URL(url).copy_with(userinfo=b""))
    except httpx.InvalidURL as error:
        raise UsageError(f"{url} is no address: {error}") from error


def _check(request: httpx.Request, start: str) -> None:
    host = request.url.host
    if host != start and not all(address.is_global for address in _addresses(host)):
        raise FailError(f"{start} redirects to {host}, which is not a public host. Name the file's own address.")


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except socket.gaierror as error:
        raise RetryError(f"{host} has no address: {error.strerror}. Run the catalogue again later.") from error
    return [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]
