"""Edits told apart: what a reply says changed, or only how it says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guardrails.substance import changed_substance, reworded

DRAFT = "A cabin bag may measure 55 x 40 x 20 cm and weigh 10 kg. You can bring it on every fare, free of charge."


@pytest.mark.parametrize(
    "edited",
    [
        DRAFT,
        f"{DRAFT} Have a good trip!",
        f"Hi Ann! {DRAFT}",
        DRAFT.replace("You can", "You may"),
        DRAFT.replace("A cabin bag", "Your cabin bag"),
        DRAFT.replace(" and weigh", ", and weigh"),
    ],
)
def test_other_words_for_the_same_are_style(edited: str) -> None:
    assert changed_substance(DRAFT, edited) == ()


@pytest.mark.parametrize(
    ("edited", "why"),
    [
        (DRAFT.replace("55", "50"), "with 50"),
        (DRAFT.replace("10 kg", "8 kg"), "with 8 kg"),
        (DRAFT.replace("can bring", "cannot bring"), "a denial"),
        (DRAFT.replace("on every fare", "on every fare from Dublin"), "with Dublin"),
        (f"{DRAFT} See https://skylark.example/bags.", "with https"),
        ("Please write to our colleagues about that.", "of the words are new"),
        (DRAFT.split(". ")[0] + ".", "of the words are new"),
    ],
)
def test_another_fact_denial_or_text_is_substance(edited: str, why: str) -> None:
    assert any(why in said for said in changed_substance(DRAFT, edited))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_compared(before: str, after: str) -> None:
    assert changed_substance(before, before) == ()
    assert 0 <= reworded(before, after) <= 1
    changed_substance(before, after)
