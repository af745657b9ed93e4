"""An OpenID Connect provider of this machine: real keys, real tokens, and lies as it is told."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "red-trails", "a secret/of:the client"
Claims = dict[str, Any]
KEYS = [RSAKey.generate_key(2048, {"kid": f"key-{n}", "use": "sig"}) for n in (1, 2)]
"""Made once: an RSA key takes a while."""


@dataclass
class Code:
    """What a code was given for."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class World:
    """What a running provider knows and does.

    `claims` is who signs in, `lie` changes the claims of the ID token, `key` signs it, `published`
    are the keys it tells of, `say` is answered to every request while it is set.
    """

    url: str = ""
    claims: Claims = field(default_factory=lambda: {"sub": "person-1"})
    userinfo: Claims | None = None
    lie: Callable[[Claims], Claims] = lambda claims: claims
    header: dict[str, str] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEYS[0])
    published: list[RSAKey] = field(default_factory=lambda: [KEYS[0]])
    metadata: dict[str, Any] = field(default_factory=dict)
    say: tuple[int, bytes] | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)

    def sign_in(self, address: str, **changes: str) -> str:
        """Be the page somebody signs in on: return where it sends the browser back to."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}" == self.url
        query = {name: value for name, (value,) in parse_qs(parts.query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = Code(query["nonce"], query["code_challenge"], query["redirect_uri"])
        back = {"code": code, "state": query["state"], "iss": self.url, **changes}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def answer(self, handler: _Handler) -> tuple[int, object]:
        """Answer one request."""
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self._metadata()
        if path == "/keys":
            return 200, {
                "keys": [{"kty": "XX"}, *(one.as_dict(private=False) for one in self.published)]
            }
        if path == "/token":
            return self._token(handler)
        if path == "/userinfo" and handler.headers["Authorization"] == "Bearer access":
            return 200, self.userinfo
        return 404, {}

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/logout",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **({"userinfo_endpoint": f"{self.url}/userinfo"} if self.userinfo else {}),
            **self.metadata,
        }

    def _token(self, handler: _Handler) -> tuple[int, object]:
        """Give the tokens of a code, once, to the client that asked for it alone."""
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        form = {name: value for name, (value,) in parse_qs(body).items()}
        proof = base64.b64decode(handler.headers["Authorization"].removeprefix("Basic ")).decode()
        if [unquote_plus(one) for one in proof.split(":", 1)] != [CLIENT, SECRET]:
            return 401, {"error": "invalid_client"}
        code = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if code is None or (code.challenge, code.redirect_uri) != (
            challenge,
            form["redirect_uri"],
        ):
            return 400, {"error": "invalid_grant", "error_description": "<b>no</b>"}
        return 200, {
            "access_token": "access",
            "token_type": "Bearer",
            "id_token": self._id_token(code.nonce),
        }

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        times = {"iat": now, "exp": now + 300}
        claims = {"iss": self.url, "aud": CLIENT, "nonce": nonce, **times, **self.claims}
        header = {"alg": "RS256", "kid": str(self.key.kid), **self.header}
        return jwt.encode(header, self.lie(claims), self.key)


class _Handler(http.server.BaseHTTPRequestHandler):
    world: World

    def _answer(self) -> None:
        status, said = self.world.say or self.world.answer(self)
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        with suppress(ConnectionError):
            self.end_headers()
            self.wfile.write(data)

    do_GET = do_POST = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_provider() -> Iterator[World]:
    """Start a provider on a port of its own."""
    world = World()
    handler = type("Handler", (_Handler,), {"world": world})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        world.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()
