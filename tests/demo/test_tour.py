"""docs/tour.md is what the commands of the tour print, and the tour ends where one does not do what it should."""

from __future__ import annotations

import difflib
from datetime import UTC, datetime

import pytest

from demo import story, tour
from pipeline.errors import FailError
from tests.support import PROJECT

PAGE = PROJECT / "docs" / "tour.md"
NO_ELASTICSEARCH = "http://127.0.0.1:1"


def test_the_page_is_what_the_commands_print(own_elasticsearch_url: str) -> None:
    page = tour.transcript("".join(tour.tour(own_elasticsearch_url)))
    written = PAGE.read_text(encoding="utf-8")
    if page != written:
        differences = "\n".join(
            difflib.unified_diff(written.splitlines(), page.splitlines(), "docs/tour.md", "printed")
        )
        pytest.fail(f"{tour.MADE_BY} renews it:\n{differences}", pytrace=False)


def test_the_page_is_the_same_next_year() -> None:
    assert str(datetime.now(UTC).year) not in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (story.Command("", "study-index --version", shows=("study-index 0.0",)), "in its output: study-index 0.0"),
        (story.Command("", "study-index --version", code=story.HELD), "exit code 3 was expected"),
        (story.Edit("", "catalogues/demo-health.yaml", "no such line", "another"), "has no 'no such line'"),
    ],
)
def test_the_tour_fails_where_a_step_is_not_as_told(
    monkeypatch: pytest.MonkeyPatch, step: story.Command | story.Edit, message: str
) -> None:
    monkeypatch.setattr(tour, "STORY", (story.Chapter("A chapter", (step,)),))
    with pytest.raises(FailError, match=message):
        list(tour.tour(NO_ELASTICSEARCH))
