"""The documentation site is built without the internet, and what its pages link to or load is there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.support import PROJECT

LOADED = {"img": ("src",), "script": ("src",), "source": ("src", "srcset"), "link": ("href",), "iframe": ("src",)}
"""What a browser loads by itself for a page."""

TAGS = {
    *("a", "article", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "h5", "hr", "img", "li", "nav"),
    *("ol", "p", "picture", "pre", "source", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead"),
    *("tr", "ul", "button", "input", "label", "del", "kbd", "details", "summary"),
}
"""Elements that a page may consist of."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(PROJECT)
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        config = load_config(str(PROJECT / "mkdocs.yml"), site_dir=str(folder))
        noted: list[str] = []
        handler = logging.Handler(logging.WARNING)
        handler.emit = lambda record: noted.append(record.getMessage())  # type: ignore[method-assign]
        logging.getLogger("mkdocs").addHandler(handler)
        try:
            build(config)
        except Exception as error:  # noqa: BLE001 - what was noted says which page and link
            pytest.fail(f"{error}\n" + "\n".join(noted), pytrace=False)
        finally:
            logging.getLogger("mkdocs").removeHandler(handler)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, html.HtmlElement]:
    """The pages that were made of Markdown, by file."""
    return {path: html.parse(str(path)).getroot() for path in site.rglob("*.html") if path.name != "404.html"}


def test_every_page_of_the_project_is_a_page_of_the_site(pages: dict[Path, html.HtmlElement], site: Path) -> None:
    for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")):
        page = path.with_name("index.html") if path.stem == "README" else path.with_suffix(".html")
        assert site / page.relative_to(PROJECT) in pages


def test_every_link_of_the_site_leads_somewhere(pages: dict[Path, html.HtmlElement]) -> None:
    anchors = {path: set(page.xpath("//@id | //a/@name")) for path, page in pages.items()}
    broken = []
    for path, page in pages.items():
        for target in page.xpath("//a/@href | //img/@src | //source/@srcset"):
            parts = urlsplit(target)
            if parts.scheme:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file() or (parts.fragment and parts.fragment not in anchors.get(file, set())):
                broken.append(f"{path.name}: {target}")
    assert not broken


def test_a_page_loads_nothing_from_another_host(pages: dict[Path, html.HtmlElement]) -> None:
    assert pages
    for path, page in pages.items():
        assert not [target for target in _loaded(page) if urlsplit(target).netloc], path


def test_no_text_is_taken_for_markup(pages: dict[Path, html.HtmlElement]) -> None:
    """`<name>` outside of code, for example, which a reader would not see."""
    for path, page in pages.items():
        for article in page.iter("article"):
            found = {str(element.tag) for element in article.iter() if isinstance(element.tag, str)}
            assert found - {"svg", "path"} <= TAGS, path


def _loaded(page: html.HtmlElement) -> Iterator[str]:
    for tag, names in LOADED.items():
        for element in page.iter(tag):
            if element.get("rel") not in {"canonical", "prev", "next"}:
                yield from (element.get(name) for name in names if element.get(name))


def test_every_decision_is_in_the_navigation(pages: dict[Path, html.HtmlElement], site: Path) -> None:
    linked = set(pages[site / "docs" / "adr" / "index.html"].xpath("//nav//a/@href"))
    assert {f"{path.stem}.html" for path in (PROJECT / "docs" / "adr").glob("0*.md")} <= linked
