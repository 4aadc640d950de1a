"""What a catalogue file may say, and where catalogue files are found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from croniter import croniter
from pydantic import Field, PrivateAttr, ValidationError, create_model, field_validator, model_validator

from pipeline import settings
from pipeline.catalogue.expressions import Expression, check_jmespath
from pipeline.catalogue.messages import explain
from pipeline.catalogue.protocols import (
    DataverseProtocol,
    FilesProtocol,
    JsonProtocol,
    OaiPmhProtocol,
    Protocol,
    SitemapProtocol,
    Strict,
)
from pipeline.catalogue.records import DECLARED, Exclusions, Fields, FormatName, TableLayout
from pipeline.errors import UsageError, nearest
from pipeline.model.facets import FACETS

__all__ = [
    "Catalogue",
    "DataverseProtocol",
    "FilesProtocol",
    "JsonProtocol",
    "OaiPmhProtocol",
    "SitemapProtocol",
    "every",
    "expand",
    "find",
    "is_variable",
    "load",
    "paths",
]

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")

UNEXPANDED = frozenset({"headers", "params", "body"})
"""Keys of a protocol whose `${NAME}` stay as they are until a request is made: their values may be secret."""


if TYPE_CHECKING:

    class Defaults(Strict):
        """Facts about the whole catalogue, for records that do not state them."""
else:
    Defaults = create_model(
        "Defaults", __base__=Strict, **{facet.name: (facet.curated | None, None) for facet in FACETS if facet.default}
    )


Share = Annotated[float, Field(ge=0, le=1)]


class Catalogue(Strict):
    """One catalogue, as its file describes it."""

    name: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    title: Annotated[str, Field(min_length=1)]
    home: str | None = None
    source: Annotated[str, Field(pattern="^[a-z0-9-]+$")] | None = None
    """First part of every harmony_id; the name where the file does not say."""
    protocol: Protocol
    format: FormatName
    records: Expression | None = None
    """Where a response or file holds the list of records; the whole of it by default."""
    fields: Fields = Field(default={})
    """For the formats json and table: where each field stands."""
    table: TableLayout = TableLayout()
    exclude: Exclusions = Field(default=[])
    allow_hosts: list[Annotated[str, Field(pattern=r"^[^/:@\s]+$")]] = Field(default=[])
    """Hosts besides the protocol's own that a harvest may reach."""
    variables: Literal[False] = False
    """Whether variables become documents of their own."""
    enabled: bool = True
    """Whether it has a DAG; a catalogue that is not enabled runs by name on the command line alone."""
    defaults: Defaults = Defaults()
    schedule: str | None = None
    max_drop: Share = 0.10
    max_rejects: Share = 0.05
    max_drift: Share = 0.10
    attribution: str | None = None
    metadata_license: str | None = None
    file: Path = Field(exclude=True)
    """Where it was read from; never in the file itself."""
    _protocol_variables: dict[str, Any] = PrivateAttr(default_factory=dict)

    @property
    def id_source(self) -> str:
        """First part of every harmony_id of this catalogue."""
        return self.source or self.name

    @property
    def protocol_variables(self) -> dict[str, Any]:
        """The keys of `protocol` that name environment variables, with their values as the file has them."""
        return self._protocol_variables

    @model_validator(mode="after")
    def _is_whole(self) -> Catalogue:
        if self.format in DECLARED and "name" not in self.fields:
            raise ValueError(f"the format {self.format} needs fields, with at least the name of a record")
        if self.fields and self.format not in DECLARED:
            raise ValueError(f"fields are for the formats {' and '.join(DECLARED)}; {self.format} knows its own")
        if self.records is not None and self.protocol.type not in {"json", "files"}:
            raise ValueError(f"records are looked for by the protocols json and files, not by {self.protocol.type}")
        if self.table != TableLayout() and self.format != "table":
            raise ValueError("the key 'table' is for the format table")
        if self.format == "json":
            for field, source in self.fields.items():
                for expression in source.sources:
                    check_jmespath(expression, f"fields.{field}: ")
        return self

    @field_validator("schedule")
    @classmethod
    def _is_cron(cls, schedule: str | None) -> str | None:
        if schedule is not None and not croniter.is_valid(schedule):
            raise ValueError(f"{schedule!r} is no cron expression; weekly at 03:00 on Monday is '0 3 * * 1'")
        return schedule


