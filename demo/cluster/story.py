"""The production layout on one machine: records are harvested, a worker is killed meanwhile, and nothing is lost.

The services of docker-compose.yml run as processes. A catalogue of generated records is run through its DAG, and one of
two workers is killed while it works on it. Then the same records are run by the command line into another
Elasticsearch, and what is live has to be the same.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.generated import write_ndjson
from demo.cluster import comparison
from demo.cluster.airflow_api import AirflowApi
from demo.cluster.comparison import Indexed
from demo.cluster.compose import read_compose
from demo.cluster.harvest import Harvest, harvest
from demo.cluster.images import PROJECT, unprivileged
from demo.cluster.programs import Programs, programs
from demo.cluster.services import Cluster
from demo.cluster.table import Transcript, put_into, table
from pipeline import settings
from pipeline.catalogue import load
from pipeline.errors import FailError, UsageError
from pipeline.index.client import Credentials, connect
from pipeline.local.files import Progress
from pipeline.run.results import RunReport
from pipeline.staging.dag_runs import INGEST, staged_run
from pipeline.staging.store import Staging

SMALL = {"ELASTICSEARCH_MEMORY": "1g", "WORKER_TASKS": "2", "AIRFLOW_WORKERS": "2"}
"""Variables of docker-compose.yml with which a small machine can run it."""


class Running(NamedTuple):
    """A cluster that runs: its services, its catalogue of generated records, and where its volumes are."""

    cluster: Cluster
    catalogue: Path
    scratch: Path

    @property
    def airflow(self) -> str:
        """Address of Airflow's pages and API."""
        return f"http://127.0.0.1:{self.cluster.one('airflow-api-server').place.ports[8080]}"

    @property
    def elasticsearch(self) -> str:
        """Address of Elasticsearch, by a name that is in its certificate."""
        return f"https://localhost:{self.cluster.one('elasticsearch').place.ports[9200]}"

    def secret(self, volume: str, name: str) -> str:
        """A secret that was made for the services of a volume."""
        return self.file(volume, name).read_text(encoding="utf-8").strip()

    def file(self, volume: str, name: str) -> Path:
        """A file of a volume."""
        return self.scratch / "volumes" / volume / name

    @contextmanager
    def administrator(self) -> Iterator[AirflowApi]:
        """Airflow's API, as the user that was made at the first start."""
        with AirflowApi.signed_in(self.airflow, "admin", self.secret("secrets-airflow", "admin_password")) as api:
            yield api


@contextmanager
def running(
    records: int, say: Progress, variables: Mapping[str, str] | None = None, found: Programs | None = None
) -> Iterator[Running]:
    """The services of docker-compose.yml with a catalogue of so many records, while the context lasts.

    `variables` are further ones of docker-compose.yml.

    Raises:
        UsageError: programs are missing.
        FailError: a service does not start.
    """
    found = found or programs(say)
    with _scratch() as scratch:
        catalogue = write_catalogue(records, scratch / "catalogues")
        given = {**SMALL, "CATALOGUES": str(catalogue.parent), **(variables or {})}
        cluster = Cluster(read_compose(PROJECT / "docker-compose.yml", given), found, scratch, PROJECT)
        try:
            cluster.up(say)
            yield Running(cluster, catalogue, scratch)
        finally:
            _undisturbed(cluster.down)


