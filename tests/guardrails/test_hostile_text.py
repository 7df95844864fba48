"""No guardrail raises on any text, and none slows down on text made to slow it down."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails import disclosure, facts, fit, injection, kinds, links, privacy, sentences, tone
from tests.gate_builders import pack

VOICE = pack().brand.voice
CHECKS: dict[str, Callable[[str], object]] = {
    "sentences": sentences.split_sentences.__wrapped__,
    "kinds": kinds.kind_of.__wrapped__,
    "facts": facts.facts_of.__wrapped__,
    "disclosure": disclosure.is_present,
    "fit": lambda text: [fit.measure(channel, text) for channel in ("x", "bluesky", "mastodon", "threads")],
    "privacy": privacy.mask,
    "tone": lambda text: tone.check(text, voice=VOICE, mention_text=text),
    "injection": lambda text: injection.check(text, mention_text=text),
    "links": links.hosts_in,
}
PIECES = (
    "a", " ", "1", ".", "1 ", "a.", "a@", "@a", "1,", "1-", "1.", "-", "EUR 1,", "one ", "one-", "an hour ", "may ",
    "1 x ", "12:00 ",
    "1 to ", "www.", "http://", "a.b/", "(1", "A1", "AB 12 ", "Aa ", "Aa-", "passport ", "booking ref ",
    "+1 (2", "born on ", "ssn 1 ", "DE12A1", "sorry, ", "we will ",
    "we'll ", "thanks for ", "ignore ", "ignore all ",
    "forwarded ", "great ", "!", "?", "?)", "'", "\"", "\n", "\n- ", "😀", "👨‍👩‍👧", "é", "\u0301", "\u200b", "日",
    "automated ",
    "I am an ", "not a ", "system:", "#", "[", "\\", "%", "€",
)  # fmt: skip
LENGTH = 20_000
LIMIT_S = 0.2
"""Processor time from which growth is looked at. The aim is 50 ms on an idle machine; a slow core may take this."""
MOST_GROWTH = 8
"""For four times the text: a linear pattern takes four times as long, a quadratic one sixteen."""


@pytest.mark.parametrize("name", CHECKS)
def test_time_grows_with_length_only(name: str) -> None:
    slow = {}
    for piece in PIECES:
        text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
        took = min(_seconds(CHECKS[name], text) for _ in range(2))
        if took > LIMIT_S and took > MOST_GROWTH * min(_seconds(CHECKS[name], text[: LENGTH // 4]) for _ in range(2)):
            slow[piece] = took
    assert not slow


def _seconds(check: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    check(text)
    return time.process_time() - start


@pytest.mark.parametrize("name", CHECKS)
@given(text=st.text(st.characters(codec=None)) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_text_makes_a_check_raise(name: str, text: str) -> None:
    CHECKS[name](text)
