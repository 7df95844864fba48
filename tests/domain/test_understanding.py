"""Who counts as upset where trouble is looked for."""

import pytest

from assistant.domain.vocabulary import Sentiment, Stance
from tests.desk_builders import make_understanding


@pytest.mark.parametrize(
    ("stance", "sentiment", "upset"),
    [
        (Stance.COMPLAINT, Sentiment.NEUTRAL, True),
        (Stance.RAGER, Sentiment.POSITIVE, True),
        (Stance.ABUSE, Sentiment.NEUTRAL, True),
        (Stance.QUESTION, Sentiment.NEGATIVE, True),
        (Stance.QUESTION, Sentiment.NEUTRAL, False),
        (Stance.PRAISE, Sentiment.POSITIVE, False),
        (Stance.SPAM, Sentiment.NEGATIVE, False),
    ],
)
def test_complaints_count_in_any_tone_and_adverts_never(stance: Stance, sentiment: Sentiment, upset: bool) -> None:
    read = make_understanding().model_copy(update={"stance": stance, "sentiment": sentiment})
    assert read.upset is upset
