"""The parameters of a search, under the names that Harmony's client uses, and the question that they ask.

A filter is named as its field is; a range is two parameters, `<name>_min` and `<name>_max`. They follow from the table
of facets.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from pipeline.errors import UsageError, nearest
from pipeline.model.facet_kinds import Option, Range, Since, Switch
from pipeline.model.facets import FACETS, OTHERS, Counted
from pipeline.model.moments import since, written
from pipeline.search.facet_counts import COUNTED
from pipeline.search.facets_on_request import ON_REQUEST
from pipeline.search.question import SORTS, Bounds, Question
from pipeline.serve.limits import DEEPEST, LONGEST_TEXT, LONGEST_TOKEN, LONGEST_VALUE, MOST_RESULTS, MOST_VALUES

ROWS = {row.name: row for row in (*FACETS, *OTHERS) if row.option}
"""Rows of the table of facets that people filter by, by field."""

RANGE_NAMES = {"age_lower": "age"}
"""What the parameters of a range are named after, where that is not its field."""

OTHER_NAMES = {"start_year": "years", "end_year": "years", "age_lower": "age", "age_upper": "age"}
"""Numbers whose smallest and largest values are told, and the ranges that they are filtered by."""

YEARS = "years"
"""The parameter that takes years as they are counted."""

EVERYTHING = "*"
"""A text that stands for no text."""

Value = Annotated[str, Field(max_length=LONGEST_VALUE)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Values = Annotated[list[Value], BeforeValidator(_as_list), Field(max_length=MOST_VALUES)]
Texts = Annotated[list[Annotated[str, Field(max_length=20_000)]], BeforeValidator(_as_list), Field(max_length=10)]


class OfHarmony(BaseModel):
    """Parameters that Harmony's client sends and that change nothing here: they tune a vector index of Harmony's."""

    model_config = ConfigDict(extra="forbid")

    alpha: float | None = Field(None, description="Ignored: how words and meaning are weighed is not for the caller.")
    max_vector_distance: float | None = Field(None, description="Ignored, as `alpha`.")
    min_original_vector_score: float | None = Field(None, description="Ignored, as `alpha`.")
    direct_match_weight: float | None = Field(None, description="Ignored, as `alpha`.")
    return_variables_within_parent: bool | None = Field(
        None, description="Ignored: variables are results where `resource_type=variable` asks for them."
    )


class Selected(OfHarmony):
    """The text of a search."""

    query: Texts = Field(
        [], description=f"Words to search for, the first {LONGEST_TEXT} characters of them. None, or `*`: everything."
    )
    slug: Values = Field([], description="Only documents with this slug.")
    facets: Values = Field(
        [], description=f"Facets to count beside those that are always counted: {', '.join(ON_REQUEST)}."
    )
    or_unknown: Values = Field(
        [], description="Facets whose filter also finds documents without a value; may be repeated."
    )


def _filters() -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Names, types and descriptions of the parameters that filter."""
    for name, row in ROWS.items():
        if isinstance(row.option, Range):
            for parameter, bound in zip(range_parameters(row), ("First", "Last"), strict=True):
                about = f"{bound} of a range of {row.label.lower()}; what overlaps the range is found."
                yield parameter, _bound(about)
        elif row.option:
            about = f"{row.label}: {row.option.help} May be repeated: any of the values."
            yield name, (Values, Field([], description=about))


def _others() -> Iterator[tuple[str, tuple[Any, Any]]]:
    """The same for parameters that filter by what others do."""
    for name, meant in OTHER_NAMES.items():
        for end in ("min", "max"):
            yield f"{name}_{end}", _bound(f"As `{meant}_{end}`.")
    about = "Years covered, as they are counted: of several, all from the first to the last."
    yield YEARS, (Annotated[list[int], Field(max_length=MOST_VALUES)], Field([], description=about))


def _bound(about: str) -> tuple[Any, Any]:
    return float | None, Field(None, ge=-10_000, le=1e12, description=about)


def range_parameters(row: Counted) -> tuple[str, str]:
    """The names of the two parameters of a range."""
    name = RANGE_NAMES.get(row.name, row.name)
    return f"{name}_min", f"{name}_max"


if TYPE_CHECKING:

    class Filtered(Selected):
        """The text and the filters of a search."""
else:
    Filtered = create_model("Filtered", __base__=Selected, **dict(_filters()), **dict(_others()))


