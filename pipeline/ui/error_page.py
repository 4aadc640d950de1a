"""What a person reads where there is no page to show: what is wrong, and what helps."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }}
main {{ max-width: 45rem; margin: 3rem auto; padding: 0 1rem; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.3rem; }}
</style>
<main>
<h1>{title}</h1>
<p>{message}</p>
{help}
</main>
</html>
"""

TITLES = {
    400: "This cannot be done",
    401: "You are not signed in",
    403: "You may not do this",
    404: "There is no such page",
    409: "This cannot be done now",
    503: "The page cannot be shown now",
}


def error_page(status: int, message: str, *, help_text: str = "") -> str:
    """A page that states an error in words for a person."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return PAGE.format(
        title=escape(title), message=escape(message), help=f"<p>{escape(help_text)}</p>" if help_text else ""
    )
