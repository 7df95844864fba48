"""What an answer's headers and status tell: how many calls are left, and whether something is gone."""

from collections.abc import Mapping

import pytest

from assistant.adapters.channels.http import Api
from assistant.errors import ChannelGone, ChannelRefuses
from tests.rigs.http_server import Answer, HttpServer

pytestmark = pytest.mark.network


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X-RateLimit-Remaining": "299", "X-RateLimit-Limit": "300"}, [(True, "299 of 300")]),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-limit": "100"}, [(False, "0 of 100")]),
        ({"X-Ratelimit-Remaining": "96.0"}, [(True, "96")]),
        ({"X-RateLimit-Remaining": "many"}, []),
        ({}, []),
    ],
)
def test_how_many_calls_are_left(headers: Mapping[str, str], told: list[tuple[bool, str]]) -> None:
    server = HttpServer({"GET /there": lambda asked: Answer({}, 200, headers)})
    api = Api("Network", server.url)
    assert api.rate() == ()
    api.get("/there")
    assert [(probe.ok, probe.detail.partition(" calls")[0]) for probe in api.rate()] == told
    api.close()
    server.close()


def test_what_is_gone_is_told_from_what_is_refused() -> None:
    server = HttpServer(
        {f"GET /{status}": lambda asked, status=status: Answer({}, status) for status in (404, 410, 422)}
    )
    api = Api("Network", server.url)
    assert (api.look("/404"), api.look("/410")) == (None, None)
    with pytest.raises(ChannelGone):
        api.get("/404")
    with pytest.raises(ChannelRefuses) as refused:
        api.look("/422")
    assert not isinstance(refused.value, ChannelGone)
    api.forget("/404")
    api.close()
    server.close()
