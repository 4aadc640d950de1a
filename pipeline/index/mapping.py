"""The mapping has the fields of the document, all of them and no others."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.errors import DefectError
from pipeline.model.document import Document


def check_fields(properties: Iterable[str]) -> None:
    """Compare the fields of `mappings/studies.json` with those of the document.

    Raises:
        DefectError: they differ; Elasticsearch would refuse every document that has such a field.
    """
    mapped, known = set(properties), set(Document.model_fields)
    if lacking := sorted(known - mapped):
        raise DefectError(f"mappings/studies.json lacks {', '.join(lacking)}: add a line for each field")
    if unknown := sorted(mapped - known):
        raise DefectError(f"mappings/studies.json has {', '.join(unknown)}, which no document has: remove these lines")
