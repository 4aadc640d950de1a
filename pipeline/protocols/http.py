"""The only HTTP client: it identifies itself, paces its requests, retries, and stays within bounds and named hosts.

Every protocol asks through it: JSON APIs, sitemaps, OAI-PMH, and files at web addresses. Retries happen here and
nowhere else. Credentials go to the catalogue's own host alone and never into a message. The library logs warnings
alone: its other messages print addresses, and these may hold keys.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self, TypeVar

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.protocols.clocks import CLOCKS, Clocks
from pipeline.protocols.http_messages import (
    Answer,
    MalformedError,
    Request,
    address_of,
    is_loopback,
    origin,
    retry_after,
    sendable,
    web_url,
    words_in,
)
from pipeline.protocols.http_transport import Countdown, beginning, content, has_an_end, location, open_client
from pipeline.protocols.unpacking import BrokenStreamError, CutShortError
from pipeline.protocols.unusable import UnusableAnswerError
from pipeline.redaction import keep_login_secret, redact

MAX_RESPONSE_BYTES = 64 * 1024 * 1024
"""Largest response that is held in memory, decompressed. A page of 100 of the largest real records is some 20 MB."""
MAX_RESPONSE_SECONDS = 600.0
"""Longest time that such a response may take, from the connection to its last byte; of a streamed one, each piece."""
MAX_RETRY_AFTER = 900.0
"""Longest wait in seconds that a server may ask for (Retry-After); beyond it the run ends and names the wait."""
ATTEMPTS = 6
"""Requests made while the server is busy or unavailable; with the waits between them, some two minutes."""
ATTEMPTS_MALFORMED = 2
"""Requests made for an answer that cannot be read: a server that stopped half-way may succeed the second time."""
MAX_REDIRECTS = 5
MAX_WORDS = 300
"""Characters of an error's own words that a message quotes."""
REQUESTS_PER_SECOND = 5.0
"""Pace towards one host where neither the catalogue file nor the host states one."""

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed later."""
INTERNAL_ERROR = 500
PARTIAL = 206
"""A part of the content, which no request asked for."""
UNAUTHORISED = frozenset({401, 403})
"""Statuses of a service that wants another key or login."""
PIECE_BYTES = 64 * 1024
BACK_OFF = wait_random_exponential(multiplier=1, max=60)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})

T = TypeVar("T")

for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class UnavailableError(Exception):
    """The server was busy or unavailable; the request is made again. `retry_after` is its Retry-After, in seconds."""

    def __init__(self, message: str, *, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class RefusedError(FailError):
    """The server refuses a request by its status, which is neither success nor a reason to try again."""


class ServerFaultError(RetryError):
    """The server fails on this very request (HTTP 500); it may answer others."""


class _Turn:
    """When one host may be asked next, in seconds of the client's timer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next = 0.0


_TURNS: defaultdict[str, _Turn] = defaultdict(_Turn)


