"""What the customer names must be what the article speaks of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.domain.knowledge import Article
from assistant.guardrails import coverage
from assistant.guardrails.coverage import MAX_UNCOVERED, counted_afresh, coverage_of
from assistant.kb.pack import load_pack
from tests import pipeline_builders as build

PACK = load_pack(Path(__file__).parents[2] / "knowledge")
COVERAGE = coverage_of(PACK)


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("What's the cabin bag size on the Portuguese airline we connect to in Lisbon?", "cabin-bag-size"),
        ("is my cabin bag ok with another airline too", "cabin-bag-size"),
        ("same bag for Ryanair and you?", "cabin-bag-size"),
        ("I go on with Air Nowhere, what is the bag size", "cabin-bag-size"),
        (
            "Where in Dublin can I get my suitcase wrapped in plastic and what do they charge?",
            "overweight-and-oversize",
        ),
    ],
)
def test_what_is_named_elsewhere_is_not_answered_from_here(text: str, article_id: str) -> None:
    assert not COVERAGE.covers(text, [article_id])


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("@larkspurair wifi on the Dublin - Rome flight?", "wifi"),
        ("Hello, how much is a 20 kg bag with Larkspur Air from Naples to Cork on Friday", "adding-a-bag"),
        ("hi larkspurair what's your cabin bag size", "cabin-bag-size"),
        ("does a wheelchair or a pushchair cost extra", "pushchairs-and-car-seats"),
        ("can a 4kg pup come in the cabin in a carrier", "pets-and-assistance-dogs"),
    ],
)
def test_cities_dates_greetings_and_the_brand_itself_do_not_count(text: str, article_id: str) -> None:
    assert COVERAGE.covers(text, [article_id])


def test_one_unknown_word_is_not_enough() -> None:
    assert COVERAGE.uncovered("zorblax?", ["wifi"]) == 0.0
    assert COVERAGE.uncovered("zorblax quibnix?", ["wifi"]) >= MAX_UNCOVERED


def test_a_brand_may_list_its_competitors() -> None:
    pack = build.pack()
    listing = pack.model_copy(update={"brand": pack.brand.model_copy(update={"competitors": ("Blue Heron",)})})
    assert not coverage_of(listing).covers("cabin bag size on blue heron", ["cabin-bags"])
    assert coverage_of(pack).covers("cabin bag size on blue heron", ["cabin-bags"])


def test_an_unknown_article_covers_nothing() -> None:
    assert not COVERAGE.covers("zorblax quibnix", ["no-such-article"])


def test_a_change_reads_only_what_changed_and_counts_the_same() -> None:
    first, *others = PACK.articles
    body = "Zebras in saddle bags travel in the hold."
    changed = first.model_copy(update={"body": body, "version": first.version + 1})
    coverage_of(PACK)
    for articles in ((changed, *others), others, [each.model_copy() for each in PACK.articles], ()):
        pack = PACK.model_copy(update={"articles": tuple(articles)})
        assert coverage_of(pack) == counted_afresh(pack)
    assert coverage_of(PACK) == counted_afresh(PACK)


def test_other_examples_are_counted_afresh() -> None:
    intent = PACK.intents[0].model_copy(update={"examples": ("are zebras allowed",)})
    pack = PACK.model_copy(update={"intents": (intent, *PACK.intents[1:])})
    coverage_of(PACK)
    assert coverage_of(pack) == counted_afresh(pack)


def test_articles_that_stay_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    texts = coverage._texts

    def counting(article: Article) -> Iterator[str]:
        read.append(article.id)
        return texts(article)

    monkeypatch.setattr(coverage, "_texts", counting)
    coverage_of(PACK.model_copy(update={"articles": ()}))
    coverage_of(PACK)
    assert len(read) == len(PACK.articles)
    first = PACK.articles[0].model_copy(update={"body": "New."})
    coverage_of(PACK.model_copy(update={"articles": (first, *PACK.articles[1:])}))
    assert read[len(PACK.articles) :] == [first.id]


ON_A_PHONE = (
    "A boarding pass on your phone is fine: in our app or your phone's wallet. You can print it too. Open it again "
    "free of charge at https://larkspurair.example/check-in"
)


@pytest.mark.parametrize(
    ("text", "to_the_point"),
    [
        ("can I show the boarding pass on my phone", True),
        ("do I have to print the boarding pass or is the phone fine", True),
        ("can I get my boarding pass by fax", False),
        ("is a screenshot of the boarding pass enough", False),
    ],
)
def test_a_short_answer_speaks_of_what_is_asked(text: str, *, to_the_point: bool) -> None:
    assert COVERAGE.covers(text, ["boarding-pass"], ON_A_PHONE)
    assert COVERAGE.covers(text, ["boarding-pass"], ON_A_PHONE, to_the_point=True) is to_the_point
