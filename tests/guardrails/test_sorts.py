"""A question about one sort of a thing isn't answered with another."""

from pathlib import Path

import pytest

from assistant.guardrails.coverage import coverage_of
from assistant.guardrails.sorts import sorts_of
from assistant.kb.pack import load_pack

PACK = load_pack(Path(__file__).parents[2] / "knowledge")
SORTS = sorts_of(PACK.articles)
CREDIT = "A credit voucher is valid for 24 months from the day it's issued."


@pytest.mark.parametrize(
    ("question", "answer", "article_id", "sort"),
    [
        ("How long is a gift voucher valid?", CREDIT, "credit-vouchers", ("gift", "voucher")),
        (
            "are gift-vouchers refundable",
            "A credit voucher can't be swapped for cash.",
            "credit-vouchers",
            ("gift", "voucher"),
        ),
        (
            "is a mobility scooter ok",
            "Most electric scooters can't fly.",
            "power-banks-and-batteries",
            ("mobil", "scooter"),
        ),
    ],
)
def test_the_other_sort_is_no_answer(question: str, answer: str, article_id: str, sort: tuple[str, str]) -> None:
    assert SORTS.another(question, answer, [article_id]) == sort
    assert not coverage_of(PACK).covers(question, [article_id], answer)


@pytest.mark.parametrize(
    ("question", "answer", "article_id"),
    [
        ("How long is a credit voucher valid?", CREDIT, "credit-vouchers"),
        ("How long is a voucher valid?", CREDIT, "credit-vouchers"),
        ("how long is my zorblax voucher valid?", CREDIT, "credit-vouchers"),
        ("no voucher came, how long is it valid", CREDIT, "credit-vouchers"),
        ("Is it for a gift? Vouchers, how long are they valid?", CREDIT, "credit-vouchers"),
        ("How long is a gift voucher valid?", "A gift voucher is valid for 5 years.", "gift-vouchers"),
        ("what size may a small bag be", "It may measure up to 40x30x20 cm.", "personal-item"),
    ],
)
def test_the_same_sort_one_nobody_names_and_none_at_all_are_answered(
    question: str, answer: str, article_id: str
) -> None:
    assert SORTS.another(question, answer, [article_id]) is None
    assert coverage_of(PACK).covers(question, [article_id], answer)
