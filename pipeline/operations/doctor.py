"""The checks of `study-index doctor`: is everything reachable, of the right version, with the rights it needs?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from elasticsearch import Elasticsearch

from pipeline import catalogue as catalogues
from pipeline import settings
from pipeline.catalogue import Catalogue, corrections
from pipeline.errors import StudyIndexError, UsageError
from pipeline.index.client import ask
from pipeline.index.generations import generations, refuse_faults
from pipeline.index.mapping import put_template
from pipeline.index.rights import missing, require_writer
from pipeline.index.vocabularies import VOCABULARIES, put_vocabularies
from pipeline.links.after import unlinked
from pipeline.model.finding import Finding
from pipeline.operations.catalogue_checks import catalogue_findings
from pipeline.operations.findings import Check
from pipeline.operations.status import RENAME, unmatched_corrections
from pipeline.run.rebuild import rebuild_reasons
from pipeline.staging.staged_runs import remove_catalogue
from pipeline.staging.store import Staging

OLDEST = (8, 19)
"""Oldest version of Elasticsearch that the pipeline is made for."""

PROBE = "_doctor"
"""Folder that is written to staging and removed again. No catalogue can have this name."""


def findings(
    client: Elasticsearch,
    catalogue: Catalogue | None,
    progress: Callable[[str], None] = lambda _: None,
    *,
    variables_set: bool = True,
) -> Iterator[Finding]:
    """What each check found, in the order in which to put things right; a catalogue is checked if one is given.

    `progress` gets the name of each check before it is made. Where Elasticsearch is not reachable, the checks that
    need it are not made, and their findings state it. Where this process has not the environment variables that
    catalogue files name, as one that only shows pages, `variables_set` is false, and none is missed.
    """
    reachable = True
    for check in _checks(client, variables_set=variables_set):
        progress(check.what)
        if check.needs_elasticsearch and not reachable:
            yield Finding(check.what, False, "not checked: Elasticsearch cannot be used")
            continue
        finding = check.finding()
        if check.what == "Elasticsearch":
            reachable = finding.ok
        yield finding
    if catalogue is not None:
        progress(catalogue.name)
        for finding in catalogue_findings(catalogue):
            yield finding
            progress(finding.what)


def _checks(client: Elasticsearch, *, variables_set: bool) -> Iterator[Check]:
    yield Check("Elasticsearch", lambda: _version(client))
    yield Check("cluster health", lambda: _health(client))
    yield Check("rights of the credentials", lambda: _rights(client))
    yield Check("index template", lambda: _template(client))
    yield Check("vocabularies", lambda: _vocabularies(client))
    yield Check("staging", _staging, needs_elasticsearch=False)
    yield Check("catalogue files", lambda: _catalogue_files(variables_set=variables_set), needs_elasticsearch=False)
    yield Check("corrections", lambda: _corrections(client))
    yield Check("every index has a catalogue file", lambda: _no_orphans(client))
    yield Check("what is live", lambda: _live(client))
    yield Check("works and hierarchy", lambda: _links(client))
    yield Check("catalogues to be rebuilt", lambda: _rebuilds(client))


def _version(client: Elasticsearch) -> str:
    number = str(ask(client.info)["version"]["number"])
    if tuple(int(part) for part in number.split(".")[:2]) < OLDEST:
        raise StudyIndexError(f"version {number} is older than {OLDEST[0]}.{OLDEST[1]}: upgrade it")
    return f"version {number}"


def _health(client: Elasticsearch) -> str:
    health = ask(client.cluster.health)
    if health["status"] == "red":
        raise StudyIndexError("red: some data cannot be read; look at _cluster/allocation/explain")
    nodes = health["number_of_data_nodes"]
    return f"{health['status']}, {nodes} data {'node' if nodes == 1 else 'nodes'}"


def _rights(client: Elasticsearch) -> str:
    lacking = missing(client, "operator")
    if lacking is None:
        return "not checked: Elasticsearch has no security here, so everyone may do everything"
    require_writer(client)
    return f"all of a writer, but not of an operator: {'; '.join(lacking)}" if lacking else "all of an operator"


def _template(client: Elasticsearch) -> str:
    put_template(client)
    return "in place"


def _vocabularies(client: Elasticsearch) -> str:
    if put_vocabularies(client) is not None:
        return "in place"
    return (
        f"not checked: the credentials may not write the index {VOCABULARIES}, with labels for sites. Run study-index "
        "setup, or doctor with those of an operator, after an upgrade"
    )


def _staging() -> str:
    place = Staging(PROBE, "check")
    place.write_json("check", {})
    remove_catalogue(PROBE)
    return f"{settings.staging_url()} can be written"


def _catalogue_files(*, variables_set: bool) -> str:
    usable, problems = _loaded(variables_set=variables_set)
    if problems:
        raise UsageError("; ".join(problems))
    return f"{len(usable)} in {settings.catalogues()}"


def _loaded(*, variables_set: bool = False) -> tuple[list[Catalogue], list[str]]:
    """The catalogues whose files can be used, and what is wrong with the others: for the check of files alone."""
    usable, problems = [], []
    for path in catalogues.paths():
        try:
            usable.append(catalogues.find(path.stem, variables_set=variables_set))
        except UsageError as error:
            problems.append(str(error))
    return usable, problems


def _corrections(client: Elasticsearch) -> str:
    """How many corrections there are.

    Raises:
        UsageError: a file of corrections cannot be used, or belongs to no catalogue.
        StudyIndexError: a correction matches no record.
    """
    lost = corrections.without_catalogue(settings.catalogues())
    if lost:
        raise UsageError(f"{', '.join(map(str, lost))}: there is no such catalogue; {RENAME}")
    known = generations(client)
    described, _ = _loaded()
    number = sum(len(corrections.load(item).by_id) for item in described)
    if unmatched := [harmony_id for item in described for harmony_id in unmatched_corrections(item, known)]:
        raise StudyIndexError(f"of no record in the last run: {', '.join(unmatched)}. Correct or remove these ids")
    return f"{number}, each of a record" if number else "none"


def _no_orphans(client: Elasticsearch) -> str:
    named = {path.stem for path in catalogues.paths()}
    orphans = sorted({item.catalogue for item in generations(client)} - named)
    if orphans:
        raise StudyIndexError(
            f"in the index without a file: {', '.join(orphans)}. Put the file back, or remove the catalogue from the "
            "index: study-index retire NAME"
        )
    return "yes"


def _live(client: Elasticsearch) -> str:
    known = generations(client)
    refuse_faults(known)
    return f"one generation of each of {sum(item.live for item in known)} catalogues"


def _links(client: Elasticsearch) -> str:
    """Whether works and hierarchy were found since something went live; a run does that once it is live."""
    if waiting := unlinked(client):
        return f"not found yet since {', '.join(waiting)} went live: study-index link finds them, or the next run"
    return "found in all that is live"


def _rebuilds(client: Elasticsearch) -> str:
    """Which catalogues are not what their files, the index template or the schema now ask for."""
    live = {item.catalogue: item for item in generations(client) if item.live}
    found = [
        f"{described.name}: {'; '.join(reasons)}"
        for described in _loaded()[0]
        if described.name in live and (reasons := rebuild_reasons(described, live[described.name]))
    ]
    return f"{'. '.join(found)}. The next run of each is a full one" if found else "none"
