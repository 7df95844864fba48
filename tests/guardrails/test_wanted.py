"""The kind of thing a question asks for, and answers that hold none of it."""

import pytest

from assistant.domain.draft import Claim
from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails.wanted import Wanted, findings, lacking, wanted


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How much is it to bring my bike?", {Wanted.PRICE}),
        ("what does a second bag cost me", {Wanted.PRICE}),
        ("Is it free?", {Wanted.PRICE}),
        ("do I have to pay for a seat", {Wanted.PRICE}),
        ("when do I have to pay the rest", {Wanted.TIME}),
        ("How much does the whole thing weigh?", {Wanted.SIZE}),
        ("how much time do I have at the gate", set()),
        ("By when must I order?", {Wanted.TIME}),
        ("It was late when we landed.", set()),
        ("how long before departure does bag drop close", {Wanted.TIME}),
        ("How many bags may I bring?", {Wanted.COUNT}),
        ("how many days before can I check in", {Wanted.TIME}),
        ("How heavy may it be?", {Wanted.SIZE}),
        ("what number do I call", {Wanted.PHONE}),
        ("Where can I download it?", {Wanted.PLACE}),
        ("which pharmacy near the airport sells sealed bags?", {Wanted.PLACE}),
        ("which desk in Terminal 1 can print it", {Wanted.PLACE}),
        ("which bag goes where", set()),
        ("how do I order a meal", {Wanted.WAY}),
        ("How do I add skis, and what is the fee?", {Wanted.WAY, Wanted.PRICE}),
        ("Can I bring a guitar?", set()),
        ("¿Cuánto cuesta?", set()),
        ("", set()),
    ],
)
def test_a_question_asks_for_kinds_of_things(question: str, kinds: set[Wanted]) -> None:
    assert wanted(question) == kinds


@pytest.mark.parametrize(
    ("kind", "holding", "without"),
    [
        (Wanted.TIME, "We're open 24/7.", "We're open."),
        (Wanted.PRICE, "It costs EUR 60 per flight.", "Children aged 5 to 11 fly with our service."),
        (Wanted.PRICE, "A pushchair travels free.", "A pushchair goes in the hold."),
        (Wanted.TIME, "Order it at least 48 hours before departure.", "Order it on our website."),
        (Wanted.TIME, "The desk opens at 05:00.", "The desk is in Terminal 1."),
        (Wanted.COUNT, "You can bring two.", "A bag goes under the seat."),
        (Wanted.SIZE, "It may weigh 23 kg.", "It may be heavy."),
        (Wanted.PHONE, "Call +353 1 555 0142.", "Call us."),
        (Wanted.PLACE, "It is at https://larkspurair.example/invoices", "You can do this once."),
        (Wanted.PLACE, "Ask at the desk.", "Write to care@larkspurair.example to have it corrected."),
        (Wanted.WAY, "Choose a meal when you book.", "A kosher meal is sealed by a certified kitchen."),
    ],
)
def test_an_answer_holds_the_kind_or_lacks_it(kind: Wanted, holding: str, without: str) -> None:
    assert lacking([kind], holding) == ()
    assert lacking([kind], without) == (kind,)


def _claim(text: str, kind: ClaimKind = ClaimKind.POLICY) -> Claim:
    return Claim(text=text, kind=kind)


def test_a_draft_without_what_was_asked_for_is_looked_at_first() -> None:
    said = (
        _claim("Beer is for sale on all flights."),
        _claim("An assistant wrote this for EUR 0.", ClaimKind.DISCLOSURE),
    )
    (found,) = findings("how much is a beer", said)
    assert (found.guardrail, found.severity) == ("wanted", Severity.REVIEW)
    assert found.message == "The question asks for a price; the draft names none."
    assert findings("do you have beer", said) == ()
    assert findings("how much is a beer", (_claim("A beer costs EUR 5."),)) == ()
