"""What accounts refuse; `api.errors` gives each its HTTP status.

A name that is unknown, a password that is wrong and an account that is disabled are one and the
same error: a log-in page tells nobody who has an account.
"""

from __future__ import annotations

from geo.errors import BadRequestError, HeritageError, JsonValue, NotFoundError


class NotSignedInError(HeritageError):
    """A page or address for staff was asked for without a session that holds."""

    code = "not-signed-in"

    def __init__(self, message: str = "sign in first; a session ends by itself") -> None:
        super().__init__(message)


class BadTokenError(NotSignedInError):
    """An API token is unknown, has expired or was revoked; it is never repeated."""

    code = "bad-token"

    def __init__(self) -> None:
        super().__init__("this token is unknown, has expired or was revoked; make a new one")


class WrongLoginError(HeritageError):
    """Name and password do not fit together, or the account is disabled."""

    code = "wrong-login"

    def __init__(self) -> None:
        super().__init__("name and password do not fit together, or the account is disabled")


class TooManyAttemptsError(HeritageError):
    """Too many log-ins failed for an account or from an address (`wait_s`, seconds)."""

    code = "too-many-attempts"

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many log-ins failed; try again in {wait_s} s", wait_s=wait_s)
        self.wait_s = wait_s


class NotAllowedError(HeritageError):
    """Who asks is known, but may not do this."""

    code = "not-allowed"


class NotLinkedError(NotAllowedError):
    """Who signed in at the provider has no account here that is in use (`subject`)."""

    code = "not-linked"

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"no account here belongs to {subject[:80]}, or it is disabled; an administrator "
            "links it",
            subject=subject[:80],
        )


class RoleError(NotAllowedError):
    """The role of an account is too low (`role`, and `needed`: the least that may)."""

    code = "role-needed"

    def __init__(self, role: str, needed: str) -> None:
        super().__init__(
            f"an account of role {role} may not do this, {needed} may; ask your administrator",
            role=role,
            needed=needed,
        )


class ScopeError(NotAllowedError):
    """An API token was not made for this (`needed`: the scope it lacks)."""

    code = "scope-needed"

    def __init__(self, needed: str) -> None:
        super().__init__(f"this token has not the scope {needed}; make another", needed=needed)


class OutsideUnitError(NotAllowedError):
    """A record lies outside the unit of an account (`unit`, `id`)."""

    code = "outside-unit"

    def __init__(self, unit: str, record_id: str) -> None:
        super().__init__(
            f"{record_id} lies outside {unit}; whoever looks after that place may change it",
            unit=unit,
            id=record_id,
        )


class OwnWorkError(NotAllowedError):
    """Nobody publishes what they wrote themselves (`id`)."""

    code = "own-work"

    def __init__(self, record_id: str) -> None:
        super().__init__(
            f"{record_id} holds changes of your own; somebody else reviews them", id=record_id
        )


class WeakPasswordError(BadRequestError):
    """A new password is too easy to guess; `rule` and `limits` say why, it is never repeated."""

    code = "weak-password"

    def __init__(self, rule: str, wanted: str, **limits: int) -> None:
        data: dict[str, JsonValue] = {"rule": rule, "limits": dict(limits)}
        super().__init__(f"this password cannot be used: {wanted}", **data)


class TooManyTokensError(BadRequestError):
    """An account has as many tokens in use as one may have (`limit`)."""

    code = "too-many-tokens"

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} tokens are in use; revoke one first", limit=limit)


class UnknownUserError(NotFoundError):
    """No account has this name (`name`)."""

    code = "unknown-user"

    def __init__(self, name: str) -> None:
        super().__init__(f"no account {name[:40]}", name=name[:40])


class UnknownTokenError(NotFoundError):
    """No API token has this id (`id`)."""

    code = "unknown-token"

    def __init__(self, token_id: str) -> None:
        super().__init__(f"no token {token_id[:40]}", id=token_id[:40])


class IdentityTakenError(HeritageError):
    """An identity is linked with an account already (`name`)."""

    code = "identity-taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"this identity is linked with {name} already; remove it there", name=name)


class UserExistsError(HeritageError):
    """An account of this name exists, perhaps disabled (`name`)."""

    code = "user-exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is an account {name} already; choose another name", name=name)
