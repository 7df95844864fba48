import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.resources import files
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.networks import NETWORKS
from assistant.guardrails.fit import check, fits, is_short, limit_of, measure


@pytest.mark.parametrize(
    ("channel", "text", "length"),
    [
        ("x", "hello", 5),
        ("x", "日本", 4),
        ("x", "👨‍👩‍👧🇮🇪1️⃣", 6),
        ("x", "e\u0301", 1),
        ("x", "see https://skylark.example/a/very/long/path?with=query). ok", 4 + 23 + 5),
        ("x", "go to skylark.example now", 6 + 23 + 4),
        ("bluesky", "👨‍👩‍👧é", 2),
        ("mastodon", "@a@server.example https://skylark.example/x", 2 + 1 + 23),
        ("mastodon", "(see https://skylark.example/x).", 5 + 23 + 2),
        ("threads", "a😀", 5),
        ("google_play", "😀", 2),
        ("whatsapp", "😀", 1),
        ("email", "abc", 3),
        ("nowhere", "abc", 3),
    ],
)
def test_measures_as_the_channel_counts(channel: str, text: str, length: int) -> None:
    assert measure(channel, text) == length


def test_limits_are_inclusive() -> None:
    assert fits("x", "a" * 280)
    assert not fits("x", "a" * 281)
    assert fits("google_play", "a" * 350)
    assert not fits("google_play", "a" * 351)


def test_bluesky_has_a_byte_limit_too() -> None:
    family = "👨‍👩‍👧‍👦"
    assert fits("bluesky", family * 100)
    assert not fits("bluesky", family * 200)


def test_channels_of_500_or_less_are_short() -> None:
    assert {channel for channel in NETWORKS if is_short(channel)} == {
        "x", "bluesky", "threads", "mastodon", "google_play",
    }  # fmt: skip
    assert not is_short("nowhere")


def test_an_unknown_channel_has_no_limit_of_its_own_but_a_sane_one() -> None:
    assert limit_of("nowhere") is None
    assert limit_of("x") == 280
    assert fits("nowhere", "a" * 20_000)
    assert not fits("nowhere", "a" * 20_001)


def test_too_long_is_blocked_with_both_numbers() -> None:
    (finding,) = check("a" * 300, channel="x")
    said = "The text is 300 characters long as x counts them; 280 are the most. Shorten it by 20."
    assert finding.message == said
    assert not check("a", channel="x")


def test_a_text_of_too_many_bytes_is_told_so() -> None:
    (finding,) = check("👨‍👩‍👧" * 200, channel="bluesky")
    assert (
        finding.message
        == "The text takes 3600 bytes; bluesky takes 3000. An emoji or a letter with an accent takes several."
    )


@given(st.text(), st.sampled_from(sorted(NETWORKS)))
def test_measures_any_text(text: str, channel: str) -> None:
    assert measure(channel, text) >= 0
    assert fits(channel, text) in {True, False}


PIECES = ["a", "b ", "é", "日", "한", "ñ", "–", "’", "🙂", "👍🏽", "👨‍👩‍👧", "🇮🇪", "1️⃣", "…", "\n", "❤️", "#", " 7 "]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(TEXTS)
@settings(deadline=None)
def test_x_is_measured_as_its_reference_implementation_does(text: str) -> None:
    for whole in (text, f"{text} https://example.com/some/path?x=1 ", f"Hi. {text}\n– AI assistant"):
        assert measure("x", whole) == reference()(whole)


@pytest.mark.parametrize(
    "text", ["hello", "日本 한국", "👨‍👩‍👧 and 🇮🇪", "1️⃣ – “é” …", "👍🏽 ok", "see https://example.com/a?b=1). ok"]
)
def test_on_plain_text_x_is_measured_exactly(text: str) -> None:
    assert measure("x", text) == reference()(text)


@cache
def reference() -> Callable[[str], int]:
    """twitter-text-parser; it asks setuptools for a module that newer ones lack, so a stand-in reads its one file."""
    stand_in = ModuleType("pkg_resources")
    package = "twitter_text.regexp"
    stand_in.__dict__["resource_string"] = lambda _, name: (files(package) / name).read_bytes()
    sys.modules.setdefault("pkg_resources", stand_in)
    parse = import_module("twitter_text").parse_tweet
    return lambda text: int(parse(text).weightedLength)
