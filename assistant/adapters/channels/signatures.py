"""Is a delivery from who it says? One function per scheme, over raw bytes, in constant time, before anything is parsed.

Each takes lower-case headers and returns the delivery's own id; each raises `SignatureWrong` and nothing else, but
for `signed_request`.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from assistant.errors import PayloadInvalid, SettingInvalid, SignatureWrong

WINDOW = timedelta(minutes=5)
"""How far a signed time may be from ours, either way; the Standard Webhooks libraries' own figure."""

Headers = Mapping[str, str]


def standard_webhooks(secret: str, headers: Headers, body: bytes, *, now: datetime) -> str:
    """Standard Webhooks: base64 HMAC-SHA256 over `id.timestamp.body`; several signatures may stand side by side."""
    delivery_id, stamp = _header(headers, "webhook-id"), _header(headers, "webhook-timestamp")
    _in_window(stamp, now)
    signed = b".".join((_bytes(delivery_id), _bytes(stamp), body))
    wanted = base64.b64encode(_hmac(standard_key(secret), signed))
    given = [_bytes(part.partition(",")[2]) for part in _header(headers, "webhook-signature").split(" ")[:10]]
    marked = [part.startswith("v1,") for part in _header(headers, "webhook-signature").split(" ")[:10]]
    matches = [hmac.compare_digest(wanted, one) and version for one, version in zip(given, marked, strict=True)]
    if not any(matches):
        raise SignatureWrong("signature")
    return delivery_id


def standard_key(secret: str) -> bytes:
    """The key behind `whsec_...`. Raises `SettingInvalid`."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError) as broken:
        raise SettingInvalid("the webhook secret isn't base64: copy it again, beginning with whsec_") from broken
    if not key:
        raise SettingInvalid("the webhook secret is empty: set it in the environment")
    return key


def hub_sha256(secret: str, headers: Headers, body: bytes, *, header: str = "x-hub-signature-256") -> str:
    """Meta, WhatsApp and Discourse: `sha256=` and the hexadecimal HMAC of the body. No time is signed."""
    return _plain(f"sha256={_hmac(secret.encode(), body).hex()}", _header(headers, header), body)


def hub_sha1(secret: str, headers: Headers, body: bytes) -> str:
    """Zammad: `sha1=` and the hexadecimal HMAC-SHA1 of the body."""
    wanted = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return _plain(f"sha1={wanted}", _header(headers, "x-hub-signature"), body)


def x_sha256(secret: str, headers: Headers, body: bytes) -> str:
    """X: `sha256=` and the base64 HMAC of the body with the app's consumer secret."""
    return _plain(x_token(secret, body), _header(headers, "x-twitter-webhooks-signature"), body)


def x_token(secret: str, message: bytes) -> str:
    """What X wants for its challenge, and what it signs deliveries with."""
    return f"sha256={base64.b64encode(_hmac(secret.encode(), message)).decode()}"


def chatwoot(secret: str, headers: Headers, body: bytes, *, now: datetime) -> str:
    """Chatwoot: `sha256=` and the hexadecimal HMAC over `timestamp.body`."""
    stamp = _header(headers, "x-chatwoot-timestamp")
    _in_window(stamp, now)
    wanted = f"sha256={_hmac(secret.encode(), _bytes(stamp) + b'.' + body).hex()}"
    digest = _plain(wanted, _header(headers, "x-chatwoot-signature"), body)
    return headers.get("x-chatwoot-delivery") or digest


def zendesk(secret: str, headers: Headers, body: bytes, *, now: datetime) -> str:
    """Zendesk: base64 HMAC over timestamp and body; the time is ISO 8601."""
    stamp = _header(headers, "x-zendesk-webhook-signature-timestamp")
    _in_window(stamp, now)
    wanted = base64.b64encode(_hmac(secret.encode(), _bytes(stamp) + body)).decode()
    digest = _plain(wanted, _header(headers, "x-zendesk-webhook-signature"), body)
    return headers.get("x-zendesk-webhook-invocation-id") or digest


def signed_request(secret: str, body: bytes) -> str:
    """Meta's forms about one person: `signed_request=SIGNATURE.PAYLOAD`, both base64 for URLs; gives the person's id.

    Raises `PayloadInvalid` for what Meta signs but never sends.
    """
    given = parse_qs(body.decode("ascii", "replace"), max_num_fields=20).get("signed_request", [""])[0]
    signature, _, payload = given[:10_000].partition(".")
    wanted = base64.urlsafe_b64encode(_hmac(secret.encode(), _bytes(payload))).rstrip(b"=")
    if not payload or not hmac.compare_digest(wanted, _bytes(signature.rstrip("="))):
        raise SignatureWrong("signature")
    try:
        told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        person, algorithm = str(told["user_id"]), told["algorithm"]
    except (ValueError, KeyError, TypeError):
        raise PayloadInvalid("the signed request names nobody") from None
    if algorithm != "HMAC-SHA256" or not person:
        raise PayloadInvalid("the signed request names nobody, or another algorithm")
    return person


def shared_token(secret: str, headers: Headers, body: bytes, *, header: str) -> str:
    """Telegram and Freshdesk: a secret of ours comes back in a header."""
    return _plain(secret, _header(headers, header), body)


def _plain(wanted: str, given: str, body: bytes) -> str:
    """The body's own digest stands for a delivery without an id."""
    if not hmac.compare_digest(_bytes(wanted), _bytes(given)):
        raise SignatureWrong("signature")
    return hashlib.sha256(body).hexdigest()


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _header(headers: Headers, name: str) -> str:
    value = headers.get(name, "")
    if not value or len(value) > 2_000:
        raise SignatureWrong(f"header {name} missing or too long")
    return value


def _in_window(stamp: str, now: datetime) -> None:
    try:
        if stamp.isascii() and stamp.isdigit():
            at = datetime.fromtimestamp(int(stamp), tz=now.tzinfo)
        else:
            at = datetime.fromisoformat(stamp)
            at = at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
        away = abs(now - at)
    except (ValueError, OverflowError, OSError):
        raise SignatureWrong("time unreadable") from None
    if away > WINDOW:
        raise SignatureWrong("time outside the window")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
