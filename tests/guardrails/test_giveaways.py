import pytest

from assistant.guardrails.commitments import hands_over


@pytest.mark.parametrize(
    "sentence",
    [
        "Consider the fee waived.",
        "Use SORRY20 at checkout for 20% off.",
        "Your next coffee is free.",
        "Have a drink on me.",
        "We'll cover your taxi.",
        "Let me upgrade you.",
        "You won't be charged for the bag.",
        "You don't have to pay for it.",
        "We'll send you a code for your next order.",
        "We'll make an exception and refund you.",
        "How does EUR 30 off sound?",
        "Wir schenken Ihnen 20 Euro.",
        "Die Gebühr übernehmen wir.",
        "On vous rembourse les frais.",
        "Le devolvemos la tasa.",
    ],
)
def test_something_is_given_whatever_it_is_called(sentence: str) -> None:
    assert hands_over(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A cup of water is free on every flight.",
        "You can use several gift vouchers together.",
        "You don't have to pay to sit with your children.",
        "As a guide we cover a hotel up to EUR 150 a night.",
        "You can do this once.",
        "If we cancel, you can choose a full refund.",
        "You won't be charged until we ship.",
        "No need to pay at the desk.",
        "You don't have to pay customs within the EU.",
        "We send you a code by text to log in.",
        "Take your voucher number with you.",
        "There's no charge for you to check in online.",
    ],
)
def test_a_rule_gives_nobody_anything(sentence: str) -> None:
    assert not hands_over(sentence)
