"""How a JSON API goes from one page of a list to the next: the `Step` that changes in the request, by style."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from pipeline.catalogue.expressions import find
from pipeline.catalogue.protocols import CursorPaging, LinkPaging, OffsetPaging, PagePaging
from pipeline.errors import FailError
from pipeline.model.numbers import stated_number
from pipeline.redaction import holds_secret

Step = int | str | None
"""Offset, page number, token, or address of the next page; None for the request as the catalogue file has it."""
Paging = OffsetPaging | PagePaging | CursorPaging | LinkPaging | None


def first(paging: Paging) -> Step:
    """The step of the first page."""
    return None if paging is None or isinstance(paging, LinkPaging) else paging.start


def following(paging: Paging, step: Step, answer: Any, entries: int, url: str) -> Step:
    """The step of the next page; None after the last page.

    Args:
        paging: the style.
        step: the step of this page.
        answer: its JSON.
        entries: number of entries of the list in it.
        url: the address of the page.

    Raises:
        FailError: the link to the next page is not an address.
    """
    match paging:
        case OffsetPaging():
            return int(step or 0) + entries if entries else None
        case PagePaging():
            number = int(step or 0) + 1
            pages = stated_number(find(paging.pages, answer)) if paging.pages else None
            if pages is not None:
                return number if number - paging.start < pages else None
            return number if entries else None
        case CursorPaging():
            token = find(paging.next, answer)
            return str(token) if isinstance(token, str | int | float) and token not in {"", False} else None
        case LinkPaging():
            link = find(paging.next, answer)
            return _joined(url, link) if isinstance(link, str) and link else None
    return None


def without_secrets(link: str, keys: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The address without the parameters that are among `keys` or hold a secret, and these parameters.

    The rest stays as it is written.
    """
    parts = urlsplit(link)
    kept: list[str] = []
    secret: dict[str, str] = {}
    for piece in parts.query.split("&"):
        found = {
            name: value
            for name, value in parse_qsl(piece)
            if keys.get(name) == value or holds_secret(f"{name}={value}")
        }
        secret |= found
        if not found:
            kept.append(piece)
    return parts._replace(query="&".join(kept)).geturl(), secret


def _joined(url: str, link: str) -> str:
    try:
        return urljoin(url, link)
    except ValueError as error:
        raise FailError(
            "The link to the next page is not an address. Check paging.next in the catalogue file, or report it to "
            "the operator of the service."
        ) from error
