"""What an operator asks of an installation: the state of each catalogue, and whether everything is reachable."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from elasticsearch import Elasticsearch

from pipeline import catalogue as catalogues
from pipeline import settings
from pipeline.catalogue import Catalogue, FilesProtocol, OaiPmhProtocol, corrections
from pipeline.errors import RejectError, StudyIndexError, UsageError
from pipeline.formats import format_of
from pipeline.index import lifecycle
from pipeline.index.client import ask
from pipeline.index.generations import Generation, count, generations, put_template
from pipeline.model.raw import RejectedRaw
from pipeline.protocols import open_harvest
from pipeline.protocols.files.harvest import FilesHarvest
from pipeline.protocols.oai.survey import PROVIDER, survey
from pipeline.run import report
from pipeline.run.context import now
from pipeline.run.process import document_of
from pipeline.staging import store as staging

LOOKED_AT = 500
"""Raw records that are looked through for the first ones that are no deletions."""
RECORDS = 5
"""First records that are read."""

RENAME = "name the file after its catalogue's, <name>.corrections.yaml, or remove it"
"""What to do with corrections that belong to no catalogue."""

OLDEST = (8, 19)
"""Oldest version of Elasticsearch that the pipeline is made for."""


def catalogue_rows(client: Elasticsearch) -> list[dict[str, Any]]:
    """One row a catalogue: of each file, be it sound or not, and of what is in the index without one."""
    known = generations(client)
    rows = []
    for path in catalogues.paths():
        try:
            described = catalogues.find(path.stem)
            rows.append(_row(client, path.stem, known, described, _trouble_with_corrections(described, known)))
        except UsageError as error:
            rows.append(_row(client, path.stem, known, None, f"file cannot be used: {error}"))
    orphans = sorted({item.catalogue for item in known} - {row["catalogue"] for row in rows})
    rows += [
        _row(client, path.name, known, None, f"corrections of no catalogue: {RENAME}")
        for path in corrections.without_catalogue(settings.catalogues())
    ]
    return rows + [_row(client, name, known, None, "no file: put it back, or retire the catalogue") for name in orphans]


class _Check(NamedTuple):
    what: str
    tried: Callable[[], str]
    asks_elasticsearch: bool = True


def examine(client: Elasticsearch, catalogue: Catalogue | None) -> list[dict[str, Any]]:
    """Findings `{what, ok, says}`, the first wrong one first in the order in which to mend them."""
    first, *others = _checks(client)
    findings = [_tried(first)]
    reachable = findings[0]["ok"]
    for check in others:
        if reachable or not check.asks_elasticsearch:
            findings.append(_tried(check))
        else:
            findings.append({"what": check.what, "ok": False, "says": "not asked: Elasticsearch comes first"})
    if catalogue is not None:
        findings += examine_catalogue(catalogue)
    return findings


def _checks(client: Elasticsearch) -> Iterator[_Check]:
    yield _Check("Elasticsearch", lambda: _version(client))
    yield _Check("cluster health", lambda: _health(client))
    yield _Check("right to manage the index", lambda: _template(client))
    yield _Check("staging", _staging, asks_elasticsearch=False)
    files = f"in {settings.catalogues()}"
    yield _Check("catalogue files", lambda: f"{len(list(catalogues.every()))} {files}", asks_elasticsearch=False)
    yield _Check("corrections", lambda: _corrections(client))
    yield _Check("every index has a catalogue file", lambda: _no_orphans(client))


def _tried(check: _Check) -> dict[str, Any]:
    try:
        return {"what": check.what, "ok": True, "says": check.tried()}
    except StudyIndexError as error:
        return {"what": check.what, "ok": False, "says": str(error)}
    except OSError as error:
        return {"what": check.what, "ok": False, "says": f"{error}: check STUDY_INDEX_STAGING and STUDY_INDEX_HOME"}


def _version(client: Elasticsearch) -> str:
    number = str(ask(client.info)["version"]["number"])
    if tuple(int(part) for part in number.split(".")[:2]) < OLDEST:
        raise StudyIndexError(f"version {number} is older than {OLDEST[0]}.{OLDEST[1]}: upgrade it")
    return f"version {number}"


def _health(client: Elasticsearch) -> str:
    health = ask(client.cluster.health)
    if health["status"] == "red":
        raise StudyIndexError("red: some data cannot be read; look at _cluster/allocation/explain")
    return f"{health['status']}, {health['number_of_data_nodes']} data nodes"


def _template(client: Elasticsearch) -> str:
    put_template(client)
    return "the index template is in place"


def _staging() -> str:
    place = staging.Staging("doctor", "check")
    place.write_json("check", {})
    place.remove()
    staging.remove_catalogue("doctor")
    return f"{settings.staging_url()} can be written"


def _corrections(client: Elasticsearch) -> str:
    """How many corrections there are.

    Raises:
        StudyIndexError: a file of them cannot be used, or belongs to no catalogue, or speaks of records that are not.
    """
    lost = corrections.without_catalogue(settings.catalogues())
    if lost:
        raise UsageError(f"{', '.join(map(str, lost))}: there is no such catalogue; {RENAME}")
    known = generations(client)
    described = list(catalogues.every())
    number = sum(len(corrections.load(item).by_id) for item in described)
    if unmatched := [name for item in described for name in _unmatched(item, known)]:
        raise StudyIndexError(f"of no record in the last run: {', '.join(unmatched)}. Mend or remove these ids")
    return f"{number}, each of a record" if number else "none"


def _unmatched(catalogue: Catalogue, known: list[Generation]) -> list[str]:
    """harmony_ids in the corrections of a catalogue that were those of no record in its last run."""
    said: list[str] = next(
        (item.meta.get("unmatched", []) for item in known if item.live and item.catalogue == catalogue.name), []
    )
    return sorted(corrections.load(catalogue).by_id.keys() & {*said}) if said else []


def _trouble_with_corrections(catalogue: Catalogue, known: list[Generation]) -> str | None:
    try:
        corrections.load(catalogue)
    except UsageError as error:
        return f"corrections cannot be used: {error}"
    number = len(_unmatched(catalogue, known))
    what = "correction is" if number == 1 else "corrections are"
    return f"{number} {what} of no record: study-index doctor" if number else None


def _no_orphans(client: Elasticsearch) -> str:
    named = {item.name for item in catalogues.every()}
    orphans = sorted({item.catalogue for item in generations(client)} - named)
    if orphans:
        raise StudyIndexError(
            f"in the index without a file: {', '.join(orphans)}. Put the file back, or take the catalogue out: "
            "study-index retire NAME"
        )
    return "yes"


def examine_catalogue(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Findings `{what, ok, says}` on what a catalogue says of itself, and what its first records become."""
    protocol = catalogue.protocol
    if isinstance(protocol, OaiPmhProtocol):
        for finding in survey(protocol):
            yield {**finding._asdict(), "what": f"{catalogue.name}: {finding.what}"}
            if finding.what == PROVIDER and not finding.ok:
                return
    elif isinstance(protocol, FilesProtocol):
        found = _tried(_Check(f"{catalogue.name}: files", lambda: _matches(catalogue, protocol)))
        yield found
        if not found["ok"]:
            return
    yield _tried(_Check(f"{catalogue.name}: first records", lambda: _first_records(catalogue)))


