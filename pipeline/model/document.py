"""The document: one study record as the index holds it. `mappings/studies.json` has the same fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NotRequired, Required

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.fields import FieldInfo
from typing_extensions import TypedDict  # pydantic cannot use that of typing before Python 3.12

from pipeline.errors import DefectError, RejectError
from pipeline.model import link_keys
from pipeline.model.codes import language_of_tag
from pipeline.model.facets import FACETS, NAMES, Facet, Year
from pipeline.model.identifiers import identifiers_of
from pipeline.model.identity import harmony_id, slug_of, uuid_of, work_number
from pipeline.model.raw import RawRecord
from pipeline.model.record import Evidence, Found, NonEmpty, RecordByRole, Role, Statement, StudyRecord
from pipeline.model.text import unique
from pipeline.model.text_language import LANGUAGES, language_of

SCHEMA_VERSION = "2"
"""Changes with the document's fields, and with what reading and enrichment make of the same record."""

MAX_TEXT = 30_000
"""Characters of a statement of population, place, time or access that the document keeps."""


class Translation(TypedDict, total=False):
    """Name, description and keywords in one language."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # where pydantic looks

    name: list[NonEmpty]
    description: list[NonEmpty]
    keywords: list[NonEmpty]


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
    identity_keys: list[NonEmpty] = []
    aggregated: bool | None = None
    identifiers: list[NonEmpty] = []
    work_id: NonEmpty
    work_number: Annotated[int, Field(ge=0)]
    joined_by: list[NonEmpty] = []
    replaced_by: str | None = None
    version: str | None = None

    name: NonEmpty
    name_language: str | None = None
    description: str | None = None
    keywords: list[NonEmpty] = []
    acronyms: list[NonEmpty] = []
    acronym_names: list[NonEmpty] = []
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
    persons: list[NonEmpty] = []
    organisations: list[NonEmpty] = []
    part_of: list[NonEmpty] = []
    has_part: list[NonEmpty] = []
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
    raw_digest: str | None = None
    schema_version: str = SCHEMA_VERSION
    doubted: list[NonEmpty] = []
    name_sort: str | None = None
    latest_year_sort: Year | None = None
    ongoing_from: Year | None = None
    topics_with_broader: list[NonEmpty] = []
    vector: list[int] | None = None
    vector_of: str | None = None
    vector_model: str | None = None
    evidence: dict[str, list[dict[str, str]]] = {}
    dataset_schema: dict[str, Any] | None = None
    stated: dict[str, Any] | None = None


class Document(_Attributed, _Faceted, _Described):  # pydantic takes the fields of the last base first
    """The fields of the index, in the order in which people look at them. What is unknown is absent."""

    model_config = ConfigDict(extra="forbid")


VECTOR_FIELDS = ("vector", "vector_of", "vector_model")
"""Fields of the meaning of the texts: numbers of a byte each, a digest of text and model, and the model.

A document that has too little text for a vector has the other two.
"""

NOT_COVERED = ("harvested_at", "content_hash", "raw_digest", *VECTOR_FIELDS)
"""Fields that `content_hash` does not cover.

They state which run made the document, of which raw record; and what was made of the document when it was in the index.
"""


LINKED = ("work_id", "work_number", "joined_by", "replaced_by", "parent", "ancestors")
"""Fields that `content_hash` does not cover either: they follow from other documents, too (`pipeline.links`)."""


def _key(field: FieldInfo) -> Any:
    """The type of a field as that of a key, which is absent where the field has its default."""
    kind = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return Required[kind] if field.is_required() else NotRequired[kind]


def _validator() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Checks the covered fields as `Document` would, at a third of its cost: nothing is made of what is absent."""
    keys = {name: _key(field) for name, field in Document.model_fields.items() if name not in NOT_COVERED}
    covered = TypedDict("covered", keys)  # type: ignore[misc]  # mypy wants to read the keys
    covered.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]  # where pydantic looks
    return TypeAdapter(covered).validator.validate_python


