"""What is staged is complete or absent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.model.raw import RawRecord
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import RawKey, pack, unpack
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import Staging

URLS = ("file", "memory")


@pytest.fixture(params=URLS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return tmp_path.as_uri() if request.param == "file" else f"memory://{tmp_path.name}"


def broken_off() -> Iterator[bytes]:
    yield b"1"
    raise ConnectionError


def test_a_part_is_what_was_written_last(url: str) -> None:
    place = Staging("harbour", "run-1", url)
    place.write_part(Kind.RAW, 0, [b"1", b"2"])
    last = place.write_part(Kind.RAW, 0, [b"3", b""])
    empty = place.write_part(Kind.RAW, 11, [])

    assert (last.part, last.lines, empty.part, empty.lines) == (0, 2, 11, 0)
    assert list(place.read_part(Kind.RAW, last)) == [b"3", b""]
    assert list(place.read_part(Kind.RAW, empty)) == []
    assert list(place.read_parts(Kind.RAW, [last, empty, last])) == [b"3", b""] * 2


def test_a_part_whose_writing_failed_does_not_exist(tmp_path: Path) -> None:
    place = Staging("harbour", "run-1", tmp_path.as_uri())
    whole = place.write_part(Kind.RAW, 0, [b"whole"])
    for part in (0, 1):
        with pytest.raises(ConnectionError):
            place.write_part(Kind.RAW, part, broken_off())

    assert list(place.read_part(Kind.RAW, whole)) == [b"whole"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["00000.ndjson.zst"]


def test_a_part_is_written_on_the_disk_of_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is moved between disks is copied, and is there in part for a while."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    place = Staging("harbour", "run-1", (tmp_path / "staging").as_uri())
    seen: list[Path] = []

    def lines() -> Iterator[bytes]:
        yield b"1"
        seen.extend(path for path in tmp_path.rglob("*") if path.is_file())
        yield b"2"

    written = place.write_part(Kind.RAW, 0, lines())

    assert seen
    assert all(path.is_relative_to(tmp_path / "staging/harbour/run-1/raw") for path in seen)
    assert list(place.read_part(Kind.RAW, written)) == [b"1", b"2"]


def test_parts_are_bounded_in_count_and_bytes(tmp_path: Path) -> None:
    lines = [b"1" * size for size in (3, 3, 3, 9, 1, 1, 1, 1)]
    place = Staging("harbour", "run-1", tmp_path.as_uri())
    raw = RawParts(place, 3, 8)
    for line in lines:
        raw.add(RawKey("id", None, positional=False, deleted=False), line)
    raw.close()
    assert [len(list(place.read_part(Kind.RAW, part))) for part in raw.sums] == [2, 1, 1, 3, 1]


def test_without_records_there_are_no_parts(tmp_path: Path) -> None:
    raw = RawParts(Staging("harbour", "run-1", tmp_path.as_uri()))
    raw.close()
    assert raw.sums == ()


@pytest.mark.parametrize("payload", [b"words", "sää".encode(), b"\xff\xfe\x00", b"", None])
def test_a_raw_record_is_read_as_it_was_written(payload: bytes | None) -> None:
    raw = RawRecord("id", "ddi-codebook", payload, "2026-01-01", {"record": 3}, positional=True)
    assert unpack(pack(raw)) == raw
