"""The client for Elasticsearch, imported in half the time.

It imports each HTTP library that is installed, in case somebody uses it for requests; here it uses urllib3. Where
Airflow is installed too, the others are there, and importing them takes longer than all else of the client.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

OTHERS = ("aiohttp", "httpx", "requests")
"""HTTP libraries that the client could use."""


def import_client() -> None:
    """Import the client without the HTTP libraries that it is not to use; nothing where it is imported already.

    Call it while the process has one thread: meanwhile, no other could import these libraries.
    """
    if "elasticsearch" not in sys.modules:
        with _without(OTHERS):
            import_module("elasticsearch")


@contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Within it, these modules seem not to be installed, unless they are imported already."""
    hidden = [name for name in names if name not in sys.modules]
    modules: dict[str, object] = sys.modules  # type: ignore[assignment]
    modules.update(dict.fromkeys(hidden))  # None stands for a module that is not to be found
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]
