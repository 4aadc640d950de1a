"""Groups: the documents that share keys with some, directly or through others. What is one work is within one group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from elasticsearch import Elasticsearch

from pipeline.links.finding import MOST_OF_KEY, counted, having
from pipeline.links.members import Member
from pipeline.links.works import MOST_MEMBERS, Work, works
from pipeline.model.link_keys import RELATIONS, WEAK

MOST_AT_ONCE = 10 * MOST_MEMBERS
"""Documents of the groups that are looked at together; beyond that, groups are looked at one by one."""

KEYS = "identity_keys"


def grouped_works(
    client: Elasticsearch, seeds: Collection[Member], keys: Iterable[str] = ()
) -> Iterator[tuple[Member, Work]]:
    """The live documents that share keys with some of these, directly or through others, and their works.

    Args:
        client: the client.
        seeds: live documents.
        keys: keys without relations that documents had before they were changed or deleted.
    """
    known: dict[str, Member] = {member.uuid: member for member in seeds}
    usable: set[str] = set()
    asked: set[str] = set()
    former = frozenset(keys)
    new = {*former, *(key for member in seeds for key in member.bases)}
    while new:
        asked |= new
        linking, excessive = _linking(client, new, former)
        usable |= linking
        fresh = {member.uuid: member for member in _sharing(client, linking, excessive) if member.uuid not in known}
        known |= fresh
        if len(known) > MOST_AT_ONCE and len(seeds) > 1:
            for seed in known.values() if former else seeds:
                yield from grouped_works(client, [seed])
            return
        if len(known) > MOST_AT_ONCE:
            break
        new = {key for member in fresh.values() for key in member.bases} - asked
    decided = works(known.values(), usable)
    for member in known.values():
        yield member, decided[member.harmony_id]


def _linking(client: Elasticsearch, keys: Iterable[str], former: Collection[str]) -> tuple[set[str], set[str]]:
    """Of these keys those that link documents, and those that more documents have than a key identifies.

    A former key did link a document, if only one is left that has it.
    """
    numbers: Counter[str] = Counter()
    referred = set()
    for form, number in counted(client, KEYS, (form for key in keys for form in forms(key))).items():
        word, _, key = form.partition(" ") if form.startswith(RELATIONS) else ("", "", form)
        numbers[key] += number
        if word:
            referred.add(key)
    excessive = {key for key, number in numbers.items() if number > MOST_OF_KEY}
    linking = {
        key
        for key, number in numbers.items()
        if number <= MOST_OF_KEY and (key in former or (number > 1 and (key in referred or not key.startswith(WEAK))))
    }
    return linking, excessive


def _sharing(client: Elasticsearch, linking: Iterable[str], excessive: Iterable[str]) -> Iterator[Member]:
    """The documents that have a key in any form, and those that were joined by one that is none any more."""
    for page in having(client, KEYS, (form for key in linking for form in forms(key))):
        yield from page
    for page in having(client, "joined_by", excessive):
        yield from page


def forms(key: str) -> Iterator[str]:
    """A key as a document has it for itself, and as others state it."""
    yield key
    for word in RELATIONS:
        yield f"{word} {key}"
