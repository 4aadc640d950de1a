"""Corrections files: what is valid in them, the messages about what is not, and what they change in a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.catalogue import Catalogue
from pipeline.catalogue import load as load_catalogue
from pipeline.catalogue.corrections import Correction, Corrections, load, without_catalogue
from pipeline.enrich.apply_corrections import apply_correction
from pipeline.errors import RejectError, UsageError
from pipeline.index.harmony_view import as_harmony
from pipeline.model.built import content_hash, finished
from pipeline.model.document import NOT_COVERED, Document
from pipeline.model.facets import NAMES
from pipeline.model.raw import RawRecord
from pipeline.run.outcome import document_of
from pipeline.run.staged_corrections import stage, staged
from pipeline.staging.store import Staging
from tests.support import ddi, fetch_result

WHY = "see the codebook"
HARVESTED_AT = "2026-02-03T00:00:00Z"


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    path = tmp_path / "harbour.yaml"
    described = {"name": "harbour", "title": "Harbour Archive", "format": "ddi-codebook"}
    path.write_text(yaml.safe_dump({**described, "protocol": {"type": "files", "path": "*"}}), encoding="utf-8")
    return load_catalogue(path)


def write(catalogue: Catalogue, text: str | bytes | dict[str, Any]) -> None:
    values = yaml.safe_dump(text) if isinstance(text, dict) else text
    path = catalogue.file.with_name("harbour.corrections.yaml")
    path.write_bytes(values if isinstance(values, bytes) else values.encode())


def message(catalogue: Catalogue, text: str | bytes | dict[str, Any]) -> str:
    write(catalogue, text)
    with pytest.raises(UsageError) as refused:
        load(catalogue)
    assert "harbour.corrections.yaml" in str(refused.value)
    return str(refused.value)


# -- the file ----------------------------------------------------------------------------------------------------


def test_a_catalogue_without_a_file_has_no_corrections(catalogue: Catalogue) -> None:
    assert load(catalogue).by_id == {}
    write(catalogue, "# none yet\n")
    assert load(catalogue).by_id == {}


def test_a_value_of_every_kind_can_be_given(catalogue: Catalogue) -> None:
    whole = {
        "name": "Harbour Survey", "description": "Of harbours.", "keywords": ["harbours"],
        "urls": ["https://harbour.invalid/1"], "dois": ["https://doi.org/10.5555/ABC"], "sex": "all",
        "resource_type": "study", "country_codes": ["FI", "YU", "XK"], "regions": ["150", "EU"], "start_year": 1990,
        "end_year": 1992, "ongoing": False, "years": [1990, 1992], "age_lower": 0, "age_upper": 99,
        "access": ["open", "closed"], "language_codes": ["fi", "smn"], "study_design": ["Longitudinal.Panel"],
        "topics": ["Demography", "Demography.Censuses"], "instruments": ["GHQ-12"], "genetic_data_collected": False,
        "sample_size": 1,
    }  # fmt: skip
    write(catalogue, {"harbour/1": {**whole, "reason": WHY}})
    changes = load(catalogue).by_id["harbour/1"].changes
    assert changes == {**whole, "dois": ["10.5555/abc"]}


def test_every_facet_but_the_one_that_follows_from_others_can_be_corrected() -> None:
    correctable = Correction.model_fields.keys() - {"reason", "suppress"}
    assert set(NAMES) - correctable == {"duration_years"}
    assert correctable <= Document.model_fields.keys()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"sx": "female"}, "unknown key 'sx'. Did you mean 'sex'?"),
        ({"supress": True}, "unknown key 'supress'. Did you mean 'suppress'?"),
        ({"sex": "women"}, "There is no sex 'women'. Known: female, male, all"),
        ({"resource_type": "datset"}, "There is no type 'datset'. Did you mean 'dataset'?"),
        ({"access": ["opn"]}, "There is no access 'opn'. Did you mean 'open'?"),
        ({"access": "open"}, "access: has to be a list, such as [open], not 'open'"),
        ({"access": []}, "access: List should have at least 1 item"),
        ({"country_codes": ["UK"]}, "There is no country code 'UK'. Did you mean 'GB'?"),
        ({"country_codes": ["fi"]}, "There is no country code 'fi'. Did you mean 'FI'?"),
        ({"country_codes": ["ZZ"]}, "There is no country code 'ZZ'. Write the ISO 3166-1 alpha-2 code"),
        ({"country_codes": [False]}, "not False (a word that YAML takes for something else needs quotes)"),
        ({"language_codes": ["eng"]}, "There is no language code 'eng'. Did you mean 'en'?"),
        ({"language_codes": ["Finnish"]}, "There is no language code 'Finnish'. Did you mean 'fi'?"),
        ({"regions": ["Europe"]}, "regions: There is no region code 'Europe'. Did you mean '150'?"),
        ({"topics": ["Demografy"]}, "Did you mean 'Demography'?"),
        ({"study_design": ["Longitudinal.Panl"]}, "Did you mean 'Longitudinal.Panel'?"),
        ({"start_year": "1990"}, "start_year: Input should be a valid integer, not '1990'"),
        ({"start_year": 19900}, "start_year: Input should be less than or equal to 9999"),
        ({"ongoing": "yes"}, "ongoing: Input should be a valid boolean"),
        ({"age_lower": -1}, "age_lower: Input should be greater than or equal to 0"),
        ({"age_upper": 131}, "age_upper: Input should be less than or equal to 130"),
        ({"sample_size": 0}, "sample_size: Input should be greater than 0"),
        ({"name": " "}, "name: String should have at least 1 character"),
        ({"name": None}, "name cannot be removed"),
        ({"resource_type": None}, "resource_type cannot be removed"),
        ({"dois": ["none"]}, "'none' is no DOI"),
        ({"urls": ["harbour.invalid"]}, "'harbour.invalid' is not an http or https address"),
        ({"duration_years": 3}, "duration_years follows from start_year and end_year: correct these"),
        ({"start_year": 1990, "end_year": 1980}, "start_year 1990 is after end_year 1980"),
        ({"age_lower": 60, "age_upper": 16}, "age_lower 60 is above age_upper 16"),
        ({"ongoing": True, "end_year": 1990}, "an ongoing study has no end_year"),
        ({"years": [1990, 1995], "start_year": 1991}, "start_year is 1991, and the first of the years 1990"),
        ({"years": [1990, 1995], "end_year": 1994}, "end_year is 1994, and the last of the years 1995"),
        ({}, "it corrects nothing"),
        ({"suppress": False}, "suppress: can only be true"),
        ({"suppress": "yes"}, "suppress: can only be true"),
        ({"suppress": True, "sex": "all"}, "a suppressed record has no sex"),
        ({"sex": "all", "reason": ""}, "reason: String should have at least 1 character"),
        ({"sex": "all", "reason": " "}, "reason: String should have at least 1 character"),
        ({"sex": "all", "reason": None}, "reason: Input should be a valid string"),
    ],
)
def test_a_correction_that_is_not_valid_is_refused(catalogue: Catalogue, values: dict[str, Any], expected: str) -> None:
    found = message(catalogue, {"harbour/1": {"reason": WHY, **values}, "harbour/2": {"sex": "all", "reason": WHY}})
    assert expected in found
    assert "harbour/1: " in found
    assert "harbour/2" not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("harbour/1: {sex: all}", "harbour/1: the key 'reason' is missing"),
        ("harbour/1: female", "harbour/1: needs keys"),
        ("harbour/1:", "harbour/1: needs keys"),
        ("harbor/1: {sex: all, reason: r}", "is of the source 'harbor', and the records of harbour are of 'harbour'"),
        ("S1: {sex: all, reason: r}", "S1: is no harmony_id: one is written as harbour/…"),
        ("harbour/: {sex: all, reason: r}", "is no harmony_id"),
        ("17: {sex: all, reason: r}", "is no harmony_id: put it in quotes"),
        ("a/1: {sex: all, reason: r}\na/1: {sex: all, reason: r}", "the key 'a/1' occurs twice: keep one of the two"),
        ("harbour/1: {sex: all, sex: male, reason: r}", "the key 'sex' occurs twice"),
        ("- harbour/1", "holds no keys"),
        ("harbour/1: {", "is not YAML"),
        (b"harbour/1: \xff", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_valid_is_refused(catalogue: Catalogue, text: str | bytes, expected: str) -> None:
    assert expected in message(catalogue, text)


def test_one_message_names_all_that_is_wrong(catalogue: Catalogue) -> None:
    found = message(catalogue, "harbour/1: {sex: women, reason: r}\nharbour/2: {age_lower: 200, reason: r}")
    assert "harbour/1: sex: There is no sex" in found
    assert "harbour/2: age_lower" in found


def test_records_that_carry_a_harmony_id_of_their_own_may_be_of_any_source(catalogue: Catalogue) -> None:
    write(catalogue, {"elsewhere/1": {"sex": "all", "reason": WHY}})
    own = catalogue.model_copy(update={"format": "harmony"})
    assert load(own).by_id.keys() == {"elsewhere/1"}


def test_the_source_of_a_catalogue_is_the_one_of_its_records(catalogue: Catalogue) -> None:
    write(catalogue, {"quay/1": {"sex": "all", "reason": WHY}})
    assert load(catalogue.model_copy(update={"source": "quay"})).by_id.keys() == {"quay/1"}


def test_a_file_with_another_ending_is_refused(catalogue: Catalogue) -> None:
    catalogue.file.with_name("harbour.corrections.yml").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"harbour\.corrections\.yml is ignored: rename it"):
        load(catalogue)


def test_files_without_a_catalogue_are_found(catalogue: Catalogue) -> None:
    folder = catalogue.file.parent
    write(catalogue, "{}")
    assert without_catalogue(folder) == []
    (folder / "harbor.corrections.yaml").write_text("{}", encoding="utf-8")
    assert without_catalogue(folder) == [folder / "harbor.corrections.yaml"]


def test_staged_corrections_are_those_of_the_file(catalogue: Catalogue, staging: Path) -> None:
    write(catalogue, {"harbour/1": {"end_year": None, "sex": "all", "reason": WHY}})
    found, place = load(catalogue), Staging("harbour", "run")
    fetched = fetch_result(catalogue, corrections=stage(found, place))
    assert staged(place, fetched) == found
    assert staged(place, fetched).digests() == found.digests()
    assert staging.exists()


# -- a document --------------------------------------------------------------------------------------------------


def document(catalogue: Catalogue, corrections: Corrections | None = None, **changes: Any) -> dict[str, Any]:
    """The document of an invented study of Finland in 2001, made in 2026."""
    raw = RawRecord("S1.xml", "ddi-codebook", ddi(1, **changes).encode())
    values = corrections or Corrections({})
    return document_of(catalogue, raw, harvested_at=HARVESTED_AT, corrections=values).fields


def corrected(catalogue: Catalogue, of: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A document with these corrections; it is valid, and its evidence is that of its facets."""
    before = {name: value for name, value in (of or document(catalogue)).items() if name not in NOT_COVERED}
    kept = {**before}
    changed = apply_correction(before, Correction(reason=WHY, **values), 2026)
    assert before == kept
    found = finished(changed, harvested_at=HARVESTED_AT).fields
    Document.model_validate(found)
    assert found["content_hash"] == content_hash(found)
    assert found["evidence"].keys() == {name for name in NAMES if name in found}
    for name in values.keys() & {*NAMES} & found.keys():
        assert found["evidence"][name] == [{"kind": "curator", "reason": WHY}]
    return found


