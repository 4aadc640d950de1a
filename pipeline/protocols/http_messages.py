"""HTTP requests, answers, dates and addresses (RFC 9110)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx2

from pipeline.errors import FailError, StudyIndexError, UsageError
from pipeline.model import moments
from pipeline.protocols.content import is_web_page
from pipeline.protocols.json_text import NotJsonError, loaded, records_in
from pipeline.redaction import redact

LARGEST_PORT = 65535
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")

_NO_WORDS = re.compile(r"<(script|style)\b[^>]*>[^<]*|<[^<>]*>", re.IGNORECASE)


class MalformedError(Exception):
    """An answer that cannot be read; raised by the function that reads it."""


class Request(NamedTuple):
    """One request. `params` replace those of the same name in `url`; `json` is the body of a POST."""

    url: str
    params: Mapping[str, Any] = MappingProxyType({})
    json: Any = None
    method: str = "GET"
    headers: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    """One response, held in memory.

    `url` is the address that answered, after redirects, without a login. It may hold keys: `Client.shown` hides them.
    `ends` is False where nothing but the closing of the connection marks the end of the content, so that it may be cut
    short: then the content itself has to prove that it is whole.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str
    ends: bool = True

    def json(self) -> Any:
        """The JSON value of the content.

        Raises:
            MalformedError: the content is not JSON.
        """
        with self._being_json():
            return loaded(self.content)

    def json_records(self, place: str) -> tuple[Any, Any]:
        """The JSON value of the content, and what a JMESPath finds in it, as `json_text.records_in` does.

        Raises:
            MalformedError: the content is not JSON, also outside of the records.
        """
        with self._being_json():
            return records_in(self.content, place)

    @contextmanager
    def _being_json(self) -> Iterator[None]:
        try:
            yield
        except NotJsonError as error:
            raise MalformedError("it is a web page" if self.is_web_page else str(error)) from error

    @property
    def is_web_page(self) -> bool:
        """Whether the content is a page for people, such as a login or a notice of maintenance."""
        return is_web_page(self.content)

    @property
    def date(self) -> datetime | None:
        """The server's time (its Date header), in UTC; None where it does not state it."""
        return http_date(self.headers.get("date"))


@cache
def user_agent() -> str:
    """The name under which the client asks, read once: finding the version reads files."""
    try:
        return f"study-index/{version('study-index')}"
    except PackageNotFoundError:  # run from the source tree
        return "study-index/0"


def retry_after(words: str | None, at: datetime) -> float | None:
    """Seconds to wait from a time (RFC 9110, section 10.2.3: a number of seconds, or a date)."""
    if words is not None and words.strip().isdecimal():
        return float(words)
    date = http_date(words)
    return None if date is None else max(0.0, (date - at).total_seconds())


def http_date(words: str | None) -> datetime | None:
    """A date of HTTP (RFC 9110, section 5.6.7), in UTC also where it has no zone; None where the words are none."""
    if words is None:
        return None
    try:
        return moments.utc(parsedate_to_datetime(words))
    except (ValueError, OverflowError):
        return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address; nothing is looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def words_in(content: bytes) -> str:
    """The words of an error's body on one line: text or JSON as it is, of a web page what a reader would see."""
    text = _NO_WORDS.sub(" ", content.decode("utf-8", errors="replace"))
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def sendable(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers.

    Raises:
        UsageError: a name or value contains a character that HTTP does not allow; the message leaves the value out.
    """
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise UsageError(f"The header {name!r} contains a character that HTTP cannot send: check name and value")
    return dict(headers)


def address_of(request: Request) -> str:
    """The address of a request with its parameters, without a login."""
    url = web_url(request.url)
    try:
        return str(url.copy_merge_params(dict(request.params)) if request.params else url)
    except (httpx2.InvalidURL, UnicodeEncodeError) as error:
        raise FailError(
            f"A parameter of the request to {url.copy_with(query=None)} is too long for an address, or no text"
        ) from error


def origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: credentials go to one origin alone."""
    return url.scheme, url.host, url.port


def web_url(address: str, kind: type[StudyIndexError] = FailError) -> httpx2.URL:
    """The address without a login; an error of that kind where it is not an http or https address."""
    shown = redact(address).partition("?")[0]  # a query may hold keys
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        reason = "" if "@" in address else f": {error}"  # it may quote a part of a password
        raise kind(f"{shown} is not an address{reason}") from error
    if url.scheme not in {"http", "https"} or not url.host or (url.port or 0) > LARGEST_PORT:
        raise kind(f"{shown} is not an http or https address")
    return url.copy_with(userinfo=b"")
