"""Which catalogues and runs are staged."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache

from pipeline import settings
from pipeline.staging.files import Files
from pipeline.staging.kinds import VECTORS
from pipeline.staging.store import LAYOUT, DamagedError, MissingError, OtherVersionError, Staging, read_ahead

LOG = logging.getLogger(__name__)


def staged_catalogues() -> list[str]:
    """Catalogues of which something is staged, by name."""
    return _folders("")


def runs(catalogue: str) -> list[str]:
    """Ids of the runs of a catalogue of which something is staged in this layout, oldest first."""
    url = settings.staging_url()
    staged = [Staging(catalogue, run_id, url) for run_id in _folders(catalogue)]
    read_ahead(staged, "run")
    begun = {each.run_id: _begun(each) for each in staged}
    return sorted((run_id for run_id in begun if begun[run_id]), key=lambda run_id: (begun[run_id], run_id))


def other_runs(catalogue: str) -> list[str]:
    """Ids of the runs of a catalogue that cannot be read: of another version of the pipeline, or damaged."""
    return sorted({*_folders(catalogue)} - {*runs(catalogue)})


def remove_catalogue(catalogue: str) -> None:
    """Remove all that is staged for a catalogue."""
    files = Files()
    files.remove_folder(f"{files.base}/{catalogue}")


def remove_temporary(catalogue: str, before: datetime) -> None:
    """Remove the files that killed processes were writing, if they were last written before a time."""
    files = Files()
    files.remove_temporary(f"{files.base}/{catalogue}", before)


@contextmanager
def passing_over_damage() -> Iterator[None]:
    """Go on without a run whose staged files cannot be read: a fault of one run is none of the others. Warns of it."""
    try:
        yield
    except DamagedError as error:
        _warn(
            f"{error.what}. The run is left out: its report and its rejects are not shown. `prune` removes it in time."
        )


@cache
def _warn(message: str) -> None:
    """Warn once in a process: what is staged is read several times."""
    LOG.warning(message)


def _begun(staging: Staging) -> str | None:
    """When a run began; None where it was staged in another layout, or that is not known."""
    with passing_over_damage(), suppress(MissingError, OtherVersionError):
        run = staging.read_json("run")
        return str(run.get("begun")) if run.get("layout") == LAYOUT else None
    return None


def _folders(below: str) -> list[str]:
    files = Files()
    return [name for name in files.folders(f"{files.base}/{below}".rstrip("/")) if name != VECTORS]
