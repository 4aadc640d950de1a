"""Catalogue files: where they are found, and how one is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline import settings
from pipeline.catalogue.messages import explain
from pipeline.catalogue.model import Catalogue
from pipeline.catalogue.variables import ADDRESSES, UNEXPANDED, expand, holds_variable, placeholder_for, secrets
from pipeline.catalogue.yaml_keys import read_keys
from pipeline.errors import UsageError, nearest
from pipeline.redaction import keep_login_secret, keep_secret


def load(path: Path, *, variables_set: bool = True) -> Catalogue:
    """The catalogue that a file describes.

    Args:
        path: the file.
        variables_set: whether this process has the environment variables that the file names. Where it has not, as a
            process that only makes DAGs, the keys of `protocol` with such variables have placeholders.

    Raises:
        UsageError: the file is missing, is not YAML, or has a key or value that is not allowed.
    """
    value = read_keys(path, "catalogue file")
    if not value:
        raise UsageError(f"The catalogue file {path} holds no keys; it needs at least name, title, protocol and format")
    if "file" in value:
        raise UsageError(f"The catalogue file {path}: unknown key 'file'")
    variables: dict[str, Any] = {}

    def expanded(key: str, item: Any) -> Any:
        return expand(item, path, None if variables_set else placeholder_for(key))

    if isinstance(value.get("protocol"), dict):
        _hide_secrets(value["protocol"], expanded)
        variables = {key: item for key, item in value["protocol"].items() if holds_variable(item)}
        value["protocol"] = {
            key: item if key in UNEXPANDED else expanded(key, item) for key, item in value["protocol"].items()
        }
    try:
        catalogue = Catalogue.model_validate({**value, "file": path.resolve()})
    except ValidationError as error:
        problems = "; ".join(problem.rstrip(".") for problem in explain(error, Catalogue))
        raise UsageError(f"The catalogue file {path}: {problems}") from error
    catalogue.protocol_variables.update(variables)
    return catalogue


def _hide_secrets(protocol: dict[str, Any], expanded: Callable[[str, Any], Any]) -> None:
    """Let no message contain the keys and passwords of `protocol`, also where the file turns out to be wrong."""
    keep_secret(secrets(protocol))
    for key in ADDRESSES & protocol.keys():
        keep_login_secret(str(expanded(key, protocol[key])))


def paths() -> list[Path]:
    """The catalogue files in the catalogues folder, by name, without corrections."""
    return settings.catalogue_files()


def find(name: str, *, variables_set: bool = True) -> Catalogue:
    """The catalogue of that name in the catalogues folder, or in the file at that path; see `load`.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    path = Path(name)
    if path.suffix in {".yaml", ".yml"}:
        return load(path, variables_set=variables_set)
    folder = settings.catalogues()
    if (file := settings.catalogue_file(name)) is not None:
        return _same_name(load(file, variables_set=variables_set))
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
        UsageError: at the first file that cannot be used.
    """
    for path in paths():
        yield _same_name(load(path))


def _same_name(catalogue: Catalogue) -> Catalogue:
    if catalogue.name != catalogue.file.stem:
        raise UsageError(f"The catalogue file {catalogue.file} names itself {catalogue.name!r}: rename one of the two")
    return catalogue
