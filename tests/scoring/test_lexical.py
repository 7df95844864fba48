"""Words are found whatever surrounds them on social channels."""

import pytest

from assistant.scoring.lexical import words_of


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
