"""The index of vocabularies: one document a term, so that sites have labels without a file.

It is an alias, `studies-vocabularies`, of one index. What is written is a new index under a name that follows from its
content; then the alias moves in one step. So readers see the terms of one version, all of them, and a write that ended
early is done again by the next one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from elasticsearch import AuthorizationException, Elasticsearch

from pipeline.errors import FailError
from pipeline.index.changing import changed
from pipeline.index.client import ask, made
from pipeline.index.lookup import batches
from pipeline.model.digest import digest
from pipeline.model.labels import TermList, term_as_json, vocabularies, vocabularies_digest

VOCABULARIES = "studies-vocabularies"
"""The alias. It does not match `studies.*`, the generations, and is not in the alias `studies`."""

BODY = Path(__file__).with_name("mappings") / "vocabularies.json"

TERMS_A_REQUEST = 2000


@cache
def _body() -> dict[str, Any]:
    """Settings and mapping of the index: `mappings/vocabularies.json`."""
    found: dict[str, Any] = json.loads(BODY.read_text(encoding="utf-8"))
    return found


@cache
def index_name() -> str:
    """The index that the alias has to be of: it follows from the terms and the mapping."""
    return f"{VOCABULARIES}-{digest([vocabularies_digest(), _body()])}"


def put_vocabularies(client: Elasticsearch) -> bool | None:
    """Write the vocabularies. False where they are there already, None where the credentials may not look or write.

    Then sites lack labels, or have those of another version; what the pipeline does depends on none.
    """
    try:
        if not _wrong(client):
            return False
        _write(client)
    except FailError as error:
        if isinstance(error.__cause__, AuthorizationException):
            return None
        raise
    return True


def _wrong(client: Elasticsearch) -> str:
    found = ask(lambda: client.options(ignore_status=404).indices.get_alias(name=VOCABULARIES))
    named = [name for name in found.body if name.startswith(VOCABULARIES)]
    return "" if named == [index_name()] else f"{VOCABULARIES} is {', '.join(named) or 'not there'}"


def _write(client: Elasticsearch) -> None:
    made(lambda: ask(lambda: client.indices.create(index=index_name(), **_body())))
    for batch in batches(_documents(), TERMS_A_REQUEST):
        operations = [part for document in batch for part in ({"index": {"_id": document["id"]}}, document)]
        answer = ask(lambda body=operations: client.bulk(index=index_name(), operations=body))  # type: ignore[misc]
        if answer["errors"]:
            wrong = next(item["index"] for item in answer["items"] if "error" in item["index"])
            raise FailError(
                f"{index_name()} refused the term {wrong['_id']}: {wrong['error'].get('reason')}. Run study-index "
                "doctor again; what is live is untouched."
            )
    ask(lambda: client.indices.refresh(index=index_name()))
    actions = [{"remove_index": {"index": old}} for old in _earlier(client)]
    actions.append({"add": {"index": index_name(), "alias": VOCABULARIES}})
    changed(
        lambda: client.indices.update_aliases(actions=actions),
        lambda: _wrong(client),
        f"move the alias {VOCABULARIES}",
    )


def _earlier(client: Elasticsearch) -> list[str]:
    """The indices of earlier versions, among them those that were never finished."""
    found = ask(lambda: client.indices.get(index=f"{VOCABULARIES}-*", features="aliases"))
    return sorted(name for name in found.body if name != index_name())


def _documents() -> Iterator[dict[str, Any]]:
    for vocabulary in vocabularies():
        yield from _of(vocabulary)


def _of(vocabulary: TermList) -> Iterator[dict[str, Any]]:
    source = {"source": vocabulary.source} if vocabulary.source else {}
    for position, term in enumerate(vocabulary.terms):
        words = list(dict.fromkeys(term.labels.values()))
        about = {"vocabulary": vocabulary.name, "words": words, "position": position, **source}
        yield term_as_json(term) | about
