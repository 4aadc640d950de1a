"""What a catalogue file may say, and where catalogue files are found."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args
from urllib.parse import urlsplit

import yaml
from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipeline import settings
from pipeline.errors import UsageError
from pipeline.record import Access, ResourceType

_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z][A-Z0-9_]*)(?::-(?P<default>[^}]*))?\}")

FormatName = Literal["ddi-codebook", "mhc", "harmony", "dataverse", "hdruk"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# `selective`: whether the protocol can be asked for what changed since a time.
class FilesProtocol(_Strict):
    """Files on disk or at any fsspec URL."""

    selective: ClassVar[bool] = False

    type: Literal["files"]
    path: str
    """A path, glob or URL; a relative path is relative to the catalogue file."""


class OaiPmhProtocol(_Strict):
    """An OAI-PMH 2.0 provider."""

    selective: ClassVar[bool] = True

    type: Literal["oai-pmh"]
    url: str
    metadata_prefix: str
    set: str | None = None

    @field_validator("url")
    @classmethod
    def _is_http(cls, url: str) -> str:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ValueError(f"{url} is not an http or https address")
        return url


Protocol = Annotated[FilesProtocol | OaiPmhProtocol, Field(discriminator="type")]


class Defaults(_Strict):
    """Facts about the whole catalogue, for records that do not say."""

    resource_type: ResourceType | None = None
    country_codes: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] | None = None
    language_codes: list[Annotated[str, Field(pattern="^[a-z]{2,3}$")]] | None = None
    access: list[Access] | None = None


Share = Annotated[float, Field(ge=0, le=1)]


class Catalogue(_Strict):
    """One catalogue, as its file describes it."""

    name: Annotated[str, Field(pattern="^[a-z0-9-]+$")]
    title: Annotated[str, Field(min_length=1)]
    home: str | None = None
    source: Annotated[str, Field(pattern="^[a-z0-9-]+$")] | None = None
    """First part of every harmony_id; the name where the file does not say."""
    protocol: Protocol
    format: FormatName
    defaults: Defaults = Defaults()
    schedule: str | None = None
    max_drop: Share = 0.10
    max_rejects: Share = 0.05
    max_drift: Share = 0.10
    attribution: str | None = None
    metadata_license: str | None = None
    file: Path = Field(exclude=True)
    """Where it was read from; never in the file itself."""

    @property
    def id_source(self) -> str:
        """First part of every harmony_id of this catalogue."""
        return self.source or self.name

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
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The catalogue file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The catalogue file {path} is not UTF-8: {error}") from error
    try:
        value = yaml.load(text, _UniqueKeys)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise UsageError(f"The catalogue file {path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(value, dict):
        raise UsageError(f"The catalogue file {path} holds no keys; it needs at least name, title, protocol and format")
    if "file" in value:
        raise UsageError(f"The catalogue file {path}: unknown key 'file'")
    if isinstance(value.get("protocol"), dict):
        value["protocol"] = {key: _expand(item, path) for key, item in value["protocol"].items()}
    try:
        catalogue = Catalogue.model_validate({**value, "file": path.resolve()})
    except ValidationError as error:
        problems = "; ".join(problem.rstrip(".") for problem in _explain(error))
        raise UsageError(f"The catalogue file {path}: {problems}") from error
    return catalogue


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
    known = [candidate.stem for candidate in paths()]
    raise UsageError(f"There is no catalogue {name!r} in {settings.catalogues()}.{nearest(name, known)}")


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


def _expand(value: Any, path: Path) -> Any:
    """`${NAME}` and `${NAME:-default}` in a string, from the environment."""
    if not isinstance(value, str):
        return value

    def replacement(match: re.Match[str]) -> str:
        found = os.environ.get(match["name"]) or match["default"]
        if found is None:
            raise UsageError(f"The catalogue file {path} needs the environment variable {match['name']}: set it")
        return found

    return _VARIABLE.sub(replacement, value)


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, not the last of the two."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _explain(error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        loc = problem["loc"]
        where = [str(part) for place, part in enumerate(loc) if not (place == 1 and loc[0] == "protocol")]
        key = ".".join(where)
        kind = problem["type"]
        if kind == "extra_forbidden":
            yield f"unknown key {key!r}.{nearest(where[-1], sorted(_known_keys(loc)))}"
        elif kind == "missing":
            yield f"the key {key!r} is missing"
        elif kind == "union_tag_not_found":
            yield f"the key '{key}.type' is missing. Known: {', '.join(_PROTOCOLS)}."
        elif kind == "union_tag_invalid":
            yield f"{key}.type cannot be {problem['ctx']['tag']!r}.{nearest(problem['ctx']['tag'], list(_PROTOCOLS))}"
        elif kind == "literal_error":
            known = re.findall(r"'([^']+)'", problem["ctx"]["expected"])
            yield f"{key} cannot be {problem['input']!r}.{nearest(str(problem['input']), known)}"
        elif kind == "value_error":
            yield f"{key}: {problem['msg'].removeprefix('Value error, ')}"
        else:
            quotes = " (a word that YAML takes for something else needs quotes)" if kind == "string_type" else ""
            yield f"{key}: {problem['msg']}, not {problem['input']!r}{quotes}"


_PROTOCOLS: dict[str, type[BaseModel]] = {
    get_args(model.model_fields["type"].annotation)[0]: model for model in get_args(get_args(Protocol)[0])
}
"""The model of each protocol by its type."""


def _known_keys(loc: tuple[int | str, ...]) -> set[str]:
    models: dict[str, type[BaseModel]] = {**_PROTOCOLS, "defaults": Defaults}
    model = models.get(str(loc[-2]), Catalogue) if len(loc) > 1 else Catalogue
    return set(model.model_fields) - {"file"}


def nearest(word: str, known: list[str]) -> str:
    """The end of a message: what was probably meant, else all that is known."""
    close = difflib.get_close_matches(word, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" Known: {', '.join(known) or 'none'}."
