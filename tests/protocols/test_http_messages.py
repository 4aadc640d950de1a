"""Dates as servers write them, and addresses in messages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline.errors import FailError
from pipeline.protocols.http_messages import http_date, retry_after, web_url

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture(params=["UTC", "Pacific/Auckland"])
def _zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_zone")
@pytest.mark.parametrize("zone", [" GMT", " +0000", " -0000", "", " +0200"])
def test_a_date_is_in_utc_whatever_the_zone_of_this_machine(zone: str) -> None:
    hour = 14 if zone == " +0200" else 12
    assert http_date(f"Wed, 01 Apr 2026 {hour}:00:00{zone}") == NOON


@pytest.mark.parametrize("words", [None, "", "soon", "99"])
def test_what_is_no_date_is_none(words: str | None) -> None:
    assert http_date(words) is None


@pytest.mark.parametrize(
    ("words", "seconds"), [("7", 7), ("Wed, 01 Apr 2026 12:01:00 GMT", 60), ("Wed, 01 Apr 2026 11:00:00 GMT", 0)]
)
def test_a_wait_is_a_number_of_seconds_or_a_date(words: str, seconds: float) -> None:
    assert retry_after(words, NOON) == seconds


@pytest.mark.parametrize("mark", "/?#")
def test_an_address_that_cannot_be_parsed_is_shown_without_its_password(mark: str) -> None:
    with pytest.raises(FailError, match=r"^https://harbour\.invalid/records is not an address$"):
        web_url(f"https://reader:ab{mark}word@harbour.invalid/records")
