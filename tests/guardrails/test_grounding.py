import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.grounding import FEATURES, features, read, score
from assistant.guardrails.grounding_weights import THRESHOLD, WEIGHTS
from assistant.guardrails.kinds import kind_of
from assistant.guardrails.support import holds, measure, measure_reply, statements
from tests.gate_builders import BAGS, REFUNDS


@pytest.mark.parametrize(
    "sentence",
    [
        "Flex tickets have a full refund until two hours before departure.",
        "A card refund reaches you in 5-10 working days.",
        "Light tickets aren't refundable.",
        "You can carry liquids of up to 100ml in cabin bags.",
        "A checked bag of up to 23kg costs €25 online.",
    ],
)
def test_what_a_source_says_is_supported(sentence: str) -> None:
    assert measure(sentence, kind_of(sentence), [REFUNDS, BAGS]).supported


@pytest.mark.parametrize(
    "sentence",
    [
        "Flex tickets have a full refund until 2 hours after departure.",
        "Light tickets are refundable.",
        "Flex tickets are not refunded until 2 hours before departure.",
        "You can carry liquids of up to 100 ml in checked bags.",
        "Every fare includes one cabin bag of at least 8 kg.",
        "A checked bag of up to 23 kg costs EUR 25 at the airport and EUR 40 online.",
        "Standard tickets have a full refund until 2 hours before departure.",
        "A cabin bag of up to 23 kg costs EUR 25 online.",
        "Pets travel in the cabin if they are small enough.",
    ],
)
def test_what_a_source_says_otherwise_or_not_at_all_is_not(sentence: str) -> None:
    assert not measure(sentence, kind_of(sentence), [REFUNDS, BAGS]).supported


def test_names_what_was_swapped() -> None:
    measured = measure("Flex tickets have a full refund after 2 hours before departure.", ClaimKind.POLICY, [REFUNDS])
    assert measured.contradiction == "after / until"


def test_points_at_the_sentence_it_stands_on() -> None:
    reading = read("A card refund reaches you in 5-10 working days.", [BAGS, REFUNDS])
    assert reading.place == 1
    assert reading.quote == "A card refund reaches you in 5-10 working days after approval."


def test_a_denial_of_something_else_is_no_contradiction() -> None:
    source = "The discount is for the fare, not for taxes. It doesn't include a bag."
    assert not measure("The discount is for the fare.", ClaimKind.POLICY, [source]).contradiction


def test_a_reply_holds_when_all_that_needs_a_source_has_one() -> None:
    good = "Sorry about that! Light tickets are not refundable. Which flight was it? (I'm an automated assistant.)"
    assert holds(measure_reply(good, [REFUNDS]))
    assert not holds(measure_reply(good + " Write to refunds@skylark.test.", [REFUNDS]))
    assert not holds(measure_reply("Did you know you get EUR 600?", [REFUNDS]))


def test_the_score_is_1_where_nothing_is_said_and_falls_with_what_is_made_up() -> None:
    said = score(statements(measure_reply("Light tickets are not refundable.", [REFUNDS])))
    more = score(
        statements(measure_reply("Light tickets are not refundable. Pets fly for free on Sundays.", [REFUNDS]))
    )
    assert score(()) == 1
    assert 0 <= more < THRESHOLD < said <= 1


def test_every_feature_has_a_weight() -> None:
    assert set(WEIGHTS) == set(FEATURES)
    assert set(features(statements(measure_reply("Light is blue.", [REFUNDS])))) == set(FEATURES)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_scores_any_text(reply: str, passages: list[str]) -> None:
    assert 0 <= score(statements(measure_reply(reply, passages))) <= 1


@given(st.lists(st.sampled_from([*REFUNDS.split("\n")[:4], *BAGS.split("\n")[1:]]), min_size=1, max_size=4))
def test_repeating_the_source_is_supported(sentences: list[str]) -> None:
    assert holds(measure_reply(" ".join(sentences), [REFUNDS, BAGS]))
