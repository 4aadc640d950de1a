"""What a person can do from a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Action = Literal["run", "full-run", "review", "rollback", "unpin"]


@dataclass(frozen=True)
class Actions:
    """Where the forms of a page go. Without it a page has no forms.

    `review` is a link to the question, the others are POST forms with the hidden field `token`; `rollback` and `unpin`
    have the field `why`, too.
    """

    url_of: Callable[[str, Action], str]
    """The URL for a catalogue and an action."""
    token: str
