"""Raw parts that the run before had, too, are taken over; what differs in any way is written anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.model.raw import Fetched, RawRecord
from pipeline.staging import raw_parts
from pipeline.staging.earlier_parts import EarlierParts
from pipeline.staging.kinds import Kind
from pipeline.staging.raw_lines import pack, unpack
from pipeline.staging.raw_parts import RawParts
from pipeline.staging.store import Staging

RECORDS = [
    RawRecord(f"r{number}", "ddi-codebook", b"<study/>" * number, "2026-01-01", {"record": number})
    for number in range(5)
]


class _Runs:
    """Runs that stage records two to a part, and how many records each packed."""

    def __init__(self, place: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.place = place
        self.url = url
        self.packed = 0
        self._pack = pack
        monkeypatch.setattr(raw_parts, "pack", self._counted)

    def __call__(self, run_id: str, records: Sequence[Fetched], earlier: RawParts | None = None) -> RawParts:
        self.packed = 0
        staging = self.staging(run_id)
        raw = RawParts(staging, 2, earlier=_as_earlier(self.staging("first"), earlier) if earlier else None)
        for record in records:
            raw.add_item(record)
        raw.close()
        assert list(map(unpack, staging.read_parts(Kind.RAW, raw.sums))) == list(records)
        return raw

    def staging(self, run_id: str) -> Staging:
        return Staging("harbour", run_id, self.url)

    def _counted(self, item: Fetched) -> bytes:
        self.packed += 1
        return self._pack(item)


def _as_earlier(staging: Staging, raw: RawParts) -> EarlierParts:
    return EarlierParts(staging, raw.sums, raw.key_sums, raw.besides)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Runs:
    return _Runs(tmp_path, tmp_path.as_uri(), monkeypatch)


@pytest.fixture(params=["disk", "disk without links", "memory"])
def run_anywhere(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Runs:
    if request.param == "disk without links":
        monkeypatch.setattr(Path, "hardlink_to", _refuse)
    url = f"memory://{tmp_path.name}" if request.param == "memory" else tmp_path.as_uri()
    return _Runs(tmp_path, url, monkeypatch)


def _refuse(*_: object) -> None:
    raise PermissionError


def test_the_same_records_are_not_packed_again(run: _Runs) -> None:
    first = run("first", RECORDS)
    assert run.packed == 5
    assert run("second", RECORDS, first).sums == first.sums
    assert run.packed == 0


@pytest.mark.parametrize(
    "other",
    [
        RECORDS[2]._replace(payload=b"<another/>"),
        RECORDS[2]._replace(record_id="r9"),
        RECORDS[2]._replace(datestamp="2026-01-02"),
        RECORDS[2]._replace(datestamp=None),
        RECORDS[2]._replace(at={"record": 9}),
        RECORDS[2]._replace(positional=True),
        RECORDS[2]._replace(payload=None),
        RECORDS[2].rejected("malformed", "The record is broken"),
    ],
)
def test_only_a_part_with_another_record_is_packed(run: _Runs, other: Fetched) -> None:
    first = run("first", RECORDS)
    run("second", [*RECORDS[:2], other, *RECORDS[3:]], first)
    assert run.packed == 2


def test_parts_that_have_shifted_are_packed(run: _Runs) -> None:
    first = run("first", RECORDS)
    run("second", RECORDS[1:], first)
    assert run.packed == 4


@pytest.mark.parametrize("item", [RECORDS[0]._replace(payload=None), RECORDS[0].rejected("malformed", "broken")])
def test_a_part_with_what_has_no_digest_is_packed_each_time(run: _Runs, item: Fetched) -> None:
    first = run("first", [item])
    run("second", [item], first)
    assert run.packed == 1


def test_a_part_that_was_damaged_or_removed_is_packed(run: _Runs) -> None:
    first = run("first", RECORDS)
    part = run.place / "harbour/first/raw/00000.ndjson.zst"
    part.write_bytes(part.read_bytes()[:-1])
    run.staging("first").remove_part(Kind.RAW, 1)
    run("second", RECORDS, first)
    assert run.packed == 4


def test_a_part_that_was_taken_over_outlasts_the_run_before(run_anywhere: _Runs) -> None:
    second = run_anywhere("second", RECORDS, run_anywhere("first", RECORDS))
    assert run_anywhere.packed == 0
    run_anywhere.staging("first").remove()
    assert len(list(run_anywhere.staging("second").read_parts(Kind.RAW, second.sums))) == 5


def test_what_is_written_over_a_part_that_was_taken_over_changes_the_run_before_in_nothing(run: _Runs) -> None:
    first = run("first", RECORDS)
    run("second", RECORDS, first)
    run("second", [record._replace(payload=b"<another/>") for record in RECORDS])
    assert list(map(unpack, run.staging("first").read_parts(Kind.RAW, first.sums))) == RECORDS
    assert not list(run.place.rglob("*.tmp-*"))
