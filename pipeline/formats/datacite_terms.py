"""Words of the DataCite Metadata Schema that decide something, the same in XML and in JSON.

Source: DataCite Metadata Schema 2.2 to 4.6 (https://schema.datacite.org/): resourceTypeGeneral, dateType,
relationType, titleType, descriptionType, contributorType, and the standard values for unknown information.
"""

from __future__ import annotations

import re

from pipeline.errors import RejectError
from pipeline.model.record import Role

NOTHING = frozenset(
    f"{before}{code}{after}"
    for code in ("unac", "unal", "unap", "unas", "unav", "unkn", "none", "null", "tba", "etal")
    for before, after in (("(:", ")"), (":", ""))
) | frozenset(
    {"n/a", "na", "none", "null", "not available", "unavailable", "unknown", "not specified", "tba", "-", "."}
)
"""Whole contents of a property that say that there is nothing to say (appendix "Standard values")."""

DATES: dict[str, Role] = {"collected": Role.COLLECTION_DATES, "coverage": Role.PERIOD}
"""Types of dates that are about the data. Valid tells how long a resource is accurate, all others of its handling."""

SAME = frozenset({"isidenticalto", "isvariantformof"})
"""Types of relations to what is the same resource."""

TITLES_IN_THE_SAME_LANGUAGE = frozenset({"alternativetitle", "subtitle", "other"})
"""Types of titles that are no translation of the title: their language counts where there is a title in it."""

DESCRIPTIONS = ("abstract", "methods", "other", "")
"""Types of descriptions that describe the data, in the order in which people want to read them."""

_DATA = frozenset({"dataset", "collection"})
_STUDY = frozenset({"studyregistration"})
_TOPICS = re.compile(r"cessda|topic ?classification|\bfos\b|fields of science", re.IGNORECASE)
_PERSISTENT = ("urn:", "hdl:", "ark:", "info:hdl/")
_SEPARATORS = re.compile(r"[\s_-]+")


def folded(term: str) -> str:
    """A term of a controlled list without case and separators: it is written in several ways."""
    return _SEPARATORS.sub("", term).casefold()


def kind_code(general: str, words: str) -> str | None:
    """What a resource is, as a word of our resource types: `dataset` or `study`; None where it does not say.

    Args:
        general: resourceTypeGeneral, empty where there is none.
        words: the resource type in free text.

    Raises:
        RejectError: `not_a_study`, for whatever is neither data nor a study.
    """
    kind = folded(general)
    if kind in _STUDY:
        return "study"
    if kind in _DATA:
        return "dataset" if kind == "dataset" else None
    if not kind:
        return "dataset" if folded(words) == "dataset" else None
    told = f"{general} ({words})" if words and folded(words) != kind else general
    raise RejectError("not_a_study", f"The resource is no data but: {told[:120]}", "resourceTypeGeneral")


def persistent_identifier(kind: str, text: str) -> str | None:
    """An identifier, of that type, as a URN, Handle or ARK; None for any other, DOIs and addresses among them."""
    if text.casefold().startswith(_PERSISTENT):
        return text
    return f"hdl:{text}" if folded(kind) == "handle" and re.match(r"[\d.]+/\S+\Z", text) else None


def tells_access(uri: str) -> bool:
    """Whether a URI beside words about rights is a term for access (`info:eu-repo`, COAR), rather than a licence."""
    return uri.casefold().startswith("info:") or "/access_right/" in uri


def is_topic_list(scheme: str) -> bool:
    """Whether a subject scheme classifies whole studies by topic, where other subjects are keywords."""
    return bool(_TOPICS.search(scheme))
