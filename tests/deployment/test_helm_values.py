"""The values for Airflow's chart agree with the image, the code, the Compose file, and the page that has the secrets.

The chart itself is not here: docs/deployment.md states what was checked with it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from pipeline import settings
from tests.deployment.compose import services
from tests.support import PROJECT

VALUES = PROJECT / "deploy" / "helm" / "values.yaml"
PAGE = (PROJECT / "docs" / "deployment.md").read_text(encoding="utf-8")
OF_THE_DRIVER = re.compile(r"(AWS|FSSPEC)_[A-Z0-9_]+")
"""Variables that the driver of the object store reads."""


@cache
def values() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(VALUES.read_text(encoding="utf-8"))
    return found


def environment() -> dict[str, str]:
    return {each["name"]: each["value"] for each in values()["env"]}


def section(heading: str) -> str:
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def documented_secrets() -> dict[str, set[str]]:
    """The secrets of the page, each with its keys."""
    rows = re.findall(r"^\| `(study-index-[\w-]+)` \| ([^|]+) \|", section("Kubernetes"), re.MULTILINE)
    return {name: set(re.findall(r"`([^`]+)`", keys)) for name, keys in rows}


def used_secrets() -> dict[str, set[str]]:
    """The secrets that the values name, each with the keys that are read."""
    found: dict[str, set[str]] = {
        values()["data"]["metadataSecretName"]: {"connection"},
        values()["fernetKeySecretName"]: {"fernet-key"},
        values()["apiSecretKeySecretName"]: {"api-secret-key"},
        values()["jwtSecretName"]: {"jwt-secret"},
    }
    for each in values()["secret"]:
        found.setdefault(each["secretName"], set()).add(each["secretKey"])
    folders = {each["name"]: each["mountPath"] for each in values()["volumeMounts"]}
    for volume in values()["volumes"]:
        read = {path for path in environment().values() if path.startswith(f"{folders[volume['name']]}/")}
        found[volume["secret"]["secretName"]] = {PurePosixPath(path).name for path in read}
    return found


def test_image_and_versions_are_those_of_the_project() -> None:
    given = values()  # the image of all pods, tasks among them: `images.airflow` is not that of tasks
    ours = services()["airflow-scheduler"]["image"]
    assert f"{PurePosixPath(given['defaultAirflowRepository']).name}:{given['defaultAirflowTag']}" == ours
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    airflow = re.search(r"^ARG AIRFLOW_IMAGE=apache/airflow:(?:slim-)?([\d.]+)", dockerfile, re.MULTILINE)
    assert airflow
    assert values()["airflowVersion"] == airflow[1]
    assert f"WORKDIR {PurePosixPath(values()['config']['core']['dags_folder']).parent}\n" in dockerfile


def test_every_variable_is_a_setting_or_one_of_the_driver() -> None:
    known = {*settings.VARIABLES.values(), *(f"{name}_FILE" for name in settings.SECRETS.values())}
    given = {*environment(), *(each["envName"] for each in values()["secret"])}
    assert {name for name in given - known if not OF_THE_DRIVER.fullmatch(name)} == set()
    for name in given - known:
        assert f"`{name}`" in section("Staging on S3")


def test_secrets_are_those_of_the_page() -> None:
    assert used_secrets() == documented_secrets()


def test_no_value_is_a_secret() -> None:
    written = VALUES.read_text(encoding="utf-8")
    assert not re.search(
        r"(?i)(password|passwd|secret|token|_key|fernetKey):\s*[^\s{~\"]", written.replace("secret:\n", "")
    )


@pytest.mark.parametrize("part", ["apiServer", "scheduler", "dagProcessor", "triggerer", "migrateDatabaseJob"])
def test_every_part_has_bounds(part: str) -> None:
    assert {"requests", "limits"} <= values()[part]["resources"].keys()
    assert values()["workers"]["kubernetes"]["resources"]["limits"]["memory"]


def test_the_database_is_prepared_as_in_the_compose_file() -> None:
    commands = {line.strip() for line in values()["migrateDatabaseJob"]["args"][-1].splitlines()}
    compose = services()["airflow-init"]["command"][-1].replace("$$", "$")
    assert commands - {"set -eu"} <= {line.strip() for line in compose.splitlines()}


def test_the_version_of_the_chart_is_one() -> None:
    in_values = re.search(r"version ([\d.]+) of Airflow's official chart", VALUES.read_text(encoding="utf-8"))
    assert in_values
    assert {*re.findall(r"--version ([\d.]+)", PAGE)} == {in_values[1]}
    assert f"version {in_values[1]} of [Airflow's official chart]" in PAGE
