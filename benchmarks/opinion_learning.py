"""Learns the weights of the second opinion on sex: TF-IDF of the signs, and logistic regression.

Each group of signs is a vector of rarities (inverse document frequencies) of length 1. A first model of all signs that
enough records have tells which of them count for most; a second one of these alone is what is kept.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from math import log
from typing import Any, Literal, NamedTuple

from pipeline.enrich.second_opinion import ALWAYS, Weight, Weights, parts_of_score
from pipeline.enrich.second_opinion.signs import OneSex, Signs
from pipeline.errors import UsageError
from pipeline.evaluation.labels import Place

FEWEST_RECORDS = 20
"""Records that have a sign, for it to be learnt."""
MOST_SIGNS = 1500
"""Signs that are kept."""
STRENGTH = 3.0
"""Inverse strength of the L2 regularisation."""
FALSE_ALARMS = 0.12
"""Share of the right values, of those that a rule found, that are doubted: in cross-validation."""
FOLDS = 5

At = tuple[str, Place]
"""A file of records, and a place in it."""
Source = Literal["field", "changed", "tests", "checked"]
"""A field about sex; a real record changed so that its sex is known; the tests; labels, which are not learnt from."""
WEIGHT: Mapping[Source, float] = {"field": 3.0, "changed": 0.35, "tests": 6.0}
EASY_WEIGHT = 0.3
"""Of a record with such a field that no part of which names that sex alone: there are many, and few need an opinion."""


class Case(NamedTuple):
    """The question whether people of one sex alone were studied, of one record."""

    at: At
    sex: OneSex
    signs: Signs
    is_right: bool
    source: Source
    """Where it is known from whether that is right."""
    is_found: bool
    """Whether a rule found this sex, by words for people: of such records an opinion is asked."""

    @property
    def weight(self) -> float:
        """What the case counts for."""
        is_easy = not self.is_found and not self.names_one_sex
        return EASY_WEIGHT if self.source == "field" and is_easy else WEIGHT[self.source]

    @property
    def names_one_sex(self) -> bool:
        """Whether a part of the record names that sex alone: what a simple rule would go by."""
        return any(sign.endswith(" only same") for sign in self.signs.classes)


def learnt(of: Sequence[Case]) -> Weights:
    """The weights of the signs that tell right cases from wrong ones.

    Raises:
        UsageError: the extra `opinion` is not installed.
    """
    counts = [Counter(sign for case in of for sign in case.signs[group]) for group in (0, 1)]
    every = [sorted(sign for sign, number in each.items() if number >= FEWEST_RECORDS) for each in counts]
    model, matrix = _fitted(of, every)
    means = matrix.mean(axis=0).A1
    names = [sign for group in every for sign in group]
    worth = {sign: abs(model.coef_[0][number]) * means[number] for number, sign in enumerate(names)}
    best = {sign for sign, _ in sorted(worth.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_SIGNS]}
    kept = [[sign for sign in group if sign in best] for group in every]
    model, _ = _fitted(of, kept)
    names = [sign for group in kept for sign in group]
    rarities = {sign: _rarity(len(of), each[sign]) for group, each in zip(kept, counts, strict=True) for sign in group}
    constant = Weight(0.0, round(float(model.intercept_[0]), 3))
    return {ALWAYS: constant} | {
        sign: Weight(rarities[sign], round(float(model.coef_[0][number]), 3)) for number, sign in enumerate(names)
    }


def _rarity(records: int, having: int) -> float:
    return round(log((1 + records) / (1 + having)) + 1, 3)


def _fitted(of: Sequence[Case], signs: Sequence[Sequence[str]]) -> tuple[Any, Any]:
    """A model of these signs, and the matrix that it was fitted to: a row a case, a column a sign."""
    try:
        from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415 - an optional extra, which this script alone needs
        from sklearn.feature_extraction.text import TfidfTransformer  # noqa: PLC0415
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            "The weights are learnt by scikit-learn, which is not installed."
            " Install the extra with: pip install 'study-index[opinion]'"
        ) from error
    blocks = []
    for group, kept in enumerate(signs):
        column = {sign: number for number, sign in enumerate(kept)}
        rows = [sorted(column[sign] for sign in case.signs[group] if sign in column) for case in of]
        ends = [0]
        for row in rows:
            ends.append(ends[-1] + len(row))
        indices = [number for row in rows for number in row]
        matrix = csr_matrix(([1.0] * len(indices), indices, ends), (len(of), len(column)))
        blocks.append(TfidfTransformer().fit_transform(matrix))
    matrix = hstack(blocks).tocsr()
    model = LogisticRegression(
        C=STRENGTH,
        solver="liblinear",
        class_weight="balanced",
        max_iter=3000,
        random_state=0,
        intercept_scaling=10.0,
    )
    model.fit(matrix, [case.is_right for case in of], [case.weight for case in of])
    return model, matrix


def score_of(weights: Weights, case: Case) -> float:
    """What the model makes of a case."""
    return weights[ALWAYS].weight + sum(sum(parts_of_score(weights, group).values()) for group in case.signs)


def cross_validated(learn_from: Sequence[Case]) -> list[tuple[Case, float]]:
    """Each case with its score by weights that were learnt without it."""
    scored = []
    for fold in range(FOLDS):
        weights = learnt([case for case in learn_from if _fold(case) != fold])
        scored += [(case, score_of(weights, case)) for case in learn_from if _fold(case) == fold]
    return scored


def _fold(case: Case) -> int:
    return zlib.crc32(f"{case.at}".encode()) % FOLDS


def threshold(scored: Sequence[tuple[Case, float]]) -> float:
    """The score below which the share `FALSE_ALARMS` of the right values that a rule found lies."""
    right = sorted(score for case, score in scored if case.is_right and case.is_found)
    return round(right[int(FALSE_ALARMS * len(right))], 3) if right else 0.0


def shifted(weights: Weights, by: float) -> Weights:
    """Weights by which the model agrees where the score was at least `by`."""
    return {**weights, ALWAYS: Weight(0.0, round(weights[ALWAYS].weight - by, 3))}
