"""The Compose file agrees with the code, with Airflow, and with the image: nothing in it names what does not exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
from fastapi.routing import APIRoute

from pipeline import settings
from pipeline.cli.app import app
from pipeline.cli.serving import PORT
from pipeline.operations import deployment_secrets
from pipeline.operations.doctor import OLDEST
from pipeline.serve.app import health
from tests.deployment.compose import PRODUCTION, instructions, loaded, mounts, services, text, words
from tests.support import PROJECT

OURS = {name: service for name, service in services().items() if service["image"].startswith("study-index:")}
AIRFLOWS = {
    name: service for name, service in OURS.items() if "AIRFLOW__CORE__EXECUTOR" in service.get("environment", {})
}
WORKING_FOLDER = "/opt/study-index"
KEYS = {"writer", "reader"}
"""The files that `study-index setup --keys` makes."""


def environment(name: str) -> dict[str, str]:
    """The variables of a service."""
    found: dict[str, str] = services()[name].get("environment", {})
    return found


def scripts() -> dict[str, str]:
    """What services give to a shell: commands, and health checks that are a line of a shell."""
    found = {}
    for name, service in services().items():
        match service.get("command", []):
            case ["bash", "-c", script]:
                found[name] = script
        match service.get("healthcheck", {}).get("test", []):
            case ["CMD-SHELL", script]:
                found[f"the health check of {name}"] = script
    return found


def command_lines() -> list[list[str]]:
    """Every command line that services run."""
    lines = [words(service) for service in ({"command": each.get("command", [])} for each in services().values())]
    lines += [each["healthcheck"]["test"][1:] for each in services().values() if "healthcheck" in each]
    for script in scripts().values():
        joined = re.sub(r"\$\([^)]*\)|\$\{HOSTNAME\}", "FOUND", script.replace("\\\n", " "))
        lines += [shlex.split(part, comments=True) for line in joined.splitlines() for part in line.split(" | ")]
    return [line[2:] if line[:2] == ["setsid", "--wait"] else line for line in lines if line]


def starting(*beginning: str) -> list[list[str]]:
    """What follows these words in the command lines that begin with them."""
    return [line[len(beginning) :] for line in command_lines() if tuple(line[: len(beginning)]) == beginning]


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What Airflow states of itself under the environment of the services."""
    chosen = {key: value for key, value in environment("airflow-worker").items() if not key.endswith("_CMD")}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW__")}
    env = {**kept, "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow"))}
    env |= {key: value for key, value in chosen.items() if key.startswith("AIRFLOW__")}
    done = subprocess.run(
        [sys.executable, str(PROJECT / "tests" / "deployment" / "airflow_facts.py")],
        env=env,
        input=json.dumps(starting("airflow")),
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_option_of_airflow_exists(airflow: Any) -> None:
    given = {key for name in OURS for key in environment(name) if key.startswith("AIRFLOW__")}
    plain = {key for key in given if not key.endswith("_CMD")}
    assert plain - airflow["options"].keys() == set()
    assert given & set(airflow["deprecated"]) == set()
    assert {key.removesuffix("_CMD") for key in given - plain} <= set(airflow["sensitive"])
    assert plain & set(airflow["sensitive"]) == set(), "these are secrets"


def test_airflow_has_the_executor_the_users_and_the_commands(airflow: Any) -> None:
    assert airflow["refused"] == []
    assert len(starting("airflow")) > 8
    assert airflow["auth_manager"] == "ABCMeta"
    assert airflow["celery_app"] == "Celery"
    (given,) = starting("celery")
    assert given[:4] == ["--app", "airflow.providers.celery.executors.celery_executor.app", "inspect", "ping"]


def test_health_checks_ask_what_answers(airflow: Any) -> None:
    def asked(name: str) -> str:
        return str(services()[name]["healthcheck"]["test"][-1])

    port = airflow["options"]["AIRFLOW__API__PORT"]
    path = "/api/v2/monitor/health"
    assert asked("airflow-api-server") == f"http://localhost:{port}{path}"
    assert path in airflow["paths"]
    scheduler = airflow["options"]["AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT"]
    assert asked("airflow-scheduler") == f"http://localhost:{scheduler}/health"
    assert environment("airflow-scheduler")["AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK"] == "true"
    served = urlsplit(asked("search"))
    assert served.port == PORT
    assert served.path in {route.path for route in health.routes if isinstance(route, APIRoute)}


def test_addresses_name_services_and_their_ports(airflow: Any) -> None:
    ports = {"airflow-api-server": int(airflow["options"]["AIRFLOW__API__PORT"])}
    ports |= {"elasticsearch": 9200, "postgres": 5432, "redis": 6379, "kibana": 5601, "search": PORT}
    for name, service in services().items():
        written = json.dumps([service.get("environment", {}), service.get("command", [])])
        addresses = re.findall(r"https?://([\w-]+):(\d+)", written) + re.findall(r"=([a-z]+):(\d+)\"", written)
        for host, port in addresses:
            assert host == "localhost" or ports[host] == int(port), f"{name} asks {host}:{port}"
        for published in service.get("ports", []):
            assert int(published.rsplit(":", 1)[1]) == ports[name]


def test_the_certificate_is_for_the_name_under_which_elasticsearch_is_asked() -> None:
    given = deployment_secrets.parser().parse_args(
        starting("python", "-m", "pipeline.operations.deployment_secrets")[0]
    )
    asked = {urlsplit(environment(name)["ELASTICSEARCH_URL"]).hostname for name in OURS if environment(name)}
    assert asked | {"localhost", "127.0.0.1"} == set(given.elasticsearch)


def test_every_setting_of_the_pipeline_exists() -> None:
    known = {"STUDY_INDEX_FOLDER", *settings.VARIABLES.values()}
    known |= {name + end for name in settings.ALL_SECRETS.values() for end in ("", "_FILE")}
    given = {key for name in OURS for key in environment(name) if key.startswith(("STUDY_INDEX_", "ELASTICSEARCH_"))}
    assert given - known == set()
    assert {key for key in image_environment() if key.startswith("STUDY_INDEX_")} <= known


def test_every_command_of_study_index_is_understood() -> None:
    commands = starting("study-index")
    assert sorted(commands) == [
        ["serve", "--host", "0.0.0.0", "--port", str(PORT)],  # noqa: S104 - in its container
        ["setup", "--keys", "/secrets/keys"],
    ]
    group = typer.main.get_command(app)
    for line in commands:
        name, command, rest = group.resolve_command(group.make_context("study-index", []), line)  # type: ignore[attr-defined]
        assert command is not None, f"study-index has no command {line[0]}"
        command.make_context(name, list(rest))


def test_every_module_that_is_started_exists() -> None:
    modules = {line[0] for line in starting("python", "-m")}
    modules |= {found for script in scripts().values() for found in re.findall(r"python -m ([\w.]+)", script)}
    assert modules == {"pipeline.operations.deployment_secrets", "pipeline.dags.pools"}
    assert [module for module in modules if find_spec(module) is None] == []


@pytest.mark.parametrize("where", sorted(scripts()))
def test_a_shell_can_read_each_script(where: str) -> None:
    assert subprocess.run(["bash", "-n", "-c", scripts()[where]], check=False).returncode == 0


def made_for(folder: str, tmp: Path) -> set[str]:
    """The files that the service `secrets` makes in a folder."""
    line = starting("python", "-m", "pipeline.operations.deployment_secrets")[0]
    given = deployment_secrets.parser().parse_args([str(tmp), *line[1:]])
    deployment_secrets.make(tmp, given, {})
    return {file.name for file in (tmp / folder).iterdir()}


@pytest.mark.parametrize("name", sorted(set(services()) - {"secrets"}))
def test_every_secret_that_a_service_reads_is_made_and_mounted_there(name: str, tmp_path: Path) -> None:
    folders = {mount.source: mount.target for mount in mounts(services()["secrets"])}
    service, readable = services()[name], {"/secrets/s3", "/secrets/embeddings"}
    for mount in mounts(service):
        if mount.source in folders:
            files = made_for(folders[mount.source].removeprefix("/secrets/"), tmp_path)
            readable |= {mount.target, *(f"{mount.target}/{file}" for file in files)}
        if mount.source == "reader-key":
            readable |= {mount.target, f"{mount.target}/key"}
        if mount.source == "keys":
            readable |= {mount.target, *(f"{mount.target}/{file}" for file in KEYS)}
    written = json.dumps([service.get("environment", {}), words(service)])
    asked = set(re.findall(r"(?<![\w.])/secrets/\w[\w./]*", written))
    if name == "elasticsearch":  # whose paths are relative to its folders
        asked = {f"/usr/share/elasticsearch/config/{found}" for found in re.findall(r"secrets/[\w.]+", written)}
        assert len(asked) == 4
    assert asked - readable == set()


def test_secrets_belong_to_the_user_who_reads_them() -> None:
    line = starting("python", "-m", "pipeline.operations.deployment_secrets")[0]
    owners = dict(deployment_secrets.parser().parse_args(line).owner)
    (image_user,) = {
        rest.partition(":")[0] for word, rest in [*instructions()][-8:] if word == "USER" and rest != "0:0"
    }
    for name, service in services().items():
        if name != "secrets":
            user = service.get("user", image_user).partition(":")[0]
            for mount in mounts(service):
                if mount.source.startswith("secrets-"):
                    assert owners[mount.source.removeprefix("secrets-")] == int(user), f"{name} and {mount.source}"


def image_environment() -> dict[str, str]:
    """The variables that the Dockerfile sets."""
    lines = [rest for word, rest in instructions() if word == "ENV"]
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(lines)))


