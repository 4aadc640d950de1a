"""Connecting to Elasticsearch. While the light one starts, a terminal shows the step and the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.cli.output import err
from pipeline.cli.progress import waiting

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


def client() -> Elasticsearch:
    """A client for the Elasticsearch of the settings, else for the light one, which is started when needed."""
    from pipeline.local import connection

    with steps() as show_step:
        return connection.client(show_step)


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """A function that shows a step: in place of the one before on a terminal, else as a line of its own."""
    from pipeline.local.connection import to_standard_error

    if err.is_terminal:
        with waiting() as show_step:
            yield show_step
    else:
        yield to_standard_error
