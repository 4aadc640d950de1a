"""What every format promises, as tests that each format's test module runs: `class TestX(FormatConformance)`.

A format has four invented records in `fixtures/`: `<stem>_all_fields` (everything that the format can state),
`<stem>_optional_blank` (the same elements, empty), `<stem>_optional_missing` (no such elements), `<stem>_malformed`
(broken syntax). A blank element states as little as a missing one: what is absent is not guessed.
"""

from __future__ import annotations

import html
import random
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from pipeline.errors import REJECT_CODES, RejectError
from pipeline.formats import format_named
from pipeline.model.record import Role, StudyRecord
from tests.formats.mutations import mutated
from tests.support import REAL_RECORDS

FIXTURES = Path(__file__).parent / "fixtures"
"""Real records, in checkouts that have them beside the project."""

Wording = dict[Role, list[tuple[str, str | None]]]
Coding = dict[Role, list[tuple[str, str | None, str | None]]]

OTHER_SYNTAX = {
    "xml": [b'{"title": "Harbour Study"}', b"[1, 2]", b"<!DOCTYPE html><html><br><p>Not found</html>", b"<html/>"],
    "json": [b"[1, 2]", b'"words"', b"null", b"3"],
    "text": [],
}
"""Payloads that are well-formed, but no record of any format of that syntax."""

_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]*(?:\s[^<>]*|/)?>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-z]+);")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_MUTATIONS = settings(
    max_examples=300,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow],
)


def roles_of(words: str) -> frozenset[Role]:
    """The roles with these names."""
    return frozenset(map(Role, words.split()))


def texts(record: StudyRecord, *roles: Role) -> list[str]:
    """The texts of the statements of these roles."""
    return [statement.text for statement in record.having(*roles)]


def real_files(*patterns: str) -> list[Path]:
    """Real records that match a pattern below their folder; none where the folder does not exist."""
    found = sorted(path for pattern in patterns for path in REAL_RECORDS.glob(pattern) if path.is_file())
    assert found or not REAL_RECORDS.is_dir(), f"no real record matches {', '.join(patterns)}"
    return found


def read_or_reject(name: str, payload: bytes) -> StudyRecord | RejectError:
    """The record or reject of a payload; any other exception fails the test."""
    try:
        return format_named(name).read(payload)
    except RejectError as error:
        return error


def assert_sound(outcome: StudyRecord | RejectError) -> None:
    """Fails unless the outcome is a clean record, or a reject with a known code and a message."""
    if isinstance(outcome, RejectError):
        assert outcome.code in REJECT_CODES
        assert str(outcome).strip()
    else:
        assert_clean(outcome)


def assert_clean(record: StudyRecord) -> None:
    """Fails unless statements have a text and a field, and texts have no markup, entities or stray white space."""
    for statement in record.statements:
        text = statement.text
        assert statement.field.strip()
        assert text == text.strip()
        assert text
        assert not re.search(r"[^\S\n]{2}|\n{3}|[\x00-\x08\x0b-\x1f]", text), text
        assert not _TAG.search(text), text
        assert not any(html.unescape(entity) != entity for entity in _ENTITY.findall(text)), text
        assert statement.code is None or statement.code.strip()
        assert statement.language is None or re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9-]+)?", statement.language)
    assert any(statement.role is Role.TITLE for statement in record.statements)
    for name in (*record.creators, *record.funders, record.publisher or "x", record.series or "x"):
        assert name == " ".join(name.split())
        assert name
        assert not _EMAIL.search(name)
    for doi in record.dois:
        assert re.fullmatch(r"10\.\d{4,9}(?:\.\d+)*/\S+", doi)
        assert doi == doi.lower()
    assert all(re.match(r"https?://", url, re.IGNORECASE) for url in record.urls)
    assert StudyRecord.model_validate(record.model_dump()) == record


