"""The Compose files are valid, and keep what every service of them has to keep."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
import yaml

from tests.deployment.compose import (
    DEVELOPMENT,
    PRODUCTION,
    Mount,
    loaded,
    mounts,
    services,
    text,
    variables,
    words,
)
from tests.support import PROJECT

SCHEMA = json.loads((PROJECT / "tests" / "deployment" / "compose-spec.json").read_text(encoding="utf-8"))
FILES = (PRODUCTION, DEVELOPMENT)

ONCE = {name for name, service in services().items() if service["restart"] == "no"}
LASTING = sorted(set(services()) - ONCE)

FULL_VERSION = r"[a-z-]+:\d+\.\d+(\.\d+)?(-bookworm)?"
"""PostgreSQL's versions have two numbers."""

EXAMPLES = {
    *("STUDY_INDEX_STAGING", "STUDY_INDEX_ALERTS", "S3_CREDENTIALS", "AWS_ENDPOINT_URL"),
    *("STUDY_INDEX_EMBEDDINGS", "STUDY_INDEX_EMBEDDINGS_MODEL", "EMBEDDINGS_KEY"),
}
"""Variables whose value in .env.example is an example, as their default is to have none or a place inside."""


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_valid(name: str) -> None:
    as_written = yaml.safe_load(text(name))
    for form in (as_written, loaded(name)):
        errors = jsonschema.validators.validator_for(SCHEMA)(SCHEMA).iter_errors(form)
        assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_each_variable_is_in_the_example_of_settings_and_has_its_default_there() -> None:
    example = text(".env.example")
    assert re.findall(r"^[^#\n]", example, re.MULTILINE) == [], "no setting is needed"
    documented = dict(re.findall(r"^# ([A-Z0-9_]+)=(.*)$", example, re.MULTILINE))
    read = variables(PRODUCTION)
    assert documented.keys() == read.keys()
    shown = documented.keys() - EXAMPLES
    assert {name: documented[name] for name in shown} == {name: read[name] for name in shown}


def test_the_file_for_development_has_no_variables() -> None:
    assert variables(DEVELOPMENT) == {}


@pytest.mark.parametrize("name", FILES)
def test_every_image_has_a_full_version(name: str) -> None:
    images = {service["image"] for service in services(name).values()}
    assert [image for image in images if not re.fullmatch(FULL_VERSION, image)] == []


