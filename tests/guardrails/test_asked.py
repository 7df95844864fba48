"""How much of a question an answer speaks of: meaning words by stem, without the brand's own handle."""

import pytest

from assistant.guardrails.asked import share_spoken_of


@pytest.mark.parametrize(
    ("question", "answer", "share"),
    [
        ("Is the deposit refundable?", ["The deposit isn't refundable."], 1.0),
        ("Is the deposit refundable?", ["You pay a deposit of 20%."], 0.5),
        ("Do ski boots fit?", ["A surfboard costs EUR 60."], 0.0),
        ("", ["anything"], 0.0),
        ("what is it", ["it is what it is"], 0.0),
    ],
)
def test_the_share_counts_words_that_carry_meaning(question: str, answer: list[str], share: float) -> None:
    assert share_spoken_of(question, answer) == pytest.approx(share)


def test_the_brands_handle_does_not_count() -> None:
    assert share_spoken_of("@larkspurair deposit?", ["The deposit is 20%."], ignoring=["@larkspurair"]) == 1.0
    assert share_spoken_of("@larkspurair deposit?", ["The deposit is 20%."]) < 1.0