def load(path: Path) -> Catalogue:
    """The catalogue that a file describes.

    Raises:
        UsageError: the file is missing, is no YAML, or says what a catalogue file may not say.
    """
    value = read_keys(path, "catalogue file")
    if not value:
        raise UsageError(f"The catalogue file {path} holds no keys; it needs at least name, title, protocol and format")
    if "file" in value:
        raise UsageError(f"The catalogue file {path}: unknown key 'file'")
    variables: dict[str, Any] = {}
    if isinstance(value.get("protocol"), dict):
        variables = {key: item for key, item in value["protocol"].items() if is_variable(item)}
        value["protocol"] = {
            key: item if key in UNEXPANDED else expand(item, path) for key, item in value["protocol"].items()
        }
    try:
        catalogue = Catalogue.model_validate({**value, "file": path.resolve()})
    except ValidationError as error:
        problems = "; ".join(problem.rstrip(".") for problem in explain(error, Catalogue))
        raise UsageError(f"The catalogue file {path}: {problems}") from error
    catalogue._protocol_variables = variables
    return catalogue


def read_keys(path: Path, what: str) -> dict[Any, Any]:
    """What a YAML file says by key, each of which stands there once; nothing where the file is empty.

    Raises:
        UsageError: it cannot be read, or is no such file; `what` names its kind.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The {what} {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The {what} {path} is not UTF-8: {error}") from error
    try:
        value = yaml.load(text, _UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise UsageError(f"The {what} {path} is not YAML: {' '.join(str(error).split())}") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"The {what} {path} holds no keys")
    return value


def paths() -> list[Path]:
    """The catalogue files in the catalogues folder, by name; corrections are not among them."""
    return sorted(path for path in settings.catalogues().glob("*.yaml") if not path.stem.endswith(".corrections"))


def find(name: str) -> Catalogue:
    """The catalogue of that name in the catalogues folder, or in the file at that path.

    Raises:
        UsageError: there is none; names the nearest.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return load(path)
    for candidate in paths():
        if candidate.stem == name:
            return _same_name(load(candidate))
    folder = settings.catalogues()
    if not folder.is_dir():
        raise UsageError(
            f"There is no catalogue {name!r}: the folder {folder} does not exist. Go to a working folder, name one in "
            "STUDY_INDEX_FOLDER, or make one: study-index init"
        )
    known = [candidate.stem for candidate in paths()]
    raise UsageError(f"There is no catalogue {name!r} in {folder}.{nearest(name, known)}")


def every() -> Iterator[Catalogue]:
    """All catalogues in the catalogues folder.

    Raises:
        UsageError: at the first file that is wrong.
    """
    for path in paths():
        yield _same_name(load(path))


def _same_name(catalogue: Catalogue) -> Catalogue:
    if catalogue.name != catalogue.file.stem:
        raise UsageError(f"The catalogue file {catalogue.file} names itself {catalogue.name!r}: rename one of the two")
    return catalogue


def expand(value: Any, path: Path) -> Any:
    """`${NAME}` and `${NAME:-default}` in a string, or in all strings of a list or object, from the environment.

    Raises:
        UsageError: a variable is not set, and has no default; `path` is the catalogue file that names it.
    """
    if isinstance(value, dict):
        return {key: expand(item, path) for key, item in value.items()}
    if isinstance(value, list):
        return [expand(item, path) for item in value]
    if not isinstance(value, str):
        return value

    def replacement(match: re.Match[str]) -> str:
        found = os.environ.get(match["name"]) or match["default"]
        if found is None:
            raise UsageError(f"The catalogue file {path} needs the environment variable {match['name']}: set it")
        return found

    return _VARIABLE.sub(replacement, value)


def is_variable(value: Any) -> bool:
    """Whether a value of the file names a variable of the environment."""
    return isinstance(value, str) and _VARIABLE.search(value) is not None


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, not the last of the two."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice: keep one of the two", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
