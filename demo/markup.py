"""Descriptions as catalogues send them: plain text, HTML, or HTML that was escaped twice."""

from __future__ import annotations

import html
from typing import Literal


def marked_up(paragraphs: list[str], markup: Literal["none", "html", "twice"]) -> str:
    """The paragraphs as one text."""
    if markup == "none":
        return "\n\n".join(paragraphs)
    first, _, rest = html.escape(paragraphs[0]).partition(" ")
    parts = [f"<p><strong>{first}</strong> {rest}</p>"] if rest else [f"<p>{first}</p>"]
    parts += [f"<p>{html.escape(paragraph)}<br/></p>" for paragraph in paragraphs[1:]]
    text = "\n".join(parts).replace(", ", ",&nbsp;", 1)
    return html.escape(text) if markup == "twice" else text
