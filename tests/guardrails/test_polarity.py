import pytest

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.support import measure

RULES = (
    "Which tickets are refundable\n\nFlex | full refund until 2 hours before departure\nLight "
    "| refunds the taxes only\n"
    "Bags are refunded together with the fare on Standard and Flex, and are not refunded on Light.\n"
    "Within 24 hours of booking every fare is fully refundable.",
    "A checked bag of up to 23 kg costs EUR 25 online.\nStandard tickets are refunded less a EUR 60 fee per"
    " passenger.\n"
    "You can carry liquids of up to 100 ml in cabin bags.\nSeats on Flex are free of charge.",
    "You can change your ticket on any fare, Light included: the fee is EUR 45 on Light and EUR 25 on Standard.",
)
TERMS = frozenset({"flex", "light", "standard"})


def contradiction(claim: str) -> str:
    return measure(claim, ClaimKind.POLICY, RULES, terms=TERMS).contradiction


@pytest.mark.parametrize(
    "claim",
    [
        "Light tickets are refundable.",
        "Flex tickets are not refundable.",
        "No refund on Flex.",
        "Only Light is refundable.",
        "All tickets are refundable.",
        "Light, Standard and Flex are all refundable.",
        "Light tickets are refundable, aren't they?",
        "Did you know that Light tickets are refundable?",
        "A checked bag of up to 23 kg is free.",
        "Standard tickets are refunded less a EUR 60 fee per booking.",
        "You can carry liquids of over 100 ml in cabin bags.",
    ],
)
def test_a_rule_turned_round_or_widened_is_caught(claim: str) -> None:
    assert contradiction(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "Flex tickets are refundable until 2 hours before departure.",
        "Light tickets are not refundable, only the taxes are.",
        "On Light the taxes are refunded.",
        "Bags are not refunded on Light.",
        "Within 24 hours of booking all fares are refundable.",
        "Seats are free on Flex.",
        "You can carry liquids in cabin bags up to 100 ml.",
        "The fee on Standard is EUR 60 for each person.",
    ],
)
def test_the_same_rule_in_other_words_is_not(claim: str) -> None:
    assert not contradiction(claim)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("A bag costs EUR 25 per booking.", "A bag costs EUR 25 per flight."),
        ("You may bring pets in the hold.", "You may bring pets in the cabin, but not in the hold."),
        ("The warranty covers labour.", "The warranty covers parts but not labour."),
        (
            "Customers in the UK may return goods within 14 days.",
            "Customers in the EU may return goods within 14 days.",
        ),
        ("All fares include a bag.", "Most fares include a bag."),
    ],
)
def test_a_scope_swapped_within_a_sentence_is_caught(claim: str, source: str) -> None:
    assert measure(claim, ClaimKind.POLICY, [source]).contradiction


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("You may bring pets in the cabin.", "You may bring pets in the cabin, but not in the hold."),
        ("Pets may not fly in the hold.", "You may bring pets in the cabin, but not in the hold."),
        ("The EU rules give 14 days.", "Under EU and UK rules you have 14 days."),
        ("Most fares include a bag.", "Most fares include a bag."),
        ("A bag costs EUR 25 for each flight.", "A bag costs EUR 25 per flight."),
    ],
)
def test_the_same_scope_is_not(claim: str, source: str) -> None:
    assert not measure(claim, ClaimKind.POLICY, [source]).contradiction
