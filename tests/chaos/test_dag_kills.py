"""A DAG run that is killed in any task, in Airflow: repeated, or followed by the next one, it is right."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from pipeline.dags.pools import POOLS
from pipeline.local import airflow_runs
from tests.chaos.command import STAGES, Kill
from tests.chaos.process import HANG, Ended, counted, moment_in
from tests.chaos.reader import reading
from tests.chaos.rounds import chance, rounds, tried
from tests.chaos.sources import Oai
from tests.chaos.trial import Trial
from tests.support import PROJECT

pytestmark = pytest.mark.chaos

START = datetime(2026, 1, 1, tzinfo=UTC)


class Airflow:
    """An Airflow with the DAG of one catalogue."""

    def __init__(self, trial: Trial, folder: Path) -> None:
        self.trial = trial
        self.moments: dict[bool, Counter[str]] = {}
        self._folder = folder
        self._days = count()
        (folder / "catalogues").symlink_to(trial.archive.folder)
        shutil.copytree(PROJECT / "dags", folder / "dags")
        self._env = airflow_runs.environment(folder / "airflow") | {"PYTHONPATH": str(PROJECT)}
        self._env["AIRFLOW__CORE__DAGS_FOLDER"] = str(folder / "dags")
        airflow_runs.prepare(self._env, POOLS)

    def date(self) -> str:
        """The date of the next DAG run."""
        return (START + timedelta(days=next(self._days))).isoformat()

    def run(self, date: str, *, full: bool = False, kill: Kill | None = None) -> Ended:
        """The DAG run of a date; again, if it was run before."""
        log = self._folder / "moments"
        log.unlink(missing_ok=True)
        dag_id = f"ingest_{self.trial.archive.name}"
        asked = {"dag_id": dag_id, "date": date, "full": full, "log": str(log), "kill": kill}
        done = subprocess.run(
            [sys.executable, "-m", "tests.chaos.dag_run", json.dumps(asked)],
            env=self._env,
            check=False,
            capture_output=True,
            text=True,
            timeout=2 * HANG,
        )
        return Ended(done.returncode, done.stdout, done.stderr, counted(log))


@pytest.fixture(scope="module")
def airflow(surroundings: Path, elasticsearch_url: str, shared_client: Elasticsearch) -> Iterator[Airflow]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        folder = surroundings / "airflow"
        folder.mkdir()
        patch.setenv("STUDY_INDEX_FOLDER", str(folder))
        patch.setenv("ELASTICSEARCH_URL", elasticsearch_url)
        patch.delenv("STUDY_INDEX_CATALOGUES", raising=False)
        trial = Trial(Oai, surroundings / "dag", shared_client, stack)
        trial.learn()
        found = Airflow(trial, folder)
        for full in (False, True):
            trial.begin()
            ended = found.run(found.date(), full=full)
            assert "state: success" in ended.out, ended
            trial.assert_right()
            found.moments[full] = ended.moments
        yield found


@pytest.mark.parametrize("number", rounds(share=0.25))
@pytest.mark.parametrize("full", [False, True], ids=["changes", "full"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_dag_run_that_is_killed(airflow: Airflow, stage: str, number: int, *, full: bool) -> None:
    random = chance("DAG", stage, full, number)
    trial = airflow.trial
    trial.begin()
    kill = moment_in(stage, airflow.moments[full], random)._replace(victim="run")
    date, repeated = airflow.date(), random.random() < 0.5
    with reading(trial):
        ended = airflow.run(date, full=full, kill=kill)
        assert ended.code in {0, -signal.SIGKILL}, ended
        live = trial.assert_one_of_both()
        again = airflow.run(date if repeated else airflow.date(), full=full and repeated)
        assert "state: success" in again.out, again
        trial.assert_right(live)  # a full run that was killed after it went live is followed by one more generation
    how = "the same DAG run again" if repeated else "the next DAG run"
    tried(f"DAG run killed in {stage}, {'full' if full else 'changes'}", f"right after {how}")
