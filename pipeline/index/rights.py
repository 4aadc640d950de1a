"""What the credentials may do in Elasticsearch, compared with a role of `mappings/roles/`.

The roles are bodies of Elasticsearch's role API; those of `cluster` and `indices` are also the role descriptors of an
API key. They are asked about before anything is done, so that a missing right shows before hours of harvest.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from elasticsearch import Elasticsearch

from pipeline.errors import FailError
from pipeline.index.client import ask
from pipeline.index.failures import server

Role = Literal["reader", "writer", "operator"]

ROLES = Path(__file__).with_name("mappings") / "roles"

NEEDED_FOR = {
    ("cluster", "monitor"): "read the version and the health of Elasticsearch, and the index template",
    ("cluster", "manage_index_templates"): "put the index template after an upgrade of study-index",
    ("studies", "manage"): "let a generation go live",
    ("studies", "read"): "search what is live",
    ("studies.*", "manage"): "make, copy, finish and delete generations, and let one go live",
    ("studies.*", "read"): "compare with what is live, and count",
    ("studies.*", "index"): "load documents",
    ("studies.*", "delete"): "delete documents of deleted records from a copy of what is live",
    ("studies-vocabularies", "manage"): "let the vocabularies of a version go live",
    ("studies-vocabularies", "read"): "read labels of codes",
    ("studies-vocabularies-*", "manage"): "make and delete indices of vocabularies",
    ("studies-vocabularies-*", "index"): "write the vocabularies",
    ("studies-leases", "create_index"): "make the index of leases",
    ("studies-leases", "read"): "see who works on a catalogue",
    ("studies-leases", "index"): "hold the lease of a catalogue",
    ("studies-leases", "delete"): "release the lease of a catalogue",
}
"""What each privilege is for, by where it applies: `cluster`, or the name of an alias or of indices."""

MANAGE_SECURITY = "manage_security on the cluster (to make roles and API keys)"
"""What an administrator needs besides the rights that the roles grant: nobody can grant what they do not have."""

NO_SECURITY = frozenset({400, 405})
"""HTTP status where Elasticsearch knows no privileges: its security is off, or it is the light one."""


@cache
def role(name: Role) -> dict[str, Any]:
    """The body of a role, as Elasticsearch's role API takes it."""
    body: dict[str, Any] = json.loads((ROLES / f"{name}.json").read_text(encoding="utf-8"))
    return body


def missing(client: Elasticsearch, name: Role) -> list[str] | None:
    """The privileges of a role that the credentials lack, each with what it is for; None without security."""
    wanted = role(name)
    if (held := _held(client, wanted.get("cluster", []), wanted["indices"])) is None:
        return None
    return [
        f"{privilege} on {'the cluster' if where == 'cluster' else where} (to {NEEDED_FOR[where, privilege]})"
        for where, privileges in held.items()
        for privilege, granted in privileges.items()
        if not granted
    ]


def require_administrator(client: Elasticsearch) -> None:
    """Make sure that the credentials can make the roles, and a key of each.

    Raises:
        FailError: Elasticsearch has no security, or they lack rights; names each.
    """
    lacking = missing(client, "operator")
    if lacking is None:
        raise FailError(
            f"{server()} has no security, so it has no roles and no keys, and everybody may do everything: nothing was "
            "done. Here, study-index doctor puts the index template, and nothing else is needed. For roles and keys, "
            "set xpack.security.enabled in its elasticsearch.yml; the light Elasticsearch cannot have them."
        )
    if not (_held(client, ["manage_security"], []) or {}).get("cluster", {}).get("manage_security"):
        lacking.insert(0, MANAGE_SECURITY)
    if lacking:
        raise FailError(
            f"The credentials for Elasticsearch lack {'; '.join(lacking)}. Nothing was done. Set ELASTICSEARCH_USER "
            "and ELASTICSEARCH_PASSWORD to those of an administrator, such as the user elastic."
        )


def _held(client: Elasticsearch, cluster: list[str], indices: list[Any]) -> dict[str, dict[str, bool]] | None:
    """Which of these privileges the credentials hold, by where they apply; None without security.

    Source: Elasticsearch's API "Check user privileges" (`_security/user/_has_privileges`).
    """
    quiet = client.options(ignore_status=list(NO_SECURITY))
    answer = ask(lambda: quiet.security.has_privileges(cluster=cluster, index=indices))
    if answer.meta.status in NO_SECURITY:
        return None
    return {"cluster": answer["cluster"], **answer["index"]}


def require_writer(client: Elasticsearch) -> None:
    """Make sure that the credentials have the rights of a writer.

    Raises:
        FailError: they lack some; names each and what it is for.
    """
    if lacking := missing(client, "writer"):
        raise FailError(
            f"The credentials for Elasticsearch lack {'; '.join(lacking)}. Nothing was done. Give them the role "
            "mappings/roles/writer.json, see docs/operations.md (Rights)."
        )
