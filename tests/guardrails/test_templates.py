"""Whom wording with fields greets, and places that nobody filled in."""

import pytest

from assistant.domain.mention import Author
from assistant.domain.vocabulary import Severity
from assistant.guardrails.templates import check, values_of
from tests.gate_builders import mention


@pytest.mark.parametrize(
    ("shown", "first"),
    [("Anna Bell", "Anna"), ("Will", "Will"), ("The Angry Flyer", None), ("Mr Smith", None), ("Herr Kraus", None)],
)
def test_a_title_or_an_article_is_no_first_name(shown: str, first: str | None) -> None:
    asked = mention().model_copy(update={"author": Author(handle="@a", name=shown)})
    assert values_of(asked).get("first_name") == first


@pytest.mark.parametrize(
    "text",
    [
        "Hi {first_name}, bags are free.",
        "Bags are free. {{ link }}",
        "Hello [Customer Name]!",
        "Kind regards, [Your Name]",
        "We see your booking [booking_reference].",
        "Hello <name>!",
    ],
)
def test_a_place_nobody_filled_in_is_blocked(text: str) -> None:
    assert [found.severity for found in check(text)] == [Severity.BLOCK]


@pytest.mark.parametrize(
    "text", ["Bags [of any kind] are free.", "See [link](https://skylark.example).", "Use {} here.", "1 < 2 > 0"]
)
def test_other_brackets_are_fine(text: str) -> None:
    assert not check(text)
