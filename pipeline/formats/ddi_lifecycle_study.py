"""The study in a DDI-Lifecycle document: which element it is, the objects it refers to, its texts per language.

A document holds a study as one tree (`StudyUnit` in a `DDIInstance`, perhaps within a `Group`), or as objects that
refer to each other (`ResourcePackage`, and each `Fragment` of a `FragmentInstance`). Paths of names lead through both:
a step `Universe` finds the elements of that name, and the objects of each `UniverseReference`. Objects are identified
by the attribute `id` (3.1), or by the child `ID` or `URN` (3.2 and 3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.xml_record import below, elements, one_line
from pipeline.model.text import unique
from pipeline.model.xml import local_name

_Element = etree._Element

EMPTIED = frozenset(
    {"Variable", "QuestionScheme", "QuestionItem", "MultipleQuestionItem", "QuestionGrid", "QuestionBlock"}
    | {"CategoryScheme", "Category", "CodeScheme", "CodeListScheme", "CodeList", "Code", "ControlConstructScheme"}
    | {"InterviewerInstructionScheme", "Instruction", "NCubeScheme", "RepresentedVariableScheme", "RecordLayoutScheme"}
    | {"ConceptualVariableScheme", "VariableStatistics", "DataItem", "RecordLayout"}
)
"""Parts of a document about single questions and columns: megabytes that describe nothing of the study."""

_REFERENCE = "Reference"
_STRINGS = frozenset({"String", "Content"})
_NAMES = (
    *("OrganizationIdentification/OrganizationName", "OrganizationName"),
    *("IndividualIdentification/IndividualName/FullName", "IndividualName/FullName", "IndividualName"),
)
"""Paths of the name of an agent; the first that the record has."""


class Study(NamedTuple):
    """A study and the objects of its document.

    Attributes:
        elements: one `StudyUnit` (several where it occurs once per language), or the `Group` or `DDIInstance` of
            several studies.
        objects: all objects of the document by name and identifier.
        is_group: whether the record describes several studies.
        series: titles of a `Group` that refers to the study.
    """

    elements: list[_Element]
    objects: dict[tuple[str, str], _Element]
    is_group: bool
    series: list[_Element]

    def all(self, path: str) -> list[_Element]:
        """The elements at a path below the study, through references, in the order of the document."""
        found = self.elements
        for step in path.split("/"):
            found = [child for element in found for child in self._step(element, step)]
        return list(found)

    def _step(self, element: _Element, name: str) -> Iterator[_Element]:
        for child in element:
            found = local_name(child)
            if found == name:
                yield child
            elif found == name + _REFERENCE and (referred := self.referred(child, name)) is not None:
                yield referred

    def referred(self, reference: _Element, *names: str) -> _Element | None:
        """The object of a reference; None where the document does not hold it.

        Args:
            reference: an element with the identifier of an object.
            names: local names that the object may have. `TypeOfObject` of the reference is one more: some software
                has names of its own there (`DataCollectionMethodology`).
        """
        kinds = [*names, *(one_line(kind) for kind in below(reference, "TypeOfObject"))]
        for identifier in _identifiers(reference):
            for kind in kinds:
                if (kind, identifier) in self.objects:
                    return self.objects[kind, identifier]
        return None

    def holds_every(self, name: str) -> bool:
        """Whether the document has all objects of a name that the study has or refers to."""
        children = [local_name(child) for element in self.elements for child in element]
        return len(self.all(name)) == sum(child in {name, name + _REFERENCE} for child in children)

    def named(self, path: str) -> list[_Element]:
        """The elements with the names of agents at a path: the agent's own name, or that of the object it refers to."""
        found: list[_Element] = []
        for agent in self.all(path):
            own = strings_of(below(agent, f"{local_name(agent)}Name")) or strings(agent)
            references = [child for child in agent if local_name(child).endswith(_REFERENCE)]
            agents = (self.referred(reference, "Organization", "Individual") for reference in references)
            found += own or [name for each in agents if each is not None for name in agent_names(each)]
        return found

    def agents(self, path: str) -> Iterator[tuple[_Element, bool]]:
        """The names of objects that the elements at a path refer to, and whether the object is an `Individual`."""
        for agent in self.all(path):
            for reference in (child for child in agent if local_name(child).endswith(_REFERENCE)):
                for kind in ("Organization", "Individual"):
                    found = self.referred(reference, kind)
                    if found is not None and local_name(found) == kind:
                        yield from ((element, kind == "Individual") for element in agent_names(found))


