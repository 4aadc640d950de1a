"""Acronyms that titles and series state, and words of the same shape that are none of the study's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.enrich.acronyms import acronyms_of


def stated(titles: str | Sequence[str], *series: str) -> dict[str, str | None]:
    """Names by acronym."""
    return dict(acronyms_of([titles] if isinstance(titles, str) else titles, series))


@pytest.mark.parametrize(
    ("title", "short", "name"),
    [
        ("Harbour Cohort Study (HCS)", "hcs", "harbour cohort study"),
        ("The Isles Longitudinal Study of Ageing (ILSA): wave 2", "ilsa", "isles longitudinal study of ageing"),
        ("Study of Piers and Children (SPAC)", "spac", "study of piers children"),
        ("Lighthouse keepers in the Coastal Registry of Work (CRW)", "crw", "coastal registry of work"),
        ("TIDES: Tracking Islanders' Daily Exercise Survey", "tides", "tracking islanders daily exercise survey"),
        ("Nationaal Haventjesonderzoek 2021 (NHO 2021)", "nho", "nationaal haventjesonderzoek"),
        ("Havenwerkersonderzoek - HWO 2019", "hwo", "havenwerkersonderzoek"),
        ("MRC Pier Function and Ageing Study (MRC PFAS)", "pfas", "pier function ageing study"),
        ("HCSII (Harbour Cohort Study II, with others)", "hcsii", "harbour cohort study"),
        ("Étude des Ports Européens (EPE)", "epe", "etude des ports europeens"),
        ("Ports of the North (the GULL Study)", "gull", None),
        ("Grown in Grimsby (GiG)", "gig", "grown in grimsby"),
    ],
)  # fmt: skip
def test_initials_that_fit_the_name_of_a_study_are_its_acronym(title: str, short: str, name: str | None) -> None:
    assert stated(title) == {short: name}


@pytest.mark.parametrize(
    "title",
    [
        "Tablets for Seasonal Sea Sickness (SSS) in passengers",
        "A Comparison of Salted Fish Oil (SFO) and water, a Randomised Controlled Trial (RCT)",
        "Validation of the Short Seamen's Questionnaire (SSQ)",
        "Survey of harbours (UK)",
        "Survey of harbours [electronic resource]",
        "Fishing in the EU: attitudes",
        "COVID-19: a survey",
        "HARBOURS AND WORK (PILOT STUDY)",
        "Trawling (XYZ) survey",
    ],
)
def test_acronyms_of_other_things_are_none_of_the_study(title: str) -> None:
    assert stated(title) == {}


@pytest.mark.parametrize(
    ("series", "found"),
    [
        ("Harbour Cohort Study (HCS)", {"hcs": "harbour cohort study"}),
        ("1970 Isles Cohort Study (ICS70)", {"ics70": "isles cohort study", "ics": "isles cohort study"}),
        ("TwinsNI - The NI Adult Twin Registry", {"twinsni": "ni adult twin registry"}),
        ("Fish Council (FC) National Survey of Nets (NSN)", {"nsn": "national survey of nets"}),
        ("HCS", {"hcs": None}),
        ("GULL Study", {"gull": None}),
        ("National Audits", {}),
        ("Local", {}),
    ],
)
def test_a_series_states_its_acronym(series: str, found: dict[str, str | None]) -> None:
    assert stated("Wave 3 of something", series) == found


def test_the_number_of_a_wave_is_cut() -> None:
    both = {"eps8": "european port survey", "eps": "european port survey"}
    assert stated("European Port Survey: EPS8") == both
    assert stated(["European Port Survey, round 8", "EPS8"]) == both
    assert stated(["European Port Survey, round 8", "EPS Wave 8"]) == {"eps": "european port survey"}


def test_a_further_title_is_an_acronym_whether_it_fits_or_not() -> None:
    assert stated(["Sleep of sailors on night watch", "GULL study"]) == {"gull": None}
    assert stated(["Sleep of sailors on night watch", "Schlaf auf See"]) == {}


def test_what_a_series_spells_out_explains_a_title_that_does_not() -> None:
    assert stated("Parents' questionnaire (HCS)", "Harbour Cohort Study (HCS)") == {"hcs": "harbour cohort study"}


def test_a_title_of_any_length_is_read_in_no_time() -> None:
    assert stated("(AAAAAAAAAAAA) a " * 10_000) == {}
