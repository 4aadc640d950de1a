"""The index template: the mapping of the documents, and the analyzers that it uses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from elasticsearch import AuthorizationException, Elasticsearch

from pipeline.errors import DefectError, FailError
from pipeline.index.changing import changed
from pipeline.index.client import ask
from pipeline.model.digest import digest
from pipeline.model.document import Document

TEMPLATE_NAME = "studies"
TEMPLATE = Path(__file__).with_name("mappings") / "studies.json"

FILLED_BY_ELASTICSEARCH = frozenset({"titles"})
"""Fields that no document has: Elasticsearch copies others into them (`copy_to`), for searches alone."""


@cache
def template() -> dict[str, Any]:
    """The index template: `mappings/studies.json`.

    Raises:
        DefectError: its fields are not those of the document.
    """
    found: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    check_fields(found["template"]["mappings"]["properties"])
    return found


@cache
def template_digest() -> str:
    """Digest of the template's mapping and settings; an index that was made with another has to be rebuilt."""
    return digest(template()["template"])


def put_template(client: Elasticsearch) -> bool:
    """Put the index template, unless it is there: a pipeline needs no right to change templates then.

    It carries its digest, by which it is recognised: Elasticsearch gives it back in other words.

    Returns:
        Whether it was put: it was another one, or missing.

    Raises:
        FailError: it is another one, or missing, and the credentials may not put it.
    """

    def wrong() -> str:
        answer = ask(lambda: client.options(ignore_status=404).indices.get_index_template(name=TEMPLATE_NAME))
        found = [item["index_template"].get("_meta", {}).get("digest") for item in answer.get("index_templates", ())]
        return "" if found == [template_digest()] else f"the index template {TEMPLATE_NAME} is another one, or missing"

    if not (found := wrong()):
        return False
    try:
        changed(
            lambda: client.indices.put_index_template(
                name=TEMPLATE_NAME, **template(), meta={"digest": template_digest()}
            ),
            wrong,
            f"put the index template {TEMPLATE_NAME}",
        )
    except FailError as error:
        if isinstance(error.__cause__, AuthorizationException):
            raise FailError(
                f"{found[0].upper()}{found[1:]}, and the credentials may not put it. Nothing was done. Run study-index "
                "setup as an administrator, or study-index doctor as an operator (docs/operations.md, Rights)."
            ) from error
        raise
    return True


def refuse_other_mapping(client: Elasticsearch, index: str) -> None:
    """Refuse an index, made just now, whose fields are not those of the index template.

    Raises:
        FailError: another index template decided about it; the message names a field that differs, and what to do.
    """
    wanted = template()["template"]["mappings"]["properties"]
    found = ask(lambda: client.indices.get_mapping(index=index))[index]["mappings"].get("properties", {})
    differing = [name for name in wanted if _kind(found.get(name)) != _kind(wanted[name])]
    if differing:
        name = differing[0]
        raise FailError(
            f"{index} has not the mapping of the index template {TEMPLATE_NAME}: {len(differing)} fields differ, such "
            f"as {name}, which is {_kind(found.get(name)) or 'absent'} instead of {_kind(wanted[name])}. Another index "
            "template with a higher priority applies to it: GET /_index_template shows them; delete that one, or give "
            "it other index patterns. What is live is untouched; run the catalogue again then, with --full."
        )


def _kind(field: dict[str, Any] | None) -> str | None:
    """The type of a field; None where there is no such field."""
    return None if field is None else str(field.get("type", "object"))


def check_fields(properties: Iterable[str]) -> None:
    """Compare the fields of `mappings/studies.json` with those of the document.

    Raises:
        DefectError: they differ; Elasticsearch would refuse every document that has such a field.
    """
    mapped, known = set(properties), set(Document.model_fields)
    if lacking := sorted(known - mapped):
        raise DefectError(f"mappings/studies.json lacks {', '.join(lacking)}: add a line for each field")
    if unknown := sorted(mapped - known - FILLED_BY_ELASTICSEARCH):
        raise DefectError(f"mappings/studies.json has {', '.join(unknown)}, which no document has: remove these lines")
