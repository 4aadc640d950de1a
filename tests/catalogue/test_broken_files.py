"""Catalogue files that cannot be used: what is read of them all the same, and files whose variables are not set."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalogue import broken_file, load, unset
from pipeline.catalogue.digests import digests
from pipeline.errors import UsageError

HEAD = 'name: bay\ntitle: The Bay Archive\nowner: Ana\nschedule: "0 3 * * 1"  # Mondays\n'
REST = "format: datacite\nprotocol:\n  type: json\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bay.yaml"


@pytest.mark.parametrize(
    "wrong",
    [
        "formatt: hdruk\n",
        "protocol: {type: files\n",
        "title: twice\ntitle: twice\n\tx: y",
        "- a list",
        "since: 2024-13-45\n",
        "fields: " + "[" * 5000 + "\n",
    ],
    ids=["unknown key", "no end", "twice", "list", "no such date", "nested"],
)
def test_a_wrong_line_leaves_schedule_title_and_owner_readable(file: Path, wrong: str) -> None:
    file.write_text(HEAD.replace("title: The Bay Archive\n", "") + "title: The Bay Archive\n" + wrong, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load(file)
    found = broken_file(file, str(error.value))
    assert (found.name, found.schedule, found.owner) == ("bay", "0 3 * * 1", "Ana")
    assert found.message == str(error.value)


@pytest.mark.parametrize("schedule", ["every monday", "0 0 30 2 *"])
def test_what_cannot_be_read_is_absent(file: Path, schedule: str) -> None:
    file.write_text(f"name: bay\ntitle:\nschedule: {schedule}\nowner: [a, b]\n", encoding="utf-8")
    found = broken_file(file, "wrong")
    assert (found.title, found.schedule, found.owner) == (None, None, None)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"nothing but words", b"schedule: '0 3"])
def test_any_file_has_at_least_a_name(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert broken_file(file, "wrong").name == "bay"


def test_a_file_that_is_gone_has_at_least_a_name(file: Path) -> None:
    assert broken_file(file, "wrong").schedule is None


@pytest.mark.parametrize(
    "keys",
    [
        "  url: https://u:${BAY_KEY}@bay.invalid/api\n",
        "  url: ${BAY_KEY}\n",
        "  url: https://bay.invalid\n  detail: ${BAY_KEY}\n",
        "  url: https://bay.invalid\n  requests_per_second: ${BAY_KEY}\n",
    ],
)
def test_a_file_whose_key_only_tasks_have_can_be_listed(file: Path, keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(HEAD + REST + keys, encoding="utf-8")
    monkeypatch.delenv("BAY_KEY", raising=False)
    with pytest.raises(UsageError, match="BAY_KEY"):
        load(file)
    described = load(file, variables_set=False)
    assert (described.schedule, described.owner) == ("0 3 * * 1", "Ana")
    assert unset(described.protocol_variables) == {"BAY_KEY"}


def test_placeholders_do_not_make_the_next_run_a_full_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(HEAD + REST + "  url: https://${BAY_HOST}/api\n", encoding="utf-8")
    monkeypatch.delenv("BAY_HOST", raising=False)
    without = digests(load(file, variables_set=False))
    monkeypatch.setenv("BAY_HOST", "bay.invalid")
    assert digests(load(file)) == without


def test_a_variable_with_a_default_may_be_set_elsewhere_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(HEAD + REST + "  url: https://${BAY_HOST:-bay.invalid}/api\n", encoding="utf-8")
    monkeypatch.delenv("BAY_HOST", raising=False)
    assert unset(load(file).protocol_variables) == {"BAY_HOST"}
