"""Access tokens that end after an hour or two: renewed before they do, and once more where a network refuses one.

Some networks hand out a new refresh token with every access token and never take the old one again. What was handed out
last is therefore kept in a file of the data folder, readable by its owner only, under a lock that all processes share.
"""

import fcntl
import json
import os
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from assistant.adapters.channels.http import DEADLINE_S, read_json
from assistant.domain.incoming import Probe
from assistant.errors import ChannelRefusesKey, ChannelUnavailable

EARLY_S = 60
"""A token is renewed so long before its end."""


class Bearer(httpx.Auth):
    """A token that lasts."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Renewed(httpx.Auth):
    """Tokens for a refresh token. `kept` is the file for what was handed out last; `agent` the User-Agent to send;
    `basic`: the client's secret goes into a header, else into the form.

    Where the operator sets another refresh token than the kept state came from, the operator's counts.
    """

    def __init__(
        self,
        what: str,
        url: str,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        kept: Path,
        clock: Callable[[], datetime],
        agent: str = "",
        basic: bool = True,
    ) -> None:
        self._what = what
        self._url = url
        self._client_id = client_id
        self._client_secret = client_secret
        self._given = refresh_token
        self._kept = kept
        self._clock = clock
        self._basic = basic
        self._agent = {"User-Agent": agent} if agent else {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self.token(refused=token)}"
            yield request

    def token(self, *, refused: str = "") -> str:
        """An access token that isn't `refused` and doesn't end within a minute. Raises `ChannelUnavailable`."""
        with self._locked():
            state = self._state()
            now = self._clock().timestamp()
            if state.get("access") not in {None, refused} and float(str(state["until"])) - EARLY_S > now:
                return str(state["access"])
            told = self._ask(str(state.get("refresh") or self._given))
            fresh_access = str(told["access_token"])
            fresh = {
                "given": self._given,
                "access": fresh_access,
                "refresh": str(told.get("refresh_token") or state.get("refresh") or self._given),
                "until": now + float(str(told.get("expires_in") or 3600)),
                "scope": str(told.get("scope", "")),
            }
            self._keep(fresh)
            return fresh_access

    def scopes(self) -> frozenset[str]:
        """What the last token may do, as far as the network said."""
        return frozenset(str(self._state().get("scope", "")).replace(",", " ").split())

    def _ask(self, refresh_token: str) -> Mapping[str, object]:
        asked = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": self._client_id}
        basic = (self._client_id, self._client_secret) if self._client_secret and self._basic else None
        if self._client_secret and not self._basic:
            asked["client_secret"] = self._client_secret
        try:
            answer = httpx.post(self._url, data=asked, auth=basic, headers=self._agent, timeout=DEADLINE_S)
        except httpx.HTTPError as broken:
            raise ChannelUnavailable(
                f"{self._what} can't be reached for a new token: {type(broken).__name__} (tried again later)"
            ) from broken
        if 400 <= answer.status_code < 500 and answer.status_code != 429:
            raise ChannelRefusesKey(
                f"{self._what} refuses the refresh token with {answer.status_code}: sign the account in again"
            )
        told = read_json(self._what, answer) if answer.is_success else None
        if not isinstance(told, dict) or "access_token" not in told:
            raise ChannelUnavailable(f"{self._what} gives no token ({answer.status_code}); tried again later")
        return told

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        with self._kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _state(self) -> Mapping[str, object]:
        try:
            state = json.loads(self._kept.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) and state.get("given") == self._given else {}

    def _keep(self, state: Mapping[str, object]) -> None:
        """Whole or not at all: a half-written refresh token would lock the account out."""
        draft = self._kept.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(state, out)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._kept)


def scopes_probe(auth: httpx.Auth, needed: Collection[str]) -> Probe:
    """Whether a renewed token may do what the channel needs; a token that lasts doesn't say."""
    has = auth.scopes() if isinstance(auth, Renewed) else frozenset()
    if not has:
        return Probe(what="scopes", ok=None, detail=f"the token doesn't tell; needed: {', '.join(sorted(needed))}")
    missing = sorted(set(needed) - has) if "*" not in has else []
    return Probe(what="scopes", ok=not missing, detail=f"missing: {', '.join(missing)}" if missing else "all there")
