"""A polite HTTP client: one request at a time and host, paced, waited for, bounded, and to hosts that were named.

Whatever is tried again is tried again here. Credentials go to the catalogue's own host alone, and are in no message;
the library's own log of addresses stays off, as these hold keys.
"""

from __future__ import annotations

import logging
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType, TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import quote, quote_plus

import httpx2
import orjson
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.protocols.base import now

MAX_RESPONSE_BYTES = 64 * 1024 * 1024
"""Largest response, unpacked."""
MAX_RESPONSE_SECONDS = 600.0
"""Longest time from the request to the end of its response."""
MAX_RETRY_AFTER = 900.0
"""Longest wait in seconds that a server may ask for (Retry-After); beyond it the run ends and says so."""
ATTEMPTS = 6
"""How often is asked while the server is busy or away; with the waits between, some two minutes."""
ATTEMPTS_MALFORMED = 2
"""How often is asked for an answer that cannot be read: a server that stopped half-way may do better once."""
TIMEOUT = 60.0
"""Seconds that a server may take for the connection, and between two pieces of its answer."""
MAX_REDIRECTS = 5

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})
BACK_OFF = wait_random_exponential(multiplier=1, max=60)
_HIDDEN = "…"

T = TypeVar("T")

for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class UnavailableError(Exception):
    """The server was busy or away; `retry_after` seconds are what it asks for."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MalformedError(Exception):
    """The server answered, and the answer cannot be read: raised by what reads it."""


class Request(NamedTuple):
    """What is asked. `params` replace those of the same name in `url`; `json` is the body of a POST."""

    url: str
    params: Mapping[str, Any] = MappingProxyType({})
    json: Any = None
    method: str = "GET"
    headers: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    """What the server says. `url` is the address that answered, after redirects, without credentials."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str

    def json(self) -> Any:
        """The JSON value.

        Raises:
            MalformedError: it is none.
        """
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError as error:
            kind = "a web page" if b"<html" in self.content[:2000].lower() else f"no JSON ({error})"
            raise MalformedError(f"it is {kind}") from error

    @property
    def date(self) -> datetime | None:
        """The server's time, where it says it."""
        return http_date(self.headers.get("date"))


