"""Rights: what a role grants is what the pipeline needs, and a missing one shows before anything is done."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pytest
from elasticsearch import AuthorizationException, Elasticsearch

from pipeline.errors import FailError
from pipeline.index.client import connect
from pipeline.index.leases import working_on
from pipeline.index.rights import NEEDED_FOR, Role, missing, role
from tests.loopback import QuietHandler, serve
from tests.nodes import GIVEN_CREDENTIALS
from tests.support import PROJECT

with_writers_key = pytest.mark.skipif(
    GIVEN_CREDENTIALS["ELASTICSEARCH_API_KEY"] not in os.environ,
    reason="needs an Elasticsearch with security, and an API key with the role of a writer",
)


def _close(client: Elasticsearch, index: str) -> object:
    return client.indices.put_settings(index=index, settings={"index.blocks.write": True})


FORBIDDEN: dict[str, Callable[[Elasticsearch], object]] = {
    "search other indices": lambda client: client.search(index="harbour-notes"),
    "make other indices": lambda client: client.indices.create(index="harbour-notes"),
    "delete other indices": lambda client: client.indices.delete(index="harbour-notes"),
    "write to other indices": lambda client: client.index(index="harbour-notes", document={}),
    "change settings of other indices": lambda client: _close(client, "harbour-notes"),
    "change the index of leases": lambda client: _close(client, "studies-leases"),
    "delete the index of leases": lambda client: client.indices.delete(index="studies-leases"),
    "change settings of the cluster": lambda client: client.cluster.put_settings(persistent={"a.b": "c"}),
    "put templates": lambda client: client.indices.put_index_template(name="harbour", index_patterns=["harbour"]),
    "see users": lambda client: client.security.get_user(),
    "make roles": lambda client: client.security.put_role(name="harbour", cluster=["all"]),
    "make API keys": lambda client: client.security.create_api_key(name="harbour"),
    "make snapshots": lambda client: client.snapshot.create_repository(name="a", repository={"type": "fs"}),
    "make pipelines": lambda client: client.ingest.put_pipeline(id="harbour", processors=[]),
}
"""What a writer may not do."""


def privileges(name: Role) -> set[tuple[str, str]]:
    """(Where it applies, privilege) of a role."""
    body = role(name)
    on_indices = ((each["names"], each["privileges"]) for each in body["indices"])
    granted = chain([(["cluster"], body.get("cluster", []))], on_indices)
    return {(where, privilege) for names, held in granted for where in names for privilege in held}


@contextmanager
def lacking(*lacks: str) -> Iterator[Elasticsearch]:
    """A client of a server that grants all privileges that it is asked about but those of these names."""

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - http.server names it
            assert self.path == "/_security/user/_has_privileges", "something was done without the rights"
            asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            grant = {each: each not in lacks for item in asked["index"] for each in item["privileges"]}
            index = {
                name: {each: grant[each] for each in item["privileges"]}
                for item in asked["index"]
                for name in item["names"]
            }
            cluster = {each: each not in lacks for each in asked["cluster"]}
            body = json.dumps(
                {"username": "x", "has_all_requested": not lacks, "cluster": cluster, "index": index}
            ).encode()
            self.send_response(200)
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serve(Handler) as url, connect(url) as client:
        yield client


def test_every_privilege_has_a_reason_in_code_and_documentation() -> None:
    assert privileges("operator") == NEEDED_FOR.keys()
    text = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    for (where, privilege), reason in NEEDED_FOR.items():
        assert f"`{privilege}`" in text
        assert where == "cluster" or f"`{where}`" in text
        assert reason in text


def test_an_operator_may_do_all_that_a_writer_may_and_a_reader_only_reads() -> None:
    assert privileges("operator") - privileges("writer") == {
        ("cluster", "manage_index_templates"),
        ("studies-vocabularies", "manage"),
        ("studies-vocabularies", "read"),
        ("studies-vocabularies-*", "manage"),
        ("studies-vocabularies-*", "index"),
    }
    assert privileges("writer") < privileges("operator")
    assert privileges("reader") == {("studies", "read"), ("studies-vocabularies", "read")}


def test_a_missing_right_is_named_before_anything_is_done() -> None:
    with (
        lacking("manage", "monitor") as client,
        pytest.raises(FailError) as refused,
        working_on(client, "harbour", "run"),
    ):
        pytest.fail("work began without the rights")
    message = str(refused.value)
    assert "monitor on the cluster (to read the version" in message
    assert "manage on studies.* (to make, copy, finish" in message
    assert "index on" not in message
    assert "mappings/roles/writer.json" in message


def test_a_pipeline_needs_no_right_to_change_templates() -> None:
    with lacking("manage_index_templates") as client:
        assert missing(client, "writer") == []
        assert missing(client, "operator") == [
            "manage_index_templates on the cluster (to put the index template after an upgrade of study-index)"
        ]


@with_writers_key
def test_the_tests_have_the_rights_of_a_writer(shared_client: Elasticsearch) -> None:
    assert missing(shared_client, "writer") == []
    assert missing(shared_client, "operator") != []


@with_writers_key
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_writer_may_not(shared_client: Elasticsearch, what: str) -> None:
    with pytest.raises(AuthorizationException):
        FORBIDDEN[what](shared_client)