class Search(Filtered):
    """The parameters of a search."""

    num_results: int = Field(
        50, ge=0, le=1_000_000, description=f"Results of the answer: {MOST_RESULTS} at most, whatever is asked for."
    )
    offset: int = Field(0, ge=0, description=f"Results to leave out; with the results of the answer {DEEPEST} at most.")
    after: str | None = Field(
        None, max_length=LONGEST_TOKEN, description="`next` of the answer with the page before, in place of `offset`."
    )
    sort: str = Field("relevance", max_length=LONGEST_VALUE, description=f"One of {', '.join(SORTS)}.")
    top_level_ids_seen_so_far: Annotated[list[Value], BeforeValidator(_as_list)] = Field(
        [], max_length=DEEPEST, description="`uuid`s of results that are left out, in place of `offset`."
    )
    document: bool = Field(False, description="Give each result the document as the index has it, too.")

    @property
    def size(self) -> int:
        """How many results are wanted."""
        return min(self.num_results, MOST_RESULTS)


def question_of(asked: Selected) -> Question:
    """What is asked for by text and filters, without a number of hits.

    Raises:
        UsageError: a value is no code of its vocabulary; a range is none; there is no such facet.
    """
    filters = {name: [_code(row, word) for word in getattr(asked, name)] for name, row in ROWS.items() if _listed(row)}
    filters["slug"] = list(asked.slug)
    ranges = {name: _bounds(asked, row) for name, row in ROWS.items() if isinstance(row.option, Range)}
    return Question(
        text=text_of(asked.query)[0],
        filters={name: values for name, values in filters.items() if values},
        ranges={name: bounds for name, bounds in ranges.items() if bounds != (None, None)},
        or_unknown=tuple(_field(word) for word in asked.or_unknown),
        facets=(*COUNTED, *map(_on_request, asked.facets)),
        changed_since=_changed_since(asked),
    )


def _on_request(word: str) -> str:
    if word not in ON_REQUEST:
        raise UsageError(f"There is no facet {word!r} to count.{nearest(word, ON_REQUEST)}")
    return word


def _changed_since(asked: Selected) -> str | None:
    """The first of the days that are given."""
    days = [day for name, row in ROWS.items() if isinstance(row.option, Since) for day in getattr(asked, name)]
    return written(since(min(days))) if days else None


def sort_of(asked: Search) -> str:
    """The order of hits.

    Raises:
        UsageError: there is none of that name.
    """
    if asked.sort not in SORTS:
        raise UsageError(f"There is no sort {asked.sort!r}.{nearest(asked.sort, list(SORTS))}")
    return asked.sort


def text_of(words: list[str]) -> tuple[str | None, bool]:
    """The text to search for, None for everything; and whether it was cut. No word is cut in two."""
    text = " ".join(" ".join(words).split())
    if text in {"", EVERYTHING}:
        return None, False
    if len(text) <= LONGEST_TEXT:
        return text, False
    head = text[: LONGEST_TEXT + 1]
    return head.rpartition(" ")[0] or head[:LONGEST_TEXT], True


def _listed(row: Counted) -> bool:
    return isinstance(row.option, Option | Switch)


def _code(row: Counted, word: str) -> str:
    """The code that a value stands for. A word that means a code is one, too: `UK`, `Finland`, `cross sectional`."""
    meant = row.vocabulary.meaning(word) if row.vocabulary and row.closed else None
    return meant or row.value(word)


def _bounds(asked: Selected, row: Counted) -> Bounds:
    """Both ends of a range, in whole numbers: sliders send fractions. What several parameters say holds together."""
    own = range_parameters(row)
    pairs = [own, *((f"{name}_min", f"{name}_max") for name, meant in OTHER_NAMES.items() if own[0] == f"{meant}_min")]
    firsts = {name: value for name, _ in pairs if (value := getattr(asked, name)) is not None}
    lasts = {name: value for _, name in pairs if (value := getattr(asked, name)) is not None}
    if row.name == YEARS and (years := getattr(asked, YEARS)):
        firsts[YEARS], lasts[YEARS] = min(years), max(years)
    if not firsts or not lasts:
        return floor(max(firsts.values())) if firsts else None, ceil(min(lasts.values())) if lasts else None
    first_name, last_name = max(firsts, key=lambda name: firsts[name]), min(lasts, key=lambda name: lasts[name])
    first, last = firsts[first_name], lasts[last_name]
    if first > last:
        raise UsageError(f"{first_name} is {first:g}, more than {last_name}, which is {last:g}")
    return floor(first), ceil(last)


def _field(word: str) -> str:
    """The field of a facet, which may be named as its parameter is."""
    fields = {RANGE_NAMES.get(name, name): name for name in ROWS} | {name: name for name in ROWS}
    if word not in fields:
        raise UsageError(f"There is no facet {word!r} for or_unknown.{nearest(word, list(fields))}")
    return fields[word]