class _Turn:
    """Whose turn it is at one host, and when it may be asked next."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next = 0.0


_TURNS: defaultdict[str, _Turn] = defaultdict(_Turn)


class Client:
    """Asks the host of one catalogue, and hosts that its file allows.

    Args:
        url: an address of the catalogue's own host.
        headers: sent with each request to that host, and to no other.
        secrets: words that no message may hold.
        allow_hosts: other hosts that may be asked, or redirected to.
        requests_per_second: at most so many to one host.
        sleep: waits for so many seconds.
        clock: the time in UTC, against which a server's date for trying again is read.
        timer: seconds on a clock that never goes back.

    Raises:
        UsageError: `url` is no address.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Iterable[str] = (),
        allow_hosts: Iterable[str] = (),
        requests_per_second: float = 5.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = now,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = _url(url, UsageError)
        self._headers = dict(headers or {})
        self._secrets = [form for word in secrets if word for form in {word, quote(word), quote_plus(word)}]
        self._allowed = frozenset(host.lower() for host in allow_hosts)
        self._interval = 1.0 / requests_per_second
        self._sleep = sleep
        self._clock = clock
        self._timer = timer
        self._http = httpx2.Client(verify=_trusted(), timeout=TIMEOUT, headers={"User-Agent": user_agent()})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, request: Request, use: Callable[[Answer], T], *, accept: frozenset[int] = frozenset()) -> T:
        """What `use` makes of the answer.

        Args:
            request: what is asked.
            use: reads the answer; a MalformedError from it is reason to ask once more.
            accept: HTTP statuses besides success that `use` takes.

        Raises:
            RetryError: the server was busy or away, and stayed so.
            FailError: it refuses, its answer cannot be used, or it sends us to a host that is not allowed.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(UnavailableError),
            wait=_wait,
            stop=stop_after_attempt(ATTEMPTS),
            sleep=self._sleep,
            reraise=True,
        )
        malformed = 0

        def once() -> T:
            nonlocal malformed
            answer = self._answer(request, accept)
            try:
                return use(answer)
            except MalformedError as error:
                malformed += 1
                if malformed < ATTEMPTS_MALFORMED:
                    raise UnavailableError(str(error)) from error
                raise

        try:
            return retrying(once)
        except UnavailableError as error:
            raise RetryError(f"{self.shown(request)}: {error}. Try again later.") from error
        except MalformedError as error:
            raise FailError(
                f"The answer to {self.shown(request)} cannot be used: {error}. Open the address and see; where the "
                "server is at fault, tell whoever runs it."
            ) from error

    def shown(self, request: Request | str) -> str:
        """The address of a request, without credentials."""
        url = request if isinstance(request, str) else _address(request)
        return self.hide(str(httpx2.URL(url).copy_with(userinfo=b"")))

    def _answer(self, request: Request, accept: frozenset[int]) -> Answer:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._one(request)
            if answer.status not in _REDIRECTS:
                break
            request = self._redirected(request, answer)
        else:
            raise FailError(f"{self.shown(request)} redirects in a circle. Check the url in the catalogue file.")
        if answer.status in BUSY:
            raise self._busy(answer)
        if not 200 <= answer.status < 300 and answer.status not in accept:
            raise FailError(
                f"{answer.url} answered HTTP {answer.status}. Check the protocol's keys in the catalogue file, and "
                "whether the service wants a key."
            )
        return answer

    def _one(self, request: Request) -> Answer:
        url = _url(_address(request))
        self._check_host(url)
        headers = {**request.headers, **(self._headers if _origin(url) == _origin(self._home) else {})}
        turn = _TURNS[url.host]
        with turn.lock:
            if (wait := turn.next - self._timer()) > 0:
                self._sleep(wait)
            started = self._timer()
            turn.next = started + self._interval
            try:
                with self._http.stream(request.method, url, json=request.json, headers=headers) as response:
                    content = self._content(response, started)
            except httpx2.RequestError as error:
                raise UnavailableError(self.hide(str(error) or type(error).__name__)) from error
        return Answer(response.status_code, response.headers, content, self.shown(str(url)))

    def _content(self, response: httpx2.Response, started: float) -> bytes:
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > MAX_RESPONSE_BYTES:
                raise FailError(
                    f"The answer of {self._home.host} is larger than {MAX_RESPONSE_BYTES:,} bytes. Ask for smaller "
                    "pages in the catalogue file."
                )
            if self._timer() - started > MAX_RESPONSE_SECONDS:
                raise UnavailableError(f"the answer took longer than {MAX_RESPONSE_SECONDS:,.0f} seconds")
        return bytes(content)

    def _busy(self, answer: Answer) -> UnavailableError | RetryError:
        status = f"HTTP {answer.status}"
        wait = retry_after(answer.headers.get("retry-after"), self._clock())
        if wait is not None and wait > MAX_RETRY_AFTER:
            return RetryError(f"{self._home.host} answered {status} and asks to be left alone for {wait:,.0f} seconds")
        return UnavailableError(status, wait)

    def _redirected(self, request: Request, answer: Answer) -> Request:
        location = answer.headers.get("location")
        if not location or (request.method != "GET" and answer.status not in _KEEPS_METHOD):
            raise FailError(f"{answer.url} answered HTTP {answer.status}. Check the url in the catalogue file.")
        try:
            target = httpx2.URL(_address(request)).join(location)
        except httpx2.InvalidURL as error:
            raise FailError(f"{answer.url} redirects to what is no address. Tell whoever runs it.") from error
        return request._replace(url=str(target), params={})

    def _check_host(self, url: httpx2.URL) -> None:
        """A server does not choose whom we ask, nor that what was encrypted goes in the clear."""
        if url.host != self._home.host and url.host not in self._allowed:
            raise FailError(
                f"{self._home.host} sends us to {url.host}, which is not asked. If the catalogue has moved there, "
                f"change its url; if {url.host} is part of it, name it in allow_hosts."
            )
        if self._home.scheme == "https" and url.scheme != "https":
            raise FailError(f"{self._home.host} sends us from https to {url.scheme}, which is not followed.")

    def hide(self, words: str) -> str:
        """The words without what is secret in them."""
        for secret in self._secrets:
            words = words.replace(secret, _HIDDEN)
        return words


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted: reading them takes longer than a request."""
    return httpx2.create_ssl_context()


@cache
def user_agent() -> str:
    """Who asks; finding the version reads files, and robots.txt is asked about every page."""
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
    """A date of HTTP (RFC 9110, section 5.6.7), in UTC; None for none."""
    if words is None:
        return None
    try:
        return parsedate_to_datetime(words).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _address(request: Request) -> str:
    url = _url(request.url)
    return str(url.copy_merge_params(dict(request.params)) if request.params else url)


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _url(address: str, kind: type[StudyIndexError] = FailError) -> httpx2.URL:
    """The address; an error of that kind where it is none of the web."""
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise kind(f"{address} is no address: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise kind(f"{address} is no address of the web")
    return url


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, UnavailableError) and error.retry_after is not None:
        return error.retry_after
    return BACK_OFF(state)
