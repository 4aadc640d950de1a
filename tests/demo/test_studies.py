"""The invented studies: as varied as those of real catalogues, and each with its correct facet values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from demo.studies import CATALOGUES, Study, Truth, harmony_id, studies, truths
from pipeline.errors import REJECT_CODES

EVERY = tuple(study for catalogue in CATALOGUES for study in studies(catalogue))
KNOWN = tuple(study.truth for study in EVERY if study.truth is not None)


def words_of(study: Study) -> str:
    parts = [part for words in study.words for part in (words.title, words.description, words.population) if part]
    return " ".join(parts)


def test_four_catalogues_have_three_hundred_studies() -> None:
    assert len(EVERY) == 300
    assert all(25 <= len(studies(catalogue)) <= 160 for catalogue in CATALOGUES)


def test_every_study_that_can_be_read_has_a_unique_id_and_title() -> None:
    readable = [study for study in EVERY if study.truth is not None]
    assert len(truths()) == len(readable)
    titles = Counter((study.catalogue, study.words[0].title) for study in readable)
    assert max(titles.values()) == 1


def test_records_to_be_rejected_have_a_code_and_stay_within_the_limit_of_the_gate() -> None:
    rejected = [study for study in EVERY if study.reject is not None]
    assert {study.reject for study in rejected} >= {
        "no_id",
        "no_title",
        "not_a_study",
        "malformed",
        "wrong_format",
        "duplicate_id",
    }
    assert {study.reject for study in rejected} <= set(REJECT_CODES)
    for catalogue in CATALOGUES:
        assert sum(study.catalogue == catalogue for study in rejected) <= 0.05 * len(studies(catalogue))


def test_a_duplicate_follows_the_record_whose_id_it_repeats() -> None:
    for catalogue in CATALOGUES:
        listed = [harmony_id(study) for study in studies(catalogue)]
        for place, study in enumerate(studies(catalogue)):
            assert (listed[place] in listed[:place]) == (study.reject == "duplicate_id")


@pytest.mark.parametrize(
    ("condition", "at_least"),
    [
        (lambda t: t.sex == "female", 35),
        (lambda t: t.sex == "male", 20),
        (lambda t: t.sex == "all", 120),
        (lambda t: t.sex is None, 45),
        (lambda t: len(t.country_codes) > 1, 10),
        (lambda t: not t.country_codes, 15),
        (lambda t: {"CS", "YU", "SU", "DD"} & set(t.country_codes), 5),
        (lambda t: t.country_codes == ("DD", "DE"), 2),
        (lambda t: "XK" in t.country_codes, 1),
        (lambda t: t.ongoing and t.end_year is None, 12),
        (lambda t: t.ongoing and t.start_year is None, 1),
        (lambda t: t.start_year is None and not t.ongoing, 12),
        (lambda t: t.start_year and t.end_year is None and not t.ongoing, 3),
        (lambda t: t.start_year and t.start_year < 1900, 12),
        (lambda t: t.age_lower == 0, 8),
        (lambda t: t.age_lower and t.age_upper is None, 25),
        (lambda t: t.age_upper is not None, 45),
        (lambda t: t.age_lower is None, 120),
        (lambda t: t.resource_type == "study", 5),
        (lambda t: t.resource_type == "source", 1),
    ],
)
def test_the_studies_cover_the_values_of_the_facets(condition: Callable[[Truth], object], at_least: int) -> None:
    assert sum(bool(condition(truth)) for truth in KNOWN) >= at_least


def test_correct_facets_agree_with_each_other() -> None:
    for truth in KNOWN:
        assert not (truth.ongoing and truth.end_year)
        assert truth.country_codes == tuple(sorted(set(truth.country_codes)))
        assert all(re.fullmatch("[A-Z]{2}", code) for code in truth.country_codes)
        assert truth.start_year is None or truth.end_year is None or truth.start_year <= truth.end_year
        assert truth.age_lower is None or truth.age_upper is None or truth.age_lower <= truth.age_upper


def test_records_are_in_seven_languages_and_some_in_two() -> None:
    main = Counter(study.words[0].language for study in EVERY)
    assert set(main) == {"en", "nl", "de", "fi", "fr", "sv", "ja"}
    assert min(main.values()) >= 7
    assert sum(len(study.words) > 1 for study in EVERY) >= 15


@pytest.mark.parametrize(
    ("pattern", "sexes"),
    [
        (r"interviewers were women|interviewers waren vrouwen|Interviewer waren Frauen", {"all", "female", "male"}),
        (r"attitudes to women", {"all"}),
        (r"mothers?.{0,40}(?:babies|infants)", {"all"}),
        (r"\bQueens, workers and males\b", {None}),
        (r"\bMental\b", {"all"}),
    ],
)
def test_misleading_words_occur_in_studies_of_different_sexes(pattern: str, sexes: set[str | None]) -> None:
    found = {study.truth.sex for study in EVERY if study.truth and re.search(pattern, words_of(study), re.IGNORECASE)}
    assert sexes <= found


def test_dates_have_the_odd_forms_of_real_catalogues() -> None:
    written = {side for study in EVERY for period in study.periods for side in (period.start, period.end)}
    assert {"1988-11-00", "4/1/11", "Ongoing"} <= written
    in_words = {study.period_words for study in EVERY}
    assert {"2009..", "2003-11 tot 2004-01", "2009-heden", "1976 * 1977"} <= in_words
    backwards = [
        s for s in EVERY if any(p.start and p.end and p.end[:1].isdigit() and p.start > p.end for p in s.periods)
    ]
    assert len(backwards) >= 3


def test_descriptions_are_plain_html_html_escaped_twice_or_absent() -> None:
    described = [words.description for study in EVERY for words in study.words]
    assert sum(text is None for text in described) == 3
    assert sum(text is not None and text.startswith("<p>") for text in described) >= 10
    assert sum(text is not None and text.startswith("&lt;p&gt;") for text in described) >= 5


def test_some_studies_without_years_name_a_year_of_publication() -> None:
    undated = [study for study in EVERY if _undated(study.truth) and re.search(r"20\d\d", words_of(study))]
    assert undated


def _undated(truth: Truth | None) -> bool:
    return truth is not None and truth.start_year is None and truth.end_year is None
