"""The client for Elasticsearch: address, credentials, retries, and its errors as the pipeline's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

from elastic_transport import ConnectionError as NotConnected
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, AuthenticationException, AuthorizationException, Elasticsearch
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from pipeline import settings
from pipeline.errors import FailError, RetryError, StudyIndexError, UsageError
from pipeline.redaction import keep_login_secret

T = TypeVar("T")

BUSY = frozenset({429, 502, 503, 504})
ATTEMPTS = 5
LONGEST_WAIT = 20
"""Seconds between two attempts at most."""


def connect(url: str | None = None) -> Elasticsearch:
    """A client for `url`, else for the one of the settings, with the credentials of the environment.

    The client itself never retries: `ask` does.

    Raises:
        UsageError: no URL is set, or a setting cannot be used.
    """
    url = url or settings.elasticsearch_url()
    if not url:
        raise UsageError("ELASTICSEARCH_URL is not set: set it, or start the light Elasticsearch: study-index up")
    keep_login_secret(url)
    if not url.startswith(("http://", "https://")):
        raise UsageError(
            f"{settings.where('elasticsearch_url')} is {url!r}; it has to be like "
            "http://127.0.0.1:9200 or https://host:9200"
        )
    key, user, password = map(_credential, settings.SECRETS.values())
    if bool(user) != bool(password):
        raise UsageError("ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD go together: set both or none")
    ca = settings.elasticsearch_ca()
    if key and user:
        raise UsageError("Set ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD, not both")
    if ca and not os.access(ca, os.R_OK):
        raise UsageError(f"{settings.where('elasticsearch_ca')} names {ca}, which is no file that can be read")
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
        )
    except (ValueError, OSError) as error:
        setting = settings.where("elasticsearch_url")
        raise UsageError(f"{setting}, or what goes with it, cannot be used: {error}") from error


def _credential(variable: str) -> str | None:
    """The value of an environment variable, without the line end that a file of secrets often ends with.

    Raises:
        UsageError: it has a character that HTTP cannot send.
    """
    value = os.environ.get(variable, "").strip()
    is_header = variable == settings.SECRETS["elasticsearch_api_key"]  # the others are sent encoded
    if not value.isprintable() or (is_header and not value.isascii()):
        raise UsageError(f"{variable} contains a line end or another character that HTTP cannot send: set it again")
    return value or None


def ask(call: Callable[[], T]) -> T:
    """Make a call and return its answer; while the server is busy or unavailable, try again with jittered back-off.

    Raises:
        RetryError: the server was busy or unavailable in every attempt.
        FailError: the server refused the credentials or the request.
    """
    for attempt in retrying(ATTEMPTS):
        with attempt:
            try:
                return call()
            except (ApiError, TransportError) as error:
                raise as_own_error(error) from error
    raise AssertionError("tenacity ends by returning or raising")


def retrying(attempts: int) -> Retrying:
    """Attempts, as long as they end in `RetryError`, with jittered exponential back-off between them."""
    return Retrying(
        retry=retry_if_exception_type(RetryError),
        stop=stop_after_attempt(attempts),
        wait=wait_random_exponential(multiplier=settings.backoff(), max=LONGEST_WAIT),
        reraise=True,
    )


def as_own_error(error: ApiError | TransportError) -> StudyIndexError:
    """The pipeline's own error for an error of the client: whether to retry or fail, and what to do."""
    if isinstance(error, TlsError):
        return FailError(
            f"Elasticsearch's certificate is not trusted ({error.message}): set ELASTICSEARCH_CA to the file of the "
            f"authority that signed it, or check {settings.where('elasticsearch_url')}."
        )
    if isinstance(error, NotConnected | ConnectionTimeout):
        return RetryError(
            f"{_server()} does not answer ({error.message}). Start it (study-index up starts the light one), or set "
            f"{settings.where('elasticsearch_url')} to one that runs."
        )
    if isinstance(error, AuthenticationException | AuthorizationException):
        return FailError(
            f"{_server()} refused the credentials (HTTP {error.meta.status}: {_reason(error)}). "
            "Check ELASTICSEARCH_API_KEY, or ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD, and the role behind them."
        )
    if isinstance(error, ApiError) and error.error == "index_not_found_exception":
        return FailError(f"{_reason(error)}. Did another run of the catalogue replace it? Run the catalogue again.")
    if isinstance(error, ApiError):
        kind = RetryError if error.meta.status in BUSY else FailError
        return kind(f"{_server()} answered HTTP {error.meta.status}: {_reason(error)}")
    return RetryError(f"{_server()} could not be asked: {error.message}")


def _server() -> str:
    url = settings.elasticsearch_url()
    return f"Elasticsearch at {url}" if url else "The light Elasticsearch"


def _reason(error: ApiError) -> str:
    """The reason that the server gave, cut to 500 characters."""
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        causes = body["error"].get("root_cause") or [body["error"]]
        return "; ".join(str(cause.get("reason", cause)) for cause in causes)[:500]
    return str(error.message)[:500]
