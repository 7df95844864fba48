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


@pytest.mark.parametrize(
    "sentence",
    [
        "Your refund of EUR 212 has been processed.",
        "We've refunded your card ending 4412.",
        "I can see your booking for two adults to Rome.",
        "You are booked on LK203 tomorrow.",
        "Your bag is in Frankfurt.",
        "Your suitcase arrives on the 18:05 tonight.",
        "You have 12,400 points.",
        "The booking is in the name of Smith.",
        "Your seat is 14C.",
        "I see you cancelled on Monday.",
        "I see your points balance is 400.",
        "Your refund is on its way and arrives within 3 days.",
        "We rejected your claim on Monday.",
        "Our system shows you checked in at 9:14.",
        "Ihre Erstattung wurde gestern überwiesen.",
        "Votre remboursement a été effectué hier.",
        "Tu maleta está en Lisboa.",
    ],
)
def test_what_happened_to_a_customers_things_is_told_in_many_ways(sentence: str) -> None:
    assert tells(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "If you are booked on Flex, changes are free.",
        "The whole amount goes back the way you paid.",
        "It depends on the fare you bought.",
        "You have 24 hours to cancel.",
        "Your seat is free on Flex.",
        "We refund every ticket within 7 days.",
        "You are entitled to EUR 250.",
        "We see your point.",
        "We can see your message.",
        "I see you're travelling with kids.",
        "Your order is shipped within 24 hours.",
        "Your account is locked after three wrong passwords.",
        "Your claim is under review for up to 30 days.",
    ],
)
def test_what_holds_for_everybody_is_nobodys_own(sentence: str) -> None:
    assert not tells(sentence)
