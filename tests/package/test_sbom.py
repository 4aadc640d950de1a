"""`make sbom` lists each package of the production lock file, with its hashes, and nothing that changes by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.docs.usages import makefile
from tests.package.licences import locked, normal
from tests.support import PROJECT

OPTIONS = ["--pyproject", "pyproject.toml", "--output-reproducible"]


def test_the_list_has_every_locked_package_with_its_hashes_and_no_time(tmp_path: Path) -> None:
    assert f"requirements requirements-production.lock {' '.join(OPTIONS)}" in makefile()
    file = tmp_path / "sbom.json"
    command = [
        "cyclonedx_py",
        "requirements",
        "requirements-production.lock",
        *OPTIONS,
        "--no-validate",
        "-o",
        str(file),
    ]
    subprocess.run(
        [sys.executable, "-W", "ignore::UserWarning", "-m", *command], cwd=PROJECT, check=True, capture_output=True
    )
    listed = json.loads(file.read_text(encoding="utf-8"))
    assert {normal(item["name"]) for item in listed["components"]} == locked("requirements-production.lock")
    assert all(reference["hashes"] for item in listed["components"] for reference in item["externalReferences"])
    assert listed["metadata"]["component"]["name"] == "study-index"
    assert "timestamp" not in listed["metadata"]
    assert "serialNumber" not in listed
