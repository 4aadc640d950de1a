"""Where sentences end."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.tokens import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("One.", ["One."]),
        ("", []),
        ("One\nTwo\n\nThree", ["One", "Two", "Three"]),
        ("Ships, e.g. yachts, sail. Boats too.", ["Ships, e.g. yachts, sail.", "Boats too."]),
        ("Ships, e.g.\nyachts. Boats.", ["Ships, e.g.", "yachts.", "Boats."]),
        ("Ships of 3.5 metres. Boats.", ["Ships of 3.5 metres.", "Boats."]),
        ("Ships ca. yachts? boats.", ["Ships ca. yachts? boats."]),
        ("Ships of Tuca. Boats.", ["Ships of Tuca.", "Boats."]),
        ("Ships c. Mac. Boats.", ["Ships c. Mac.", "Boats."]),
        ("\nOne", ["One"]),
        ("One.\n", ["One."]),
        ("一。二。\n三", ["一。二。", "三"]),
        ("一。 二", ["一。", "二"]),
        ("Od 1. 3. do 15. 4. 2006. Boats.", ["Od 1. 3. do 15. 4. 2006.", "Boats."]),
        ("Am 5. Mai im 21. Jahrhundert. Boats.", ["Am 5. Mai im 21. Jahrhundert.", "Boats."]),
        ("Room 5. Boats. In 2006. 20 boats.", ["Room 5.", "Boats.", "In 2006.", "20 boats."]),
    ],
)
def test_a_text_in_sentences(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize(
    "abbreviation",
    ["e.g.", "i.e.", "approx.", "ca.", "c.", "vs.", "No.", "nr.", "incl.", "resp.", "yr.", "yrs.", "St.", "Dr.", "Mr.",
     "Mrs.", "Ms.", "Prof.", "bijv.", "z.B.", "bzw.", "d. h.", "f.eks.", "t.ex.", "p. ex.", "p.ej.", "ad es.", "m.in.",
     "např.", "npr.", "pl.", "напр.", "π.χ.", "esim.", "pvz.", "piem."],
)  # fmt: skip
def test_an_abbreviation_ends_no_sentence(abbreviation: str) -> None:
    text = f"Ships, {abbreviation} Yachts. Boats."
    assert [text[start:end] for start, end in sentences(text)] == [f"Ships, {abbreviation} Yachts.", "Boats."]
