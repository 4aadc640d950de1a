"""`show`: one document, by any of its ids."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.document_page import IDS, PEOPLE, PROVENANCE, TEXTS, value_in_words
from pipeline.model.document import VECTOR_FIELDS, Document
from pipeline.model.facets import BY_NAME, NAMES
from tests.cli.calling import USAGE, Corpus, Holdings, call, describe, refused
from tests.support import PROJECT, REAL_RECORDS, needs_real_records

ONLY_AS_JSON = frozenset({
    "name", "name_language", "translations", "evidence", "doubted", "content_hash", "raw_digest", "schema_version",
    "dataset_schema", "stated", "work_number", "persons", "organisations",
    "identity_keys", "aggregated", "part_of", "has_part",
    "identifiers", "latest_year_sort", "name_sort", "ongoing_from", "topics_with_broader", *VECTOR_FIELDS,
})  # fmt: skip
"""Fields that have no line of their own: the page shows them elsewhere, or they are for programs."""

PAGE = REAL_RECORDS / "harmony" / "ukds-855557.page.txt"


@pytest.fixture
def study(corpus: Corpus) -> dict[str, Any]:
    """A document of the demo archive that has a DOI."""
    assert corpus.folder
    whole = ("--evidence", "--translations")
    hits = call("search", "--source", "demo-archive", "--size", "50", *whole, "--json").json["hits"]
    found: dict[str, Any] = next(hit for hit in hits if hit.get("dois"))
    return found


@pytest.mark.parametrize("name", ["uuid", "harmony_id", "slug", "record_id"])
def test_a_document_is_found_by_its_names(study: dict[str, Any], name: str) -> None:
    assert call("show", study[name], "--json").json == study


@pytest.mark.parametrize(
    "spelling",
    ["{}", "doi:{}", "DOI: {}", "https://doi.org/{}", "http://dx.doi.org/{}", "https://www.doi.org/{}", " {} "],
)
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_a_document_is_found_by_its_doi_however_it_is_spelled(study: dict[str, Any], spelling: str, case: Any) -> None:
    assert call("show", spelling.format(case(study["dois"][0])), "--json").json == study


def test_a_doi_may_be_percent_encoded(study: dict[str, Any]) -> None:
    doi = study["dois"][0].replace("/", "%2F")
    assert call("show", f"https://doi.org/{doi}", "--json").json == study


def test_an_unknown_id_is_answered_with_what_would_be_one(study: dict[str, Any]) -> None:
    assert study
    message = refused("show", "no-such-study", code=USAGE)
    assert "'no-such-study'" in message
    assert "study-index search" in message


def test_another_shape_than_harmonys_is_refused() -> None:
    assert "'harmony'" in refused("show", "anything", "--as", "harmon", code=USAGE)


def test_the_page_has_ids_facets_in_words_and_the_words_that_they_rest_on(holdings: Holdings) -> None:
    name = holdings.make()
    holdings.put(name, 1, title="Lighthouse keepers [1990]", nation="Norway")
    call("run", name)
    page = call("show", f"{name}/S00001").out
    lines = [" ".join(line.split()) for line in page.split("\n")]
    assert lines[0] == "Lighthouse keepers [1990]"
    assert f"harmony_id {name}/S00001" in lines
    assert "Countries Norway (NO)" in lines
    assert "country_codes “Norway” in sumDscr/nation (places in a field)" in lines
    assert lines.index("Facets") < lines.index("Countries Norway (NO)") < lines.index("Texts")
    (unknown,) = [line for line in lines if line.startswith("Unknown ")]
    assert "Sample size" in unknown
    assert "Countries" not in unknown


def test_the_page_has_every_field_of_the_document() -> None:
    shown = {*IDS, *TEXTS, *PEOPLE, *PROVENANCE, *NAMES, *ONLY_AS_JSON}
    assert shown == Document.model_fields.keys()


@pytest.mark.parametrize(
    ("facet", "value", "words"),
    [
        ("sex", "female", "women or girls only (female)"),
        ("country_codes", ["FI", "SU"], "Finland (FI), USSR, Union of Soviet Socialist Republics (SU)"),
        ("regions", ["150"], "Europe (150)"),
        ("language_codes", ["nl"], "Dutch (nl)"),
        ("topics", ["Health.PublicHealth"], "Health: public health (Health.PublicHealth)"),
        ("access", ["open"], "open"),
        ("years", [1988, 1990, 1991, 1992], "1988, 1990–1992"),
        ("start_year", 1990, "1990"),
        ("sample_size", 12_345, "12,345"),
        ("ongoing", True, "yes"),
    ],
)
def test_a_value_is_shown_in_words(facet: str, value: object, words: str) -> None:
    assert value_in_words(BY_NAME[facet], value) == words


@pytest.mark.usefixtures("corpus")
def test_any_document_has_the_shape_of_harmonys_items(study: dict[str, Any]) -> None:
    shown = call("show", study["uuid"], "--as", "harmony").json
    assert shown.keys() == {"study"}
    item = shown["study"]
    assert item.keys() == {"dataset_schema", "extra_data", "distance", "score", "parent", "ancestors"}
    assert item["extra_data"]["harmony_id"] == study["harmony_id"]
    assert item["extra_data"]["dois"] == study["dois"]
    assert item["dataset_schema"]["name"] == study["name"]
    assert "sex" not in item["extra_data"] or item["extra_data"]["sex"] == study["sex"]


def test_an_item_of_harmony_comes_back(holdings: Holdings) -> None:
    path = PROJECT / "tests" / "formats" / "fixtures" / "harmony_record_all_fields.json"
    describe("item", path=str(path), format="harmony")
    holdings.names.append("item")
    assert call("run", "item").code == 0

    shown = call("show", "example/4711", "--as", "harmony").json["study"]
    own = json.loads(path.read_text(encoding="utf-8"))
    assert shown["extra_data"].pop("dois") == ["10.5072/htc-4711"]
    del own["extra_data"]["dois"]
    assert {key: value for key, value in shown.items() if key in own} == own


@needs_real_records
def test_a_page_of_harmony_comes_back(holdings: Holdings) -> None:
    describe("page", path=str(PAGE), format="harmony")
    holdings.names.append("page")
    assert call("run", "page").code == 0

    (shown,) = call("show", "ukds/855557", "--as", "harmony").json.values()
    own = study_of(PAGE)
    assert all(doi.startswith("10.") for doi in shown["extra_data"]["dois"])
    assert [doi.rpartition("doi.org/")[2].lower() for doi in own["extra_data"]["dois"]] == shown["extra_data"]["dois"]
    own["extra_data"]["dois"] = shown["extra_data"]["dois"]
    assert shown == own


def study_of(page: Path) -> Any:
    """The object `study` of a page with its references to texts resolved, read independently of the pipeline."""
    text = page.read_text(encoding="utf-8")
    packed = text.encode()
    rows = {}
    for match in re.finditer(rb"(?:^|\n|(?<=[^\n]))([0-9a-f]+):T([0-9a-f]+),", packed):
        start = match.end()
        rows["$" + match[1].decode()] = packed[start : start + int(match[2], 16)].decode()
    at = text.index('"study":{') + len('"study":')
    study, _ = json.JSONDecoder().raw_decode(text[at:])
    return filled(study, rows)


def filled(value: Any, rows: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: filled(item, rows) for key, item in value.items() if item != "$undefined"}
    if isinstance(value, list):
        return [filled(item, rows) for item in value]
    return rows.get(value, value) if isinstance(value, str) else value
