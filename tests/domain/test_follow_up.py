"""What customers answer when asked whether it is solved, and the figures drawn from it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.follow_up import Answered, FollowUp, answer_of, outcomes
from tests.desk_builders import NOW


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes!",
        "@skylark Yes, thanks",
        "all good now",
        "sorted, thank you so much!",
        "👍🏽",
        "It works now",
        "Yes, it is",
    ],
)
def test_a_yes_is_understood(text: str) -> None:
    assert answer_of(text) == Answered(solved=True)


@pytest.mark.parametrize(
    "text",
    ["no", "Nope.", "not yet", "Still waiting for my bag", "👎", "No, it is as broken as before", "No, it's not fixed"],
)
def test_a_no_is_understood(text: str) -> None:
    assert answer_of(text) == Answered(solved=False)


@pytest.mark.parametrize(
    ("text", "solved", "rating"),
    [("5", True, 5), ("4/5", True, 4), ("3 stars", None, 3), ("I'd say 2 out of 5", False, 2), ("⭐⭐⭐⭐⭐", True, 5)],
)
def test_points_are_understood(text: str, solved: bool | None, rating: int) -> None:
    assert answer_of(text) == Answered(solved=solved, rating=rating)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thanks for nothing, you lost my bag",
        "yes, but where is my refund?",
        "👍👎",
        "7",
        "flight 5 was late",
        "hello",
        "No worries, it's all sorted now!",
        "No problem, thanks",
        "No more issues, thank you",
        "No, all good",
        "no thanks",
        "Nope, it works now",
    ],
)
def test_anything_more_is_left_to_people(text: str) -> None:
    assert answer_of(text) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = answer_of(text)
    assert found is None or found.rating in {None, 1, 2, 3, 4, 5}


def fix(**told: object) -> FollowUp:
    plain = {"conversation_id": "c", "brand_id": "skylark", "number": 1, "turn_id": "t", "fixed_at": NOW}
    return FollowUp.model_validate({**plain, **told})


def test_the_figures() -> None:
    later = NOW + timedelta(days=8)
    records = [
        fix(asked_at=NOW, answered_at=NOW, solved=True, rating=5, invited_at=NOW),
        fix(asked_at=NOW, answered_at=NOW, solved=False, rating=2, reopened_at=NOW),
        fix(asked_at=NOW, skipped="The customer wrote since."),
        fix(fixed_at=later - timedelta(days=1)),
    ]
    seen = outcomes(records, at=later)
    assert (seen.fixes, seen.asked, seen.answered, seen.satisfied, seen.invited) == (4, 2, 2, 1, 1)
    assert (seen.durable, seen.reopened, seen.open_yet) == (2, 1, 1)
    assert (seen.csat, seen.mean_rating, seen.durable_share) == (0.5, 3.5, 2 / 3)
    nothing = outcomes([], at=later)
    assert (nothing.csat, nothing.mean_rating, nothing.durable_share) == (None, None, None)
