"""Families of studies, as `demo/data/*.yaml` tells of them, spelt out into one study for each wave.

A family says what its studies share, a wave what is its own; a wave may overrule any key of its family.

title, who, text       words; `{name}` is filled in from the wave's `with`. `who` is the universe
also                   {language: {title, who, text, keywords}}: the same in another language
as                     what a wave adds to the title; without it, and where both years are known, they are added
excludes               who is not in the universe
sex, ages, in          truth: sex, [lower, upper], ISO 3166 codes
nation, cover          places as the record states them, "Name|CODE" or "Name"
period, collected      "start/end" as written; "start/" is open, "start/Ongoing" goes on
single, open, spells   one year; a start alone; several periods
words                  a period in words; `years` and `ongoing` say what they mean
say, titled            a sentence that tells of the time; a year that stands in the title alone
html                   true, or "twice" where the markup itself is escaped
people                 false where the study is not about people
reject                 the code under which the record has to be refused
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
_SHORT_YEAR = re.compile(r"/(\d\d)\Z")
_THOUSANDS = {"en": ",", "nl": ".", "de": ".", "fi": "\N{NO-BREAK SPACE}", "fr": "\N{NO-BREAK SPACE}"}


@dataclass(frozen=True)
class Truth:
    """What the facets of a study are, by the definitions of the facets and from what its record states.

    None, an empty tuple and `ongoing` False: absent. `country_codes` are sorted.
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
    """What a record says of its study in one language; `description` may hold markup."""

    language: str
    title: str | None
    description: str | None
    population: str | None
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Period:
    """Two dates as the record writes them; None is an open side, an end may be a word."""

    start: str | None
    end: str | None


@dataclass(frozen=True)
class Study:
    """One invented study, ready to be written in the format of its catalogue. `words` has the main language first."""

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
    """Further keys of the family and wave, for the formats that know them."""
    truth: Truth | None
    reject: str | None

    @property
    def random(self) -> Random:
        """Chance of this study's own, the same at every call."""
        return Random(f"{self.catalogue} {self.number} {self.reject} {self.words[0].title}")

    @property
    def doi(self) -> str:
        """The DOI, bare and in lower case, for formats that give one."""
        return f"10.5072/{self.catalogue}.{self.number.lower()}"

    @property
    def published(self) -> int:
        """The year in which the catalogue made it public: after all that it is about."""
        sides = [side for period in (*self.periods, *self.collected) for side in (period.start, period.end)]
        told = [year for year in map(_year, sides) if year is not None]
        known = [year for year in (self.truth.start_year, self.truth.end_year) if year] if self.truth else []
        return max(*told, *known, 2010, 2011) + 1 + self.random.randrange(5)


def studies_of(catalogue: str, files: tuple[str, ...], numbers: Iterator[str]) -> Iterator[Study]:
    """The studies in data files, in their order, with the numbers given out one by one."""
    for file in files:
        for family in _data(file):
            for wave in family["waves"]:
                yield _study(catalogue, {**family, **wave}, next(numbers))


@cache
def _data(name: str) -> Any:
    return yaml.safe_load((resources.files("demo") / "data" / f"{name}.yaml").read_text(encoding="utf-8"))


def _study(catalogue: str, told: dict[str, Any], number: str) -> Study:
    number = told.get("number", number)
    periods = _periods(told)
    collected = _spans([told["collected"]] if "collected" in told else [])
    start, end, ongoing = _years(told, periods or collected)
    reject = told.get("reject")
    lower, upper = told.get("ages", (None, None))
    truth = Truth(
        sex=told["sex"],
        country_codes=tuple(sorted(told.get("in", ()))),
        start_year=start,
        end_year=end,
        ongoing=ongoing,
        age_lower=lower,
        age_upper=upper,
        resource_type=told.get("type", "dataset"),
    )
    return Study(
        catalogue=catalogue,
        number=number,
        words=tuple(_words(told, number, start, end)),
        excludes=told.get("excludes"),
        nations=tuple(_named(nation) for nation in told.get("nation", ())),
        places=tuple(told.get("cover", ())),
        periods=periods,
        period_words=told.get("words"),
        collected=collected,
        more=told,
        truth=None if reject else truth,
        reject=reject,
    )


def _named(nation: str) -> tuple[str, str | None]:
    name, _, code = nation.partition("|")
    return name, code or None


