"""Every protocol of a catalogue file has a harvest, and passes the tests that every protocol passes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.catalogue.protocols import Protocol, Strict
from pipeline.errors import DefectError
from pipeline.protocols import open_harvest
from tests.protocols.conformance import PlainFormat, ProtocolConformance, catalogue

TYPES = {get_args(model.model_fields["type"].annotation)[0] for model in get_args(get_args(Protocol)[0])}
"""The protocols that a catalogue file can name."""


class Pigeons(Strict):
    """A protocol for which nobody wrote a harvest."""

    type: str = "pigeons"


def subclasses(of: type[Any]) -> Iterator[type[Any]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def test_every_protocol_inherits_the_tests_of_all_protocols() -> None:
    for path in Path(__file__).parent.glob("test_*.py"):
        import_module(f"tests.protocols.{path.stem}")
    assert {vars(each).get("type") for each in subclasses(ProtocolConformance)} - {None} == TYPES


def test_a_protocol_without_a_harvest_is_no_fault_of_the_catalogue(tmp_path: Path) -> None:
    described = catalogue(tmp_path, {"type": "files", "path": "*"}).model_copy(update={"protocol": Pigeons()})
    with pytest.raises(DefectError, match="example: no harvest is known for the protocol pigeons"):
        open_harvest(described, PlainFormat())
