"""The checks of one catalogue: what its service states about itself, and what its first records become."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipeline.catalogue import Catalogue, FilesProtocol, OaiPmhProtocol, corrections
from pipeline.errors import StudyIndexError
from pipeline.formats import format_of
from pipeline.model.finding import Finding
from pipeline.model.moments import timestamp
from pipeline.model.raw import Reject
from pipeline.operations.findings import Check
from pipeline.protocols import HarvestOptions, open_harvest
from pipeline.protocols.exclude import without_excluded
from pipeline.protocols.files.harvest import FilesHarvest
from pipeline.protocols.files.streams import shown
from pipeline.protocols.oai.survey import PROVIDER, survey
from pipeline.run.outcome import Deletion, document_of, outcome_of

LOOKED_AT = 500
"""Raw records that are fetched at most to find some that are no deletions."""

RECORDS = 5
"""Records that are read."""


def catalogue_findings(catalogue: Catalogue) -> Iterator[Finding]:
    """Findings on the catalogue's service or files, then on its first records; ends where they cannot be reached."""
    protocol = catalogue.protocol
    if isinstance(protocol, OaiPmhProtocol):
        for found in survey(catalogue, protocol):
            yield found._replace(what=f"{catalogue.name}: {found.what}")
            if found.what == PROVIDER and not found.ok:
                return
    elif isinstance(protocol, FilesProtocol):
        finding = Check(f"{catalogue.name}: files", lambda: _files(catalogue, protocol)).finding()
        yield finding
        if not finding.ok:
            return
    yield Check(f"{catalogue.name}: first records", lambda: _first_records(catalogue)).finding()


def _files(catalogue: Catalogue, protocol: FilesProtocol) -> str:
    found = FilesHarvest(catalogue, protocol, format_of(catalogue)).files()
    match = "1 matches" if len(found) == 1 else f"{len(found):,} match"
    return f"{match} {shown(protocol.path)}; the first is {found[0][1]}"


def _first_records(catalogue: Catalogue) -> str:
    """How many of the first records can be read in the catalogue's format.

    Raises:
        StudyIndexError: none can.
    """
    document = partial(document_of, catalogue, harvested_at=timestamp(), corrections=corrections.load(catalogue))
    harvest = open_harvest(catalogue, format_of(catalogue), HarvestOptions(limit=LOOKED_AT))
    read: list[str] = []
    rejects: list[str] = []
    deletions = 0
    for raw in without_excluded(catalogue, harvest):
        outcome = outcome_of(raw, document)
        if isinstance(outcome, Deletion):
            deletions += 1
        elif isinstance(outcome, Reject):
            rejects.append(f"{raw.record_id}: {outcome.code}, {outcome.message}")
        else:
            made = outcome.value
            read.append(f"{raw.record_id} becomes {made.harmony_id}, {made.fields['name']!r}")
        if len(read) + len(rejects) == RECORDS:
            break
    total = f"; {harvest.total:,} in all" if harvest.total else ""
    counts = f"{len(read)} of {len(read) + len(rejects)} are read as {catalogue.format}{total}"
    if rejects and not read:
        raise StudyIndexError(f"{counts}. {rejects[0]}. Check the format in the catalogue file.")
    if not read:
        if deletions:
            return f"none{total}; the first {deletions} are deletions"
        nothing = "the catalogue lists no record"
        return f"{nothing}, or `exclude` leaves out the first {LOOKED_AT}" if catalogue.exclude else nothing
    return f"{counts}; {read[0]}" + (f"; rejected: {rejects[0]}" if rejects else "")
