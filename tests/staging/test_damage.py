"""What is staged is what was written, or an error that names it: each byte of a part and a JSON object is guarded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline.staging.kinds import Kind
from pipeline.staging.store import DamagedError, PartSum, Staging

LINES = [b'{"record_id": "one"}', b'{"record_id": "two"}', b'{"record_id": "three"}']
VALUE = {"watermark": "2026-01-31T12:00:00Z", "complete": True, "fetched": 2000, "losses": []}

DAMAGES: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "cut": lambda content: (content[:size] for size in range(len(content))),
    "longer": lambda content: iter([content + b"\n{}", content + b"\x00\x00\xff", content + content]),
    "one byte changed": lambda content: (
        content[:place] + bytes([content[place] ^ flipped]) + content[place + 1 :]
        for place in range(len(content))
        for flipped in (1, 0x20, 0xFF)
    ),
    "garbage": lambda _: iter([b"garbage", b"\x1f\x8b", b"null", b"[]", b"{}", b'{"checksum": 1}', b"\xff" * 50]),
}


@pytest.fixture
def place(tmp_path: Path) -> Staging:
    return Staging("harbour", "run-1", tmp_path.as_uri())


def outcome(read: Callable[[], Any]) -> Any:
    """What was read, or the beginning of the message of a refusal that states what to do."""
    try:
        return read()
    except DamagedError as error:
        what, _, _ = error.what.partition(" is ")
        return what.partition(" has ")[0] if str(error).endswith("run the catalogue again.") else str(error)


def refusal(place: Staging, part: PartSum) -> str:
    """The message about a part; none of its lines is given."""
    given: list[bytes] = []
    with pytest.raises(DamagedError) as raised:
        given.extend(place.read_part(Kind.RAW, part))
    assert given == []
    return str(raised.value)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_is_refused_before_its_first_line(place: Staging, tmp_path: Path, damage: str) -> None:
    part = place.write_part(Kind.RAW, 7, LINES)
    file = tmp_path / "harbour/run-1/raw/00007.ndjson.zst"
    for content in DAMAGES[damage](file.read_bytes()):
        file.write_bytes(content)
        found = outcome(lambda: list(place.read_part(Kind.RAW, part)))
        # Some bytes of the file's header change no line.
        assert found in (LINES, "harbour: raw/00007.ndjson.zst of run run-1")


def test_what_is_wrong_with_a_part_is_stated(place: Staging, tmp_path: Path) -> None:
    part = place.write_part(Kind.RAW, 7, LINES)
    file = tmp_path / "harbour/run-1/raw/00007.ndjson.zst"
    whole = file.read_bytes()
    file.write_bytes(whole[:20])
    assert "is cut short: only 20 bytes of it are there" in refusal(place, part)
    file.write_bytes(b"words")
    assert "is damaged: " in refusal(place, part)
    place.write_part(Kind.RAW, 7, LINES[:2])
    assert "has 2 lines, and 3 were written" in refusal(place, part)
    place.write_part(Kind.RAW, 7, [LINES[0], LINES[2], LINES[1]])
    assert "has other content than was written" in refusal(place, part)
    file.unlink()
    assert "with 3 lines is missing" in refusal(place, part)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_json_object_is_refused(place: Staging, tmp_path: Path, damage: str) -> None:
    place.write_json("fetch", VALUE)
    file = tmp_path / "harbour/run-1/fetch.json"
    for content in DAMAGES[damage](file.read_bytes()):
        file.write_bytes(content)
        # Some changes of the space between values change no value.
        assert outcome(lambda: place.read_json("fetch")) in (VALUE, "harbour: fetch.json of run run-1")


def test_a_json_object_of_another_place_is_refused(place: Staging, tmp_path: Path) -> None:
    place.write_json("process/00000", {"part": 0})
    other = tmp_path / "harbour/run-1/process/00001.json"
    other.write_bytes(other.with_name("00000.json").read_bytes())
    with pytest.raises(DamagedError, match=r"process/00001\.json of run run-1 is damaged"):
        place.read_json("process/00001")


def test_a_person_can_read_and_check_a_json_object(place: Staging, tmp_path: Path) -> None:
    place.write_json("fetch", VALUE)
    written = orjson.loads((tmp_path / "harbour/run-1/fetch.json").read_bytes())
    assert written.pop("checksum")
    assert written == VALUE
