"""Claims read as one text."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.draft import Claim, running_text
from assistant.domain.vocabulary import ClaimKind


def claims(*texts: str) -> list[Claim]:
    return [Claim(text=text, kind=ClaimKind.FACT) for text in texts]


def test_sentences_follow_each_other() -> None:
    assert running_text(claims("One.", 'Say "two."', "Three?", "Four")) == 'One. Say "two." Three? Four'


def test_an_address_ends_its_line() -> None:
    assert running_text(claims("See https://larkspurair.example/bags", "Thanks.")) == (
        "See https://larkspurair.example/bags\nThanks."
    )


@given(st.lists(st.text(st.characters(categories=["L", "P"]), min_size=1)))
def test_no_sentence_is_changed(texts: list[str]) -> None:
    joined = running_text(claims(*texts))
    assert all(text in joined for text in texts)
    assert len(joined) == sum(map(len, texts)) + max(0, len(texts) - 1)
