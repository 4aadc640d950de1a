"""The document: one study record as the index holds it. `mappings/studies.json` has the same fields."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from pipeline.errors import DefectError, RejectError
from pipeline.model.codes import language_of_tag
from pipeline.model.facets import FACETS, NAMES, Facet, Year
from pipeline.model.identity import harmony_id, slug_of, uuid_of
from pipeline.model.raw import RawRecord
from pipeline.model.record import Evidence, Found, NonEmpty, Role, Statement, StudyRecord
from pipeline.model.text import unique

SCHEMA_VERSION = "1"
"""Changes with the document's fields, and with what reading and enrichment make of the same record."""

LANGUAGES = ("en", "nl", "de", "fr", "fi", "sv", "no", "da", "es", "it", "pt", "el", "ja")
"""Languages that have their own analyzer in `translations`; texts in any other are under `und`."""

MAX_TEXT = 30_000
"""Characters of a statement of population, place, time or access that the document keeps."""


class Translation(BaseModel):
    """Name, description and keywords in one language."""

    model_config = ConfigDict(extra="forbid")

    name: list[NonEmpty] = []
    description: list[NonEmpty] = []
    keywords: list[NonEmpty] = []


class _Described(BaseModel):
    """The first fields of a document: its identity and its texts."""

    harmony_id: NonEmpty
    uuid: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    source: list[NonEmpty]
    slug: str | None = None
    record_id: NonEmpty
    dois: list[NonEmpty] = []
    urls: list[NonEmpty] = []
    same_as: list[NonEmpty] = []
    work_id: NonEmpty
    replaced_by: str | None = None
    version: str | None = None

    name: NonEmpty
    name_language: str | None = None
    description: str | None = None
    keywords: list[NonEmpty] = []
    geographic_coverage: str | None = None
    temporal_coverage: str | None = None
    population: str | None = None
    data_access: str | None = None
    translations: dict[str, Translation] = {}


def _field(facet: Facet) -> tuple[Any, Any]:
    """A facet's type and default, as `pydantic.create_model` takes them."""
    if facet.many:
        return facet.of(facet.type), []
    return (facet.type, ...) if facet.always else (facet.type | None, None)


if TYPE_CHECKING:

    class _Faceted(BaseModel):
        """The facets."""
else:
    _Faceted = create_model("_Faceted", **{facet.name: _field(facet) for facet in FACETS})


class _Attributed(BaseModel):
    """The last fields: who made it, what it belongs to, and where the document comes from."""

    creators: list[NonEmpty] = []
    publisher: str | None = None
    funders: list[NonEmpty] = []
    parent: str | None = None
    ancestors: list[NonEmpty] = []
    series: str | None = None
    license: str | None = None
    published_year: Year | None = None
    related: list[NonEmpty] = []

    catalogue: NonEmpty
    format: NonEmpty
    source_modified: str | None = None
    harvested_at: NonEmpty
    content_hash: str = ""
    schema_version: str = SCHEMA_VERSION
    evidence: dict[str, list[dict[str, str]]] = {}
    dataset_schema: dict[str, Any] | None = None
    stated: dict[str, Any] | None = None


class Document(_Attributed, _Faceted, _Described):  # pydantic takes the fields of the last base first
    """The fields of the index, in the order in which people look at them. What is unknown is absent."""

    model_config = ConfigDict(extra="forbid")


_COPIED = (
    "same_as", "urls", "version", "creators", "publisher", "funders", "parent", "ancestors", "series", "license",
    "published_year", "format", "source_modified", "dataset_schema", "stated",
)  # fmt: skip


