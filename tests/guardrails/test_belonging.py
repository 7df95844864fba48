import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.belonging import crossed
from assistant.guardrails.support import holds, measure_reply
from assistant.guardrails.words import listed

BAGS = "Small bags cost 10 euros and large bags 25 euros. The desk is open between 7 and 9."
COURSES = "Beginners start on 4 May and advanced skiers start on 11 May. Adults pay EUR 14 while students pay EUR 9."


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("Small bags cost 25 euros and large ones 10.", BAGS),
        ("Large bags cost 10 euros.", BAGS),
        ("A small bag is 25 euros.", BAGS),
        ("Advanced skiers start on 4 May.", COURSES),
        ("Students pay EUR 14.", COURSES),
    ],
)
def test_a_figure_said_of_the_other_thing_is_caught(reply: str, source: str) -> None:
    assert not holds(measure_reply(reply, [source]))


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("Small bags cost 10 euros and large ones 25.", BAGS),
        ("Large bags are 25 euros, small ones 10.", BAGS),
        ("Large bags cost 25 euros.", BAGS),
        ("The desk is open from 7 to 9.", BAGS),
        ("It's 10 euros for small bags and 25 euros for large bags.", BAGS),
        ("Students pay EUR 9, adults EUR 14.", COURSES),
    ],
)
def test_a_figure_said_of_its_own_thing_passes(reply: str, source: str) -> None:
    assert crossed(reply, [source]) == ""


def test_what_another_sentence_says_of_it_counts_too() -> None:
    assert crossed("Large bags cost 10 euros.", [BAGS, "On Sundays large bags cost 10 euros."]) == ""


_WORDS = st.lists(
    st.sampled_from(sorted(listed("small large bags cost 10 25 euros and , or for a day EU per to between"))),
    max_size=20,
).map(" ".join)


@given(sentence=_WORDS | st.text(max_size=80))
def test_a_sentence_never_swaps_its_own_figures(sentence: str) -> None:
    assert crossed(sentence, [sentence]) == ""
