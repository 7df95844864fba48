import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.guardrails.sentences import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ()),
        (" \n ", ()),
        ("Sorry about that, Dr. Smith. It works!", ("Sorry about that, Dr. Smith.", "It works!")),
        (
            "The fee is EUR 2.50. It opens at 7 a.m. on Monday.",
            ("The fee is EUR 2.50.", "It opens at 7 a.m. on Monday."),
        ),
        ("We open at 7 a.m. The desk closes.", ("We open at 7 a.m.", "The desk closes.")),
        (
            "See https://a.example/x.html. Write to a@b.example.",
            ("See https://a.example/x.html.", "Write to a@b.example."),
        ),
        ("Thanks! 😊 We can help 🙏 Please wait", ("Thanks! 😊", "We can help 🙏", "Please wait")),
        ("Let me see... it works. Wait… The fee", ("Let me see... it works.", "Wait…", "The fee")),
        ('He said "We pay. Always." Then left.', ('He said "We pay.', 'Always."', "Then left.")),
        ('Choose "Lost bag?" and press send.', ('Choose "Lost bag?" and press send.',)),
        ("No. See art. 8 and No. 5.", ("No.", "See art. 8 and No. 5.")),
        ("1. Cancel\n2. Wait", ("1. Cancel", "2. Wait")),
        ("Fees\n- one\n- two", ("Fees", "- one", "- two")),
        ("a wrapped\nline goes on. New", ("a wrapped\nline goes on.", "New")),
        ("sorry. we can help . ok", ("sorry.", "we can help .", "ok")),
        ("Go to Terminal B. Please wait. J. K. Row wrote.", ("Go to Terminal B.", "Please wait.", "J. K. Row wrote.")),
        ("Am 3. Mai. Bis 14. August.", ("Am 3. Mai.", "Bis 14. August.")),
        ("Fine.Then (it is a bot.) Yes", ("Fine.Then (it is a bot.)", "Yes")),
    ],
)
def test_cuts_where_a_reader_would(text: str, sentences: tuple[str, ...]) -> None:
    assert split_sentences(text) == sentences


@given(st.text() | st.text(alphabet=" .!?\n'\"aA1😊-)("))
@example("a\u2029b. C")
def test_joining_with_one_space_loses_nothing(text: str) -> None:
    sentences = split_sentences(text)
    assert " ".join(" ".join(sentences).split()) == " ".join(text.split())
    assert all(sentence and sentence == sentence.strip() for sentence in sentences)


@given(st.text(alphabet=" .!?\nabAB1"))
def test_a_sentence_is_not_cut_again_at_marks_inside_it(text: str) -> None:
    for sentence in split_sentences(text):
        assert "".join(" ".join(split_sentences(sentence)).split()) == "".join(sentence.split())
