"""Makes `data/labels.json` and `data/broader.json` from public sources.

    python -m pipeline.model.build_labels VOCABULARIES CONTAINMENT

VOCABULARIES is a folder of controlled vocabularies (CC BY 4.0) as the JSON that https://vocabularies.cessda.eu exports,
a file for each version: `TimeMethod_1.2.json`. CONTAINMENT is `territoryContainment.json` of the Unicode CLDR (npm
package `cldr-core`). Names of places and languages need no file: Babel and pycountry have them at run time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.model.codes import country_codes, terms

DATA = Path(__file__).with_name("data")

PUBLISHED = {
    "study_design": "TimeMethod",
    "topics": "TopicClassification",
    "unit_of_analysis": "AnalysisUnit",
    "collection_mode": "ModeOfCollection",
}
"""The published vocabulary, by ours."""

CZECHOSLOVAKIA = {"CS": ["151"]}
"""The region of both states that followed it. CLDR's CS is another state, Serbia and Montenegro."""


def labels(folder: Path, vocabulary: str) -> dict[str, dict[str, str]]:
    """Labels by code and language; a newer version of a vocabulary outranks an older one."""
    codes = {code.casefold(): code for code in terms(vocabulary)}
    found: dict[str, dict[str, str]] = {}
    for language, concept in _concepts(folder, PUBLISHED[vocabulary]):
        code = codes.get(concept["notation"].casefold())
        if code and (title := " ".join((concept.get("title") or "").split())):
            found.setdefault(code, {}).setdefault(language, title)
    return {code: dict(sorted(found[code].items())) for code in codes.values() if code in found}


def _concepts(folder: Path, notation: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each concept of a published vocabulary with its language, those of the newest version first."""
    versions = [
        version
        for path in folder.glob(f"{notation}_*.json")
        for version in json.loads(path.read_text(encoding="utf-8"))["versions"]
    ]
    for version in sorted(versions, key=lambda each: _number(each["number"]), reverse=True):
        for concept in version["concepts"]:
            yield version["language"], concept


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def broader(containment: Mapping[str, Any]) -> dict[str, list[str]]:
    """The regions directly above each region and country, by code."""
    known = {*terms("regions"), *country_codes()}
    within: dict[str, set[str]] = {}
    for name, group in containment.items():
        region = name.partition("-status-")[0]
        if region in terms("regions"):
            for member in group["_contains"]:
                within.setdefault(member, set()).add(region)
    direct = {code: sorted(within[code] - _above_all(within[code], within)) for code in sorted(known & within.keys())}
    return direct | CZECHOSLOVAKIA


def _above_all(codes: set[str], within: Mapping[str, set[str]]) -> set[str]:
    """All regions that contain one of these."""
    direct = {region for code in codes for region in within.get(code, ())}
    return direct | _above_all(direct, within) if direct else direct


def main() -> int:
    """Writes both files."""
    vocabularies, containment = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    _write("labels", {name: labels(vocabularies, name) for name in PUBLISHED})
    _write("broader", broader(containment["supplemental"]["territoryContainment"]))
    return 0


def _write(name: str, value: Any) -> None:
    (DATA / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
