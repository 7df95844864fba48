"""What `assistant channel check` says of webhooks: the network's word, else the last signed call."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assistant.compose import utc_now
from assistant.compose.channel_check import probes_of
from assistant.domain.incoming import Probe
from assistant.ports import Link
from tests.contract.channel_promises import QUESTION, Desk
from tests.rigs.discourse import DiscourseRig
from tests.rigs.http_server import ServedRig
from tests.rigs.rig import Rig
from tests.rigs.threads import ThreadsRig
from tests.rigs.x import ME, XRig

pytestmark = pytest.mark.network


@contextmanager
def linked(rig: Rig) -> Iterator[Link]:
    assert isinstance(rig, ServedRig)
    yield rig.link
    rig.link.close()
    rig.server.close()


@pytest.mark.parametrize(
    ("hooks", "subscribed", "ok", "said"),
    [
        ([("https://care.test/webhooks/x", True)], [ME], True, "the account is subscribed"),
        ([("https://care.test/webhooks/x", True)], ["99"], False, "isn't subscribed"),
        ([("https://care.test/webhooks/x", False)], [ME], False, "X calls no more"),
        ([("https://other.test/hook", True)], [ME], False, "register one"),
    ],
)
def test_x_is_asked_whether_it_calls(hooks: list[tuple[str, bool]], subscribed: list[str], ok: bool, said: str) -> None:
    rig = XRig(app_token="app")
    rig.hooks = [{"id": "7", "url": url, "valid": valid} for url, valid in hooks]
    rig.subscribed = subscribed
    with linked(rig) as link:
        (told,) = [probe for probe in link.check() if probe.what == "webhook"]
    assert (told.ok, said in told.detail) == (ok, True)
    assert {asked.headers["authorization"] for asked in rig.server.asked if "webhooks" in asked.path} == {"Bearer app"}


def test_without_the_apps_token_x_is_not_asked() -> None:
    with linked(XRig()) as link:
        (told,) = [probe for probe in link.check() if probe.what == "webhook"]
    assert (told.ok, "app_token" in told.detail) == (None, True)


@pytest.mark.parametrize(
    ("hook", "ok"),
    [
        ({"payload_url": "https://care.test/webhooks/forum", "active": True, "last_delivery_status": 3}, True),
        ({"payload_url": "https://care.test/webhooks/forum", "active": True, "last_delivery_status": 2}, False),
        ({"payload_url": "https://care.test/webhooks/forum", "active": False, "last_delivery_status": 3}, False),
        ({"payload_url": "https://other.test/hook", "active": True, "last_delivery_status": 3}, False),
        (None, None),
    ],
)
def test_a_forum_tells_admins_whether_it_calls(hook: dict[str, object] | None, ok: bool | None) -> None:
    rig = DiscourseRig()
    rig.hooks = [hook] if hook else None
    with linked(rig) as link:
        assert {probe.what: probe.ok for probe in link.check()}["webhook"] is ok


def test_the_last_signed_call_proves_a_webhook_nobody_can_be_asked_about() -> None:
    rig = ThreadsRig()
    with linked(rig):
        desk = Desk(rig)
        (before,) = _webhook(desk)
        assert (before.ok, "write to the account" in before.detail) == (None, True)
        rig.say(QUESTION)
        desk.hear()
        (after,) = _webhook(desk)
        assert (after.ok, "last signed call came in just now" in after.detail) == (True, True)
        desk.store.close()


def _webhook(desk: Desk) -> list[Probe]:
    with desk.store.read() as look:
        probes = probes_of(desk.rig.link, desk.pack.channels[0], look=look, brand_id="skylark", at=utc_now())
    return [probe for probe in probes if probe.what == "webhook"]
