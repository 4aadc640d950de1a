"""Every command of README, CONTRIBUTING and docs is run in the order of its page, or `exceptions` has the reason."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from demo.archive import archive_repository
from demo.oai_server import serve
from pipeline.cli.app import app
from pipeline.cli.declaring import all_commands
from pipeline.index import lifecycle
from pipeline.index.client import connect
from pipeline.index.generations import generations
from tests.docs.exceptions import BEFORE, ENDS_WITH, FILLED_IN, MAKE_TARGETS, NOT_RUN, PAGES_NOT_RUN
from tests.docs.page_shell import DEMO, Ran, Step, make_folder, run, surroundings
from tests.docs.shell_examples import PAGES, Data, Example, examples
from tests.docs.usages import targets, unknown_in
from tests.nodes import with_credentials
from tests.support import PROJECT

DONE = {0, 4}


def commands(page: str) -> list[Example]:
    return [example for example in examples(page) if isinstance(example, Example)]


def reason(example: Example) -> str | None:
    """Why a command is not run."""
    text = _plain(example.text)
    if example.page in PAGES_NOT_RUN:
        return PAGES_NOT_RUN[example.page]
    if example.page == "docs/commands.md" and text in _examples_of_help():
        return "tests/cli/test_examples.py runs the examples of the commands' help"
    return next((why for pattern, why in NOT_RUN.items() if fnmatch.fnmatchcase(text, pattern)), None)


@cache
def _examples_of_help() -> set[str]:
    epilogs = (command.epilog.replace(r"\[", "[") for command in all_commands(app).values())
    return {line.strip() for epilog in epilogs for line in epilog.split("\n")}


def _plain(text: str) -> str:
    """A command without comment and line breaks."""
    return " ".join(re.sub(r"\s#\s.*$", "", text, flags=re.MULTILINE).replace("\\\n", " ").split())


def _is_run(example: Example) -> bool:
    return not example.is_usage and reason(example) is None


@pytest.fixture(scope="module")
def archive() -> Iterator[str]:
    with serve(archive_repository()) as url:
        yield url


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an Airflow that all pages share, as `airflow db migrate` takes long."""
    return tmp_path_factory.mktemp("airflow")


@pytest.mark.parametrize("page", [page for page in PAGES if any(map(_is_run, commands(page)))])
def test_the_commands_of_a_page_work_one_after_the_other(
    page: str, tmp_path: Path, own_elasticsearch_url: str, archive: str, airflow_home: Path
) -> None:
    make_folder(tmp_path)
    _write_files(page, tmp_path)
    _empty(own_elasticsearch_url)
    shown = [example for example in commands(page) if _is_run(example)]
    first = list(_prepared(shown, airflow_home))
    environment = surroundings(tmp_path, own_elasticsearch_url, archive) | {"AIRFLOW_HOME": str(airflow_home)}
    last = Step('cd "$PAGE_FOLDER" && study-index down')
    ran = run([*first, *_steps(shown, tmp_path), last], tmp_path, environment)
    assert all(each.code in DONE for each in ran[: len(first)]), ran[: len(first)]
    failed = [
        f"{example}\n{each.code}: {(each.out + each.err)[-2000:]}"
        for example, each in zip(shown, ran[len(first) :], strict=False)
        if not _as_expected(example, each)
    ]
    if failed:
        pytest.fail("\n\n".join(failed), pytrace=False)


def _write_files(page: str, folder: Path) -> None:
    """Write the files that the page says to write, from its blocks."""
    for block in examples(page):
        if isinstance(block, Data) and block.file:
            file = folder / block.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_filled_in(block.text, folder), encoding="utf-8")


def _empty(elasticsearch: str) -> None:
    """Remove what an earlier page left in the index."""
    with with_credentials(), connect(elasticsearch) as client:
        for catalogue in {item.catalogue for item in generations(client)}:
            lifecycle.retire(client, catalogue)


def _prepared(shown: list[Example], airflow_home: Path) -> Iterable[Step]:
    """What a page assumes: that the demo catalogues are live, and that Airflow has a database."""
    text = "\n".join(example.text for example in shown)
    if re.search(r"study-index|ELASTICSEARCH_URL|curl|import ", text):
        yield Step(f"study-index run {' '.join(DEMO)}")
    if "airflow " in text and not (airflow_home / "airflow.db").exists():
        yield Step("airflow db migrate")


def _steps(shown: list[Example], folder: Path) -> Iterator[Step]:
    section = None
    for example in shown:
        begin = 'cd "$PAGE_FOLDER"; ' if example.section != section else ""
        section = example.section
        before = BEFORE.get((example.page, _plain(example.text)), ":")
        if example.language == "python":
            yield Step(f"python - <<'END OF EXAMPLE'\n{example.text}\nEND OF EXAMPLE", begin + before)
        else:
            yield Step(_filled_in(example.text, folder), begin + before)


def _filled_in(text: str, folder: Path) -> str:
    """A text with what a reader has to fill in."""
    for word, filled in FILLED_IN.items():
        text = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", filled.replace("FOLDER", str(folder)), text)
    return text


def _as_expected(example: Example, ran: Ran) -> bool:
    expected = ENDS_WITH.get((example.page, _plain(example.text)))
    ended = ran.code == expected if expected is not None else ran.code in DONE
    return ended and (example.output is None or _alike(example.output, ran.out))


def _alike(shown: str, printed: str) -> bool:
    """Whether a command prints what a page shows; `…` there stands for anything."""
    parts = [re.escape(part.strip()) for part in shown.split("…")]
    return re.fullmatch(r"\s*" + r".*?".join(parts) + r"\s*", printed, re.DOTALL) is not None


@pytest.mark.parametrize("pattern", NOT_RUN)
def test_a_command_that_is_not_run_is_still_in_the_docs(pattern: str) -> None:
    shown = [_plain(example.text) for page in PAGES for example in commands(page)]
    assert fnmatch.filter(shown, pattern), f"no page has {pattern}: remove its row from tests/docs/exceptions.py"


@pytest.mark.parametrize("page", PAGES)
def test_a_command_that_is_only_named_exists(page: str) -> None:
    named = [example for example in commands(page) if example.is_usage and reason(example) is None]
    unknown = [f"{example}: {found}" for example in named if (found := unknown_in(example))]
    assert not unknown


def test_what_no_page_needs_is_not_in_the_tables() -> None:
    shown = {(example.page, _plain(example.text)) for page in PAGES for example in commands(page)}
    assert (BEFORE.keys() | ENDS_WITH.keys()) <= shown


def test_every_target_of_the_makefile_has_a_test_or_a_reason() -> None:
    assert targets() == MAKE_TARGETS.keys()
    for why in (*MAKE_TARGETS.values(), *NOT_RUN.values()):
        for named in re.findall(r"tests/[\w/.]*\w", why):
            assert (PROJECT / named).exists(), why


@pytest.mark.parametrize("page", PAGES)
def test_a_block_without_a_language_is_commands_or_data(page: str) -> None:
    """So no command is passed over: what is neither has to name its language, such as `text`."""
    for block in examples(page):
        if isinstance(block, Data) and not block.language:
            assert isinstance(yaml.safe_load(block.text), dict | list), f"{page}:{block.line}"
