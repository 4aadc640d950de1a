"""Setup: template, roles and keys. A key works, has the rights of its role, and is made anew only where it must be.

By default against a small server of tests; against a full Elasticsearch where an administrator's credentials are given.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from elasticsearch import AuthenticationException, Elasticsearch

from pipeline.index import rights
from pipeline.index.client import Credentials, connect
from pipeline.index.rights import missing, role
from pipeline.index.roles_and_keys import ApiKey, granted, key_id
from pipeline.operations.setting_up import KEYS, Keys, outdated
from tests.cli.calling import FAILED, USAGE, Called, call, refused
from tests.nodes import GIVEN, GIVEN_CREDENTIALS
from tests.security_server import PASSWORD, USER, Security, secured

ADMINISTRATOR = {f"ELASTICSEARCH_{name}": f"STUDY_INDEX_TEST_ELASTICSEARCH_{name}" for name in ("USER", "PASSWORD")}
"""Settings for an administrator of the Elasticsearch that tests are given, and the variables with their values."""


class Cluster:
    """An Elasticsearch with security, in which nothing was set up yet."""

    def __init__(self, folder: Path, held: Security | None) -> None:
        self.keys = folder / "keys"
        self.held = held
        self.client = connect()

    def setup(self, *words: str) -> Called:
        called = call("setup", "--keys", str(self.keys), *words)
        assert called.code == 0, called
        for name in KEYS:
            assert self.read(name) not in called.out + called.err
        return called

    def done(self, *words: str) -> dict[tuple[str, str], str]:
        """What `setup` did, by kind and name."""
        return {(step["kind"], step["name"]): step["done"] for step in self.setup("--json", *words).json}

    def read(self, name: str) -> str:
        return (self.keys / name).read_text(encoding="utf-8")

    def of_key(self, name: str) -> Elasticsearch:
        return connect(credentials=Credentials(self.read(name), authority=_authority()))


def _authority() -> Path | None:
    given = os.environ.get("ELASTICSEARCH_CA")
    return Path(given) if given else None


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    if GIVEN in os.environ and all(name in os.environ for name in ADMINISTRATOR.values()):
        monkeypatch.setenv("ELASTICSEARCH_URL", os.environ[GIVEN])
        monkeypatch.delenv("ELASTICSEARCH_API_KEY", raising=False)
        for name, given in {**ADMINISTRATOR, "ELASTICSEARCH_CA": GIVEN_CREDENTIALS["ELASTICSEARCH_CA"]}.items():
            monkeypatch.setenv(name, os.environ[given])
        cluster = Cluster(tmp_path, None)
        for each in ("reader", "writer", "operator"):
            cluster.client.options(ignore_status=404).security.delete_role(name=f"studies-{each}")
        yield cluster
        for each in KEYS:
            cluster.client.security.invalidate_api_key(name=f"studies-{each}")
        return
    monkeypatch.setenv("ELASTICSEARCH_USER", USER)
    monkeypatch.setenv("ELASTICSEARCH_PASSWORD", PASSWORD)
    with secured() as (url, held):
        monkeypatch.setenv("ELASTICSEARCH_URL", url)
        yield Cluster(tmp_path, held)


def test_keys_have_the_rights_of_their_roles_and_no_others_can_read_them(cluster: Cluster) -> None:
    done = cluster.done()
    assert done["role", "studies-operator"] == done["key", "studies-writer"] == "made"
    for name in KEYS:
        assert missing(cluster.of_key(name), name) == []
        assert stat.S_IMODE((cluster.keys / name).stat().st_mode) == 0o600
    assert missing(cluster.of_key("reader"), "writer")
    assert missing(cluster.of_key("writer"), "operator")
    assert stat.S_IMODE(cluster.keys.stat().st_mode) == 0o700


def test_what_is_right_stays_as_it_is(cluster: Cluster) -> None:
    cluster.setup()
    before = {name: cluster.read(name) for name in KEYS}
    again = cluster.done()
    assert {again["key", f"studies-{name}"] for name in KEYS} == {"kept"}
    assert {done for (kind, _), done in again.items() if kind != "key"} == {"in place"}
    assert {name: cluster.read(name) for name in KEYS} == before


def test_a_key_follows_its_role(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.setup()
    before = cluster.of_key("reader")
    roles = tmp_path / "roles"
    shutil.copytree(rights.ROLES, roles)
    (roles / "reader.json").write_text(json.dumps({"indices": [{"names": ["studies"], "privileges": ["read"]}]}))
    monkeypatch.setattr(rights, "ROLES", roles)
    role.cache_clear()
    try:
        done = cluster.done()
        assert done["role", "studies-reader"] == "changed"
        assert done["key", "studies-reader"] == "renewed: the role grants other rights"
        assert done["key", "studies-writer"] == "kept"
        with pytest.raises(AuthenticationException):
            before.security.authenticate()
        assert missing(cluster.of_key("reader"), "reader") == []
    finally:
        role.cache_clear()


def test_a_role_that_somebody_changed_is_put_right(cluster: Cluster) -> None:
    cluster.setup()
    cluster.client.security.put_role(name="studies-reader", run_as=["elastic"], **role("reader"))
    assert cluster.done()["role", "studies-reader"] == "changed"
    assert cluster.done()["role", "studies-reader"] == "in place"


def test_keys_are_renewed_when_asked_and_the_former_ones_no_longer_work(cluster: Cluster) -> None:
    cluster.setup()
    before = [cluster.of_key(name) for name in KEYS]
    assert cluster.done("--renew")["key", "studies-writer"] == "renewed, as asked"
    for client in before:
        with pytest.raises(AuthenticationException):
            client.security.authenticate()
    cluster.of_key("writer").security.authenticate()


def test_a_key_that_elasticsearch_does_not_know_is_replaced(cluster: Cluster) -> None:
    cluster.setup()
    cluster.client.security.invalidate_api_key(ids=[key_id(cluster.read("writer"))])
    done = cluster.done()
    assert done["key", "studies-writer"] == "renewed: Elasticsearch did not accept the former one"
    assert done["key", "studies-reader"] == "kept"


def test_a_key_expires_when_asked(cluster: Cluster) -> None:
    called = cluster.setup("--expires", "30", "--json").json
    days = {
        (datetime.fromisoformat(step["expires"]) - datetime.now(UTC)).days for step in called if step["kind"] == "key"
    }
    assert days <= {29, 30}
    assert cluster.done("--expires", "30")["key", "studies-writer"] == "kept"
    assert cluster.done("--expires", "60")["key", "studies-writer"] == "renewed: it is to expire at another time"


@pytest.mark.parametrize(("passed", "renewed"), [(5, False), (59, False), (61, True)])
def test_a_key_is_renewed_before_it_expires(tmp_path: Path, passed: int, renewed: bool) -> None:
    lasts = timedelta(days=90)
    made = datetime.now(UTC) - timedelta(days=passed)
    key = ApiKey("", "", made, made + lasts, granted(role("reader")))
    assert bool(outdated(key, "reader", Keys(tmp_path, lasts))) == renewed


def test_another_key_of_the_name_is_told(cluster: Cluster) -> None:
    cluster.setup()
    other = key_id(cluster.read("writer"))
    (cluster.keys / "writer").unlink()
    assert other in cluster.setup().out


def test_a_file_that_is_no_key_stays(cluster: Cluster) -> None:
    cluster.keys.mkdir()
    (cluster.keys / "reader").write_text("my notes")
    message = refused("setup", "--keys", str(cluster.keys), code=USAGE)
    assert "reader exists, and it is not an API key" in message
    assert "Nothing was done" in message
    assert (cluster.keys / "reader").read_text() == "my notes"
    assert not (cluster.keys / "writer").exists()


def test_a_key_that_cannot_be_written_does_not_stay_in_elasticsearch(cluster: Cluster) -> None:
    before = active(cluster)
    in_the_way = cluster.keys / ".writer.part"
    in_the_way.mkdir(parents=True)
    called = call("setup", "--keys", str(cluster.keys))
    assert called.code == FAILED
    assert str(in_the_way) in called.err
    assert active(cluster) == before


def active(cluster: Cluster) -> set[str]:
    """Ids of the keys that are accepted."""
    found = cluster.client.security.get_api_key(active_only=True)["api_keys"]
    return {each["id"] for each in found}


def test_rights_that_an_administrator_lacks_are_named_and_nothing_is_done(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.setup()
    key = cluster.read("writer")
    for name in ("USER", "PASSWORD"):
        monkeypatch.delenv(f"ELASTICSEARCH_{name}")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", key)
    message = refused("setup", "--keys", str(cluster.keys), "--renew", code=FAILED)
    assert "manage_security on the cluster" in message
    assert "manage_index_templates on the cluster" in message
    assert "ELASTICSEARCH_USER" in message
    assert cluster.read("writer") == key


def test_an_api_key_can_make_no_keys(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {"all": {"cluster": ["all"], "indices": [{"names": ["*"], "privileges": ["all"]}]}}
    key = cluster.client.security.create_api_key(name="studies-all", role_descriptors=everything)
    if cluster.held:  # that server does not know what `all` covers
        granted_all = cluster.held.keys[key["id"]]
        granted_all["role_descriptors"] = {
            "operator": {**role("operator"), "cluster": ["manage_security", *role("operator")["cluster"]]}
        }
    for name in ("USER", "PASSWORD"):
        monkeypatch.delenv(f"ELASTICSEARCH_{name}")
    monkeypatch.setenv("ELASTICSEARCH_API_KEY", key["encoded"])
    message = refused("setup", "--keys", str(cluster.keys), code=FAILED)
    assert "An API key cannot make a key" in message
    assert not cluster.keys.exists()
    cluster.client.security.invalidate_api_key(ids=[key["id"]])


def test_without_a_folder_no_keys_are_made(cluster: Cluster) -> None:
    called = call("setup")
    assert called.code == 0
    assert "No keys were made" in called.out
    assert not cluster.keys.exists()
    assert "--keys DIR" in refused("setup", "--renew", code=USAGE)


@pytest.mark.skipif(GIVEN in os.environ, reason="the Elasticsearch of the tests has security")
def test_where_there_is_no_security_nothing_is_made(
    own_elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ELASTICSEARCH_URL", own_elasticsearch_url)
    message = refused("setup", "--keys", str(tmp_path / "keys"), code=FAILED)
    assert f"{own_elasticsearch_url} has no security" in message
    assert "study-index doctor" in message
    assert not (tmp_path / "keys").exists()
