import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.belonging import crossed
from assistant.guardrails.support import holds, measure_reply
from assistant.guardrails.words import listed

BAGS = "Small bags cost 10 euros and large bags 25 euros. The desk is open between 7 and 9."
FEES = (
    "Late fees are 20 cents a day for books and 1 euro a day for films. "
    "Cardholders may borrow up to 12 books for 4 weeks. Films may be borrowed for 1 week."
)
LOUNGE = "Guests can buy a day pass for EUR 32, or EUR 15 for children aged 2-11, at the door if there is room."
COURSES = "Beginners start on 4 May and advanced skiers start on 11 May. Adults pay EUR 14 while students pay EUR 9."


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("Small bags cost 25 euros and large ones 10.", BAGS),
        ("Large bags cost 10 euros.", BAGS),
        ("A small bag is 25 euros.", BAGS),
        ("Advanced skiers start on 4 May.", COURSES),
        ("Students pay EUR 14.", COURSES),
        ("Late fees are 20 cents a day for films.", FEES),
        ("Films may be borrowed for 4 weeks.", FEES),
        ("Große Taschen kosten 10 Euro.", "Kleine Taschen kosten 10 Euro und große Taschen 25 Euro."),
        ("Les grands sacs coûtent 10 euros.", "Les petits sacs coûtent 10 euros et les grands sacs 25 euros."),
        ("Las bolsas grandes cuestan 10 euros.", "Las bolsas pequeñas cuestan 10 euros y las bolsas grandes 25 euros."),
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
        ("Films may be borrowed for 1 week.", FEES),
        ("You can buy a day pass for EUR 32 at the door if there is room.", LOUNGE),
        ("Late fees are 1 euro a day for films and 20 cents a day for books.", FEES),
    ],
)
def test_a_figure_said_of_its_own_thing_passes(reply: str, source: str) -> None:
    assert holds(measure_reply(reply, [source]))


def test_what_another_sentence_says_of_it_counts_too() -> None:
    assert crossed("Large bags cost 10 euros.", [BAGS, "On Sundays large bags cost 10 euros."]) == ""


_WORDS = st.lists(
    st.sampled_from(sorted(listed("small large bags cost 10 25 euros and , or for a day EU per to between"))),
    max_size=20,
).map(" ".join)


@given(sentence=_WORDS | st.text(max_size=80))
def test_a_sentence_never_swaps_its_own_figures(sentence: str) -> None:
    assert crossed(sentence, [sentence]) == ""
