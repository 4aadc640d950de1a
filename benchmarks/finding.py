"""Measures how well the search finds real records: `python -m benchmarks.finding DATA [--keep] [QUERIES …]`.

DATA is a folder of records as `benchmarks.real_files` reads it. Each of its catalogues is run into a light
Elasticsearch: by the same stages as any other, with its files as they are. Then each file of queries is measured as
`study-index evaluate` does; by default `benchmarks/queries/open.yaml`. Words after `--` are options of `evaluate`:

    python -m benchmarks.finding DATA --keep -- --misses

With `--keep` the Elasticsearch stays, with the index, and what to set is printed, so that `study-index search` and
`study-index evaluate` ask it. The next call uses it again, and brings it up to date with the code: a run finds by
itself that rules, mapping or keys have changed. Without `--keep` it ends, and its data are deleted. Settings in the
environment apply, but for those of folders.

Everything is in `benchmark-finding` in the state folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml

from benchmarks.machine import note
from benchmarks.real_files import CATALOGUE_FILES, CATALOGUES, HARVESTED_AT, catalogue_of, files
from pipeline import settings
from pipeline.catalogue import Catalogue, load
from pipeline.catalogue.yaml_keys import read_keys
from pipeline.cli import main as command_line
from pipeline.errors import FailError, RejectError
from pipeline.formats import format_of
from pipeline.index.client import connect
from pipeline.local.light_node import LightNode, default_home
from pipeline.model.raw import Fetched, RejectedRaw
from pipeline.protocols.files.splitting import split
from pipeline.run.outcome import document_of
from pipeline.run.runner import run

QUERIES = Path(__file__).with_name("queries") / "open.yaml"

HEAP = "1g"


def write_catalogues(data: Path, folder: Path) -> list[Path]:
    """Write a catalogue file for each name in `CATALOGUES` that has files in `data`; returns their paths.

    The files of each are linked into a folder of its own, since a catalogue reads one folder. Files that cannot be read
    to their end, or have nothing but rejects, are left out: with them no run would succeed.
    """
    chosen: dict[str, list[str]] = {}
    for name in files(data):
        catalogue = catalogue_of(name)
        if _is_usable(data / name, catalogue):
            chosen.setdefault(catalogue.name, []).append(name)
    catalogues = folder / "catalogues"
    shutil.rmtree(catalogues, ignore_errors=True)
    catalogues.mkdir(parents=True)
    return [_write(name, data, of_one, catalogues) for name, of_one in chosen.items()]


def _is_usable(path: Path, catalogue: Catalogue) -> bool:
    """Whether the file can be read to its end, and a record of it becomes a document."""
    found = False
    try:
        for raw in split(str(path), format_of(catalogue)):
            found = found or _becomes_document(raw, catalogue)
    except FailError:
        return False
    return found


def _becomes_document(raw: Fetched, catalogue: Catalogue) -> bool:
    if isinstance(raw, RejectedRaw) or raw.deleted:
        return False
    try:
        document_of(catalogue, raw, harvested_at=HARVESTED_AT)
    except RejectError:
        return False
    return True


def _write(name: str, data: Path, names: list[str], folder: Path) -> Path:
    linked = folder / name
    linked.mkdir()
    for each in names:
        (linked / each.replace("/", "--")).symlink_to((data / each).absolute())
    keys = _keys(names[0]) | {
        "name": name,
        "protocol": {"type": "files", "path": f"{name}/*"},
        # The files are samples, and some hold what no catalogue should: nothing of that is to hold a run.
        "max_drop": 1.0,
        "max_rejects": 1.0,
        "max_drift": 1.0,
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(keys, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _keys(name: str) -> dict[str, Any]:
    described = next(described for pattern, described in CATALOGUES if fnmatch(name, pattern))
    if isinstance(described, str):
        keys = read_keys(CATALOGUE_FILES / f"{described}.yaml", "catalogue file")
        return {key: value for key, value in keys.items() if key not in {"records", "schedule"}}
    return {"title": "Real records", **described}


@contextmanager
def own_state() -> Iterator[Path]:
    """The folder of the measurement, which is the state folder of this process from then on."""
    server = default_home() / "server"
    folder = (settings.home() / "benchmark-finding").absolute()
    (folder / "elasticsearch").mkdir(parents=True, exist_ok=True)
    if server.exists() and not (folder / "elasticsearch" / "server").exists():
        (folder / "elasticsearch" / "server").symlink_to(server.absolute())
    os.environ.pop("STUDY_INDEX_STAGING", None)
    os.environ["STUDY_INDEX_HOME"] = str(folder)
    os.environ["STUDY_INDEX_CATALOGUES"] = str(folder / "catalogues")
    yield folder


@contextmanager
def node(folder: Path, *, keep: bool) -> Iterator[str]:
    """URL of the light Elasticsearch of the measurement."""
    light = LightNode(folder / "elasticsearch", heap=HEAP, progress=note)
    try:
        yield light.start()
    finally:
        if not keep:
            light.stop()
            shutil.rmtree(folder, ignore_errors=True)


def index(data: Path, folder: Path, url: str) -> None:
    """Bring the records of all catalogues into the index.

    Raises:
        FailError: a run was held, or DATA has no records.
    """
    paths = write_catalogues(data, folder)
    if not paths:
        raise FailError(f"{data} has no files of records that a pattern of benchmarks.real_files.CATALOGUES matches")
    with connect(url) as client:
        for path in paths:
            report = run(load(path), client)
            if report.gate.verdict != "pass":
                raise FailError(f"The run of {path.stem} was held: {'; '.join(map(str, report.gate.reasons))}")
            note(f"{path.stem}: {report.live:,} documents ({report.created:,} new, {report.updated:,} changed)")


def main(words: list[str]) -> None:
    """Index, measure, and exit as `study-index evaluate` does."""
    words, options = _split(words)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "queries", type=Path, nargs="*", default=[QUERIES], help="default: benchmarks/queries/open.yaml"
    )
    parser.add_argument("--keep", action="store_true", help="keep the Elasticsearch running, with the index")
    arguments = parser.parse_args(words)
    with own_state() as folder, node(folder, keep=arguments.keep) as url:
        os.environ["ELASTICSEARCH_URL"] = url
        index(arguments.data, folder, url)
        if arguments.keep:
            note(f"To ask it: export STUDY_INDEX_HOME={folder} STUDY_INDEX_CATALOGUES={folder / 'catalogues'}")
            note("To end it: study-index down, with these set")
        command_line(["evaluate", *map(str, arguments.queries), *options])


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    place = words.index("--") if "--" in words else len(words)
    return words[:place], words[place + 1 :]


if __name__ == "__main__":
    main(sys.argv[1:])
