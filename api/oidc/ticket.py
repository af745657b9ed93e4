"""What ties the answer of a provider to the browser that asked: one cookie, nothing in a table.

State, nonce and the verifier of PKCE (RFC 7636) are made of one secret that only this browser
has. Neither tells the secret or another of them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import quote, unquote

from geo.messages import Lang

LONGEST = 3000
"""Letters of a cookie that are looked at: browsers keep about 4,000."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One log-in under way: its secret, the language of its pages, where it leads to."""

    secret: str
    lang: Lang
    target: str

    @classmethod
    def new(cls, lang: Lang, target: str) -> Ticket:
        """Return the ticket of a log-in that begins."""
        return cls(secrets.token_urlsafe(32), lang, target)

    @classmethod
    def read(cls, cookie: str) -> Ticket | None:
        """Return the ticket of a cookie; None: it holds none."""
        secret, _, rest = cookie[:LONGEST].partition(".")
        lang, _, target = rest.partition(".")
        if not secret:
            return None
        return cls(secret, "en" if lang == "en" else "zh", unquote(target))

    @property
    def cookie(self) -> str:
        """What the cookie holds."""
        return f"{self.secret}.{self.lang}.{quote(self.target, safe='')}"

    @property
    def state(self) -> str:
        """What the provider sends back as it was."""
        return self._part("state")

    @property
    def nonce(self) -> str:
        """What the provider puts into the ID token."""
        return self._part("nonce")

    @property
    def verifier(self) -> str:
        """What only who asked for the code can show."""
        return self._part("verifier")

    def fits(self, state: str) -> bool:
        """Return whether an answer belongs to this log-in."""
        return hmac.compare_digest(self.state.encode(), state.encode("utf-8", "replace"))

    def _part(self, name: str) -> str:
        key = self.secret.encode("utf-8", "replace")
        return hmac.new(key, f"oidc-{name}".encode(), hashlib.sha256).hexdigest()
