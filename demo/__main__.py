"""The demo catalogues from the command line.

python -m demo generate DIR     write every demo catalogue below DIR
python -m demo serve            serve the demo archive over OAI-PMH until interrupted
python -m demo tour             run every demo catalogue through Airflow, and show what came of it
python -m demo airflow          Airflow's own pages on all catalogues, the demo archive served beside it
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
from demo.tour import PORT, PORT_VARIABLE, tour, ui
from pipeline.errors import StudyIndexError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    told = _parser().parse_args(arguments)
    try:
        if told.command == "generate":
            write_files(told.directory)
            print(f"The demo catalogues are in {told.directory}")
        elif told.command == "tour":
            tour()
        elif told.command == "airflow":
            ui()
        else:
            _serve(told.host, told.port, told.data, with_parent=told.with_parent)
    except StudyIndexError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Invented study catalogues with known truth")
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="write every demo catalogue below a directory")
    generate.add_argument("directory", type=Path, metavar="DIR")
    commands.add_parser("tour", help="run every demo catalogue through Airflow, and show what came of it")
    commands.add_parser("airflow", help="Airflow's own pages, the demo archive served beside it")
    serving = commands.add_parser("serve", help="serve the demo archive over OAI-PMH, on this machine alone")
    serving.add_argument("--port", type=int, default=int(os.environ.get(PORT_VARIABLE) or PORT), help="0: any free one")
    serving.add_argument("--host", default="127.0.0.1", help="a loopback address")
    serving.add_argument("--data", type=Path, metavar="DIR", help="what generate wrote; default: made afresh")
    serving.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    return parser


def _serve(host: str, port: int, data: Path | None, *, with_parent: bool) -> None:
    """Serve until interrupted, terminated or, `with_parent`, until standard input is closed."""
    repository = archive_repository(data / "archive" if data else None)
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for known in (signal.SIGINT, signal.SIGTERM):
        signal.signal(known, end)
    if with_parent:
        threading.Thread(target=_end_of_input, args=(ended,), daemon=True).start()
    with serve(repository, port, host) as url:
        print(url, flush=True)
        ended.wait()


def _end_of_input(ended: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