def build(
    record: StudyRecord,
    raw: RawRecord,
    facets: dict[str, Found],
    *,
    catalogue: str,
    source: str,
    harvested_at: str,
) -> dict[str, Any]:
    """The document as JSON-ready fields: absent fields left out, `content_hash` set.

    Raises:
        RejectError: `no_id`, `no_title`, or `invalid` where a value is not one that the document allows.
        DefectError: a facet is not in the table of facets, or is not of its type there.
    """
    identifier = harmony_id(record, raw, source)
    title, translations = _texts(record)
    language = _language(title)
    try:
        document = Document(
            harmony_id=identifier,
            uuid=uuid_of(identifier),
            source=record.source or [source],
            slug=record.slug or slug_of(title.text),
            record_id=raw.record_id,
            dois=unique(record.dois),
            work_id=identifier,
            name=title.text,
            name_language=language,
            description=_main(record, Role.DESCRIPTION, language),
            keywords=unique(_keywords(record, language)),
            geographic_coverage=_joined(record, language, Role.GEOGRAPHY),
            temporal_coverage=_joined(record, language, Role.PERIOD)
            or _joined(record, language, Role.COLLECTION_DATES),
            population=_joined(record, language, Role.POPULATION, Role.SEX, Role.AGE),
            data_access=_joined(record, language, Role.ACCESS),
            translations=translations,
            catalogue=catalogue,
            harvested_at=harvested_at,
            related=unique(item.id for item in record.related),
            evidence={name: [_compact(item) for item in found.evidence] for name, found in facets.items()},
            **{name: getattr(record, name) for name in _COPIED},
            **{name: found.value for name, found in facets.items()},
        )
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        message = f"{where}: {problem['msg']}, not {str(problem['input'])[:80]!r}"
        if problem["type"] == "extra_forbidden" or (problem["loc"][0] in NAMES and problem["type"].endswith("_type")):
            raise DefectError(f"{message}: `pipeline.model.facets` and the module that derives it disagree") from error
        raise RejectError("invalid", message, where) from error
    fields = _without_absent(document.model_dump(mode="json"))
    fields["content_hash"] = content_hash(fields)
    return fields


def content_hash(fields: dict[str, Any]) -> str:
    """md5 over the document without harvested_at and the hash itself; independent of the order of keys."""
    covered = {name: value for name, value in fields.items() if name not in {"harvested_at", "content_hash"}}
    packed = orjson.dumps(covered, option=orjson.OPT_SORT_KEYS)
    return hashlib.md5(packed, usedforsecurity=False).hexdigest()


def _texts(record: StudyRecord) -> tuple[Statement, dict[str, Translation]]:
    """The main title (English if there is one, else the first); by language, the texts that go to `translations`.

    These are all texts in other languages than the main title's, and all other titles.
    """
    titles = list(record.having(Role.TITLE))
    if not titles:
        raise RejectError("no_title", "The record has no title in any language: ask the catalogue for one")
    title = next((item for item in titles if _language(item) == "en"), titles[0])
    translations: dict[str, Translation] = {}
    for role, field in ((Role.TITLE, "name"), (Role.DESCRIPTION, "description"), (Role.KEYWORD, "keywords")):
        for item in record.having(role):
            language = _language(item)
            if language in {None, _language(title)} and (role is not Role.TITLE or item.text == title.text):
                continue  # it is in the fields of the document itself
            place = translations.setdefault(language if language in LANGUAGES else "und", Translation())
            getattr(place, field).append(item.text)
    for place in translations.values():
        place.name, place.description, place.keywords = map(unique, (place.name, place.description, place.keywords))
    return title, translations


def _language(statement: Statement) -> str | None:
    """The language of a statement, None where the record names none. The two written forms of Norwegian are `no`."""
    language = language_of_tag(statement.language) if statement.language else None
    return "no" if language in {"nb", "nn"} else language


def _in_language(language: str | None) -> Callable[[Statement], bool]:
    """Tests whether a statement is in that language, or in none that the record names."""
    return lambda statement: language is None or _language(statement) in {None, language}


def _main(record: StudyRecord, role: Role, language: str | None) -> str | None:
    """All texts of a role in one language; where there are none, in the language of the first text."""
    items = list(record.having(role))
    chosen = list(filter(_in_language(language), items))
    chosen = chosen or [item for item in items if _language(item) == _language(items[0])]
    return "\n\n".join(unique(item.text for item in chosen)) or None


def _keywords(record: StudyRecord, language: str | None) -> list[str]:
    items = list(record.having(Role.KEYWORD))
    return [item.text for item in filter(_in_language(language), items)] or [item.text for item in items]


def _joined(record: StudyRecord, language: str | None, *roles: Role) -> str | None:
    items = [item for item in record.having(*roles) if not item.excludes]
    chosen = list(filter(_in_language(language), items)) or items
    return "; ".join(unique(item.text for item in chosen))[:MAX_TEXT] or None


def _compact(evidence: Evidence) -> dict[str, str]:
    return evidence.model_dump(exclude_none=True)


def _without_absent(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields without None, empty texts, lists and objects. What is inside `stated` and `dataset_schema` is kept."""
    kept = {name: value for name, value in fields.items() if value is not None and value not in ([], {}, "")}
    if "translations" in kept:
        kept["translations"] = {
            language: {name: texts for name, texts in translation.items() if texts}
            for language, translation in kept["translations"].items()
        }
    return kept
