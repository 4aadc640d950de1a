"""The facets: one table, a row a facet.

All that depends on which facets there are follows from it: the document's fields, what a curator may correct, a
catalogue's defaults, which modules derive facets, the counts, filters and options of `search`, what the gate watches,
Harmony's view, and the tables of the documentation. CONTRIBUTING.md lists what a new facet takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import GenericAlias
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field

from pipeline.model.codes import place_name
from pipeline.model.facet_kinds import AllValues, Bands, MostCommon, Option, Range, Since, Switch
from pipeline.model.record import ACCESSES, RESOURCE_TYPES, SEXES, Access, NonEmpty, ResourceType, Sex
from pipeline.model.vocabulary import COUNTRIES, LANGUAGES, Vocabulary, listed, termed

Year = Annotated[int, Field(ge=-9999, le=9999)]
Age = Annotated[int, Field(ge=0, le=130)]
Years = Annotated[int, Field(ge=0)]
MOST_COUNTED = 2**31 - 1
"""The largest count: that of Elasticsearch's type `integer`. Each person on earth is not counted in one study."""
Count = Annotated[int, Field(gt=0, le=MOST_COUNTED)]
CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$")]
LanguageCode = Annotated[str, Field(pattern="^[a-z]{2,3}$")]


class Sources(NamedTuple):
    """For the documentation: what a facet is read from, what outranks what first; and what it is never read from."""

    read_from: str
    never_from: str


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A field of the document that people count or filter by."""

    name: str
    label: str
    """Name for people."""
    counted: AllValues | MostCommon | None = None
    """How `search` counts its values; None: not at all."""
    counted_in: str | None = None
    """The field in which its values are counted and filtered, where that is another one."""
    on_request: Bands | MostCommon | Switch | None = None
    """How `search` counts its values where a question asks for that, as it costs more or is of use to few."""
    option: Option | Range | Switch | Since | None = None
    vocabulary: Vocabulary | None = None
    """The codes of its values; None for numbers, true and false, and names."""
    closed: bool = True
    """Whether documents hold codes of the vocabulary as it is here, and no others."""

    def value(self, word: str) -> str:
        """The value that a person's word stands for.

        Raises:
            UsageError: the word is no code of the field's closed vocabulary.
        """
        return self.vocabulary.read(word) if self.vocabulary and self.closed else word


@dataclass(frozen=True, kw_only=True)
class Facet(Counted):
    """A field that enrichment derives, with evidence. Lists are sorted, and hold each value once."""

    type: Any
    """Pydantic's type of one value."""
    many: bool = False
    """Whether the field is a list of such values."""
    always: bool = False
    """Whether every document has it."""
    module: str
    """The module in `pipeline/enrich` that derives it."""
    rests_on: tuple[str, ...] = ()
    """Facets that it follows from, where a curator corrected one of these."""
    correctable: bool = True
    """Whether a curator may correct it."""
    default: bool = False
    """Whether a catalogue file may give a default."""
    watched: bool = False
    """Whether the gate watches how common its values are; it watches the coverage of every facet."""
    harmony: str | None = None
    """Its name in Harmony's item payload."""
    means: str
    """For the documentation: what a value states."""
    sources: Sources

    def of(self, kind: Any) -> Any:
        """The field's type, where `kind` is that of its values."""
        return GenericAlias(list, (kind,)) if self.many else kind

    @property
    def curated(self) -> Any:
        """The field's type in a file that a person writes: its codes exist, and a list is not empty."""
        one = Annotated[str, AfterValidator(self.vocabulary.check)] if self.vocabulary else self.type
        return Annotated[self.of(one), Field(min_length=1)] if self.many else one


def _one_of(values: tuple[str, ...]) -> str:
    return f"One of {', '.join(values)}."


SEX_IN_WORDS = {"female": "women or girls only", "male": "men or boys only", "all": "both, or people in general"}

PLACES = Sources(
    "fields about places (codes, countries, parts of countries, cities); title; description; large cities; the name "
    "of the series",
    "publishers, funders, organisations, languages",
)
PERIOD = Sources(
    "periods covered, in whatever field; dates of collection; title; prose on collection",
    "publication, versions, grants, laws, births, citations",
)
AGES = Sources(
    "fields about age; population; title; description where people and ages occur together",
    "averages, durations, ages that questions are about",
)
METHODS = Sources("codes of the DDI vocabularies, terms that catalogues use for them", "prose")
NUMBERS = Sources("a field that gives one number", "fields with several numbers")
OWN_FIELD = Sources("a field for them", "prose")

ONGOING = Switch(
    "ongoing", "ended", "The record states that collection goes on; or that it ended, this year or before.",
    ("ongoing", "ended"), "end_year",
)  # fmt: skip
GENETIC = Switch("genetic-data", "no-genetic-data", "Whether genetic data were collected.", ("yes", "no"))


