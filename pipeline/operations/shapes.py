"""Documents in other shapes than that of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from pipeline import catalogue as catalogues
from pipeline.errors import UsageError
from pipeline.index.export import variables_of
from pipeline.index.harmony_view import as_harmony
from pipeline.index.schema_org_view import DataCatalog, as_json_ld


def in_shape(client: Elasticsearch, documents: Sequence[dict[str, Any]], shape: str) -> Iterator[dict[str, Any]]:
    """The documents in the shape `harmony` or `json-ld`, in their order."""
    if shape == "harmony":
        yield from map(as_harmony, documents)
        return
    known = data_catalogs({document["catalogue"] for document in documents})
    variables = variables_of(client, (document["harmony_id"] for document in documents))
    for document in documents:
        yield as_json_ld(document, known[document["catalogue"]], variables.get(document["harmony_id"], ()))


def data_catalogs(names: Iterable[str]) -> dict[str, DataCatalog]:
    """By name: how catalogues are named to people, from their files where these are here."""
    return {name: _data_catalog(name) for name in names}


def _data_catalog(name: str) -> DataCatalog:
    try:
        found = catalogues.find(name, variables_set=False)
    except UsageError:  # a site has the index, and not the files
        return DataCatalog(name)
    return DataCatalog(found.title, found.home)
