"""Every command, key, format, code and setting is documented, and the docs name no command that does not exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from pipeline.catalogue import Catalogue
from pipeline.catalogue.corrections import Correction
from pipeline.catalogue.digests import DECIDING, WITHOUT_EFFECT
from pipeline.catalogue.protocols import Paging, Protocol, Since
from pipeline.catalogue.records import Exclusion, FieldName, FieldSource, TableLayout
from pipeline.cli.app import app
from pipeline.cli.declaring import all_commands
from pipeline.cli.searching import FILTERS
from pipeline.enrich.text.language_files import known_keys, section
from pipeline.errors import REJECT_CODES
from pipeline.formats import FORMATS
from pipeline.model.document import Document
from pipeline.model.facets import NAMES
from tests.docs import airflow_reference, command_reference, index_reference, language_reference
from tests.support import PROJECT

DOCS = PROJECT / "docs"
PARTS = (
    *get_args(get_args(Protocol)[0]),
    *get_args(get_args(Paging)[0]),
    *(Since, Exclusion, FieldSource, TableLayout),
)
"""Parts of a catalogue file that have further keys."""


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(all_commands(app)))
def test_every_command_is_documented(command: str) -> None:
    assert f"`study-index {command}" in page("commands.md")


def test_every_option_of_every_command_is_documented() -> None:
    for name, command in all_commands(app).items():
        section = page("commands.md").partition(f"### `study-index {name}")[2].partition("\n### ")[0]
        for param in command.params:
            where = page("commands.md") if param.name in FILTERS else section
            for option in param.opts:
                assert not option.startswith("--") or re.search(rf"\| `{option}[ `]", where), f"{name} {option}"


def test_the_reference_of_commands_is_that_of_the_code() -> None:
    if page("commands.md") != command_reference.renewed():
        pytest.fail("docs/commands.md differs from the commands: python -m tests.docs.command_reference", pytrace=False)


def test_the_page_of_the_dags_is_that_of_the_code() -> None:
    if page("airflow.md") != airflow_reference.renewed():
        pytest.fail("docs/airflow.md differs from the DAGs: python -m tests.docs.airflow_reference", pytrace=False)


def test_no_command_is_documented_that_does_not_exist() -> None:
    named = set(re.findall(r"`study-index ([a-z]+)", page("commands.md"))) - {"study-index"}
    assert named <= set(all_commands(app))


@pytest.mark.parametrize("key", sorted(set(Catalogue.model_fields) - {"file"}))
def test_every_key_of_a_catalogue_file_is_documented(key: str) -> None:
    assert f"`{key}`" in page("catalogues.md")


@pytest.mark.parametrize(
    "key", sorted({field.alias or name for part in PARTS for name, field in part.model_fields.items()})
)
def test_every_key_of_the_parts_of_a_catalogue_file_is_documented(key: str) -> None:
    assert re.search(rf"`{key}`|\b{key}:", page("catalogues.md"))


@pytest.mark.parametrize("field", get_args(FieldName))
def test_every_field_that_a_file_can_map_is_documented(field: str) -> None:
    assert f"`{field}`" in page("catalogues.md")


@pytest.mark.parametrize("key", sorted(Correction.model_fields.keys() - {*NAMES}))
def test_every_key_of_a_correction_is_documented(key: str) -> None:
    section = page("catalogues.md").partition("## Corrections")[2].partition("\n## ")[0]
    assert f"`{key}`" in section


def test_the_tables_of_the_index_are_those_of_the_code() -> None:
    if page("index.md") != index_reference.renewed():
        pytest.fail("docs/index.md differs from the code: python -m tests.docs.index_reference", pytrace=False)


def test_each_key_of_the_files_of_languages_is_explained() -> None:
    keys = {(name, key) for name, listed in known_keys().items() for key in listed}
    explained = set(language_reference.explanations())
    assert not keys - explained, "tests/docs/language_keys.yaml lacks keys"
    assert not explained - keys, "tests/docs/language_keys.yaml has keys that no language has"


@pytest.mark.parametrize(("key", "explained"), language_reference.explanations().items())
def test_the_example_of_a_key_is_among_its_words(key: tuple[str, str], explained: language_reference.Explained) -> None:
    value = section(explained.code, key[0])[key[1]]
    assert language_reference.words_in(value, explained.example)


def test_the_tables_of_languages_are_those_of_their_files() -> None:
    if page("languages.md") != language_reference.renewed():
        pytest.fail("docs/languages.md differs from the files: python -m tests.docs.language_reference", pytrace=False)


def test_every_field_of_the_index_is_described_once() -> None:
    described = index_reference.described()
    assert not described.keys() & set(NAMES)
    assert described.keys() | set(NAMES) == Document.model_fields.keys()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_documented(name: str) -> None:
    assert f"`{name}`" in page("catalogues.md")


@pytest.mark.parametrize("code", sorted(REJECT_CODES))
def test_every_reject_code_is_documented_with_its_meaning(code: str) -> None:
    assert f"| `{code}` | {REJECT_CODES[code]} |" in page("operations.md")


def test_the_keys_that_make_the_next_run_a_full_one_are_documented() -> None:
    sentence = re.search(r"The next run after a change of (.+?) is a full\s+one", page("catalogues.md"), re.DOTALL)
    assert sentence is not None
    assert {*re.findall(r"`([\w.]+)`", sentence[1])} == {*DECIDING, *WITHOUT_EFFECT, "paging.overlap"}


def headings(path: Path) -> set[str]:
    """The headings of a page, as links name them."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    named = re.findall(r'<a id="([\w-]+)"></a>', text)
    return {*named, *(re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in found)}


@pytest.mark.parametrize(
    "path", [*PROJECT.glob("*.md"), *DOCS.rglob("*.md")], ids=lambda path: str(path.relative_to(PROJECT))
)
def test_links_of_the_docs_resolve(path: Path) -> None:
    for target, heading in re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)", path.read_text(encoding="utf-8")):
        page_of = path.parent / target if target else path
        assert page_of.exists(), f"{path.name} links to {target}"
        assert not heading or heading in headings(page_of), f"{path.name} links to {target}#{heading}"


def test_files_that_pages_name_exist() -> None:
    for path in {*PROJECT.glob("*.md"), *DOCS.rglob("*.md")} - {PROJECT / "CHANGELOG.md"}:  # that names former ones
        for name in re.findall(
            r"`((?:pipeline|tests|docs|dags|mappings|devnode|demo)/[\w./-]+)`", path.read_text(encoding="utf-8")
        ):
            assert (PROJECT / name).exists(), f"{path.name} names {name}"


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert readme.count("\n") < 150
    assert [path.name for path in DOCS.glob("*.md") if f"](docs/{path.name})" not in readme] == []


def test_every_decision_has_a_number_of_its_own_which_is_in_its_title() -> None:
    decisions = sorted((DOCS / "adr").glob("0*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. "), path.name
