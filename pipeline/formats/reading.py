"""One record while it is read: its statements are collected, and each field of the study record is a property."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from pipeline.catalogue.records import FormatName
from pipeline.errors import RejectError
from pipeline.formats.agents import Agent, certain
from pipeline.formats.placeholders import LONGEST, placeholders
from pipeline.formats.shapes import interval, names
from pipeline.model.record import Related, Role, Statement, StudyRecord

_FIELDS = tuple(StudyRecord.model_fields.keys() - {"format"})


class Reading(ABC):
    """A record of one format. Subclasses add the statements in `state`, and override the fields that they can state.

    Args:
        format_name: the format of the record.
    """

    title_field: str
    """Field of the title, as the reject `no_title` names it."""

    def __init__(self, format_name: FormatName) -> None:
        self.statements: list[Statement] = []
        self.format_name = format_name
        self._placeholders = placeholders(format_name)

    def record(self) -> StudyRecord:
        """The study record.

        Raises:
            RejectError: `no_title`, or what `state` raises.
        """
        self.state()
        if not self.has(Role.TITLE):
            message = f"The record has no title: {self.title_field} is missing, empty or a placeholder"
            raise RejectError("no_title", message, self.title_field)
        return StudyRecord(format=self.format_name, **{field: getattr(self, field) for field in _FIELDS})

    @abstractmethod
    def state(self) -> None:
        """Adds the statements, in the order in which enrichment shall see them.

        Raises:
            RejectError: `not_a_study` or `wrong_format`.
        """

    def add(
        self,
        role: Role,
        field: str,
        text: str,
        *,
        language: str | None = None,
        code: str | None = None,
        vocabulary: str | None = None,
        excludes: bool = False,
    ) -> None:
        """Adds the statement of a cleaned text, unless it is empty or a placeholder."""
        if text := self.present(text):
            self.statements.append(Statement(role, field, text, language, code, vocabulary, excludes))

    def add_each(self, role: Role, field: str, values: Any, *, language: str | None = None) -> None:
        """Adds a statement for each text of a list, or for the one text: each on one line, without repeats."""
        for text in names(values):
            self.add(role, field, text, language=language)

    def add_period(self, role: Role, field: str, start: str, end: str) -> None:
        """Adds a statement of two dates; a date that is empty or a placeholder is left open."""
        self.add(role, field, interval(self.present(start), self.present(end)))

    def has(self, role: Role) -> bool:
        """Whether a statement of this role was added."""
        return any(statement.role is role for statement in self.statements)

    def present(self, text: str) -> str:
        """The text; empty where it is a placeholder of the format."""
        if len(text) > LONGEST or text.casefold().rstrip(".") not in self._placeholders:
            return text
        return ""

    def names(self, value: Any) -> list[str]:
        """The texts of a list, or the one text, as `shapes.names` has them, without placeholders."""
        return list(filter(self.present, names(value)))

    def relations(self, named: Iterable[tuple[str | None, str]], *, own: Iterable[str] = ()) -> list[Related]:
        """What a record names besides itself, without repeats.

        Args:
            named: pairs of an identifier, if there is one, and the relation in the record's words.
            own: identifiers of the record itself besides `dois`, `same_as` and `urls`.
        """
        itself = {*self.dois, *self.same_as, *self.urls, *own}
        found: dict[str, Related] = {}
        for identifier, relation in named:
            if identifier and identifier not in itself:
                found.setdefault(identifier, Related(id=identifier, relation=relation or None))
        return list(found.values())

    @property
    def study_number(self) -> str | None:
        """The format's own id of the study; the module of each format documents which."""
        return None

    @property
    def study_numbers(self) -> list[str]:
        """`<agency>/<study number>`, where the record states the agency."""
        return []

    @property
    def harmony_id(self) -> str | None:
        """Only of records read from Harmony."""
        return None

    @property
    def source(self) -> list[str]:
        """Only of records read from Harmony."""
        return []

    @property
    def slug(self) -> str | None:
        """Only of records read from Harmony."""
        return None

    @property
    def dois(self) -> list[str]:
        """DOIs of the record itself, bare and in lower case."""
        return []

    @property
    def urls(self) -> list[str]:
        """Web pages of the record."""
        return []

    @property
    def same_as(self) -> list[str]:
        """Identifiers of the same study elsewhere; none of `dois`."""
        return []

    @property
    def version(self) -> str | None:
        """The version of the data."""
        return None

    @property
    def creators(self) -> list[str]:
        """Names of people and organisations."""
        return []

    @property
    def publisher(self) -> str | None:
        """The name of one organisation."""
        return None

    @property
    def funders(self) -> list[str]:
        """Names of organisations."""
        return []

    def agents(self) -> Iterable[Agent]:
        """Names of creators, publishers and funders, each with the kind that the record states, if any."""
        return ()

    @property
    def persons(self) -> list[str]:
        """Names that are of persons for certain."""
        return certain(self.agents(), "person")

    @property
    def organisations(self) -> list[str]:
        """Names that are of organisations for certain."""
        return certain(self.agents(), "organisation")

    @property
    def parent(self) -> str | None:
        """The local id or harmony_id of the study that this one is a part of."""
        return None

    @property
    def ancestors(self) -> list[str]:
        """Only of records read from Harmony."""
        return []

    @property
    def series(self) -> str | None:
        """The title of the series that the study belongs to."""
        return None

    @property
    def license(self) -> str | None:
        """The link to a licence, or its name."""
        return None

    @property
    def published_year(self) -> int | None:
        """The year in which the data were published."""
        return None

    @property
    def related(self) -> list[Related]:
        """Publications and other resources; none of the record's own identifiers."""
        return []

    @property
    def source_modified(self) -> str | None:
        """ISO 8601 date or time of the catalogue's last change of the record."""
        return None

    @property
    def dataset_schema(self) -> dict[str, Any] | None:
        """Only of records read from Harmony."""
        return None

    @property
    def stated(self) -> dict[str, Any] | None:
        """Only of records read from Harmony."""
        return None
