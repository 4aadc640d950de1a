"""The client for Elasticsearch: address, credentials, and how long a call is tried again.

Waiting is by time: a run, and whoever else holds a lease, waits for Elasticsearch as long as the setting
`elasticsearch_wait` says (10 minutes by default), since hours of work depend on it, or what readers see. A command that
only reads gives up after a few seconds.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple, TypeVar

import orjson
from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, JsonSerializer
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential
from tenacity.stop import stop_base

from pipeline import settings
from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.failures import Named, as_own_error, check_all_of_it, name_server, where_set
from pipeline.redaction import keep_login_secret

T = TypeVar("T")

log = logging.getLogger(__name__)

ATTEMPTS = 5
"""Attempts at least, if they take less than `LONG` seconds."""

LONG = 60.0
"""Seconds after which the number of attempts no longer counts."""

BRIEF = 5.0
"""Seconds that a call is tried again where no lease is held, as in commands that only read."""

LONGEST_WAIT = 20
"""Seconds between two attempts at most."""

WARNED_FROM = 4
"""Attempts before the first warning; the next ones come after twice as many each time."""


class Limits(NamedTuple):
    """A call is given up after `seconds` seconds, and after `attempts` attempts unless they take long."""

    attempts: int
    seconds: float


_limits: ContextVar[Limits | None] = ContextVar("limits", default=None)
_end: ContextVar[Event | None] = ContextVar("end", default=None)


class Credentials(NamedTuple):
    """What a client shows to Elasticsearch: an API key, or user and password, or nothing.

    `authority` is the certificate file of the authority that signed Elasticsearch's certificate.
    """

    api_key: str | None = None
    user: str | None = None
    password: str | None = None
    authority: Path | None = None


class _QuickReader(JsonSerializer):
    """Reads answers in half the time: those with thousands of documents take long."""

    def json_loads(self, data: bytes) -> Any:
        return orjson.loads(data)


def connect(url: str | None = None, credentials: Credentials | None = None, where: str | None = None) -> Elasticsearch:
    """A client for `url`, else for the one of the settings; by default with the credentials of the environment.

    The client itself never retries: `ask` does.

    Args:
        url: the address.
        credentials: what it is shown.
        where: where both were set, for messages; by default the place of the setting.

    Raises:
        UsageError: no URL is set, or a setting cannot be used.
    """
    url = url or settings.elasticsearch_url()
    if not url:
        raise UsageError("ELASTICSEARCH_URL is not set: set it, or start the light Elasticsearch: study-index up")
    keep_login_secret(url)
    name_server(Named(url, where) if where else None)
    where = where_set()
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{where} is {url!r}; it has to be like http://127.0.0.1:9200 or https://host:9200")
    key, user, password, ca = credentials or _of_environment()
    authority: dict[str, Any] = {"ca_certs": str(ca)} if ca else {}
    try:
        return Elasticsearch(
            url,
            **authority,
            api_key=key,
            basic_auth=(user, password) if user and password else None,
            request_timeout=120,
            max_retries=0,
            retry_on_timeout=False,
            http_compress=False,
            serializer=_QuickReader(),
        )
    except (ValueError, OSError) as error:
        raise UsageError(f"{where}, or what goes with it, cannot be used: {error}") from error


def _of_environment() -> Credentials:
    key, user, password = map(_credential, settings.SECRETS)
    if bool(user) != bool(password):
        raise UsageError("ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD go together: set both or none")
    if key and user:
        raise UsageError(
            "Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD, not both; the same holds for "
            "the variables that end in _FILE"
        )
    ca = settings.elasticsearch_ca()
    if ca and not os.access(ca, os.R_OK):
        raise UsageError(f"{settings.where('elasticsearch_ca')} names {ca}, which is no file that can be read")
    return Credentials(key, user, password, ca)


def _credential(name: str) -> str | None:
    """A credential of the settings.

    Raises:
        UsageError: it has a character that HTTP cannot send, or cannot be read.
    """
    value = settings.secret(name)
    is_header = name == "elasticsearch_api_key"  # the others are sent encoded
    if value and (not value.isprintable() or (is_header and not value.isascii())):
        where = settings.where_secret(name)
        raise UsageError(f"{where} contains a line end or another character that HTTP cannot send: set it again")
    return value


@contextmanager
def waiting(seconds: float | None = None) -> Iterator[None]:
    """Within it, calls are tried again for so many seconds; by default those of the setting `elasticsearch_wait`."""
    with _limited(Limits(ATTEMPTS, settings.elasticsearch_wait() if seconds is None else seconds)):
        yield


@contextmanager
def trying_once() -> Iterator[None]:
    """Within it, calls are not tried again: whoever calls does that."""
    with _limited(Limits(1, 0)):
        yield


@contextmanager
def _limited(limits: Limits) -> Iterator[None]:
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)


def ask(call: Callable[[], T]) -> T:
    """Make a call and return its answer, which is about all that was asked for.

    While the server is busy or unavailable, or answers in part only, it is tried again.

    Raises:
        RetryError: so it was until the time was over.
        FailError: the server refused the credentials or the request.
    """
    for attempt in retrying():
        with attempt:
            return once(call)
    raise AssertionError("tenacity ends by returning or raising")


def made(make: Callable[[], Any]) -> bool:
    """Make an index; False where there is one of that name. Raises what `make` does."""
    try:
        make()
    except FailError as error:
        if isinstance(error.__cause__, ApiError) and error.__cause__.error == "resource_already_exists_exception":
            return False
        raise
    return True


def once(call: Callable[[], T]) -> T:
    """Make a call one time, and return its answer; raises what `ask` does."""
    try:
        answer = call()
    except (ApiError, TransportError) as error:
        raise as_own_error(error) from error
    check_all_of_it(getattr(answer, "body", None))
    return answer


class Patience(stop_base):
    """When to give up: after the limits, counted from the last progress."""

    def __init__(self) -> None:
        self._limits = _limits.get() or Limits(ATTEMPTS, min(BRIEF, settings.elasticsearch_wait()))
        self._from = Limits(0, 0)
        self._progress = False

    def progress(self) -> None:
        """Count anew after this attempt: it reached something."""
        self._progress = True

    def left(self, state: RetryCallState) -> float:
        """Seconds until it gives up."""
        return self._limits.seconds - self._lasted(state)

    def __call__(self, state: RetryCallState) -> bool:
        """Whether to give up now; tenacity asks after each attempt."""
        if self._progress:
            self._progress = False
            self._from = Limits(state.attempt_number, _elapsed(state))
        tried = state.attempt_number - self._from.attempts
        enough = tried >= self._limits.attempts or self._lasted(state) >= LONG
        return enough and self.left(state) <= 0

    def _lasted(self, state: RetryCallState) -> float:
        return _elapsed(state) - self._from.seconds


def _elapsed(state: RetryCallState) -> float:
    """Seconds since the first attempt; waits count in full, also where a test leaves them out."""
    return max(state.idle_for, state.seconds_since_start or 0)


def retrying(patience: Patience | None = None) -> Retrying:
    """Attempts, as long as they end in `RetryError`, with jittered exponential back-off between them.

    A warning states what is wrong and how long it goes on.
    """
    until = patience or Patience()
    return Retrying(
        retry=retry_if_exception_type(RetryError),
        stop=until,
        wait=wait_random_exponential(multiplier=settings.backoff(), max=LONGEST_WAIT),
        before_sleep=lambda state: _warn(state, until.left(state)),
        sleep=sleep,
        reraise=True,
    )


@contextmanager
def until(end: Event) -> Iterator[None]:
    """Within it, waits between attempts are over once `end` is set."""
    token = _end.set(end)
    try:
        yield
    finally:
        _end.reset(token)


def sleep(seconds: float) -> None:
    """Wait before the next attempt."""
    end = _end.get()
    if end is None:
        time.sleep(seconds)
    else:
        end.wait(seconds)


def _warn(state: RetryCallState, left: float) -> None:
    number = state.attempt_number
    if number >= WARNED_FROM and number & (number - 1) == 0 and state.outcome is not None:
        log.warning("%s Trying again for %.0f s.", state.outcome.exception(), max(left, 0))
