"""The requests of Harmony's public front end, as its client makes them, and what it reads of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from elasticsearch import Elasticsearch

from pipeline.catalogue import load
from pipeline.formats.harmony import Harmony
from pipeline.index.harmony_view import as_harmony
from pipeline.model.identity import uuid_of
from pipeline.model.raw import RawRecord
from pipeline.run.outcome import document_of
from tests.serve.serving import Reply, Service, document, live, new_name, served

SETTINGS = {
    "alpha": "0.5",
    "max_vector_distance": "0.4",
    "min_original_vector_score": "0.6",
    "direct_match_weight": "2",
}
"""What the sliders of its advanced search send with each request."""

NUMERIC = ("sample_size", "age_lower", "age_upper", "start_year", "end_year", "duration_years", "num_sweeps")


@pytest.fixture(scope="module")
def shelf(shared_client: Elasticsearch) -> Iterator[str]:
    name = new_name()
    study = {
        "resource_type": "study",
        "name": "Lantern Cohort",
        "description": "Children of one autumn, asked again each second year. " * 20,
        "keywords": ["lanterns", "sleep"],
        "slug": f"{name}-lantern-cohort",
        "country_codes": ["GB"],
        "sex": "all",
        "start_year": 1990,
        "end_year": 1999,
        "years": list(range(1990, 2000)),
        "age_lower": 2,
        "age_upper": 11,
        "sample_size": 900,
        "study_design": ["Longitudinal.CohortEventBased"],
    }
    datasets = [
        {"name": f"Lantern Cohort, sweep {sweep}", "parent": f"{name}/0", "ancestors": [f"{name}/0"]}
        for sweep in range(1, 13)
    ]
    variable = {
        "resource_type": "variable",
        "name": "sleeps",
        "description": "Hours of sleep",
        "parent": f"{name}/0",
        "ancestors": [f"{name}/0"],
    }
    fields: list[dict[str, Any]] = [study, *datasets, variable]
    with live(shared_client, [document(name, number, **each) for number, each in enumerate(fields)], name):
        yield name


@pytest.fixture(scope="module")
def service(shared_client: Elasticsearch) -> Iterator[Service]:
    with served(shared_client) as service:
        yield service


def read(reply: Reply) -> dict[str, Any]:
    """The answer, if the front end could show each of its results as a card."""
    assert reply.status == 200, reply
    answer: dict[str, Any] = reply.json
    for result in answer.get("results", []):
        assert isinstance(result["dataset_schema"]["name"], str)
        assert len(result["extra_data"]["uuid"]) == 32
        assert result["extra_data"]["resource_type"] in {"study", "dataset", "source", "variable"}
        for ancestor in result["ancestors"]:
            assert ancestor["dataset_schema"]["name"], "the card of a dataset has the title of its topmost ancestor"
            assert ancestor["extra_data"]["uuid"]
        for lists in ("variables_which_matched", "child_datasets", "match_type"):
            assert isinstance(result[lists], list)
        assert isinstance(result["parent"], dict)
    return answer


def test_the_panel_of_filters_is_made_of_the_aggregations(service: Service, shelf: str) -> None:
    aggregations = read(service.get("/discover/aggregate"))["aggregations"]
    for name in ("source", "resource_type", "country_codes", "sex", "study_design"):
        assert all(isinstance(count, int) for count in aggregations[name].values()), name
    for name in NUMERIC:
        if name in aggregations:
            assert aggregations[name]["minimum"] <= aggregations[name]["maximum"], name
    assert shelf in aggregations["source"]


def test_its_pages_by_offset(service: Service, shelf: str) -> None:
    asked = {**SETTINGS, "query": "lantern", "num_results": "5", "source": shelf}
    seen: list[str] = []
    for page in range(10):
        answer = read(service.get("/discover/search", **asked, offset=str(page * 5)))
        if not answer["results"]:
            break
        seen += [each["extra_data"]["uuid"] for each in answer["results"]]
    assert len(seen) == len(set(seen)) == answer["num_hits"] == 13


def test_its_pages_by_what_was_seen(service: Service, shelf: str) -> None:
    body: dict[str, Any] = {"query": ["lantern"], "num_results": 500, "offset": 0, "alpha": 0.5, "source": [shelf]}
    body |= {"max_vector_distance": 0.4, "direct_match_weight": 2, "return_variables_within_parent": False}
    first = read(service.get("/discover/search", **SETTINGS, query="lantern", num_results="5", source=shelf))
    body["top_level_ids_seen_so_far"] = first["top_level_ids_seen_so_far"]
    second = read(service.post("/discover/search", body))
    assert len(first["results"]) + len(second["results"]) == 13
    body["top_level_ids_seen_so_far"] = second["top_level_ids_seen_so_far"]
    assert read(service.post("/discover/search", body))["results"] == []


def test_its_older_search_and_its_probe_for_more(service: Service, shelf: str) -> None:
    assert read(service.get("/discover/search2", query="lantern", num_results="40", offset="0", source=shelf))[
        "results"
    ]
    probe = read(service.get("/discover/search", query="lantern", num_results="10000", offset="1000", source=shelf))
    assert probe["results"] == []


def test_its_filters(service: Service, shelf: str) -> None:
    def found(**filters: Any) -> int:
        answer = read(service.get("/discover/search", query="", num_results="500", offset="0", source=shelf, **filters))
        number: int = answer["num_hits"]
        return number

    assert found(resource_type="study") == 1
    assert found(country_codes=["GB", "FR"], sex="all") == 1
    assert found(age_min="2.55", age_max="8.1") == 1
    assert found(age_min="40", age_max="50") == 0
    assert found(study_design="Longitudinal.CohortEventBased") == 1


def test_it_can_filter_by_all_that_is_counted(service: Service, shelf: str) -> None:
    """Its panel makes a filter of each count, named as that is, and a slider of each smallest and largest number."""
    filters: list[dict[str, Any]] = []
    for name, counted in read(service.get("/discover/aggregate", source=shelf))["aggregations"].items():
        if "minimum" in counted:
            filters.append({f"{name}_min": counted["minimum"], f"{name}_max": counted["maximum"]})
        elif name not in {"source", "catalogue"}:  # others come and go while this runs
            filters += [{name: value} for value in counted]
    assert {"years", "start_year_min", "age_upper_min", "sex"} <= {name for each in filters for name in each}
    for each in filters:
        answer = read(service.get("/discover/search", query="*", num_results="1", source=shelf, **each))
        assert answer["num_hits"] >= 1, each


def test_ranges_under_several_names_hold_together(service: Service, shelf: str) -> None:
    def found(**filters: Any) -> int:
        answer = read(service.get("/discover/search", query="*", resource_type="study", source=shelf, **filters))
        number: int = answer["num_hits"]
        return number

    assert found(start_year_min=1985, end_year_max=1995, age_lower_min=3) == 1
    assert found(years=[1980, 1990]) == 1
    assert found(years=1980) == 0
    assert found(start_year_min=2000, years_min=1980) == 0
    refused = service.get("/discover/search", years_min=1990, years=1980)
    assert (refused.status, refused.detail) == (422, "years_min is 1990, more than years, which is 1980")


def test_its_page_of_a_study(service: Service, shelf: str) -> None:
    slug = f"{shelf}-lantern-cohort"
    wanted = read(service.get("/discover/search", query="*", resource_type="study", slug=slug, num_results="1"))
    assert wanted["results"][0]["dataset_schema"]["name"] == "Lantern Cohort"
    by_slug = read(service.get("/discover/lookup", **SETTINGS, slug=slug))
    by_uuid = read(service.get("/discover/lookup", **SETTINGS, uuid=uuid_of(f"{shelf}/0"), query="sleep"))
    assert by_slug["results"] == by_uuid["results"]
    many = [uuid_of(f"{shelf}/{number}") for number in range(10)]
    assert len(read(service.get("/discover/lookup", uuid=many))["results"]) == 10
    missing = service.get("/discover/lookup", uuid="f" * 32)
    assert missing.status == 404, "then it tries the same as a slug"


def test_its_list_of_variables(service: Service, shelf: str) -> None:
    asked = {"ancestor_uuid": uuid_of(f"{shelf}/0"), "num_results": "10", "offset": "0", **SETTINGS}
    answer = service.get("/discover/get-variables", **asked).json
    assert (answer["num_hits"], answer["results"][0]["name"]) == (1, "sleeps")
    assert "next_page_offset" not in answer


def test_similar_studies_by_a_whole_description(service: Service, shelf: str) -> None:
    text = "Children of one autumn, asked again each second year. " * 20
    assert read(service.get("/discover/search", query=text, num_results="500", offset="0", source=shelf))["results"]


def test_an_item_of_harmony_comes_back_as_it_was(shared_client: Elasticsearch, tmp_path: Path) -> None:
    name = new_name()
    item: dict[str, Any] = {
        "dataset_schema": {"@context": "https://schema.org/", "@type": "Dataset", "name": "Kite Survey"},
        "extra_data": {
            "harmony_id": f"{name}/kites",
            "source": [name],
            "slug": f"{name}-kites",
            "name": "Kite Survey",
            "resource_type": "study",
            "sex": "all",
            "country_codes": ["GB"],
            "num_sweeps": 0,
            "age_upper": 999,
            "num_variables": None,
            "ai_summary": "",
            "uuid": uuid_of(f"{name}/kites"),
        },
        "distance": 0,
        "score": 0,
        "parent": {},
        "ancestors": [],
        "child_datasets": [],
    }
    payload = {"study": item}
    file = tmp_path / f"{name}.yaml"
    file.write_text(f'{{name: {name}, title: Kites, protocol: {{type: files, path: "*.json"}}, format: harmony}}')
    raw = RawRecord("kites", Harmony.name, orjson.dumps(payload))
    stored = document_of(load(file), raw, harvested_at="2026-03-01T00:00:00Z").fields
    assert as_harmony(stored) == payload
    with live(shared_client, [stored], name), served(shared_client) as service:
        (result,) = read(service.get("/discover/lookup", slug=f"{name}-kites"))["results"]
    assert {key: result[key] for key in item} == item
