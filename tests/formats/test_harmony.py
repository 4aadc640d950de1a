"""Items of Harmony's discovery site, as pages and as JSON."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings, strategies

from pipeline.errors import RejectError
from pipeline.formats import nextjs_payload
from pipeline.formats.harmony import Harmony
from pipeline.model.record import Role, StudyRecord
from tests.formats.conformance import (
    FIXTURES,
    FormatConformance,
    assert_sound,
    read_or_reject,
    real_files,
    roles_of,
    texts,
)
from tests.support import needs_real_records

READ = Harmony().read
PAGE = (FIXTURES / "harmony_record_page.txt").read_bytes()
DESCRIPTION = "Adults of three harbour towns were followed.\nSweep 3: “work”, sleep — and 1a:T5,rows.\n"


def item(**extra: Any) -> StudyRecord:
    return READ(orjson.dumps({"dataset_schema": {"name": "Lighthouse Survey"}, "extra_data": extra}))


class TestHarmony(FormatConformance):
    format_name = "harmony"
    stem = "harmony_record"
    suffix = ".json"
    states = {  # noqa: RUF012 - class variables of the suite
        "harmony_id": "example/4711",
        "study_number": None,
        "source": ["example", "mirror"],
        "slug": "harbour-towns-cohort-sweep-3",
        "dois": ["10.5072/htc-4711"],
        "urls": [
            "https://data.example.org/4711",
            "https://mirror.example.org/htc",
            "https://catalogue.example.org/studies/4711",
        ],
        "same_as": ["10.5072/htc-twin"],
        "version": "3.1",
        "creators": ["Zephyrine Quillfeather", "Institute of Invented Harbours"],
        "publisher": "Example Study Catalogue",
        "funders": ["Imaginary Research Council", "Tideland Trust"],
        "parent": "example/4700",
        "ancestors": ["example/4700", "example/4000"],
        "license": "CC-BY-4.0",
        "published_year": 2013,
        "source_modified": "2020-02-01",
    }
    roles = roles_of(
        "title description keyword geography period sex age study_design instrument resource_type access "
        "language sample_size num_variables num_sweeps genetic_data"
    )
    without_options = {"harmony_id": "example/1"}  # noqa: RUF012

    def read(self, variant: str) -> StudyRecord:
        """The record without the item that it keeps unchanged: that has blank members or has not."""
        record = super().read(variant)
        return record.model_copy(update={"dataset_schema": None, "stated": None})

    def test_the_item_is_kept_unchanged(self) -> None:
        for variant in ("all_fields", "optional_blank", "optional_missing"):
            payload = self.payload(variant)
            record = READ(payload)
            assert record.stated is not None
            assert {"dataset_schema": record.dataset_schema, **record.stated["harmony"]} == orjson.loads(payload)


def test_a_page_is_read() -> None:
    record = READ(PAGE)
    assert record.harmony_id == "example/4711"
    assert record.dataset_schema is not None
    assert record.dataset_schema["description"] == DESCRIPTION
    assert texts(record, Role.KEYWORD) == ["SLEEP", "$ PAY"]
    assert texts(record, Role.GEOGRAPHY) == ["North quay, South quay"]
    assert texts(record, Role.ACCESS) == ["$12 was paid to each participant."]
    assert record.source_modified == "2020-02-01T00:00:00.000Z"
    assert "license" not in record.dataset_schema


def test_nulls_and_defaults_of_a_page_are_kept() -> None:
    record = READ(PAGE)
    assert record.stated is not None
    stated = record.stated["harmony"]
    assert stated["extra_data"]["num_variables"] is None
    assert stated["extra_data"]["genetic_data_collected"] is False
    assert stated["extra_data"]["dois"] == ["http://dx.doi.org/10.5072/HTC-4711"]
    assert {"distance", "score", "parent", "ancestors"} <= stated.keys()


def test_an_html_page_states_what_its_payload_states() -> None:
    assert READ((FIXTURES / "harmony_record_page.html").read_bytes()) == READ(PAGE)


def test_an_item_within_study_is_read() -> None:
    payload = (FIXTURES / "harmony_record_all_fields.json").read_bytes()
    assert READ(b'{"study": ' + payload + b"}") == READ(payload)


@pytest.mark.parametrize(
    "extra",
    [
        {"sex": "all"},
        {"country_codes": ["GB"]},
        {"genetic_data_collected": False},
        {"start_year": 0, "end_year": 999, "age_lower": 0, "age_upper": 999, "sample_size": 0, "num_variables": 999},
        {"geographic_coverage": "", "data_access": " ", "study_design": [""], "instruments": None},
        {"ai_summary": "Women of Utopia aged 20 to 30.", "duration_years": 4},
    ],
)
def test_defaults_of_the_site_are_no_statements(extra: dict[str, Any]) -> None:
    assert [statement.role for statement in item(**extra).statements] == [Role.TITLE]


@pytest.mark.parametrize(
    ("extra", "role", "expected"),
    [
        ({"sex": "male"}, Role.SEX, ["male"]),
        ({"country_codes": ["GB", "IE"]}, Role.GEOGRAPHY, ["GB", "IE"]),
        ({"country_codes": ["IE"]}, Role.GEOGRAPHY, ["IE"]),
        ({"genetic_data_collected": True}, Role.GENETIC_DATA, ["true"]),
        ({"start_year": 1999}, Role.PERIOD, ["1999/"]),
        ({"start_year": 1999, "end_year": 2001}, Role.PERIOD, ["1999/2001"]),
        ({"age_lower": 0, "age_upper": 17}, Role.AGE, ["up to 17"]),
        ({"age_lower": 65, "age_upper": 999}, Role.AGE, ["65+"]),
        ({"language_codes": ["en"]}, Role.LANGUAGE, ["en"]),
        ({"resource_type": "variable"}, Role.RESOURCE_TYPE, ["variable"]),
    ],
)
def test_other_values_are_statements(extra: dict[str, Any], role: Role, expected: list[str]) -> None:
    assert texts(item(**extra), role) == expected


def test_without_harmony_id_the_slug_is_the_study_number() -> None:
    record = item(slug="lighthouse-survey")
    assert (record.harmony_id, record.study_number) == (None, "lighthouse-survey")


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (b"<!DOCTYPE html><title>404</title>", "wrong_format"),
        (b'0:{"notFound":"This page could not be found."}\n', "wrong_format"),
        (b'18:["$","$L19",null,{"study":{"dataset_schema":{"name":"$1a"}}}]\n', "malformed"),
        (b'18:{"study":{"dataset_schema":{"name":"$18"}}}\n', "malformed"),
        (b'18:{"study":"$19:a"}\n19:"$19:a"\n', "malformed"),
        (b'18:{"study":{"dataset_schema":{"name":"$2"}}}\n2:I[1,[],""]\n', "wrong_format"),
        (b'18:{"study":{"dataset_schema":{"name":"$Sreact"}}}\n', "wrong_format"),
        (b'18:{"study":{"extra_data":{}}\n', "malformed"),
        (b"18:T9,short", "malformed"),
        (b'18:{"study":{"dataset_schema":{"name":"$1a"}}}\n1a:T1,\xff', "malformed"),
        (b'18:{"study":{"dataset_schema":{"description":"x"}}}\n', "no_title"),
        (b"Service unavailable", "malformed"),
    ],
)
def test_other_pages_and_truncated_pages_are_rejected(page: bytes, code: str) -> None:
    with pytest.raises(RejectError) as caught:
        READ(page)
    assert caught.value.code == code


def test_references_that_expand_without_end_are_rejected() -> None:
    doubled = "".join(f'{row:x}:["${row + 1:x}","${row + 1:x}"]\n' for row in range(1, 13))
    page = f'0:{{"study":{{"dataset_schema":{{"name":"x","keywords":"$1"}}}}}}\n{doubled}d:"{"word " * 4000}"\n'
    with pytest.raises(RejectError) as caught:
        READ(page.encode())
    assert caught.value.code == "too_large"


@given(text=strategies.text(strategies.characters(codec="utf-8")))
@settings(deadline=None, database=None, derandomize=True)
def test_a_text_of_any_characters_is_kept_unchanged(text: str) -> None:
    body = text.encode()
    page = f"1a:T{len(body):x},".encode() + body + b'18:{"study":{"dataset_schema":{"name":"x","text":"$1a"}}}\n'
    assert nextjs_payload.find(nextjs_payload.rows(page), "study", frozenset({"dataset_schema"})) == {
        "dataset_schema": {"name": "x", "text": text}
    }


@given(place=strategies.floats(0, 1), junk=strategies.binary(max_size=6))
@settings(deadline=None, database=None, derandomize=True, max_examples=300)
def test_a_damaged_page_is_read_or_rejected(place: float, junk: bytes) -> None:
    at = int(place * len(PAGE))
    assert_sound(read_or_reject("harmony", PAGE[:at]))
    assert_sound(read_or_reject("harmony", PAGE[:at] + junk + PAGE[at + len(junk) :]))


@needs_real_records
def test_the_real_page_is_read() -> None:
    (path,) = real_files("harmony/ukds-855557.page.txt")
    record = READ(path.read_bytes())
    assert record.harmony_id == "ukds/855557"
    assert record.source == ["ukds"]
    assert record.dois == ["10.5255/ukda-sn-855557"]
    assert len(texts(record, Role.DESCRIPTION)[0]) > 3000
    assert len(texts(record, Role.KEYWORD)) == 3
    assert texts(record, Role.PERIOD) == ["2019-11-01/2020-10-31", "2019/2020"]
    assert texts(record, Role.GEOGRAPHY) == ["East Midlands, North West, Central Scotland"]
    assert not texts(record, Role.SEX)
    assert not texts(record, Role.GENETIC_DATA)