@pytest.mark.parametrize("name", FILES)
def test_ports_are_reached_from_this_machine_alone(name: str) -> None:
    ports = [port for service in services(name).values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", FILES)
def test_each_volume_is_declared_and_used(name: str) -> None:
    used = {mount.source for service in services(name).values() for mount in mounts(service)}
    named = {source for source in used if not source.startswith((".", "/"))}
    assert named == set(loaded(name)["volumes"])


def test_somebody_writes_what_others_only_read() -> None:
    all_mounts = [mount for service in services().values() for mount in mounts(service)]
    written = {mount.source for mount in all_mounts if not mount.read_only}
    assert {mount.source for mount in all_mounts} - written == {"./catalogues", "/dev/null"}


@pytest.mark.parametrize("name", sorted(services()))
def test_every_service_is_bounded(name: str) -> None:
    service = services()[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert {"max-size", "max-file"} <= service["logging"]["options"].keys()
    assert re.fullmatch(r"\d+[mg]", service["deploy"]["resources"]["limits"]["memory"])
    assert "privileged" not in service
    assert "container_name" not in service, "so that there can be several"


@pytest.mark.parametrize("name", LASTING)
def test_every_lasting_service_is_started_again_and_watched(name: str) -> None:
    service = services()[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_services_that_run_once_are_those_that_others_wait_to_end() -> None:
    assert {"secrets", "elasticsearch-setup", "airflow-init", "kibana-setup"} == ONCE
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == expected, f"{name} depends on {other}"
            assert other in services()


def test_no_service_waits_for_itself() -> None:
    needs = {name: set(service.get("depends_on", {})) for name, service in services().items()}
    while ready := {name for name, others in needs.items() if not others}:
        needs = {name: others - ready for name, others in needs.items() if name not in ready}
    assert needs == {}


def test_what_starts_without_a_profile_needs_nothing_of_a_profile() -> None:
    found = services()
    for name, service in found.items():
        if "profiles" not in service:
            assert [other for other in service.get("depends_on", {}) if "profiles" in found[other]] == [], name


def test_the_search_service_has_the_key_of_readers_and_no_other() -> None:
    service = services()["search"]
    no_key_of_embeddings = "/dev/null"
    assert {mount.source for mount in mounts(service)} == {"secrets-search", "reader-key", no_key_of_embeddings}
    assert all(mount.read_only for mount in mounts(service))
    assert service["read_only"] is True
    writers = {name for name, one in services().items() if "reader-key" in {mount.source for mount in mounts(one)}}
    assert writers == {"search", "elasticsearch-setup"}


def test_questions_get_vectors_of_the_model_that_made_those_of_studies() -> None:
    def chosen(name: str) -> dict[str, str]:
        given: dict[str, str] = services()[name]["environment"]
        return {key: value for key, value in given.items() if key.startswith("STUDY_INDEX_EMBEDDINGS")}

    assert len(chosen("search")) == 5
    assert chosen("search") == chosen("airflow-worker") == chosen("airflow-dag-processor")


def test_the_key_of_embeddings_is_read_where_it_is_mounted_and_only_where_it_is_set() -> None:
    mount, read = "${EMBEDDINGS_KEY:-/dev/null}:/secrets/embeddings:ro", "${EMBEDDINGS_KEY:+/secrets/embeddings}"
    services_as_written = yaml.safe_load(text(PRODUCTION))["services"]
    for name in ("search", "airflow-worker"):
        assert mount in services_as_written[name]["volumes"]
        assert services_as_written[name]["environment"]["STUDY_INDEX_EMBEDDINGS_KEY_FILE"] == read


def test_there_can_be_several_workers() -> None:
    assert "ports" not in services()["airflow-worker"]


def test_the_maker_of_secrets_has_no_network_and_only_the_rights_to_give_files_away() -> None:
    maker = services()["secrets"]
    assert maker["network_mode"] == "none"
    assert set(maker["cap_add"]) == {"CHOWN", "DAC_OVERRIDE", "FOWNER"}
    assert [name for name, service in services().items() if "cap_add" in service] == ["secrets"]
    assert [name for name, service in services().items() if service.get("user", "").startswith("0")] == ["secrets"]


@pytest.mark.parametrize("name", sorted(services()))
def test_a_service_reads_no_secret_of_another(name: str) -> None:
    mine = {mount for mount in mounts(services()[name]) if mount.source.startswith("secrets")}
    expected = {
        "secrets": {
            f"secrets-{user}" for user in ("postgres", "redis", "elasticsearch", "kibana", "setup", "airflow", "search")
        }
        | {"secrets"},
        "elasticsearch-setup": {"secrets-setup"},
        "kibana-setup": {"secrets-setup"},
    }.get(name, {"secrets-airflow"} if name.startswith("airflow") else {f"secrets-{name}"})
    assert {mount.source for mount in mine} == expected
    assert name == "secrets" or all(mount.read_only for mount in mine)


def inline_secrets(service: dict[str, Any]) -> list[str]:
    """Variables that are named as secrets and do not say where the secret is, and addresses with a password."""
    named = [
        key
        for key, value in service.get("environment", {}).items()
        if re.search(r"PASSWORD|SECRET|_KEY|TOKEN|CREDENTIAL", key) and not key.endswith(("_FILE", "_CMD")) and value
    ]
    values = [*map(str, service.get("environment", {}).values()), *words(service)]
    return named + [value for value in values if re.search(r"://[^/\s]*:[^/\s]*@", value)]


@pytest.mark.parametrize("name", sorted(services()))
def test_no_secret_is_in_the_file(name: str) -> None:
    assert inline_secrets(services()[name]) == []


def test_a_secret_in_the_file_would_be_found() -> None:
    environment = {"POSTGRES_PASSWORD": "harbour", "URL": "redis://:harbour@redis:6379/0"}
    assert inline_secrets({"environment": environment}) == ["POSTGRES_PASSWORD", "redis://:harbour@redis:6379/0"]


def test_a_mount_is_read_as_docker_reads_it() -> None:
    read = mounts({"volumes": ["a:/b:ro", "./c:/d"]})
    assert read == [Mount("a", "/b", read_only=True), Mount("./c", "/d", read_only=False)]
