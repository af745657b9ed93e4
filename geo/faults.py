"""A fault that pydantic found, as an error of ours that can be said in any language."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from .errors import BadRequestError, InvalidParameterError

_QUOTED = re.compile(r"'([^']*)'")


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


def first_fault(error: ValidationError) -> BadRequestError:
    """Return the first fault as an error: what it was about, what was got, which rule it broke."""
    found: Any = error.errors(include_url=False)[0]
    own = (found.get("ctx") or {}).get("error")
    if isinstance(own, BadRequestError):
        return own
    parameter = ".".join(str(part) for part in found["loc"])
    wanted = found["msg"].removeprefix("Value error, ")
    name, limits = rule_of(found)
    rule: dict[str, Any] = {"rule": name, "limits": limits}
    if not parameter:
        return BadRequestError(f"request: {wanted}", wanted=wanted, **rule)
    got = "" if found["type"] == "missing" else found["input"]
    return InvalidParameterError(parameter, got, wanted, **rule)


def rule_of(found: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return the rule that a fault of pydantic broke, and its limits."""
    limits = {name: value for name, value in (found.get("ctx") or {}).items() if name != "error"}
    if found["type"] in {"literal_error", "enum"}:
        # pydantic joins the words in English: "'csv', 'ics' or 'gpx'".
        return "one_of", {"allowed": ", ".join(_QUOTED.findall(limits["expected"]))}
    return str(found["type"]), limits
