"""Settings: from the environment, else from the working folder's `study-index.toml`, else a default.

The working folder holds the catalogue files, the settings and all that is made at run time (`study-index init` makes
one). It is the folder that `STUDY_INDEX_FOLDER` names, else the nearest folder from the current one upwards that has a
`study-index.toml`, else the current folder. Relative paths are relative to the current folder in the environment, and
to the working folder in `study-index.toml`.

Passwords and keys come from the environment, or from files of their own that the environment names; never from
`study-index.toml`, since a settings file is often shared.
"""

from __future__ import annotations

import math
import os
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError, nearest
from pipeline.redaction import IN_FILE

FILE = "study-index.toml"

LOCAL = "local"
"""Value of the setting `embeddings` for the model that comes as a package."""

CORRECTIONS = ".corrections.yaml"
"""End of the name of a file of corrections, which is in the folder of the catalogue files."""

VARIABLES = {
    "catalogues": "STUDY_INDEX_CATALOGUES",
    "home": "STUDY_INDEX_HOME",
    "staging": "STUDY_INDEX_STAGING",
    "languages": "STUDY_INDEX_LANGUAGES",
    "backoff": "STUDY_INDEX_BACKOFF",
    "elasticsearch_url": "ELASTICSEARCH_URL",
    "elasticsearch_ca": "ELASTICSEARCH_CA",
    "elasticsearch_wait": "STUDY_INDEX_ELASTICSEARCH_WAIT",
    "alerts": "STUDY_INDEX_ALERTS",
    "embeddings": "STUDY_INDEX_EMBEDDINGS",
    "embeddings_model": "STUDY_INDEX_EMBEDDINGS_MODEL",
    "embeddings_query_prefix": "STUDY_INDEX_EMBEDDINGS_QUERY_PREFIX",
    "embeddings_passage_prefix": "STUDY_INDEX_EMBEDDINGS_PASSAGE_PREFIX",
}
"""Each key of `study-index.toml`, and the environment variable that takes precedence over it."""

SECRETS = {f"elasticsearch_{name}": f"ELASTICSEARCH_{name.upper()}" for name in ("api_key", "user", "password")}
"""Each credential of Elasticsearch, and its variable. The same name with `_FILE` at its end names a file with it."""

EMBEDDINGS_KEY = "embeddings_key"
ALL_SECRETS = {**SECRETS, EMBEDDINGS_KEY: "STUDY_INDEX_EMBEDDINGS_KEY"}
"""The same with the key of the service of `embeddings`."""

_URL = re.compile(r"[a-z][a-z0-9+.-]*://")
_LOGIN = re.compile(r"//[^/?#\s]*@")


def folder() -> Path:
    """The working folder.

    Raises:
        UsageError: `STUDY_INDEX_FOLDER` names something that is not a folder.
    """
    if named := os.environ.get("STUDY_INDEX_FOLDER"):
        if not Path(named).is_dir():
            raise UsageError(f"STUDY_INDEX_FOLDER is {named}, which is not a folder: name an existing one, or unset it")
        return Path(named).absolute()
    here = Path.cwd()
    return next((parent for parent in (here, *here.parents) if (parent / FILE).is_file()), here)


def home() -> Path:
    """Folder of all that is made at run time: the setting `home`, else `.state` in the working folder."""
    return _path("home", ".state")


def catalogues() -> Path:
    """Folder of the catalogue files: the setting `catalogues`, else `catalogues` in the working folder."""
    return _path("catalogues", "catalogues")


def catalogue_files(beginning: str = "") -> list[Path]:
    """The catalogue files whose names begin so, by name; the files of corrections beside them are left out."""
    files = catalogues().glob(f"{beginning}*.yaml")
    return sorted(file for file in files if not file.name.endswith(CORRECTIONS))


def catalogue_file(name: str) -> Path | None:
    """The file of a catalogue, without looking at those of all others; None where there is none."""
    file = catalogues() / f"{name}.yaml"
    is_one = file.parent == catalogues() and not file.name.endswith(CORRECTIONS)
    return file if is_one and file.is_file() else None


def language_files() -> list[Path]:
    """Files of languages that the site adds, by name: in the folder of the setting `languages`, else none.

    Raises:
        UsageError: the setting names something that is not a folder.
    """
    if not os.environ.get(VARIABLES["languages"]) and not _in_file("languages"):
        return []
    found = _path("languages", "")
    if not found.is_dir():
        raise UsageError(f"{where('languages')} is {found}, which is not a folder: name an existing one, or unset it")
    return sorted(found.glob("*.yaml"))


def staging_url() -> str:
    """fsspec URL below which parts are staged: the setting `staging`, else `staging` in `home()`."""
    if given := os.environ.get(VARIABLES["staging"]):
        return given
    given = _in_file("staging")
    if given and _URL.match(given):
        return given
    path = folder() / given if given else home() / "staging"
    return f"file://{path}"  # not as_uri(): fsspec takes a path as it is, and would make a folder of the name `a%20b`


def elasticsearch_url() -> str | None:
    """URL of the Elasticsearch to use: the setting `elasticsearch_url`; None for the light one of this machine."""
    return os.environ.get(VARIABLES["elasticsearch_url"]) or _in_file("elasticsearch_url")


def elasticsearch_ca() -> Path | None:
    """Certificate file of the authority that signed Elasticsearch's certificate; None for the system's authorities."""
    if given := os.environ.get(VARIABLES["elasticsearch_ca"]):
        return Path(given)
    return folder() / given if (given := _in_file("elasticsearch_ca")) else None