def _numbers(option: str, field: str, of: str) -> Range:
    return Range(option, "A..B", f"{of}: A..B, A.., ..B or one number.", field, field)


FACETS: tuple[Facet, ...] = (
    Facet(
        name="sex", label="Sex", type=Sex, vocabulary=listed("sex", SEXES, SEX_IN_WORDS.__getitem__),
        module="people.sex", watched=True, harmony="sex", counted=AllValues(),
        option=Option("sex", "SEX", "female (women or girls only), male (men or boys only), or all."),
        means="who could be in the study: `female` women or girls only, `male` men or boys only, `all` both, or people "
        "in general",
        sources=Sources(
            "fields about sex; `Sex: …` in a text; a single interviewee; population and criteria, title, description",
            "what was asked, exclusions, interviewers, partners, first names",
        ),
    ),
    Facet(
        name="resource_type", label="Type", type=ResourceType, vocabulary=listed("type", RESOURCE_TYPES), always=True,
        module="resource_type", default=True, watched=True, harmony="resource_type", counted=AllValues(),
        option=Option("type", "TYPE", _one_of(RESOURCE_TYPES)),
        means="what the record describes: a collection of data, an investigation as a whole, an organisation that has "
        "data, or one variable",
        sources=Sources("the record's own type; the default of the catalogue; the format", "title, description"),
    ),
    Facet(
        name="country_codes", label="Countries", type=CountryCode, many=True, vocabulary=COUNTRIES,
        module="places.countries", default=True, watched=True, harmony="country_codes", counted=AllValues(),
        option=Option("country", "CODE", "ISO 3166-1 alpha-2: GB."),
        means="countries that the data are about, as ISO 3166-1 alpha-2 codes", sources=PLACES,
    ),
    Facet(
        name="regions", label="Regions", type=NonEmpty, many=True,
        vocabulary=termed("region code", "regions", place_name), module="places.countries", counted=AllValues(),
        option=Option("region", "CODE", "Named as such, UN M49: 150; or EU."),
        means="regions that are named as such, as UN M49 codes, and `EU`", sources=PLACES,
    ),
    Facet(
        name="start_year", label="First year", type=Year, module="period.years", rests_on=("years",),
        harmony="start_year", means="the first calendar year that the data are about", sources=PERIOD,
    ),
    Facet(
        name="end_year", label="Last year", type=Year, module="period.years", rests_on=("years",),
        harmony="end_year", means="the last calendar year that the data are about", sources=PERIOD,
    ),
    Facet(
        name="ongoing", label="Ongoing", type=bool, module="period.years", on_request=ONGOING, option=ONGOING,
        means="whether the record states that collection is ongoing", sources=PERIOD,
    ),
    Facet(
        name="years", label="Years", type=Year, many=True, module="period.years",
        rests_on=("start_year", "end_year", "ongoing"), counted=AllValues(),
        option=Range("years", "A..B", "A..B, A.., ..B or one year.", "years", "years"),
        means="every calendar year covered; of a period of over 500 years the first and the last", sources=PERIOD,
    ),
    Facet(
        name="duration_years", label="Duration in years", type=Years, module="period.years",
        rests_on=("start_year", "end_year"), correctable=False, harmony="duration_years",
        on_request=Bands((0, 1, 2, 5, 10, 20, 50)),
        option=_numbers("duration", "duration_years", "Years from first to last"),
        means="last year minus first year", sources=PERIOD,
    ),
    Facet(
        name="age_lower", label="Lowest age", type=Age, module="people.ages", harmony="age_lower",
        option=Range("ages", "A..B", "A..B, A.., ..B or one age.", "age_lower", "age_upper"),
        on_request=Bands((0, 5, 12, 18, 25, 45, 65)),
        means="the lowest age, in whole years, at which people took part", sources=AGES,
    ),
    Facet(
        name="age_upper", label="Highest age", type=Age, module="people.ages", harmony="age_upper",
        means="the highest age; absent where it is open (16 and over)", sources=AGES,
    ),
    Facet(
        name="access", label="Access", type=Access, many=True, vocabulary=listed("access", ACCESSES), module="access",
        default=True, watched=True, counted=AllValues(), option=Option("access", "ACCESS", _one_of(ACCESSES)),
        means="how one gets the data: `open` to all, `registered` users, `controlled` case by case, `closed`; several "
        "where files differ",
        sources=Sources(
            "statements about the files; archives' own classes; prose on access; the licence",
            "whether access can be requested",
        ),
    ),
    Facet(
        name="language_codes", label="Languages", type=LanguageCode, many=True, vocabulary=LANGUAGES,
        module="language_codes", default=True, watched=True, harmony="language_codes", counted=AllValues(),
        option=Option("language", "CODE", "Of the data; ISO 639-1: en."),
        means="languages of the data, as ISO 639-1 codes (639-3 where there is none)",
        sources=Sources("the language of the data", "the language of the metadata"),
    ),
    Facet(
        name="study_design", label="Study design", type=NonEmpty, many=True,
        vocabulary=termed("study design", "study_design"), module="methodology", harmony="study_design",
        counted=AllValues(), option=Option("design", "CODE", "Code of the DDI vocabulary."),
        means="codes of the DDI vocabulary TimeMethod, with CESSDA's", sources=METHODS,
    ),
    Facet(
        name="topics", label="Topics", type=NonEmpty, many=True, vocabulary=termed("topic", "topics"), closed=False,
        module="topics", counted=MostCommon(200), counted_in="topics_with_broader",
        option=Option("topic", "CODE", "CESSDA topic code; finds narrower topics, too."),
        means="codes of the CESSDA Topic Classification",
        sources=Sources(
            "codes and labels of the CESSDA Topic Classification; classes of NARCIS, Dataverse and ZA that lie within "
            "one topic",
            "free keywords",
        ),
    ),
    Facet(
        name="instruments", label="Instruments", type=NonEmpty, many=True, module="measures", harmony="instruments",
        counted=MostCommon(50), option=Option("instrument", "NAME", "Name of a scale or questionnaire, as stated."),
        means="names of standard scales and questionnaires", sources=OWN_FIELD,
    ),
    Facet(
        name="unit_of_analysis", label="Unit of analysis", type=NonEmpty, many=True,
        vocabulary=termed("unit of analysis", "unit_of_analysis"), module="methodology", counted=AllValues(),
        option=Option("unit", "CODE", "Unit of analysis; code of the DDI vocabulary."),
        means="codes of the DDI vocabulary AnalysisUnit", sources=METHODS,
    ),
    Facet(
        name="collection_mode", label="Collection mode", type=NonEmpty, many=True,
        vocabulary=termed("collection mode", "collection_mode"), module="methodology", counted=AllValues(),
        option=Option("mode", "CODE", "Mode of collection; code of the DDI vocabulary."),
        means="codes of the DDI vocabulary ModeOfCollection", sources=METHODS,
    ),
    Facet(
        name="genetic_data_collected", label="Genetic data", type=bool, module="measures",
        on_request=GENETIC, option=GENETIC, harmony="genetic_data_collected",
        means="whether genetic data were collected", sources=OWN_FIELD,
    ),
    Facet(
        name="sample_size", label="Sample size", type=Count, module="measures", harmony="sample_size",
        on_request=Bands((0, 100, 1000, 10_000, 100_000)),
        option=_numbers("sample-size", "sample_size", "Participants"),
        means="participants, or units, of the whole study", sources=NUMBERS,
    ),
    Facet(
        name="num_variables", label="Variables", type=Count, module="measures", harmony="num_variables",
        on_request=Bands((0, 10, 100, 1000, 10_000)),
        option=_numbers("variables", "num_variables", "Number of variables"),
        means="number of variables", sources=NUMBERS,
    ),
    Facet(
        name="num_sweeps", label="Sweeps", type=Count, module="measures", harmony="num_sweeps",
        on_request=Bands((1, 2, 3, 5, 10, 20)), option=_numbers("sweeps", "num_sweeps", "Number of sweeps"),
        means="number of sweeps, or waves", sources=NUMBERS,
    ),
)  # fmt: skip
"""The table, in the order in which people look at facets."""