def story(records: int, variables: Mapping[str, str] | None = None, page: Path | None = None) -> None:
    """Run the whole story with a catalogue of so many records, and print what happened; at its end also into `page`.

    Raises:
        UsageError: programs are missing.
        FailError: a service does not start, the run fails, the results are not the same, or somebody interrupts it.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        said = Transcript()
        _story(records, variables, said)
        if page:
            page.write_text(put_into(page.read_text(encoding="utf-8"), said.text), encoding="utf-8")
    except KeyboardInterrupt:
        raise FailError("Interrupted. All that was started has ended.") from None


def _story(records: int, variables: Mapping[str, str] | None, say: Transcript) -> None:
    found = programs(say)
    with running(records, say, variables, found) as there:
        say("all services are healthy")
        done, indexed, airflow = harvested(there, say)
        seconds = {one.name: one.seconds for several in there.cluster.instances.values() for one in several}
        say("the same records by the command line, into an Elasticsearch of its own")
        folder = there.scratch / "command-line"
        folder.mkdir()
        by_command = comparison.by_command_line(there.catalogue, folder, say)
        say("ending all services")
    versions = {**found.versions(), "airflow": airflow}
    say.show(f"\n{_services(seconds, versions)}\n\n{_run(done)}\n\n{_counts(indexed, by_command)}\n")
    problems = comparison.differences(indexed, by_command, records)
    if done.killed is None:
        problems.append("no worker was seen at work in time to be killed: try more records")
    if problems:
        raise FailError("The cluster did not give what it has to:\n" + "\n".join(f"- {one}" for one in problems))
    say.show(
        f"The {len(indexed.hashes):,} live documents are those of the command line: none is lost, doubled or different."
    )
    say.show(f"Everything took {say.seconds:.0f} s.")


def harvested(there: Running, say: Progress) -> tuple[Harvest, Indexed, str]:
    """Run the catalogue while a worker is killed: the run, what is live then, and the version of Airflow.

    Raises:
        FailError: the run did not succeed.
    """
    name = load(there.catalogue).name
    with there.administrator() as api:
        done = harvest(api, f"{INGEST}{name}", there.cluster.instances["airflow-worker"], say)
        version = api.version()
    if done.state != "success":
        raise FailError(f"The run ended with {done.state}: its logs are in {there.file('logs', '')}")
    credentials = Credentials(api_key=there.secret("keys", "reader"), authority=there.file("secrets-airflow", "ca.crt"))
    with connect(there.elasticsearch, credentials, "the cluster") as client:
        documents = comparison.live_documents(client, name)
    return done, Indexed(comparison.counts_of(_report(there, name, done.run_id)), *documents), version


def write_catalogue(records: int, folder: Path) -> Path:
    """Write generated records and their catalogue file to a folder; returns the file."""
    made = write_ndjson(records, folder / "records.ndjson")
    return made.rename(folder / f"{load(made).name}.yaml")


def _report(there: Running, name: str, run_id: str) -> RunReport:
    """The report that the workers staged."""
    os.environ[settings.VARIABLES["staging"]] = f"file://{there.file('staging', '')}"
    place = staged_run(f"{INGEST}{name}", run_id)
    if place is None:
        raise FailError(f"{run_id} left nothing in staging")
    return RunReport.staged(Staging(*place))


@contextmanager
def _scratch() -> Iterator[Path]:
    """An empty folder in the state folder; what is in it at the end stays until the next time.

    Where not every service can enter the state folder, it is in that for temporary files, and removed at the end.
    """
    home = settings.home().absolute()
    home.mkdir(parents=True, exist_ok=True)
    if unprivileged() and any(not folder.stat().st_mode & 0o001 for folder in (home, *home.parents)):
        with tempfile.TemporaryDirectory(prefix="study-index-cluster-", ignore_cleanup_errors=True) as name:
            yield _enterable(Path(name))
        return
    with (home / "cluster.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(f"The cluster of {home} runs already: wait for its end, or end it") from None
        shutil.rmtree(home / "cluster", ignore_errors=True)
        (home / "cluster").mkdir()
        yield _enterable(home / "cluster")


def _enterable(folder: Path) -> Path:
    """The folder, which the users of all services may enter."""
    folder.chmod(0o711)
    return folder


def _undisturbed(end: Callable[[], None]) -> None:
    """Do something to its end, whatever is pressed meanwhile."""
    former = {known: signal.signal(known, signal.SIG_IGN) for known in (signal.SIGINT, signal.SIGTERM)}
    try:
        end()
    finally:
        for known, handler in former.items():
            signal.signal(known, handler)


def _services(seconds: Mapping[str, float], versions: Mapping[str, str]) -> str:
    rows = [(name, versions.get(name, versions["airflow"]), f"{spent:.0f}") for name, spent in seconds.items()]
    return table(["service", "version", "healthy after s"], rows)


def _run(done: Harvest) -> str:
    killed = done.killed
    rows = [
        ("the run", done.state),
        ("first task after", f"{done.first_task_after:.1f} s"),
        ("whole run", f"{done.seconds:.0f} s"),
        ("tasks", str(len(done.tasks))),
        ("killed", f"{killed.worker}, {killed.processes} processes, at {', '.join(killed.tasks)}" if killed else "-"),
        ("tried again", ", ".join(done.tried_again()) or "-"),
        ("after the kill", f"{done.recovered_after() or 0:.0f} s"),
    ]
    return table(["what", "result"], rows)


def _counts(cluster: Indexed, command: Indexed) -> str:
    rows = [(name, f"{cluster.counts[name]:,}", f"{command.counts[name]:,}") for name in comparison.COUNTS]
    rows.append(("documents found", f"{cluster.documents:,}", f"{command.documents:,}"))
    return table(["count", "cluster", "command line"], rows)
