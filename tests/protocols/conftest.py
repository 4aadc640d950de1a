"""Fixtures of the protocols' tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from demo.oai_server import Repository, serve
from tests.protocols.json_served import Apis
from tests.protocols.oai_served import CODEBOOK, NOW, Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    repository = Repository(page_size=3, sets={"health": "Health"}, clock=lambda: NOW)
    for number in range(1, 8):
        sets = ["health"] if number % 2 else []
        repository.put(f"oai:demo.invalid:{number}", CODEBOOK, f"2026-03-0{number}T08:00:00Z", sets)
    with serve(repository) as url:
        yield Served(url, repository, tmp_path)


@pytest.fixture
def apis(tmp_path: Path) -> Iterator[Apis]:
    with ExitStack() as stack:
        yield Apis(tmp_path, stack)