class Client:
    """Asks the host of one catalogue, and other hosts that its file allows.

    Args:
        url: an address of the catalogue's own host; a login in it (`https://user:password@…`) goes to that host alone.
        headers: sent with each request to that host, and to no other.
        allow_hosts: other hosts that may be asked, or redirected to.
        requests_per_second: pace towards one host, where the catalogue file or the host states it.
        default_pace: the same, where neither states it. It does not hold on loopback: that is this machine.
        clocks: how to wait, and what the time is.

    Raises:
        UsageError: `url` is not a web address, or a header cannot be sent.
    """

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        allow_hosts: Iterable[str] = (),
        requests_per_second: float | None = None,
        default_pace: float = REQUESTS_PER_SECOND,
        clocks: Clocks = CLOCKS,
    ) -> None:
        self._home = web_url(url, UsageError)
        login = httpx2.URL(url)
        self._auth = (login.username, login.password) if login.userinfo else None
        self._headers = sendable(headers or {})
        keep_login_secret(url)
        self._allowed = frozenset(host.lower() for host in allow_hosts)
        self._rate = requests_per_second
        self._default_pace = default_pace
        self._clocks = clocks
        self._countdown = Countdown(clocks.timer)
        self._http = open_client(self._countdown)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, request: Request, read: Callable[[Answer], T], *, accept: Container[int] = ()) -> T:
        """The answer to a request, as `read` returns it.

        Args:
            request: the request.
            read: reads the answer; where it raises MalformedError, the request is made once more.
            accept: HTTP statuses besides success that `read` takes; never those of `BUSY`.

        Raises:
            RetryError: the server stayed busy or unavailable; ServerFaultError where it failed with HTTP 500.
            FailError: it refuses, or refers to a host that is not allowed; UnusableAnswerError where the answer cannot
                be read.
        """
        malformed = 0

        def attempt() -> T:
            nonlocal malformed
            with self._answering(request, accept) as response:
                answer = self._held(response)
            try:
                return read(answer)
            except MalformedError as error:
                malformed += 1
                if malformed < ATTEMPTS_MALFORMED:
                    raise UnavailableError(str(error)) from error
                raise UnusableAnswerError(
                    f"The answer to {self.shown(request)} cannot be used: {error}. Open the address; if "
                    "the server gives a wrong answer, report it to the operator of the server.",
                    answer,
                ) from error

        return self._retrying(request, attempt)

    def stream(self, request: Request, size: int) -> Iterator[bytes]:
        """The content of the answer in pieces of `size` bytes, at flat memory and without a bound in size.

        The request is made again as long as no byte has been handed on.

        Raises:
            RetryError: the server stayed busy or unavailable, or the connection broke after the first piece.
            FailError: it refuses, or refers to a host that is not allowed; CutShortError after the last piece, where
                nothing but the closing of the connection marks the end.
        """
        shown = self.shown(request)
        with ExitStack() as connection:

            def attempt() -> tuple[bytes, Iterator[bytes], bool]:
                with ExitStack() as opened:
                    response = opened.enter_context(self._answering(request, ()))
                    pieces = content(response, size, shown)
                    first = next(pieces, b"")
                    connection.push(opened.pop_all())
                    return first, pieces, has_an_end(response)

            piece, pieces, ends = self._retrying(request, attempt)
            while piece:
                yield piece
                self._countdown.start(min(MAX_RESPONSE_SECONDS, self._clocks.check()))
                try:
                    piece = next(pieces, b"")
                except (httpx2.RequestError, BrokenStreamError) as error:
                    raise RetryError(
                        f"The connection broke while {shown} was read: {self._words(error)}. Run the catalogue again."
                    ) from error
        if not ends:
            raise CutShortError(
                f"Nothing but the closing of the connection marks the end of {shown}, so it may be cut short. Ask its "
                "operator to send Content-Length, or download the file and check it."
            )

    def shown(self, request: Request | str) -> str:
        """The address of a request, without credentials."""
        return redact(address_of(Request(request) if isinstance(request, str) else request))

    def refusal(self, answer: Answer) -> RefusedError:
        """The error for an answer whose status is neither success nor a reason to try again."""
        return self._refused(self.shown(answer.url), answer.status, answer.content)

    def _retrying(self, request: Request, attempt: Callable[[], T]) -> T:
        def guarded() -> T:
            try:
                return attempt()
            except (httpx2.RequestError, BrokenStreamError) as error:
                raise UnavailableError(self._words(error)) from error

        retrying = Retrying(
            retry=retry_if_exception_type(UnavailableError),
            wait=_wait,
            stop=stop_after_attempt(ATTEMPTS),
            sleep=self._clocks.sleep,
            reraise=True,
        )
        try:
            return retrying(guarded)
        except UnavailableError as error:
            kind = ServerFaultError if error.status == INTERNAL_ERROR else RetryError
            raise kind(f"{self.shown(request)}: {error}. Try again later.") from error

    @contextmanager
    def _answering(self, request: Request, accept: Container[int]) -> Iterator[httpx2.Response]:
        """The open response of the server to which redirects lead."""
        for _ in range(MAX_REDIRECTS + 1):
            with self._one(request) as response:
                if response.status_code not in _REDIRECTS:
                    self._check_status(response, accept)
                    yield response
                    return
                request = self._redirected(request, response)
        raise FailError(
            f"{self.shown(request)} redirects more than {MAX_REDIRECTS} times. Check the address in the catalogue file."
        )

    @contextmanager
    def _one(self, request: Request) -> Iterator[httpx2.Response]:
        """The open response to one request, in its turn."""
        url = httpx2.URL(address_of(request))
        self._check_host(url)
        is_home = origin(url) == origin(self._home)
        headers = {**request.headers, **(self._headers if is_home else {})}
        left = self._clocks.check()
        self._pace(url.host)
        self._countdown.start(min(MAX_RESPONSE_SECONDS, left))
        with self._http.stream(
            request.method, url, json=request.json, headers=headers, auth=self._auth if is_home else None
        ) as response:
            yield response

    def _pace(self, host: str) -> None:
        if self._rate is None and is_loopback(host):
            return
        turn = _TURNS[host]
        with turn.lock:
            if (wait := turn.next - self._clocks.timer()) > 0:
                self._clocks.sleep(wait)
            turn.next = self._clocks.timer() + 1.0 / (self._rate or self._default_pace)

    def _held(self, response: httpx2.Response) -> Answer:
        held = bytearray()
        for piece in content(response, PIECE_BYTES, self.shown(str(response.url))):
            held += piece
            if len(held) > MAX_RESPONSE_BYTES:
                raise FailError(
                    f"The answer of {self._home.host} is larger than {MAX_RESPONSE_BYTES:,} bytes. Ask for smaller "
                    "pages in the catalogue file, or ask the operator of the server for them."
                )
        return Answer(response.status_code, response.headers, bytes(held), str(response.url), has_an_end(response))

    def _check_status(self, response: httpx2.Response, accept: Container[int]) -> None:
        status = response.status_code
        if status in BUSY:
            wait = retry_after(response.headers.get("retry-after"), self._clocks.now())
            if wait is not None and wait > MAX_RETRY_AFTER:
                raise RetryError(
                    f"{response.url.host} answered HTTP {status} and asks for no request for {wait:,.0f} seconds. "
                    "Run the catalogue again after that."
                )
            words = self._quoted(beginning(response, 10 * MAX_WORDS)) if status == INTERNAL_ERROR else ""
            raise UnavailableError(f"HTTP {status}{words}", retry_after=wait, status=status)
        if (not 200 <= status < 300 and status not in accept) or status == PARTIAL:
            raise self._refused(self.shown(str(response.url)), status, beginning(response, 10 * MAX_WORDS))

    def _refused(self, address: str, status: int, content: bytes = b"") -> RefusedError:
        todo = (
            "The service wants a key or a login, or refuses the present one: renew the variable that the catalogue "
            "file names for it, in the environment or in Airflow."
            if status in UNAUTHORISED
            else "Check the address and the protocol's other keys in the catalogue file."
        )
        return RefusedError(f"{address} answered HTTP {status}{self._quoted(content)}. {todo}")

    def _quoted(self, content: bytes) -> str:
        """What a service states in an error, as the end of a clause; empty where it states nothing."""
        words = redact(words_in(content))  # before it is cut: no half of a key
        return f" ({words[:MAX_WORDS]}{'…' if len(words) > MAX_WORDS else ''})" if words else ""

    def _redirected(self, request: Request, response: httpx2.Response) -> Request:
        target_of = location(response)
        if not target_of or (request.method != "GET" and response.status_code not in _KEEPS_METHOD):
            raise self._refused(self.shown(request), response.status_code)
        try:
            target = web_url(str(response.url.join(target_of)))
        except (FailError, httpx2.InvalidURL, ValueError) as error:
            raise FailError(
                f"{self.shown(request)} redirects to something that is not an http or https address. Report it to the "
                "operator of the server."
            ) from error
        if request.json is not None and origin(target) != origin(response.url):
            self._check_host(target)
            raise FailError(
                f"{self.shown(request)} redirects to {target.host}. The body of the request is not sent there, as it "
                "may hold keys. If the service has moved there, change its address in the catalogue file."
            )
        return request._replace(url=str(target), params={})

    def _check_host(self, url: httpx2.URL) -> None:
        """Refuse hosts that the catalogue file does not name: no server may choose what is read in a network."""
        if url.host != self._home.host and url.host not in self._allowed:
            shown = redact(str(url.copy_with(query=None, fragment=None)))
            raise FailError(
                f"{self._home.host} refers to {shown}, a host that this catalogue may not reach. If the catalogue has "
                f"moved there, change its address in the catalogue file; if {url.host} is part of it, add it to "
                "allow_hosts."
            )
        if self._home.scheme == "https" and url.scheme != "https":
            raise FailError(f"{self._home.host} refers from https to {url.scheme}, which is not followed.")

    def _words(self, error: httpx2.RequestError | BrokenStreamError) -> str:
        return redact(str(error) or type(error).__name__)


def _wait(state: RetryCallState) -> float:
    """The back-off, or the server's Retry-After where that is longer: it may ask for 0 seconds and stay busy."""
    error = state.outcome.exception() if state.outcome is not None else None
    asked = error.retry_after if isinstance(error, UnavailableError) else None
    return max(BACK_OFF(state), asked or 0.0)
