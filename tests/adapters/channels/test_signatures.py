"""Every signature scheme: what the network signs is taken, anything else is refused, whatever it is."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from assistant.adapters.channels import signatures
from assistant.errors import SettingInvalid, SignatureWrong
from tests.desk_builders import NOW

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = SECRET.encode()
STAMP = str(int(NOW.timestamp()))
Headers = Mapping[str, str]


class Scheme(NamedTuple):
    """How the network signs, written down independently, and how we verify."""

    sign: Callable[[bytes], Headers]
    verify: Callable[[Headers, bytes, datetime], str]
    timed: bool


def _hex(message: bytes, digest: str = "sha256") -> str:
    return hmac.new(KEY, message, digest).hexdigest()


def _b64(message: bytes) -> str:
    return base64.b64encode(hmac.new(KEY, message, hashlib.sha256).digest()).decode()


def _standard(body: bytes) -> Headers:
    signature = Webhook(SECRET).sign("msg_1", NOW, body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": STAMP, "webhook-signature": signature}


ISO = NOW.isoformat()
SCHEMES: Mapping[str, Scheme] = {
    "standard": Scheme(_standard, lambda h, b, now: signatures.standard_webhooks(SECRET, h, b, now=now), timed=True),
    "meta": Scheme(
        lambda body: {"x-hub-signature-256": f"sha256={_hex(body)}"},
        lambda h, b, now: signatures.hub_sha256(SECRET, h, b),
        timed=False,
    ),
    "discourse": Scheme(
        lambda body: {"x-discourse-event-signature": f"sha256={_hex(body)}"},
        lambda h, b, now: signatures.hub_sha256(SECRET, h, b, header="x-discourse-event-signature"),
        timed=False,
    ),
    "zammad": Scheme(
        lambda body: {"x-hub-signature": f"sha1={_hex(body, 'sha1')}"},
        lambda h, b, now: signatures.hub_sha1(SECRET, h, b),
        timed=False,
    ),
    "x": Scheme(
        lambda body: {"x-twitter-webhooks-signature": f"sha256={_b64(body)}"},
        lambda h, b, now: signatures.x_sha256(SECRET, h, b),
        timed=False,
    ),
    "chatwoot": Scheme(
        lambda body: {
            "x-chatwoot-timestamp": STAMP,
            "x-chatwoot-signature": f"sha256={_hex(STAMP.encode() + b'.' + body)}",
            "x-chatwoot-delivery": "d-1",
        },
        lambda h, b, now: signatures.chatwoot(SECRET, h, b, now=now),
        timed=True,
    ),
    "zendesk": Scheme(
        lambda body: {
            "x-zendesk-webhook-signature-timestamp": ISO,
            "x-zendesk-webhook-signature": _b64(ISO.encode() + body),
        },
        lambda h, b, now: signatures.zendesk(SECRET, h, b, now=now),
        timed=True,
    ),
    "token": Scheme(
        lambda body: {"x-telegram-bot-api-secret-token": SECRET},
        lambda h, b, now: signatures.shared_token(SECRET, h, b, header="x-telegram-bot-api-secret-token"),
        timed=False,
    ),
}
every_scheme = pytest.mark.parametrize("name", SCHEMES)
signed_bodies = [name for name in SCHEMES if name != "token"]
BODY = '{"text": "naïve 🧳"}'.encode()


@every_scheme
def test_what_the_network_signs_is_taken(name: str) -> None:
    scheme = SCHEMES[name]
    delivery_id = scheme.verify(scheme.sign(BODY), BODY, NOW)
    assert delivery_id
    assert delivery_id == scheme.verify(scheme.sign(BODY), BODY, NOW)


@pytest.mark.parametrize("name", signed_bodies)
@given(place=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_one_bit_of_the_body_breaks_it(name: str, place: int, bit: int) -> None:
    scheme = SCHEMES[name]
    changed = BODY[:place] + bytes([BODY[place] ^ (1 << bit)]) + BODY[place + 1 :]
    with pytest.raises(SignatureWrong):
        scheme.verify(scheme.sign(BODY), changed, NOW)


@every_scheme
@given(data=st.data())
def test_headers_of_any_kind_are_refused_and_never_crash(name: str, data: st.DataObject) -> None:
    scheme = SCHEMES[name]
    good = scheme.sign(BODY)
    victim = data.draw(st.sampled_from([header for header in good if header != "x-chatwoot-delivery"]))
    value = data.draw(st.one_of(st.text(), st.from_regex(r"v1,[A-Za-z0-9=+/]*( v1,\w*)*|sha256=\w*|-?\d{1,400}")))
    if value == good[victim]:
        return
    with pytest.raises(SignatureWrong):
        scheme.verify({**good, victim: value}, BODY, NOW)


@every_scheme
@given(body=st.binary())
def test_a_body_without_headers_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(SignatureWrong):
        SCHEMES[name].verify({}, body, NOW)


@pytest.mark.parametrize("name", [name for name in SCHEMES if SCHEMES[name].timed])
def test_an_old_or_early_delivery_is_refused(name: str) -> None:
    scheme = SCHEMES[name]
    headers = scheme.sign(BODY)
    edge = signatures.WINDOW
    for away in (edge, -edge):
        scheme.verify(headers, BODY, NOW + away)
    for away in (edge + timedelta(seconds=1), -edge - timedelta(seconds=1)):
        with pytest.raises(SignatureWrong, match="window"):
            scheme.verify(headers, BODY, NOW + away)


def test_of_several_signatures_one_must_hold() -> None:
    headers = dict(_standard(BODY))
    headers["webhook-signature"] = f"v1,aGVsbG8= v2,x {headers['webhook-signature']}"
    assert signatures.standard_webhooks(SECRET, headers, BODY, now=NOW) == "msg_1"
    headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v9,")
    with pytest.raises(SignatureWrong):
        signatures.standard_webhooks(SECRET, headers, BODY, now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_Ä", "whsec_a"])
def test_a_secret_that_is_none_is_named(secret: str) -> None:
    with pytest.raises(SettingInvalid, match="webhook secret"):
        signatures.standard_key(secret)


def test_x_answers_its_challenge_as_documented() -> None:
    token = signatures.x_token("secret", b"token")
    wanted = base64.b64encode(hmac.new(b"secret", b"token", hashlib.sha256).digest()).decode()
    assert token == f"sha256={wanted}"
    assert datetime.fromtimestamp(int(STAMP), UTC) == NOW
