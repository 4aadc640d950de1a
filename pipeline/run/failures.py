"""Why a run ended with an error, staged beside what it did, so that whoever asks for its report learns it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from pipeline.errors import StudyIndexError
from pipeline.index.leases import LeasedError
from pipeline.model.moments import timestamp
from pipeline.redaction import redact
from pipeline.run.results import RunFailure
from pipeline.staging.staged_runs import passing_over_damage
from pipeline.staging.store import MissingError, Staging


@contextmanager
def noting_failure(staging: Staging, stage: str) -> Iterator[None]:
    """Stage why the stage failed, if it does; else remove what an earlier try of this stage staged.

    Mapped tasks give each its own stage, such as `process 3`, so that one that ends well leaves what another staged. A
    run that waits for the lease of another has not failed. Where the failure cannot be staged, the error that is
    raised is the first one.
    """
    try:
        yield
    except LeasedError:
        raise
    except Exception as error:
        message = str(error) if isinstance(error, StudyIndexError) else f"{type(error).__name__}: {error}"
        failure = RunFailure(in_stage=stage, kind=type(error).__name__, message=redact(message), at=timestamp())
        with suppress(StudyIndexError, OSError):
            _stage(failure, staging)
        raise
    earlier = failure_of(staging)
    if earlier is not None and earlier.in_stage in {stage, "run"}:
        staging.remove_json(RunFailure.NAME)


def _stage(failure: RunFailure, staging: Staging) -> None:
    """Stage the failure; a run that failed before anything was staged is a run all the same."""
    if not staging.has_begun:
        staging.begin()
    failure.stage(staging)


def failure_of(staging: Staging) -> RunFailure | None:
    """Why the run ended with an error, as far as that is staged and can be read."""
    with passing_over_damage(), suppress(MissingError):
        return RunFailure.staged(staging)
    return None
