import pytest

from assistant.guardrails.elliptic import is_elliptic
from assistant.guardrails.support import holds, measure_reply

RULES = (
    "Browsing costs EUR 6 per hour or EUR 15 for the whole flight, and messaging is free.\n"
    "We do not carry pets in the cabin or the hold on any route. Guide dogs travel free in the cabin.\n"
    "Lost property is kept for 30 days at the front desk. Refunds reach your card in 5 to 10 working days.\n"
    "Invoices are paid on the day by card; cash is not accepted. Loyalty points expire after three years.",
)


def supported(reply: str) -> bool:
    return holds(measure_reply(reply, RULES))


@pytest.mark.parametrize(
    "reply",
    [
        "Can my cat fly? Yes, in the hold.",
        "When do I get my refund? Within 30 days.",
        "Is browsing free? Yes, for free.",
        "May I bring two cats? Yes, all of them.",
        "Do points last for ever? Yes, always.",
        "Yes, in cash.",
        "Yes.",
        "Of course!",
    ],
)
def test_half_a_sentence_is_judged_by_what_it_answers(reply: str) -> None:
    assert not supported(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "How long do you keep lost property? 30 days.",
        "Is messaging free? Yes.",
        "When does my refund reach my card? In 5 to 10 working days.",
        "Yes. Guide dogs travel free in the cabin.",
        "EUR 6 an hour or EUR 15 for the whole flight.",
    ],
)
def test_half_a_sentence_that_its_source_says_of_the_same_thing_stands(reply: str) -> None:
    assert supported(reply)


@pytest.mark.parametrize("sentence", ["Yes, it is in the hold.", "No, not in the cabin.", "Guide dogs travel free."])
def test_sentences_and_denials_speak_for_themselves(sentence: str) -> None:
    assert not is_elliptic(sentence)


@pytest.mark.parametrize("answer", ["Refundable.", "Fully refundable.", "Included!", "Allowed.", "Possible."])
def test_one_word_that_grants_is_half_a_sentence(answer: str) -> None:
    assert is_elliptic(answer)


def test_a_word_that_grants_answers_the_question_before_it() -> None:
    source = "Light fares are not refundable. Flex fares are refundable."
    assert not holds(measure_reply("Light fares? Refundable.", [source]))
    assert holds(measure_reply("Flex fares? Refundable.", [source]))
