"""One OpenID Connect provider: where a browser is sent, and what its answer proves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from routes_data.accounts import Identity, Placing, Proof

from . import documents
from .documents import TIMEOUT_S, Cached, discovered, fetched
from .errors import BadIdentityError, ProviderUnavailableError
from .ticket import Ticket
from .tokens import ALGORITHMS, Expected, UnknownKeyError, key_set, verified

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What a provider knows of this service, and what this service takes from its claims."""

    issuer: str
    client_id: str
    client_secret: str = ""
    scopes: str = "openid profile email"
    name_claim: str = "preferred_username"
    groups_claim: str = "groups"
    placing: Placing = Placing()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider sent a browser back with."""

    code: str = ""
    error: str = ""
    issuer: str = ""


class Provider:
    """A provider; safe for threads. Nothing is asked of it before somebody signs in.

    Parameters
    ----------
    options
        Which one, and as whom.
    clock
        Tells the time that tokens are held against.
    """

    def __init__(
        self, options: Options, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.options = options
        self.clock = clock
        self._metadata = Cached(lambda: discovered(options.issuer))
        self._keys = Cached(lambda: fetched(self._metadata.get()["jwks_uri"]))

    def address(self, ticket: Ticket, back: str) -> str:
        """Return where a browser is sent to sign in; `back` is where it comes back to.

        Raises
        ------
        ProviderUnavailableError
            The provider does not say where that is.
        """
        endpoint = self._metadata.get()["authorization_endpoint"]
        with self._session(back) as session:
            url, _ = session.create_authorization_url(
                endpoint, state=ticket.state, nonce=ticket.nonce, code_verifier=ticket.verifier
            )
        return str(url)

    def proof(self, answer: Answer, ticket: Ticket, back: str) -> Proof:
        """Return what an answer proves of somebody; that its state fits is seen to already.

        Raises
        ------
        BadIdentityError
            It proves nothing: the provider said no, or its token cannot be believed.
        ProviderUnavailableError
            The provider cannot be asked about it.
        InvalidParameterError
            The subject cannot be kept.
        """
        self._check(answer)
        with self._session(back) as session:
            token = self._exchanged(session, answer.code, ticket)
            claims = self._claims(token, ticket)
            more = self._more(session, claims)
        return self._proof({**more, **claims})

    def logout_address(self, back: str) -> str:
        """Return where somebody signs out at the provider too; empty where it has no such page."""
        try:
            endpoint = self._metadata.get().get("end_session_endpoint")
        except ProviderUnavailableError:
            return ""
        query = {"client_id": self.options.client_id, "post_logout_redirect_uri": back}
        joint = "&" if "?" in str(endpoint) else "?"
        return f"{endpoint}{joint}{urlencode(query)}" if endpoint else ""

    def _session(self, back: str) -> OAuth2Session:
        secret = self.options.client_secret
        known = self._metadata.get().get("token_endpoint_auth_methods_supported") or ()
        posted = "client_secret_post" in known and "client_secret_basic" not in known
        method = "client_secret_post" if posted else "client_secret_basic"
        return OAuth2Session(
            self.options.client_id,
            secret or None,
            token_endpoint_auth_method=method if secret else "none",
            scope=self.options.scopes,
            redirect_uri=back,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_S,
        )

    def _check(self, answer: Answer) -> None:
        """Refuse an answer of another provider, and one that says no."""
        issuer = self._metadata.get()["issuer"]
        if answer.issuer and answer.issuer != issuer:  # RFC 9207
            raise BadIdentityError("identity_issuer", "another provider answered")
        if answer.error or not answer.code:
            raise _refused(answer.error or "no code")

    def _exchanged(self, session: OAuth2Session, code: str, ticket: Ticket) -> Mapping[str, Any]:
        """Return the tokens that a code stands for."""
        try:
            token: Mapping[str, Any] = session.fetch_token(
                self._metadata.get()["token_endpoint"],
                code=code,
                grant_type="authorization_code",
                code_verifier=ticket.verifier,
                allow_redirects=False,
            )
        except AuthlibBaseError as error:
            raise _refused(str(error.error)) from error
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnavailableError(type(error).__name__) from error
        return token

    def _claims(self, token: Mapping[str, Any], ticket: Ticket) -> dict[str, Any]:
        """Return the claims of the ID token; a key we have not seen has the keys fetched anew."""
        metadata, text = self._metadata.get(), str(token.get("id_token") or "")
        said = metadata.get("id_token_signing_alg_values_supported") or ALGORITHMS
        expected = Expected(
            issuer=metadata["issuer"],
            client_id=self.options.client_id,
            nonce=ticket.nonce,
            access_token=str(token.get("access_token") or ""),
            now=int(self.clock().timestamp()),
            algorithms=ALGORITHMS & set(said),
        )
        try:
            return verified(text, key_set(self._keys.get().get("keys") or ()), expected)
        except UnknownKeyError:
            newer = self._keys.get(documents.ROTATED_AFTER_S).get("keys") or ()
            return verified(text, key_set(newer), expected)

    def _more(self, session: OAuth2Session, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return what only the provider's userinfo says; nothing where all is in the token."""
        endpoint = self._metadata.get().get("userinfo_endpoint")
        wanted = ["email"] if "email" in self.options.scopes.split() else []
        wanted += [self.options.groups_claim] if self.options.placing.groups else []
        if not endpoint or all(claim(claims, name) is not None for name in wanted):
            return {}
        try:
            answer = session.get(endpoint, allow_redirects=False)
            said = answer.json() if answer.ok else None
        except (requests.RequestException, AuthlibBaseError, ValueError) as error:
            raise ProviderUnavailableError(type(error).__name__) from error
        if not isinstance(said, dict) or said.get("sub") != claims["sub"]:
            raise BadIdentityError("identity_form", "its userinfo is of somebody else")
        return said

    def _proof(self, claims: Mapping[str, Any]) -> Proof:
        options, issuer = self.options, self.options.issuer
        email = claims.get("email")
        sure = claims.get("email_verified") in (True, "true") and isinstance(email, str)
        groups = claim(claims, options.groups_claim)
        listed = groups if isinstance(groups, list) else [groups]
        return Proof(
            subject=Identity.read(issuer, "subject", str(claims["sub"])),
            email=Identity.read(issuer, "email", str(email)) if sure and email else None,
            name=str(claim(claims, options.name_claim) or ""),
            display=str(claims.get("name") or ""),
            placement=options.placing.of([one for one in listed if isinstance(one, str)]),
        )


def claim(claims: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a JSON value
    """Return a claim by its name, or by a path such as `realm_access.roles`; None: it has none."""
    if path in claims:
        return claims[path]
    node: Any = claims
    for part in path.split("."):
        node = node.get(part) if isinstance(node, Mapping) else None
    return node


def _refused(code: str) -> BadIdentityError:
    # Only a code of the standard is shown: anybody may write into the address we are called at.
    known = code if code.isascii() and code.replace("_", "").isalnum() and len(code) < 40 else "?"  # noqa: PLR2004
    return BadIdentityError("identity_refused", f"the provider refused it ({known})", error=known)
