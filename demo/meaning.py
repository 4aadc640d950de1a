"""What the demo shows of meaning, where the package of the small model is installed: it is an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from demo.oai_repository import Repository
from demo.story import Chapter, Command, Edit
from pipeline.meaning.local import PACKAGE

QUESTION = "fishermen"
"""No record of the demo archive has the word. One is about what grandfathers remember of fishing, in Japanese."""


def has_model() -> bool:
    """Whether the package of the small model is installed."""
    return find_spec(PACKAGE) is not None


def open_again(archive: Repository) -> None:
    """The archive answers as it should."""
    archive.fault_of = None


CHAPTER = Chapter(
    "Find by meaning",
    (
        Command(
            "A search finds studies that have its words. No record of the archive has this one.",
            f"study-index search {QUESTION} --source demo-archive | head -1",
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
            "The next run gives each document its vector, although no record changed. A later run makes those of new "
            "and changed texts alone.",
            "study-index run demo-archive | grep vector",
            shows=("new vectors",),
            meanwhile=open_again,
        ),
        Command(
            "The same search finds what is nearest in meaning: memories of fishing, in Japanese, come first. Each hit "
            "says how it was found, and how near it is; 1 is the same.",
            f"study-index search {QUESTION} --source demo-archive --size 1 | head -5",
            shows=("by meaning, cosine 0.", "祖父たちの漁の記憶"),
        ),
    ),
)
"""The last chapter of the tour."""
