"""A sentence is measured from where it begins to state something."""

import pytest

from assistant.guardrails.kinds import kind_of
from assistant.guardrails.lead_ins import without_lead_in
from assistant.guardrails.support import measure

PASSAGE = "Light tickets are not refundable. On Flex, bags are refunded with the fare until 2 hours before departure."


@pytest.mark.parametrize(
    "lead",
    [
        "Just so you know: ",
        "As far as we can tell, ",
        "In short – ",
        "For what it's worth, ",
        "I can confirm that ",
        "Please note that ",
        "Good news! ",
    ],
)
def test_what_states_nothing_is_left_out(lead: str) -> None:
    said = f"{lead}light tickets are not refundable."
    assert measure(said, kind_of(said), [PASSAGE]).supported
    turned = f"{lead}light tickets are refundable."
    assert not measure(turned, kind_of(turned), [PASSAGE]).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "On Flex, bags are refunded.",
        "Usually, bags are refunded.",
        "No, bags are refunded.",
        "Without a ticket, you can't board.",
        "Within 2 hours: bags are refunded.",
        "Only on Flex that works.",
        "Just so you know:",
        "",
    ],
)
def test_what_says_when_or_for_whom_stays(sentence: str) -> None:
    assert without_lead_in(sentence) == sentence


@pytest.mark.parametrize("no", ["No, ", "No – ", "Nope, ", "No, sorry, ", "Nein, "])
def test_no_denies_what_was_asked_and_not_what_the_sentence_says(no: str) -> None:
    """ "No, light tickets are refundable" stood on "not refundable", and the right answer was refused."""
    right, wrong = f"{no}light tickets are not refundable.", f"{no}light tickets are refundable."
    assert measure(right, kind_of(right), [PASSAGE]).supported
    assert measure(wrong, kind_of(wrong), [PASSAGE]).contradiction


def test_no_before_what_is_granted_says_yes_and_no() -> None:
    granted, demanded = "No, pets are welcome on board.", "No, a child needs a guardian on board."
    assert measure(granted, kind_of(granted), ["Pets are welcome on board."]).contradiction
    assert measure(demanded, kind_of(demanded), ["A child needs a guardian on board."]).supported
