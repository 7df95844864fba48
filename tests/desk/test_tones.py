"""The same answer in another tone: what it says stays, how it says it changes."""

import pytest

from assistant.desk.tones import tones
from assistant.domain.draft import Claim, Draft, running_text
from assistant.domain.vocabulary import ClaimKind, Sentiment, Visibility
from tests.desk_builders import make_mention, make_pack, make_turn

SORRY = Claim(text="Sorry, that's not how it should be.", kind=ClaimKind.EMPATHY)
FACT = Claim(text="You can't take more than 10 kg, the airport's scales count.", kind=ClaimKind.FACT)
WAY = Claim(text="Message us and we'll look.", kind=ClaimKind.COURTESY)
MACHINE = Claim(text="– AI assistant", kind=ClaimKind.DISCLOSURE)


def said(
    *claims: Claim, feels: Sentiment = Sentiment.NEUTRAL, private: bool = False, language: str = "en"
) -> dict[str, str]:
    pack = make_pack()
    voice = pack.brand.voice.model_copy(update={"empathy": ("We're sorry.",), "closing_questions": ("Anything else?",)})
    pack = pack.model_copy(update={"brand": pack.brand.model_copy(update={"voice": voice})})
    draft = Draft(text=running_text(claims), claims=claims, drafter="extractive", language=language)
    turn = make_turn(make_mention("1"), draft=draft)
    visibility = Visibility.PRIVATE if private else Visibility.PUBLIC
    assert turn.understanding is not None
    read = turn.understanding.model_copy(update={"sentiment": feels})
    mention = turn.mention.model_copy(update={"visibility": visibility})
    return {
        tone.title: tone.text
        for tone in tones(turn.model_copy(update={"understanding": read, "mention": mention}), pack=pack)
    }


def test_shorter_keeps_the_answer_and_who_wrote_it() -> None:
    assert said(SORRY, FACT, WAY, MACHINE)["Shorter"] == running_text((FACT, MACHINE))
    assert said(SORRY, WAY, MACHINE).get("Shorter") is None


@pytest.mark.parametrize(
    ("claims", "feels", "private", "warmer"),
    [
        ((FACT, MACHINE), Sentiment.NEGATIVE, False, "We're sorry. " + running_text((FACT, MACHINE))),
        ((SORRY, FACT), Sentiment.NEGATIVE, False, None),
        ((FACT, MACHINE), Sentiment.NEUTRAL, True, f"{FACT.text} Anything else? {MACHINE.text}"),
        ((FACT, MACHINE), Sentiment.NEUTRAL, False, None),
    ],
)
def test_warmer_in_the_brands_own_words(
    claims: tuple[Claim, ...], feels: Sentiment, private: bool, warmer: str | None
) -> None:
    assert said(*claims, feels=feels, private=private).get("Warmer") == warmer


def test_formal_writes_contractions_out_and_leaves_owners_alone() -> None:
    formal = said(SORRY, FACT, WAY)["More formal"]
    assert formal == (
        "We are sorry, that is not how it should be. You cannot take more than 10 kg, the airport's scales count. "
        "Message us and we will look."
    )


def test_nothing_where_nothing_changes_or_in_another_language() -> None:
    plain = Claim(text="A bag may weigh 10 kg.", kind=ClaimKind.FACT)
    assert said(plain) == {}
    assert said(SORRY, FACT, language="de") == {}


def test_formal_leaves_the_disclosure_as_the_brand_words_it() -> None:
    """It wasn't known again where an agent edited the text, and a second one was added."""
    machine = Claim(text="I'm the airline's automated assistant.", kind=ClaimKind.DISCLOSURE)
    formal = said(FACT, machine)["More formal"]
    assert formal == f"You cannot take more than 10 kg, the airport's scales count. {machine.text}"
