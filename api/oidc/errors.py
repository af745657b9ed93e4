"""What keeps somebody from signing in through a provider."""

from __future__ import annotations

from geo.errors import HeritageError, JsonValue


class ProviderUnavailableError(HeritageError):
    """The OpenID Connect provider cannot be reached, or answers what nobody can use."""

    code = "provider-unavailable"

    def __init__(self, wrong: str) -> None:
        super().__init__(f"the OpenID Connect provider cannot be used: {wrong}")


class BadIdentityError(HeritageError):
    """What came back from the OpenID Connect provider proves nothing (`rule`, `limits`)."""

    code = "bad-identity"

    def __init__(self, rule: str, wrong: str, **limits: str | int) -> None:
        data: dict[str, JsonValue] = {"rule": rule, "limits": dict(limits)}
        super().__init__(f"this log-in cannot be used: {wrong}; try again", **data)
