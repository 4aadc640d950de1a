"""Processes that read records: as many as there are cores, started once a run, and only where there is work for two.

They come from a fork server: it has no threads, and has loaded code and tables once for all of them.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import forkserver

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError
from pipeline.index.client import connect
from pipeline.run.carry_over import carried_over_parts
from pipeline.run.context import Context, Options
from pipeline.run.fetched import FetchResult
from pipeline.run.process import process
from pipeline.run.results import ProcessResult
from pipeline.staging.kinds import Kind

FEW = 100
"""Records that are read in this process at once, rather than by others that have to be started."""

START_METHOD = "forkserver"
"""How workers are started (`multiprocessing.get_context`)."""

PRELOADED = ["pipeline.run.preloaded"]

_given: list[Context] = []
"""In a worker: the run that it works for."""


def warm_up() -> None:
    """Start the fork server, which loads code and tables meanwhile: a run will need workers."""
    if START_METHOD == "forkserver":
        multiprocessing.set_forkserver_preload(PRELOADED)
        forkserver.ensure_running()


def process_parts(context: Context, fetched: FetchResult) -> Iterator[ProcessResult]:
    """Process all raw parts; yields the results as they come.

    Raises:
        FailError: a part is damaged, or a worker was ended from outside.
    """
    many: list[int] = []
    for part, carried in carried_over_parts(context, fetched, fetched.parts):
        if fetched.part_of(Kind.RAW, part).lines - len(carried) <= FEW:
            yield process(context, part, carried)
        else:
            many.append(part)
    if len(many) < 2 or _cores() < 2:
        yield from (process(context, part) for part in many)
        return
    with _started(context, len(many)) as pool:
        waiting: list[Future[ProcessResult]] = [pool.submit(_process, part) for part in many]
        try:
            yield from (done.result() for done in as_completed(waiting))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # after an error, parts that nobody began are left


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _started(context: Context, tasks: int) -> Iterator[ProcessPoolExecutor]:
    warm_up()
    (node,) = context.client.transport.node_pool.all()
    given = (os.environ.copy(), node.base_url, context.catalogue, context.run_id, context.options)
    try:
        with ProcessPoolExecutor(
            min(tasks, _cores()), multiprocessing.get_context(START_METHOD), _begin, given
        ) as pool:
            yield pool
    except BrokenProcessPool as error:
        raise FailError(
            "A process that read records was ended from outside, most likely because memory ran out. Nothing that "
            "readers see has changed. Give it more memory, then run the catalogue again."
        ) from error


def _begin(environment: dict[str, str], url: str, catalogue: Catalogue, run_id: str, options: Options) -> None:
    """Prepare a worker: the fork server may have been started with other settings."""
    _end_with_the_run()
    os.environ.clear()
    os.environ.update(environment)
    _given[:] = [Context(catalogue, run_id, connect(url), options)]


def _process(part: int) -> ProcessResult:
    return process(_given[0], part)


def _end_with_the_run() -> None:
    """End this process when the run ends that it reads records for; else it would wait forever if that is killed."""

    def wait() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
