"""How docker-compose.yml and Dockerfile are read, and how their paths and addresses become those of this machine."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from demo.cluster import compose, table
from demo.cluster.comparison import COUNTS, Indexed, differences
from demo.cluster.compose import Service, read_compose
from demo.cluster.dockerfile import read_dockerfile
from demo.cluster.layout import Place, lay_out
from demo.cluster.programs import missing
from pipeline.errors import UsageError

FILE = """
services:
  database:
    image: postgres:17
    ports: ["127.0.0.1:${PORT:-15432}:5432"]
    healthcheck: {test: [CMD-SHELL, "pg_isready -p $$PORT"], interval: 1m30s, retries: 2}
  worker:
    build: .
    command: [run, --at=database:5432]
    environment: {URL: "postgres://database:5432/x", FOLDER: "file:///data/staging", LOUD: true}
    volumes: ["shared:/data/staging", "./settings:/etc/own/settings:ro"]
    depends_on: {database: {condition: service_healthy}}
    deploy: {replicas: "${WORKERS:-2}", resources: {limits: {memory: 512m}}}
    profiles: [more]
"""


@pytest.fixture
def services(tmp_path: Path) -> dict[str, Service]:
    (tmp_path / "docker-compose.yml").write_text(FILE, encoding="utf-8")
    return read_compose(tmp_path / "docker-compose.yml", {"WORKERS": "3"})


@pytest.fixture
def place(tmp_path: Path, services: dict[str, Service]) -> Place:
    (tmp_path / "settings").write_text("folder = /data/staging/here\nserver = database:5432\n", encoding="utf-8")
    place = Place("worker-1", tmp_path / "worker", {8080: 20001}, {"database": {5432: 20002}}, {15432: 20002})
    lay_out(place, services["worker"], tmp_path, tmp_path / "volumes", {"/opt/own"})
    return place


def test_what_a_service_needs_is_read(services: dict[str, Service]) -> None:
    worker, database = services["worker"], services["database"]
    assert (worker.replicas, worker.memory, worker.profiles) == (3, 512 * 1024**2, ["more"])
    assert worker.depends_on == {"database": "service_healthy"}
    assert worker.environment["LOUD"] == "true"
    assert database.published == {15432: 5432}
    assert database.health
    assert database.health.test == ["/bin/sh", "-c", "pg_isready -p $PORT"]


def test_a_variable_that_has_to_be_set_is_named() -> None:
    with pytest.raises(UsageError, match="KEY is not set: make one"):
        compose.fill("${KEY:?make one}", {})


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("run --at=database:5432", "run --at=127.0.0.1:20002"),
        ("postgres://user:word@database:5432/x", "postgres://user:word@127.0.0.1:20002/x"),
        ("http://localhost:8080/health", "http://localhost:20001/health"),
        ("database.example.org:5432", "database.example.org:5432"),
        ("my-database:5432", "my-database:5432"),
        ("cat /opt/own/key /opt/owner/key", "cat ROOT/opt/own/key /opt/owner/key"),
        ("file:///data/staging/part", "file://ROOT/data/staging/part"),
        ("/etc/own/settings /etc/passwd", "ROOT/etc/own/settings /etc/passwd"),
    ],
)
def test_paths_and_addresses_become_those_of_this_machine(place: Place, there: str, here: str) -> None:
    assert place.here(there) == here.replace("ROOT", str(place.root))


def test_an_address_for_people_has_the_port_that_is_published(place: Place) -> None:
    assert place.here("http://localhost:15432", from_outside=True) == "http://localhost:20002"


def test_a_volume_is_shared_and_a_file_is_a_copy_with_the_paths_of_this_machine(place: Place, tmp_path: Path) -> None:
    assert place.path("/data/staging").resolve() == (tmp_path / "volumes/shared").resolve()
    text = place.path("/etc/own/settings").read_text(encoding="utf-8")
    assert text == f"folder = {place.root}/data/staging/here\nserver = 127.0.0.1:20002\n"


def test_the_last_stage_of_a_dockerfile_is_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(
        "FROM one AS wheel\nENV A=1\nCOPY here /there\nFROM two\nRUN mkdir -p /opt/x/made && true\n"
        "COPY --from=wheel /there /other\nCOPY --chown=1:1 lock /tmp/build/\nCOPY folder /opt/x/folder\n"
        "COPY file /opt/x/\n"
        "WORKDIR /opt/x\nENV FOLDER=/opt/x \\\n    HOME_OF_IT=/var/lib/x\n",
        encoding="utf-8",
    )
    (tmp_path / "file").write_text("a", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/inside").write_text("b", encoding="utf-8")
    image = read_dockerfile(tmp_path / "Dockerfile")
    image.make(tmp_path / "root", tmp_path)
    assert image.environment == {"FOLDER": "/opt/x", "HOME_OF_IT": "/var/lib/x"}
    assert {"/opt/x", "/var/lib/x", "/opt/airflow"} <= image.paths()
    made = {str(path.relative_to(tmp_path / "root")) for path in (tmp_path / "root").rglob("*")}
    assert made == {"opt", "opt/x", "opt/x/made", "opt/x/file", "opt/x/folder", "opt/x/folder/inside"}


def test_programs_that_are_missing_are_named_with_how_to_install_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("demo.cluster.programs.POSTGRES_FOLDERS", (tmp_path,))
    first, *_ = missing({"PATH": str(tmp_path)})
    assert first == "PostgreSQL and Redis not found: apt-get install postgresql redis-server"


COUNTED = dict.fromkeys(COUNTS, 0) | dict.fromkeys(("fetched", "read", "created", "live"), 2)
SAME = Indexed(COUNTED, {"a/1": "x", "a/2": "y"}, 2)


@pytest.mark.parametrize(
    ("cluster", "named"),
    [
        (SAME, []),
        (SAME._replace(hashes={"a/1": "x"}, documents=1), ["1 documents were lost, such as a/2"]),
        (SAME._replace(hashes={"a/1": "x", "a/2": "z"}), ["1 documents differ, such as a/2"]),
        (SAME._replace(documents=3), ["3 documents are live with 2 ids: some are doubled"]),
        (SAME._replace(counts=COUNTED | {"read": 1}), ["read + rejected is 1, and fetched 2"]),
    ],
)
def test_what_is_lost_doubled_or_different_is_named(cluster: Indexed, named: list[str]) -> None:
    found = differences(cluster, SAME, records=2)
    assert bool(found) == bool(named)
    assert set(named) <= set(found)


@pytest.mark.parametrize("module", [compose, table])
def test_examples_in_docstrings_are_right(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]
