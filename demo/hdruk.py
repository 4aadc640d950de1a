"""HDR UK Gateway dataset records, schema version 2 (https://github.com/HDRUK/schemata)."""

from __future__ import annotations

import json
from typing import Any

from demo.families import Study

_DOIS = ("not available", "in progress", "n/a", None)
_PUBLISHERS = ("Demo Health Alliance > Hillside", "Demo Health Alliance > Clinics", "Harbour Trust")


def listing(studies: tuple[Study, ...]) -> bytes:
    """The studies as one JSON list."""
    return json.dumps([dataset(study) for study in studies], ensure_ascii=False, indent=1).encode()


def dataset(study: Study) -> dict[str, Any]:
    """The study as a Gateway dataset. That of a study for the reject `no_id` has no identifier of any kind."""
    chance = study.random
    words = study.words[0]
    revision = f"{1 + chance.randrange(3)}.0.0"
    year = max(study.published, 2020)
    contact = "desk@demo-health.invalid"
    record: dict[str, Any] = {
        **_identifiers(study, revision),
        "version": revision,
        "issued": f"{year}-01-13T14:47:30Z",
        "modified": f"{year}-06-24T14:48:37Z",
        "summary": {
            "title": words.title or "",
            "abstract": (words.description or "").partition("\n")[0],
            "publisher": {"name": chance.choice(_PUBLISHERS), "memberOf": "ALLIANCE", "contactPoint": contact},
            "contactPoint": contact,
            "keywords": list(words.keywords),
            "doiName": chance.choice((*_DOIS, f"https://doi.org/{study.doi}", f"doi:{study.doi}")),
        },
        "documentation": {"description": words.description, "associatedMedia": [None], "isPartOf": ["NOT APPLICABLE"]},
        "coverage": {
            "spatial": ", ".join(study.places) or None,
            "typicalAgeRange": study.more.get("range"),
            "physicalSampleAvailability": ["NOT AVAILABLE"],
            "followup": "UNKNOWN",
        },
        "provenance": {"origin": {}, "temporal": _temporal(study, year)},
        "accessibility": _accessibility(study),
        "enrichmentAndLinkage": {"qualifiedRelation": ["Not Available"], "derivation": ["Not Available"]},
    }
    if study.reject == "no_id":
        record["summary"]["doiName"] = "not available"
    kept: dict[str, Any] = _without_none(record)
    return kept


def _identifiers(study: Study, revision: str) -> dict[str, Any]:
    """A pid that all versions share. Older records have none: only the URL of their first version stays the same."""
    if study.reject == "no_id":
        return {"revisions": [{"version": None, "url": None}]}
    site = "https://demo-health.invalid/dataset/"
    version_id = f"{study.random.getrandbits(64):016x}"
    first = {"version": "0.0.1", "url": site + study.number}
    latest = {"version": revision, "url": site + version_id}
    has_pid = study.random.random() < 0.75
    return {
        "identifier": site + version_id,
        "pid": study.number if has_pid else None,
        "revisions": [latest, first],
    }


def _temporal(study: Study, year: int) -> dict[str, Any]:
    period = study.periods[0] if study.periods else None
    return {
        "accrualPeriodicity": study.more.get("rhythm"),
        "distributionReleaseDate": f"{year}-05-01T00:00:00Z",
        "startDate": period.start if period else None,
        "endDate": period.end if period else None,
    }


def _accessibility(study: Study) -> dict[str, Any]:
    return {
        "access": {
            "accessRights": "https://demo-health.invalid/access",
            "deliveryLeadTime": "2-6 MONTHS",
            "jurisdiction": study.more.get("jurisdiction", ["GB"]),
            "dataController": "Demo Health Alliance",
        },
        "usage": {"resourceCreator": "Demo Health Alliance"},
        "formatAndStandards": {
            "vocabularyEncodingScheme": ["LOCAL"],
            "conformsTo": ["LOCAL"],
            "language": ["en"],
            "format": ["SQL database table"],
        },
    }


def _without_none(value: Any) -> Any:
    """Remove keys without a value. A null in a list stays, because catalogues send these too."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return value
