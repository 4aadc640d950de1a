"""The promises of every protocol, as tests. A protocol's test class inherits them and serves the records."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import pytest

from pipeline.catalogue import Catalogue
from pipeline.errors import FailError, RetryError
from pipeline.model.raw import Fetched, RawRecord, RejectedRaw
from pipeline.model.record_format import RecordFormat, Syntax
from pipeline.protocols import Harvest


class PlainFormat(RecordFormat):
    """A format of `{"id": …, "title": …}`, or of any XML."""

    name = "plain"

    def __init__(self, syntax: Syntax = "json") -> None:
        self.syntax = syntax  # type: ignore[misc]  # one format that stands for three

    def key(self, value: Any) -> str | None:
        return value.get("id") if isinstance(value, dict) else None

    def is_record(self, value: dict[str, Any]) -> bool:
        return "title" in value


def catalogue(folder: Path, protocol: dict[str, Any], **keys: Any) -> Catalogue:
    """A catalogue whose file is in `folder`."""
    return Catalogue.model_validate(
        {
            "name": "example",
            "title": "Example",
            "format": "ddi-codebook",
            "protocol": protocol,
            "file": folder / "example.yaml",
            **keys,
        }
    )


def raw_records(fetched: list[Fetched]) -> list[RawRecord]:
    """The items, none of which is rejected."""
    assert not [item for item in fetched if isinstance(item, RejectedRaw)]
    return [item for item in fetched if isinstance(item, RawRecord)]


class ProtocolConformance(ABC):
    """Inherit as `class TestX(ProtocolConformance)`; serve by fixtures or in `harvest`."""

    type: ClassVar[str]
    """The protocol's, as catalogue files have it."""

    @abstractmethod
    def harvest(self, count: int, limit: int | None = None) -> Harvest:
        """A harvest of a catalogue that holds `count` records `record-0` … in several pages or files."""

    @abstractmethod
    def broken_harvest(self) -> Harvest:
        """A harvest of a catalogue that hands on some records, and then ends early at every try."""

    def test_every_record_comes_once(self) -> None:
        harvest = self.harvest(25)
        identifiers = [raw.record_id for raw in raw_records(list(harvest))]
        assert sorted(identifiers) == sorted(f"record-{number}" for number in range(25))
        assert harvest.complete
        assert harvest.snapshot

    def test_the_order_is_the_same_each_time(self) -> None:
        first, second = (
            [raw.record_id for raw in raw_records(list(harvest))] for harvest in (self.harvest(9), self.harvest(9))
        )
        assert first == second

    def test_the_watermark_is_a_time_in_utc(self) -> None:
        harvest = self.harvest(1)
        list(harvest)
        assert harvest.watermark is not None
        assert harvest.watermark.endswith("Z")

    def test_an_empty_catalogue_is_a_success(self) -> None:
        harvest = self.harvest(0)
        assert list(harvest) == []
        assert harvest.complete

    def test_a_limit_that_cuts_something_off_is_not_complete(self) -> None:
        harvest = self.harvest(25, limit=7)
        assert len(list(harvest)) == 7
        assert not harvest.complete

    @pytest.mark.parametrize("limit", [25, 26])
    def test_a_limit_that_cuts_nothing_off_is_complete(self, limit: int) -> None:
        harvest = self.harvest(25, limit=limit)
        assert len(list(harvest)) == 25
        assert harvest.complete

    def test_a_harvest_that_is_left_early_is_not_complete(self) -> None:
        harvest = self.harvest(25)
        next(iter(harvest))
        assert not harvest.complete

    def test_a_harvest_that_breaks_off_raises_and_is_not_complete(self) -> None:
        harvest = self.broken_harvest()
        fetched: list[Fetched] = []
        with pytest.raises((FailError, RetryError)):
            fetched.extend(harvest)
        assert not harvest.complete

    def test_a_harvest_that_takes_too_long_ends_and_states_how_far_it_came(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        harvest = self.harvest(25)
        items = iter(harvest)
        next(items)
        monkeypatch.setattr(harvest, "_ends", -1.0)
        with pytest.raises(FailError, match=r"longer than 24 hours and has fetched 1 records.*--resume.*max_hours"):
            list(items)
        assert not harvest.complete

    def test_a_harvest_is_iterated_once(self) -> None:
        harvest = self.harvest(1)
        list(harvest)
        with pytest.raises(RuntimeError):
            list(harvest)
