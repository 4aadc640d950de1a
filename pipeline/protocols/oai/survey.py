"""What an OAI-PMH server says of itself, as findings for an operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from oaipmh_scythe import exceptions
from oaipmh_scythe.models import Identify, MetadataFormat, Set

from pipeline.catalogue import OaiPmhProtocol
from pipeline.errors import StudyIndexError, nearest
from pipeline.protocols.oai.advice import BASE_URL_ADVICE, code_of
from pipeline.protocols.oai.client import Page, Provider
from pipeline.protocols.oai.envelope import child, local_name, text

PROVIDER = "provider"
"""The finding without which the others are not looked for."""
MOST_SETS = 2000
"""Sets that are looked through; some servers have one for each person."""
SHOWN = 8

GRANULARITIES = {"YYYY-MM-DD": "days", "YYYY-MM-DDThh:mm:ssZ": "seconds"}


class Finding(NamedTuple):
    """One thing that was looked at: whether it is as it should be, what there is, and what to do where it is not."""

    what: str
    ok: bool
    says: str


def survey(protocol: OaiPmhProtocol, provider: Provider | None = None) -> Iterator[Finding]:
    """Identify, metadata formats, sets and the first page; ends where the server does not identify itself."""
    with provider or Provider(protocol.url) as server:
        try:
            said = Identify(server.harvest({"verb": "Identify"}))
        except (StudyIndexError, exceptions.OAIPMHException, ValueError) as error:
            yield Finding(PROVIDER, False, f"{_words(error)} {BASE_URL_ADVICE}")
            return
        yield from _of_itself(protocol, said)
        for prefix in protocol.prefixes:
            yield _tried(f"metadata prefix {prefix}", lambda prefix=prefix: _format(server, prefix))  # type: ignore[misc]
        yield _tried(f"set {protocol.set}" if protocol.set else "sets", lambda: _sets(server, protocol))
        yield _tried("first page", lambda: _first_page(server, protocol))


def _of_itself(protocol: OaiPmhProtocol, said: Identify) -> Iterator[Finding]:
    yield Finding(PROVIDER, True, f"{said.repositoryName or 'without a name'}, OAI-PMH {said.protocolVersion or '?'}")
    policy = _said(said, "deletedRecord")
    yield Finding("deletions", True, f"{policy or 'no word of them'}: {_consequence(protocol, policy)}")
    granularity = _said(said, "granularity")
    known = GRANULARITIES.get(granularity)
    earliest = _said(said, "earliestDatestamp") or "not given"
    says = f"{known or f'{granularity!r} is none of OAI-PMH, taken as days'}; earliest datestamp {earliest}"
    yield Finding("granularity", known is not None, says)


def _consequence(protocol: OaiPmhProtocol, policy: str) -> str:
    if protocol.listing == "always" or len(protocol.prefixes) > 1:
        return "every run lists all, as the catalogue file has it"
    if policy != "persistent":
        return "every run lists all, as only that shows what is gone"
    if protocol.set:
        return (
            "runs ask for changes; what leaves the set stays until a full run, or with `listing: always` goes at once"
        )
    return "runs ask for changes"


def _tried(what: str, look: Callable[[], tuple[bool, str]]) -> Finding:
    try:
        return Finding(what, *look())
    except exceptions.OAIPMHException as error:
        return Finding(what, False, f"the server answers {code_of(error)}: {_words(error)}")
    except StudyIndexError as error:
        return Finding(what, False, str(error))


def _format(server: Provider, prefix: str) -> tuple[bool, str]:
    known = {
        item.metadataPrefix: item
        for item in server.list_metadata_formats()
        if isinstance(item, MetadataFormat) and item.metadataPrefix
    }
    found = known.get(prefix)
    if found is not None:
        return True, f"{found.metadataNamespace or 'no namespace given'}; beside it {_some([*known.keys() - {prefix}])}"
    if not known:
        return False, "the server lists no metadata formats: tell whoever runs it"
    return False, f"is not among {_some([*known])}: change metadata_prefix in the catalogue file"


def _sets(server: Provider, protocol: OaiPmhProtocol) -> tuple[bool, str]:
    try:
        specs = [item.setSpec or "" for item in islice(server.list_sets(), MOST_SETS) if isinstance(item, Set)]
    except exceptions.NoSetHierarchy:
        if protocol.set:
            return False, "the server has no sets: remove set from the catalogue file"
        return True, "none"
    more = " or more" if len(specs) == MOST_SETS else ""
    if protocol.set is None:
        return True, f"{len(specs)}{more}, none is asked for: {_some(specs)}"
    if protocol.set in specs:
        return True, f"there, one of {len(specs)}{more}"
    if more:
        return True, f"not among the first {len(specs)} sets; not looked further"
    return False, f"is not among the {len(specs)} sets of the server.{nearest(protocol.set, specs[:SHOWN])}"


def _first_page(server: Provider, protocol: OaiPmhProtocol) -> tuple[bool, str]:
    query = {"verb": "ListRecords", "metadataPrefix": protocol.prefixes[0]}
    if protocol.set:
        query["set"] = protocol.set
    try:
        page = server.harvest(query)
    except exceptions.NoRecordsMatch:
        return False, "no record at all. Check set and metadata_prefix in the catalogue file."
    return True, "; ".join(_contents(page))


def _contents(page: Page) -> Iterator[str]:
    answer = child(page.xml, "ListRecords")
    records = [item for item in answer if local_name(item) == "record"] if answer is not None else []
    headers = [header for item in records if (header := child(item, "header")) is not None]
    deleted = sum(header.get("status") == "deleted" for header in headers)
    yield f"{len(records)} records, {deleted} of them deletions"
    if page.broken:
        yield f"{len(page.broken)} more are not well-formed"
    token = child(answer, "resumptionToken") if answer is not None else None
    if token is None or not text(token):
        yield "there are no more"
    else:
        size, expires = token.get("completeListSize"), token.get("expirationDate")
        yield f"{size} in all" if size else "more follow, how many is not told"
        if expires:
            yield f"the token lives until {expires}"


def _said(said: Identify, name: str) -> str:
    return str(getattr(said, name, None) or "").strip()


def _some(words: list[str]) -> str:
    shown = ", ".join(sorted(words)[:SHOWN]) or "none"
    return f"{shown} and {len(words) - SHOWN} more" if len(words) > SHOWN else shown


def _words(error: Exception) -> str:
    words = " ".join(str(error).split()).rstrip(".") or "no reason given"
    return f"{words}."
