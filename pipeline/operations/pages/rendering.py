"""The template environment, and how pages write numbers, times and shares."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from pipeline.model.moments import parse, utc

MINUS = "−"
NONE = "–"
"""What is written where there is no value."""


def number(value: float | None) -> str:
    """A count with thousands separators.

    >>> number(2950)
    '2,950'
    """
    return NONE if value is None else f"{value:,}"


def signed(value: int | None) -> str:
    """A change.

    >>> signed(14), signed(-3), signed(0)
    ('+14', '−3', '0')
    """
    if value is None:
        return NONE
    return f"+{value:,}" if value > 0 else f"{MINUS}{-value:,}" if value < 0 else "0"


def percent(share: float | None) -> str:
    """A share in percent; what is neither nothing nor everything is not rounded to that.

    >>> percent(0.372), percent(0.001), percent(0.999)
    ('37%', '<1%', '>99%')
    """
    if share is None:
        return NONE
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def points(shift: float | None) -> str:
    """A change of a share, in percentage points.

    >>> points(-0.44), points(0.004)
    ('−44', '+0.4')
    """
    if shift is None:
        return NONE
    value = round(shift * 100, 1)
    if not value:
        return "0"
    return f"{'+' if value > 0 else MINUS}{abs(value):g}" if abs(value) < 10 else signed(round(value))


def duration(seconds: float | None) -> str:
    """How long something took.

    >>> duration(0.42), duration(75), duration(7384)
    ('0.4 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds is None:
        return NONE
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(value: str | datetime | None) -> str | Markup:
    """A time in UTC, as a `time` element; a text that is no time as it is."""
    found = parse(value) if isinstance(value, str) else utc(value) if value else None
    if found is None:
        return value if isinstance(value, str) else NONE
    shown = f"{found.day} {found:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(found.isoformat(), shown)


def ago(value: str | datetime | None, now: str | datetime) -> str | Markup:
    """How far a time is from `now`, in words, as a `time` element that has the exact one as its title."""
    found = parse(value) if isinstance(value, str) else utc(value) if value else None
    present = parse(now) if isinstance(now, str) else utc(now)
    if found is None or present is None:
        return NONE
    seconds = (present - found).total_seconds()
    words = span(abs(seconds))
    text = "just now" if words == "0 min" else f"{words} ago" if seconds > 0 else f"in {words}"
    exact = f"{found.day} {found:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(found.isoformat(), exact, text)


def span(seconds: float) -> str:
    """A length of time in its largest unit.

    >>> span(90), span(7200), span(260000)
    ('1 min', '2 h', '3 days')
    """
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} days"


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> plural(1, "run"), plural(2, "run")
    ('1 run', '2 runs')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def code(text: str) -> Markup:
    """A sentence in which what is between backticks is code.

    >>> code("run `study-index up`")
    Markup('run <code>study-index up</code>')
    """
    pieces = text.split("`")
    shown = (Markup("<code>{}</code>").format(text) if at % 2 else escape(text) for at, text in enumerate(pieces))
    return Markup("").join(shown)


@cache
def environment() -> Environment:
    """The templates, with escaping; a name that a template does not get is an error."""
    made = Environment(
        loader=PackageLoader("pipeline.operations.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (number, signed, percent, points, duration, moment, ago, plural, code)
    made.filters.update({function.__name__: function for function in filters})
    return made


def render(template: str, **values: Any) -> str:
    """A page from the template of that name."""
    return environment().get_template(template).render(**values)
