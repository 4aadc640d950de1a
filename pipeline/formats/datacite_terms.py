"""Terms of the DataCite Metadata Schema that reading depends on, the same in XML and in JSON.

Source: DataCite Metadata Schema 2.2 to 4.6 (https://schema.datacite.org/): resourceTypeGeneral, dateType,
relationType, titleType, descriptionType and contributorType.
"""

from __future__ import annotations

import re

from pipeline.errors import RejectError
from pipeline.model.record import Role

DATES: dict[str, Role] = {"collected": Role.COLLECTION_DATES, "coverage": Role.PERIOD}
"""Types of dates that are about the data. Valid is how long a resource is accurate, others are about its handling."""

SAME = frozenset({"isidenticalto", "isvariantformof"})
"""Types of relations to the same resource."""

TITLES_IN_THE_SAME_LANGUAGE = frozenset({"alternativetitle", "subtitle", "other"})
"""Types of titles that are no translation of the title: their language counts where a title is in that language."""

DESCRIPTIONS = ("abstract", "methods", "other", "")
"""Types of descriptions that describe the data, in the order in which people want to read them."""

NO_CREATORS = frozenset(
    {"funder", "sponsor", "distributor", "hostinginstitution", "contactperson", "registrationagency"}
)
"""Types of contributors that did not make the data."""

_DATA = frozenset({"dataset", "collection"})
_STUDY = frozenset({"studyregistration"})
_TOPICS = re.compile(r"cessda|topic ?classification|\bfos\b|fields of science", re.IGNORECASE)
_PERSISTENT = ("urn:", "hdl:", "ark:", "info:hdl/")
_SEPARATORS = re.compile(r"[\s_-]+")


def folded(term: str) -> str:
    """A term of a controlled list in lower case and without separators: catalogues write terms in several ways."""
    return _SEPARATORS.sub("", term).casefold()


def kind_code(general: str, words: str) -> str | None:
    """The resource type of a resource, `dataset` or `study`; None where the resource states none.

    Args:
        general: resourceTypeGeneral, empty where there is none.
        words: the resource type in free text.

    Raises:
        RejectError: `not_a_study` for other types.
    """
    kind = folded(general)
    if kind in _STUDY:
        return "study"
    if kind in _DATA:
        return "dataset" if kind == "dataset" else None
    if not kind:
        return "dataset" if folded(words) == "dataset" else None
    stated = f"{general} ({words})" if words and folded(words) != kind else general
    raise RejectError("not_a_study", f"The resource is no data; its type is {stated[:120]}", "resourceTypeGeneral")


def persistent_identifier(kind: str, text: str) -> str | None:
    """An identifier of that type as a URN, Handle or ARK; None for others, DOIs and URLs among them."""
    if text.casefold().startswith(_PERSISTENT):
        return text
    return f"hdl:{text}" if folded(kind) == "handle" and re.match(r"[\d.]+/\S+\Z", text) else None


def is_access_term(uri: str) -> bool:
    """Whether a URI of rights is a term for access (`info:eu-repo`, COAR), rather than a licence."""
    return uri.casefold().startswith("info:") or "/access_right/" in uri


def is_topic_list(scheme: str) -> bool:
    """Whether a subject scheme classifies studies by topic; subjects of other schemes are keywords."""
    return bool(_TOPICS.search(scheme))
