"""What a search is asked for, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.model.labels import Labels
from pipeline.search.labels import labels_in

SORTS: dict[str, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, {"uuid": "asc"}],
    "name": [{"name_sort": {"order": "asc", "unmapped_type": "keyword"}}, {"uuid": "asc"}],
    # by the years covered up to the harvest: projections to 2100 are not among the newest, ongoing studies are
    "newest": [{"latest_year_sort": {"order": "desc", "unmapped_type": "short"}}, {"uuid": "asc"}],
    "oldest": [{"years": {"order": "asc", "mode": "min", "missing": "_last"}}, {"uuid": "asc"}],
}

LIGHT: dict[str, Any] = {
    "_source": False, "stored_fields": "_none_", "docvalue_fields": ["uuid", "work_id", "harmony_id"],
    "track_total_hits": False,
}  # fmt: skip
"""What of a search's hits is asked for until it is known which of them are shown."""

Bounds = tuple[int | None, int | None]


@dataclass(frozen=True)
class Question:
    """What is searched for.

    By field, `filters` holds values of which a document has to have any, and `ranges` first and last value, both
    included, None where that end is open. `or_unknown` names fields whose filter also matches documents without
    them. A range of two fields (ages) goes by the field in whose row it is (`age_lower`). `changed_since` is a date or
    time of ISO 8601: documents whose catalogue states a change then or later. `facets` names those that are counted;
    None is those that are always of use, `()` none. `after` is `next` of the answer that has the page before.
    `evidence` and `translations` say whether the hits have these fields, which are most of a document. `vector` is that
    of the text, as signed bytes in hexadecimal digits, where the caller has it already.
    """

    text: str | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    or_unknown: tuple[str, ...] = ()
    sort: str = "relevance"
    size: int = 10
    facets: tuple[str, ...] | None = None
    changed_since: str | None = None
    after: str | None = None
    evidence: bool = False
    translations: bool = False
    vector: str | None = None


MatchType = Literal["id", "text", "meaning", "both", "fuzzy"]
"""By what a hit was found: an identifier, words, the meaning of the text, words and meaning, or similar spelling."""


@dataclass(frozen=True)
class Match:
    """What a search for a text knows of a hit beside its document.

    `score` says how well it matches: higher is better, comparable within one answer. By field, `highlights` has
    fragments of its text in which the words that were found stand between `<em>` and `</em>`. `cosine` (-1 to 1) is
    the similarity of the meanings where that was asked for. `variables` are those of the study that match.
    """

    score: float
    match_type: MatchType
    highlights: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cosine: float | None = None
    variables: Sequence[Mapping[str, Any]] = ()

    def as_json(self) -> dict[str, Any]:
        """What is known of the match: the value of `match` in a hit of `search --json`."""
        names = {"variables": "variables_which_matched"}
        return {names.get(name, name): value for name, value in vars(self).items() if value not in (None, {}, ())}


@dataclass(frozen=True)
class Answer:
    """What a search found.

    `total` and the counts are numbers of documents, `works` one of works; it is an estimate where not `works_exact`.
    `hits` are documents. By facet, `facets` has the number of documents by value, `unknown` of those without a value.
    Where a text was searched, `matches` has one for each hit, in the same order; else it is empty. `note` is a
    sentence for people where the answer is not to what they asked. `next` is what the question for the next page has
    as `after`; None where there are no more hits.
    """

    total: int
    works: int
    works_exact: bool
    hits: list[dict[str, Any]]
    facets: dict[str, dict[str, int]]
    unknown: dict[str, int]
    matches: Sequence[Match] = ()
    note: str | None = None
    next: str | None = None

    @property
    def labels(self) -> dict[str, dict[str, Labels]]:
        """By facet and code, the labels by language of the codes that are counted or that hits have."""
        return labels_in(self.facets, self.hits)

    def as_json(self) -> dict[str, Any]:
        """The answer with the keys of `search --json`: each hit has its `match`."""
        fields = vars(self) | {"hits": list(self._hits()), "labels": self.labels}
        del fields["matches"]
        return fields

    def _hits(self) -> Iterator[dict[str, Any]]:
        if not self.matches:
            yield from self.hits
        for hit, match in zip(self.hits, self.matches, strict=False):
            yield hit | {"match": match.as_json()}
