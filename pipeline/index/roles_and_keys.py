"""Roles and API keys in Elasticsearch, as `mappings/roles/` describes them.

An API key is written as Elasticsearch encodes it: its id and its secret, which is what clients take.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline import settings
from pipeline.errors import FailError, UsageError
from pipeline.index.changing import changed
from pipeline.index.client import Credentials, ask, connect, once
from pipeline.index.rights import Role, missing, role
from pipeline.redaction import keep_secret

NO_KEY = 401
"""HTTP status where Elasticsearch does not know a key, or no longer accepts it."""

Granted = tuple[frozenset[str], frozenset[tuple[frozenset[str], frozenset[str]]]]


class ApiKey(NamedTuple):
    """An API key that works: how Elasticsearch encodes it, its id, when it was made, and when it ends."""

    encoded: str
    id: str
    made: datetime
    expires: datetime | None
    granted: Granted

    @property
    def expires_in(self) -> timedelta | None:
        """How long it works in all; None for ever."""
        return self.expires - self.made if self.expires else None


def put_role(client: Elasticsearch, name: str, wanted: Role) -> str:
    """Make or change a role so that it grants what the file of that name in `mappings/roles/` does.

    Returns:
        What was done: `in place`, `made` or `changed`.
    """
    before = _role(client, name)
    if before is not None and not _differs(before, role(wanted)):
        return "in place"
    changed(
        lambda: client.security.put_role(name=name, **role(wanted)),
        lambda: f"the role {name} is another one" if _differs(_role(client, name) or {}, role(wanted)) else "",
        f"put the role {name}",
    )
    return "made" if before is None else "changed"


def _role(client: Elasticsearch, name: str) -> dict[str, Any] | None:
    answer = ask(lambda: client.options(ignore_status=404).security.get_role(name=name))
    found: dict[str, Any] | None = answer.body.get(name)
    return found


def _differs(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    more = any(found.get(name) for name in ("applications", "run_as", "global", "remote_indices", "remote_cluster"))
    return more or granted(found) != granted(wanted)


def granted(body: Mapping[str, Any]) -> Granted:
    """What a role or the descriptor of a key grants, whatever the order: on the cluster, and on which indices."""
    on_indices = ((frozenset(each["names"]), frozenset(each["privileges"])) for each in body.get("indices", ()))
    return frozenset(body.get("cluster", ())), frozenset(on_indices)


def make_key(client: Elasticsearch, name: str, wanted: Role, lasts: timedelta | None) -> ApiKey:
    """Make an API key with the rights of a role, and no more.

    Raises:
        FailError: the credentials are themselves an API key, or Elasticsearch gave the key fewer rights.
    """
    if ask(client.security.authenticate).get("authentication_type") == "api_key":
        raise FailError(
            "An API key cannot make a key that has rights. Set ELASTICSEARCH_USER and ELASTICSEARCH_PASSWORD to those "
            "of an administrator, and unset ELASTICSEARCH_API_KEY. No key was made."
        )
    answer = once(
        lambda: client.security.create_api_key(
            name=name,
            role_descriptors={name: role(wanted)},
            expiration=f"{lasts.total_seconds():.0f}s" if lasts else None,
            metadata={"made_by": "study-index setup", "role": wanted},
        )
    )
    made = look_up(client, answer["encoded"])
    if made is None:
        raise FailError(f"Elasticsearch made the key {answer['id']}, and does not accept it. Run setup again.")
    if lacking := missing(_client_of(made.encoded), wanted):
        invalidate(client, made.id)
        raise FailError(
            f"A key with the rights of {wanted} lacks {'; '.join(lacking)}: the credentials lack them themselves. It "
            "was invalidated. Use the credentials of an administrator, such as the user elastic."
        )
    return made


def look_up(client: Elasticsearch, encoded: str) -> ApiKey | None:
    """The API key of a text; None where Elasticsearch does not accept it (any more)."""
    identifier = key_id(encoded)
    if ask(_client_of(encoded).options(ignore_status=NO_KEY).security.authenticate).meta.status == NO_KEY:
        return None
    (found,) = ask(lambda: client.security.get_api_key(id=identifier))["api_keys"]
    granting: Any = [granted(each) for each in found["role_descriptors"].values()]
    return ApiKey(
        encoded,
        identifier,
        _moment(found["creation"]),
        _moment(found["expiration"]) if "expiration" in found else None,
        granting[0] if len(granting) == 1 else (frozenset(), frozenset()),
    )


def key_id(encoded: str) -> str:
    """The id of an API key, which is no secret; the text is hidden in messages from now on.

    Raises:
        UsageError: it is not such a key.
    """
    keep_secret([encoded])
    try:
        identifier, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        identifier = colon = secret = ""
    if not (identifier and colon and secret):
        raise UsageError("it is not an API key as Elasticsearch encodes it")
    keep_secret([secret])
    return identifier


def invalidate(client: Elasticsearch, identifier: str) -> None:
    """Let Elasticsearch no longer accept a key; one that it does not know is no error."""
    ask(lambda: client.options(ignore_status=404).security.invalidate_api_key(ids=[identifier]))


def others(client: Elasticsearch, name: str, but: str) -> list[str]:
    """Ids of the other keys of a name that Elasticsearch accepts."""
    found = ask(lambda: client.security.get_api_key(name=name, active_only=True))["api_keys"]
    return sorted(each["id"] for each in found if each["id"] != but)


def _client_of(encoded: str) -> Elasticsearch:
    return connect(credentials=Credentials(api_key=encoded, authority=settings.elasticsearch_ca()))


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
