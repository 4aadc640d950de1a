"""Invented studies as datasets in Dataverse's native JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from benchmarks.generated.studies import Study, study

_LICENCES = (
    ("CC0 1.0", "http://creativecommons.org/publicdomain/zero/1.0"),
    ("CC BY 4.0", "http://creativecommons.org/licenses/by/4.0"),
)
Field = dict[str, Any]


def dataset(number: int, version: int = 0) -> bytes:
    """The record of a number as one line, without its end; 4 to 8 kB."""
    return orjson.dumps(_dataset(study(number, version, languages=1, words=140), version))


def _dataset(made: Study, version: int) -> dict[str, Any]:
    published = f"{made.collected.end.year}-06-15"
    return {
        "id": made.number + 1000,
        "identifier": f"gen.{made.number}",
        "persistentUrl": f"https://doi.org/{made.doi}",
        "protocol": "doi",
        "authority": "10.5072",
        "separator": "/",
        "publisher": made.publisher,
        "publicationDate": published,
        "datasetVersion": {
            "id": made.number + 5000,
            "datasetId": made.number + 1000,
            "datasetPersistentId": f"doi:{made.doi}",
            "versionNumber": 1 + version,
            "versionMinorNumber": 0,
            "versionState": "RELEASED",
            "lastUpdateTime": f"2026-01-{1 + made.number % 28:02d}T10:00:00Z",
            "releaseTime": f"{published}T09:00:00Z",
            "publicationDate": published,
            **_terms(made),
            "metadataBlocks": {
                "citation": _block("citation", "Citation Metadata", list(_citation(made))),
                "geospatial": _block("geospatial", "Geospatial Metadata", [_places(made)]),
                "socialscience": _block(
                    "socialscience", "Social Science and Humanities Metadata", list(_social_science(made))
                ),
            },
            "files": list(_files(made)),
        },
    }


def _terms(made: Study) -> dict[str, Any]:
    if made.chance.random() < 0.5:
        name, address = made.chance.choice(_LICENCES)
        return {"license": {"name": name, "uri": address}, "fileAccessRequest": False}
    return {"termsOfUse": made.access, "fileAccessRequest": True}


def _block(name: str, title: str, fields: list[Field]) -> dict[str, Any]:
    return {"displayName": title, "name": name, "fields": fields}


def _primitive(name: str, value: Any, *, kind: str = "primitive") -> Field:
    return {"typeName": name, "multiple": isinstance(value, list), "typeClass": kind, "value": value}


def _compound(name: str, *parts: Mapping[str, str]) -> Field:
    value = [{key: _primitive(key, text) for key, text in each.items()} for each in parts]
    return {"typeName": name, "multiple": True, "typeClass": "compound", "value": value}


def _citation(made: Study) -> Iterator[Field]:
    texts = made.texts[0]
    yield _primitive("title", texts.title)
    yield _compound("otherId", {"otherIdAgency": "Lowmere", "otherIdValue": made.local_id})
    yield _compound("author", *({"authorName": author} for author in made.authors))
    yield _compound("dsDescription", {"dsDescriptionValue": _marked_up(texts.abstract, made.number)})
    yield _primitive("subject", [_subject(made)], kind="controlledVocabulary")
    yield _compound("keyword", *({"keywordValue": keyword} for keyword in texts.keywords))
    yield _compound(
        "topicClassification",
        *({"topicClassValue": label, "topicClassVocab": "CESSDA Topic Classification"} for label, _ in made.topics),
    )
    yield _primitive("language", [{"de": "German", "fr": "French", "nl": "Dutch"}.get(texts.language, "English")])
    if made.funder:
        yield _compound("grantNumber", {"grantNumberAgency": made.funder, "grantNumberValue": str(made.number)})
    yield _compound("distributor", {"distributorName": made.publisher, "distributorURL": "https://archive.invalid/"})
    yield _primitive("dateOfDeposit", f"{made.collected.end.year}-06-01")
    for name, period in (("timePeriodCovered", made.period), ("dateOfCollection", made.collected)):
        yield _compound(name, {f"{name}Start": str(period.start), f"{name}End": str(period.end)})
    if made.series:
        yield _compound("series", {"seriesName": made.series})


def _marked_up(text: str, number: int) -> str:
    """Half of the descriptions are HTML, as in real installations."""
    if number % 2:
        return text
    middle = text.find(". ", len(text) // 2) + 2
    return f"<p>{text[:middle].strip()}</p><p>{text[middle:]}</p>"


def _subject(made: Study) -> str:
    return "Medicine, Health and Life Sciences" if made.topics[0][1].startswith("Health") else "Social Sciences"


def _places(made: Study) -> Field:
    return _compound("geographicCoverage", {"country": made.texts[0].nation})


def _social_science(made: Study) -> Iterator[Field]:
    for name, term in (("unitOfAnalysis", made.unit), ("collectionMode", made.mode)):
        if term:
            yield _primitive(name, [term[0]])
    if made.design:
        yield _primitive("timeMethod", made.design[0])
    if made.population:
        yield _primitive("universe", [made.population])
    if made.sampling:
        yield _primitive("samplingProcedure", made.sampling)
    if made.sample_size:
        size = {"targetSampleActualSize": _primitive("targetSampleActualSize", str(made.sample_size))}
        yield {"typeName": "targetSampleSize", "multiple": False, "typeClass": "compound", "value": size}


def _files(made: Study) -> Iterator[dict[str, Any]]:
    for number in range(made.chance.choice((1, 1, 2, 3))):
        name = f"{made.local_id}_{number}.csv"
        yield {
            "label": name,
            "restricted": made.number % 3 == 0,
            "version": 1,
            "dataFile": {
                "id": made.number * 10 + number,
                "filename": name,
                "contentType": "text/csv",
                "filesize": made.chance.randrange(10**7),
                "md5": f"{made.chance.getrandbits(128):032x}",
            },
        }
