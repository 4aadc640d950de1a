"""A document in the terms of schema.org, as JSON-LD for a study's page: what search engines and harvesters read.

Absent beats guessed here, too. Who made a study is a Person or an Organization only where the record states which;
else a node with a name and no type, as schema.org's `creator`, `funder` and `publisher` may be either. Sources:
https://schema.org/Dataset, and the guidelines of science-on-schema.org.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pipeline.model.labels import SOURCES, label

Node = dict[str, Any]

CONTEXT = "https://schema.org/"

TYPES = {"dataset": "Dataset", "study": "Dataset", "source": "DataCatalog", "variable": "PropertyValue"}
"""The type of a document, by its resource type. What describes a study describes its data, which are a Dataset; a
source is a holding of data, which is a DataCatalog; a variable is what `variableMeasured` of a Dataset has."""

DOI_SCHEME = "https://registry.identifiers.org/registry/doi"
CONDITIONS = {
    "open": "open to all",
    "registered": "for registered users",
    "controlled": "decided case by case",
    "closed": "not available",
}
"""Access in words, for `conditionsOfAccess`."""


class DataCatalog(NamedTuple):
    """The catalogue of a document, as people know it."""

    name: str
    url: str | None = None


def as_json_ld(
    document: Mapping[str, Any], catalogue: DataCatalog, variables: Iterable[Mapping[str, Any]] = ()
) -> Node:
    """The document as one JSON-LD object; `variables` are the documents of its variables."""
    kind = TYPES[document["resource_type"]]
    node = {"@context": CONTEXT, "@type": kind, **_of_thing(document)}
    if kind == "PropertyValue":
        parent = document.get("parent")
        return node | ({"subjectOf": _part_of(parent)} if parent else {})
    node |= _of_creative_work(document)
    if kind == "Dataset":
        node |= _of_dataset(document, catalogue, variables)
    return node


def temporal_coverage(document: Mapping[str, Any]) -> str | None:
    """The years covered as an interval of ISO 8601: `1990/1999`, `2004` for one year.

    `2004/..` states that it is ongoing, and nothing else does. Where one end is not known, the other one stands alone,
    `2004`: schema.org has no way to write an unknown end, and reads an empty one as open.
    """
    start, end = document.get("start_year"), document.get("end_year")
    if start is None and end is None:
        return None
    if start is not None and document.get("ongoing") and end is None:
        return f"{_iso_year(start)}/.."
    return "/".join(_iso_year(year) for year in dict.fromkeys((start, end)) if year is not None)


def _iso_year(year: int) -> str:
    """A year of ISO 8601, in which 0000 is the year before the year 1; the index has -1 for that."""
    return f"{year:04d}" if year >= 0 else f"{year + 1:05d}" if year < -1 else "0000"


def agent(document: Mapping[str, Any], name: str) -> Node:
    """A person or organisation by name; typed where the record states which it is."""
    if name in document.get("persons", ()):
        return {"@type": "Person", "name": name}
    if name in document.get("organisations", ()):
        return {"@type": "Organization", "name": name}
    return {"name": name}


def _of_thing(document: Mapping[str, Any]) -> Node:
    """Properties that anything has."""
    translated = dict(_translated(document, "name"))
    descriptions = [*([document["description"]] if "description" in document else [])]
    descriptions += [text for texts in dict(_translated(document, "description")).values() for text in texts]
    same = [url for each in document.get("same_as", ()) if (url := _as_url(each))]
    fields = {
        "@id": next((f"https://doi.org/{doi}" for doi in document.get("dois", ())), None),
        "identifier": [*map(_doi, document.get("dois", ())), _identifier("harmony_id", document["harmony_id"])],
        "name": document["name"],
        "alternateName": [text for texts in translated.values() for text in texts],
        "description": descriptions[0] if len(descriptions) == 1 else descriptions,
        "url": _one_or_more(document.get("urls", ())),
        "sameAs": _one_or_more(same),
    }
    return _known(fields)


def _of_creative_work(document: Mapping[str, Any]) -> Node:
    """Properties of a Dataset and of a DataCatalog."""
    access = document.get("access", [])
    keywords = [*document.get("keywords", ())]
    keywords += [text for texts in dict(_translated(document, "keywords")).values() for text in texts]
    above = [*document.get("ancestors", ())]
    if document.get("parent") and document["parent"] not in above:
        above.insert(0, document["parent"])
    series = [{"@type": "CreativeWorkSeries", "name": document["series"]}] if document.get("series") else []
    year = document.get("published_year")
    conditions = document.get("data_access") or "; ".join(CONDITIONS[each] for each in access)
    fields = {
        "version": document.get("version"),
        "creator": [agent(document, name) for name in document.get("creators", ())],
        "publisher": agent(document, document["publisher"]) if document.get("publisher") else None,
        "funder": [agent(document, name) for name in document.get("funders", ())],
        "datePublished": _iso_year(year) if year is not None else None,
        "license": _license(document.get("license")),
        "isAccessibleForFree": True if access == ["open"] else None,
        "conditionsOfAccess": conditions,
        "creativeWorkStatus": "Obsolete" if document.get("replaced_by") else None,
        "inLanguage": document.get("language_codes"),
        "keywords": keywords,
        "about": [_term("topics", code) for code in document.get("topics", ())],
        "temporalCoverage": temporal_coverage(document),
        "spatialCoverage": [
            *map(_country, document.get("country_codes", ())),
            *map(_region, document.get("regions", ())),
        ],
        "isPartOf": [*map(_part_of, above), *series],
    }
    return _known(fields)


def _of_dataset(document: Mapping[str, Any], catalogue: DataCatalog, variables: Iterable[Mapping[str, Any]]) -> Node:
    """Properties of a Dataset alone."""
    fields = {
        "measurementTechnique": [_term("collection_mode", code) for code in document.get("collection_mode", ())],
        "includedInDataCatalog": _known({"@type": "DataCatalog", "name": catalogue.name, "url": catalogue.url}),
        "variableMeasured": [{"@type": "PropertyValue", **_of_thing(each)} for each in variables],
    }
    return _known(fields)


def _known(fields: Mapping[str, Any]) -> Node:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _translated(document: Mapping[str, Any], field: str) -> Iterator[tuple[str, list[Any]]]:
    """By language, the texts of a field in `translations` that are not the field's own; without a language, plain."""
    own = document.get(field)
    own_texts = set(own) if isinstance(own, list) else {own, *(own or "").split("\n\n")}
    for language, texts in document.get("translations", {}).items():
        if found := [text for text in texts.get(field, ()) if text not in own_texts]:
            tagged = [{"@language": language, "@value": text} for text in found]
            yield language, found if language == "und" else tagged


