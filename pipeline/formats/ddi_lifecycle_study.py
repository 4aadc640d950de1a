"""The study in a DDI-Lifecycle document: which element it is, what it refers to, and how its words are written.

A document holds a study as one tree (`StudyUnit` in a `DDIInstance`, perhaps within a `Group`), or as objects that
refer to each other (`ResourcePackage`, and each `Fragment` of a `FragmentInstance`). A path of names is followed
through both: a step `Universe` finds the elements of that name and those that a `UniverseReference` names. Objects
are known by the attribute `id` (3.1), or by the child `ID` or `URN` (3.2 and 3.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lxml import etree

from pipeline.errors import RejectError
from pipeline.formats.xml_record import below, is_element, language, local_name, one_line

_Element = etree._Element

EMPTIED = frozenset(
    {"Variable", "QuestionScheme", "QuestionItem", "MultipleQuestionItem", "QuestionGrid", "QuestionBlock"}
    | {"CategoryScheme", "Category", "CodeScheme", "CodeListScheme", "CodeList", "Code", "ControlConstructScheme"}
    | {"InterviewerInstructionScheme", "Instruction", "NCubeScheme", "RepresentedVariableScheme", "RecordLayoutScheme"}
    | {"ConceptualVariableScheme", "VariableStatistics", "DataItem", "RecordLayout"}
)
"""Parts of a document that describe single questions and columns: megabytes that say nothing of the study."""

_REFERENCE = "Reference"
_STRINGS = frozenset({"String", "Content"})
_NAMES = (
    ("OrganizationIdentification", "OrganizationName"),
    ("OrganizationName",),
    ("IndividualIdentification", "IndividualName", "FullName"),
    ("IndividualName", "FullName"),
    ("IndividualName",),
)


class Study(NamedTuple):
    """A study and the objects of its document.

    `elements` is one `StudyUnit` (several where it stands once per language), or the `Group` or `DDIInstance` of
    several; `series` the title of a `Group` that refers to it.
    """

    elements: list[_Element]
    objects: dict[tuple[str, str], _Element]
    is_group: bool
    series: list[_Element]

    def all(self, path: str) -> list[_Element]:
        """The elements at a path below the study, through references."""
        return list(self.under(self.elements, path))

    def under(self, elements: Iterable[_Element], path: str) -> Iterator[_Element]:
        """The elements at a path below others, through references, in the order of the document."""
        found = list(elements)
        for step in path.split("/"):
            found = [child for element in found for child in self._step(element, step)]
        yield from found

    def _step(self, element: _Element, name: str) -> Iterator[_Element]:
        for child in element:
            if not is_element(child):
                continue
            if local_name(child) == name:
                yield child
            elif local_name(child) == name + _REFERENCE and (referred := self.referred(child, name)) is not None:
                yield referred

    def referred(self, reference: _Element, *names: str) -> _Element | None:
        """The object that a reference names, if the document holds it; `names` are what it may be.

        `TypeOfObject` is one more name: some software has names of its own there (`DataCollectionMethodology`).
        """
        kinds = [*names, *(one_line(kind) for kind in below(reference, "TypeOfObject"))]
        for identifier in _identifiers(reference):
            for kind in kinds:
                if (kind, identifier) in self.objects:
                    return self.objects[kind, identifier]
        return None

    def holds_every(self, name: str) -> bool:
        """Whether the document has all the study's objects of a name: one that is referred to may be elsewhere."""
        children = [local_name(child) for element in self.elements for child in element if is_element(child)]
        return len(self.all(name)) == sum(child in {name, name + _REFERENCE} for child in children)

    def named(self, path: str) -> list[_Element]:
        """The elements with the names of agents at a path: their own name, or that of the object referred to."""
        found: list[_Element] = []
        for agent in self.all(path):
            role = local_name(agent)
            own = [text for name in below(agent, f"{role}Name") for text in strings(name)] or strings(agent)
            referred = [
                self.referred(child, "Organization", "Individual")
                for child in agent
                if is_element(child) and local_name(child).endswith(_REFERENCE)
            ]
            found += own or [text for each in referred if each is not None for text in agent_names(each)]
        return found


def study_of(root: _Element) -> Study:
    """The study of a `DDIInstance` or `FragmentInstance`.

    Raises:
        RejectError: `wrong_format`, where there is none, or several without a group or instance that has a title.
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
    message = f"The DDI-Lifecycle document holds {len(units)} studies and no title of them all, where one was expected"
    raise RejectError("wrong_format", message, "StudyUnit")


def _are_one(units: list[_Element]) -> bool:
    """Whether study units have the same identifiers: the same study in several languages."""
    identifiers = {tuple(_identifiers(unit)) for unit in units}
    return len(identifiers) == 1 and identifiers != {()}


def _tops(root: _Element, objects: dict[tuple[str, str], _Element]) -> list[_Element]:
    """The studies and groups that a `FragmentInstance` was asked for, each once."""
    seeker = Study([], objects, is_group=False, series=[])
    found = (seeker.referred(reference, "StudyUnit", "Group") for reference in below(root, "TopLevelReference"))
    kept = [each for each in found if each is not None and local_name(each) in {"StudyUnit", "Group"}]
    return list(dict.fromkeys(kept))


def _study(element: _Element, objects: dict[tuple[str, str], _Element], groups: list[_Element]) -> Study:
    own = set(_identifiers(element))
    series = [
        title
        for group in groups
        if any(own & set(_identifiers(reference)) for reference in below(group, "StudyUnitReference"))
        for each in below(group, "Citation/Title")
        for title in strings(each)
    ]
    return Study([element], objects, is_group=local_name(element) != "StudyUnit", series=series)


def _has_title(group: _Element) -> bool:
    return any(one_line(text) for title in below(group, "Citation/Title") for text in strings(title))


def _members(group: _Element) -> int:
    return sum(1 for _ in group.iter("{*}StudyUnit", "{*}StudyUnitReference"))


def _objects(root: _Element) -> dict[tuple[str, str], _Element]:
    """Every object of a document by its name and each identifier that it has."""
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
    """The elements that hold an element's words, one per language; itself where it has no elements (3.1)."""
    children = [child for child in element if is_element(child)]
    return [child for child in children if local_name(child) in _STRINGS] or ([] if children else [element])


def agent_names(agent: _Element) -> list[_Element]:
    """The elements with the name of an `Organization` or `Individual`, one per language."""
    for path in _NAMES:
        if found := [text for name in below(agent, "/".join(path)) for text in strings(name)]:
            return found
    return []


def in_one_language(names: Iterable[tuple[str, str | None]]) -> list[str]:
    """Names with their language, each once. Where languages give equally many, these are translations of each other."""
    by_language: dict[str | None, dict[str, None]] = {}
    for name, tag in names:
        by_language.setdefault(tag, {})[name] = None
    groups = [list(group) for group in by_language.values()]
    if groups and None not in by_language and len({len(group) for group in groups}) == 1:
        return list(by_language.get("en") or groups[0])
    return list(dict.fromkeys(name for group in groups for name in group))


def with_language(elements: Iterable[_Element]) -> Iterator[tuple[str, str | None]]:
    """The words of elements, on one line, and their language."""
    for element in elements:
        yield one_line(element), language(element)