def test_catalogues_dags_and_staging_are_where_the_pipeline_looks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = image_environment()
    assert variables["STUDY_INDEX_FOLDER"] == WORKING_FOLDER
    assert variables["AIRFLOW__CORE__DAGS_FOLDER"] == f"{WORKING_FOLDER}/dags"
    monkeypatch.setattr(settings, "folder", lambda: Path(WORKING_FOLDER))
    for name in ("STUDY_INDEX_CATALOGUES", "STUDY_INDEX_STAGING"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STUDY_INDEX_HOME", variables["STUDY_INDEX_HOME"])
    for name, service in AIRFLOWS.items():
        targets = {mount.target for mount in mounts(service)}
        assert str(settings.catalogues()) in targets, name
        assert settings.staging_url().removeprefix("file://") in targets, name
        assert environment(name)["STUDY_INDEX_STAGING"] == settings.staging_url()


def test_the_image_has_the_folders_into_which_a_user_who_is_not_root_writes() -> None:
    (made,) = [rest for word, rest in instructions() if word == "RUN" and "mkdir" in rest]
    of_airflow = {"/opt/airflow/logs"}
    written = {
        mount.target
        for service in OURS.values()
        for mount in mounts(service)
        if service.get("user") != "0:0" and not mount.read_only
    }
    folders = made.partition("mkdir -p ")[2].partition(" && ")[0].split()
    owned = made.partition("chown -R 50000:0 ")[2].partition(" && ")[0].split()
    assert written - of_airflow <= set(folders)
    assert [each for each in written - of_airflow if not each.startswith(tuple(owned))] == []


def test_our_image_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"$', text("pyproject.toml"), re.MULTILINE)
    assert version is not None
    assert {service["image"] for service in OURS.values()} == {f"study-index:{version[1]}"}
    assert loaded(PRODUCTION)["x-image"]["build"] == "."


def test_elasticsearch_is_of_a_version_that_the_pipeline_supports_and_kibana_of_the_same() -> None:
    version = services()["elasticsearch"]["image"].partition(":")[2]
    assert services()["kibana"]["image"] == f"kibana:{version}"
    numbers = tuple(map(int, version.split(".")))
    assert OLDEST <= numbers < (10,), "the client of version 8 talks to servers of 8 and 9"
