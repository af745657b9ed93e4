"""Log-in through an OpenID Connect provider: authorization code, PKCE, state and nonce.

Authlib speaks OAuth 2.0 and knows the claims, joserfc the signatures; both, and the provider, are
only asked when somebody signs in so.
"""

from __future__ import annotations
