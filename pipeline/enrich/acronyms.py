"""Acronyms that a record states for the study or series that it belongs to, with the names that they stand for.

An acronym is one only by what the record states: initials that fit the words beside it ("Harbour Cohort Study (HCS)",
"HCS: Harbour Cohort Study"), or a place where a record gives a short name: its series, a further title, brackets that
say so ("(SEAL Study)"). Acronyms of diseases, drugs and questionnaires stand in titles too, so in a title the name has
to be that of a study, or be the title itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.enrich.initials import beginning_of, is_study_word
from pipeline.enrich.text.language_files import terms
from pipeline.model.record import Role, StudyRecord
from pipeline.model.text import fold, unique

LONGEST_TITLE = 600
"""Characters of a title that are read."""

_ACRONYM = r"(?=[^\W_]*[^\W\d_])[A-ZÀ-ÖØ-Þ][^\W_]*(?:[-.][^\W_]+)?"
_SHAPE = re.compile(rf"{_ACRONYM}\Z")
_NUMBER = r"(?:[IVX]{1,5}|\d{1,4}(?:[-–/.]\d{1,4})*)"
_WAVE = (
    r"(?:(?:wave|sweep|round|edition|phase|release|data|dataset|panel|welle|golf|ronde|vague|ola|bølge|våg|kierros|w|r|t)"
    r"\.?\s?#?)"
)
_SHORT_NAME = re.compile(
    rf"(?:the\s+)?(?P<acronym>{_ACRONYM})(?P<study>[\s-]+[^\W\d_]+)??(?P<number>(?:[\s,]+{_WAVE}?{_NUMBER})*)\Z",
    re.IGNORECASE,
)
"""A short name: an acronym, perhaps with what it is (`SEAL Study`), and with the number or year of a wave."""
_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{2,60}?)\s*[)\]]")
_LEADING = re.compile(rf"\s*({_ACRONYM})(?:\s+{_NUMBER})?\s*(?::|\s[-–—|]|\s?\()\s*", re.UNICODE)
_DELIMITER = re.compile(r":\s|\s[-–—|/;]+\s|;\s|\.\s")
_AHEAD = re.compile(
    r"(?:(?:\A|:\s|\s?[-–—|/]+\s|[)\]]\s*)\W*(?:[^\W_]+\s+)?|\b(?:the|het|de|die|der|das|den|des)\s+)\Z", re.IGNORECASE
)
"""What may stand before the name of a study in a title: nothing, the end of another part, one word, an article."""
_LETTER = re.compile(r"[^\W_]")
_YEAR = re.compile(r"(?:18|19|20)\d\d")
_TRAILING_NUMBER = re.compile(r"[-.]?\d+(?:ed)?\Z|(?<=[a-z]{3})-(?:[ivx]+|[a-z])\Z")
_NO_ACRONYM = frozenset({
    "covid", "hiv", "aids", "usa", "uk", "eu", "gdr", "ddr", "brd", "gb", "phase", "study", "survey", "rct", "dna",
    "rna", "tv", "it", "nhs", "english", "dutch", "german", "french",
})  # fmt: skip
"""Words of the shape of an acronym that name no study where nothing but their place speaks for them."""

LONGEST_BRACKETS = 4
"""Words in brackets that may be a short name."""
FEWEST_LETTERS = 3
"""Letters of an acronym that stands alone, or that is left without its number."""


class Acronym(NamedTuple):
    """An acronym in lower case, and the name that it stands for, folded; None where the record does not tell."""

    short: str
    name: str | None


def acronym_fields(record: StudyRecord, name: str) -> dict[str, list[str]]:
    """`acronyms` and `acronym_names` of a record, whose main title is `name`; absent where there are none."""
    statements = record.statements
    titles = [name, *(each.text for each in statements if each.role is Role.TITLE)]
    series = [each.text for each in statements if each.role is Role.SERIES]
    found = acronyms_of(unique(titles), unique([*([record.series] if record.series else []), *series]))
    fields = {
        "acronyms": unique(each.short for each in found),
        "acronym_names": [f"{each.name}: {each.short}" for each in found if each.name],
    }
    return {field: values for field, values in fields.items() if values}


def acronyms_of(titles: Sequence[str], series: Iterable[str]) -> list[Acronym]:
    """The acronyms of the study or series that a record belongs to, each pair once.

    `titles` has the main title first. An acronym with the number of a wave is also there without it (`ess8`, `ess`).
    """
    series = [text[:LONGEST_TITLE] for text in series]
    titles = [text[:LONGEST_TITLE] for text in titles]
    found: dict[Acronym, None] = {}
    for text in series:
        found |= dict.fromkeys(_of_series(text))
    for text in titles:
        found |= dict.fromkeys(_of_title(text))
    names = [*series, *titles]
    for text in titles[1:]:
        found |= dict.fromkeys(_of_short_title(text, names))
    known = {each.short for each in found}
    for text in titles:
        found |= dict.fromkeys(_parts_that_abbreviate(text, names, known))
    named = {each.short for each in found if each.name}
    return [each for each in found if each.name or each.short not in named]


def _of_series(text: str) -> Iterator[Acronym]:
    """Acronyms in the name of a series: all that have the shape are meant as such."""
    brackets = list(_BRACKETS.finditer(text))
    for bracket in brackets[-1:]:  # those before are of a part of the name, as of an institute
        for short in _candidates(bracket[1]):
            yield from _both(short, beginning_of(short, text[: bracket.start()]))
    if (match := _LEADING.match(text)) and _looks_it(match[1]):
        rest = text[match.end() :]
        yield from _both(match[1], _whole_name(match[1], rest) or rest)
    elif (match := _SHORT_NAME.match(text)) and _looks_it(match["acronym"]) and _is_short(match):
        yield from _both(match["acronym"], None)


def _of_title(text: str) -> Iterator[Acronym]:
    """Acronyms in a title whose initials fit a name of a study beside them, or that brackets say to be of a study."""
    for bracket in _BRACKETS.finditer(text):
        before, after = text[: bracket.start()], text[bracket.end() :]
        for short in _candidates(bracket[1]):
            name = beginning_of(short, before)
            if name and _is_of_study(name, before, after):
                yield from _both(short, name)
            elif not text.isupper() and _is_stated_study(bracket[1], short):
                yield from _both(short, None)
    if match := _LEADING.match(text):
        short, rest = match[1], text[match.end() :]
        if _looks_it(short):
            if match[0].rstrip().endswith("("):
                rest = rest.partition(")")[0]
                name = _whole_name(short, rest) or beginning_of(short, rest)
            else:
                name = next(filter(None, (_whole_name(short, part) for part in _starts(rest))), None)
            if name:
                yield from _both(short, name)


def _of_short_title(text: str, names: Sequence[str]) -> Iterator[Acronym]:
    """The acronym that a further title is, with the name of those of the record that it fits."""
    match = _SHORT_NAME.match(text.strip())
    if match and _looks_it(match["acronym"]) and _is_short(match):
        short = match["acronym"]
        name = next(filter(None, (_whole_name(short, part) for each in names for part in _starts(each))), None)
        if name or fold(_bare(short)) not in _NO_ACRONYM:
            yield from _both(short, name)


def _parts_that_abbreviate(text: str, names: Sequence[str], known: set[str]) -> Iterator[Acronym]:
    """Acronyms that are a part of a title of their own (`European Social Survey: ESS8`) and fit another part."""
    parts = [part for part in _DELIMITER.split(text) if part]
    for part in parts:
        match = _SHORT_NAME.match(part.strip())
        if match and _looks_it(match["acronym"]) and _is_short(match) and fold(match["acronym"]) not in known:
            short = match["acronym"]
            for other in (start for name in names for start in _starts(name) if start != part):
                name = _whole_name(short, other)
                if name and any(is_study_word(word) for word in name.split()):
                    yield from _both(short, name)
                    break


def _candidates(words: str) -> Iterator[str]:
    """The acronyms that a text in brackets may consist of: `DPES/NKO 1972-1973`, `MRC CFAS`, `the SEAL Study`."""
    if len(words.split()) > LONGEST_BRACKETS:
        return
    for part in re.split(r"\s*[/,:;]\s*", words):
        match = _SHORT_NAME.match(part)
        if match and _looks_it(match["acronym"]) and _is_short(match):
            yield match["acronym"]
        elif (last := part.split()[-1:]) and _looks_it(last[0]) and part.isupper():
            yield last[0]


def _is_short(match: re.Match[str]) -> bool:
    """Whether what follows an acronym in a short name is nothing, or says that it is a study."""
    study = match["study"]
    return study is None or is_study_word(study.strip(" -\t\n"))


def _is_stated_study(words: str, short: str) -> bool:
    """Whether brackets say that an acronym is that of a study, or of a wave: `(SEAL Study)`, `(NKO 2017)`."""
    match = _SHORT_NAME.match(words.strip())
    if match is None or fold(_bare(short)) in _NO_ACRONYM or sum(c.isupper() for c in short) < FEWEST_LETTERS:
        return False
    return (match["study"] is not None and _is_short(match)) or bool(
        match["number"] and _YEAR.match(match["number"].lstrip())
    )


def _is_of_study(name: str, before: str, after: str) -> bool:
    """Whether the name before brackets is that of a study: by its words, what follows, or being the whole title.

    It has to begin the title or a part of it, or to have a definite article: others are names of what was studied.
    """
    ahead = before[: before.rindex(name)]
    if not _AHEAD.search(ahead):
        return False
    follows = re.match(r"\s*([^\W\d_]+)", after)
    if any(is_study_word(word) for word in name.split()) or (follows and is_study_word(follows[1])):
        return True
    return not _LETTER.search(ahead) and not _LETTER.search(after)


def _looks_it(word: str) -> bool:
    """Whether a word has the shape of an acronym: two capitals, or one before others that are small (`TwinsUK`)."""
    letters = [c for c in word if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return 2 <= len(letters) <= 12 and capitals >= 2 and bool(_SHAPE.match(word)) and capitals * 3 >= len(letters)


def _bare(short: str) -> str:
    """An acronym without the number of a wave."""
    return _TRAILING_NUMBER.sub("", short.lower())


def _both(short: str, name: str | None) -> Iterator[Acronym]:
    """The acronym as it is spelled, and without the number of a wave, where three letters are left."""
    first, _, second = short.partition("-")
    if second and is_study_word(second):
        short = first
    elif second.isupper() and not first.isupper() and len(second) >= FEWEST_LETTERS:  # `Riks-SOM`
        short = second
    folded = _plain(name) if name else None
    if folded and any(re.fullmatch(rf"{re.escape(fold(_bare(short)))}\d*", word) for word in folded.split()):
        folded = None  # a name that has the acronym in it explains nothing
    yield Acronym(fold(short), folded)
    bare = fold(_bare(short))
    if bare != fold(short) and sum(c.isalpha() for c in bare) >= FEWEST_LETTERS:
        yield Acronym(bare, folded)


def _plain(name: str) -> str:
    """The words of a name, folded, without an article before, numbers after and conjunctions between them."""
    words = words_of_name(name)
    while len(words) > 1 and re.fullmatch(r"\d+|[ivx]+", words[-1]):
        words.pop()
    return " ".join(words[1:] if words[0] in _articles() else words)


def _whole_name(short: str, text: str) -> str | None:
    """The beginning of a text that an acronym stands for, before the acronym itself."""
    again = text.find(re.split(r"[-.\d]", short)[0])
    return beginning_of(short, text[:again] if again > 0 else text, at_start=True)


def _starts(text: str) -> Iterator[str]:
    """A text from its beginning, and from each of its parts on."""
    yield text
    for delimiter in _DELIMITER.finditer(text):
        yield text[delimiter.end() :]


@cache
def _conjunctions() -> frozenset[str]:
    return frozenset(map(fold, terms("names", "and")))


@cache
def _articles() -> frozenset[str]:
    return frozenset(map(fold, terms("language", "articles")))


def words_of_name(text: str) -> list[str]:
    """The words of a text as names of acronyms have them: folded, and without `and`, which others write as `&`."""
    return [word for word in (fold(each) for each in re.findall(r"[^\W_]+", text)) if word not in _conjunctions()]


def spelled_out(folded: str, texts: Iterable[str]) -> str | None:
    """An acronym or a name as one of the texts writes it, with its capitals; None where none has it."""
    wanted = re.findall(r"[^\W_]+", folded)
    for text in texts:
        found = [match for match in re.finditer(r"[^\W_]+", text) if fold(match.group()) not in _conjunctions()]
        words = [fold(match.group()) for match in found]
        for first in range(len(words) - len(wanted) + 1):
            if words[first : first + len(wanted)] == wanted:
                return text[found[first].start() : found[first + len(wanted) - 1].end()]
    return None
