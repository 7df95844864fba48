"""Sign-in with an OpenID Connect provider: authorization code with PKCE; the ID token's signature is checked."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assistant.errors import Infrastructure, NotAllowed
from assistant.ports import Clock
from assistant.ports.console import Begun

TIMEOUT_S = 4
LEEWAY_S = 60
"""How far the provider's clock may be off."""
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures by the provider's own key; never `none`, never a shared secret."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Oidc:
    """Satisfies `SignInElsewhere`. `claim` names the part of the ID token that is an agent's name here."""

    def __init__(self, *, issuer: str, client_id: str, client_secret: str, claim: str, clock: Clock) -> None:
        self._issuer, self._client_id, self._claim, self._clock = issuer, client_id, claim, clock
        self._secret = client_secret

    def begin(self, *, back: str) -> Begun:
        """Where to send the browser, and what must come back. Raises `Infrastructure` where the provider is away."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        with httpx.Client(timeout=TIMEOUT_S) as client:
            known = self._discovered(client)
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = add_params_to_uri(known["authorization_endpoint"], list(asked.items()))
        return Begun(url=url, state=state, nonce=nonce, verifier=verifier)

    def finish(self, begun: Begun, *, answer: str, back: str) -> str:
        """Who signed in, by the claim. `answer` is the query the provider sent the browser back with.

        Raises `NotAllowed` where it is not what was begun or the token does not hold, `Infrastructure` where the
        provider is away.
        """
        said = {name: values[0] for name, values in parse_qs(answer).items()}
        if not secrets.compare_digest(said.get("state", "").encode(), begun.state.encode()):
            raise NotAllowed("this sign-in was not begun here; begin again")
        if "code" not in said:
            raise NotAllowed("the sign-in was broken off")
        with httpx.Client(timeout=TIMEOUT_S) as client:
            known = self._discovered(client)
            id_token = self._exchanged(client, known["token_endpoint"], said["code"], begun.verifier, back)
            keys = self._asked(client, known["jwks_uri"])
        return self._name_in(self._checked(id_token, keys, begun.nonce))

    def _exchanged(self, client: httpx.Client, endpoint: str, code: str, verifier: str, back: str) -> str:
        """The ID token for a code, which counts once."""
        given = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        who = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._secret, safe=""))
        try:
            told = client.post(endpoint, data=given, auth=who)
            found = told.raise_for_status().json()
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code >= 500:
                raise self._away(refused) from refused
            raise NotAllowed("the sign-in could not be confirmed; begin again") from None
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        return str(found.get("id_token", "")) if isinstance(found, dict) else ""

    def _checked(self, id_token: str, keys: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims = jwt.decode(
                id_token, KeySet.import_key_set({"keys": keys.get("keys", [])}), algorithms=ALGORITHMS
            ).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise NotAllowed("the provider's token does not hold; begin again") from None
        if claims.get("azp", self._client_id) != self._client_id:
            raise NotAllowed("the provider's token is for somebody else; begin again")
        return dict(claims)

    def _name_in(self, claims: Mapping[str, Any]) -> str:
        name = claims.get(self._claim)
        if not isinstance(name, str) or not name.strip():
            raise NotAllowed(f"the provider did not say your {self._claim}")
        if self._claim == "email" and claims.get("email_verified") is not True:
            raise NotAllowed("the provider has not verified your e-mail address")
        return name.strip()

    def _discovered(self, client: httpx.Client) -> Mapping[str, str]:
        told = self._asked(client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != self._issuer:
            raise Infrastructure(f"{self._issuer}: says it is another issuer; check ASSISTANT_OIDC_ISSUER")
        for name in _ENDPOINTS:
            if not _safe(str(told.get(name, ""))):
                raise Infrastructure(f"{self._issuer}: its {name} is no https address")
        return {name: str(told[name]) for name in _ENDPOINTS}

    def _asked(self, client: httpx.Client, address: str) -> Mapping[str, Any]:
        try:
            told = client.get(address).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        return told if isinstance(told, dict) else {}

    def _away(self, error: Exception) -> Infrastructure:
        return Infrastructure(f"{self._issuer}: {error}; try again, or sign in with a password")


def _safe(address: str) -> bool:
    """Encrypted, or on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"})
