"""The demo archive over OAI-PMH, and the commands that write and serve it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from lxml import etree

from demo.__main__ import main
from demo.archive import archive_repository, identifier
from demo.files import write_files
from demo.oai_server import Repository, serve
from demo.studies import studies

OAI = "{http://www.openarchives.org/OAI/2.0/}"
PROJECT = Path(__file__).resolve().parents[2]


def harvest(url: str, prefix: str) -> tuple[list[str], list[str]]:
    """Identifiers of the records and of the deletions."""
    live: list[str] = []
    deleted: list[str] = []
    arguments = {"verb": "ListRecords", "metadataPrefix": prefix}
    with httpx2.Client() as client:
        while True:
            root = etree.fromstring(client.get(url, params=arguments).content)
            for header in root.iter(f"{OAI}header"):
                (deleted if header.get("status") == "deleted" else live).append(header.findtext(f"{OAI}identifier", ""))
            token = root.findtext(f".//{OAI}resumptionToken")
            if not token:
                return live, deleted
            arguments = {"verb": "ListRecords", "resumptionToken": token}


@pytest.mark.parametrize("prefix", ["oai_ddi25", "oai_dc"])
def test_the_whole_archive_comes_in_the_order_of_its_studies(prefix: str) -> None:
    with serve(archive_repository()) as url:
        live, deleted = harvest(url, prefix)
    assert live == [identifier(study) for study in studies("demo-archive")]
    assert len(deleted) == 6


def test_the_generated_archive_is_the_one_made_afresh(tmp_path: Path) -> None:
    write_files(tmp_path)
    assert archive_repository(tmp_path / "archive").items() == archive_repository().items()


def test_sets_divide_the_archive() -> None:
    repository: Repository = archive_repository()
    in_finnish = [item for item in repository.items() if item.is_in("language:fi")]
    assert 5 < len(in_finnish) < 30
    assert all(item.is_in("language") for item in in_finnish)


def test_serving_ends_with_its_parent(tmp_path: Path) -> None:
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
    ("arguments", "told"),
    [
        (["serve", "--port", "0", "--host", "0.0.0.0"], "not a loopback address"),  # noqa: S104
        (["serve", "--port", "0", "--data", "nowhere"], "python -m demo generate"),
    ],
)
def test_a_wrong_call_is_told(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err
