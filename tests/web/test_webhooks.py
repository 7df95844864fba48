"""Networks calling: signed deliveries are kept once and answered at once, others leave no trace of their content."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from assistant.adapters.channels.webhook import WebhookLink
from assistant.compose import Assistant
from assistant.domain.brand import ChannelPolicy
from assistant.web.app import create_app
from tests.desk_builders import SetClock

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def connected(assistant: Assistant) -> Assistant:
    pack = assistant.pack.model_copy(update={"channels": (ChannelPolicy(name="webhook"),)})
    link = WebhookLink(url="http://127.0.0.1:9/replies", secret=SECRET)
    return replace(assistant, pack=pack, links={"webhook": link})


@pytest.fixture
def hooked(connected: Assistant) -> Iterator[TestClient]:
    settings = connected.settings.model_copy(update={"api_key": SecretStr("open sesame")})
    yield TestClient(create_app(replace(connected, settings=settings)), raise_server_exceptions=False)
    connected.links["webhook"].close()


def _signed(body: bytes, at: datetime, message_id: str = "msg_1") -> dict[str, str]:
    signature = Webhook(SECRET).sign(message_id, at, body.decode())
    return {"webhook-id": message_id, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def _body(external_id: str = "1", text: str = "How big may my bag be?") -> bytes:
    return json.dumps({"type": "mention.created", "data": {"id": external_id, "text": text}}).encode()


def _waiting(assistant: Assistant) -> list[str]:
    with assistant.require_store().read() as look:
        return [mention.text for mention in look.unanswered(brand_id="skylark", limit=10)]


def test_a_signed_delivery_is_kept_and_left_to_the_worker(
    hooked: TestClient, connected: Assistant, clock: SetClock
) -> None:
    body = _body()
    answer = hooked.post("/webhooks/webhook", content=body, headers=_signed(body, clock.now))
    assert (answer.status_code, answer.text) == (200, "ok")
    assert _waiting(connected) == ["How big may my bag be?"]


def test_the_same_delivery_or_post_again_changes_nothing(
    hooked: TestClient, connected: Assistant, clock: SetClock
) -> None:
    body = _body()
    for message_id in ("msg_1", "msg_1", "msg_2"):
        headers = _signed(body, clock.now, message_id)
        assert hooked.post("/webhooks/webhook", content=body, headers=headers).status_code == 200
    assert len(_waiting(connected)) == 1


def test_a_wrong_signature_is_401_and_logged_without_content(
    hooked: TestClient, connected: Assistant, clock: SetClock, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = _signed(_body(), clock.now)
    answer = hooked.post("/webhooks/webhook", content=_body(text="my card is 4111"), headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (401, "SignatureWrong")
    said = capsys.readouterr()
    log = said.out + said.err
    assert "webhook_refused" in log
    assert "4111" not in log
    assert _waiting(connected) == []


def test_a_replay_after_the_window_is_401(hooked: TestClient, clock: SetClock) -> None:
    body = _body()
    headers = _signed(body, clock.now - timedelta(minutes=6))
    assert hooked.post("/webhooks/webhook", content=body, headers=headers).status_code == 401


@pytest.mark.parametrize("body", [b"{}", b"[]", b"\xff", b'{"type": "mention.created", "data": {"id": 7}}', b"null"])
def test_a_signed_delivery_nobody_can_read_is_422(hooked: TestClient, clock: SetClock, body: bytes) -> None:
    if body == b"\xff":
        headers = {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
        assert hooked.post("/webhooks/webhook", content=body, headers=headers).status_code == 401
        return
    answer = hooked.post("/webhooks/webhook", content=body, headers=_signed(body, clock.now))
    assert (answer.status_code, answer.json()["title"]) == (422, "PayloadInvalid")


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("mention.created", {}, "data.text: missing; what somebody wrote, or attachments"),
        ("mention.edited", {}, "data.text: missing; what somebody wrote, or attachments"),
        ("mention.created", {"text": "Hi", "visibility": "secret"}, "data.visibility: Input should be 'public' or"),
    ],
)
def test_a_delivery_that_can_not_be_used_is_refused_with_place_and_reason(
    hooked: TestClient, connected: Assistant, clock: SetClock, kind: str, more: dict[str, str], said: str
) -> None:
    body = json.dumps({"type": kind, "data": {"id": "1", "body": "How big may my bag be?", **more}}).encode()
    answer = hooked.post("/webhooks/webhook", content=body, headers=_signed(body, clock.now))
    assert (answer.status_code, _waiting(connected)) == (422, [])
    assert said in answer.json()["detail"]


def test_an_edit_that_names_no_author_stays_in_the_conversation(
    hooked: TestClient, connected: Assistant, clock: SetClock
) -> None:
    author = {"id": "u1", "handle": "ann", "name": "Ann"}
    first = {"type": "mention.created", "data": {"id": "1", "text": "Small bag?", "author": author}}
    edit = {"type": "mention.edited", "data": {"id": "1", "text": "Big bag?"}}
    for number, told in enumerate((first, edit)):
        body = json.dumps(told).encode()
        assert (
            hooked.post("/webhooks/webhook", content=body, headers=_signed(body, clock.now, str(number))).text == "ok"
        )
    with connected.require_store().read() as look:
        (talk,) = look.conversations(brand_id="skylark", states=(), decisions=(), queue=None, after=None, limit=9)
        newest = look.detail(talk.id).mentions[-1]
    assert (newest.text, newest.author.handle, newest.author.name) == ("Big bag?", "ann", "Ann")


def test_a_channel_without_a_webhook_is_404(hooked: TestClient) -> None:
    assert hooked.post("/webhooks/x", content=b"{}").status_code == 404
    assert hooked.get("/webhooks/webhook").status_code == 403


def test_a_huge_delivery_is_refused_before_it_is_read(hooked: TestClient) -> None:
    assert hooked.post("/webhooks/webhook", content=b"x" * 2_000_001).status_code == 413


def test_other_paths_still_want_the_key(hooked: TestClient) -> None:
    assert hooked.get("/api/conversations").status_code == 401
