"""Fixtures of the chaos tests, their numbers of tries, and a table of what was tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.run import runner
from pipeline.run.fetch import fetch
from tests.chaos.command import PARTS
from tests.chaos.rounds import ROUNDS, SEED, TRIED
from tests.chaos.sources import SOURCES, Source
from tests.chaos.trial import Trial


def pytest_report_header() -> str:
    """The seed that repeats the random choices of this run."""
    return f"chaos: STUDY_INDEX_CHAOS_ROUNDS={ROUNDS} STUDY_INDEX_CHAOS_SEED={SEED}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only `make chaos` runs, where it is not `make chaos`."""
    left_out = [item for item in items if item.get_closest_marker("chaos") and not ROUNDS]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was tried, how often, with which outcome."""
    if ROUNDS and TRIED:
        terminalreporter.section("tried")
        for (disturbance, outcome), count in sorted(TRIED.items()):
            terminalreporter.write_line(f"{count:6}  {disturbance}: {outcome}")


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for all that the trials of a module stage; nothing waits between attempts.

    Runs in this process have several parts, which they read in this process.
    """
    folder = tmp_path_factory.mktemp("chaos")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDY_INDEX_BACKOFF", "0")
        patch.setenv("STUDY_INDEX_HOME", str(folder / "state"))
        patch.delenv("STUDY_INDEX_STAGING", raising=False)
        patch.setattr(runner, "fetch", partial(fetch, part_size=PARTS))
        yield folder


class Trials:
    """The trial of each source, made when it is first needed."""

    def __init__(self, folder: Path, client: Elasticsearch, stack: ExitStack) -> None:
        self._folder, self._client, self._stack = folder, client, stack
        self._made: dict[str, Trial] = {}

    def of(self, kind: type[Source], *, with_previous: bool = False) -> Trial:
        """The trial of a source, at its beginning: the first state is live, the catalogue is in the second one.

        With `with_previous` another generation of the first state waits for a rollback.
        """
        name = kind.__name__
        if name not in self._made:
            self._made[name] = Trial(kind, self._folder / name, self._client, self._stack)
            self._made[name].learn()
        self._made[name].begin(with_previous=with_previous)
        return self._made[name]


@pytest.fixture(scope="module")
def trials(surroundings: Path, shared_client: Elasticsearch) -> Iterator[Trials]:
    """Catalogues to be disturbed."""
    with ExitStack() as stack:
        yield Trials(surroundings, shared_client, stack)


@pytest.fixture(params=SOURCES, ids=lambda kind: kind.__name__)
def source(request: pytest.FixtureRequest) -> type[Source]:
    """Each kind of source."""
    kind: type[Source] = request.param
    return kind
