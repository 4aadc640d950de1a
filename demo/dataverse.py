"""Dataverse's native JSON, as `GET /api/datasets/:persistentId` returns it in `data`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any

from demo.families import Study, Words

_LANGUAGES = {"en": "English", "nl": "Dutch", "de": "German", "fr": "French"}
_AUTHORS = ("Meadow Research Group", "Institute for Everyday Life, Fernhill University", "Harbour Town Laboratory")
_LICENSES = (
    ("CC0-1.0", "http://creativecommons.org/publicdomain/zero/1.0"),
    ("CC-BY-4.0", "http://creativecommons.org/licenses/by/4.0"),
)


def lines(studies: tuple[Study, ...]) -> bytes:
    """The studies as NDJSON, compressed with gzip; deterministic."""
    return gzip.compress(b"".join(line(study) + b"\n" for study in studies), mtime=0)


def line(study: Study) -> bytes:
    """One line of NDJSON. That of a study for the reject `malformed` is cut in half."""
    written = json.dumps(dataset(study), ensure_ascii=False, separators=(",", ":")).encode()
    return written[: len(written) // 2] if study.reject == "malformed" else written


def dataset(study: Study) -> dict[str, Any]:
    """The study as a dataset with its latest version."""
    chance = study.random
    authority, _, identifier = study.doi.partition("/")
    persistent_id = f"doi:{authority}/{identifier.upper()}"
    kind = "software" if study.reject == "not_a_study" else "dataset"
    number = chance.randrange(10_000, 99_999)
    year = study.published
    license_name, license_uri = chance.choice(_LICENSES)
    version: dict[str, Any] = {
        "id": number + 7,
        "datasetId": number,
        "datasetPersistentId": persistent_id,
        "datasetType": kind,
        "versionNumber": 1,
        "versionMinorNumber": chance.randrange(3),
        "versionState": "RELEASED",
        "lastUpdateTime": f"{year}-06-1{chance.randrange(10)}T09:30:00Z",
        "releaseTime": f"{year}-06-10T09:30:00Z",
        "createTime": f"{year}-05-02T14:00:00Z",
        "publicationDate": f"{year}-06-10",
        "license": {"name": license_name, "uri": license_uri},
        "termsOfAccess": "",
        "fileAccessRequest": chance.random() < 0.5,
        "metadataBlocks": _blocks(study, year),
        "files": [{"label": "data.tab", "restricted": chance.random() < 0.3}],
    }
    return {
        "id": number,
        "identifier": identifier.upper(),
        "persistentUrl": f"https://doi.org/{persistent_id.removeprefix('doi:')}",
        "protocol": "doi",
        "authority": authority,
        "separator": "/",
        "publisher": "Demo Dataverse",
        "publicationDate": f"{year}-06-10",
        "storageIdentifier": f"file://{persistent_id.removeprefix('doi:')}",
        "datasetType": kind,
        "datasetVersion": version,
    }


def _blocks(study: Study, year: int) -> dict[str, Any]:
    fields = {
        "citation": ("Citation Metadata", list(_citation(study, year))),
        "geospatial": ("Geospatial Metadata", list(_geospatial(study))),
        "socialscience": ("Social Science and Humanities Metadata", list(_social_science(study))),
        "dansTemporalSpatial": ("Temporal and Spatial Coverage", list(_temporal(study))),
    }
    return {
        name: {"displayName": display, "name": name, "fields": found}
        for name, (display, found) in fields.items()
        if found
    }


def _citation(study: Study, year: int) -> Iterator[dict[str, Any]]:
    chance = study.random
    main, *others = study.words
    yield _one("title", main.title)
    if others:
        yield _many("alternativeTitle", [words.title for words in others])
    yield _compounds("author", [{"authorName": chance.choice(_AUTHORS)}])
    yield _compounds("datasetContact", [{"datasetContactName": "Desk", "datasetContactEmail": "desk@demo.invalid"}])
    descriptions = [_described(words) for words in study.words if words.description is not None]
    if descriptions:
        yield _compounds("dsDescription", descriptions)
    yield _many("subject", study.more["subject"], "controlledVocabulary")
    yield _compounds("keyword", [{"keywordValue": word} for words in study.words for word in words.keywords])
    if chance.random() < 0.6:
        yield _many("language", [_LANGUAGES[main.language]], "controlledVocabulary")
    yield _one("productionDate", f"{year}-04-01")
    yield _one("distributionDate", f"{year}-06-10")
    yield _one("depositor", "Demo Dataverse")
    yield _one("dateOfDeposit", f"{year}-05-02")
    for name, periods in (("timePeriodCovered", study.periods), ("dateOfCollection", study.collected)):
        if periods:
            sides = [{f"{name}Start": period.start, f"{name}End": period.end} for period in periods]
            yield _compounds(name, sides)
    if kind := study.more.get("kind"):
        yield _many("kindOfData", [kind])


def _described(words: Words) -> dict[str, str | None]:
    return {"dsDescriptionValue": words.description}


def _geospatial(study: Study) -> Iterator[dict[str, Any]]:
    places: list[dict[str, str | None]] = [{"country": name} for name, _ in study.nations]
    if places and study.places:
        places[0]["otherGeographicCoverage"] = ", ".join(study.places)
    elif study.places:
        places = [{"otherGeographicCoverage": place} for place in study.places]
    if places:
        yield _compounds("geographicCoverage", places, controlled={"country"})


def _social_science(study: Study) -> Iterator[dict[str, Any]]:
    populations = [words.population for words in study.words if words.population]
    if unit := study.more.get("unit"):
        yield _many("unitOfAnalysis", [unit])
    if populations:
        yield _many("universe", populations)
    if study.more.get("design") == "panel":
        yield _one("timeMethod", "longitudinal: panel")


def _temporal(study: Study) -> Iterator[dict[str, Any]]:
    if study.period_words:
        yield _many("dansTemporalCoverage", [study.period_words])


def _one(name: str, value: str | None, type_class: str = "primitive") -> dict[str, Any]:
    return {"typeName": name, "multiple": False, "typeClass": type_class, "value": value}


def _many(name: str, values: Sequence[str | None], type_class: str = "primitive") -> dict[str, Any]:
    return {"typeName": name, "multiple": True, "typeClass": type_class, "value": list(values)}


def _compounds(name: str, values: list[dict[str, str | None]], controlled: set[str] | None = None) -> dict[str, Any]:
    """A repeated compound field; parts without a value are left out, as Dataverse does."""
    compounds = [
        {
            part: _one(part, value, "controlledVocabulary" if part in (controlled or set()) else "primitive")
            for part, value in parts.items()
            if value is not None
        }
        for parts in values
    ]
    return {"typeName": name, "multiple": True, "typeClass": "compound", "value": compounds}
