"""`access`: how one gets the data. Several where files differ.

Statements about the files outrank archives' access classes, these a term that is all that a statement says, this words
about the data, these a licence. That access can be requested (`fileAccessRequest: true`) does not state which access
there is: no pattern has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from pipeline.enrich.rules import Example, Rule, first
from pipeline.enrich.text.data_files import table
from pipeline.enrich.text.language_files import terms
from pipeline.enrich.text.lexicon import Lexicon
from pipeline.enrich.text.remembered import remembered
from pipeline.enrich.text.required import required
from pipeline.model.record import Access, Conditions, Found, RecordByRole, Role, Statement, stated

Stated = Literal["closed", "controlled", "embargo", "registered", "open"]
"""What words state: an access, or an embargo, which is `closed` where nothing tells how to get the data meanwhile."""

_ORDER: tuple[Stated, ...] = ("closed", "controlled", "embargo", "registered", "open")
"""Of several things that one statement states, the first of these counts."""
_PATTERNS: tuple[Access, ...] = ("closed", "controlled", "registered", "open")
"""What has patterns of words in the files of languages."""
_QUALIFIED_BY: Mapping[Stated, Access] = {"open": "registered", "embargo": "controlled"}
"""Data open to those who register are `registered`; data under an embargo that can be asked for are `controlled`."""
_OF_FILES: dict[str, Access] = {"restricted: false": "open", "restricted: true": "controlled"}
_SHORT = 120
"""Characters of a statement in which a term of several words counts wherever it stands."""
_ACCESS_RIGHT = re.compile(r"/authority/access-right/(?P<code>[A-Z_]+)")
_WORD_BEFORE = re.compile(r"\w[\s'’\"-]*\Z")
_WORD_AFTER = re.compile(r"[\s'’\"-]*\w|:\s*(?:false|no|0)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class _Read(NamedTuple):
    """What the rules read: statements on access, and the year of the harvest, before which an embargo may be over."""

    statements: Sequence[Statement]
    year: int


class _Words(NamedTuple):
    """Words of a statement, and what they state."""

    stated: Stated
    statement: Statement
    words: str


def _of_files(read: _Read) -> dict[str, Found]:
    of_files = [statement for statement in read.statements if statement.text in _OF_FILES]
    accesses = sorted({_OF_FILES[statement.text] for statement in of_files})
    return {"access": Found(accesses, tuple(map(stated, of_files)))} if of_files else {}


def _of_classes(read: _Read) -> dict[str, Found]:
    return _by_group(read, "classes")


def _of_terms(read: _Read) -> dict[str, Found]:
    """Terms of several statements of one field are those of several files."""
    found = [
        _Words(term, statement, statement.text) for statement in read.statements if (term := _whole(statement.text))
    ]
    of_field = [_qualified(each, read) for each in found if each.statement.field == found[0].statement.field]
    accesses = {access: stated(statement, words[:200]) for access, statement, words in reversed(of_field)}
    return {"access": Found(sorted(accesses), tuple(reversed(accesses.values())))} if accesses else {}


def _of_words(read: _Read) -> dict[str, Found]:
    for found in _in_words(read):
        access, statement, words = _qualified(found, read)
        return {"access": Found([access], (stated(statement, words),))}
    return {}


def _of_licences(read: _Read) -> dict[str, Found]:
    return _by_group(read, "licences")


RULES = (
    Rule(
        name="restrictions of the files",
        facet="access",
        reads="what a repository tells of each file",
        decides="open for files without restriction, controlled for those with one",
        example=Example({"access": "restricted: true"}, ["controlled"]),
        counter=Example({"access": "fileAccessRequest: true"}),
        find=_of_files,
    ),
    Rule(
        name="access class of an archive",
        facet="access",
        reads="statements on access",
        decides="what the class means by the archive's own table",
        example=Example({"access": "The dataset is (B) available for research."}, ["registered"]),
        counter=Example({"access": "Class A"}),
        find=_of_classes,
    ),
    Rule(
        name="term of access",
        facet="access",
        reads="statements on access that are one term and nothing else",
        decides="what the term or code means",
        example=Example(
            {"access": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"}, ["controlled"]
        ),
        counter=Example({"access": "remote"}),
        find=_of_terms,
    ),
    Rule(
        name="words on access",
        facet="access",
        reads="statements on access",
        decides="closed, controlled, registered or open by their words, in this order",
        example=Example({"access": "Files can be had on request, please."}, ["controlled"]),
        counter=Example({"access": "Please contact the publisher."}),
        find=_of_words,
    ),
    Rule(
        name="licence",
        facet="access",
        reads="statements on access and licences",
        decides="open, for an open licence or a link to one",
        example=Example({"access": "https://creativecommons.org/licenses/by/4.0/"}, ["open"]),
        counter=Example({"access": "Example Archive Licence"}),
        find=_of_licences,
    ),
)


def find(record: RecordByRole, conditions: Conditions) -> dict[str, Found]:
    """`access`: sorted, as far as stated."""
    statements = record.having(Role.ACCESS)
    return first(RULES, _Read(statements, conditions.harvest_year)) if statements else {}


def _in_words(read: _Read) -> Iterator[_Words]:
    """What each statement says, by terms and patterns; an embargo that is over says nothing."""
    for statement in read.statements:
        found = _words(statement.text)
        if found and not (found[0] == "embargo" and _is_over(statement.text, read.year)):
            yield _Words(found[0], statement, found[1])


def _qualified(found: _Words, read: _Read) -> tuple[Access, Statement, str]:
    """The access that words state, as those of another statement qualify it."""
    qualified = _QUALIFIED_BY.get(found.stated)
    if qualified:
        for other in _in_words(read):
            if other.stated == qualified:
                return qualified, other.statement, other.words
    return "closed" if found.stated == "embargo" else found.stated, found.statement, found.words


def _is_over(text: str, year: int) -> bool:
    """Whether all years in a statement on an embargo lie before a year."""
    years = [int(found) for found in _YEAR.findall(text)]
    return bool(years) and max(years) < year


@cache
def _terms() -> Lexicon[Stated]:
    """The terms of all languages, and codes."""
    codes = table("access")["codes"]
    return Lexicon(
        (term, kind) for kind in _ORDER for term in (*codes.get(kind, ()), *terms("access", f"{kind}_terms"))
    )


@remembered
def _whole(text: str) -> Stated | None:
    """What a term means that is the whole of a text; or the code in an address of the EU's access rights."""
    code = _ACCESS_RIGHT.search(text)
    return _terms().get((code["code"] if code else text).replace("_", " "))


