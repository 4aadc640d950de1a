"""A minimal OAI-PMH client: one request, or all pages of a list."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
from lxml import etree

OAI = "{http://www.openarchives.org/OAI/2.0/}"
# Without connections that are kept open, a server ends at once.
CLIENT = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0))


def ask(url: str, **arguments: str) -> etree._Element:
    """The response to a request; `from_` is the argument `from`."""
    query = {name.rstrip("_"): value for name, value in arguments.items()}
    answer = CLIENT.get(url, params=query)
    assert answer.status_code == 200
    return etree.fromstring(answer.content)


def pages(url: str, verb: str, prefix: str = "oai_ddi25") -> Iterator[etree._Element]:
    """All pages of a list."""
    page = ask(url, verb=verb, metadataPrefix=prefix)
    yield page
    while token := page.findtext(f".//{OAI}resumptionToken"):
        page = ask(url, verb=verb, resumptionToken=token)
        yield page


def headers(url: str, verb: str, prefix: str = "oai_ddi25") -> list[etree._Element]:
    """The headers of all records of a list."""
    return [header for page in pages(url, verb, prefix) for header in page.iter(f"{OAI}header")]
