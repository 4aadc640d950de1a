"""The demo catalogues as files: the same bytes each time, and what each format asks for."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from demo import harmony
from demo.files import write_files
from demo.studies import CATALOGUES, harmony_id, studies, truths
from pipeline import catalogue as catalogues
from pipeline.catalogue import FilesProtocol, OaiPmhProtocol

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo")
    write_files(made)
    return made


def content(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_another_process_with_other_hashes_writes_the_same_bytes(directory: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-m", "demo", "generate", str(tmp_path)], cwd=PROJECT, env=env, check=True)
    assert content(tmp_path) == content(directory)


def test_writing_again_leaves_nothing_old_behind_and_touches_no_other_file(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "harmony" / "9999.page.txt").write_text("of an earlier version")
    (tmp_path / "harmony" / "notes.md").write_text("somebody's own")
    before = content(tmp_path)
    write_files(tmp_path)
    assert before.keys() - content(tmp_path).keys() == {str(Path("harmony") / "9999.page.txt")}


def test_every_codebook_is_one_and_every_version_is_there(directory: Path) -> None:
    versions: Counter[tuple[str | None, str | None]] = Counter()
    for path in (directory / "archive").glob("*.xml"):
        root = etree.parse(path).getroot()
        name = etree.QName(root)
        if name.localname == "codeBook":
            versions[name.namespace, root.get("version")] += 1
    assert versions[("ddi:codebook:2_5", "2.5")] > 60
    old = "http://www.icpsr.umich.edu/DDI"
    assert set(versions) == {
        ("ddi:codebook:2_5", "2.5"),
        (old, "2.1"),
        (None, "2.1"),
        (old, "1.2.2"),
        (None, "1.2.2"),
    }
    assert sum(versions.values()) == len(studies("demo-archive")) - 1


def test_every_dataverse_line_but_the_broken_one_is_a_dataset(directory: Path) -> None:
    lines: list[bytes] = []
    for path in sorted((directory / "dataverse").glob("*.ndjson.gz")):
        lines += gzip.decompress(path.read_bytes()).removesuffix(b"\n").split(b"\n")
    assert len(lines) == len(studies("demo-dataverse"))
    assert any("\u2028" in line.decode() for line in lines)
    for line, study in zip(lines, studies("demo-dataverse"), strict=True):
        if study.reject == "malformed":
            with pytest.raises(json.JSONDecodeError):
                json.loads(line)
            continue
        dataset = json.loads(line)
        (title,) = (
            field["value"]
            for field in dataset["datasetVersion"]["metadataBlocks"]["citation"]["fields"]
            if field["typeName"] == "title"
        )
        assert title == study.words[0].title
        assert dataset["datasetType"] == ("software" if study.reject == "not_a_study" else "dataset")


def test_the_health_list_is_json_and_some_records_lack_ids(directory: Path) -> None:
    listed = json.loads((directory / "health" / "datasets.json").read_bytes())
    assert len(listed) == len(studies("demo-health"))
    assert sum("pid" not in record for record in listed) >= 5
    assert sum("identifier" not in record for record in listed) == 1
    assert None not in listed[0].values()


def rows(page: bytes) -> dict[str, Any]:
    """The rows of a page by id, read as the format is described; texts are str, other values as JSON has them."""
    found: dict[str, Any] = {}
    at = 0
    while at < len(page):
        number, _, rest = page[at : at + 12].partition(b":")
        at += len(number) + 1
        if rest[:1] == b"T":
            length, _, _ = page[at + 1 : at + 12].partition(b",")
            at += len(length) + 2
            size = int(length, 16)
            found[number.decode()] = page[at : at + size].decode()
            at += size
        else:
            value, _, _ = page[at:].partition(b"\n")
            at += len(value) + 1
            found[number.decode()] = json.loads(value) if value[:1] in b'"[{n' else value.decode()
    return found


def test_every_page_is_a_stream_of_rows_whose_references_lead_somewhere(directory: Path) -> None:
    referring = 0
    for study in studies("demo-harmony"):
        found = rows((directory / "harmony" / f"{study.number}.page.txt").read_bytes())
        if study.reject:
            assert "18" not in found
            continue
        item = found["18"][3]["study"]
        description = item["dataset_schema"]["description"]
        if re.fullmatch(r"\$[0-9a-f]+", description):
            referring += 1
            description = found[description[1:]]
        assert description == study.words[0].description
        assert item["extra_data"]["harmony_id"] == harmony_id(study)
        assert item["extra_data"]["age_upper"] == 999
    assert referring >= 10


def test_a_leading_dollar_is_doubled_on_a_page() -> None:
    packed = harmony.Rows().packed({"name": "$5 a day", "list": ["$"], "other": "5 $"})
    assert packed == {"name": "$$5 a day", "list": ["$$"], "other": "5 $"}


def test_the_truth_stands_beside_the_files(directory: Path) -> None:
    told = json.loads((directory / "truth.json").read_bytes())
    assert told.keys() == truths().keys()
    assert told["demo-archive/DA1006"]["sex"] == "female"


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_catalogue_files_lead_to_what_is_generated(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDY_INDEX_HOME", str(tmp_path))
    monkeypatch.delenv("STUDY_INDEX_CATALOGUES", raising=False)
    monkeypatch.setenv("STUDY_INDEX_DEMO_PORT", "4711")
    write_files(tmp_path / "demo")
    described = catalogues.find(name)
    assert described.schedule is None
    if isinstance(described.protocol, FilesProtocol):
        assert list(Path("/").glob(described.protocol.path.lstrip("/")))
    else:
        assert isinstance(described.protocol, OaiPmhProtocol)
        assert described.protocol.url == "http://127.0.0.1:4711/oai"
