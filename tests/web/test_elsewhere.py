"""Sign-in with a provider: who it names is let in where the desk knows them, and nothing forged is believed."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.web.app import create_app
from tests.builders import QuickPasswords
from tests.desk_builders import NOW
from tests.rigs.oidc import CLIENT, SECRET, Provider
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.network


@pytest.fixture
def provider() -> Iterator[Provider]:
    served = Provider()
    yield served
    served.close()


@pytest.fixture
def client(assistant: Assistant, provider: Provider) -> TestClient:
    with assistant.require_store().begin() as tx:
        add_agent(tx, name="Ana", role=Role.AGENT, queues=(), password=PASSWORD, passwords=QuickPasswords(), at=NOW)
    changed = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    wired = replace(assistant, settings=assistant.settings.model_copy(update=changed))
    return TestClient(create_app(wired), base_url="http://localhost", follow_redirects=False)


def returned(client: TestClient, *, target: str = "/queue/mine") -> str:
    """The address the provider sends the browser back to."""
    out = client.get("/login/elsewhere", params={"next": target})
    assert out.status_code == 303, out.text
    sent = httpx.get(out.headers["location"])
    assert sent.status_code == 302
    return str(sent.headers["location"])


def test_who_the_provider_names_is_let_in(client: TestClient) -> None:
    assert "Sign in with your company account" in client.get("/login").text
    back = returned(client)
    done = client.get(back)
    assert (done.status_code, done.headers["location"]) == (303, "/queue/mine")
    assert "Ana" in client.get("/queue/mine").text
    assert client.get(back).status_code == 403  # a code and a cookie count once


def test_a_return_that_was_not_begun_here_is_refused(client: TestClient) -> None:
    back = returned(client)
    parts = urlsplit(back)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    for changed in ({"state": "forged"}, {"code": "guessed"}, {"code": ""}):
        client.cookies.clear()
        back = returned(client)
        given = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        refused = client.get(f"{parts.path}?{urlencode({**given, **changed})}")
        assert refused.status_code == 403
        assert client.get("/queue/mine").status_code == 303
    client.cookies.clear()
    assert client.get(f"{parts.path}?{urlencode(query)}").status_code == 403
    client.cookies.set("assistant_begun", "nonsense")
    assert client.get(f"{parts.path}?{urlencode(query)}").status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"nonce": "of another sign-in"},
        {"email_verified": False},
        {"email": ""},
        {"email": "Nobody here"},
        {"aud": [CLIENT, "another"], "azp": "another"},
    ],
)
def test_a_token_that_does_not_hold_is_refused(
    client: TestClient, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    refused = client.get(returned(client))
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    assert client.get("/queue/mine").status_code == 303


def test_a_foreign_signature_is_refused(client: TestClient, provider: Provider) -> None:
    provider.signer = RSAKey.generate_key(2048, {"kid": "one"})
    assert client.get(returned(client)).status_code == 403
    provider.signer, provider.algorithm = OctKey.import_key(SECRET), "HS256"
    assert client.get(returned(client)).status_code == 403


def test_nobody_is_led_astray(client: TestClient) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        client.cookies.clear()
        assert client.get(returned(client, target=target)).headers["location"] == "/"


def test_a_provider_that_is_away_leaves_the_password(client: TestClient, provider: Provider) -> None:
    provider.server.absent = True
    out = client.get("/login/elsewhere")
    assert out.status_code == 503
    assert "sign in with a password" in out.text
    assert client.post("/login", data={"name": "Ana", "password": PASSWORD}).status_code == 303


def test_without_a_provider_there_is_none(assistant: Assistant) -> None:
    plain = TestClient(create_app(assistant))
    assert "company account" not in plain.get("/login").text
    assert plain.get("/login/elsewhere").status_code == 404
