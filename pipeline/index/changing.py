"""Changes of the index, each of which counts as made only once it can be seen.

Elasticsearch may carry out a request whose answer is lost, or answer before all nodes carried it out
(`acknowledged: false`). What is there afterwards decides, not the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import FailError, RetryError
from pipeline.index.client import ask, once, retrying, trying_once
from pipeline.index.failures import server
from pipeline.index.leases import confirm


def changed(call: Callable[[], object], wrong: Callable[[], str], what: str) -> None:
    """Make a change, and read back until it is there.

    `wrong` reads the state and returns what is not as wanted, or nothing if all is. `what` names the change for
    messages. If the wanted state is there afterwards, it does not matter that the answer was lost or an error. Before
    each attempt the lease is renewed that is held: whoever lost it changes nothing.

    Raises:
        RetryError: Elasticsearch was away or did not make the change until the time was over; states what is there.
        FailError: it refused the change, or the lease was lost.
    """
    sent = False
    for attempt in retrying():
        with attempt:
            if sent and not _now(wrong):
                return
            with trying_once():
                confirm()
            sent = True
            try:
                once(call)
            except (RetryError, FailError):
                if _now(wrong):
                    raise
                return
            if found := _now(wrong):
                raise RetryError(f"{server()} was asked to {what}, and it is not done: {found}. Run again.")


def change_settings(client: Elasticsearch, index: str, wanted: Mapping[str, Any]) -> None:
    """Change settings of an index, by their names without `index.`; None stands for the default of a setting.

    Where they are so already, nothing is sent: a change takes many times as long as a look.
    """

    def wrong() -> str:
        found = settings_of(client, index)
        return "; ".join(
            f"{name} is {found.get(name)} instead of {value}"
            for name, value in wanted.items()
            if found.get(name) != _as_given_back(value)
        )

    if wrong():
        changed(
            lambda: client.indices.put_settings(index=index, settings={"index": dict(wanted)}),
            wrong,
            f"change settings of {index}",
        )


def settings_of(client: Elasticsearch, index: str) -> dict[str, str]:
    """The settings of an index that differ from the defaults, by their names without `index.`."""
    answer = ask(lambda: client.indices.get_settings(index=index, flat_settings=True))
    return {name.removeprefix("index."): value for name, value in answer[index]["settings"].items()}


def _as_given_back(value: str | float | None) -> str | None:
    """A setting as Elasticsearch gives it back: text, `true` or `false` for truth values, nothing for a default."""
    return None if value is None else str(value).lower()


def remove_index(client: Elasticsearch, name: str) -> None:
    """Delete an index; one that is not there is no error."""
    changed(
        lambda: client.indices.delete(index=name),
        lambda: f"{name} is still there" if ask(lambda: client.indices.exists(index=name)) else "",
        f"delete {name}",
    )


def _now(wrong: Callable[[], str]) -> str:
    with trying_once():
        return wrong()
