"""Counts the steps that a regular expression takes on a text.

Python's `re` does not tell its steps, and time depends on the machine. So this is a matcher of its own, which tries
what `re` tries, in the same order, and counts each try. It is slow, and made for short texts; it ignores case
everywhere, which changes which texts match, and hardly how many steps they take.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import _constants as op  # type: ignore[attr-defined]  # the parse tree of `re` has no public name
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    op.CATEGORY_DIGIT: str.isdecimal,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda character: character.isalnum() or character == "_",
}
_OPPOSITES = {
    op.CATEGORY_NOT_DIGIT: op.CATEGORY_DIGIT,
    op.CATEGORY_NOT_SPACE: op.CATEGORY_SPACE,
    op.CATEGORY_NOT_WORD: op.CATEGORY_WORD,
}


class TooManyStepsError(Exception):
    """The bound of steps was reached."""


class Steps:
    """Finds a pattern in a text as `re.finditer` does, and counts the steps."""

    def __init__(self, pattern: re.Pattern[Any], text: str, most: int) -> None:
        written = pattern.pattern
        source = written.decode("latin-1") if isinstance(written, bytes) else written
        self._tree = _parser.parse(source, pattern.flags & ~re.UNICODE)
        self._text = text.lower()
        self._most = most
        self._groups: dict[int, str] = {}
        self.count = 0

    def search(self) -> int:
        """Steps of finding all matches."""
        at = 0
        while at <= len(self._text):
            end = next(self._sequence(self._tree, 0, at), None)
            at = at + 1 if end is None or end == at else end
        return self.count

    def _step(self) -> None:
        self.count += 1
        if self.count > self._most:
            raise TooManyStepsError

    def _sequence(self, items: Any, number: int, at: int) -> Iterator[int]:
        """Where the items from that number on can end, if they begin at a place."""
        if number == len(items):
            yield at
            return
        kind, argument = items[number]
        for end in self._item(kind, argument, at):
            yield from self._sequence(items, number + 1, end)

    def _item(self, kind: Any, argument: Any, at: int) -> Iterator[int]:  # noqa: C901, PLR0912 - a case a kind
        self._step()
        match kind:
            case op.BRANCH:
                for branch in argument[1]:
                    yield from self._sequence(branch, 0, at)
            case op.SUBPATTERN:
                for end in self._sequence(argument[3], 0, at):
                    self._groups[argument[0]] = self._text[at:end]
                    yield end
            case op.MAX_REPEAT | op.MIN_REPEAT:
                yield from self._repeat(argument, at, greedy=kind is op.MAX_REPEAT)
            case op.POSSESSIVE_REPEAT:
                yield from _first(self._repeat(argument, at, greedy=True))
            case op.ATOMIC_GROUP:
                yield from _first(self._sequence(argument, 0, at))
            case op.ASSERT | op.ASSERT_NOT:
                start = at if argument[0] > 0 else at - argument[1].getwidth()[0]
                found = start >= 0 and next(self._sequence(argument[1], 0, start), None) is not None
                if found is (kind is op.ASSERT):
                    yield at
            case op.AT:
                if self._is_at(argument, at):
                    yield at
            case op.GROUPREF:
                if self._text.startswith(self._groups.get(argument, "\0"), at):
                    yield at + len(self._groups[argument])
            case _:
                if at < len(self._text) and _is_one_of(kind, argument, self._text[at]):
                    yield at + 1

    def _repeat(self, argument: Any, at: int, *, greedy: bool) -> Iterator[int]:
        fewest, most, items = argument
        waiting: list[Iterator[int]] = []
        reached = [at]
        if not greedy or most == 0:
            yield from self._lazily(fewest, most, items, at)
            return
        while True:
            # go on as far as the items match, then hand out the ends from the last to the first
            if len(reached) - 1 < most:
                waiting.append(self._sequence(items, 0, reached[-1]))
                end = next(waiting[-1], None)
                if end is not None and end != reached[-1]:
                    reached.append(end)
                    continue
                waiting.pop()
            while True:
                if len(reached) - 1 >= fewest:
                    yield reached[-1]
                reached.pop()
                if not reached or not waiting:
                    return
                end = next(waiting[-1], None)
                if end is not None:
                    reached.append(end)
                    break
                waiting.pop()

    def _lazily(self, fewest: int, most: int, items: Any, at: int, done: int = 0) -> Iterator[int]:
        if done >= fewest:
            yield at
        if done < most:
            for end in self._sequence(items, 0, at):
                if end != at:
                    yield from self._lazily(fewest, most, items, end, done + 1)

    def _is_at(self, where: Any, at: int) -> bool:
        text = self._text
        if where in {op.AT_BEGINNING, op.AT_BEGINNING_STRING}:
            return at == 0
        if where in {op.AT_END, op.AT_END_STRING}:
            return at == len(text)
        is_word = _CATEGORIES[op.CATEGORY_WORD]
        edge = is_word(text[at - 1 : at] or " ") is not is_word(text[at : at + 1] or " ")
        return edge is (where is op.AT_BOUNDARY)


def _first(ends: Iterator[int]) -> Iterator[int]:
    end = next(ends, None)
    if end is not None:
        yield end


def _is_one_of(kind: Any, argument: Any, character: str) -> bool:
    match kind:
        case op.ANY:
            return character != "\n"
        case op.LITERAL:
            return chr(argument).lower() == character
        case op.NOT_LITERAL:
            return chr(argument).lower() != character
        case op.RANGE:
            first, last = argument
            return any(first <= ord(each) <= last for each in (character, character.upper()[:1]))
        case op.CATEGORY:
            opposite = _OPPOSITES.get(argument)
            return _CATEGORIES[argument](character) if opposite is None else not _CATEGORIES[opposite](character)
        case op.IN:
            negated = argument[0][0] is op.NEGATE
            return any(_is_one_of(kind, each, character) for kind, each in argument[negated:]) is not negated
    raise AssertionError(f"steps cannot be counted for {kind} in a set of characters: say here what it matches")
