"""What an OAI-PMH server states about itself, as findings for an operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from pipeline.catalogue import Catalogue, OaiPmhProtocol
from pipeline.errors import StudyIndexError, nearest
from pipeline.model.finding import Finding
from pipeline.model.xml import child, text
from pipeline.protocols.oai.client import BASE_URL_ADVICE, Identify, OaiError, Page, Provider
from pipeline.protocols.oai.envelope import is_deleted

PROVIDER = "provider"
"""The finding without which the others are not looked for."""
MOST_SETS = 2000
"""Sets that are looked through; some servers have one for each person."""
SHOWN = 8

GRANULARITIES = {"YYYY-MM-DD": "days", "YYYY-MM-DDThh:mm:ssZ": "seconds"}


def survey(catalogue: Catalogue, protocol: OaiPmhProtocol) -> Iterator[Finding]:
    """Identify, metadata formats, sets and the first page; ends where the server does not identify itself."""
    with Provider(protocol.url, allow_hosts=catalogue.allow_hosts) as server:
        try:
            stated = server.identify()
        except OaiError as error:
            yield Finding(PROVIDER, False, f"the server answers {_sentence(error)} {BASE_URL_ADVICE}")
            return
        except StudyIndexError as error:
            yield Finding(PROVIDER, False, f"{_sentence(error)} {BASE_URL_ADVICE}")
            return
        yield from _identified(protocol, stated)
        for prefix in protocol.prefixes:
            yield _checked(f"metadata prefix {prefix}", partial(_format, server, prefix))
        yield _checked(f"set {protocol.set}" if protocol.set else "sets", partial(_sets, server, protocol))
        yield _checked("first page", partial(_first_page, server, protocol))


def _identified(protocol: OaiPmhProtocol, stated: Identify) -> Iterator[Finding]:
    yield Finding(PROVIDER, True, f"{stated.name or 'without a name'}, OAI-PMH {stated.version or '?'}")
    policy = stated.deleted_record
    yield Finding("deletions", True, f"{policy or 'not stated'}: {_consequence(protocol, policy)}")
    known = GRANULARITIES.get(stated.granularity)
    granularity = known or f"{stated.granularity!r} is not one of OAI-PMH, read as days"
    earliest = stated.earliest or "not given"
    yield Finding("granularity", known is not None, f"{granularity}; earliest datestamp {earliest}")


def _consequence(protocol: OaiPmhProtocol, policy: str) -> str:
    if protocol.always_snapshot:
        return "every run asks for everything, as the catalogue file has it"
    if policy != "persistent":
        return "every run asks for everything, as only a full snapshot shows what was deleted"
    if protocol.set:
        return (
            "runs ask for changes; what leaves the set stays until a full run, or until the next run with "
            "`listing: always`"
        )
    return "runs ask for changes"


def _checked(what: str, check: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        return Finding(what, *check())
    except OaiError as error:
        return Finding(what, False, f"the server answers {_sentence(error)}")
    except StudyIndexError as error:
        return Finding(what, False, str(error))


def _format(server: Provider, prefix: str) -> tuple[bool, str]:
    known = server.metadata_formats()
    if prefix in known:
        return True, f"{known[prefix] or 'no namespace given'}; beside it {_some([*known.keys() - {prefix}])}"
    if not known:
        return False, "the server lists no metadata formats: report it to the operator of the server"
    return False, f"is not among {_some([*known])}: change metadata_prefix in the catalogue file"


def _sets(server: Provider, protocol: OaiPmhProtocol) -> tuple[bool, str]:
    try:
        specs = list(islice(server.sets(), MOST_SETS))
    except OaiError as error:
        if error.code != "noSetHierarchy":
            raise
        if protocol.set:
            return False, "the server has no sets: remove set from the catalogue file"
        return True, "none"
    more = " or more" if len(specs) == MOST_SETS else ""
    if protocol.set is None:
        return True, f"{len(specs)}{more}, none is asked for: {_some(specs)}"
    if protocol.set in specs:
        return True, f"found, one of {len(specs)}{more}"
    if more:
        return True, f"not among the first {len(specs)} sets; the others were not looked at"
    return False, f"is not among the {len(specs)} sets of the server.{nearest(protocol.set, specs[:SHOWN])}"


def _first_page(server: Provider, protocol: OaiPmhProtocol) -> tuple[bool, str]:
    query = {"verb": "ListRecords", "metadataPrefix": protocol.prefixes[0]}
    if protocol.set:
        query["set"] = protocol.set
    try:
        page = server.ask(query)
    except OaiError as error:
        if error.code != "noRecordsMatch":
            raise
        return False, "no record at all. Check set and metadata_prefix in the catalogue file."
    return True, "; ".join(_contents(page))


def _contents(page: Page) -> Iterator[str]:
    records = list(page.elements("record"))
    headers = [header for item in records if (header := child(item, "header")) is not None]
    yield f"{len(records)} records, {sum(map(is_deleted, headers))} of them deletions"
    if page.broken:
        yield f"{len(page.broken)} more are not well-formed"
    token = page.token
    if token is None or not text(token):
        yield "there are no more"
    else:
        size, expires = token.get("completeListSize"), token.get("expirationDate")
        yield f"{size} in all" if size else "more follow, how many is not stated"
        if expires:
            yield f"the token lives until {expires}"


def _some(words: list[str]) -> str:
    shown = ", ".join(sorted(words)[:SHOWN]) or "none"
    return f"{shown} and {len(words) - SHOWN} more" if len(words) > SHOWN else shown


def _sentence(error: Exception) -> str:
    return f"{str(error).rstrip('.')}."
