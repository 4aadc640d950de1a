"""Where the words of a text stand in the hits that are shown.

This is asked for apart from the hits: there are fewer that are shown, and a query by which one field at a time is
compared takes a fraction of the time that the query takes by which they are found.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline.search.text import IN_A_LANGUAGE, parsed, telling

_PART = {"number_of_fragments": 2, "fragment_size": 160}
_WHOLE = {"number_of_fragments": 0}

FOLDED = {"series.text": _WHOLE, "creators.text": _PART, "funders.text": _PART, "population": _PART}
"""Fields beside `translations` whose words are shown."""


def fragments(text: str, names: Iterable[str], languages: Iterable[str]) -> dict[str, Any]:
    """What a search is asked so that its hits have the fragments in which the words of a text stand.

    Args:
        text: the text.
        names: what acronyms in it stand for: their words are shown, too, where they stand together.
        languages: those in which there are texts.
    """
    of_names = [*names]
    fields = FOLDED | {
        f"translations.{language}.{field}": _WHOLE if field == "name" else _PART
        for language in languages
        for field in IN_A_LANGUAGE
    }
    queries = {field: {**how, "highlight_query": _words(field, text, of_names)} for field, how in fields.items()}
    return {"order": "score", "fields": queries}


def _words(field: str, text: str, names: Iterable[str]) -> dict[str, Any]:
    """The query for the words of a text in a field, and for phrases and names in it."""
    asked = parsed(text)
    words = telling(asked.words) or asked.words
    phrases = [*asked.phrases, *names]
    queries: list[dict[str, Any]] = [{"match": {field: words}}] if words else []
    queries += [{"match_phrase": {field: {"query": phrase, "slop": 1}}} for phrase in phrases]
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries}}
