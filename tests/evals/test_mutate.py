"""Right drafts made wrong by rule: one false statement each, everything else as it was."""

import pytest

from assistant.domain.vocabulary import ClaimKind
from assistant.evals.mutate import PROMISE, mutations
from tests.eval_builders import DISCLOSURE, claim, draft


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("A bag costs EUR 30.", "A bag costs EUR 45."),
        ("You have 1 day.", "You have 2 day."),
        ("Wi-Fi is not free.", "Wi-Fi is free."),
        ("You can bring a dog.", "You can't bring a dog."),
        ("You can't bring a dog.", "You can bring a dog."),
    ],
)
def test_one_false_statement(said: str, wrong: str) -> None:
    made = next(one for one in mutations(draft(said)) if one.kind != "promise")
    assert made.wrong == wrong
    assert made.draft.text == f"{wrong} {DISCLOSURE}"
    assert made.draft.claims[0].citations[0].quote == said
    assert made.draft.claims[1:] == draft(said).claims[1:]


def test_a_promise_nobody_made_stands_before_the_disclosure() -> None:
    made = next(one for one in mutations(draft("Bags are heavy.")) if one.kind == "promise")
    assert made.draft.text == f"Bags are heavy. {PROMISE} {DISCLOSURE}"
    assert [each.kind for each in made.draft.claims][1] is ClaimKind.PROMISE


def test_addresses_and_manners_are_left_alone() -> None:
    assert [one.kind for one in mutations(draft("See https://a.example/2024/x."))] == ["promise"]
    assert mutations(draft(claim("I can see why.", ClaimKind.EMPATHY, article=None))) == ()