def secret(name: str) -> str | None:
    """A credential of `SECRETS`, or `EMBEDDINGS_KEY`: from its variable, or from the file that `<variable>_FILE` names.

    Blanks and line ends around it are no part of it, as a file often ends with one. None where neither is set.

    Raises:
        UsageError: both are set, or the file cannot be read or has nothing in it.
    """
    variable, file = ALL_SECRETS[name], os.environ.get(ALL_SECRETS[name] + IN_FILE)
    given = os.environ.get(variable, "").strip()
    if not file:
        return given or None
    if given:
        raise UsageError(f"{variable} and {variable}{IN_FILE} are both set: unset one of them")
    try:
        found = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{variable}{IN_FILE} names {file}, which cannot be read as text: {error}") from error
    if not found:
        raise UsageError(f"{variable}{IN_FILE} names {file}, which is empty: write the credential into it")
    return found


def where_secret(name: str) -> str:
    """Where a credential is, for messages: its environment variable, or the one that names its file."""
    variable = ALL_SECRETS[name]
    return variable + IN_FILE if os.environ.get(variable + IN_FILE) else variable


def backoff() -> float:
    """Seconds of the first wait for a busy Elasticsearch, about doubled each time: the setting `backoff`, else 0.2.

    Raises:
        UsageError: it is not a number, or below 0.
    """
    return _seconds("backoff", 0.2)


def elasticsearch_wait() -> float:
    """Seconds that a run waits for Elasticsearch while it is busy or away: the setting `elasticsearch_wait`, else 600.

    Raises:
        UsageError: it is not a number, or below 0.
    """
    return _seconds("elasticsearch_wait", 600)


def alerts() -> list[str]:
    """Ids of the Airflow connections by which alerts are sent: the setting `alerts`, else none.

    In the environment they are separated by commas.

    Raises:
        UsageError: it is not a list of texts.
    """
    given = os.environ.get(VARIABLES["alerts"])
    names = [name.strip() for name in given.split(",")] if given else _read().get("alerts", [])
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise UsageError(f'{where("alerts")} is {names!r}; it has to be a list, such as ["smtp_default", "slack"]')
    return names


def embeddings() -> str | None:
    """What gives texts their vectors: `local`, or the URL of a service; None where the setting `embeddings` is absent.

    Raises:
        UsageError: it is neither.
    """
    given = _text("embeddings")
    if given and given != LOCAL and not given.startswith(("http://", "https://")):
        raise UsageError(
            f"{where('embeddings')} is {given!r}; it has to be {LOCAL!r}, or the address of a service, such as "
            "https://embeddings.example.org/v1"
        )
    return given


def embeddings_model() -> str | None:
    """Name by which the service of `embeddings` is asked for a model: the setting `embeddings_model`, else none."""
    return _text("embeddings_model")


def embeddings_prefixes() -> tuple[str, str]:
    """What the model wants before the text of a question, and before that of a study; by default nothing.

    They are the settings `embeddings_query_prefix` and `embeddings_passage_prefix`. In the environment they keep blanks
    at their ends, as many models are trained with one there.
    """
    return _text("embeddings_query_prefix") or "", _text("embeddings_passage_prefix") or ""


def where(key: str) -> str:
    """Where a setting is, for messages: its environment variable, or its key and the settings file if it is there.

    A setting that is in neither is named by its variable, in which it can be set.
    """
    variable = VARIABLES[key]
    return f"{key} in {folder() / FILE}" if not os.environ.get(variable) and key in _read() else variable


def _seconds(key: str, default: float) -> float:
    given = os.environ.get(VARIABLES[key]) or _read().get(key, default)
    try:
        seconds = float(given)
    except (TypeError, ValueError):
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise UsageError(f"{where(key)} is {given!r}; it has to be seconds, 0 or more, such as {default:g}")
    return seconds


def _text(key: str) -> str | None:
    return os.environ.get(VARIABLES[key]) or _in_file(key)


def _path(key: str, default: str) -> Path:
    if given := os.environ.get(VARIABLES[key]):
        return Path(given).absolute()
    return folder() / (_in_file(key) or default)


def _in_file(key: str) -> str | None:
    """The text of a key of the settings file; None where it is not there.

    Raises:
        UsageError: it is not text, or holds a password.
    """
    value = _read().get(key)
    if value is None:
        return None
    file = folder() / FILE
    if not isinstance(value, str) or not value:
        raise UsageError(f"{key} in {file} is {value!r}; it has to be text in quotes")
    if _LOGIN.search(value) or (key == "elasticsearch_url" and "@" in value):  # a path may contain @
        raise UsageError(f"{key} in {file} has a user or password in its URL: set them in the environment instead")
    return value


def _read() -> dict[str, Any]:
    """What `study-index.toml` sets; nothing where there is no such file.

    Raises:
        UsageError: it is not TOML, or has a key that is unknown or belongs in the environment.
    """
    file = folder() / FILE
    try:
        found = _parsed(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not TOML: {error}") from error
    for key in found.keys() - VARIABLES.keys():
        if key in ALL_SECRETS:
            raise UsageError(
                f"{file} has {key}, which has to stay out of it: set {ALL_SECRETS[key]} in the environment"
            )
        raise UsageError(f"{file} has an unknown key {key!r}.{nearest(key, list(VARIABLES))}")
    return found


@lru_cache(maxsize=2)
def _parsed(text: str) -> dict[str, Any]:
    """What a TOML text holds. It is asked for at each look into staging, and seldom another one."""
    return tomllib.loads(text)
