"""Listening goes on through absence, keeps its place in the store, and stops when told."""

import asyncio
import time
from collections.abc import Callable

import pytest

from assistant.compose import utc_now
from assistant.workflows.hear import connect, listen_forever
from tests.contract.channel_promises import Desk
from tests.rigs.telegram import TelegramRig

pytestmark = pytest.mark.network


def _until(there: Callable[[], bool]) -> None:
    latest = time.monotonic() + 30
    while not there():
        assert time.monotonic() < latest
        time.sleep(0.02)


async def test_listening_survives_an_absence_and_stops_when_told() -> None:
    rig = TelegramRig()
    desk = await asyncio.to_thread(Desk, rig)
    stop = asyncio.Event()
    rig.away()
    rig.say("Where is my dog?")
    listening = asyncio.create_task(
        listen_forever(rig.link, channel="telegram", store=desk.store, pack=desk.pack, clock=utc_now, stop=stop)
    )
    await asyncio.to_thread(_until, lambda: rig.server.turned_away > 0)
    rig.back()
    await asyncio.to_thread(_until, lambda: bool(desk.mentions()))
    stop.set()
    await listening
    assert [mention.text for mention in desk.mentions()] == ["Where is my dog?"]
    desk.store.close()
    rig.link.close()
    rig.server.close()


def test_a_channel_keeps_its_place_unless_it_changes_its_network() -> None:
    rig = TelegramRig()
    desk = Desk(rig)
    rig.say("Where is my dog?")
    desk.hear()
    for kind, approval, kept in (("telegram", "yes", True), ("webhook", "", False)):
        connect(desk.store, channel="telegram", kind=kind, approval=approval, brand_id="skylark", clock=utc_now)
        with desk.store.read() as look:
            state = look.channel_state("skylark", "telegram")
        assert state is not None
        assert (bool(state.cursor), state.approval) == (kept, approval)
    desk.store.close()
    rig.link.close()
    rig.server.close()
