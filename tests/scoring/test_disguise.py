"""What a disguise hides is read, and what only looks like one is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.scoring.disguise import unmasked


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("r.e.f.u.n.d", "refund"),
        ("I w.a.n.t t.o k-i-l-l myself", "I want to kill myself"),
        ("i wa-nt to di-e", "i want to die"),
        ("i w a n t t o d i e", "i want to die"),
        ("h e l p   m e", "help me"),
        ("wa nt t o ki ll my se lf", "want to kill myself"),
        ("1 w4nt 2 k1ll mys3lf", "i want to kill myself"),
        ("su1c1de", "suicide"),
        ("I h4t3 my l1f3", "I hate my life"),
        ("#iwanttodiebecauseofyou", "i want to die because of you"),
        ("W h y i s m y f l i g h t l a t e", "why is my flight late"),
        ("\U0001f1f0\U0001f1ee\U0001f1f1\U0001f1f1 myself", "kill myself"),
        ("> old mail\nI w.a.n.t t.o d.i.e", "I want to die"),
    ],
)
def test_what_is_hidden_is_read(text: str, says: str) -> None:
    assert unmasked(text) == says


@pytest.mark.parametrize(
    "text",
    [
        "Where is my bag on flight LK123 from B12 to T2? 14C costs 25kg",
        "well-known and/or e.g. i.e. check-in",
        "This is a normal sentence, isn't it? Ref: AB12CD3",
        "Unglaublich! Rückerstattungsantrag gestellt",
        "Plan B or C or D it is, so be it",
        "I like interesting downtown airplane trips",
        "see https://l1nks.example/k1ll.my.self and @k1ll_er",
        "Great crew today #NoPlaceLikeHomeAtChristmas thank you all so much for everything",
        "It was 2 for 1, u r gr8, c u l8r",
        "Flying \U0001f1ee\U0001f1ea\U0001f1ec\U0001f1e7 and \U0001f1e9\U0001f1ea \U0001f1eb\U0001f1f7",
        "J. R. R. Tolkien, 5 p.m., U.S.A.",
        "",
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert unmasked(text) is None


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    hidden = unmasked(text)
    assert hidden is None or len(hidden) <= 3 * len(text) + 10
