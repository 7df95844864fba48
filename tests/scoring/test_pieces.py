"""Long texts fall into pieces that lose no word and cross no short sentence."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.pieces import LONG_WORDS, pieces_of

CALM = "The crew were kind. "


def test_a_short_text_has_none() -> None:
    assert pieces_of("word " * LONG_WORDS) == ()
    assert pieces_of("") == ()


def test_whole_sentences_stand_together() -> None:
    pieces = pieces_of(f"{CALM * 5}I was burned by your tea! {CALM * 5}")
    assert [piece for piece in pieces if "burned" in piece] == [f"{CALM * 2}I was burned by your tea!"]


def test_a_sentence_without_an_end_is_cut_with_overlap() -> None:
    pieces = pieces_of(" ".join(str(number) for number in range(100)))
    assert max(len(piece.split()) for piece in pieces) <= 24
    assert any("15 16 17" in piece for piece in pieces)


@given(st.lists(st.sampled_from(["a", "b.", "c?", "dd", "."]), max_size=4_000))
def test_no_word_is_lost_and_a_very_long_text_has_few(words: list[str]) -> None:
    pieces = pieces_of(" ".join(words))
    assert len(pieces) <= 66
    if len(words) > LONG_WORDS:
        assert set(words) == {word for piece in pieces for word in piece.split()}
    else:
        assert pieces == ()