class FormatConformance:
    """Tests of one format: subclasses set the class variables, and add tests of what only this format has."""

    format_name: ClassVar[str]
    stem: ClassVar[str]
    """First part of the fixtures' names, `ddi_codebook_record`."""
    suffix: ClassVar[str]
    states: ClassVar[dict[str, Any]]
    """Fields of the study record and their values in `all_fields`."""
    roles: ClassVar[frozenset[Role]]
    """Every role of which `all_fields` has a statement."""
    wording: ClassVar[Wording] = {}
    """Texts and languages of the statements of some roles in `all_fields`."""
    coding: ClassVar[Coding] = {}
    """Texts, codes and vocabularies of the statements of some roles in `all_fields`."""
    damaged: ClassVar[tuple[str, ...]] = ("all_fields", "optional_blank", "optional_missing")
    """Variants that are damaged at random; a format may add its own."""
    without_options: ClassVar[dict[str, Any]]
    """Fields of the study record and their values in `optional_blank` and `optional_missing`; all others are absent."""

    def payload(self, variant: str) -> bytes:
        """A fixture: `all_fields`, `optional_blank`, `optional_missing`, `malformed`, or one of the format's own."""
        return (FIXTURES / f"{self.stem}_{variant}{self.suffix}").read_bytes()

    def read(self, variant: str) -> StudyRecord:
        """The record of a fixture."""
        return format_named(self.format_name).read(self.payload(variant))

    def test_every_field_that_the_format_can_state_is_read(self) -> None:
        record = self.read("all_fields")
        assert {name: getattr(record, name) for name in self.states} == self.states
        assert {statement.role for statement in record.statements} == self.roles
        assert record.format == self.format_name

    def test_statements_have_their_texts_and_languages(self) -> None:
        record = self.read("all_fields")
        found = {role: [(each.text, each.language) for each in record.having(role)] for role in self.wording}
        assert found == self.wording

    def test_statements_have_their_codes_and_vocabularies(self) -> None:
        record = self.read("all_fields")
        found = {
            role: [(each.text, each.code, each.vocabulary) for each in record.having(role)] for role in self.coding
        }
        assert found == self.coding

    def test_all_fields_are_clean(self) -> None:
        record = self.read("all_fields")
        assert_clean(record)
        assert not any(_EMAIL.search(statement.text) for statement in record.statements)

    @pytest.mark.parametrize("variant", ["optional_blank", "optional_missing"])
    def test_blank_and_missing_elements_are_absent(self, variant: str) -> None:
        stated = self.read(variant).model_dump(exclude_defaults=True, exclude={"format", "statements"})
        assert stated == self.without_options
        assert {statement.role for statement in self.read(variant).statements} == {Role.TITLE}

    def test_blank_elements_state_what_missing_ones_do(self) -> None:
        assert self.read("optional_blank") == self.read("optional_missing")

    def test_broken_syntax_is_rejected_as_malformed(self) -> None:
        with pytest.raises(RejectError) as caught:
            self.read("malformed")
        assert caught.value.code == "malformed"

    @pytest.mark.parametrize("payload", [b"", b" \r\n\t"])
    def test_an_empty_payload_is_rejected_as_empty(self, payload: bytes) -> None:
        outcome = read_or_reject(self.format_name, payload)
        assert isinstance(outcome, RejectError)
        assert outcome.code == "empty"

    def test_a_payload_of_another_format_is_rejected_as_wrong_format(self) -> None:
        for payload in OTHER_SYNTAX[format_named(self.format_name).syntax]:
            outcome = read_or_reject(self.format_name, payload)
            assert isinstance(outcome, RejectError), payload
            assert outcome.code == "wrong_format", payload

    def test_an_instance_holds_no_state(self) -> None:
        first = self.read("all_fields")
        self.read("optional_missing")
        assert self.read("all_fields") == first

    @given(seed=strategies.integers(min_value=0, max_value=2**32 - 1))
    @_MUTATIONS
    def test_a_damaged_record_is_read_or_rejected(self, seed: int) -> None:
        chance = random.Random(seed)
        variant = chance.choice(self.damaged)
        assert_sound(read_or_reject(self.format_name, mutated(self.payload(variant), self.suffix, chance)))

    @given(cut=strategies.floats(min_value=0, max_value=1), junk=strategies.binary(max_size=8))
    @_MUTATIONS
    def test_a_payload_with_broken_bytes_is_read_or_rejected(self, cut: float, junk: bytes) -> None:
        payload = self.payload("all_fields")
        place = int(cut * len(payload))
        assert_sound(read_or_reject(self.format_name, payload[:place] + junk + payload[place + len(junk) :]))
        assert_sound(read_or_reject(self.format_name, payload[:place]))
