"""Generated records: always the same ones, read without a reject, and different where they are to differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.generated import changed_numbers, codebook, dataset, write_ddi, write_ndjson
from pipeline.catalogue import load
from pipeline.catalogue.protocols import FilesProtocol
from pipeline.formats import FORMATS
from pipeline.model.record import Role, StudyRecord

COUNT = 60
MADE = {"ddi-codebook": codebook, "dataverse": dataset}
IN_MOST = {Role.TITLE, Role.DESCRIPTION, Role.KEYWORD, Role.GEOGRAPHY, Role.PERIOD, Role.POPULATION, Role.ACCESS}


def records(name: str, version: int = 0) -> list[StudyRecord]:
    return [FORMATS[name].read(MADE[name](number, version)) for number in range(COUNT)]


def descriptions(record: StudyRecord) -> list[str]:
    return [statement.text for statement in record.having(Role.DESCRIPTION)]


@pytest.mark.parametrize("name", MADE)
def test_every_record_is_read_and_most_state_what_facets_rest_on(name: str) -> None:
    read = records(name)
    assert len({record.study_number for record in read}) == COUNT
    for role in IN_MOST:
        assert sum(1 for record in read if any(record.having(role))) > COUNT / 2, role


@pytest.mark.parametrize("name", MADE)
def test_descriptions_never_repeat_and_differ_where_a_record_was_changed(name: str) -> None:
    before, after = records(name), records(name, version=1)
    texts = [text for record in [*before, *after] for text in descriptions(record)]
    assert len(set(texts)) == len(texts)
    assert [record.study_number for record in before] == [record.study_number for record in after]


def test_files_of_two_times_differ_in_the_changed_records_only(tmp_path: Path) -> None:
    write_ddi(COUNT, tmp_path)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "records").iterdir()}
    write_ddi(COUNT, tmp_path, changed=3)
    after = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "records").iterdir()}
    assert {name for name in before if after[name] != before[name]} == {
        f"GEN{number:07d}.xml" for number in changed_numbers(COUNT, 3)
    }


@pytest.mark.parametrize("name", ["out.ndjson", "out.ndjson.gz"])
def test_the_catalogue_file_beside_the_records_names_them(tmp_path: Path, name: str) -> None:
    ddi = load(write_ddi(1, tmp_path / "ddi"))
    dataverse = load(write_ndjson(1, tmp_path / "dataverse" / name))
    assert isinstance(ddi.protocol, FilesProtocol)
    assert isinstance(dataverse.protocol, FilesProtocol)
    assert [path.name for path in ddi.file.parent.glob(ddi.protocol.path)] == ["GEN0000000.xml"]
    assert (dataverse.file.parent / dataverse.protocol.path).is_file()
