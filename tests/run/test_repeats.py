"""Records that a harvest brings more than once: each is one record, and of several versions the newest counts."""

from __future__ import annotations

from typing import Any

import pytest

from demo.oai_server import Repository, serve
from pipeline.run import repeats
from pipeline.run.fetch import fetch
from pipeline.run.retry_rejects import fetch_rejected
from pipeline.run.runner import run_after_fetch
from tests.support import UNTITLED, Archive, assert_adds_up, counts, ddi, ids

DELETED, KEPT = "deleted", "kept"

CASES = {
    # versions in the order of the harvest: a title, `x` for a rejected record, or `-` for a deletion; and its datestamp
    "identical": ("A1 A1", "A"),
    "identical, without datestamps": ("A A A", "A"),
    "the later one": ("A1 B1", "B"),
    "the later one, without datestamps": ("A B", "B"),
    "the newer one comes first": ("A2 B1", "A"),
    "the newer one comes last": ("A1 B2", "B"),
    "dates and times": ("A2T01:00:00Z B2", "A"),
    "an old one after one without a datestamp": ("A2 B C1", "B"),
    "a deletion after a record": ("A1 -1", DELETED),
    "a record after a deletion": ("-1 A1", "A"),
    "an older deletion after a record": ("A2 -1", "A"),
    "an older record after a deletion": ("-2 A1", DELETED),
    "a deletion twice": ("-1 -1", DELETED),
    "a record after a broken one": ("x1 A1", "A"),
    "a broken one after a record": ("A1 x1", "A"),
    "a newer broken one after a record": ("A1 x2", KEPT),
    "an older record after a broken one": ("x2 A1", KEPT),
    "a newer record after a broken one": ("x1 A2", "A"),
    "only broken ones": ("x1 x1", KEPT),
    "a deletion after a broken one": ("x1 -1", DELETED),
    "a broken one after a deletion": ("-1 x1", DELETED),
    "many": ("A1 x B1 -1 C1 x1", "C"),
}


def record(number: int, version: str) -> str:
    """One record of an OAI-PMH list."""
    kind, day = version[0], version[1:]
    stamp = f"<datestamp>2026-01-0{day}</datestamp>" if day else ""
    status = ' status="deleted"' if kind == "-" else ""
    header = f"<header{status}><identifier>oai:harbour.invalid:{number}</identifier>{stamp}</header>"
    payload = {"-": "", "x": f"<metadata>{UNTITLED}</metadata>"}.get(
        kind, f"<metadata>{ddi(number, title=kind)}</metadata>"
    )
    return f"<record>{header}{payload}</record>"


def write_list(archive: Archive, versions: list[tuple[int, str]]) -> None:
    archive.describe(protocol={"type": "files", "path": "records/list.xml"}, max_rejects=1.0, max_drop=1.0)
    records = "\n".join(record(number, version) for number, version in versions)
    start = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    (archive.records / "list.xml").write_text(f"{start}{records}</ListRecords></OAI-PMH>", encoding="utf-8")


def in_turn(cases: list[list[str]]) -> list[tuple[int, str]]:
    """The first version of each case, then the second of each, and so on: versions of one record stand far apart."""
    longest = max(map(len, cases))
    return [(number, case[turn]) for turn in range(longest) for number, case in enumerate(cases) if turn < len(case)]


@pytest.mark.parametrize(("part_size", "at_once"), [(1000, 1000), (2, 3)])
def test_of_several_versions_the_newest_counts(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, part_size: int, at_once: int
) -> None:
    monkeypatch.setattr(repeats, "AT_ONCE", at_once)
    cases = [versions.split() for versions, _ in CASES.values()]
    write_list(archive, [(number, "O1") for number in range(len(cases))])
    archive.run()
    versions = in_turn(cases)
    write_list(archive, versions)

    context = archive.context("repeats")
    report = run_after_fetch(context, fetch(context, part_size)).as_json()

    assert_adds_up(report)
    assert (report["fetched"], report["repeated"]) == (len(cases), len(versions) - len(cases))
    served = archive.served()
    found = {name: served.get(f"S{number:05d}", DELETED) for number, name in enumerate(CASES)}
    assert found == {name: "O" if expected == KEPT else expected for name, (_, expected) in CASES.items()}
    expected_rejects = [number for number, (_, expected) in enumerate(CASES.values()) if expected == KEPT]
    assert {reject.record_id for reject in archive.open_rejects()} == {
        f"oai:harbour.invalid:{number}" for number in expected_rejects
    }
    assert report["rejects"] == {"no_title": len(expected_rejects)}
    assert any("of several versions of a record the newest counts" in note for note in report["notes"])


