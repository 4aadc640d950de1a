"""What is live: what a search has to know of the generations that it asks, before it asks them.

It is asked for once, and is known for as long as the same generations are live: the answer to each search says which
these were, so that whoever searches sees that others are live now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError, UsageError
from pipeline.index.client import ask
from pipeline.index.generations import MOST_LIVE
from pipeline.search.facet_counts import counting_search, generations_of

Found = TypeVar("Found")

_TEXTS = ("translations.*.name", "translations.*.description", "translations.*.keywords")
_VARIABLES = {"bool": {"filter": [{"term": {"resource_type": "variable"}}, {"exists": {"field": "parent"}}]}}


class Live(NamedTuple):
    """What is live.

    `generations` are names of indices. `languages` have texts in `translations`. `variables` says whether studies have
    any. `models` has the model of the vectors by index, where there are some: vectors of different models cannot be
    compared.
    """

    generations: tuple[str, ...]
    languages: tuple[str, ...]
    variables: bool
    models: Mapping[str, str]

    def with_vectors_of(self, model: str) -> list[str]:
        """The live indices whose vectors are of a model."""
        return [index for index in self.generations if self.models.get(index) == model]


_known: WeakKeyDictionary[Elasticsearch, dict[str, Live]] = WeakKeyDictionary()


def searched(client: Elasticsearch, alias: str, search: Callable[[Live], tuple[Found, tuple[str, ...]]]) -> Found:
    """What a search finds that is given what is live; it returns which generations these were, too.

    It is made again where they were others than it was told.

    Raises:
        UsageError: nothing is indexed yet.
        RetryError: what is live changed while it was searched.
    """
    known = _known.setdefault(client, {})
    if told := known.get(alias):
        try:
            found, generations = search(told)
        except FailError:  # perhaps as they are not live any more; if not, the next search says it again
            generations = ()
        else:
            if generations == told.generations:
                return found
        known.pop(alias, None)  # others may search at the same time
    told = known[alias] = _asked(client, alias)
    found, generations = search(told)
    if generations != told.generations:
        known.pop(alias, None)
        raise RetryError("What is live changed while it was searched.")
    return found


def _asked(client: Elasticsearch, alias: str) -> Live:
    """What is live now, by three small requests.

    Raises:
        UsageError: nothing.
    """
    try:
        fields = ask(
            lambda: client.field_caps(index=alias, fields=[*_TEXTS], include_empty_fields=False, filter_path="fields")
        )
        variables = ask(lambda: client.search(index=alias, **counting_search(_VARIABLES, ())))
    except FailError as error:
        if getattr(error.__cause__, "status_code", None) == 404:
            raise UsageError("Nothing is indexed yet: run a catalogue first (study-index run NAME)") from error
        raise
    return Live(
        generations_of([variables.body])[0],
        tuple(sorted({name.split(".")[1] for name in fields.get("fields", ()) if name.count(".") == 2})),
        bool(variables["hits"]["total"]["value"]),
        models_of_vectors(client, alias),
    )


def models_of_vectors(client: Elasticsearch, alias: str) -> dict[str, str]:
    """By live index that has vectors, their model. One request, for which the right to search is enough."""
    model = {"terms": {"field": "vector_model", "size": 1}}
    by_index = {"terms": {"field": "_index", "size": MOST_LIVE}, "aggs": {"model": model}}
    answer = ask(lambda: client.search(index=alias, size=0, track_total_hits=False, aggs={"models": by_index}))
    found = {one["key"]: one["model"]["buckets"] for one in answer["aggregations"]["models"]["buckets"]}
    return {index: models[0]["key"] for index, models in found.items() if models}
