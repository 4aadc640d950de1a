"""Leases: of those that would change one catalogue, one works and the others are told who it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import DefectError, FailError
from pipeline.index import leases
from pipeline.index.generations import Generation, swap
from pipeline.index.leases import LEASES, LeasedError, confirm, working_on
from pipeline.index.meta import GenerationMeta
from pipeline.model.moments import now, written
from tests.faulty import Seen, faulty
from tests.nodes import credentials

T = TypeVar("T")

DAG = "ingest_harbour"

HOLD = """
import sys
from pipeline.index.client import connect
from pipeline.index.leases import working_on
with working_on(connect(sys.argv[1]), sys.argv[2], "load", "run of a child"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def name(shared_client: Elasticsearch) -> Iterator[str]:
    """The name of a catalogue that no other test uses; nobody holds it after the test."""
    name = f"leased-{uuid4().hex[:12]}"
    yield name
    assert name not in leases.leases(shared_client)


@pytest.fixture
def child(elasticsearch_url: str, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lease."""
    command = [sys.executable, "-c", HOLD, elasticsearch_url, name]
    env = {**os.environ, **credentials()}
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def elsewhere(call: Callable[[], T]) -> T:
    """The result of a call in another thread, which holds no lease."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


def works(client: Elasticsearch, name: str, owner: str = "another", **options: Any) -> None:
    with working_on(client, name, owner, **options):
        pass


def on_another_host(client: Elasticsearch, name: str, minutes: float) -> None:
    """Let the index state that a process of another host holds the lease, for some minutes from now on."""
    works(client, name)
    until = written(now() + timedelta(minutes=minutes))
    lease = {
        "catalogue": name,
        "token": "0123456789abcdef",
        "owner": "run 20260101T000000Z-1a2b",
        "what": "load",
        "host": "harbour-2",
        "pid": os.getpid(),
        "process": "another-boot pid:[1] 7 7",
        "since": "2026-01-01T00:00:00Z",
        "until": until,
    }
    client.index(index=LEASES, id=name, document=lease, refresh=True)


def test_a_second_one_is_refused_and_told_who_works(shared_client: Elasticsearch, name: str) -> None:
    on_another_host(shared_client, name, minutes=1)
    with pytest.raises(LeasedError) as refused:
        works(shared_client, name)
    message = str(refused.value)
    assert message.startswith(
        f"{name} is worked on by run 20260101T000000Z-1a2b (load) on harbour-2, process {os.getpid()}, since "
        "2026-01-01T00:00:00Z. Nothing was done; try again when that has ended. Its lease lasts until 20"
    )
    shared_client.delete(index=LEASES, id=name, refresh=True)


def test_a_lease_of_a_wrong_clock_is_named_with_its_cure(shared_client: Elasticsearch, name: str) -> None:
    on_another_host(shared_client, name, minutes=60)
    with pytest.raises(LeasedError, match=rf"clock is wrong, that of harbour-2 or .*\(DELETE /{LEASES}/_doc/{name}"):
        works(shared_client, name)
    shared_client.delete(index=LEASES, id=name, refresh=True)


def test_a_lease_that_cannot_be_read_stops_its_catalogue_and_no_other(
    shared_client: Elasticsearch, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    works(shared_client, name)
    shared_client.index(index=LEASES, id=name, document={"what": "a note"}, refresh=True)
    with pytest.raises(LeasedError, match=rf"{name}: its lease cannot be read.*\(DELETE /{LEASES}/_doc/{name}"):
        works(shared_client, name)
    works(shared_client, f"{name}-2")
    assert name not in leases.leases(shared_client)
    assert "its lease cannot be read" in caplog.text
    shared_client.delete(index=LEASES, id=name, refresh=True)


def test_a_lease_whose_time_is_over_is_taken(shared_client: Elasticsearch, name: str) -> None:
    on_another_host(shared_client, name, minutes=-1)
    works(shared_client, name)


def test_a_lease_ends_with_the_work_and_with_its_failure(shared_client: Elasticsearch, name: str) -> None:
    with working_on(shared_client, name, "run"), pytest.raises(LeasedError):
        elsewhere(lambda: works(shared_client, name))
    with pytest.raises(KeyError), working_on(shared_client, name, "run"):
        raise KeyError
    elsewhere(lambda: works(shared_client, name))


def test_leases_of_two_catalogues_do_not_exclude_each_other(shared_client: Elasticsearch, name: str) -> None:
    with working_on(shared_client, name, "run"):
        elsewhere(lambda: works(shared_client, f"{name}-b"))


def test_work_within_work_needs_no_lease_of_its_own_and_is_named(shared_client: Elasticsearch, name: str) -> None:
    with working_on(shared_client, name, "run", "run 1"):
        works(shared_client, name, "prune")
        with pytest.raises(LeasedError, match=r"run 1 \(prune\) on"):
            elsewhere(lambda: works(shared_client, name))


def test_a_lease_of_a_process_that_works_is_not_taken(
    shared_client: Elasticsearch, name: str, child: subprocess.Popen[str]
) -> None:
    with pytest.raises(LeasedError, match=rf"run of a child \(load\) on .*, process {child.pid}, since"):
        works(shared_client, name)
    child.communicate("")
    works(shared_client, name)


def test_a_lease_of_a_killed_process_of_this_host_is_taken_at_once(
    shared_client: Elasticsearch, name: str, child: subprocess.Popen[str]
) -> None:
    child.kill()
    child.wait()
    assert name in leases.leases(shared_client)
    works(shared_client, name)


def test_a_process_id_that_is_used_again_is_another_process(shared_client: Elasticsearch, name: str) -> None:
    with working_on(shared_client, name, "run"):
        process = leases.leases(shared_client)[name].process
    on_another_host(shared_client, name, minutes=1)
    assert process is not None
    earlier = f"{process.rpartition(' ')[0]} 1"
    shared_client.update(index=LEASES, id=name, doc={"process": earlier}, refresh=True)
    works(shared_client, name)


@pytest.mark.parametrize("gone", [False, True])
def test_whoever_lost_the_lease_changes_nothing_more(shared_client: Elasticsearch, name: str, *, gone: bool) -> None:
    """It was away for longer than its lease; another works now, or has ended its work (`gone`)."""
    with working_on(shared_client, name, "run"):
        on_another = {"until": written(now() - timedelta(minutes=1))}
        shared_client.update(index=LEASES, id=name, doc=on_another, refresh=True)
        elsewhere(lambda: works(shared_client, name))
        if not gone:
            on_another_host_now(shared_client, name)
        for _ in range(2):
            with pytest.raises(FailError, match="Nothing more is changed; run the catalogue again"):
                confirm()
    if not gone:
        assert leases.leases(shared_client)[name].host == "harbour-2", "another's lease was released"
        shared_client.delete(index=LEASES, id=name, refresh=True)


def on_another_host_now(client: Elasticsearch, name: str) -> None:
    elsewhere(lambda: on_another_host(client, name, minutes=1))


def test_a_lease_that_nobody_took_meanwhile_is_still_held(shared_client: Elasticsearch, name: str) -> None:
    with working_on(shared_client, name, "run"):
        shared_client.update(index=LEASES, id=name, doc={"until": "2026-01-01T00:00:00Z"}, refresh=True)
        confirm()
        with pytest.raises(LeasedError):
            elsewhere(lambda: works(shared_client, name))


def test_a_change_without_the_lease_is_a_defect(shared_client: Elasticsearch, name: str) -> None:
    generation = Generation(name, 1, False, now(), GenerationMeta(), None, False, False)
    with working_on(shared_client, f"{name}-b", "run"), pytest.raises(DefectError, match="without its lease"):
        swap(shared_client, generation, None)


def test_it_is_renewed_while_the_work_goes_on(
    shared_client: Elasticsearch, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0)
    with working_on(shared_client, name, "run"):
        while shared_client.get(index=LEASES, id=name)["_version"] < 5:
            pass
        with pytest.raises(LeasedError):
            elsewhere(lambda: works(shared_client, name))


def test_between_the_tasks_of_a_run_others_are_refused(shared_client: Elasticsearch, name: str) -> None:
    works(shared_client, name, "run 1", dag=DAG, parks=True)
    before = leases.leases(shared_client)[name]
    with pytest.raises(LeasedError, match=r"run 1 on .*, between two tasks, since"):
        works(shared_client, name, "promote")
    with working_on(shared_client, name, "gate", "run 1", dag=DAG, parks=True):
        assert leases.leases(shared_client)[name].since == before.since
    works(shared_client, name, "run 1", dag=DAG)
    works(shared_client, name, "run 2")


def test_a_dag_run_that_ended_between_two_tasks_does_not_keep_the_next_one_waiting(
    shared_client: Elasticsearch, name: str
) -> None:
    works(shared_client, name, "run 1", dag=DAG, parks=True)
    with working_on(shared_client, name, "fetch", "run 2", dag=DAG, parks=True):
        assert leases.leases(shared_client)[name].owner == "run 2"
        with pytest.raises(LeasedError, match="run 2"):
            elsewhere(lambda: works(shared_client, name, "run 1", dag=DAG))
    works(shared_client, name, "run 2", dag=DAG)


def test_between_the_tasks_of_a_run_a_run_of_another_dag_waits(shared_client: Elasticsearch, name: str) -> None:
    """Airflow lets runs of `ingest_<name>` and `reprocess_<name>` go on side by side."""
    works(shared_client, name, "run 1", dag=DAG, parks=True)
    with pytest.raises(LeasedError, match=r"run 1 on .*, between two tasks, since"):
        works(shared_client, name, "run 2", dag="reprocess_harbour")
    works(shared_client, name, "run 1", dag=DAG)


def test_tasks_of_one_run_share_the_lease(shared_client: Elasticsearch, name: str) -> None:
    """Mapped tasks; the first to end leaves the lease to the others."""

    def task(_: int) -> None:
        with working_on(shared_client, name, "load", "run 1", dag=DAG, parks=True):
            confirm()

    with working_on(shared_client, name, "load", "run 1", dag=DAG, parks=True):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(task, range(16)))
        confirm()
        with pytest.raises(LeasedError):
            elsewhere(lambda: works(shared_client, name))
    works(shared_client, name, "run 1", dag=DAG)


def test_a_task_that_fails_releases_the_lease(shared_client: Elasticsearch, name: str) -> None:
    with pytest.raises(KeyError), working_on(shared_client, name, "load", "run 1", dag=DAG, parks=True):
        raise KeyError
    works(shared_client, name, "run 2")


def test_a_task_that_fails_takes_the_lease_from_no_other_task_of_its_run(
    shared_client: Elasticsearch, name: str
) -> None:
    def fail() -> None:
        with pytest.raises(KeyError), working_on(shared_client, name, "load", "run 1", dag=DAG, parks=True):
            raise KeyError

    with working_on(shared_client, name, "load", "run 1", dag=DAG, parks=True):
        elsewhere(fail)
        confirm()
        with pytest.raises(LeasedError, match=r"run 1 \(load\)"):
            elsewhere(lambda: works(shared_client, name))
    works(shared_client, name, "run 1", dag=DAG)


def test_a_lease_that_another_took_after_a_task_failed_is_lost_to_it(shared_client: Elasticsearch, name: str) -> None:
    with working_on(shared_client, name, "load", "run 1", dag=DAG, parks=True):
        shared_client.delete(index=LEASES, id=name, refresh=True)
        on_another_host_now(shared_client, name)
        with pytest.raises(FailError, match="its lease was lost to run 20260101T000000Z-1a2b"):
            confirm()
    shared_client.delete(index=LEASES, id=name, refresh=True)


def test_of_many_that_ask_at_once_one_works_at_a_time(shared_client: Elasticsearch, name: str) -> None:
    at_work: list[int] = []

    def attempt(number: int) -> bool:
        try:
            with working_on(shared_client, name, f"run {number}"):
                at_work.append(number)
                confirm()
                assert at_work == [number]
                at_work.remove(number)
        except LeasedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert any(pool.map(attempt, range(40)))


@pytest.mark.parametrize("outcome", [503, "away", "lost"])
def test_requests_about_leases_are_repeated(
    shared_client: Elasticsearch, elasticsearch_url: str, name: str, monkeypatch: pytest.MonkeyPatch, outcome: Any
) -> None:
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "0")
    met: set[str] = set()

    def rule(seen: Seen) -> Any:
        if seen.method in met:
            return "pass"
        met.add(seen.method)
        return outcome

    with faulty(elasticsearch_url, rule) as client:
        with working_on(client, name, "run"):
            assert met
            met.clear()
            confirm()
            assert met
            met.clear()
        assert met
    works(shared_client, name)


def test_a_lease_that_cannot_be_released_makes_no_done_work_fail(
    shared_client: Elasticsearch, elasticsearch_url: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDY_INDEX_BACKOFF", "0")
    with faulty(elasticsearch_url, lambda seen: "away" if seen.method == "DELETE" else "pass") as client:
        works(client, name)
    assert name in leases.leases(shared_client)
    works(shared_client, name)  # the process lives, but no longer works on it
