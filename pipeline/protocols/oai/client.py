"""The HTTP side of an OAI-PMH harvest: one page at a time, waited for, bounded, and well-formed or refused.

oaipmh-scythe asks, names the protocol's errors and reads Identify; docs/adr/0003-oai-pmh-client.md says what is added
here, and why. Whatever is tried again is tried again here and nowhere else: the library's own retries stay off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property

import httpx2
from lxml import etree
from oaipmh_scythe import HTTPConfig, Scythe
from oaipmh_scythe.response import OAIResponse
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.protocols import http
from pipeline.protocols.files.xml_records import is_envelope
from pipeline.protocols.oai.repair import repaired

MAX_PAGE_BYTES = 64 * 1024 * 1024
"""Largest response, unpacked: a page of 100 of the largest real records is some 20 MB."""
INTERNAL_ERROR = 500


class _UnavailableError(Exception):
    """The server was busy or away; `retry_after` seconds are what it asks for, `status` what it answered."""

    def __init__(self, message: str, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class _MalformedError(Exception):
    """The server answered, and the answer is no OAI-PMH response; `page` is the answer."""

    def __init__(self, message: str, page: Page) -> None:
        super().__init__(message)
        self.page = page


class BrokenPageError(FailError):
    """An OAI-PMH response that is not well-formed, and stays so."""


class ServerFaultError(RetryError):
    """The server fails over this very request (HTTP 500); it may answer others."""


class Page(OAIResponse):
    """One response, parsed once and strictly: the library would recover from a page that breaks off.

    `broken` are the identifiers of records that were not well-formed and are not in `xml` (see `oai_repair`).
    """

    broken: tuple[str | None, ...] = ()

    @cached_property
    def xml(self) -> etree._Element:
        """The root element."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        return etree.fromstring(_stripped(self.http_response.content), parser=parser)


