"""What tasks need from Airflow: the connection to Elasticsearch, and the keys that catalogue files name.

A variable of a catalogue file, `${NAME}`, is the environment variable of that name, else Airflow's variable. Both take
effect in the process of one task alone.
"""

from __future__ import annotations

import os

from airflow.sdk import Variable
from airflow.sdk.log import mask_secret

from pipeline import catalogue as catalogues
from pipeline.catalogue import Catalogue, unset
from pipeline.errors import UsageError
from pipeline.local.connection import connected
from pipeline.redaction import keep_secret, known_secrets

__all__ = ["connected", "described", "set_all_keys"]


def described(name: str) -> Catalogue:
    """The catalogue of that name, with its keys; they are hidden in the log of the task from now on.

    Raises:
        UsageError: its file cannot be used, or a variable that it names is set nowhere.
    """
    _set_keys(catalogues.find(name, variables_set=False))
    found = catalogues.find(name)
    _hide_secrets()
    return found


def _hide_secrets() -> None:
    """Let Airflow hide in the log of the task what the pipeline hides in its own messages."""
    for word in known_secrets():
        mask_secret(word)


def _set_keys(catalogue: Catalogue) -> None:
    """Take what the file's variables need, and the environment does not have, from Airflow's variables."""
    for variable in sorted(unset(catalogue.protocol_variables)):
        if value := Variable.get(variable, default=None):
            keep_secret([value])
            os.environ[variable] = value


def set_all_keys() -> None:
    """The same for each catalogue file that can be used; the others are left to whoever looks at them."""
    for path in catalogues.paths():
        try:
            found = catalogues.find(path.stem, variables_set=False)
        except UsageError:
            continue
        _set_keys(found)
    _hide_secrets()
