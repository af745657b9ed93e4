"""ID tokens: the signature, then every claim that OpenID Connect Core 1.0 (3.1.3.7) has checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
)
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry

from .errors import BadIdentityError

LEEWAY_S = 60
"""How far the clocks of the provider and of this machine may differ, in seconds."""
ALGORITHMS = frozenset(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))
"""Signatures with a private key alone: `none` and a shared secret are never taken."""
_CLAIMS = {
    "nonce": ("identity_nonce", "it belongs to another log-in"),
    "aud": ("identity_audience", "it was made for another service"),
    "azp": ("identity_audience", "it was made for another service"),
    "iss": ("identity_issuer", "another provider made it"),
    "iat": ("identity_early", "the clocks of the provider and of this machine differ"),
    "nbf": ("identity_early", "the clocks of the provider and of this machine differ"),
}


class UnknownKeyError(BadIdentityError):
    """A token is signed with a key that the provider did not publish when it was last asked."""

    def __init__(self) -> None:
        super().__init__("identity_signature", "its signature is of no key of the provider")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token has to say; `now` in seconds since 1970."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str
    now: int
    algorithms: frozenset[str] = ALGORITHMS


def key_set(documents: Iterable[Mapping[str, Any]]) -> KeySet:
    """Return the keys that signatures are checked with; those we cannot read are passed over."""
    return KeySet(list(_keys(documents)))


def _keys(documents: Iterable[Mapping[str, Any]]) -> Iterator[Key]:
    for one in documents:
        if one.get("kty") in {"RSA", "EC"} and one.get("use", "sig") == "sig":
            try:
                yield import_key(dict(one))
            except (JoseError, ValueError):
                continue


def verified(text: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """Return the claims of an ID token.

    Raises
    ------
    UnknownKeyError
        Its key is not among `keys`.
    BadIdentityError
        It is no token, is not signed by the provider, or says something else than expected.
    """
    registry = JWSRegistry(algorithms=sorted(expected.algorithms), strict_check_header=False)
    try:
        token = jwt.decode(text, keys, registry=registry)
        claims = CodeIDToken(token.claims, token.header, _options(expected), _values(expected))
        claims.validate(now=expected.now, leeway=LEEWAY_S)
    except InvalidKeyIdError as error:
        raise UnknownKeyError from error
    except ExpiredTokenError as error:
        raise BadIdentityError("identity_expired", "it has expired") from error
    except ClaimError as error:
        rule, wrong = _CLAIMS.get(error.claim, ("identity_form", "it is not whole"))
        raise BadIdentityError(rule, wrong, leeway_s=LEEWAY_S) from error
    except BadSignatureError as error:
        raise BadIdentityError("identity_signature", "its signature is wrong") from error
    except (JoseError, ValueError, TypeError) as error:
        raise BadIdentityError("identity_form", "it is no ID token that we read") from error
    return dict(claims)


def _options(expected: Expected) -> dict[str, dict[str, object]]:
    return {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True, "value": expected.nonce},
    }


def _values(expected: Expected) -> dict[str, str]:
    return {
        "nonce": expected.nonce,
        "client_id": expected.client_id,
        "access_token": expected.access_token,
    }
