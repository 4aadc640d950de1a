"""The secrets of a deployment: made once, handed to each service, and printed nowhere."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet

from pipeline.errors import UsageError
from pipeline.operations import certificates
from pipeline.operations.deployment_secrets import MADE, make, parser

ARGUMENTS = ("--postgres=postgres:5432", "--redis=redis:6379", "--elasticsearch=elasticsearch")


def made(folder: Path, *arguments: str) -> list[str]:
    given = parser().parse_args([str(folder), *ARGUMENTS, *arguments])
    return make(folder, given, dict(given.owner))


def content(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_every_secret_is_made_once(tmp_path: Path) -> None:
    assert "airflow/fernet_key" in made(tmp_path)
    first = content(tmp_path)
    assert made(tmp_path) == []
    assert content(tmp_path) == first
    assert len({first[f"kept/{name}"] for name in MADE}) == len(MADE), "no two are the same"
    Fernet(first["airflow/fernet_key"])


def test_two_deployments_have_no_secret_in_common(tmp_path: Path) -> None:
    for name in ("one", "other"):
        made(tmp_path / name)
    one, other = content(tmp_path / "one"), content(tmp_path / "other")
    assert [name for name in one if one[name] == other[name]] == []


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made(tmp_path / "secrets")
    finally:
        os.umask(before)
    folders = list((tmp_path / "secrets").iterdir())
    files = [path for folder in folders for path in folder.iterdir()]
    assert {oct(path.stat().st_mode & 0o777) for path in folders} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}, "Elasticsearch takes no other"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
def test_each_service_owns_what_it_gets(tmp_path: Path) -> None:
    made(tmp_path, "--owner=redis=999")
    made(tmp_path, "--owner=redis=999")
    assert {path.stat().st_uid for path in [tmp_path / "redis", *(tmp_path / "redis").iterdir()]} == {999}
    assert {path.stat().st_uid for path in [tmp_path / "postgres", *(tmp_path / "kept").iterdir()]} == {0}


def test_no_service_gets_the_key_of_the_authority_or_what_only_others_need(tmp_path: Path) -> None:
    made(tmp_path)
    found = content(tmp_path)
    who = {
        name: {file.split("/")[0] for file, text in found.items() if found[f"kept/{name}"] in text} - {"kept"}
        for name in (*MADE, "ca.key", "elasticsearch.key")
    }
    assert who["ca.key"] == set()
    assert who["elasticsearch.key"] == {"elasticsearch"}
    assert who["elastic_password"] == {"elasticsearch", "setup"}
    assert who["postgres_password"] == {"postgres", "airflow"}
    assert who["redis_password"] == {"redis", "airflow"}
    assert who["kibana_password"] == {"kibana", "setup"}
    for name in ("fernet_key", "jwt_secret", "api_secret_key", "admin_password"):
        assert who[name] == {"airflow"}


def test_a_secret_that_is_written_by_hand_is_handed_on(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "kept" / "redis_password").write_text("by-hand\n")
    assert set(made(tmp_path)) == {"redis/password", "redis/redis.conf", "airflow/broker_url"}
    assert (tmp_path / "airflow" / "broker_url").read_text() == "redis://:by-hand@redis:6379/0"


def test_settings_files_are_what_their_programs_read(tmp_path: Path) -> None:
    made(tmp_path)
    password = (tmp_path / "kept" / "kibana_password").read_text()
    assert yaml.safe_load((tmp_path / "kibana" / "kibana.yml").read_text())["elasticsearch.password"] == password
    assert json.loads((tmp_path / "setup" / "kibana_password.json").read_text()) == {"password": password}


def test_the_certificate_is_accepted_for_each_name_and_no_other(tmp_path: Path) -> None:
    made(tmp_path, "--elasticsearch=127.0.0.1")
    folder = tmp_path / "elasticsearch"

    def shakes_hands(name: str) -> bool:
        server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_side.load_cert_chain(folder / "elasticsearch.crt", folder / "elasticsearch.key")
        client_side = ssl.create_default_context(cafile=str(tmp_path / "airflow" / "ca.crt"))
        there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = client_side.wrap_bio(back, there, server_hostname=name)
        server = server_side.wrap_bio(there, back, server_side=True)
        for _ in range(4):
            for side in (client, server):
                try:
                    side.do_handshake()
                except ssl.SSLWantReadError:
                    continue
                except ssl.SSLCertVerificationError:
                    return False
        return client.version() == "TLSv1.3"

    assert [shakes_hands(name) for name in ("elasticsearch", "127.0.0.1", "other", "127.0.0.2")] == [1, 1, 0, 0]


def test_a_certificate_is_renewed_for_another_name_and_before_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path)
    renewed = ["elasticsearch/elasticsearch.crt", "elasticsearch/elasticsearch.key"]
    assert sorted(made(tmp_path, "--elasticsearch=search.example.org")) == renewed
    assert made(tmp_path, "--elasticsearch=search.example.org") == []
    monkeypatch.setattr(certificates, "RENEWED_BEFORE", timedelta(days=certificates.SERVER_DAYS))
    assert sorted(made(tmp_path, "--elasticsearch=search.example.org")) == renewed


def test_a_certificate_of_another_authority_is_replaced(tmp_path: Path) -> None:
    made(tmp_path)
    for name in ("ca.crt", "ca.key"):
        (tmp_path / "kept" / name).unlink()
    assert {"elasticsearch/elasticsearch.crt", "airflow/ca.crt"} <= set(made(tmp_path))


def test_an_authority_that_ends_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "AUTHORITY_DAYS", 30)
    with pytest.raises(UsageError, match=r"The authority of the certificates ends on .*remove its files"):
        made(tmp_path)


def test_the_command_prints_names_and_no_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pipeline.operations.deployment_secrets", str(tmp_path), *ARGUMENTS]
    done = subprocess.run(command, check=True, text=True, capture_output=True)
    assert "airflow/admin_password" in done.stdout
    for name in MADE:
        assert (tmp_path / "kept" / name).read_text() not in done.stdout + done.stderr