_checked = _validator()
_REQUIRED = frozenset(name for name, field in Document.model_fields.items() if field.is_required())

_COPIED = (
    "same_as", "urls", "version", "creators", "publisher", "funders", "series", "license", "published_year",
    "format", "source_modified", "dataset_schema", "stated",
)  # fmt: skip


def build(
    record: StudyRecord,
    raw: RawRecord,
    facets: dict[str, Found],
    *,
    catalogue: str,
    source: str,
    aggregated: bool = False,
) -> dict[str, Any]:
    """The fields of the document that its content hash covers: JSON-ready, absent fields left out.

    `pipeline.enrich.search_fields` has those that follow from them, `pipeline.enrich.acronyms` the acronyms.

    `pipeline.model.built` makes the document of a run of them.

    Raises:
        RejectError: `no_id`, `no_title`, or `invalid` where a value is not one that the document allows.
        DefectError: a facet is not in the table of facets, or is not of its type there.
    """
    fields = _fields(record, raw, facets, catalogue, source)
    if aggregated:
        fields["aggregated"] = True
    try:
        return _checked(
            {
                name: value
                for name, value in fields.items()
                if value or isinstance(value, int) or name in _REQUIRED  # 0 and False are values
            }
        )
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        message = f"{where}: {problem['msg']}, not {str(problem['input'])[:80]!r}"
        if problem["type"] == "extra_forbidden" or (problem["loc"][0] in NAMES and problem["type"].endswith("_type")):
            raise DefectError(f"{message}: `pipeline.model.facets` and the module that derives it disagree") from error
        raise RejectError("invalid", message, where) from error


def _fields(
    record: StudyRecord, raw: RawRecord, facets: dict[str, Found], catalogue: str, source: str
) -> dict[str, Any]:
    """The covered fields, not yet checked; what is unknown is None or empty."""
    identifier = harmony_id(record, raw, source)
    statements = RecordByRole(record, record.statements)
    title = _title(statements)
    language = _language(title)
    name_language, translations = _texts(statements, title)
    named = {*record.creators, *record.funders, record.publisher}
    return {
        "harmony_id": identifier,
        "uuid": uuid_of(identifier),
        "source": record.source or [source],
        "slug": record.slug or slug_of(title.text),
        "record_id": raw.record_id,
        "dois": unique(record.dois),
        "identity_keys": link_keys.identity_keys(record, identifier),
        "part_of": link_keys.part_of(record, source),
        "has_part": link_keys.has_part(record),
        "parent": record.parent if record.harmony_id else None,  # others state no harmony_id of a live document
        "ancestors": record.ancestors if record.harmony_id else [],
        "identifiers": identifiers_of(
            identifier, None if raw.positional else raw.record_id, record.study_number, record.dois, record.urls
        ),
        "work_id": identifier,
        "work_number": work_number(identifier),
        "name": title.text,
        "name_language": name_language,
        "description": _main(statements, Role.DESCRIPTION, language),
        "keywords": unique(_keywords(statements, language)),
        "geographic_coverage": _joined(statements, language, Role.GEOGRAPHY),
        "temporal_coverage": _joined(statements, language, Role.PERIOD)
        or _joined(statements, language, Role.COLLECTION_DATES),
        "population": _joined(statements, language, Role.POPULATION, Role.SEX, Role.AGE),
        "data_access": _joined(statements, language, Role.ACCESS),
        "translations": translations,
        "catalogue": catalogue,
        "persons": [name for name in record.persons if name in named and name not in record.organisations],
        "organisations": [name for name in record.organisations if name in named and name not in record.persons],
        "related": unique(item.id for item in record.related),
        "schema_version": SCHEMA_VERSION,
        "doubted": [name for name, found in facets.items() if any(one.doubt for one in found.evidence)],
        "evidence": {name: list(map(_compact, found.evidence)) for name, found in facets.items()},
        **{name: getattr(record, name) for name in _COPIED},
        **{name: found.value for name, found in facets.items()},
    }


