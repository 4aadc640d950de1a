"""With every protocol, a limited or incomplete harvest deletes only documents whose deletion the catalogue states.

It does not move the watermark.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, get_args

import pytest

from pipeline.catalogue.protocols import Protocol
from pipeline.errors import FailError, RetryError
from pipeline.index.generations import write_meta
from pipeline.protocols import http
from pipeline.run.context import Options
from pipeline.run.rejects import open_rejects
from pipeline.run.runner import run
from tests.run.upstreams import GONE, STUDIES, UPSTREAMS, Upstream
from tests.support import Archive

WATERMARK = "2026-02-01T00:00:00Z"
"""Later than the studies, earlier than any server's clock."""


@pytest.fixture(params=UPSTREAMS, ids=lambda kind: kind.__name__)
def upstream(request: pytest.FixtureRequest, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    """A catalogue whose studies are all live, two of which it has lost since; nothing waits between attempts."""
    monkeypatch.setattr(http, "ATTEMPTS", 2)
    monkeypatch.setattr(http, "BACK_OFF", lambda _: 0.0)
    with ExitStack() as stack:
        found: Upstream = request.param(archive, stack)
        assert archive.run()["live"] == STUDIES
        write_meta(archive.client, archive.live.index, archive.live.meta.replaced(watermark=WATERMARK))
        found.shrink()
        yield found


class Stopped(BaseException):
    """The signal that ends a worker."""


def stop(stage: str, done: int, total: int | None) -> None:  # noqa: ARG001 - the signature of progress
    raise Stopped


def outcome(archive: Archive, options: Options, *, killed: bool = False) -> Any:
    """Whether a run was complete; None where it failed."""
    try:
        if killed:
            with pytest.raises(Stopped):
                run(archive.catalogue, archive.client, options, progress=stop)
            return None
        return archive.run(full=options.full, limit=options.limit)["complete"]
    except (FailError, RetryError):
        return None


def state(archive: Archive) -> tuple[set[str], Any]:
    """Ids of what readers see, and the watermark."""
    return set(archive.served()), archive.live.meta.watermark


def assert_only_stated_deletions(archive: Archive, upstream: Upstream) -> None:
    gone = STUDIES - len(state(archive)[0])
    assert gone == 0 or (upstream.names_deletions and gone == GONE)


def test_a_harvest_that_fails_deletes_nothing(archive: Archive, upstream: Upstream) -> None:
    assert len(state(archive)[0]) == STUDIES

    for fault in upstream.faults:
        upstream.break_down(fault)
        for full in (False, True):
            assert not outcome(archive, Options(full=full)), fault
            assert_only_stated_deletions(archive, upstream)
            assert state(archive)[1] == WATERMARK, fault
    for fault in upstream.rejected:
        upstream.break_down(fault)
        for full in (False, True):
            outcome(archive, Options(full=full))
            assert_only_stated_deletions(archive, upstream)

    upstream.heal()
    report = archive.run()
    assert (report["complete"], report["live"]) == (True, STUDIES - GONE)
    assert state(archive)[1] == report["watermark"] > WATERMARK


def test_one_record_that_fails_harms_nothing_else(archive: Archive, upstream: Upstream) -> None:
    for fault in upstream.named:
        upstream.break_down(fault)
        report = archive.run()
        assert (report["complete"], report["deleted"], report["live"]) == (True, GONE, STUDIES - GONE)
        assert report["rejected"] == sum(report["rejects"].values()) > 0
        assert state(archive)[1] == report["watermark"] > WATERMARK

        upstream.heal()
        if "not_received" in report["rejects"]:
            assert archive.run()["fetched"] == 1, "only that record is asked for again"
        live = archive.live
        assert not list(open_rejects(archive.catalogue.name, live, "not_received"))


def test_a_harvest_that_is_killed_or_limited_deletes_nothing(archive: Archive, upstream: Upstream) -> None:
    before = state(archive)

    outcome(archive, Options(full=True), killed=True)
    assert state(archive) == before
    for options in (Options(limit=50), Options(limit=50, full=True), Options(limit=10 * STUDIES, full=True)):
        assert outcome(archive, options) is False
        assert len(state(archive)[0]) == STUDIES - (GONE if upstream.names_deletions else 0), options
        assert_only_stated_deletions(archive, upstream)
        assert state(archive)[1] == WATERMARK, options

    upstream.heal()
    assert archive.run()["live"] == STUDIES - GONE


def test_every_protocol_is_tested_here() -> None:
    there_are = {kind.model_fields["type"].annotation for kind in get_args(get_args(Protocol)[0])}
    assert {kind.type for kind in UPSTREAMS} == {name for literal in there_are for name in get_args(literal)}
