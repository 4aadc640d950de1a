"""Errors of study-index's own while it reads a record: they cost that record, never the catalogue."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from pipeline.errors import DefectError, FailError, RejectError
from pipeline.formats.ddi_codebook import DdiCodebook
from pipeline.model import document
from pipeline.run import outcome
from tests.support import Archive, counts, ids

MARK = "Study that breaks the reader"


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the format raise an error for each record that has `MARK`."""
    monkeypatch.setattr(outcome, "_logged", set())
    read = DdiCodebook.read

    def with_error(error: Any) -> None:
        def broken(self: DdiCodebook, payload: bytes) -> Any:
            if MARK.encode() in payload:
                raise error
            return read(self, payload)

        monkeypatch.setattr(DdiCodebook, "read", broken)

    return with_error


def archive_with(archive: Archive, broken: int, sound: int = 20) -> None:
    archive.put(*range(sound))
    archive.put(*range(sound, sound + broken), title=MARK)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("\ud800 is odd"),
        RecursionError("too deep"),
        OverflowError("too large"),
        KeyError("x"),
        TypeError("y"),
    ],
)
def test_an_error_of_our_own_costs_one_record(
    archive: Archive, fails: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    archive_with(archive, 2)
    fails(error)

    with caplog.at_level(logging.ERROR):
        report = archive.run()

    assert (counts(report), report["rejects"]) == ((20, 0, 0, 0), {"unprocessable": 2})
    assert set(archive.served()) == ids(*range(20))
    messages = [reject.message for reject in archive.open_rejects("unprocessable")]
    assert len(messages) == 2
    assert all(message.startswith(f"{type(error).__name__}: ") for message in messages)
    (logged,) = [record for record in caplog.records if record.name == outcome.__name__]
    assert "00020.xml" in logged.message
    assert "Traceback" in logged.message


def test_a_live_document_of_such_a_record_is_kept(archive: Archive, fails: Any) -> None:
    archive.put(*range(20))
    archive.run()
    archive.put(3, title=MARK)
    fails(ValueError("no"))

    report = archive.run()

    assert (report["kept"], report["live"]) == (1, 20)
    assert archive.served()["S00003"] == "Harbour Survey, wave 3"


def test_many_such_records_hold_the_run_and_nothing_but_them_ends_it(archive: Archive, fails: Any) -> None:
    archive_with(archive, 8)
    fails(ValueError("no"))
    assert archive.run()["gate"]["reasons"] == ["max_rejects: 8 of 28 records were rejected (29%); the limit is 5%"]

    archive.put(*range(20), title=MARK)
    with pytest.raises(FailError, match=r"none of 28 records could be read .* unprocessable"):
        archive.run()


def test_an_error_of_every_record_ends_the_run(archive: Archive, fails: Any) -> None:
    archive_with(archive, 1)
    for error in (DefectError("the table of facets and a module disagree"), MemoryError()):
        fails(error)
        with pytest.raises(type(error)):
            archive.run()


def test_a_document_that_cannot_be_written_as_json_is_one_reject(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = document.build

    def build(*args: Any, **keys: Any) -> dict[str, Any]:
        fields = made(*args, **keys)
        return {**fields, "sample_size": 2**70} if fields["name"] == MARK else fields

    monkeypatch.setattr(outcome, "build", build)
    archive_with(archive, 1)

    assert archive.run()["rejects"] == {"unprocessable": 1}


def test_a_rejected_code_that_does_not_exist_is_such_an_error(archive: Archive, fails: Any) -> None:
    with pytest.raises(ValueError, match="not a reject code") as caught:
        RejectError("odd", "a code that nobody wrote down")
    archive_with(archive, 1)
    fails(caught.value)

    assert archive.run()["rejects"] == {"unprocessable": 1}
