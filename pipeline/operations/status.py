"""The state of each catalogue: what is live, when it ran last, and what needs a person's attention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from pipeline import catalogue as catalogues
from pipeline import settings
from pipeline.catalogue import Catalogue, corrections
from pipeline.errors import UsageError
from pipeline.index import lifecycle
from pipeline.index.generations import Generation, count, generations
from pipeline.run.rebuild import rebuild_reasons
from pipeline.run.staged_reports import last_report

RENAME = "name the file after its catalogue, <name>.corrections.yaml, or remove it"
"""What to do with corrections that belong to no catalogue."""


@dataclass(frozen=True)
class Trouble:
    """Something that a person has to put right: what it is in a few words, and in full with what to do."""

    short: str
    full: str


@dataclass(frozen=True)
class CatalogueStatus:
    """One catalogue: of its file, or of what the index holds without one (then title, protocol and format are None).

    `last_run` and `watermark` are ISO 8601 times, `notes` what the state is besides live or never run.
    """

    catalogue: str
    title: str | None
    protocol: str | None
    format: str | None
    live: int
    last_run: str | None
    watermark: str | None
    is_live: bool
    pinned: bool
    held: bool
    notes: tuple[str, ...]
    trouble: Trouble | None

    @property
    def state(self) -> str:
        """The state in words, with what to do where something is wrong."""
        return self._state(self.trouble.full if self.trouble else None)

    @property
    def short_state(self) -> str:
        """The state in a few words."""
        return self._state(self.trouble.short if self.trouble else None)

    def _state(self, trouble: str | None) -> str:
        notes = [*([trouble] if trouble else []), *self.notes]
        return "; ".join(notes) or ("live" if self.is_live else "never run")

    def as_json(self) -> dict[str, Any]:
        """The row of `catalogues --json`."""
        names = ("catalogue", "title", "protocol", "format", "live", "last_run", "watermark", "pinned", "held")
        return {**{name: getattr(self, name) for name in names}, "state": self.state}


def catalogue_rows(client: Elasticsearch) -> list[CatalogueStatus]:
    """One row for each catalogue file, sound or not, then for each catalogue in the index that has none."""
    known = generations(client)
    rows = []
    for path in catalogues.paths():
        described, trouble = _described(path.stem, known)
        rows.append(_row(client, path.stem, known, described, trouble))
    lost = Trouble("no such catalogue", f"corrections of no catalogue: {RENAME}")
    rows += [
        _row(client, path.name, known, None, lost) for path in corrections.without_catalogue(settings.catalogues())
    ]
    for name in sorted({item.catalogue for item in known} - {row.catalogue for row in rows}):
        trouble = Trouble("no file", f"no file: put it back, or remove the catalogue (study-index retire {name})")
        rows.append(_row(client, name, known, None, trouble))
    return rows


def unmatched_corrections(catalogue: Catalogue, known: list[Generation]) -> list[str]:
    """harmony_ids in the corrections of a catalogue that matched no record in its last run."""
    live = next((item for item in known if item.live and item.catalogue == catalogue.name), None)
    unmatched = live.meta.unmatched if live else ()
    return sorted(corrections.load(catalogue).by_id.keys() & {*unmatched}) if unmatched else []


def _described(name: str, known: list[Generation]) -> tuple[Catalogue | None, Trouble | None]:
    """What a catalogue file describes, and what is wrong with it or with its corrections."""
    try:
        described = catalogues.find(name)
    except UsageError as error:
        return None, Trouble("file cannot be used", f"file cannot be used: {error}")
    try:
        unmatched = len(unmatched_corrections(described, known))
        corrections.load(described)
    except UsageError as error:
        return described, Trouble("corrections cannot be used", f"corrections cannot be used: {error}")
    if unmatched:
        short = f"{unmatched} {'correction matches' if unmatched == 1 else 'corrections match'} no record"
        return described, Trouble(short, f"{short}: study-index doctor lists them")
    return described, None


def _row(
    client: Elasticsearch, name: str, known: list[Generation], described: Catalogue | None, trouble: Trouble | None
) -> CatalogueStatus:
    own = [item for item in known if item.catalogue == name]
    live = next((item for item in own if item.live), None)
    pinned = live.meta.pinned if live else None
    waits = "candidate" in [lifecycle.state(item, live) for item in own]
    last = last_report(name)
    promoted = live is not None and last is not None and live.meta.run_id == last.run_id
    last_held = last is not None and last.held and not promoted
    notes = []
    if described is not None and not described.enabled:
        notes.append("disabled")
    if pinned:
        notes.append(f"pinned since {pinned.at}")
    elif waits:
        notes.append("held: a candidate waits")
    if last_held and not waits:
        notes.append("the last run was held")
    if described is not None and live is not None and (reasons := rebuild_reasons(described, live)):
        notes.append(f"the next run is full: {'; '.join(reasons)}")
    return CatalogueStatus(
        catalogue=name,
        title=described.title if described else None,
        protocol=described.protocol.type if described else None,
        format=described.format if described else None,
        live=count(client, live.index) if live else 0,
        last_run=last.started if last else None,
        watermark=live.meta.watermark if live else None,
        is_live=live is not None,
        pinned=bool(pinned),
        held=last_held or waits,
        notes=tuple(notes),
        trouble=trouble,
    )