def _periods(told: dict[str, Any]) -> tuple[Period, ...]:
    if "single" in told:
        return (Period(str(told["single"]), str(told["single"])),)
    if "open" in told:
        return (Period(str(told["open"]), None),)
    return _spans(told.get("spells") or ([told["period"]] if "period" in told else []))


def _spans(written: list[Any]) -> tuple[Period, ...]:
    """Periods of "start/end", of one date, or of [start, end] where the dates hold slashes themselves."""
    spans: list[Period] = []
    for one in written:
        start, slash, end = (one[0], "/", one[1]) if isinstance(one, list) else str(one).partition("/")
        spans.append(Period(start, (end or None) if slash else start))
    return tuple(spans)


def _years(told: dict[str, Any], spans: tuple[Period, ...]) -> tuple[int | None, int | None, bool]:
    """First year, last year, and whether it goes on: as told, else as the dates have it."""
    if "years" in told:
        return told["years"][0], told["years"][1], told.get("ongoing", False)
    if "titled" in told:
        return told["titled"], told["titled"], False
    rhythm = told.get("rhythm") in {"DAILY", "MONTHLY", "QUARTERLY", "ANNUAL"}
    if not spans:
        return None, None, rhythm
    start, end = spans[0].start, spans[-1].end
    ongoing = end == "Ongoing" or (end is None and rhythm)
    return _year(start), None if ongoing else _year(end), ongoing


def _year(written: str | None) -> int | None:
    found = _YEAR.search(written) if written else None
    return int(found.group()) if found else None


def _words(told: dict[str, Any], number: str, start: int | None, end: int | None) -> Iterator[Words]:
    main = told.get("language", "en")
    chance = Random(f"words {number} {told['title']}")
    values = {"number": number, **told.get("with", {})}
    for language, version in {main: told, **told.get("also", {})}.items():
        title = version["title"].format(**values) + _suffix(told, own=language == main)
        if _adds_years(told) and start is not None and end is not None:
            title += f", {start}" if start == end else f", {start}-{end}"
        who = version.get("who")
        yield Words(
            language=language,
            title=None if told.get("reject") == "no_title" else title,
            description=_description(told, version, language, values, chance),
            population=who.format(**values) if who else None,
            keywords=tuple(version.get("keywords", ())),
        )


def _suffix(told: dict[str, Any], *, own: bool) -> str:
    """What a wave adds to the title; in another language its place among the waves, for its words are of one."""
    if own or "as" not in told:
        return str(told.get("as", ""))
    return f" ({[wave.get('as') for wave in told['waves']].index(told['as']) + 1})"


def _adds_years(told: dict[str, Any]) -> bool:
    if "titled" in told:
        return True
    plain = "as" not in told and "{" not in told["title"]
    return plain and any(key in told for key in ("period", "single", "spells", "collected"))


def _description(
    told: dict[str, Any], version: Any, language: str, values: dict[str, Any], chance: Random
) -> str | None:
    if told.get("description") == "none":
        return None
    text = version["text"].strip().format(**values)
    main = language == told.get("language", "en")
    paragraphs = [f"{text} {told['say']}" if main and "say" in told else text]
    if told.get("aside", True) and not told.get("reject") and main:
        paragraphs += _asides(told, language, chance)
    markup: Markup = "twice" if told.get("html") == "twice" else "html" if told.get("html") else "none"
    return marked_up(paragraphs, markup)


def _asides(told: dict[str, Any], language: str, chance: Random) -> list[str]:
    """Up to three sentences that suit the study and change no facet; long records also get some background."""
    phrases = _data("phrases")[language]
    pool = list(phrases["other"])
    if told.get("people", True):
        pool += phrases["people"]
        if told["sex"] == "all":
            pool += phrases["both"]
    numbers = {"n": _number(language, chance), "m": _number(language, chance)}
    chosen = [phrase.format(**numbers) for phrase in chance.sample(pool, chance.randint(0, 3))]
    gap = "" if language == "ja" else " "
    paragraphs = [gap.join(chosen)] if chosen else []
    if told.get("long"):
        paragraphs += phrases["background"]
    return paragraphs


def _number(language: str, chance: Random) -> str:
    """A count that nobody takes for a year."""
    count = chance.choice((chance.randint(300, 980), chance.randint(2_200, 9_800)))
    return f"{count:,}".replace(",", _THOUSANDS.get(language, ""))
