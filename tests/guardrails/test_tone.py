import pytest

from assistant.domain.vocabulary import Sentiment, Severity
from assistant.guardrails.tone import check, is_upset
from tests.gate_builders import pack

VOICE = pack().brand.voice


def found(text: str, mention: str = "Can I get a refund?", sentiment: Sentiment | None = None) -> list[Severity]:
    return [finding.severity for finding in check(text, voice=VOICE, mention_text=mention, sentiment=sentiment)]


@pytest.mark.parametrize(
    "text",
    [
        "Our Policy  dictates that.".replace("  ", " "),
        "Great!! Wow!",
        "THIS IS FINAL.",
    ],
)
def test_sends_to_review(text: str) -> None:
    assert found(text) == [Severity.REVIEW]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks! Flex has a full refund.",
        "Check the EU rules at the IATA desk.",
        "Type AGENT to reach a person.",
    ],
)
def test_lets_pass(text: str) -> None:
    assert found(text) == []


def test_gladness_mocks_an_upset_author() -> None:
    assert found("Thanks for your support!", "worst airline ever") == [Severity.REVIEW]
    assert found("Glad to hear it.", "fine", Sentiment.NEGATIVE) == [Severity.REVIEW]
    assert found("Glad to hear it.", "lovely crew") == []
    assert found("Thank you for telling us.", "you lost my bag, pathetic") == [Severity.NOTE]


@pytest.mark.parametrize(
    "text",
    [
        "great, another delay",
        "Thanks a lot, stuck in Cork",
        "🙄 sure",
        "happy to be back in baggage hell",
        "so proud of us, members of the lost suitcase club",
    ],
)
def test_praise_that_means_its_opposite_is_upset(text: str) -> None:
    assert is_upset(text)


@pytest.mark.parametrize("text", ["so happy, one hell of a crew!", "Glad you found my missing bag, thank you"])
def test_praise_is_praise(text: str) -> None:
    assert not is_upset(text)


@pytest.mark.parametrize(
    ("text", "sentiment", "said"),
    [
        ("You can bring one bag. #travel", Sentiment.NEUTRAL, "hashtag"),
        ("Bag 40x30 is #1 and C# works, see https://skylark.example/a#top.", Sentiment.NEUTRAL, None),
        ("You can bring one bag 🙂", Sentiment.NEUTRAL, None),
        ("You can bring one bag 🙂✈️", Sentiment.NEUTRAL, "emoji"),
        ("👨‍👩‍👧 can bring one bag.", Sentiment.NEUTRAL, None),
        ("Thank you! Book now and get 20 % off.", Sentiment.POSITIVE, "sales pitch"),
        ("Thank you, that's lovely to hear.", Sentiment.POSITIVE, None),
    ],
)
def test_hashtags_emoji_and_sales_have_their_place(text: str, sentiment: Sentiment, said: str | None) -> None:
    found = [each.message for each in check(text, voice=pack().brand.voice, mention_text="Hi", sentiment=sentiment)]
    assert (said is None) == (found == [])
    assert said is None or said in found[0]


@pytest.mark.parametrize(
    "text", ["Inconveniences happen.", "Rest-assured, it comes.", "please be  advised", "kind\u200bly wait"]
)
def test_an_avoided_word_is_known_in_its_plural_with_a_hyphen_and_with_hidden_marks(text: str) -> None:
    voice = pack(avoid=("inconvenience", "rest assured", "please be advised", "kindly")).brand.voice
    assert [each.message for each in check(text, voice=voice, mention_text="hi")] == ["The brand avoids these words."]
