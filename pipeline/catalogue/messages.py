"""Readable messages for validation errors of a catalogue file, with the nearest known key or value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pipeline.errors import nearest


def explain(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """A sentence for each problem in the values of a `model`."""
    for problem in error.errors():
        where, known = _place(problem["loc"], model)
        key = ".".join(where)
        kind = problem["type"]
        if kind == "extra_forbidden":
            yield f"unknown key {key!r}.{nearest(where[-1], known)}"
        elif kind == "missing":
            yield f"the key {key!r} is missing"
        elif kind == "union_tag_not_found":
            tag = problem["ctx"]["discriminator"].strip("'")
            yield f"the key '{key}.{tag}' is missing. Known: {', '.join(known)}."
        elif kind == "union_tag_invalid":
            tag = problem["ctx"]["discriminator"].strip("'")
            yield f"{key}.{tag} cannot be {problem['ctx']['tag']!r}.{nearest(problem['ctx']['tag'], known)}"
        elif kind == "literal_error":
            known = re.findall(r"'([^']+)'", problem["ctx"]["expected"])
            if problem["loc"][-1] == "[key]":
                yield f"unknown key {key!r}.{nearest(str(problem['input']), known)}"
            elif key == "variables":
                yield "variables: there are no documents of variables yet: leave the key out, or set it to false"
            else:
                yield f"{key} cannot be {problem['input']!r}.{nearest(str(problem['input']), known)}"
        elif kind == "value_error":
            yield f"{key + ': ' if key else ''}{problem['msg'].removeprefix('Value error, ')}"
        else:
            yield f"{key}: {_needed(kind, problem)}"


def _needed(kind: str, problem: Mapping[str, Any]) -> str:
    """What a value of another kind has to be."""
    if kind == "list_type":
        return f"has to be a list, such as [{problem['input']}], not {problem['input']!r}"
    quotes = " (a word that YAML takes for something else needs quotes)" if kind == "string_type" else ""
    return f"{problem['msg']}, not {problem['input']!r}{quotes}"


def _place(loc: tuple[int | str, ...], model: type[BaseModel]) -> tuple[list[str], list[str]]:
    """The keys that lead to a problem, as in the file, and what is known there: keys, or types and styles."""
    kind: Any = model
    where: list[str] = []
    known: list[str] = []
    for part in loc:
        models = _models(kind)
        if part in models:  # the type of a protocol or style of paging is not a key
            kind = models[str(part)]
        elif get_origin(kind) in {dict, list}:
            where.append(str(part))
            kind = get_args(kind)[-1]
        elif "" in models:
            where.append(str(part))
            fields = {field.alias or name: field.annotation for name, field in models[""].model_fields.items()}
            known = sorted(fields.keys() - {"file"})
            kind = fields.get(str(part))
    models = _models(kind)
    return where, list(models) if len(models) > 1 else known


def _models(kind: Any) -> dict[str, type[BaseModel]]:
    """The models that an annotation names, by their type or style; a single model by an empty string."""
    found = list(_found_models(kind))
    if len(found) < 2:
        return {"": found[0]} if found else {}
    tags = (model.model_fields.get("type") or model.model_fields["style"] for model in found)
    return {get_args(tag.annotation)[0]: model for tag, model in zip(tags, found, strict=True)}


def _found_models(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) not in {dict, list}:
        for each in get_args(kind):
            yield from _found_models(each)
