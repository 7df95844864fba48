"""Many words looked for at once are found as one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.occurring import Occurring

SHORT = st.text(alphabet="abc ", min_size=3, max_size=6)


@given(words=st.lists(SHORT, max_size=20), text=st.text(alphabet="abc ", max_size=60))
def test_finds_what_stands_in_the_text_and_nothing_else(words: list[str], text: str) -> None:
    assert Occurring(words).found_in(text) == {word for word in words if word in text}


def test_a_word_too_short_to_be_looked_up_is_refused() -> None:
    with pytest.raises(ValueError, match="'ab' is shorter than 3"):
        Occurring(["abc", "ab"])
