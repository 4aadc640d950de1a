"""JMESPath in catalogue files (https://jmespath.org/specification.html): checked when read, applied to JSON values."""

from __future__ import annotations

from typing import Annotated, Any

import jmespath
from jmespath.exceptions import ArityError, JMESPathError, UnknownFunctionError
from jmespath.functions import Functions
from pydantic import AfterValidator


def check_jmespath(expression: str, where: str = "") -> str:
    """The expression, unchanged.

    Raises:
        ValueError: it is not a JMESPath, or calls a function that does not exist; `where` begins the message.
    """
    try:
        _check_functions(jmespath.compile(expression).parsed)
    except JMESPathError as error:
        raise ValueError(f"{where}{expression!r} is not a JMESPath: {' '.join(str(error).split())}") from error
    return expression


Expression = Annotated[str, AfterValidator(check_jmespath)]
"""A JMESPath expression."""


def find(expression: str, value: Any) -> Any:
    """The value that a JMESPath finds; None where a function in it gets a type that it does not take."""
    try:
        return jmespath.search(expression, value)
    except JMESPathError:
        return None


def _check_functions(node: Any) -> None:
    """Check the calls in a parsed expression: the library checks a call only when it evaluates it."""
    if node["type"] == "function_expression":
        known = Functions.FUNCTION_TABLE.get(node["value"])
        if known is None:
            raise UnknownFunctionError(f"Unknown function: {node['value']}()")
        given, wanted = len(node["children"]), len(known["signature"])
        many = any(argument.get("variadic") for argument in known["signature"])
        if given < wanted or (given > wanted and not many):
            raise ArityError(wanted, given, node["value"])
    for child in node["children"]:
        if isinstance(child, dict):
            _check_functions(child)
