"""What a person can do from a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Action = Literal["run", "full-run", "review", "promote", "refuse", "rollback", "unpin"]


@dataclass(frozen=True)
class Actions:
    """Where the forms of a page go. Without it a page has no forms.

    `review` is a link to the question, the others are POST forms with the hidden field `token`. Those from `promote` on
    have the field `why`, too. The field `generation` has the number of the candidate (`promote`, `refuse`), or of what
    is live on the page (`rollback`): another one may be live when the button is pressed.
    """

    url_of: Callable[[str, Action], str | None]
    """The URL for a catalogue and an action; None where it cannot be done, as nothing asks (`review`)."""
    token: str


class Notice(NamedTuple):
    """What was just done, for the head of a page; with a link to it."""

    text: str
    url: str | None = None
