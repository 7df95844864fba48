"""Long texts fall into sentences; no word is lost."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.pieces import LONG_WORDS, is_long, pieces_of

CALM = "The crew were kind. "


def test_what_is_long() -> None:
    assert not is_long("word " * LONG_WORDS)
    assert is_long("word " * (LONG_WORDS + 1))


def test_a_grave_sentence_stands_by_itself() -> None:
    assert "I was burned by your tea!" in pieces_of([f"{CALM * 5}I was burned by your tea! {CALM * 5}"])


def test_very_short_sentences_stand_with_the_next_the_last_with_the_one_before() -> None:
    assert pieces_of(["Hello. I have a question. Bye."]) == ("Hello. I have a question. Bye.",)


def test_a_new_line_ends_a_sentence_unless_it_goes_on_in_small_letters() -> None:
    lines = ["Dear team", "my seat was broken and", "nobody came", "", "I was burned by your tea", "Regards to you all"]
    assert pieces_of(lines) == (
        "Dear team my seat was broken and nobody came",
        "I was burned by your tea",
        "Regards to you all",
    )


def test_sentences_without_spaces_between_them_are_told_apart() -> None:
    assert pieces_of(["我 的 航班 取消 了。我 想 要 退款。"]) == ("我 的 航班 取消 了。", "我 想 要 退款。")


def test_a_sentence_without_an_end_is_cut_with_overlap() -> None:
    pieces = pieces_of([" ".join(str(number) for number in range(100))])
    assert max(len(piece.split()) for piece in pieces) <= 24
    assert any("15 16 17" in piece for piece in pieces)


@given(st.lists(st.lists(st.sampled_from(["a", "b.", "c?", "Dd", "."]), max_size=400).map(" ".join), max_size=10))
def test_no_word_is_lost_and_a_very_long_text_has_few(lines: list[str]) -> None:
    pieces = pieces_of(lines)
    assert len(pieces) <= 66
    assert {word for line in lines for word in line.split()} == {word for piece in pieces for word in piece.split()}