def study_of(root: _Element) -> Study:
    """The study of a `DDIInstance` or `FragmentInstance`.

    Raises:
        RejectError: `wrong_format` without a study, and for several without a group or instance that has a title.
    """
    objects = _objects(root)
    units = list(root.iter("{*}StudyUnit"))
    groups = [*root.iter("{*}Group"), *root.iter("{*}SubGroup")]
    tops = _tops(root, objects)
    if len(tops) == 1:
        return _study(tops[0], objects, groups)
    units = [top for top in tops if local_name(top) == "StudyUnit"] or units
    if len(units) == 1 or _are_one(units):
        return _study(units[0], objects, groups)._replace(elements=units)
    for whole in (*groups, root):
        if _has_title(whole) and (_members(whole) > 1 if units else whole is not root):
            return _study(whole, objects, groups)
    if not units:
        raise RejectError("wrong_format", "The DDI-Lifecycle document holds no StudyUnit", "StudyUnit")
    message = f"The DDI-Lifecycle document holds {len(units)} studies and no title of all; one study was expected"
    raise RejectError("wrong_format", message, "StudyUnit")


def _are_one(units: list[_Element]) -> bool:
    """Whether study units have the same identifiers: they are one study in several languages."""
    identifiers = {tuple(_identifiers(unit)) for unit in units}
    return len(identifiers) == 1 and identifiers != {()}


def _tops(root: _Element, objects: dict[tuple[str, str], _Element]) -> list[_Element]:
    """The studies and groups that a `FragmentInstance` was requested for, without repeats."""
    seeker = Study([], objects, is_group=False, series=[])
    found = (seeker.referred(reference, "StudyUnit", "Group") for reference in below(root, "TopLevelReference"))
    kept = [each for each in found if each is not None and local_name(each) in {"StudyUnit", "Group"}]
    return unique(kept)


def _study(element: _Element, objects: dict[tuple[str, str], _Element], groups: list[_Element]) -> Study:
    own = set(_identifiers(element))
    series = [
        title
        for group in groups
        if any(own & set(_identifiers(reference)) for reference in below(group, "StudyUnitReference"))
        for title in strings_of(below(group, "Citation/Title"))
    ]
    return Study([element], objects, is_group=local_name(element) != "StudyUnit", series=series)


def _has_title(group: _Element) -> bool:
    return any(map(one_line, strings_of(below(group, "Citation/Title"))))


def _members(group: _Element) -> int:
    return sum(1 for _ in group.iter("{*}StudyUnit", "{*}StudyUnitReference"))


def _objects(root: _Element) -> dict[tuple[str, str], _Element]:
    """All objects of a document by name and identifier; an object may have several identifiers."""
    found: dict[tuple[str, str], _Element] = {}
    for element in root.iter("{*}*"):
        name = local_name(element)
        if not name.endswith(_REFERENCE):
            for identifier in _identifiers(element):
                found.setdefault((name, identifier), element)
    return found


def _identifiers(element: _Element) -> Iterator[str]:
    """The identifiers of an object or reference, without agency and version."""
    if identifier := (element.get("id") or "").strip():
        yield identifier
    for child in element.iterchildren("{*}ID"):
        if identifier := (child.text or "").strip():
            yield identifier
    for child in element.iterchildren("{*}URN"):
        parts = (child.text or "").strip().split(":")
        if len(parts) >= 4:
            yield parts[3]


def strings(element: _Element) -> list[_Element]:
    """The elements with an element's text, one per language; the element itself where it has no children (3.1)."""
    children = elements(element)
    return [child for child in children if local_name(child) in _STRINGS] or ([] if children else [element])


def strings_of(several: Iterable[_Element]) -> list[_Element]:
    """The `strings` of several elements."""
    return [text for element in several for text in strings(element)]


def agent_names(agent: _Element) -> list[_Element]:
    """The elements with the name of an `Organization` or `Individual`, one per language."""
    return next((found for path in _NAMES if (found := strings_of(below(agent, path)))), [])