class Provider(Scythe):
    """An OAI-PMH server.

    Args:
        endpoint: its base URL.
        sleep: waits for so many seconds.
        clock: the time in UTC, against which a server's date for trying again is read, and an answer's time taken.

    Raises:
        UsageError: the endpoint is no address.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(endpoint, http_config=HTTPConfig(timeout=http.TIMEOUT, user_agent=http.user_agent()))
        self._url = _url(endpoint)
        self._sleep = sleep
        self._clock = clock
        self.client.follow_redirects = True
        self.client.event_hooks = {"request": [self._stay]}

    def harvest(self, query: dict[str, str]) -> Page:
        """The server's response to a query; of ListRecords also one with broken records, without these.

        Raises:
            OAIPMHException: the response is an error of the protocol.
            RetryError: the server was busy or away, and stayed so; ServerFaultError where it failed over this query.
            FailError: the response cannot be used; BrokenPageError where OAI-PMH is not well-formed.
        """
        retrying = Retrying(
            retry=retry_if_exception_type((_UnavailableError, _MalformedError)),
            wait=_wait,
            stop=_stop,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._page, query)
        except _UnavailableError as error:
            away = ServerFaultError if error.status == INTERNAL_ERROR else RetryError
            raise away(f"{self.address(query)}: {error}. Try again later.") from error
        except _MalformedError as error:
            if query.get("verb") == "ListRecords" and (page := _repaired(error.page)) is not None:
                return page
            kind = BrokenPageError if _is_response(error.page) else FailError
            raise kind(
                f"The answer to {self.address(query)} cannot be used: {error}. Open the address and see; where the "
                "server is at fault, tell whoever runs it."
            ) from error

    def address(self, query: dict[str, str]) -> str:
        """The address of a query, without credentials."""
        return str(self._url.copy_with(userinfo=b"").copy_merge_params(query))

    def _page(self, query: dict[str, str]) -> Page:
        response = self._get(query)
        page = Page(response, params=query)
        fault = _fault(page)
        if fault is None:
            page.raise_for_oaipmh_error()
        if response.is_error:
            raise FailError(
                f"{self.address(query)} answered HTTP {response.status_code} {response.reason_phrase}. Check the url "
                "in the catalogue file, and whether the server wants a login."
            )
        if fault is not None:
            raise _MalformedError(fault, page)
        return page

    def _get(self, query: dict[str, str]) -> httpx2.Response:
        try:
            with self.client.stream("GET", self._url.copy_merge_params(query)) as response:
                if response.status_code in http.BUSY:
                    raise self._busy(response)
                content = self._content(response)
        except httpx2.TooManyRedirects as error:
            raise FailError(
                f"{self.address(query)} redirects in a circle. Check the url in the catalogue file."
            ) from error
        except httpx2.RequestError as error:
            raise _UnavailableError(str(error) or type(error).__name__) from error
        return httpx2.Response(response.status_code, content=content, request=response.request)

    def _content(self, response: httpx2.Response) -> bytes:
        content = bytearray()
        started = self._clock()
        for piece in response.iter_bytes():
            if (self._clock() - started).total_seconds() > http.MAX_RESPONSE_SECONDS:
                raise _UnavailableError(f"the answer took longer than {http.MAX_RESPONSE_SECONDS:,.0f} seconds")
            content += piece
            if len(content) > MAX_PAGE_BYTES:
                raise FailError(
                    f"The answer of {self._url.host} is larger than {MAX_PAGE_BYTES:,} bytes. Ask whoever runs the "
                    "server for smaller pages."
                )
        return bytes(content)

    def _busy(self, response: httpx2.Response) -> _UnavailableError | RetryError:
        status = f"HTTP {response.status_code} {response.reason_phrase}"
        wait = http.retry_after(response.headers.get("retry-after"), self._clock())
        if wait is not None and wait > http.MAX_RETRY_AFTER:
            return RetryError(f"{self._url.host} answered {status} and asks to be left alone for {wait:,.0f} seconds")
        return _UnavailableError(status, wait, response.status_code)

    def _stay(self, request: httpx2.Request) -> None:
        """Follow redirects on the host of the catalogue file and nowhere else: a server does not choose whom we ask."""
        if request.url.host != self._url.host or (self._url.scheme == "https" and request.url.scheme != "https"):
            raise FailError(
                f"{self._url.host} redirects to {request.url.copy_with(query=None, userinfo=b'')}, which is not "
                "followed. If the catalogue has moved there, change the url in the catalogue file."
            )


def _url(endpoint: str) -> httpx2.URL:
    try:
        url = httpx2.URL(endpoint)
    except httpx2.InvalidURL as error:
        raise UsageError(f"{endpoint} is no address: {error}") from error
    if not url.host:
        raise UsageError(f"{endpoint} is no address: it names no host")
    return url


def _fault(page: Page) -> str | None:
    """Why the page is no OAI-PMH response; None where it is one."""
    content = _stripped(page.http_response.content)
    if not content:
        return "it is empty"
    if not is_envelope(content):
        return "it is no OAI-PMH response" + (", but a web page" if b"<html" in content[:2000].lower() else "")
    try:
        _ = page.xml
    except etree.XMLSyntaxError as error:
        return f"the XML is not well-formed ({error.msg})"
    return None


def _is_response(page: Page) -> bool:
    return is_envelope(_stripped(page.http_response.content))


def _repaired(page: Page) -> Page | None:
    """The page without its broken records; None where nothing can be had of it."""
    found = repaired(_stripped(page.http_response.content)) if _is_response(page) else None
    if found is None:
        return None
    response = page.http_response
    mended = Page(
        httpx2.Response(response.status_code, content=found.content, request=response.request), params=page.params
    )
    mended.broken = tuple(found.broken)
    return mended


def _stripped(content: bytes) -> bytes:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, _UnavailableError) and error.retry_after is not None:
        return error.retry_after
    return http.BACK_OFF(state)


def _stop(state: RetryCallState) -> bool:
    error = state.outcome.exception() if state.outcome is not None else None
    return state.attempt_number >= (http.ATTEMPTS_MALFORMED if isinstance(error, _MalformedError) else http.ATTEMPTS)
