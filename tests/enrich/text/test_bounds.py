"""What enrichment reads of very long records."""

from __future__ import annotations

import pytest

from pipeline.enrich.text.bounds import (
    LONGEST_FIELD,
    LONGEST_RUN,
    LONGEST_TEXT,
    MOST_CHARACTERS,
    MOST_STATEMENTS,
    bounded_statements,
)
from pipeline.model.record import Role
from tests.enrich.records import record, statement


def read(role: Role, *texts: str) -> list[str]:
    return [each.text for each in bounded_statements([statement(role, text) for text in texts])]


def test_a_record_of_usual_size_is_read_whole() -> None:
    usual = record(title="A study", description="word " * 3_000 + "end", keyword=["tide"] * 400)
    assert bounded_statements(usual.statements) == usual.statements


@pytest.mark.parametrize(("role", "most"), [(Role.DESCRIPTION, LONGEST_TEXT), (Role.TITLE, LONGEST_FIELD)])
def test_a_long_text_is_read_up_to_a_bound(role: Role, most: int) -> None:
    (beginning,) = read(role, "ab " * most)
    assert most - 3 <= len(beginning) <= most


@pytest.mark.parametrize("run", ["x", "9", "-", "(", "é"])
def test_a_text_is_read_up_to_a_run_that_is_no_word(run: str) -> None:
    assert read(Role.DESCRIPTION, f"Women of {'1' * LONGEST_RUN} {run * (LONGEST_RUN + 1)} and men") == [
        f"Women of {'1' * LONGEST_RUN}"
    ]
    assert read(Role.TITLE, run * (LONGEST_RUN + 1)) == []


def test_of_very_many_statements_the_first_are_read() -> None:
    assert len(read(Role.KEYWORD, *["tide"] * (MOST_STATEMENTS + 1))) == MOST_STATEMENTS
    assert sum(map(len, read(Role.POPULATION, *["men " * 4_000] * 20))) <= MOST_CHARACTERS
    assert read(Role.TITLE, "A study") == ["A study"]
    long = "men " * 5_000
    assert len(read(Role.POPULATION, *[long] * 5)) == 5
    assert len(read(Role.POPULATION, *[long] * 6)) == 5
    assert len(read(Role.TITLE, *[long] * 6)) == 6  # of each only the beginning is read
    assert len(read(Role.KEYWORD, *["tide"] * MOST_STATEMENTS)) == MOST_STATEMENTS


def test_each_role_has_its_own_bounds() -> None:
    statements = [statement(Role.KEYWORD, "tide")] * MOST_STATEMENTS + [statement(Role.TITLE, "A study")] * 2
    assert bounded_statements(statements) == statements


def test_a_run_is_too_long_wherever_it_begins() -> None:
    for before in ("", "ab ", "word " * 30, "word " * 99):
        assert read(Role.DESCRIPTION, f"{before}{'x' * LONGEST_RUN} men") == [f"{before}{'x' * LONGEST_RUN} men"]
        cut = read(Role.DESCRIPTION, "A study", f"{before}{'x' * (LONGEST_RUN + 1)} men", "Boats")
        assert cut == ["A study", *([before.strip()] if before else []), "Boats"]


def test_words_and_signs_in_turn_are_read() -> None:
    text = f"{'-' * LONGEST_RUN}{'x' * LONGEST_RUN}{'-' * LONGEST_RUN}"
    assert read(Role.DESCRIPTION, text) == [text]
    assert read(Role.DESCRIPTION, f"{text}- men") == [text[: 2 * LONGEST_RUN]]
    assert read(Role.DESCRIPTION, "men ") == ["men "]