def _matches(catalogue: Catalogue, protocol: FilesProtocol) -> str:
    found = FilesHarvest(catalogue, protocol, format_of(catalogue)).files()
    return f"{len(found):,} match {protocol.path}; the first is {found[0][1]}"


def _first_records(catalogue: Catalogue) -> str:
    """How many of the first records can be read with the catalogue's format.

    Raises:
        StudyIndexError: none can.
    """
    corrected = corrections.load(catalogue)
    harvest = open_harvest(catalogue, format_of(catalogue), since=None, limit=LOOKED_AT)
    read: list[str] = []
    rejects: list[str] = []
    deletions = 0
    for raw in harvest:
        if isinstance(raw, RejectedRaw):
            rejects.append(f"{raw.record_id}: {raw.code}, {raw.message}")
        elif raw.deleted:
            deletions += 1
        else:
            try:
                document = document_of(catalogue, raw, harvested_at=now(), corrections=corrected)
            except RejectError as error:
                rejects.append(f"{raw.record_id}: {error.code}, {error}")
            else:
                read.append(f"{raw.record_id} becomes {document['harmony_id']}, {document['name']!r}")
        if len(read) + len(rejects) == RECORDS:
            break
    total = f"; {harvest.total:,} in all" if harvest.total else ""
    counts = f"{len(read)} of {len(read) + len(rejects)} are read as {catalogue.format}{total}"
    if rejects and not read:
        raise StudyIndexError(f"{counts}. {rejects[0]}. Check the format in the catalogue file.")
    if not read:
        return f"none{total}; {deletions} deletions came first" if deletions else "answers, and lists no record"
    return f"{counts}; {read[0]}" + (f"; refused: {rejects[0]}" if rejects else "")


def _row(
    client: Elasticsearch, name: str, known: list[Generation], described: Catalogue | None, trouble: str | None = None
) -> dict[str, Any]:
    own = [item for item in known if item.catalogue == name]
    live = next((item for item in own if item.live), None)
    states = [lifecycle.state(item, live) for item in own]
    last = report.last(name)
    promoted = live is not None and last is not None and live.meta.get("run_id") == last["run_id"]
    held = last is not None and last["gate"]["verdict"] == "hold" and not promoted
    marks = [trouble] if trouble else []
    if described is not None and not described.enabled:
        marks.append("disabled")
    if live and live.meta.get("pinned"):
        marks.append(f"pinned since {live.meta['pinned']['at']}")
    if "candidate" in states and not (live and live.meta.get("pinned")):
        marks.append("held: a candidate waits")
    elif held and "candidate" not in states:
        marks.append("the last run was held")
    return {
        "catalogue": name,
        "title": described.title if described else None,
        "protocol": described.protocol.type if described else None,
        "format": described.format if described else None,
        "live": count(client, live.index) if live else 0,
        "last_run": last["started"] if last else None,
        "watermark": live.meta.get("watermark") if live else None,
        "pinned": bool(live and live.meta.get("pinned")),
        "held": held or "candidate" in states,
        "state": "; ".join(marks) or ("live" if live else "never run"),
    }