OTHERS: tuple[Counted, ...] = (
    Counted(
        name="source", label="Source", counted=AllValues(),
        option=Option("source", "NAME", "First part of a harmony_id."),
    ),
    Counted(
        name="catalogue", label="Catalogue", counted=AllValues(),
        option=Option("catalogue", "NAME", "Where it was harvested."),
    ),
    Counted(
        name="publisher", label="Publisher", counted=MostCommon(50),
        option=Option("publisher", "NAME", "As stated, whole."),
    ),
    Counted(
        name="funders", label="Funder", on_request=MostCommon(50), option=Option("funder", "NAME", "As stated, whole."),
    ),
    Counted(
        name="series", label="Series", on_request=MostCommon(50),
        option=Option("series", "TITLE", "As stated, whole."),
    ),
    Counted(
        name="keywords", label="Keyword", on_request=MostCommon(100),
        option=Option("keyword", "WORDS", "A whole keyword; case and accents do not matter."),
    ),
    Counted(
        name="source_modified", label="Changed there",
        option=Since(
            "changed-since", "DATE",
            "The catalogue states that it changed the record on that day or later; not when it was harvested.",
        ),
    ),
)  # fmt: skip
"""Fields that are no facets: the pipeline or the record itself gives them. `search` counts them too."""

BY_NAME = {facet.name: facet for facet in FACETS}
NAMES = tuple(BY_NAME)
"""Fields of the document that enrichment derives, each with evidence."""
WATCHED = tuple(facet.name for facet in FACETS if facet.watched)
"""Facets of which the gate watches the common values, beside the coverage of all."""
