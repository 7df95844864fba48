"""Sources that disagree about a figure are found; the same figure twice, or another subject, is not."""

import pytest

from assistant.domain.draft import Citation, Claim
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import ClaimKind, Severity
from assistant.guardrails.contradiction import findings

QUOTE = "A bicycle costs EUR 60 per flight in a padded bag."


def passage(*sentences: str) -> Passage:
    return Passage(id="bikes@1#0", article_id="bikes", version=1, title="Bikes", text=" ".join(sentences))


def claim() -> Claim:
    cited = Citation(passage_id="bikes@1#0", article_id="bikes", version=1, quote=QUOTE)
    return Claim(text=QUOTE, kind=ClaimKind.POLICY, citations=(cited,))


def test_the_same_words_with_another_figure_ask_for_a_person() -> None:
    (found,) = findings([claim()], [passage(QUOTE, "A bicycle costs EUR 75 per flight in a padded bag.")])
    assert found.severity is Severity.REVIEW
    assert "EUR 75" in found.message


@pytest.mark.parametrize(
    "other",
    [QUOTE, "A surfboard costs EUR 75 per flight in a padded bag.", "Book it at least 24 hours before departure."],
)
def test_what_agrees_or_speaks_of_something_else_is_left_alone(other: str) -> None:
    assert findings([claim()], [passage(QUOTE, other)]) == ()


@pytest.mark.parametrize("said", [QUOTE, "A bicycle is EUR 60 per flight in a bag; book it a day before."])
def test_a_claim_that_says_it_and_quotes_a_summary_is_found_too(said: str) -> None:
    summary = "Bicycles are EUR 60."
    cited = Citation(passage_id="bikes@1#0", article_id="bikes", version=1, quote=summary)
    told = Claim(text=said, kind=ClaimKind.POLICY, citations=(cited,))
    sources = [passage(summary, QUOTE, "A bicycle costs EUR 75 per flight in a padded bag.")]
    (found,) = findings([told], sources)
    assert "EUR 75" in found.message


def test_sources_that_disagree_about_something_else_are_left_alone() -> None:
    sources = [
        passage(
            QUOTE, "A surfboard in a cover costs EUR 40 per person.", "A surfboard in a cover costs EUR 50 per person."
        )
    ]
    assert findings([claim()], sources) == ()
