"""A second opinion on the sex that a rule found: a small linear model, which does not overrule it.

Where a rule says that women alone or men alone were studied, the model weighs the signs of the whole record
(`signs`). If they speak against it, the facet's evidence says `doubt`, and a person looks at the record
(`study-index doubts`). The rule's value stays. Weights are those in `data/second_opinion.txt`, which
`python -m benchmarks.second_opinion` makes; docs/adr/0018-second-opinion.md has the reasons and the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from math import hypot
from typing import NamedTuple

from pipeline.enrich.people.interviewee import single_interview
from pipeline.enrich.second_opinion.signs import OTHER, OneSex, Text, signs_of, texts_of
from pipeline.enrich.text.data_files import rows
from pipeline.model.record import Evidence, Found, RecordByRole, Role

ALWAYS = "(always)"
"""The sign that every record has: its weight is the constant of the model."""
MOST_WORDS = 3
"""Words against a value that are kept."""


class Weight(NamedTuple):
    """What a sign counts for."""

    rarity: float
    """Its inverse document frequency: the fewer records have it, the more it counts beside others of its group."""
    weight: float
    """Above 0 where it speaks for one sex alone."""


Weights = Mapping[str, Weight]
"""By the sign."""


class Opinion(NamedTuple):
    """What the model makes of "this sex alone"."""

    score: float
    """0 or more where it agrees."""
    against: tuple[str, ...]
    """Words for people, and words beside them, that speak against it, those of the most weight first; there may be
    none."""


def with_doubt(record: RecordByRole, found: Found) -> Found:
    """The sex that a rule found, with the model's doubt in its first piece of evidence, if it has one.

    A doubt is the value that the model would say, and the words against the rule's: `all: men, their partners`. What a
    field or label about sex states, and what the pronouns of a single interview do, is not asked.
    """
    sex = found.value
    if sex not in OTHER or states_plainly(record, found):
        return found
    texts = texts_of(record)
    opinion = opinion_of(texts, sex)
    if opinion.score >= 0:
        return found
    other = OTHER[sex]
    value = other if _names(texts, other) and opinion_of(texts, other).score > 0 else "all"
    first, *others = found.evidence
    doubt = f"{value}: {', '.join(opinion.against)}" if opinion.against else value
    return Found(sex, (first._replace(doubt=doubt), *others))


def states_plainly(record: RecordByRole, found: Found) -> bool:
    """Whether a sex rests on a field or label about sex, or on a single interview, and not on words for people."""
    return (
        bool(record.having(Role.SEX))
        or any(_is_label(one) for one in found.evidence)
        or single_interview(record) is not None
    )


def _is_label(evidence: Evidence) -> bool:
    """Whether the words are a label and its value: `Sex: Female`."""
    words = evidence.words or ""
    return evidence.kind != "stated" or ":" in words or "\uff1a" in words


def opinion_of(texts: list[Text], sex: OneSex) -> Opinion:
    """What the model makes of the claim that people of this sex alone were studied."""
    weights = _weights()
    score = weights[ALWAYS].weight
    against: dict[str, float] = {}
    classes, words = signs_of(texts, sex)
    for sign, part in parts_of_score(weights, classes).items():
        score += part
        if part < 0 and classes[sign]:
            against[classes[sign]] = against.get(classes[sign], 0) + part
    score += sum(parts_of_score(weights, words).values())
    return Opinion(score, tuple(sorted(against, key=lambda words: (against[words], words))[:MOST_WORDS]))


def parts_of_score(weights: Weights, signs: Iterable[str]) -> dict[str, float]:
    """What each sign of a group adds to the score: weight by rarity, over the length of the vector of rarities.

    Because of that length a long record, with more signs, does not count for more than a short one.
    """
    known = {sign: weights[sign] for sign in signs if sign in weights}
    length = hypot(*[weight.rarity for weight in known.values()]) or 1.0
    return {sign: rarity * weight / length for sign, (rarity, weight) in known.items()}


def _names(texts: list[Text], sex: OneSex) -> bool:
    """Whether a text has a word for people of this sex."""
    return any(match.value == sex for text in texts for _, match in text.matches)


@cache
def _weights() -> Weights:
    """The weight of each sign that has one."""
    return {sign: Weight(*map(float, numbers.split("\t"))) for sign, numbers in rows("second_opinion.txt")}
