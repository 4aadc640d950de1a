"""The Dockerfile: without findings of a linter, and with the files, versions and commands of the project."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.deployment.compose import instructions, text
from tests.package.test_wheel import FILES, FOLDERS
from tests.support import PROJECT


def arguments(wanted: str) -> list[str]:
    return [rest for word, rest in instructions() if word == wanted]


def copied() -> list[tuple[list[str], str, bool]]:
    """What is copied, to where, and whether it comes from this folder instead of an earlier stage."""
    found = []
    for rest in arguments("COPY"):
        words = [word for word in rest.split() if not word.startswith("--")]
        found.append((words[:-1], words[-1], "--from=" not in rest))
    return found


def test_a_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "--no-color", PROJECT / "Dockerfile"], check=False, text=True, capture_output=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_copied_exists_and_is_sent_to_the_builder() -> None:
    allowed = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    sources = {source for names, _, is_here in copied() if is_here for source in names}
    assert [source for source in sources if not (PROJECT / source).exists()] == []
    assert sources == allowed


def test_the_wheel_is_built_as_make_wheel_builds_it_from_the_same_files() -> None:
    made = re.search(r"^wheel:.*\n(?:\t.*\n)*\t\$\(BIN\)/(python -m build .*)$", text("Makefile"), re.MULTILINE)
    assert made is not None
    assert made[1] in arguments("RUN")
    stage = [names for names, target, is_here in copied() if is_here and not target.startswith("/")]
    files = {name for names in stage for name in names}
    assert files - {"requirements-wheel.lock"} == {*FOLDERS, *FILES}


def test_everything_is_installed_with_hashes_or_without_an_index() -> None:
    installs = [part for run in arguments("RUN") for part in run.split("&&") if "pip install" in part]
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or ("--no-deps" in install and "--no-index" in install)


def test_the_image_is_made_of_the_airflow_and_python_of_the_lock_file() -> None:
    (base,) = [rest for rest in arguments("ARG") if rest.startswith("AIRFLOW_IMAGE=")]
    airflow = re.search(r"^apache-airflow==(\S+)", text("requirements-production.lock"), re.MULTILINE)
    python = re.search(r"--python-version (\S+)", text("Makefile"))
    assert airflow is not None
    assert python is not None
    assert base == f"AIRFLOW_IMAGE=apache/airflow:slim-{airflow[1]}-python{python[1]}"
    assert {rest.split()[0] for rest in arguments("FROM")} == {"${AIRFLOW_IMAGE}"}


def test_the_label_has_the_version_of_the_package() -> None:
    version = re.search(r'^version = "(.+)"$', text("pyproject.toml"), re.MULTILINE)
    assert version is not None
    assert f"VERSION={version[1]}" in arguments("ARG")


def test_it_does_not_run_as_root() -> None:
    assert arguments("USER")[-1] == "50000:0", "the user of Airflow's image"


def test_the_working_folder_has_what_init_makes_without_the_samples(tmp_path: Path) -> None:
    made = [sys.executable, "-m", "pipeline.cli", "init", str(tmp_path)]
    subprocess.run(made, check=True, capture_output=True, cwd=PROJECT)
    places = {target: names for names, target, is_here in copied() if is_here and target.startswith("/opt/study-index")}
    assert places == {"/opt/study-index/": ["study-index.toml"], "/opt/study-index/dags": ["dags"]}
    for name in ("study-index.toml", *(f"dags/{file.name}" for file in (tmp_path / "dags").iterdir())):
        assert (PROJECT / name).read_bytes() == (tmp_path / name).read_bytes(), name
    assert any("/opt/study-index/catalogues" in run for run in arguments("RUN"))


def test_the_lock_of_what_builds_has_the_versions_that_were_tested() -> None:
    def versions(lock: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9-]+==\S+)", text(lock), re.MULTILINE))

    assert versions("requirements-wheel.lock") <= versions("requirements.lock")
    assert {line.partition("==")[0] for line in versions("requirements-wheel.lock")} >= {"build", "setuptools"}
