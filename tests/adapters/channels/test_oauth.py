"""Tokens that end: renewed in time, once more where they are refused, and kept for the next process."""

import json
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from assistant.adapters.channels.http import Api
from assistant.adapters.channels.oauth import Bearer, Renewed, scopes_probe
from assistant.errors import ChannelRefusesKey, ChannelUnavailable
from tests.desk_builders import NOW
from tests.rigs.http_server import Answer, Asked, HttpServer

pytestmark = pytest.mark.network


class TokenServer:
    """Hands out an access token for a refresh token, which it takes only once."""

    def __init__(self) -> None:
        self.server = HttpServer({"POST /token": self._renew, "GET /me": self._me})
        self.refresh, self.access, self.renewals = "r0", "a0", 0
        self.basic, self.secret = "", ""

    def _renew(self, asked: Asked) -> Answer:
        assert asked.form["grant_type"] == "refresh_token"
        self.basic = asked.headers.get("authorization", "")
        self.secret = str(asked.form.get("client_secret", ""))
        if asked.form["refresh_token"] != self.refresh:
            return Answer({"error": "invalid_grant"}, 400)
        self.renewals += 1
        self.refresh, self.access = f"r{self.renewals}", f"a{self.renewals}"
        told = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 7200, "scope": "one two"}
        return Answer(told)

    def _me(self, asked: Asked) -> Answer:
        if asked.headers["authorization"] != f"Bearer {self.access}":
            return Answer({"error": "invalid_token"}, 401)
        return Answer({"name": "skylark"})


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    one = TokenServer()
    yield one
    one.server.close()


def renewed(tokens: TokenServer, kept: Path, *, at: datetime = NOW, given: str = "r0", public: bool = False) -> Renewed:
    url = f"{tokens.server.url}/token"
    return Renewed(
        "X", url, client_id="c", client_secret="" if public else "s", refresh_token=given, kept=kept, clock=lambda: at
    )


def asked_with(tokens: TokenServer, auth: httpx.Auth) -> object:
    api = Api("X", tokens.server.url, auth=auth)
    try:
        return api.get("/me")
    finally:
        api.close()


def test_a_token_is_fetched_once_and_kept_for_the_next_process(tokens: TokenServer, tmp_path: Path) -> None:
    kept = tmp_path / "tokens" / "x.json"
    for _ in range(2):
        assert asked_with(tokens, renewed(tokens, kept)) == {"name": "skylark"}
    assert tokens.renewals == 1
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert renewed(tokens, kept).scopes() == {"one", "two"}
    assert scopes_probe(renewed(tokens, kept), {"one"}).ok is True
    assert scopes_probe(renewed(tokens, kept), {"one", "three"}).detail == "missing: three"
    assert scopes_probe(Bearer("t"), {"one"}).ok is None
    assert tokens.basic.startswith("Basic ")


def test_a_token_about_to_end_is_renewed_with_the_newest_refresh_token(tokens: TokenServer, tmp_path: Path) -> None:
    kept = tmp_path / "x.json"
    assert renewed(tokens, kept).token() == "a1"
    assert renewed(tokens, kept, at=NOW + timedelta(seconds=7139)).token() == "a1"
    assert renewed(tokens, kept, at=NOW + timedelta(seconds=7140)).token() == "a2"


def test_a_refused_token_is_renewed_once_and_the_call_made_again(tokens: TokenServer, tmp_path: Path) -> None:
    auth = renewed(tokens, tmp_path / "x.json")
    auth.token()
    tokens.access = "withdrawn"
    assert asked_with(tokens, auth) == {"name": "skylark"}
    assert tokens.renewals == 2


def test_many_threads_renew_once(tokens: TokenServer, tmp_path: Path) -> None:
    kept, found = tmp_path / "x.json", list[str]()
    threads = [threading.Thread(target=lambda: found.append(renewed(tokens, kept).token())) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (found, tokens.renewals) == (["a1"] * 8, 1)


def test_another_refresh_token_of_the_operator_counts_more_than_the_kept_one(
    tokens: TokenServer, tmp_path: Path
) -> None:
    kept = tmp_path / "x.json"
    renewed(tokens, kept).token()
    tokens.refresh = "signed in again"
    assert renewed(tokens, kept, given="signed in again").token() == "a2"


def test_a_refused_refresh_token_asks_for_a_new_sign_in(tokens: TokenServer, tmp_path: Path) -> None:
    with pytest.raises(ChannelRefusesKey, match="sign the account in again"):
        asked_with(tokens, renewed(tokens, tmp_path / "x.json", given="old"))


def test_a_broken_file_and_an_absent_server_lose_nothing(tokens: TokenServer, tmp_path: Path) -> None:
    kept = tmp_path / "x.json"
    kept.write_text('{"given": "r0", "acc')
    tokens.server.absent = True
    with pytest.raises(ChannelUnavailable, match="can't be reached for a new token"):
        renewed(tokens, kept).token()
    tokens.server.absent = False
    assert renewed(tokens, kept).token() == "a1"
    assert json.loads(kept.read_text())["refresh"] == "r1"


def test_an_answer_without_a_token_is_named(tokens: TokenServer, tmp_path: Path) -> None:
    tokens.server.refusal = Answer({"ok": True})
    with pytest.raises(ChannelUnavailable, match="gives no token"):
        renewed(tokens, tmp_path / "x.json", public=True).token()


def test_a_secret_goes_into_the_header_or_into_the_form(tokens: TokenServer, tmp_path: Path) -> None:
    renewed(tokens, tmp_path / "header.json").token()
    assert (tokens.basic.startswith("Basic "), tokens.secret) == (True, "")
    tokens.refresh = "r0"
    kept, url = tmp_path / "form.json", f"{tokens.server.url}/token"
    Renewed(
        "Google",
        url,
        client_id="c",
        client_secret="s",
        refresh_token="r0",
        kept=kept,
        clock=lambda: NOW,
        basic=False,
    ).token()
    assert (tokens.basic, tokens.secret) == ("", "s")
