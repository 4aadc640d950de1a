"""The light Elasticsearch: what the pipeline asks of it, and that it starts, is found again and ends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
import yaml
from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from pipeline.errors import FailError
from pipeline.local import light_node
from pipeline.local.assembly import assemble, find_jdk, find_maven
from pipeline.local.light_node import DEFAULT_PORTS, LightNode, default_home, ephemeral_node
from tests.support import PROJECT

MAPPINGS = {
    "dynamic": "strict",
    "properties": {
        "title": {"type": "text", "fields": {"dutch": {"type": "text", "analyzer": "dutch"}}},
        "folded": {"type": "text", "analyzer": "folding"},
        "publisher": {"type": "keyword", "normalizer": "folding"},
        "country": {"type": "keyword"},
        "work": {"type": "keyword"},
    },
}
ANALYSIS = {
    "analyzer": {"folding": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "asciifolding"]}},
    "normalizer": {"folding": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
}
STUDIES = [
    {"title": "De scholen van Oostwoud", "publisher": "Académie", "country": "NL", "work": "a"},
    {"title": "The school of Oostwoud", "publisher": "academie", "country": "NL", "work": "a"},
    {"title": "Koulujen vuosi", "folded": "Écoles à Ville-Neuve", "country": "FI", "work": "b"},
]


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as client:
        yield client


@pytest.fixture
def index(client: Elasticsearch) -> Iterator[str]:
    name = f"devnode-{uuid4().hex}"
    settings = {"number_of_shards": 1, "number_of_replicas": 0, "analysis": ANALYSIS}
    client.indices.create(index=name, mappings=MAPPINGS, settings=settings)
    bulk(client, ({"_index": name, "_id": str(n), "_source": study} for n, study in enumerate(STUDIES)), refresh=True)
    yield name
    client.indices.delete(index=[name, f"{name}-clone"], ignore_unavailable=True)


@pytest.fixture(scope="module")
def assembled_server() -> Path:
    return assemble(default_home(), find_jdk())


@pytest.fixture
def node(tmp_path: Path, assembled_server: Path) -> Iterator[LightNode]:
    home = tmp_path / "elasticsearch"
    shutil.copytree(assembled_server, home / "server")
    node = LightNode(home, port=0)
    yield node
    node.stop()


def has_ended(url: str) -> bool:
    try:
        httpx2.get(url, trust_env=False)
    except httpx2.TransportError:
        return True
    return False


def test_clients_learn_which_product_and_version_they_talk_to(client: Elasticsearch) -> None:
    info = client.info()
    assert info["version"]["number"].split(".")[0] in {"8", "9"}
    assert info["tagline"] == "You Know, for Search"
    assert info["cluster_uuid"]
    assert client.ping()


@pytest.mark.parametrize(
    ("analyzer", "stated", "asked"),
    [
        ("english", "studies", "study"),
        ("dutch", "onderzoeken", "onderzoek"),
        ("german", "Häuser", "Haus"),
        ("french", "l'enquêtes", "enquête"),
        ("finnish", "koulujen", "koulu"),
        ("swedish", "undersökningarna", "undersökning"),
        ("norwegian", "undersøkelsene", "undersøkelse"),
        ("danish", "undersøgelserne", "undersøgelse"),
        ("spanish", "escuelas", "escuela"),
        ("italian", "l'inchieste", "inchiesta"),
        ("portuguese", "escolas", "escola"),
        ("greek", "έρευνες", "έρευνα"),
        ("cjk", "東京都", "東京"),
    ],
)
def test_a_word_is_found_in_its_other_forms(client: Elasticsearch, analyzer: str, stated: str, asked: str) -> None:
    def terms(text: str) -> set[str]:
        return {token["token"] for token in client.indices.analyze(analyzer=analyzer, text=text)["tokens"]}

    assert terms(asked)
    assert terms(asked) <= terms(stated)


def test_text_is_found_without_its_accents_and_endings(client: Elasticsearch, index: str) -> None:
    def found(field: str, text: str) -> list[str]:
        hits = client.search(index=index, query={"match": {field: text}}, sort="work")["hits"]["hits"]
        return sorted(hit["_id"] for hit in hits)

    assert found("title", "scholen") == ["0"]
    assert found("title.dutch", "school") == ["0", "1"]
    assert found("folded", "ecoles a") == ["2"]


def test_facets_count_and_hits_collapse(client: Elasticsearch, index: str) -> None:
    found = client.search(
        index=index,
        aggs={"country": {"terms": {"field": "country"}}, "publisher": {"terms": {"field": "publisher"}}},
        collapse={"field": "work"},
    )
    assert {b["key"]: b["doc_count"] for b in found["aggregations"]["country"]["buckets"]} == {"NL": 2, "FI": 1}
    assert {b["key"]: b["doc_count"] for b in found["aggregations"]["publisher"]["buckets"]} == {"academie": 2}
    assert sorted(hit["fields"]["work"][0] for hit in found["hits"]["hits"]) == ["a", "b"]


def test_an_index_is_cloned_and_the_alias_moves_to_the_clone(client: Elasticsearch, index: str) -> None:
    clone, alias = f"{index}-clone", f"{index}-alias"
    client.indices.put_alias(index=index, name=alias)
    client.indices.put_settings(index=index, settings={"index.blocks.write": True})
    client.indices.clone(index=index, target=clone, settings={"index.blocks.write": None})
    client.index(index=clone, id="3", document={"title": "A fourth study"}, refresh=True)
    client.indices.update_aliases(
        actions=[
            {"remove": {"index": index, "alias": alias, "must_exist": True}},
            {"add": {"index": clone, "alias": alias}},
        ]
    )
    assert client.count(index=alias)["count"] == 4
    assert client.count(index=index)["count"] == 3


def test_a_node_is_found_again_until_it_is_stopped(node: LightNode) -> None:
    with ThreadPoolExecutor() as pool:
        urls = {future.result() for future in [pool.submit(node.start), pool.submit(node.start)]}
    assert len(urls) == 1, "of two starts at once, one starts the node and the other finds it"
    url = urls.pop()

    later = LightNode(node.home)
    assert later.is_running()
    assert later.start() == url

    assert later.stop()
    assert has_ended(url)
    assert not node.is_running()
    assert not node.stop()


def test_a_node_that_is_started_again_has_the_address_that_it_had(assembled_server: Path, tmp_path: Path) -> None:
    node = placed(assembled_server, tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    (node.home / "port").write_text(f"{port}\n", encoding="utf-8")
    try:
        assert node.start() == f"http://127.0.0.1:{port}"
        node.stop()
        assert node.start() == f"http://127.0.0.1:{port}"
    finally:
        node.stop()


def test_a_node_whose_port_is_taken_meanwhile_takes_another_one(assembled_server: Path, tmp_path: Path) -> None:
    node = placed(assembled_server, tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (node.home / "port").write_text(f"{taken.getsockname()[1]}\n", encoding="utf-8")
        try:
            url = node.start()
        finally:
            node.stop()
    first, last = DEFAULT_PORTS.split("-")
    assert int(first) <= int(url.rpartition(":")[2]) <= int(last)


def placed(server: Path, folder: Path) -> LightNode:
    (folder / "server").symlink_to(server)
    return LightNode(folder)


def test_stop_ends_no_other_process_that_has_the_recorded_id_now(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        (tmp_path / "node.json").write_text(f'{{"pid": {other.pid}, "port": 9200, "url": "http://127.0.0.1:9200"}}')
        node = LightNode(tmp_path)
        assert not node.is_running()
        assert not node.stop()
        assert other.poll() is None
        other.kill()


def test_a_killed_process_leaves_no_ephemeral_node(assembled_server: Path, tmp_path: Path) -> None:
    script = """
