"""Invented studies: what record number i is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple, TypeVar

from benchmarks.generated.texts import phrase, proper_name, prose

T = TypeVar("T")

NATIONS = (
    ("GB", {"en": "United Kingdom", "de": "Vereinigtes Königreich", "fr": "Royaume-Uni", "nl": "Verenigd Koninkrijk"}),
    ("DE", {"en": "Germany", "de": "Deutschland", "fr": "Allemagne", "nl": "Duitsland"}),
    ("FR", {"en": "France", "de": "Frankreich", "fr": "France", "nl": "Frankrijk"}),
    ("NL", {"en": "Netherlands", "de": "Niederlande", "fr": "Pays-Bas", "nl": "Nederland"}),
    ("FI", {"en": "Finland", "de": "Finnland", "fr": "Finlande", "nl": "Finland"}),
    ("SE", {"en": "Sweden", "de": "Schweden", "fr": "Suède", "nl": "Zweden"}),
    ("BE", {"en": "Belgium", "de": "Belgien", "fr": "Belgique", "nl": "België"}),
    ("AT", {"en": "Austria", "de": "Österreich", "fr": "Autriche", "nl": "Oostenrijk"}),
    ("CH", {"en": "Switzerland", "de": "Schweiz", "fr": "Suisse", "nl": "Zwitserland"}),
    ("IT", {"en": "Italy", "de": "Italien", "fr": "Italie", "nl": "Italië"}),
    ("ES", {"en": "Spain", "de": "Spanien", "fr": "Espagne", "nl": "Spanje"}),
    ("PL", {"en": "Poland", "de": "Polen", "fr": "Pologne", "nl": "Polen"}),
    ("NO", {"en": "Norway", "de": "Norwegen", "fr": "Norvège", "nl": "Noorwegen"}),
    ("DK", {"en": "Denmark", "de": "Dänemark", "fr": "Danemark", "nl": "Denemarken"}),
    ("IE", {"en": "Ireland", "de": "Irland", "fr": "Irlande", "nl": "Ierland"}),
    ("PT", {"en": "Portugal", "de": "Portugal", "fr": "Portugal", "nl": "Portugal"}),
    ("CZ", {"en": "Czech Republic", "de": "Tschechische Republik", "fr": "République tchèque", "nl": "Tsjechië"}),
    ("HU", {"en": "Hungary", "de": "Ungarn", "fr": "Hongrie", "nl": "Hongarije"}),
    ("US", {"en": "United States", "de": "Vereinigte Staaten", "fr": "États-Unis", "nl": "Verenigde Staten"}),
    ("IN", {"en": "India", "de": "Indien", "fr": "Inde", "nl": "India"}),
    ("JP", {"en": "Japan", "de": "Japan", "fr": "Japon", "nl": "Japan"}),
    ("BR", {"en": "Brazil", "de": "Brasilien", "fr": "Brésil", "nl": "Brazilië"}),
)
"""Codes and names of countries, from frequent to rare."""
_NATION_WEIGHTS = [1 / (1 + number) for number in range(len(NATIONS))]

POPULATIONS = (
    "Adults aged {low} and over living in private households",
    "Persons aged {low} to {high} who are resident in the country",
    "Women aged {low} to {high}",
    "Men aged {low} and older",
    "Pupils aged {young} to 17 and their parents",
    "Households with at least one child below {young}",
    "Employees aged {low} to 64 in firms with 10 or more employees",
    "Mothers of children born in the year of the survey",
    "All inhabitants, of whatever age",
    "Firms with five or more employees",
    "Persons who draw a pension, aged {high} and over",
    "Students at universities",
)
"""What is within {…} has a few values, so there are some dozens of populations."""
SAMPLINGS = (
    "Probability: Simple random sample of the register of inhabitants",
    "Probability: Multistage sample; regions, then addresses, then one person in each household",
    "Probability: Stratified sample of schools, and all pupils of one class in each",
    "Non-probability: Quota sample by sex, age and region",
    "Non-probability: Persons who answered an advertisement",
    "Total universe: all persons in the register were asked",
)
ACCESS = (
    "The data are openly available to all users without registration.",
    "The data are available to registered users for research and teaching.",
    "The data are available only by permission of the depositor.",
    "Access is granted on request, after approval by the data access committee.",
    "Safeguarded: an end user licence has to be accepted.",
    "The data are under embargo.",
)
DESIGNS = (
    ("Cross-section", "CrossSection"),
    ("Longitudinal: Panel", "Longitudinal.Panel"),
    ("Longitudinal: Trend/Repeated cross-section", "Longitudinal.TrendRepeatedCrossSection"),
    ("Longitudinal: Cohort/Event-based", "Longitudinal.CohortEventBased"),
)
MODES = (
    ("Face-to-face interview", "Interview.FaceToFace"),
    ("Telephone interview", "Interview.Telephone"),
    ("Self-administered questionnaire: Web-based", "SelfAdministeredQuestionnaire.CAWI"),
    ("Self-administered questionnaire: Paper", "SelfAdministeredQuestionnaire.Paper"),
    ("Focus group", "FocusGroup"),
)
UNITS = (("Individual", "Individual"), ("Household", "Household"), ("Organization", "Organization"))
TOPICS = (
    ("Demography", "Demography"),
    ("Demography: Migration", "Demography.Migration"),
    ("Economics", "Economics"),
    ("Education", "Education"),
    ("Health", "Health"),
    ("Health: Public health", "Health.PublicHealth"),
    ("History", "History"),
    ("Labour and employment", "LabourAndEmployment"),
    ("Natural environment", "NaturalEnvironment"),
    ("Politics", "Politics"),
    ("Politics: Elections", "Politics.Elections"),
    ("Psychology", "Psychology"),
    ("Society and culture: Time use", "SocietyAndCulture.TimeUse"),
    ("Social stratification and groupings: Elderly", "SocialStratificationAndGroupings.Elderly"),
)
PUBLISHERS = ("Northfield Data Archive", "Fields & Shores Institute", "Library of Long Series", "Studies Desk Lowmere")
FUNDERS = ("Fund for Slow Science", "Council for Everyday Research", "Lowmere Foundation")


class Period(NamedTuple):
    """The first and the last day of something."""

    start: date
    end: date


class Texts(NamedTuple):
    """What is written in one language."""

    language: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    nation: str


class Study(NamedTuple):
    """What one record states; the first of `texts` is in the main language."""

    number: int
    chance: Random
    texts: tuple[Texts, ...]
    nation: str
    period: Period
    collected: Period
    population: str | None
    sampling: str | None
    access: str
    design: tuple[str, str] | None
    mode: tuple[str, str] | None
    unit: tuple[str, str] | None
    topics: tuple[tuple[str, str], ...]
    publisher: str
    funder: str | None
    authors: tuple[str, ...]
    sample_size: int | None
    series: str | None

    @property
    def local_id(self) -> str:
        """The study number."""
        return f"GEN{self.number:07d}"

    @property
    def doi(self) -> str:
        """Its DOI, of the prefix for tests."""
        return f"10.5072/gen.{self.number}"


def study(number: int, version: int = 0, *, languages: int = 2, words: int = 260) -> Study:
    """The study of a number.

    Args:
        number: which study it is.
        version: counts changes of the record; the description differs from version to version, and nothing else.
        languages: languages of texts at most.
        words: words of a description, on the average.
    """
    chance = Random(f"study {number}")
    code, names = chance.choices(NATIONS, _NATION_WEIGHTS)[0]
    start = date(1950 + int(74 * chance.random() ** 0.5), 1, 1) + timedelta(days=chance.randrange(364))
    period = Period(start, start + timedelta(days=int(30 * (1 + chance.expovariate(0.15)))))
    collected = Period(period.end, period.end + timedelta(days=chance.randrange(5, 200)))
    native = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr", "BE": "fr", "NL": "nl"}.get(code, "en")
    other = chance.choice(("de", "fr", "nl")) if native == "en" else "en"
    tags = (native, other)[: languages if other == "en" or chance.random() < 0.6 else 1]
    return Study(
        number=number,
        chance=chance,
        texts=tuple(_texts(number, tag, names[tag], period, (version, words)) for tag in tags),
        nation=code,
        period=period,
        collected=collected,
        population=_choice(chance, 0.8, _populations()),
        sampling=_choice(chance, 0.7, SAMPLINGS),
        access=chance.choice(ACCESS),
        design=_choice(chance, 0.75, DESIGNS),
        mode=_choice(chance, 0.8, MODES),
        unit=_choice(chance, 0.85, UNITS),
        topics=tuple(chance.sample(TOPICS, chance.choice((1, 1, 2, 3)))),
        publisher=chance.choice(PUBLISHERS),
        funder=_choice(chance, 0.4, FUNDERS),
        authors=tuple(f"{proper_name(chance)}, {proper_name(chance)}" for _ in range(chance.choice((1, 1, 2, 4)))),
        sample_size=_choice(chance, 0.6, (int(10 ** chance.uniform(1.5, 4.5)),)),
        series=f"{proper_name(chance)} Series" if chance.random() < 0.2 else None,
    )


def _choice(chance: Random, share: float, values: Sequence[T]) -> T | None:
    """One of the values in this share of the studies, else none: few records state everything."""
    value = chance.choice(values)
    return value if chance.random() < share else None


@cache
def _populations() -> tuple[str, ...]:
    values = [{"low": low, "high": low + 40, "young": young} for low, young in ((15, 6), (16, 9), (18, 11), (20, 12))]
    return tuple(dict.fromkeys(pattern.format(**each) for pattern in POPULATIONS for each in values))


def _texts(number: int, language: str, nation: str, period: Period, described_as: tuple[int, int]) -> Texts:
    version, words = described_as
    chance = Random(f"texts {number} {language}")
    title = phrase(chance, language, chance.randrange(3, 8)).capitalize()
    if chance.random() < 0.5:
        title += f", {period.start.year}" if chance.random() < 0.6 else f" {period.start.year}-{period.end.year}"
    keywords = tuple(phrase(chance, language, chance.choice((1, 1, 2, 3))) for _ in range(chance.randrange(5, 20)))
    described = Random(f"description {number} {language} {version}")
    sentences = prose(described, language, max(30, int(words * described.lognormvariate(0, 0.5))))
    for told in _told(described, nation, period) if language == "en" else ():
        sentences.insert(described.randrange(len(sentences) + 1), told)
    return Texts(language, title, " ".join(sentences), keywords, nation)


def _told(chance: Random, nation: str, period: Period) -> list[str]:
    """Sentences with numbers, years, people and places, as descriptions have them."""
    low, size = chance.randrange(14, 40), chance.randrange(40, 9000)
    sentences = (
        f"In {period.start.year}, {size} women and men aged {low} to {low + 30} were interviewed in {nation}.",
        f"Fieldwork took place between {period.start:%B %Y} and {period.end:%B %Y}.",
        f"The response rate was {chance.randrange(20, 90)} per cent, and {size} questionnaires came back.",
        f"Mothers of {chance.randrange(2, 900)} newborn girls and boys kept a diary from {period.start.year} on.",
        f"The town of {proper_name(chance)} in {nation} had {size} inhabitants at the time.",
        f"Earlier data of {period.start.year - chance.randrange(1, 30)} can be joined by a number.",
    )
    return chance.sample(sentences, chance.randrange(1, 4))
