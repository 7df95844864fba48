"""The shipped hard rules: what always fires, and what never does."""

import pytest

from assistant.domain.vocabulary import Sensitivity
from assistant.learning.sensitivity import rules
from assistant.scoring.sensitivity import Rules
from assistant.scoring.text import fold

RULES = Rules(rules())


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("sitting here with the tablets in front of me. nobody would notice anyway", Sensitivity.SELF_HARM),
        ("next time i'm at that desk in cork somebody is getting a slap, i swear to god", Sensitivity.SAFETY_INJURY),
        ("I'm gonna burn the place down", Sensitivity.SAFETY_INJURY),
        ("watch your backs", Sensitivity.SAFETY_INJURY),
    ],
)
def test_threats_and_self_harm_fire(text: str, category: Sensitivity) -> None:
    assert category in RULES.fired(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "two tablets and a laptop in my cabin bag",
        "I'll shoot you an email",
        "my grandmother walks badly and would like a wheelchair from the entrance to her seat",
    ],
)
def test_everyday_words_do_not(text: str) -> None:
    assert RULES.fired(fold(text)) == {}
