"""Reads families of studies from `demo/data/*.yaml`, and makes one study of each wave.

A family has the keys that its studies share. Each of its waves has the keys that differ, and these override the
family's. The keys are:

title, who, text       texts; `{name}` is replaced from the wave's `with`. `who` is the universe
also                   {language: {title, who, text, keywords}}: the same texts in another language
as                     text to append to the title; without it, both years are appended where they are known
excludes               who is not in the universe
sex, ages, in          correct facet values: sex, [lower, upper], ISO 3166 country codes
nation, cover          places as the record states them: "Name|CODE" or "Name"
period, collected      "start/end" as written; "start/" has no end, "start/Ongoing" goes on
single, open, spells   one year; a start without an end; several periods
words                  a period in words; `years` and `ongoing` are its correct facet values
say, titled            a sentence about the period; a year that occurs in the title only
html                   true, or "twice" where the markup itself is escaped
people                 false where the study is not about people
reject                 the reject code that the record must get
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random
from typing import Any, Literal

import yaml

from demo.markup import marked_up

Sex = Literal["female", "male", "all"]
Markup = Literal["none", "html", "twice"]

_YEAR = re.compile(r"\d{4}")
_THOUSANDS = {"en": ",", "nl": ".", "de": ".", "fi": "\N{NO-BREAK SPACE}", "fr": "\N{NO-BREAK SPACE}"}


@dataclass(frozen=True)
class Truth:
    """The correct facet values of a study: those that its record states, by the definitions of the facets.

    None, an empty tuple and `ongoing` False mean that the facet is absent. `country_codes` are sorted.
    """

    sex: Sex | None
    country_codes: tuple[str, ...]
    start_year: int | None
    end_year: int | None
    ongoing: bool
    age_lower: int | None
    age_upper: int | None
    resource_type: str


@dataclass(frozen=True)
class Words:
    """The texts of a record in one language; `description` may contain markup."""

    language: str
    title: str | None
    description: str | None
    population: str | None
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Period:
    """Two dates as the record writes them. None is an open side; an end may be a word."""

    start: str | None
    end: str | None


@dataclass(frozen=True)
class Study:
    """One invented study, ready to be written in the format of its catalogue. The main language is first in `words`."""

    catalogue: str
    number: str
    words: tuple[Words, ...]
    excludes: str | None
    nations: tuple[tuple[str, str | None], ...]
    places: tuple[str, ...]
    periods: tuple[Period, ...]
    period_words: str | None
    collected: tuple[Period, ...]
    more: Mapping[str, Any]
    """All keys of the family and the wave, for formats that use further ones."""
    truth: Truth | None
    reject: str | None

    @property
    def random(self) -> Random:
        """A random generator of this study alone, with the same numbers at every call."""
        return Random(f"{self.catalogue} {self.number} {self.reject} {self.words[0].title}")

    @property
    def doi(self) -> str:
        """The DOI in lower case, without a prefix, for formats that have one."""
        return f"10.5072/{self.catalogue}.{self.number.lower()}"

    @property
    def published(self) -> int:
        """The year of publication, which is after every year that the study covers."""
        sides = [side for period in (*self.periods, *self.collected) for side in (period.start, period.end)]
        stated = [year for year in map(_year, sides) if year is not None]
        known = [year for year in (self.truth.start_year, self.truth.end_year) if year] if self.truth else []
        return max(*stated, *known, 2010, 2011) + 1 + self.random.randrange(5)


def studies_of(catalogue: str, files: tuple[str, ...], numbers: Iterator[str]) -> Iterator[Study]:
    """The studies of data files, in their order; each takes the next of the numbers."""
    for file in files:
        for family in _data(file):
            for wave in family["waves"]:
                yield _study(catalogue, {**family, **wave}, next(numbers))


@cache
def _data(name: str) -> Any:
    return yaml.safe_load((resources.files("demo") / "data" / f"{name}.yaml").read_text(encoding="utf-8"))


def _study(catalogue: str, keys: dict[str, Any], number: str) -> Study:
    number = keys.get("number", number)
    periods = _periods(keys)
    collected = _spans([keys["collected"]] if "collected" in keys else [])
    start, end, ongoing = _years(keys, periods or collected)
    reject = keys.get("reject")
    lower, upper = keys.get("ages", (None, None))
    truth = Truth(
        sex=keys["sex"],
        country_codes=tuple(sorted(keys.get("in", ()))),
        start_year=start,
        end_year=end,
        ongoing=ongoing,
        age_lower=lower,
        age_upper=upper,
        resource_type=keys.get("type", "dataset"),
    )
    return Study(
        catalogue=catalogue,
        number=number,
        words=tuple(_words(keys, number, start, end)),
        excludes=keys.get("excludes"),
        nations=tuple(_named(nation) for nation in keys.get("nation", ())),
        places=tuple(keys.get("cover", ())),
        periods=periods,
        period_words=keys.get("words"),
        collected=collected,
        more=keys,
        truth=None if reject else truth,
        reject=reject,
    )


def _named(nation: str) -> tuple[str, str | None]:
    name, _, code = nation.partition("|")
    return name, code or None


def _periods(keys: dict[str, Any]) -> tuple[Period, ...]:
    if "single" in keys:
        return (Period(str(keys["single"]), str(keys["single"])),)
    if "open" in keys:
        return (Period(str(keys["open"]), None),)
    return _spans(keys.get("spells") or ([keys["period"]] if "period" in keys else []))


def _spans(written: list[Any]) -> tuple[Period, ...]:
    """Periods of "start/end", of one date, or of [start, end] where the dates hold slashes themselves."""
    spans: list[Period] = []
    for one in written:
        start, slash, end = (one[0], "/", one[1]) if isinstance(one, list) else str(one).partition("/")
        spans.append(Period(start, (end or None) if slash else start))
    return tuple(spans)


def _years(keys: dict[str, Any], spans: tuple[Period, ...]) -> tuple[int | None, int | None, bool]:
    """First year, last year, and whether it goes on: from the keys for these, else from the dates."""
    if "years" in keys:
        return keys["years"][0], keys["years"][1], keys.get("ongoing", False)
    if "titled" in keys:
        return keys["titled"], keys["titled"], False
    rhythm = keys.get("rhythm") in {"DAILY", "MONTHLY", "QUARTERLY", "ANNUAL"}
    if not spans:
        return None, None, rhythm
    start, end = spans[0].start, spans[-1].end
    ongoing = end == "Ongoing" or (end is None and rhythm)
    return _year(start), None if ongoing else _year(end), ongoing


def _year(written: str | None) -> int | None:
    found = _YEAR.search(written) if written else None
    return int(found.group()) if found else None


def _words(keys: dict[str, Any], number: str, start: int | None, end: int | None) -> Iterator[Words]:
    main = keys.get("language", "en")
    chance = Random(f"words {number} {keys['title']}")
    values = {"number": number, **keys.get("with", {})}
    for language, version in {main: keys, **keys.get("also", {})}.items():
        title = version["title"].format(**values) + _suffix(keys, own=language == main)
        if _adds_years(keys) and start is not None and end is not None:
            title += f", {start}" if start == end else f", {start}-{end}"
        who = version.get("who")
        yield Words(
            language=language,
            title=None if keys.get("reject") == "no_title" else title,
            description=_description(keys, version, language, values, chance),
            population=who.format(**values) if who else None,
            keywords=tuple(version.get("keywords", ())),
        )


def _suffix(keys: dict[str, Any], *, own: bool) -> str:
    """The text that a wave appends to the title; in another language its number, because `as` has no translation."""
    if own or "as" not in keys:
        return str(keys.get("as", ""))
    return f" ({[wave.get('as') for wave in keys['waves']].index(keys['as']) + 1})"


def _adds_years(keys: dict[str, Any]) -> bool:
    if "titled" in keys:
        return True
    plain = "as" not in keys and "{" not in keys["title"]
    return plain and any(key in keys for key in ("period", "single", "spells", "collected"))


def _description(
    keys: dict[str, Any], version: Any, language: str, values: dict[str, Any], chance: Random
) -> str | None:
    if keys.get("description") == "none":
        return None
    text = version["text"].strip().format(**values)
    main = language == keys.get("language", "en")
    paragraphs = [f"{text} {keys['say']}" if main and "say" in keys else text]
    if keys.get("aside", True) and not keys.get("reject") and main:
        paragraphs += _asides(keys, language, chance)
    markup: Markup = "twice" if keys.get("html") == "twice" else "html" if keys.get("html") else "none"
    return marked_up(paragraphs, markup)


def _asides(keys: dict[str, Any], language: str, chance: Random) -> list[str]:
    """Up to three sentences that fit the study and change no facet; long records also get background paragraphs."""
    phrases = _data("phrases")[language]
    pool = list(phrases["other"])
    if keys.get("people", True):
        pool += phrases["people"]
        if keys["sex"] == "all":
            pool += phrases["both"]
    numbers = {"n": _number(language, chance), "m": _number(language, chance)}
    chosen = [phrase.format(**numbers) for phrase in chance.sample(pool, chance.randint(0, 3))]
    gap = "" if language == "ja" else " "
    paragraphs = [gap.join(chosen)] if chosen else []
    if keys.get("long"):
        paragraphs += phrases["background"]
    return paragraphs


def _number(language: str, chance: Random) -> str:
    """A count that cannot be mistaken for a year."""
    count = chance.choice((chance.randint(300, 980), chance.randint(2_200, 9_800)))
    return f"{count:,}".replace(",", _THOUSANDS.get(language, ""))