from pathlib import Path
from sys import argv, stdin
from pipeline.local.light_node import ephemeral_node
with ephemeral_node(Path(argv[1])) as url:
    print(url, flush=True)
    stdin.read()
"""
    command = [sys.executable, "-c", script, str(assembled_server.parent)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # what it cannot delete any more goes with the test's folder
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert not has_ended(url)
        process.send_signal(signal.SIGKILL)
    ended = Retrying(retry=retry_if_result(lambda ended: not ended), wait=wait_fixed(0.1), stop=stop_after_delay(30))
    assert ended(has_ended, url)


def test_a_node_that_cannot_start_states_why(assembled_server: Path) -> None:
    with (
        pytest.raises(FailError, match="Invalid maximum heap size"),
        ephemeral_node(assembled_server.parent, heap="none"),
    ):
        pass


def test_missing_java_and_maven_say_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "jdk-11"
    (old / "bin").mkdir(parents=True)
    (old / "bin/javac").touch()
    (old / "release").write_text('JAVA_VERSION="11.0.2"\n')

    with pytest.raises(FailError) as no_java:
        find_jdk({"PATH": "", "JAVA_HOME": str(old)}, folders=[tmp_path])
    with pytest.raises(FailError) as no_maven:
        find_maven({"PATH": ""})

    assert "a JDK 17 or newer" in str(no_java.value)
    assert "Maven" in str(no_maven.value)
    for error in (no_java, no_maven):
        assert "Install" in str(error.value)
        assert "ELASTICSEARCH_URL" in str(error.value)
        assert "\n" not in str(error.value)


def test_a_failing_maven_states_what_happened(tmp_path: Path) -> None:
    maven = tmp_path / "bin/mvn"
    maven.parent.mkdir()
    maven.write_text("#!/bin/sh\necho '[ERROR] repository.example is unreachable'\nexit 1\n")
    maven.chmod(0o755)
    script = "import sys, pathlib, pipeline.local.assembly as d; d.assemble(pathlib.Path(sys.argv[1]), d.find_jdk())"
    path = f"{maven.parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "home")],
        cwd=PROJECT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "repository.example is unreachable" in result.stderr
    assert not (tmp_path / "home/server").exists()


def test_docker_compose_has_the_same_version() -> None:
    pom = (PROJECT / "devnode" / "pom.xml").read_text(encoding="utf-8")
    version = re.search(r"<elasticsearch\.version>(.+)</elasticsearch\.version>", pom)
    assert version is not None
    compose = yaml.safe_load((PROJECT / "docker-compose.dev.yml").read_text(encoding="utf-8"))
    assert compose["services"]["elasticsearch"]["image"] == f"elasticsearch:{version[1]}"


def test_a_damaged_record_of_a_node_is_named(tmp_path: Path) -> None:
    (tmp_path / "node.json").write_text('{"pid": 12')
    with pytest.raises(FailError, match=r"node\.json is damaged; end the node that it names, then delete it"):
        LightNode(tmp_path).is_running()


def test_a_node_that_does_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light_node, "STOP_SECONDS", 0.1)
    script = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script, light_node.MAIN_CLASS, f"path.data={tmp_path / 'data'}"]
    said: list[str] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        (tmp_path / "node.json").write_text(f'{{"pid": {deaf.pid}, "port": 9200, "url": "http://127.0.0.1:1"}}')

        assert LightNode(tmp_path, progress=said.append).stop()

        assert deaf.wait() == -signal.SIGKILL
    assert said == ["Stopping the light Elasticsearch.", "It does not stop, and is killed."]
    assert not (tmp_path / "node.json").exists()
