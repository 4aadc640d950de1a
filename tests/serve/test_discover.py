"""The requests of the service: what they answer, what they refuse, and how they fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.model.identity import uuid_of
from tests.serve.serving import Service, document, live, new_name, served


@pytest.fixture(scope="module")
def shelf(shared_client: Elasticsearch) -> Iterator[str]:
    """A catalogue of a study with two datasets and a variable, and of forty more datasets."""
    name = new_name()
    study: dict[str, Any] = {"resource_type": "study", "name": "Harbour Panel", "sex": "all", "country_codes": ["FI"]}
    parts: list[dict[str, Any]] = [
        {
            "name": f"Harbour Panel, wave {wave}",
            "description": "Households by the sea.",
            "parent": f"{name}/0",
            "ancestors": [f"{name}/0"],
            "country_codes": ["FI"],
            "years": [1990 + wave],
            "start_year": 1990 + wave,
            "end_year": 1990 + wave,
            "sex": "female" if wave == 1 else "all",
            "age_lower": 20 * wave,
            "age_upper": 20 * wave + 5,
            "dois": [f"10.5072/{name}.{wave}"],
            "slug": f"{name}-wave-{wave}",
            "evidence": {"sex": [{"kind": "stated", "words": "women"}]},
        }
        for wave in (1, 2)
    ]
    variable: dict[str, Any] = {
        "resource_type": "variable",
        "name": "smokes",
        "description": "Cigarettes a day",
        "parent": f"{name}/1",
        "ancestors": [f"{name}/1", f"{name}/0"],
    }
    others: list[dict[str, Any]] = [{"name": f"Lighthouse keepers {number:02}"} for number in range(40)]
    documents = [document(name, number, **fields) for number, fields in enumerate([study, *parts, variable, *others])]
    with live(shared_client, documents, name):
        yield name


@pytest.fixture(scope="module")
def service(shared_client: Elasticsearch) -> Iterator[Service]:
    with served(shared_client) as service:
        yield service


def names(answer: dict[str, Any]) -> list[str]:
    return [each["extra_data"]["name"] for each in answer["results"]]


def test_a_search_gives_results_in_harmonys_shape_and_counts(service: Service, shelf: str) -> None:
    answer = service.get("/discover/search", query="harbour wave", source=shelf).json
    assert set(names(answer)) >= {"Harbour Panel, wave 1", "Harbour Panel, wave 2"}
    first = next(each for each in answer["results"] if each["extra_data"]["name"] == "Harbour Panel, wave 1")
    assert first["dataset_schema"]["name"] == "Harbour Panel, wave 1"
    assert first["extra_data"]["country_codes"] == ["FI"]
    assert first["score"] > 0
    assert first["match_type"] == ["study"]
    assert first["parent"]["extra_data"]["name"] == "Harbour Panel"
    assert [each["dataset_schema"]["name"] for each in first["ancestors"]] == ["Harbour Panel"]
    assert {"distance", "cosine_similarity", "child_datasets", "variables_which_matched"} <= first.keys()
    assert answer["aggregations"]["sex"]["female"] == 1
    assert answer["labels"]["country_codes"]["FI"] == "Finland"
    assert "document" not in first


def test_values_of_a_filter_may_be_repeated_and_words_for_codes_are_understood(service: Service, shelf: str) -> None:
    def found(**filters: Any) -> set[str]:
        return set(names(service.get("/discover/search", source=shelf, **filters).json))

    both = {"Harbour Panel, wave 1", "Harbour Panel, wave 2"}
    assert found(sex=["female", "male"]) == {"Harbour Panel, wave 1"}
    assert found(country_codes="Finland", resource_type="dataset") == both
    assert found(years_min=1992) == {"Harbour Panel, wave 2"}
    assert found(years_min="1990.4", years_max="1991.0") == {"Harbour Panel, wave 1"}
    assert found(age_min=24, age_max=41) == both
    assert found(age_min=26, age_max=30) == set()
    assert found(slug=f"{shelf}-wave-2") == {"Harbour Panel, wave 2"}
    assert len(found(sex="female", or_unknown="sex", num_results=100)) == 41


def test_counts_of_everything_have_ranges_and_the_fields_that_filter(service: Service, shelf: str) -> None:
    answer = service.get("/discover/aggregate", source=shelf).json
    assert answer["results"] == []
    assert answer["aggregations"]["start_year"] == {"minimum": 1991, "maximum": 1992, "mean": 1991.5, "count": 2}
    assert answer["aggregations"]["years"] == {"1991": 1, "1992": 1}
    assert answer["unknown"]["sex"] == 40
    described = {field["name"]: field["parameters"] for field in answer["fields"]}
    assert described["country_codes"] == ["country_codes"]
    assert described["age_lower"] == ["age_min", "age_max"]


def test_facets_of_many_values_are_counted_where_that_is_asked_for(service: Service, shelf: str) -> None:
    assert "ongoing" not in service.get("/discover/search", source=shelf).json["aggregations"]
    answer = service.get("/discover/search", source=shelf, facets=["ongoing", "keywords"]).json
    assert {"ongoing", "keywords", "sex"} <= answer["aggregations"].keys()
    assert "Did you mean 'keywords'?" in service.get("/discover/search", facets="keyword").detail


def test_suggestions_and_similar_studies(service: Service, shelf: str) -> None:
    suggested = service.get("/discover/suggest", query="lighthouse keep").json["suggestions"]
    assert any(each["kind"] == "study" and each["id"].startswith(shelf) for each in suggested)
    assert service.get("/discover/suggest", query="").json == {"suggestions": []}
    answer = service.get("/discover/similar", id=f"{shelf}/4", num_results=3).json
    assert answer["results"]
    assert f"{shelf}/4" not in [each["extra_data"]["harmony_id"] for each in answer["results"]]
    assert service.get("/discover/similar", id="no-such/document").status == 404
    assert service.get("/discover/similar").detail == "id: Field required."


@pytest.mark.parametrize("parameter", ["uuid", "harmony_id", "doi", "slug", "id"])
def test_a_document_is_looked_up_by_each_of_its_identifiers(service: Service, shelf: str, parameter: str) -> None:
    value = {
        "uuid": uuid_of(f"{shelf}/2"),
        "harmony_id": f"{shelf}/2",
        "doi": f"https://doi.org/10.5072/{shelf.upper()}.2",
        "slug": f"{shelf}-wave-2",
        "id": f"{shelf}/2",
    }[parameter]
    answer = service.get("/discover/lookup", **{parameter: value}, document="true").json
    assert names(answer) == ["Harbour Panel, wave 2"]
    (result,) = answer["results"]
    assert (result["distance"], result["score"]) == (0, 0)
    assert result["document"]["evidence"] == {"sex": [{"kind": "stated", "words": "women"}]}


def test_a_study_that_is_looked_up_has_its_datasets(service: Service, shelf: str) -> None:
    (study,) = service.get("/discover/lookup", harmony_id=f"{shelf}/0").json["results"]
    names_below = [each["dataset_schema"]["name"] for each in study["child_datasets"]]
    assert names_below == ["Harbour Panel, wave 1", "Harbour Panel, wave 2"]


def test_several_are_looked_up_in_the_order_in_which_they_are_given(service: Service, shelf: str) -> None:
    uuids = [uuid_of(f"{shelf}/{number}") for number in (2, 0, 1)]
    found = service.get("/discover/lookup", uuid=[*uuids, "0" * 32]).json
    assert [each["extra_data"]["uuid"] for each in found["results"]] == uuids


def test_what_is_not_there_is_not_found(service: Service) -> None:
    for path, parameters in (
        ("lookup", {"uuid": "0" * 32}),
        ("lookup", {"id": "no-such/document"}),
        ("variables", {"ancestor_uuid": "0" * 32}),
    ):
        reply = service.get(f"/discover/{path}", **parameters)
        assert (reply.status, reply.headers["cache-control"]) == (404, "no-store")
    assert service.get("/discover/nothing").status == 404
    assert service.get("/page/..%2f__init__.py").status == 404


def test_variables_of_a_study_are_listed_and_searched(service: Service, shelf: str) -> None:
    for number in (0, 1):
        of = uuid_of(f"{shelf}/{number}")
        answer = service.get("/discover/variables", ancestor_uuid=of).json
        assert (answer["num_hits"], answer["results"][0]["description"]) == (1, "Cigarettes a day")
        assert service.get("/discover/get-variables", ancestor_uuid=of, query="cigarettes").json["num_hits"] == 1
        assert service.get("/discover/variables", ancestor_uuid=of, query="lighthouse").json["num_hits"] == 0


@pytest.mark.parametrize(
    ("path", "parameters", "told"),
    [
        ("search", {"qeury": "x"}, "There is no parameter 'qeury'. Did you mean 'query'?"),
        ("search", {"country_code": "GB"}, "Did you mean 'country_codes'?"),
        ("aggregate", {"num_results": 3}, "There is no parameter 'num_results'."),
        ("search", {"country_codes": "UKK"}, "There is no country code 'UKK'."),
        ("search", {"sex": "women"}, "There is no sex 'women'"),
        ("search", {"age_min": 20, "age_max": 10}, "age_min is 20, more than age_max, which is 10"),
        ("search", {"age_min": "old"}, "age_min: Input should be a valid number"),
        ("search", {"age_min": "nan"}, "age_min: Input should be "),
        ("search", {"num_results": -1}, "num_results: Input should be greater than or equal to 0."),
        ("search", {"sort": "best"}, "There is no sort 'best'."),
        ("search", {"or_unknown": "sexes"}, "There is no facet 'sexes' for or_unknown. Did you mean 'sex'?"),
        ("search", {"source": "x" * 301}, "source: String should have at most 300 characters."),
        ("search", {"source": ["x"] * 101}, "source: Value should have at most 100 items"),
        ("search", {"ongoing": "perhaps"}, "has no value 'perhaps'"),
        ("lookup", {}, "Give one of uuid, harmony_id, doi, slug or id"),
        ("lookup", {"uuid": "x", "slug": "y"}, "Give one of uuid, harmony_id, doi, slug or id"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    service: Service, path: str, parameters: dict[str, Any], told: str
) -> None:
    reply = service.get(f"/discover/{path}", **parameters)
    assert reply.status == 422
    assert told in reply.detail


def test_a_body_that_is_no_json_or_too_long_is_refused(service: Service) -> None:
    headers = {"Content-Type": "application/json"}
    assert service.send("POST", "/discover/search", b"{", headers).status == 422
    assert service.post("/discover/search", {"num_result": 3}).detail.endswith("Did you mean 'num_results'?")
    assert service.send("POST", "/discover/search", b" " * 200_000, headers).status == 413


def test_a_long_text_is_cut_between_words_and_the_answer_says_so(service: Service, shelf: str) -> None:
    answer = service.get("/discover/search", query="harbour " * 200, source=shelf).json
    assert answer["note"] == "Only the first 500 characters of the text are searched for."
    assert "note" not in service.get("/discover/search", query="harbour", source=shelf).json


def test_every_answer_has_headers_that_protect_a_browser(service: Service) -> None:
    for path in ("/", "/discover/search?num_results=0", "/discover/search?qeury=x", "/nothing", "/health"):
        headers = service.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "server" not in headers, path
        assert "access-control-allow-origin" not in headers, path


def test_answers_may_be_kept_for_a_minute(service: Service) -> None:
    assert service.get("/discover/search", num_results=0).headers["cache-control"] == "public, max-age=60"


def test_other_sites_may_ask_only_where_that_is_set(shared_client: Elasticsearch) -> None:
    with served(shared_client, origins=("https://harbour.example",)) as service:
        friend = service.send("GET", "/health-check", headers={"Origin": "https://harbour.example"})
        assert friend.headers["access-control-allow-origin"] == "https://harbour.example"
        stranger = service.send("GET", "/health-check", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in stranger.headers


def test_the_description_lists_the_requests_and_their_parameters(service: Service) -> None:
    described = service.get("/openapi.json").json
    assert {"/discover/search", "/discover/aggregate", "/discover/lookup", "/discover/variables"} <= set(
        described["paths"]
    )
    parameters = {each["name"] for each in described["paths"]["/discover/search"]["get"]["parameters"]}
    assert {"query", "sex", "country_codes", "years_min", "age_max", "num_results", "offset"} <= parameters
