"""The demo archive over OAI-PMH, and the commands that generate and serve it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from demo.__main__ import main
from demo.archive import archive_repository, identifier
from demo.files import write_files
from demo.oai_server import Repository, serve
from demo.studies import studies
from tests.demo.asking import OAI, headers
from tests.support import PROJECT


@pytest.mark.parametrize("prefix", ["oai_ddi25", "oai_dc"])
def test_the_archive_lists_its_records_in_the_order_of_the_studies(prefix: str) -> None:
    with serve(archive_repository()) as url:
        listed = headers(url, "ListRecords", prefix)
    live = [header.findtext(f"{OAI}identifier") for header in listed if header.get("status") is None]
    assert live == [identifier(study) for study in studies("demo-archive")]
    assert len(listed) - len(live) == 6, "six deletions"


def test_the_archive_of_generated_files_is_the_same_as_the_one_in_memory(tmp_path: Path) -> None:
    write_files(tmp_path)
    assert archive_repository(tmp_path / "archive").items() == archive_repository().items()


def test_sets_select_a_part_of_the_archive() -> None:
    repository: Repository = archive_repository()
    in_finnish = [item for item in repository.items() if item.is_in("language:fi")]
    assert 5 < len(in_finnish) < 30
    assert all(item.is_in("language") for item in in_finnish)


def test_the_server_ends_when_its_standard_input_is_closed(tmp_path: Path) -> None:
    write_files(tmp_path)
    command = [sys.executable, "-m", "demo", "serve", "--port", "0", "--data", str(tmp_path), "--with-parent"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        url = server.stdout.readline().strip()
        assert httpx2.get(url, params={"verb": "Identify"}).status_code == 200
        server.stdin.close()
        assert server.wait(timeout=20) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--port", "0", "--host", "0.0.0.0"], "not a loopback address"),  # noqa: S104
        (["serve", "--port", "0", "--data", "nowhere"], "python -m demo generate"),
    ],
)
def test_wrong_options_are_a_usage_error(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
