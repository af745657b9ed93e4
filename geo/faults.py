"""A fault that pydantic found, as an error of ours that can be said in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from .errors import BadRequestError, HeritageError, InvalidParameterError

Model = TypeVar("Model", bound=BaseModel)
_QUOTED = re.compile(r"'([^']*)'")

PATTERN_RULES: Mapping[str, str] = MappingProxyType({r"^[a-z0-9][a-z0-9-]*$": "id"})
"""The rule behind a pattern that a model holds a text to: nobody reads a regular expression."""

RULES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("tuple_type", "set_type"), "list_type"),
        **dict.fromkeys(("model_type", "model_attributes_type", "dataclass_type"), "dict_type"),
        **dict.fromkeys(("int_type", "int_parsing_size", "int_from_float"), "int_parsing"),
        "float_type": "float_parsing",
        "bool_type": "bool_parsing",
        "string_unicode": "string_type",
        "unexpected_keyword_argument": "extra_forbidden",
        **dict.fromkeys(("date_type", "date_parsing"), "local_date"),
        **dict.fromkeys(("date_from_datetime_parsing", "date_from_datetime_inexact"), "local_date"),
        **dict.fromkeys(("datetime_type", "datetime_parsing"), "local_time"),
        **dict.fromkeys(("datetime_from_date_parsing", "datetime_object_invalid"), "local_time"),
        **dict.fromkeys(("time_type", "time_parsing"), "clock_time"),
    }
)
"""The rule of a type of pydantic's errors, where another type says the same to a reader."""

WANTED: Mapping[str, str] = MappingProxyType(
    {
        "bool_parsing": "true or false",
        "clock_time": "a time such as 16:30",
        "dict_type": "a JSON object",
        "extra_forbidden": "no such parameter",
        "finite_number": "a finite number",
        "float_parsing": "a number",
        "greater_than": "more than {gt}",
        "greater_than_equal": "{ge} or more",
        "id": "an id of small letters, digits and hyphens such as navy-museum",
        "int_parsing": "a whole number",
        "json_invalid": "valid JSON",
        "less_than": "less than {lt}",
        "less_than_equal": "{le} or less",
        "list_type": "a list",
        "local_date": "a date such as 2026-11-27",
        "local_time": "a date and time such as 2026-11-28T09:00",
        "missing": "a value",
        "none_required": "no value",
        "one_of": "one of {allowed}",
        "string_too_long": "at most {max_length} characters",
        "string_too_short": "at least {min_length} characters",
        "string_type": "a text",
        "too_long": "at most {max_length} items",
        "too_short": "at least {min_length} items",
    }
)
"""What each rule of pydantic's wants, in English; ours say so themselves (`fault`)."""


def fault(rule: str, wanted: str, **limits: float | str) -> PydanticCustomError:
    """Return what a validator of ours raises.

    Parameters
    ----------
    rule
        Snake-case name of the rule that was broken; the texts know it as `fault.<rule>`.
    wanted
        What was expected, in English; `{name}` stands for a limit.
    limits
        The limits that the texts name.
    """
    return PydanticCustomError(rule, wanted, limits)


def read_model(model: type[Model], values: Mapping[str, object]) -> Model:
    """Return values (from JSON, a query string, options) as a model.

    Raises
    ------
    BadRequestError
        The first value that is not what it must be; the error names it.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise first_fault(error) from error


def first_fault(error: ValidationError) -> BadRequestError:
    """Return the first fault as an error: what it was about, what was got, which rule it broke."""
    return _as_error(error.errors(include_url=False)[0])


def every_fault(error: HeritageError) -> tuple[HeritageError, ...]:
    """Return every fault that pydantic found beside the one an error tells; else the error."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return (error,)
    return (error, *map(_as_error, cause.errors(include_url=False)[1:]))


def _as_error(found: Any) -> BadRequestError:  # noqa: ANN401 - pydantic's ErrorDetails
    own = (found.get("ctx") or {}).get("error")
    if isinstance(own, BadRequestError):
        return own
    # A tag of a union ("@point") is no part of what was sent.
    parameter = ".".join(part for part in map(str, found["loc"]) if not part.startswith("@"))
    name, limits = rule_of(found)
    wanted = WANTED[name].format(**limits) if name in WANTED else found["msg"]
    rule: dict[str, Any] = {"rule": name, "limits": limits}
    if not parameter:
        return BadRequestError(f"request: {wanted}", wanted=wanted, **rule)
    got = "" if found["type"] == "missing" else found["input"]
    return InvalidParameterError(parameter, got, wanted, **rule)


def rule_of(found: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return the rule that a fault of pydantic broke, and its limits."""
    kind = str(found["type"])
    context = found.get("ctx") or {}
    if kind in {"literal_error", "enum"}:
        # pydantic joins the words in English: "'csv', 'ics' or 'gpx'".
        return "one_of", {"allowed": ", ".join(_QUOTED.findall(context["expected"]))}
    if kind == "string_pattern_mismatch" and context["pattern"] in PATTERN_RULES:
        return PATTERN_RULES[context["pattern"]], {}
    names = context.keys() - {"error", "field_type", "class_name", "actual_length"}
    return RULES.get(kind, kind), {name: context[name] for name in sorted(names)}
