"""What `study-index setup` does: index template, vocabularies, roles, and a file with a key for writer and reader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, get_args

from elasticsearch import Elasticsearch

from pipeline.errors import UsageError
from pipeline.index.mapping import TEMPLATE_NAME, put_template
from pipeline.index.rights import Role, require_administrator, role
from pipeline.index.roles_and_keys import ApiKey, granted, invalidate, key_id, look_up, make_key, others, put_role
from pipeline.index.vocabularies import VOCABULARIES, put_vocabularies

PREFIX = "studies-"
"""Names of the roles and keys in Elasticsearch begin so."""

KEYS: tuple[Role, ...] = ("writer", "reader")
"""Roles of which a key is written to a file."""

RENEWED_AT = 1 / 3
"""A key of which a smaller share of its time is left is renewed, so that it never ends between two calls."""


class Keys(NamedTuple):
    """Where keys are written, how long new ones work (None: for ever), and whether all are renewed."""

    folder: Path
    last: timedelta | None = None
    renew: bool = False


class Step(NamedTuple):
    """One thing that was set up: its kind, its name in Elasticsearch, what was done, and more about a key."""

    kind: str
    name: str
    done: str
    file: str | None = None
    key_id: str | None = None
    expires: str | None = None
    others: list[str] | None = None
    """Ids of other keys of that name that Elasticsearch accepts."""


def set_up(client: Elasticsearch, keys: Keys | None) -> Iterator[Step]:
    """Put the index template, the vocabularies, the roles and, where `keys` is given, the files of keys.

    What is right already stays.

    Raises:
        FailError: Elasticsearch has no security, or the credentials lack rights; nothing was done.
        UsageError: a file of the folder is not a key.
    """
    require_administrator(client)
    found = {name: _in_file(keys.folder / name) for name in KEYS} if keys else {}
    yield Step("index template", TEMPLATE_NAME, "put" if put_template(client) else "in place")
    yield Step("vocabularies", VOCABULARIES, "put" if put_vocabularies(client) else "in place")
    for name in get_args(Role):
        yield Step("role", PREFIX + name, put_role(client, PREFIX + name, name))
    if keys:
        for name, encoded in found.items():
            yield _key(client, name, encoded, keys)


def _in_file(file: Path) -> str | None:
    """The key of a file; None where there is none.

    Raises:
        UsageError: it has something else.
    """
    try:
        encoded = file.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    try:
        return (key_id(encoded) and encoded) if encoded else None
    except UsageError as error:
        raise UsageError(
            f"{file} exists, and {error}. Nothing was done. Name another folder, or move the file away if nothing "
            "uses it."
        ) from error


def _key(client: Elasticsearch, name: Role, encoded: str | None, keys: Keys) -> Step:
    """Keep the key of a file, or write a new one; only then the former one is invalidated."""
    file = keys.folder / name
    key = look_up(client, encoded) if encoded else None
    why = "made" if not encoded else outdated(key, name, keys)
    if why or key is None:
        key = make_key(client, PREFIX + name, name, keys.last)
        try:
            _write(file, key.encoded)
        except OSError:  # nobody has it, so nobody may use it
            invalidate(client, key.id)
            raise
        if encoded:
            invalidate(client, key_id(encoded))
    else:
        file.chmod(0o600)
    expires = key.expires.isoformat(timespec="seconds") if key.expires else None
    more = others(client, PREFIX + name, but=key.id)
    return Step("key", PREFIX + name, why or "kept", str(file), key.id, expires, more)


def outdated(key: ApiKey | None, name: Role, keys: Keys) -> str:
    """Why a key is not kept; nothing if it is."""
    if key is None:
        return "renewed: Elasticsearch did not accept the former one"
    if keys.renew:
        return "renewed, as asked"
    if key.granted != granted(role(name)):
        return "renewed: the role grants other rights"
    if key.expires_in != keys.last:
        return "renewed: it is to expire at another time"
    if key.expires and key.expires_in and key.expires - datetime.now(UTC) < key.expires_in * RENEWED_AT:
        return "renewed: less than a third of its time was left"
    return ""


def _write(file: Path, text: str) -> None:
    """Write a file that its owner alone can read; whoever reads it meanwhile gets the former text or this one."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
