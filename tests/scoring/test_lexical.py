"""Words are found whatever surrounds them on social channels; many queries at once score as one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.fields import fields_of
from assistant.scoring.lexical import WORDS, Lexicon, words_of
from tests.builders import a_passage


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@harbour my BAG is lost", ["my", "bag", "lost"]),
        ("#LostBag #delayed", ["lost", "bag", "delay"]),
        ("see https://harbour.example/bags?x=1 or www.harbour.example", ["see"]),
        ("write to me@harbour.example", ["write"]),
        ("10kg, 55x40x23", ["10", "kg", "55", "x", "40", "x", "23"]),
        ("I can’t check-in", ["i", "can't", "check"]),
        ("ＦＵＬＬ width", ["full", "width"]),
        ("🛫 !!", []),
    ],
)
def test_words_of_a_message(text: str, wanted: list[str]) -> None:
    assert words_of(text) == wanted


def test_queries_score_alike_alone_and_together() -> None:
    bags = a_passage("bags", title="Cabin bags", text="One cabin bag of 10 kg. A bag more costs extra.")
    dogs = a_passage("dogs", title="", text="Dogs travel in a closed basket.")
    lexicon = Lexicon(fields_of([bags, dogs]))
    queries = ["bag bag dogs", "unheard of", "", "10kg"]
    together = lexicon.scores(queries)
    np.testing.assert_allclose(together, np.concatenate([lexicon.scores([query]) for query in queries]))
    assert together[0, 0] > together[0, 1] > 0
    assert not together[1:3].any()
    assert together[3, 0] > together[3, 1] == 0


texts = st.lists(st.sampled_from(["bag", "bags lost", "10 kg", "Übergepäck", "🛫", "dogs and bags"]), max_size=4).map(
    " ".join
)


@given(bodies=st.lists(texts, max_size=5), title=texts, query=texts)
def test_a_lexicon_that_was_kept_scores_the_same(bodies: list[str], title: str, query: str) -> None:
    fields = fields_of([a_passage(f"p{at}", title=title, text=body) for at, body in enumerate(bodies)])
    made = Lexicon(fields)
    queries = [query, "bag", ""]
    np.testing.assert_array_equal(Lexicon(fields, made.arrays).scores(queries), made.scores(queries))


def test_a_lexicon_of_another_version_or_size_is_made_again() -> None:
    fields = fields_of([a_passage("bags", text="One bag is free.")])
    made = Lexicon(fields)
    others = [
        {**made.arrays, "sizes": made.arrays["sizes"] + np.array([1, 0, 0])},
        Lexicon(fields_of([a_passage("dogs", text="Dogs"), a_passage("bags", text="bag")])).arrays,
        {"sizes": np.array([WORDS, 1, 1])},
        {},
    ]
    for kept in others:
        np.testing.assert_array_equal(Lexicon(fields, kept).scores(["bag"]), made.scores(["bag"]))
