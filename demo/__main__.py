"""The demo catalogues from the command line.

python -m demo generate DIR     write the files of all demo catalogues to DIR
python -m demo serve            serve the demo archive over OAI-PMH until interrupted
python -m demo show             run all demo catalogues through Airflow, and print reports, facets and a search
python -m demo tour             the whole story, with the command line: a broken source, the gate, a changed rule
python -m demo airflow          start Airflow with all catalogues, and serve the demo archive while it runs
python -m demo cluster          what docker-compose.yml starts, as processes: a harvest, and a worker that is killed
python -m demo screenshots DIR  write pictures of the pages in Airflow to DIR
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from demo.archive import archive_repository
from demo.files import write_files
from demo.oai_server import serve
from demo.show import PORT, PORT_VARIABLE, show, ui
from demo.standalone import PORT as AIRFLOW_PORT
from demo.tour import tour, transcript
from pipeline.errors import StudyIndexError
from pipeline.local.light_node import ephemeral_node


def main(arguments: list[str] | None = None) -> int:
    """Run one command, and return its exit code."""
    given = _parser().parse_args(arguments)
    try:
        if given.command == "generate":
            write_files(given.directory)
            print(f"The demo catalogues are in {given.directory}")
        elif given.command == "show":
            show()
        elif given.command == "tour":
            _tour(given.transcript)
        elif given.command == "cluster":
            from demo.cluster.story import story  # noqa: PLC0415 - it needs what only developers have

            story(given.records, page=given.page)
        elif given.command == "screenshots":
            from demo.screenshots import screenshots  # noqa: PLC0415 - it needs a browser, which only developers have

            screenshots(given.directory)
        elif given.command == "airflow":
            ui(login=not given.no_login, port=given.port)
        else:
            _serve(given.host, given.port, given.data, with_parent=given.with_parent)
    except StudyIndexError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Invented study catalogues with known facets")
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="write the files of all demo catalogues to a folder")
    generate.add_argument("directory", type=Path, metavar="DIR")
    commands.add_parser("show", help="run all demo catalogues through Airflow, and print the results")
    touring = commands.add_parser("tour", help="the whole story, with the command line")
    touring.add_argument("--transcript", type=Path, metavar="FILE", help="write the page to this file, without times")
    starting = commands.add_parser("airflow", help="start Airflow, and serve the demo archive while it runs")
    starting.add_argument("--port", type=int, default=AIRFLOW_PORT, help="another one is taken where it is not free")
    starting.add_argument("--no-login", action="store_true", help="everybody is an administrator")
    clustered = commands.add_parser("cluster", help="run the services of docker-compose.yml as processes, and harvest")
    clustered.add_argument("--records", type=int, default=20_000, metavar="N", help="of its catalogue")
    clustered.add_argument("--page", type=Path, metavar="FILE", help="put what is printed into this page")
    pictures = commands.add_parser("screenshots", help="write pictures of the pages in Airflow to a folder")
    pictures.add_argument("directory", type=Path, metavar="DIR")
    serving = commands.add_parser("serve", help="serve the demo archive over OAI-PMH, on this machine only")
    serving.add_argument("--port", type=int, default=int(os.environ.get(PORT_VARIABLE) or PORT), help="0: a free port")
    serving.add_argument("--host", default="127.0.0.1", help="a loopback address")
    serving.add_argument("--data", type=Path, metavar="DIR", help="a folder written by generate; default: in memory")
    serving.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return parser


def _tour(file: Path | None) -> None:
    """Print the tour as it runs; with `file`, also write it there, without what differs each time."""
    page = ""
    with ephemeral_node() as url:
        for piece in tour(url):
            print(piece, end="", flush=True)
            page += piece
    if file:
        file.write_text(transcript(page), encoding="utf-8")


def _serve(host: str, port: int, data: Path | None, *, with_parent: bool) -> None:
    """Serve until interrupted or terminated; with `with_parent`, also until standard input is closed."""
    repository = archive_repository(data / "archive" if data else None)
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for known in (signal.SIGINT, signal.SIGTERM):
        signal.signal(known, end)
    if with_parent:
        threading.Thread(target=_set_at_end_of_input, args=(ended,), daemon=True).start()
    with serve(repository, port, host) as url:
        print(url, flush=True)
        ended.wait()


def _set_at_end_of_input(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
