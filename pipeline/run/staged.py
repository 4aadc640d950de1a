"""What a stage of a run hands on, staged as a JSON object: the bases of `results` and `fetched`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipeline.errors import FailError
from pipeline.staging.kinds import Kind
from pipeline.staging.store import PartSum, Staging


class Staged(BaseModel):
    """Base of what is staged as a JSON object; `NAME` is its name in staging."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str]

    def stage(self, staging: Staging) -> Self:
        """Write the object for later stages; returns it."""
        staging.write_json(self.NAME, self.as_json())
        return self

    def as_json(self) -> dict[str, Any]:
        """The object as JSON-ready fields."""
        return self.model_dump(mode="json")

    @classmethod
    def staged(cls, staging: Staging) -> Self:
        """The object that was written.

        Raises:
            DamagedError: it is not staged, or not in the form of this version.
        """
        return cls._parsed(staging, cls.NAME)

    @classmethod
    def _parsed(cls, staging: Staging, name: str) -> Self:
        try:
            return cls.model_validate(staging.read_json(name))
        except ValidationError as error:
            what = f"is not what this version of the pipeline writes ({error.error_count()} fields differ)"
            raise staging.damaged(name, what) from error

    @classmethod
    def is_staged(cls, staging: Staging) -> bool:
        """Whether the object was written: the stage ended without an error."""
        return staging.has_json(cls.NAME)


class StageResult(Staged):
    """Base of the results of stages."""

    seconds: float
    """How long the stage took, in its last try."""


class WritingResult(StageResult):
    """Base of the results of stages that write parts."""

    WRITES: ClassVar[frozenset[Kind]]
    """The kinds of parts that the stage writes."""

    sums: Mapping[Kind, tuple[PartSum, ...]]
    """What the stage wrote, by kind: all that a later stage knows of these parts, and what it expects in them."""

    @model_validator(mode="after")
    def _has_all_kinds(self) -> Self:
        if self.sums.keys() != self.WRITES:
            raise ValueError(f"sums has to have the kinds {', '.join(sorted(self.WRITES))}")
        return self

    def part_of(self, kind: Kind, number: int) -> PartSum:
        """The part of a kind that has this number.

        Raises:
            FailError: the stage wrote none.
        """
        found = next((item for item in self.sums[kind] if item.part == number), None)
        if found is None:
            raise FailError(f"The stage {self.NAME} of this run wrote no part {number} of {kind}. Run it again.")
        return found

    def lines_of(self, kind: Kind) -> int:
        """Number of lines in the parts of a kind."""
        return sum(item.lines for item in self.sums[kind])

    def lines(self, staging: Staging, kind: Kind) -> Iterator[bytes]:
        """The lines of all parts of a kind, in their order.

        Raises:
            DamagedError: a part is not what the stage wrote.
        """
        return staging.read_parts(kind, self.sums[kind])


class PartResult(WritingResult):
    """Base of the results of one part; staged as `<NAME>/<part>`."""

    part: int

    def stage(self, staging: Staging) -> Self:
        """Write the result for later stages; returns it."""
        staging.write_json(_of_part(self.NAME, self.part), self.as_json())
        return self

    @classmethod
    def of_part(cls, staging: Staging, part: int) -> Self:
        """The result that the stage wrote for a part.

        Raises:
            DamagedError: it is not staged, or not in the form of this version.
        """
        return cls._parsed(staging, _of_part(cls.NAME, part))


def _of_part(name: str, part: int) -> str:
    return f"{name}/{part:05d}"
