"""An OpenID Connect provider over a real socket: it signs in whoever `user` says, once per code, with PKCE."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer

CLIENT, SECRET = "desk", "a secret the provider gave"


class Provider:
    """`claims` change what the next ID token says; `signer` what it is signed with."""

    def __init__(self) -> None:
        self.user: dict[str, Any] = {"sub": "1", "email": "Ana", "email_verified": True}
        self.claims: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.signer: RSAKey | OctKey = self.key
        self.algorithm = "RS256"
        self._begun: dict[str, Mapping[str, str]] = {}
        self.server = HttpServer(
            {
                "GET /.well-known/openid-configuration": self._configuration,
                "GET /keys": lambda asked: Answer({"keys": [self.key.as_dict(private=False)]}),
                "GET /authorize": self._authorize,
                "POST /token": self._token,
            }
        )

    @property
    def issuer(self) -> str:
        return self.server.url

    def _configuration(self, asked: Asked) -> Answer:
        at = self.issuer
        return Answer(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys",
            }
        )

    def _authorize(self, asked: Asked) -> Answer:
        query = asked.query
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"]
        code = secrets.token_urlsafe(12)
        self._begun[code] = dict(query)
        back = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return Answer({}, 302, {"Location": back})

    def _token(self, asked: Asked) -> Answer:
        form = asked.form
        begun = self._begun.pop(str(form.get("code")), None)
        told = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "%20").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        known = asked.headers.get("authorization") in {f"Basic {told}", f"Basic {plain}"}
        if begun is None or not known or challenge != begun["code_challenge"]:
            return Answer({"error": "invalid_grant"}, 400)
        return Answer({"access_token": "t", "token_type": "Bearer", "id_token": self._signed(begun["nonce"])})

    def _signed(self, nonce: str) -> str:
        now = int(utc_now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, claims | self.user | self.claims, self.signer, algorithms=[self.algorithm])

    def close(self) -> None:
        self.server.close()
