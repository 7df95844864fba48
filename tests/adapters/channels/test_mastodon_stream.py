"""Mastodon's stream wakes the look-up: at once, after a break again, and nothing is missed without it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.domain.incoming import Batch, Mentioned
from tests.rigs.mastodon import MastodonRig
from tests.rigs.mastodon_stream import StreamServer

pytestmark = pytest.mark.network

LONG_S = 30.0
"""Longer than any test may take: whoever waits to the end was not woken."""


@pytest.fixture
def stream() -> Iterator[StreamServer]:
    server = StreamServer()
    yield server
    server.close()


@pytest.fixture
def rig(stream: StreamServer) -> Iterator[MastodonRig]:
    rig = MastodonRig()
    rig.streaming = stream.url
    yield rig
    rig.link.close()
    rig.server.close()


def _ids(batch: Batch) -> list[str]:
    return [event.post.external_id for event in batch.events if isinstance(event, Mentioned)]


def test_news_is_told_at_once_and_after_a_break_again(rig: MastodonRig, stream: StreamServer) -> None:
    cursor = rig.link.read("").cursor
    with ThreadPoolExecutor(1) as elsewhere:
        first = rig.link.read(cursor, wait_s=LONG_S)
        assert (_ids(first), stream.connected.wait(LONG_S), rig.link.poll_s) == ([], True, 0.0)
        waiting = elsewhere.submit(rig.link.read, first.cursor, wait_s=LONG_S)
        said = rig.say("Where is my dog?")
        stream.tell()
        second = waiting.result(timeout=LONG_S / 2)
        assert _ids(second) == [said]
        waiting = elsewhere.submit(rig.link.read, second.cursor, wait_s=LONG_S)
        stream.drop()
        assert _ids(waiting.result(timeout=LONG_S / 2)) == []
    assert stream.asked == [("/api/v1/streaming?stream=user:notification", "Bearer t")]


def test_what_is_said_while_the_stream_is_cut_off_is_looked_up(rig: MastodonRig, stream: StreamServer) -> None:
    cursor = rig.link.read("").cursor
    cursor = rig.link.read(cursor, wait_s=LONG_S).cursor
    stream.drop()
    said = rig.say("Where is my dog?")  # nobody is told
    assert _ids(rig.link.read(cursor, wait_s=LONG_S)) == [said]


def test_a_server_without_a_stream_is_looked_at_without_waiting(rig: MastodonRig, stream: StreamServer) -> None:
    stream.close()
    cursor = rig.link.read("").cursor
    assert _ids(rig.link.read(cursor, wait_s=LONG_S)) == []
    said = rig.say("Where is my dog?")
    assert _ids(rig.link.read(cursor, wait_s=LONG_S)) == [said]
    assert rig.link.poll_s > 0


@pytest.mark.parametrize(("streams", "ok"), [(True, True), (False, None)])
def test_a_check_says_whether_the_server_streams(
    rig: MastodonRig, stream: StreamServer, streams: bool, ok: bool | None
) -> None:
    if not streams:
        stream.close()
    assert {probe.what: probe.ok for probe in rig.link.check()}["stream"] is ok
