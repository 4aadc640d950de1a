"""How far facets agree with gold labels: the figures and the misses of `study-index score`.

A field counts where its label gives it (see `only` and `skip`), and can be correct by being absent. A record that is
rejected or cannot be read is wrong in all of its fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from pipeline.errors import UsageError, nearest
from pipeline.evaluation.labels import FIELDS, Label, Scored, comparable
from pipeline.evaluation.records import Reading, Unread
from pipeline.model.record import SEXES, Evidence

COMBINED: dict[str, tuple[Scored, Scored]] = {
    "both_years": ("start_year", "end_year"),
    "both_ages": ("age_lower", "age_upper"),
}
"""Figures over two fields, both of which have to be right; they count where both fields do."""

ABSENT = "absent"
SEX_VALUES = (*SEXES, ABSENT)
_UNREAD = "unread"
"""Stands for the sex of a record that was not read: neither a value nor `absent`."""


class Miss(NamedTuple):
    """A field that differs from its label. `got` is None where the facet is absent, or the record was not read."""

    key: str
    field: Scored
    wanted: Any
    got: Any
    evidence: tuple[Evidence, ...]
    """The evidence of `got`."""
    rejected: bool

    def as_json(self) -> dict[str, Any]:
        """The miss as JSON-ready fields; `rejected` only where it is true."""
        fields: dict[str, Any] = {"key": self.key, "field": self.field, "wanted": self.wanted, "got": self.got}
        fields["evidence"] = [each.model_dump(exclude_none=True) for each in self.evidence]
        return fields | ({"rejected": True} if self.rejected else {})


class Unscored(NamedTuple):
    """A record without facets, with the reason: all of its fields are wrong."""

    label: Label
    reason: Unread

    def as_json(self) -> dict[str, Any]:
        """`{key, file, at, code, field, message}`."""
        at = self.label.at.model_dump(exclude_none=True) if self.label.at else None
        return {"key": self.label.key, "file": self.label.file, "at": at, **self.reason._asdict()}


class Share(NamedTuple):
    """How many are correct, of `n`."""

    n: int
    correct: int

    @property
    def accuracy(self) -> float | None:
        """The share that is correct; None where nothing counts."""
        return _ratio(self.correct, self.n)


class Agreement(NamedTuple):
    """Values found against values wanted: of one value of a facet, or of all countries of all records."""

    correct: int
    wanted: int
    got: int

    @property
    def precision(self) -> float | None:
        """The share of the values found that is correct; None where none was found."""
        return _ratio(self.correct, self.got)

    @property
    def recall(self) -> float | None:
        """The share of the values wanted that was found; None where none was wanted."""
        return _ratio(self.correct, self.wanted)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; None where no value was found and none was wanted."""
        return _ratio(2 * self.correct, self.wanted + self.got)


class Score:
    """The figures of the records added so far. Of the records it keeps only those that have no facets."""

    def __init__(self, fields: frozenset[Scored] = frozenset(FIELDS)) -> None:
        self._fields = fields
        self._counted: Counter[str] = Counter()
        self._correct: Counter[str] = Counter()
        self._sexes: Counter[tuple[str, str]] = Counter()
        self._countries: Counter[str] = Counter()
        self.n = 0
        """Records."""
        self.rejected: list[Unscored] = []

    def add(self, label: Label, reading: Reading) -> list[Miss]:
        """Count a record, and return the misses among its fields."""
        self.n += 1
        if isinstance(reading, Unread):
            self.rejected.append(Unscored(label, reading))
        counted = label.counted(self._fields)
        misses = [miss for name in counted if (miss := self._compared(name, label, reading)) is not None]
        missed = {miss.field for miss in misses}
        for name in counted:
            self._count(name, correct=name not in missed)
        for together, parts in COMBINED.items():
            if set(parts) <= set(counted):
                self._count(together, correct=missed.isdisjoint(parts))
        return misses

    def _count(self, name: str, *, correct: bool) -> None:
        self._counted[name] += 1
        self._correct[name] += correct

    def _compared(self, name: Scored, label: Label, reading: Reading) -> Miss | None:
        wanted = label.wanted(name)
        unread = isinstance(reading, Unread)
        found = None if isinstance(reading, Unread) else reading.facets.get(name)
        got = None if unread else comparable(name, found.value if found else None)
        if name == "sex":
            self._sexes[wanted or ABSENT, _UNREAD if unread else got or ABSENT] += 1
        elif name == "country_codes":
            codes, right = set(got or ()), set(wanted or ())
            self._countries.update(correct=len(codes & right), wanted=len(right), got=len(codes))
        if got == wanted and not unread:
            return None
        return Miss(label.key, name, wanted, got, found.evidence if found else (), rejected=unread)

    def fields(self) -> dict[str, Share]:
        """The share of records that is correct, for each field and for each pair of fields."""
        return {name: Share(self._counted[name], self._correct[name]) for name in (*FIELDS, *COMBINED)}

    def sex(self) -> dict[str, Agreement]:
        """Values of sex found against values wanted, for each value and for `absent`."""
        pairs = self._sexes
        return {
            value: Agreement(
                correct=pairs[value, value],
                wanted=sum(number for (wanted, _), number in pairs.items() if wanted == value),
                got=sum(number for (_, got), number in pairs.items() if got == value),
            )
            for value in SEX_VALUES
        }

    def countries(self) -> Agreement:
        """Countries found against countries wanted; each code of each record counts the same (micro average)."""
        return Agreement(self._countries["correct"], self._countries["wanted"], self._countries["got"])

    def as_json(self) -> dict[str, Any]:
        """All figures, JSON-ready; a figure over nothing is None."""
        return {
            "n": self.n,
            "fields": {
                name: {"n": share.n, "correct": share.correct, "accuracy": share.accuracy}
                for name, share in self.fields().items()
            },
            "sex": {
                value: {"precision": of.precision, "recall": of.recall, **of._asdict()}
                for value, of in self.sex().items()
            },
            "countries": {
                "precision": self.countries().precision,
                "recall": self.countries().recall,
                "f1": self.countries().f1,
                **self.countries()._asdict(),
            },
            "rejected": [record.as_json() for record in self.rejected],
        }


def fields_named(names: Iterable[str]) -> frozenset[Scored]:
    """The fields of these names, which may name pairs of fields; all fields where no name is given.

    Raises:
        UsageError: a name is not a field; names the nearest.
    """
    known: dict[str, tuple[Scored, ...]] = {**{name: (name,) for name in FIELDS}, **COMBINED}
    chosen: set[Scored] = set()
    for name in names:
        if name not in known:
            raise UsageError(f"There is no field {name!r} in labels.{nearest(name, list(known))}")
        chosen.update(known[name])
    return frozenset(chosen or FIELDS)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