def test_repeats_hold_no_run_and_are_no_rejects(archive: Archive) -> None:
    write_list(archive, [(number, "A1") for number in range(32)])
    archive.describe(protocol={"type": "files", "path": "records/list.xml"})
    archive.run()
    write_list(archive, [(number, "A1") for number in range(32)] * 2)
    archive.describe(protocol={"type": "files", "path": "records/list.xml"})

    report = archive.run()

    assert (report["gate"]["verdict"], report["fetched"], report["repeated"]) == ("pass", 32, 32)
    assert (counts(report), report["rejected"]) == ((0, 0, 0, 32), 0)


def test_two_records_with_one_local_id_are_still_duplicates(archive: Archive) -> None:
    archive.describe(max_rejects=1.0)
    archive.put(0)
    archive.write(1, ddi(0, title="Another record"))

    report = archive.run()

    assert (report["repeated"], report["rejects"]) == (0, {"duplicate_id": 1})
    assert archive.served() == {"S00000": "Harbour Survey, wave 0"}


def test_a_version_whose_local_id_changed_leaves_no_second_document(archive: Archive) -> None:
    """The record id is the same, so it is one record: the document of its older version is not made."""
    write_list(archive, [(0, "A1"), (1, "A1")])
    text = (archive.records / "list.xml").read_text(encoding="utf-8")
    renamed = record(0, "B2").replace("S00000", "S00009")
    (archive.records / "list.xml").write_text(text.replace("</ListRecords>", f"{renamed}</ListRecords>"))

    report = archive.run()

    assert (report["read"], report["repeated"], report["rejected"]) == (2, 1, 0)
    assert archive.served() == {"S00009": "B", "S00001": "A"}


def test_a_reject_is_tried_again_in_the_version_that_counts(archive: Archive) -> None:
    write_list(archive, [(0, "x2"), (0, "A1"), (1, "A1")])
    assert archive.run()["rejects"] == {"no_title": 1}

    context = archive.context("retry")
    report: dict[str, Any] = run_after_fetch(context, fetch_rejected(context)).as_json()

    assert (report["fetched"], report["rejects"]) == (1, {"no_title": 1})
    assert set(archive.served()) == ids(1)


def test_a_harvest_that_continues_knows_what_came_before(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record moves to the end of the list while the harvest is interrupted."""
    repository = Repository(page_size=10)
    for number in range(30):
        repository.put(f"oai:harbour.invalid:{number}", ddi(number).encode(), "2026-01-01T00:00:00Z")
    with serve(repository) as url:
        archive.describe(protocol={"type": "oai-pmh", "url": url, "metadata_prefix": "oai_ddi25"})
        context = archive.context("interrupted")
        with monkeypatch.context() as patched:
            patched.setattr(repeats.Repeats, "note", _stop_after(25))
            with pytest.raises(KeyboardInterrupt):
                fetch(context)
        moved = ddi(0, title="Harbour Survey, corrected").encode()
        repository.put("oai:harbour.invalid:0", moved, "2026-01-02T00:00:00Z")
        report = run_after_fetch(context, fetch(context)).as_json()

    assert_adds_up(report)
    assert (report["fetched"], report["repeated"], report["live"]) == (30, 1, 30)
    assert archive.served()["S00000"] == "Harbour Survey, corrected"


def _stop_after(number: int) -> Any:
    seen: list[Any] = []

    def note(_: Any, item: Any) -> None:
        seen.append(item)
        if len(seen) == number:
            raise KeyboardInterrupt

    return note