def _title(record: RecordByRole) -> Statement:
    """The main title: that which the record states to be English if there is one, else the first."""
    titles = record.having(Role.TITLE)
    if not titles:
        raise RejectError("no_title", "The record has no title in any language: ask the catalogue for one")
    return next((item for item in titles if _language(item) == "en"), titles[0])


def _texts(record: RecordByRole, title: Statement) -> tuple[str | None, dict[str, dict[str, list[str]]]]:
    """The language that the main title is in; by language, the texts that go to `translations`: all of them.

    Catalogues name the language of the record where a title is in another. So the language that is stated counts for
    much, and the text decides. Of texts without a statement, the description says what titles and keywords may be in.
    """
    around: dict[str | None, str | None] = {}  # by what is stated, the language of the description
    name_language: str | None = None
    translations: dict[str, dict[str, list[str]]] = {}

    def place(field: str, texts: Iterable[str], language: str | None) -> None:
        there = translations.setdefault(language if language in LANGUAGES else "und", {})
        there.setdefault(field, []).extend(texts)

    for item in record.having(Role.DESCRIPTION):
        stated = _language(item)
        language = language_of(item.text, stated)
        around.setdefault(stated, language)
        place("description", [item.text], language)
    for item in record.having(Role.TITLE):
        stated = _language(item)
        language = language_of(item.text, stated or around.get(None))
        if item is title:
            name_language = language
        place("name", [item.text], language)
    keywords: dict[str | None, list[str]] = {}
    for item in record.having(Role.KEYWORD):
        keywords.setdefault(_language(item), []).append(item.text)
    for stated, words in keywords.items():
        place("keywords", words, language_of(", ".join(words), stated or around.get(None) or name_language))
    return name_language, {
        language: {field: unique(texts) for field, texts in there.items()} for language, there in translations.items()
    }


def _language(statement: Statement) -> str | None:
    """The language of a statement, None where the record names none. The two written forms of Norwegian are `no`."""
    if not statement.language:
        return None
    language = language_of_tag(statement.language)
    return "no" if language in {"nb", "nn"} else language


def _in_language(items: Sequence[Statement], language: str | None) -> Sequence[Statement]:
    """The statements in that language, or in none that the record names; all of them where the language is None."""
    if language is None:
        return items
    return [item for item in items if item.language is None or _language(item) in {None, language}]


def _main(record: RecordByRole, role: Role, language: str | None) -> str | None:
    """All texts of a role in one language; where there are none, in the language of the first text."""
    items = record.having(role)
    if not items:
        return None
    chosen = _in_language(items, language) or [item for item in items if _language(item) == _language(items[0])]
    return _texts_of(chosen, "\n\n")


def _keywords(record: RecordByRole, language: str | None) -> list[str]:
    items = record.having(Role.KEYWORD)
    return [item.text for item in _in_language(items, language) or items]


def _joined(record: RecordByRole, language: str | None, *roles: Role) -> str | None:
    items = [item for item in record.having(*roles) if not item.excludes]
    if not items:
        return None
    chosen = _in_language(items, language) or items
    return _texts_of(chosen, "; ")[:MAX_TEXT]


def _texts_of(items: Sequence[Statement], separator: str) -> str:
    """The texts of one or more statements, each once."""
    return items[0].text if len(items) == 1 else separator.join(unique([item.text for item in items]))


def _compact(evidence: Evidence) -> dict[str, str]:
    """The fields of a piece of evidence that are given."""
    kind, field, words, reason, rule, doubt = evidence
    given: dict[str, str] = {"kind": kind}
    if field is not None:
        given["field"] = field
    if words is not None:
        given["words"] = words
    if reason is not None:
        given["reason"] = reason
    if rule is not None:
        given["rule"] = rule
    if doubt is not None:
        given["doubt"] = doubt
    return given
