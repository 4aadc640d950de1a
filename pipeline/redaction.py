"""Keys and passwords are hidden in everything that leaves the process: one place knows them, and `redact` hides them.

Every message of an error goes through `redact` (`pipeline.errors`), and so do log lines, tracebacks, notes in reports,
findings and rejects. Documents and raw records do not: they are what a catalogue publishes.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

SHORT = 6
"""Words of fewer characters are hidden only as a value: `10` is part of many numbers that a message needs."""
HIDDEN = "…"

IN_FILE = "_FILE"
"""End of the name of a variable that names a file with a secret, instead of holding it."""

_VARIABLES = ("ELASTICSEARCH_API_KEY", "ELASTICSEARCH_PASSWORD", "STUDY_INDEX_EMBEDDINGS_KEY")
_OF_STORES = ("AWS_", "AZURE_", "FSSPEC_")
"""How variables begin that hold the credentials of object stores; the name tells which of them is a key."""
_ADDRESSES = ("ELASTICSEARCH_URL", "STUDY_INDEX_STAGING", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")
"""Environment variables that hold a secret, or an address that may hold one."""

_VALUE = r"""(?<=[="]){}(?![\w%+-])"""
"""A whole value of a query string (`size=10`) or a JSON text (`"10"`)."""
_SCHEME = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://")
_LOGIN = re.compile(r"(?<=://)(?:[^\s/?#@:]*:[^\s@]*|[^\s/?#@]+)@")
"""User and password, or a user alone, in an address. A password may contain `/`, `?` or `#`."""
_KEY_NAME = (
    r"(?!(?:page|next|resumption|continuation)[_.-]?token)"  # the place of a page
    r"(?:[\w.-]*(?:[_.-]|(?-i:(?<=[a-z0-9])(?=[A-Z]))))?"  # client_secret, X-Api-Key, accessToken; not monkey
    r"(?:key|apikey|token|password|passwd|secret|signature|sig|auth|authorization|cookie)"
)
_NAMED = re.compile(rf"""(?<=[?&])({_KEY_NAME}=)[^&#\s'"<>]+""", re.IGNORECASE)
"""A parameter of a query string whose name states that it is a key."""

_PERCENT = re.compile(r"%[0-9A-F]{2}")
_ANY = "surrogateescape"
"""How bytes of the environment that are not UTF-8 become text, and bytes again."""

_words: set[str] = set()


def keep_secret(words: Iterable[str]) -> None:
    """Hide these words from now on, in each form in which an address, a JSON text or a header may write them.

    A word shorter than `SHORT` is hidden only where it is a whole value of a query string or of a JSON text.
    """
    _words.update(word for word in words if word.strip())


def keep_login_secret(address: str) -> None:
    """Hide the login of an address from now on; the address need not be a valid one."""
    keep_secret(_login(address))


def known_secrets() -> frozenset[str]:
    """All words that are hidden: those of the environment and of the files that it names, and those that were kept."""
    found = {_given(name) for name in _VARIABLES}
    user, password = (_given(f"ELASTICSEARCH_{name}").strip() for name in ("USER", "PASSWORD"))
    if user and password:
        found.add(_as_header(f"{user}:{password}"))
    found.update(_of_object_stores())
    for name in _ADDRESSES:
        found |= _login(os.environ.get(name, ""))
    return frozenset(word for word in found | _words if word.strip())


def _of_object_stores() -> Iterator[str]:
    """What the environment holds of the credentials with which drivers of object stores sign their requests."""
    for name, value in os.environ.items():
        if name.startswith(_OF_STORES):
            if names_a_key(name) or name.endswith("CONNECTION_STRING"):
                yield value
            elif name.startswith("FSSPEC_") and value.lstrip().startswith("{"):
                yield from _keys_of(value)


def _keys_of(options: str) -> list[str]:
    """The keys among the options of a driver, which fsspec takes as a JSON object."""
    try:
        found = json.loads(options)
    except ValueError:  # fsspec cannot use it either
        return [options]
    return [str(value) for name, value in found.items() if names_a_key(name)]


def _given(name: str) -> str:
    """The secret of a variable, or of the file that it names; it is read each time, since keys are replaced."""
    file = os.environ.get(name + IN_FILE)
    if not file:
        return os.environ.get(name, "")
    try:
        return Path(file).read_text(encoding="utf-8", errors=_ANY)
    except OSError:  # what cannot be read can be in no message; whoever needs it refuses the file by name
        return ""


def redact(text: str) -> str:
    """The text without secrets: known words, logins in addresses, and values of parameters that are named as keys."""
    return _NAMED.sub(rf"\1{HIDDEN}", _LOGIN.sub("", _without_words(text)))


def holds_secret(text: str) -> bool:
    """Whether the text contains a known word."""
    return _without_words(text) != text


def _without_words(text: str) -> str:
    for pattern in _patterns(known_secrets()):
        text = pattern.sub(HIDDEN, text)
    return text


def names_a_key(name: str) -> bool:
    """Whether the name of a parameter or header states that its value is a key or password."""
    return re.fullmatch(_KEY_NAME, name, re.IGNORECASE) is not None


class RedactingFormatter(logging.Formatter):
    """Formats log records and their tracebacks without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record, with its traceback."""
        return redact(super().format(record))


@cache
def _patterns(words: frozenset[str]) -> list[re.Pattern[str]]:
    forms = {form: len(word.strip()) < SHORT for word in words for form in _forms(word)}
    return [
        re.compile(_VALUE.format(re.escape(form)) if is_short else re.escape(form))
        for form, is_short in sorted(forms.items(), key=lambda each: -len(each[0]))  # one may contain another
    ]


def _forms(word: str) -> set[str]:
    """The ways in which a word may be written."""
    written = {word, word.strip()}  # a line end at the end of a key is not sent
    for each in [*written]:
        quoted = {quote(each, safe=safe, errors=_ANY) for safe in ("/", "")} | {quote_plus(each, errors=_ANY)}
        quoted |= {_PERCENT.sub(lambda found: found[0].lower(), form) for form in quoted}
        written |= quoted | {unquote(each), html.escape(each), html.escape(each, quote=False)}
        written |= {json.dumps(each)[1:-1], json.dumps(each, ensure_ascii=False)[1:-1], repr(each)[1:-1]}
    return {form for form in written if form.strip()}


def _login(address: str) -> set[str]:
    """Login, password, and the header that is made of them; of the last `@` of the address, as a password may hold one.

    A host without a login has no `@` before its path; a path that has one is taken for a part of a password, unless
    there is none: `https://host/@name` has no login.
    """
    login, found, _ = address.rpartition("@")
    if scheme := _SCHEME.match(login):
        login = login[scheme.end() :]
    user, colon, password = login.partition(":")
    if not found or re.search(r"[/?#]", login if not colon else user):
        return set()
    return {login, password, unquote(password), _as_header(unquote(login))} if colon else {login}


def _as_header(login: str) -> str:
    """A login as HTTP sends it (RFC 7617)."""
    return base64.b64encode(login.encode(errors=_ANY)).decode()