def _one_or_more(values: Iterable[str]) -> Any:
    listed = list(values)
    return listed[0] if len(listed) == 1 else listed


def _as_url(words: str | None) -> str | None:
    """The words, if they are a URL, or the URL of a DOI; else None."""
    if words and words.startswith(("http://", "https://")) and not any(map(str.isspace, words)):
        return words
    return f"https://doi.org/{words}" if words and words.startswith("10.") and "/" in words else None


def _license(words: str | None) -> str | Node | None:
    """A licence: its URL, or its name."""
    return words if _as_url(words) or not words else {"@type": "CreativeWork", "name": words}


def _doi(doi: str) -> Node:
    url = f"https://doi.org/{doi}"
    return {"@type": "PropertyValue", "propertyID": DOI_SCHEME, "value": f"doi:{doi}", "url": url}


def _identifier(scheme: str, value: str) -> Node:
    return {"@type": "PropertyValue", "propertyID": scheme, "value": value}


def _part_of(identifier: str) -> Node:
    return {"@type": "CreativeWork", "identifier": _identifier("harmony_id", identifier)}


def _country(code: str) -> Node:
    return {"@type": "Country", **_named("country_codes", code), "identifier": _identifier("ISO 3166-1 alpha-2", code)}


def _region(code: str) -> Node:
    scheme = "UN M49" if code.isdigit() else "CLDR"
    return {"@type": "Place", **_named("regions", code), "identifier": _identifier(scheme, code)}


def _term(field: str, code: str) -> Node:
    """A code of a published vocabulary."""
    return {"@type": "DefinedTerm", **_named(field, code), "termCode": code, "inDefinedTermSet": SOURCES[field]}


def _named(field: str, code: str) -> Node:
    return {"name": label(field, code) or code}