@remembered
def _words(text: str) -> tuple[Stated, str] | None:
    """The first in order of what words of a text state, and the words.

    A term of one word counts between punctuation only: "Closed, until the harvest", an embargo also before its end:
    "Embargoed until the harvest". One of several words counts wherever it stands in a short text.
    """
    found: dict[Stated, str] = {}
    for match in _terms().find(text):
        words = text[match.start : match.end]
        begins = not _WORD_BEFORE.search(text[: match.start])
        alone = begins and (match.value == "embargo" or not _WORD_AFTER.match(text, match.end))
        if alone or (" " in words and len(text) <= _SHORT):
            found.setdefault(match.value, words)
    for access, matched in _by_words(text):
        found.setdefault(access, matched.group())
    return next(((kind, found[kind]) for kind in _ORDER if kind in found), None)


def _by_words(text: str) -> Iterator[tuple[Access, re.Match[str]]]:
    """Where words of the languages state an access; of each access, the first in the text comes first."""
    lowered = text.lower()
    for access, patterns in _words_of_languages().items():
        found = (
            matched
            for fragments, pattern in patterns
            if any(fragment in lowered for fragment in fragments) and (matched := pattern.search(text))
        )
        if first_in_text := min(found, key=re.Match.start, default=None):
            yield access, first_in_text


@cache
def _words_of_languages() -> Mapping[Access, Sequence[tuple[frozenset[str], re.Pattern[str]]]]:
    """The patterns of the languages' words for each access, with fragments of which a text has one where it matches."""
    return {
        access: [(required([pattern]), re.compile(pattern, re.IGNORECASE)) for pattern in terms("access", access)]
        for access in _PATTERNS
    }


@cache
def _patterns(group: str) -> Sequence[tuple[Access, re.Pattern[str]]]:
    """For each access, one expression of the patterns of a group of `data/access.yaml`."""
    listed: Mapping[Access, Iterable[str]] = table("access")[group]
    return tuple(
        (access, re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE))
        for access, patterns in listed.items()
    )


def _by_group(read: _Read, group: str) -> dict[str, Found]:
    """What the first statement with a pattern of a group states."""
    for statement in read.statements:
        if (found := _by_pattern(statement.text, group)) is not None:
            access, words = found
            return {"access": Found([access], (stated(statement, words),))}
    return {}


@remembered
def _by_pattern(text: str, group: str) -> tuple[Access, str] | None:
    """The first access of a group that has a pattern in the text, and the words that match it."""
    for access, pattern in _patterns(group):
        if found := pattern.search(text):
            return access, found.group()
    return None
