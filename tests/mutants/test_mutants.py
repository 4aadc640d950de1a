"""What is changed, how it is named, and that a change is what runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants import install
from tests.mutants.groups import GROUPS, PROJECT, Group
from tests.mutants.operators import changes
from tests.mutants.survivors import Listed

CODE = '''
"""A module."""
LIMIT: int = 5
Kind = Literal["few", "many"]
_WORD = re.compile(rf"\\b{words('word')}(?!s)")
_NUMBER = re.compile(r"[a-z]+\\s+\\d+")

@under_lease
def held(deleted: int | None, live: int) -> list[str]:
    """Whether to hold."""
    if not live:
        raise FailError(f"{live} is 0")
    log.info("held %d", 3)
    return ["held"] if deleted > LIMIT and deleted else []

@lru_cache(maxsize=16)
def pair(one: list[int], other: list[int]) -> None:
    zip(one, other, strict=True)
'''


def test_what_decides_is_changed_and_messages_are_not() -> None:
    assert [change.key for change in changes(ast.parse(CODE))] == [
        "LIMIT: LIMIT: int = 5 → LIMIT: int = 6",
        "LIMIT: LIMIT: int = 5 → LIMIT: int = 4",
        """_WORD: f"\\\\b{words('word')}(?!s)" → f"{words('word')}(?!s)\"""",
        """_WORD: f"\\\\b{words('word')}(?!s)" → f"\\\\b{words('word')}(?=s)\"""",
        "_NUMBER: re.compile('[a-z]+\\\\s+\\\\d+') → re.compile('[a-z]+\\\\s+\\\\d*')",
        "held: if not live: → if live:",
        "held: raise FailError(f'{live} is 0') → pass",
        "held: return ['held'] if deleted > LIMIT and deleted else [] → return None",
        "held: ['held'] if deleted > LIMIT and deleted else [] → ['held'] if deleted > LIMIT or deleted else []",
        "held: deleted > LIMIT and deleted → deleted >= LIMIT and deleted",
        "held: ['held'] if deleted > LIMIT and deleted else [] → ['XXheld'] if deleted > LIMIT and deleted else []",
        "held: @under_lease held → @lambda it: it held",
        "pair: zip(one, other, strict=True) → pass",
    ]


def test_a_change_of_a_function_is_what_runs(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("def is_few(number):\n    return number < 5\n", encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)  # noqa: S102 - the two lines above
    function = names["is_few"]
    assert callable(function)
    assert not function(5)

    number = next(at for at, change in enumerate(changes(ast.parse(path.read_text()))) if "<=" in change.key)
    assert install.Functions([path]).change(path, install.changed_code(path, number), "is_few")

    assert function(5)


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_the_modules_and_tests_of_a_group_are_there(group: Group) -> None:
    assert all(path.exists() for path in [*group.module_files, *group.test_files])


def test_listed_survivors_are_mutants() -> None:
    """A listed mutant that is no more would hide nothing, but would mislead a reader."""
    listed = Listed.read(Path(__file__).with_name("survivors.yaml"))
    known = {
        (str(path.relative_to(PROJECT)), change.key)
        for group in GROUPS.values()
        for path in group.module_files
        for change in changes(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert [mutant for mutant in listed.survivors if mutant not in known] == []
