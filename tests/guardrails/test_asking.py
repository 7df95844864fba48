import pytest

from assistant.domain.vocabulary import Severity, Visibility
from assistant.guardrails.asking import check


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize(
    "text",
    [
        "Please reply with your card number and CVV.",
        "Tell us your password.",
        "What is the code from the SMS, the one-time code?",
        "Schicken Sie uns Ihre Kartennummer.",
        "Tell us the PIN you use in the app.",
        "Send us the security code and we'll check you in at the gate.",
    ],
)
def test_no_reply_asks_for_a_secret(text: str, visibility: Visibility) -> None:
    assert [found.severity for found in check(text, visibility=visibility)] == [Severity.BLOCK]


@pytest.mark.parametrize(
    "text",
    [
        "What's your date of birth and booking code?",
        "Could you tell us your booking reference?",
        "Wie lautet Ihr Buchungscode?",
        "We need your e-mail address to look into it.",
        "What's your phone number?",
        "Tell us your phone number and we'll call.",
        "Please confirm your postcode.",
        "Can you drop your order number below?",
        "We'd need your customer number.",
        "Could you confirm the last four digits of your card?",
        "Wie lautet Ihre Bestellnummer?",
        "¿Cuál es su número de pedido?",
    ],
)
def test_what_is_the_customers_own_is_asked_for_in_private_only(text: str) -> None:
    assert list(check(text, visibility=Visibility.PUBLIC))
    assert not list(check(text, visibility=Visibility.PRIVATE))


@pytest.mark.parametrize(
    "text",
    [
        "DM us your booking reference and we can look.",
        "Please send your booking reference by direct message.",
        "Never share your card number.",
        "You need your booking reference and the e-mail address on the booking.",
        "Enter your booking reference at https://skylark.example/manage.",
        "Please don't post your booking reference here.",
        "Which flight are you on?",
        "Please send your booking reference by e-mail to care@skylark.example.",
        "Send us a message with your booking reference.",
        "Give your bag tag number at the counter.",
        "We need your passport number on flights outside the EU.",
        "We send the login code to your phone number by text.",
        "Provide your card details when you book online.",
        "Type the security code into the app.",
        "Schicken Sie uns Ihre Buchungsnummer per Nachricht.",
        "Envíanos tu número de pedido por privado.",
        "We send an e-mail 60 days before they expire, so keep your address up to date.",
    ],
)
def test_a_private_way_a_warning_and_a_rule_are_fine(text: str) -> None:
    assert not list(check(text, visibility=Visibility.PUBLIC))
