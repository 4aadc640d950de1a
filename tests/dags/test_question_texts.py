"""What a person reads who is asked about a candidate."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.dags.question_texts import body, subject
from pipeline.run.details import Distribution, RunDetails
from tests.dags.test_ending import HOLD, report

HELD = report(outcome="held", gate=HOLD, judged=24, created=0, updated=3, deleted=14)
PAGE = "dags/ingest_harbour/runs/run-1/plugin/study-index-run"


def details(**after: int) -> RunDetails:
    def distribution(documents: int, coverage: dict[str, int]) -> Distribution:
        return Distribution(documents=documents, coverage=coverage, values={}, years={})

    return RunDetails(
        plan_id="1",
        before=distribution(38, {"sex": 19, "years": 38}),
        after=distribution(24, after),
        reasons=(),
        changes=(),
    )


def test_the_subject_has_the_title_and_the_first_reason() -> None:
    assert subject(HELD, "Harbour Archive").startswith("Harbour Archive: let the candidate go live? max_drop: 14 of 38")


def test_the_table_has_documents_and_the_facets_that_moved() -> None:
    text = body(HELD, details(sex=11, years=24), 38, PAGE, None)
    assert "| Documents | 38 | 24 | −14 |" in text
    assert "| with Sex | 50% | 46% | −4 points |" in text
    assert "Years" not in text
    assert f"]({PAGE})" in text


def test_where_no_facet_moved_the_table_states_it() -> None:
    assert "| with any facet |  |  | as before |" in body(HELD, details(sex=12, years=24), 38, PAGE, None)


def test_a_run_that_staged_no_details_has_its_documents_alone() -> None:
    assert "| Documents | 38 | 24 | −14 |" in body(HELD, None, 38, PAGE, None)


def test_the_end_of_the_time_is_stated_where_there_is_one() -> None:
    until = datetime(2026, 1, 9, 3, 0, tzinfo=UTC)
    assert "Without an answer until 2026-01-09 03:00 UTC it is refused." in body(HELD, None, 38, PAGE, until)
    assert "Without an answer" not in body(HELD, None, 38, PAGE, None)
