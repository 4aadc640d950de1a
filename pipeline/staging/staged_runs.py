"""Which catalogues and runs are staged."""

from __future__ import annotations

from pipeline.staging.files import Files
from pipeline.staging.store import LAYOUT, DamagedError, Staging


def staged_catalogues() -> list[str]:
    """Catalogues of which something is staged, by name."""
    return _folders("")


def runs(catalogue: str) -> list[str]:
    """Ids of the runs of a catalogue of which something is staged in this layout, oldest first."""
    begun = {run_id: _begun(Staging(catalogue, run_id)) for run_id in _folders(catalogue)}
    return sorted((run_id for run_id in begun if begun[run_id]), key=lambda run_id: (begun[run_id], run_id))


def other_runs(catalogue: str) -> list[str]:
    """Ids of the runs of a catalogue that cannot be read: of another version of the pipeline, or damaged."""
    return sorted({*_folders(catalogue)} - {*runs(catalogue)})


def remove_catalogue(catalogue: str) -> None:
    """Remove all that is staged for a catalogue."""
    files = Files()
    files.remove_folder(f"{files.base}/{catalogue}")


def _begun(staging: Staging) -> str | None:
    """When a run began; None where it was staged in another layout, or that is not known."""
    try:
        run = staging.read_json("run")
    except DamagedError:
        return None
    return str(run.get("begun")) if run.get("layout") == LAYOUT else None


def _folders(below: str) -> list[str]:
    files = Files()
    return files.names(f"{files.base}/{below}".rstrip("/"), "directory")
