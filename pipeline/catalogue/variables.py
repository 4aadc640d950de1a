"""Environment variables in catalogue files: `${NAME}` and `${NAME:-default}`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pipeline.errors import UsageError
from pipeline.redaction import names_a_key

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")
_IN_AUTHORITY = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_UP_TO_LOGIN_END = re.compile(r"[^/?#]*@")
UNEXPANDED = frozenset({"headers", "params", "body"})
"""Keys of a protocol whose `${NAME}` stay as they are until a request is made: their values may be secret."""
ADDRESSES = frozenset({"url", "path", "detail"})
"""Keys of a protocol that name a place."""


def expand(value: Any, path: Path, placeholder: str | None = None) -> Any:
    """The value with the variables in its strings replaced; lists and objects are expanded at any depth.

    Args:
        value: a value of a catalogue file.
        path: the catalogue file, for messages.
        placeholder: what a text becomes that is a variable which is not set. Within a longer text it is `1`.

    Raises:
        UsageError: a variable is not set and has no default, and there is no placeholder.
    """
    if isinstance(value, dict):
        return {key: expand(item, path, placeholder) for key, item in value.items()}
    if isinstance(value, list):
        return [expand(item, path, placeholder) for item in value]
    if not isinstance(value, str):
        return value

    def replacement(match: re.Match[str]) -> str:
        found = os.environ.get(match["name"]) or match["default"]
        if found is not None:
            return found
        if placeholder is None:
            raise UsageError(f"The catalogue file {path} needs the environment variable {match['name']}: set it")
        return placeholder if value == match[0] else "1"

    return _VARIABLE.sub(replacement, value)


def placeholder_for(key: str) -> str:
    """A text that any key of a protocol of that name takes, be it an address, a number or a text."""
    return "https://unset.invalid/{id}" if key in ADDRESSES else "1"


def holds_variable(value: Any) -> bool:
    """Whether a string in the value, at any depth, names an environment variable."""
    return any(map(_VARIABLE.search, _strings(value)))


def unset(value: Any) -> set[str]:
    """Names of the environment variables that the strings in the value need, at any depth, and that are not set."""
    named = (match["name"] for text in _strings(value) for match in _VARIABLE.finditer(text))
    return {name for name in named if not os.environ.get(name)}


def secrets(protocol: Mapping[str, Any]) -> set[str]:
    """Values of environment variables that no message may contain; a default, which the file shows, is not one.

    In an address these are the values in its login and its query string; the variables of its scheme, host, port and
    path are not secret, as messages have to name the place. A variable that is a whole `url` or `detail` and no address
    is secret: it may be a key in the wrong place. In all other keys all values are secret: most get into a request.
    So are texts without a variable, where headers, parameters and bodies have a name that states that they are keys.

    Args:
        protocol: the keys below `protocol`, with the variables as the file has them.
    """
    found = set[str]()
    for key, value in protocol.items():
        for text in _strings(value):
            for match in _VARIABLE.finditer(text):
                content = os.environ.get(match["name"], "")
                is_misplaced = key != "path" and text == match[0] and "://" not in content
                if key not in ADDRESSES or is_misplaced or _is_in_login_or_query(text, match):
                    found.add(content)
                else:
                    found.update(each for _, each in parse_qsl(content.partition("?")[2]))
    for key in UNEXPANDED & protocol.keys():
        found.update(_named_keys(protocol[key]))
    return found - {""}


def is_secret(name: str, written: Any) -> bool:
    """Whether a parameter may be a key, by its name or by its value as the file has it."""
    return holds_variable(written) or names_a_key(name) or any(_named_keys(written))


def _named_keys(value: Any) -> Iterator[str]:
    """Texts without a variable whose name states that they are keys; of `Bearer abc`, also what follows the blank."""
    if isinstance(value, list):
        yield from chain.from_iterable(map(_named_keys, value))
    elif isinstance(value, dict):
        for name, item in value.items():
            if not names_a_key(str(name)):
                yield from _named_keys(item)
                continue
            for text in _strings(str(item) if isinstance(item, int) else item):
                if not holds_variable(text):
                    yield from {text, text.rpartition(" ")[2]}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(_strings, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_strings, value))


def _is_in_login_or_query(address: str, match: re.Match[str]) -> bool:
    before, after = (_VARIABLE.sub("x", part) for part in (address[: match.start()], address[match.end() :]))
    return "?" in before or bool(_IN_AUTHORITY.fullmatch(before) and _UP_TO_LOGIN_END.match(after))
