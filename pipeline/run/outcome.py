"""What a raw record becomes: a document, a reject or a deletion. Pure functions; no staging, network or index."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pipeline.catalogue import Catalogue
from pipeline.catalogue.corrections import NONE, Corrections
from pipeline.enrich import enrich
from pipeline.enrich.acronyms import acronym_fields
from pipeline.enrich.apply_corrections import apply_correction
from pipeline.enrich.search_fields import search_fields
from pipeline.errors import RejectError, StudyIndexError
from pipeline.formats import format_of
from pipeline.formats.base import Format
from pipeline.model.built import Built, finished
from pipeline.model.document import build
from pipeline.model.identity import harmony_id
from pipeline.model.raw import Fetched, RawRecord, Reject, RejectedRaw, SuppressedError
from pipeline.model.record import Found, StudyRecord

T = TypeVar("T")

LOG = logging.getLogger(__name__)

MAX_MESSAGE = 300
"""Characters of an error's own message in a reject: it may quote the record."""

_logged: set[tuple[str, int]] = set()
"""Where in the code the errors were raised that this process has logged: a thousand records may fail alike."""


@dataclass(frozen=True)
class Deletion:
    """The catalogue states that this record is deleted."""

    record_id: str


@dataclass(frozen=True)
class Read(Generic[T]):
    """The raw record could be read; `value` is what it became."""

    value: T


def outcome_of(raw: Fetched, read: Callable[[RawRecord], T]) -> Read[T] | Reject | Deletion:
    """The outcome of one raw record, where `read` makes a value of it or raises `RejectError`.

    Any other error of `read` costs this record alone: it is the reject `unprocessable`. Errors of the hierarchy and a
    lack of memory concern more than the record, and are raised.
    """
    if isinstance(raw, RejectedRaw):
        return Reject.of_unreadable(raw)
    if raw.deleted:
        return Deletion(raw.record_id)
    try:
        return Read(read(raw))
    except RejectError as error:
        return Reject.of_record(raw, error)
    except (StudyIndexError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a record holds, it must not stop its catalogue
        return Reject.of_record(raw, _unprocessable(raw, error))


def _unprocessable(raw: RawRecord, error: Exception) -> RejectError:
    """The reject for an error that no code foresees; its traceback is logged once for each place in the code."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    if (at := (place.filename, place.lineno or 0)) not in _logged:
        _logged.add(at)
        trace = "".join(traceback.format_exception(error))  # may hold characters that no log can be written with
        written = trace.encode(errors="backslashreplace").decode()
        LOG.error("%s is rejected, as are others that fail alike; report this error: %s", raw.record_id, written)
    message = f"{type(error).__name__}: {error}"[:MAX_MESSAGE].encode("utf-8", "backslashreplace").decode()
    return RejectError("unprocessable", message)


def document_of(
    catalogue: Catalogue,
    raw: RawRecord,
    *,
    harvested_at: str,
    corrections: Corrections = NONE,
    raw_digest: str | None = None,
) -> Built:
    """The document that a raw record becomes, with the corrections of curators applied.

    Args:
        catalogue: the catalogue that the record is of.
        raw: the record.
        harvested_at: time of the harvest.
        corrections: of the catalogue.
        raw_digest: digest of the raw record, for the document's field of that name.

    Raises:
        RejectError: it cannot become one, or is suppressed (`SuppressedError`).
    """
    fmt = format_of(catalogue)
    record = fmt.read(raw.payload or b"")
    identifier = harmony_id(record, raw, catalogue.id_source) if corrections.by_id else ""
    correction = corrections.by_id.get(identifier)
    if correction is not None and correction.suppress:
        raise SuppressedError(identifier, correction.reason)
    harvest_year = int(harvested_at[:4])
    facets = facets_of(record, fmt, catalogue, harvest_year)
    fields = build(
        record,
        raw,
        facets,
        catalogue=catalogue.name,
        source=catalogue.id_source,
        aggregated=catalogue.aggregator,
    )
    fields |= acronym_fields(record, fields["name"])
    if correction is not None:
        fields = apply_correction(fields, correction, harvest_year)
    fields |= search_fields(fields, harvest_year)
    return finished(fields, harvested_at=harvested_at, raw_digest=raw_digest)


def facets_of(record: StudyRecord, fmt: Format, catalogue: Catalogue | None, harvest_year: int) -> dict[str, Found]:
    """The facets of a record of this format, with the defaults of its catalogue if it has one."""
    defaults: dict[str, Any] = {}
    if catalogue is not None and catalogue.defaults.model_fields_set:
        defaults = catalogue.defaults.model_dump(exclude_none=True)
    return enrich(record, defaults=defaults, resource_type=fmt.resource_type, harvest_year=harvest_year)
