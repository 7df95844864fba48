"""Words are said one way, whatever the shortcuts: what is looked for first stands in all that is replaced."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.guardrails.words import SAID, words


@pytest.mark.parametrize(("seen", "pattern"), [each[:2] for each in SAID], ids=[each[2] for each in SAID])
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_looked_for_first_stands_in_all_that_is_replaced(
    seen: str, pattern: re.Pattern[str], data: st.DataObject
) -> None:
    text = data.draw(st.from_regex(pattern))
    assert any(part in text for part in seen.split("|"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I can't, cannot and won't", ["i", "can", "not", "can", "not", "and", "will", "not"]),
        ("It isn't €25", ["it", "is", "not", "25", "eur"]),
        ("Up to 8kg", ["at", "most", "8", "kg"]),
        ("no more than 10 % off, not less than £3", ["at", "most", "10", "percent", "off", "at", "least", "3", "gbp"]),
    ],
)
def test_words_are_said_one_way(text: str, wanted: list[str]) -> None:
    assert list(words(text)) == wanted
