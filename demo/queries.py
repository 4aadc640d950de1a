"""Queries for `study-index evaluate` over the demo catalogues, with judgements that follow from its studies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from demo.studies import CATALOGUES, Study, harmony_id, studies

NAMES = 3
"""Studies of each catalogue that are looked for by name, and by id."""

KEYWORDS = 2
"""The first keywords of a family of studies make a topic."""


def queries() -> str:
    """A file of queries: names and ids of some studies, and the topic of each family of studies that has keywords."""
    found = [*_known(), *_topics()]
    return yaml.safe_dump({"queries": found}, allow_unicode=True, sort_keys=False, width=120)


def _known() -> Iterator[dict[str, Any]]:
    readable = _readable()
    for catalogue in CATALOGUES:
        for study in [one for one in readable if one.catalogue == catalogue][:NAMES]:
            words = study.words[0]
            same = [harmony_id(one) for one in readable if one.words[0].title == words.title]
            named = {"text": words.title, "language": words.language}
            yield {"id": f"name-{study.number}", **named, "kind": "known", "right": same}
            name = harmony_id(study)
            yield {"id": f"id-{study.number}", "text": name, "language": "und", "kind": "known", "right": [name]}


def _topics() -> Iterator[dict[str, Any]]:
    """A study that has all keywords of the topic answers it exactly; one that has some of them is relevant."""
    readable = _readable()
    by_topic: dict[tuple[str, ...], Study] = {}
    for study in readable:
        by_topic.setdefault(study.words[0].keywords[:KEYWORDS], study)
    for topic, first in by_topic.items():
        if len(topic) == KEYWORDS:
            shared = {harmony_id(one): len({*topic} & {*one.words[0].keywords}) for one in readable}
            grades = {name: 1 + number for name, number in shared.items() if number}
            words = {"text": " ".join(topic), "language": first.words[0].language}
            yield {"id": f"topic-{first.number}", **words, "kind": "topic", "judgements": grades}


def _readable() -> list[Study]:
    """The studies whose records can be read."""
    return [one for catalogue in CATALOGUES for one in studies(catalogue) if one.truth is not None]
