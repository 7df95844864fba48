"""Every network that calls us: a good signature is 200, anything else 401, and no log line holds what was sent."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.adapters.channels.telegram import Telegram
from assistant.compose import Assistant, utc_now
from assistant.domain.beside import Place
from assistant.domain.brand import ChannelPolicy
from assistant.ports import Hook
from assistant.web.app import create_app
from tests.rigs.discourse import DiscourseRig
from tests.rigs.help_desks import ChatwootRig, ZammadRig, ZendeskRig
from tests.rigs.http_server import ServedRig
from tests.rigs.meta import MetaRig
from tests.rigs.rig import Delivery, Rig
from tests.rigs.telegram import TelegramRig
from tests.rigs.threads import ThreadsRig
from tests.rigs.webhook import WebhookRig
from tests.rigs.x import XRig

pytestmark = pytest.mark.network

CARD = "my card is 4111111111111111"


class CalledTelegramRig(TelegramRig):
    """Telegram with a webhook set."""

    def __init__(self) -> None:
        super().__init__()
        self.link = Telegram(token="T:oken", secret="s", server=self.server.url)

    def deliveries(self) -> list[Delivery]:
        sender = {"id": 2, "first_name": "Ann"}
        message = {"message_id": 9, "date": 1, "text": CARD, "chat": {"id": 5, "type": "private"}, "from": sender}
        body = json.dumps({"update_id": 4, "message": message}).encode()
        return [Delivery({"x-telegram-bot-api-secret-token": "s"}, body)]


RIGS: list[Callable[[], Rig]] = [
    CalledTelegramRig,
    lambda: ChatwootRig(Place.TIER_ONE),
    DiscourseRig,
    lambda: MetaRig("facebook"),
    lambda: MetaRig("instagram"),
    lambda: MetaRig("messenger"),
    lambda: MetaRig("whatsapp"),
    ThreadsRig,
    WebhookRig,
    XRig,
    lambda: ZammadRig(Place.TIER_ONE),
    lambda: ZendeskRig(Place.TIER_ONE),
]


class Called:
    """One network that calls, and the address it calls."""

    def __init__(self, rig: Rig, assistant: Assistant) -> None:
        name = rig.link.kind
        pack = assistant.pack.model_copy(update={"channels": (ChannelPolicy(name=name),)})
        given = assistant.settings.model_copy(update={"api_key": SecretStr("open sesame")})
        here = replace(assistant, pack=pack, links={name: rig.link}, clock=utc_now, settings=given)
        self.client = TestClient(create_app(here), raise_server_exceptions=False)
        self.path = f"/webhooks/{name}"
        rig.say(CARD)
        (self.delivery,) = rig.deliveries()

    def status(self, headers: dict[str, str], body: bytes) -> int:
        return self.client.post(self.path, content=body, headers=headers).status_code


@pytest.fixture(params=RIGS)
def called(request: pytest.FixtureRequest, assistant: Assistant) -> Iterator[Called]:
    rig: Rig = request.param()
    assert isinstance(rig, ServedRig)
    assert isinstance(rig.link, Hook)
    yield Called(rig, assistant)
    rig.link.close()
    rig.server.close()


def test_only_what_is_signed_gets_in(called: Called, capsys: pytest.CaptureFixture[str]) -> None:
    headers, body = dict(called.delivery.headers), called.delivery.body
    signed = [name for name in headers if "signature" in name or "token" in name]
    assert signed
    for name in signed:
        assert called.status({**headers, name: headers[name][:-4] + "AAAA"}, body) == 401
        assert called.status({key: value for key, value in headers.items() if key != name}, body) == 401
    if "x-telegram-bot-api-secret-token" not in headers:  # the one scheme that doesn't sign the body
        assert called.status(headers, body.replace(b"4111", b"4112")) == 401
    said = capsys.readouterr()
    log = said.out + said.err
    assert "webhook_refused" in log
    assert "4111" not in log
    assert "4112" not in log
    assert (called.status(headers, body), called.status(headers, body)) == (200, 200)
    assert "4111" not in "".join(capsys.readouterr())


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_header_and_no_body_is_ever_an_error_of_ours(called: Called, data: st.DataObject) -> None:
    headers = dict(called.delivery.headers)
    printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80)
    changed = {name: data.draw(printable) for name in data.draw(st.sets(st.sampled_from(sorted(headers)), min_size=1))}
    body = data.draw(st.sampled_from([called.delivery.body, b"", b"{}", b"\xff\x00"]) | st.binary(max_size=60))
    if any(value != headers[name] for name, value in changed.items()):
        assert called.status({**headers, **changed}, body) in {401, 422} | ({200} if _unsigned(changed) else set())


def _unsigned(changed: dict[str, str]) -> bool:
    """Only headers that no scheme signs were changed: numbers and names of a delivery."""
    return not any("signature" in name or "token" in name or "timestamp" in name for name in changed)


def test_a_network_that_cannot_be_asked_who_we_are_calls_again(assistant: Assistant) -> None:
    rig = CalledTelegramRig()
    called = Called(rig, assistant)
    rig.away()
    assert called.status(dict(called.delivery.headers), called.delivery.body) == 503
    rig.back()
    assert called.status(dict(called.delivery.headers), called.delivery.body) == 200
    with assistant.require_store().read() as look:
        assert [mention.text for mention in look.unanswered(brand_id="skylark", limit=9)] == [CARD]
    rig.link.close()
    rig.server.close()