def period(found: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(found.get(name) for name in ("start_year", "end_year", "ongoing", "years", "duration_years"))


def test_the_record_is_found_by_its_harmony_id(catalogue: Catalogue) -> None:
    values = Corrections({"harbour/S00001": Correction.model_validate({"sex": "female", "reason": WHY})})
    assert document(catalogue, values)["sex"] == "female"
    assert document(catalogue, Corrections({"harbour/S1": values.by_id["harbour/S00001"]})).get("sex") != "female"


def test_a_suppressed_record_is_a_reject(catalogue: Catalogue) -> None:
    values = Corrections({"harbour/S00001": Correction(suppress=True, reason="withdrawn")})
    with pytest.raises(RejectError, match="harbour/S00001 is suppressed: withdrawn") as refused:
        document(catalogue, values)
    assert refused.value.code == "suppressed"


def test_nothing_else_changes(catalogue: Catalogue) -> None:
    before, after = document(catalogue), corrected(catalogue, sex="female")
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed == {"sex", "evidence", "content_hash"}


def test_null_removes_a_value_and_its_evidence(catalogue: Catalogue) -> None:
    found = corrected(catalogue, country_codes=None, description=None, sex=None)
    assert found.keys().isdisjoint({"country_codes", "description", "sex"})


def test_a_name_gives_the_slug(catalogue: Catalogue) -> None:
    assert corrected(catalogue, name="Quay Survey")["slug"] == "quay-survey"
    own = {**document(catalogue), "slug": "its-own"}
    assert corrected(catalogue, own, name="Quay Survey")["slug"] == "its-own"


def test_lists_are_in_the_order_of_documents(catalogue: Catalogue) -> None:
    found = corrected(catalogue, country_codes=["SE", "FI", "SE"], keywords=["quay", "harbour", "quay"])
    assert (found["country_codes"], found["keywords"]) == (["FI", "SE"], ["quay", "harbour"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"end_year": 2003}, (2001, 2003, None, [2001, 2002, 2003], 2)),
        ({"start_year": 2000}, (2000, 2001, None, [2000, 2001], 1)),
        ({"start_year": 2001}, (2001, 2001, None, [2001], 0)),
        ({"start_year": 2020}, (2020, None, None, [2020], None)),
        ({"end_year": 1990}, (None, 1990, None, [1990], None)),
        ({"start_year": None}, (None, 2001, None, [2001], None)),
        ({"end_year": None}, (2001, None, None, [2001], None)),
        ({"start_year": None, "end_year": None}, (None, None, None, None, None)),
        ({"ongoing": True, "start_year": 2024}, (2024, None, True, [2024, 2025, 2026], None)),
        ({"ongoing": False}, (2001, 2001, False, [2001], 0)),
        ({"years": [1995, 1990]}, (1990, 1995, None, [1990, 1995], 5)),
        ({"years": [1990, 1995], "end_year": None}, (1990, None, None, [1990, 1995], None)),
        ({"years": [1990, 1992, 1995]}, (1990, 1995, None, [1990, 1992, 1995], 5)),
        ({"years": [1990, 1995], "start_year": None}, (None, 1995, None, [1990, 1995], None)),
        ({"years": [1990, 1995], "ongoing": True}, (1990, None, True, [1990, 1995], None)),
        ({"years": None}, (2001, 2001, None, None, 0)),
        ({"years": None, "end_year": 2003}, (2001, 2003, None, None, 2)),
        ({"end_year": 2003, "ongoing": False}, (2001, 2003, False, [2001, 2002, 2003], 2)),
        ({"start_year": 1000, "end_year": 1900}, (1000, 1900, None, [1000, 1900], 900)),
    ],
)
def test_years_are_consistent(catalogue: Catalogue, values: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert period(corrected(catalogue, **values)) == expected


def test_ongoing_removes_the_end_and_an_end_removes_ongoing(catalogue: Catalogue) -> None:
    going_on = corrected(catalogue, ongoing=True)
    assert period(going_on)[:3] == (2001, None, True)
    assert going_on["years"][-1] == 2026
    assert going_on["evidence"]["years"] == [{"kind": "derived", "field": "start_year, ongoing"}]
    assert period(corrected(catalogue, going_on, end_year=2002)) == (2001, 2002, None, [2001, 2002], 1)
    assert period(corrected(catalogue, going_on, ongoing=None)) == (2001, None, None, [2001], None)
    assert period(corrected(catalogue, going_on, sex="female")) == period(going_on)
    assert period(corrected(catalogue, going_on, ongoing=True)) == period(going_on)


def test_stated_waves_are_kept_where_both_ends_are(catalogue: Catalogue) -> None:
    waves = corrected(catalogue, years=[1990, 1995])
    assert corrected(catalogue, waves, start_year=1990)["years"] == [1990, 1995]
    assert corrected(catalogue, waves, end_year=1992)["years"] == [1990, 1991, 1992]


def test_an_age_that_contradicts_the_corrected_one_is_removed(catalogue: Catalogue) -> None:
    adults = corrected(catalogue, age_lower=18, age_upper=65)
    assert corrected(catalogue, adults, age_upper=12).keys().isdisjoint({"age_lower"})
    assert "age_upper" not in corrected(catalogue, adults, age_lower=70)
    assert corrected(catalogue, adults, age_lower=16)["age_upper"] == 65


def test_harmony_gets_the_corrected_value_in_place_of_its_own(catalogue: Catalogue) -> None:
    own = {"extra_data": {"sex": "all", "country_codes": ["GB"]}, "distance": 0, "parent": {}, "ancestors": []}
    read_from_harmony = {**document(catalogue), "stated": {"harmony": own}}
    shown = as_harmony(corrected(catalogue, read_from_harmony, sex="female"))["study"]
    assert shown["extra_data"] == {"sex": "female", "country_codes": ["GB"]}
