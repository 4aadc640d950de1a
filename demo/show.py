"""The complete pipeline on the demo catalogues: servers, Airflow, Elasticsearch, reports, facets and a search."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from elasticsearch import Elasticsearch

from demo import meaning, standalone
from demo.archive import archive_repository
from demo.files import write_files
from demo.oai_server import serve
from pipeline import catalogue as catalogues
from pipeline import settings
from pipeline.cli import output
from pipeline.cli.report_tables import show_report
from pipeline.cli.search_results import show_found
from pipeline.dags.pools import POOLS
from pipeline.errors import FailError, UsageError
from pipeline.local import airflow_runs as local_airflow
from pipeline.local import connection
from pipeline.run.results import RunReport
from pipeline.search.finding import search
from pipeline.search.question import Question
from pipeline.staging.staged_runs import runs
from pipeline.staging.store import Staging

PORT = 8765
PORT_VARIABLE = "STUDY_INDEX_DEMO_PORT"


def show() -> None:
    """Run all demo catalogues through Airflow, and print reports, facets and searches.

    Where the package of the small model is installed, studies get vectors, and one search shows what these find.

    Raises:
        FailError: a DAG run did not succeed.
    """
    names = demo_catalogues()
    if meaning.has_model() and settings.embeddings() is None:
        os.environ[settings.VARIABLES["embeddings"]] = settings.LOCAL
    _say("Elasticsearch")
    client = connection.client()
    os.environ["ELASTICSEARCH_URL"] = _address(client)
    with servers() as url:
        _say(f"catalogue servers: {url} and files in {settings.home() / 'demo'}")
        env = local_airflow.environment()
        _say("Airflow's metadata database")
        local_airflow.prepare(env, POOLS)
        dag_ids = [f"ingest_{name}" for name in names]
        _say(f"DAG runs: {', '.join(dag_ids)}")
        states = local_airflow.run_dags(env, dag_ids)
    broken = [f"{dag_id} {state}" for dag_id, state in states.items() if state != "success"]
    for name in names:
        place = Staging(name, runs(name)[-1])
        if RunReport.is_staged(place):
            found = RunReport.staged(place)
            show_report(found)
            output.show("")
            if found.held:  # a person's decision, as the report states; nothing is broken
                broken.remove(f"ingest_{name} failed")
    if broken:
        raise FailError(f"DAG runs that did not succeed: {', '.join(broken)}. Their logs are in {env['AIRFLOW_HOME']}")
    _show_searches(client)


def ui(*, login: bool = True, port: int = standalone.PORT) -> None:
    """Run Airflow with all catalogues until interrupted, and serve the demo archive meanwhile.

    With `login`, people sign in, so that it is known who decided what; without, everybody is an administrator.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), servers():
        _say("Elasticsearch")
        connection.client()  # starts the light node; tasks and pages find it by themselves, also at another address
        env = local_airflow.environment()
        passwords = dict[str, str]()
        if login:
            env, passwords = standalone.with_users(env)
        env, url = standalone.with_ports(env, port)
        _say("Airflow's metadata database")
        local_airflow.prepare(env, POOLS)
        log = Path(env["AIRFLOW_HOME"]) / "standalone.log"
        _say(f"Airflow starts in about half a minute; its log is {log}")
        with standalone.running(env, url, log) as process:
            _say(f"Airflow is ready: {url}/plugin/study-index (Ctrl-C ends it)")
            for user, password in passwords.items():
                output.err.print(f"  {user:<9} {password}", highlight=False, markup=False)
            if status := process.wait():
                raise FailError(f"Airflow ended by itself with exit code {status}: {log} states why")


@contextmanager
def servers() -> Iterator[str]:
    """Write the demo files, and serve the demo archive while the context lasts; yields the archive's URL.

    The port is the one in the environment, else the default port, else a free one. The environment of programs that
    are started from here has the port.
    """
    write_files(settings.home() / "demo")
    repository = archive_repository()
    with ExitStack() as stack:
        if given := os.environ.get(PORT_VARIABLE):
            url = stack.enter_context(serve(repository, port=int(given)))
        else:
            try:
                url = stack.enter_context(serve(repository, port=PORT))
            except UsageError:
                url = stack.enter_context(serve(repository))
        os.environ[PORT_VARIABLE] = str(urlsplit(url).port)
        yield url


def demo_catalogues() -> list[str]:
    """Names of the demo catalogues."""
    return [path.stem for path in catalogues.paths() if path.stem.startswith("demo-")]


def _show_searches(client: Elasticsearch) -> None:
    with_model = f"{settings.VARIABLES['embeddings']}={settings.embeddings()}"
    command = f"{with_model} study-index search {meaning.QUESTION} --size 3"
    by_meaning = (Question(meaning.QUESTION, size=3), f"studies that mean this, in whatever words: {command}")
    for question, words in (
        (Question(size=0), "every document, by facet"),
        (
            Question(filters={"sex": ["female"]}, size=5),
            "studies of women only: study-index search --sex female --size 5",
        ),
        *([by_meaning] if settings.embeddings() else []),
    ):
        _say(words)
        show_found(search(client, question))
        output.show("")
    _say("Next: .venv/bin/study-index search WORDS | make airflow | README.md")


def _address(client: Elasticsearch) -> str:
    (node,) = client.transport.node_pool.all()
    return node.base_url


def _say(words: str) -> None:
    output.err.print(f"▸ {words}", style="bold")
