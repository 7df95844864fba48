"""Meta passes on that a person wants to be forgotten or left alone: signed, done at once, and told to them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from assistant.adapters.channels.signatures import signed_request
from assistant.compose import Assistant
from assistant.domain.brand import ChannelPolicy
from assistant.errors import PayloadInvalid, SignatureWrong
from assistant.ports import Hook
from assistant.web.app import create_app
from assistant.workflows.hear import take_delivery
from tests.rigs.meta import ANN, SECRET, MetaRig

pytestmark = pytest.mark.network

WORDS = "my card is 4111111111111111"


def signed(payload: object, secret: str = SECRET) -> bytes:
    told = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=")
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()).rstrip(b"=")
    return urlencode({"signed_request": f"{signature.decode()}.{told.decode()}"}).encode()


ASKED = {"user_id": ANN, "algorithm": "HMAC-SHA256", "issued_at": 1_796_000_000}


class Connected:
    """Two channels of one app, on each of which Ann wrote."""

    def __init__(self, assistant: Assistant) -> None:
        self.rigs = {"facebook": MetaRig("facebook"), "messenger": MetaRig("messenger")}
        pack = assistant.pack.model_copy(update={"channels": tuple(ChannelPolicy(name=name) for name in self.rigs)})
        links = {name: rig.link for name, rig in self.rigs.items()}
        self.assistant = replace(assistant, pack=pack, links=links)
        self.client = TestClient(create_app(self.assistant), raise_server_exceptions=False)
        for name, rig in self.rigs.items():
            rig.say(WORDS)
            (delivery,) = rig.deliveries()
            hook: object = rig.link
            assert isinstance(hook, Hook)
            take_delivery(
                hook.parse(delivery.body),
                delivery_id=name,
                channel=name,
                store=assistant.require_store(),
                pack=pack,
                clock=assistant.clock,
            )

    def texts(self) -> set[str]:
        with self.assistant.require_store().read() as look:
            return {mention.text for mention in look.unanswered(brand_id="skylark", limit=9)}

    def post(self, path: str, body: bytes) -> tuple[int, str]:
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.client.post(f"/webhooks/{path}", content=body, headers=form)
        return answer.status_code, answer.text


@pytest.fixture
def connected(assistant: Assistant) -> Iterator[Connected]:
    connected = Connected(assistant)
    yield connected
    for rig in connected.rigs.values():
        rig.link.close()
        rig.server.close()


def test_a_person_is_forgotten_on_every_channel_of_the_app_and_can_look_it_up(connected: Connected) -> None:
    assert connected.texts() == {WORDS}
    status, said = connected.post("facebook/deletion", signed(ASKED))
    told = json.loads(said)
    assert (status, sorted(told)) == (200, ["confirmation_code", "url"])
    assert connected.texts() == {""}
    page = connected.client.get(urlsplit(told["url"]).path)
    assert (page.status_code, told["confirmation_code"] in page.text) == (200, True)
    assert json.loads(connected.post("facebook/deletion", signed(ASKED))[1]) == told
    assert connected.client.get("/webhooks/facebook/deletion/guessed").status_code == 404


def test_a_person_who_took_the_apps_rights_back_is_answered_by_no_machine(connected: Connected) -> None:
    assert connected.post("messenger/deauthorisation", signed(ASKED)) == (200, "ok")
    assert connected.texts() == {WORDS}
    with connected.assistant.require_store().read() as look:
        assert [look.opted_out("skylark", name, ANN) for name in connected.rigs] == [True, True]


@pytest.mark.parametrize("path", ["facebook/deletion", "facebook/deauthorisation"])
def test_what_is_not_signed_is_401_and_logged_without_content(
    path: str, connected: Connected, capsys: pytest.CaptureFixture[str]
) -> None:
    for body in (signed(ASKED, secret="guessed"), b"", b"signed_request=", b"signed_request=a.b", b"\xff=\xfe"):
        assert connected.post(path, body)[0] == 401
    said = capsys.readouterr()
    assert "webhook_refused" in said.out + said.err
    assert ANN not in said.out + said.err
    assert connected.post(path, signed({"user_id": ANN}))[0] == 422
    assert connected.post("x/deletion", signed(ASKED))[0] == 404
    assert connected.texts() == {WORDS}


@given(body=st.binary(max_size=200) | st.builds(lambda text: f"signed_request={text}".encode(), st.text(max_size=80)))
def test_no_form_is_ever_an_error_of_ours(body: bytes) -> None:
    with pytest.raises(SignatureWrong):
        signed_request(SECRET, body)


@given(payload=st.recursive(st.none() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3)))
def test_what_meta_signs_and_never_sends_is_named(payload: object) -> None:
    with pytest.raises(PayloadInvalid):
        signed_request(SECRET, signed(payload))
