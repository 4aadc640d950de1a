"""What the demo shows of meaning, where the package of the small model is installed: it is an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from demo.story import Chapter, Command, Edit
from pipeline.meaning.local import PACKAGE

QUESTION = "regenval"
"""Rainfall, in Dutch. No record of the demo has the word; two tell, in English, of gauges that measured rain."""


def has_model() -> bool:
    """Whether the package of the small model is installed."""
    return find_spec(PACKAGE) is not None


CHAPTER = Chapter(
    "Find by meaning",
    (
        Command(
            "A search finds studies that have its words. No record has this one, which is Dutch for rainfall.",
            f"study-index search {QUESTION} | head -1",
            shows=("0 documents",),
        ),
        Edit(
            "With the setting `embeddings`, texts get vectors. This small model comes as a package with its weights, "
            "needs no network, and reads some hundred languages.",
            "study-index.toml",
            "",
            'embeddings = "local"\n',
        ),
        Command(
            "The next run of each catalogue gives its documents vectors, although no record changed; here that of one. "
            "Later runs make those of new and changed texts alone.",
            "study-index run demo-harmony | grep vector",
            shows=("new vectors      28",),
        ),
        Command(
            "The same search finds what is nearest in meaning, whatever its language. Each hit says how it was found, and "
            "how near it is: 1 is the same.",
            f"study-index search {QUESTION} --size 1 | head -5",
            shows=("Rain Gauge Cards", "by meaning, cosine 0."),
        ),
    ),
)
"""The last chapter of the tour."""
