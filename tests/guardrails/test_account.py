"""Facts of a customer's own account are told from what holds for everybody."""

import pytest

from assistant.guardrails.account import tells


@pytest.mark.parametrize(
    "sentence",
    [
        "Your refund of EUR 120 was paid on 3 March.",
        "Your booking is confirmed for 14:30.",
        "I see your bag has been located in Lisbon.",
        "Your balance stands at 4,200 points.",
        "Your account was locked.",
        "Your second suitcase is at gate 4.",
        "Good news: your flight has been rebooked.",
        "Your card was charged twice.",
    ],
)
def test_told(sentence: str) -> None:
    assert tells(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A refund takes 7 days.",
        "If your flight was cancelled, you can ask for a refund.",
        "Once your refund has been paid, your bank needs 3 days.",
        "Your cabin bag may measure 55 x 40 x 20 cm.",
        "Your points never expire.",
        "Please send us your booking reference.",
        "We are sorry about your bag.",
        "You may change your booking until 2 hours before departure.",
        "",
    ],
)
def test_not_told(sentence: str) -> None:
    assert not tells(sentence)
