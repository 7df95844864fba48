"""Contradictions between articles are found; two true statements on different subjects are none."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.adapters.minilm import MiniLM
from assistant.domain.knowledge import ApprovedReply, Article
from assistant.domain.vocabulary import Audience, Visibility
from assistant.kb.health import ConflictKind, Health, contradictions, examine
from assistant.ports import Embedder
from tests.builders import an_article

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return MiniLM(tmp_path_factory.mktemp("minilm"), precision="int8")


def article(name: str, body: str, *, audience: Audience = Audience.PUBLIC) -> Article:
    return an_article(name, title=f"About {name}", summary=f"All of {name}.", body=body, audience=audience)


def examined(embedder: Embedder, *bodies: str) -> Health:
    articles = [article(f"number-{place}", body) for place, body in enumerate(bodies)]
    return examine(articles, embedder=embedder, on=TODAY)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (
            "Online check-in opens 30 hours before departure.",
            "Online check-in opens 48 hours before departure.",
            "figure",
        ),
        (
            "A bicycle costs EUR 40 for each flight from Dublin.",
            "A bicycle costs EUR 55 for each flight to and from Dublin.",
            "figure",
        ),
        ("Dogs may travel in the cabin.", "Dogs may not travel in the cabin.", "polarity"),
        ("A voucher can be refunded in cash.", "A voucher cannot be refunded in cash.", "polarity"),
        ("The cabin bag fee is refundable.", "The cabin bag fee is non-refundable.", "polarity"),
    ],
)
def test_a_contradiction_is_found_whichever_comes_first(embedder: Embedder, one: str, other: str, kind: str) -> None:
    for pair in ((one, other), (other, one)):
        (found,) = examined(embedder, *pair).conflicts
        assert found.kind is ConflictKind(kind)
        assert [found.one.text, found.other.text] == list(pair)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Within Europe, Standard includes one bag of 20 kg.",
            "Across the Atlantic, Standard includes one bag of 23 kg.",
        ),
        ("Online check-in opens 30 hours before departure.", "Online check-in opens 30 hours before departure."),
        ("A bicycle costs EUR 40 for each flight.", "Refunds take 7 days by card."),
    ],
)
def test_what_can_both_be_true_is_no_contradiction(embedder: Embedder, one: str, other: str) -> None:
    assert examined(embedder, one, other).conflicts == ()


def titled(title: str, body: str) -> Article:
    return an_article(title.lower().replace(" ", "-"), title=title, summary=f"{title} in short.", body=body)


def test_each_article_of_a_row_of_products_speaks_of_its_own(embedder: Embedder) -> None:
    fee = "The monthly maintenance fee is EUR {}."
    cards = [titled(f"{name} Account", fee.format(euros)) for name, euros in (("Beige", 4), ("Blue", 9))]
    assert examine(cards, embedder=embedder, on=TODAY).conflicts == ()
    plans = [
        titled(name, fee.format(euros))
        for name, euros in (("Starting with Beige", 4), ("Blue at a glance", 9), ("Why Lime", 7), ("Pearl", 2))
    ]
    assert examine(plans, embedder=embedder, on=TODAY).conflicts == ()
    assert len(examine(plans[:2], embedder=embedder, on=TODAY).conflicts) == 1, "two alone may mean the same"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Late returns", "Children", "An overdue book costs EUR {} a day."),
        ("Blue Account", "The Blue Account in short", "The monthly maintenance fee is EUR {}."),
        ("Refunds by card", "Refund times", "Refunds take {} days."),
    ],
)
def test_what_a_title_doesn_t_set_apart_contradicts(embedder: Embedder, one: str, other: str, said: str) -> None:
    articles = [titled(one, said.format(5)), titled(other, said.format(7))]
    assert len(examine(articles, embedder=embedder, on=TODAY).conflicts) == 1


def test_only_articles_for_the_same_readers_are_compared(embedder: Embedder) -> None:
    public = article("public", "Dogs may travel in the cabin.")
    inside = article("inside", "Dogs may not travel in the cabin.", audience=Audience.AGENTS)
    assert examine([public, inside], embedder=embedder, on=TODAY).conflicts == ()


def test_articles_that_say_the_same_are_proposed_for_merging_into_the_longer(embedder: Embedder) -> None:
    long = an_article("long", body="The bag may weigh 10 kg. It goes under the seat in front of you.")
    found = examine([an_article("short"), long, article("pets", "Dogs stay at home.")], embedder=embedder, on=TODAY)
    assert [(twins.keep, twins.merge) for twins in found.twins] == [("long", "short")]


def test_overdue_reviews_are_named_and_expired_articles_left_out(embedder: Embedder) -> None:
    late = an_article("late").model_copy(update={"review_by": TODAY - timedelta(days=1)})
    gone = an_article("gone", valid_until=TODAY - timedelta(days=1))
    found = examine([late, gone], embedder=embedder, on=TODAY)
    assert (found.articles, found.overdue) == (1, ("late",))


def test_no_articles_are_healthy(embedder: Embedder) -> None:
    assert examine([], embedder=embedder, on=TODAY) == Health(articles=0, sentences=0)


def test_the_shipped_articles_do_not_contradict_each_other(embedder: Embedder) -> None:
    from assistant.kb.pack import load_pack

    pack = load_pack(Path(__file__).parents[2] / "knowledge")
    found = examine(pack.articles, embedder=embedder, on=TODAY)
    assert found.sentences > 1000
    assert found.conflicts == ()


def faq(name: str, question: str, answer: str) -> Article:
    return an_article(name, title=question, summary=answer, body=answer)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (("How much does a card cost?", "10 euros."), ("What does a card cost?", "EUR 20."), "figure"),
        (("What's the overdraft limit?", "€500"), ("What is the limit of the overdraft?", "Up to €750."), "figure"),
        (("Can I bring my dog inside?", "Yes."), ("Can I bring a dog inside?", "No, sorry."), "polarity"),
        (("Is a transfer free?", "No, it costs EUR 3."), ("Are transfers free?", "Yes, always."), "polarity"),
    ],
)
def test_one_question_answered_otherwise_is_a_contradiction(
    embedder: Embedder, one: tuple[str, str], other: tuple[str, str], kind: str
) -> None:
    found = examine([faq("one", *one), faq("other", *other)], embedder=embedder, on=TODAY)
    (conflict,) = found.conflicts
    assert (conflict.kind, conflict.one.text, conflict.other.text) == (ConflictKind(kind), one[1], other[1])
    assert contradictions(faq("one", *one), faq("other", *other)) == found.conflicts


LATE = an_article(
    "late",
    title="Late returns",
    questions=["How much are overdue fines?"],
    body="Children pay nothing. Adults pay 20p a day for each item, up to £6 an item.\n\nA lost item costs £3 more.",
)


def test_a_short_answer_meets_the_sentence_of_the_longer_one_that_says_another_figure(embedder: Embedder) -> None:
    short = faq("short", "How much are overdue fines?", "They cost £8 a day.")
    (conflict,) = examine([LATE, short], embedder=embedder, on=TODAY).conflicts
    assert {conflict.one.text, conflict.other.text} == {
        "Adults pay 20p a day for each item, up to £6 an item.",
        "They cost £8 a day.",
    }


def test_a_short_answer_whose_figure_the_longer_one_says_too_contradicts_nothing(embedder: Embedder) -> None:
    for answer in ("Up to £6 an item.", "Within a day.", "Nothing for children."):
        short = faq("short", "How much are overdue fines?", answer)
        assert examine([LATE, short], embedder=embedder, on=TODAY).conflicts == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("How much does a gold card cost?", "50 euros."), ("How much does a silver card cost?", "30 euros.")),
        (("How much does a card cost?", "10 euros."), ("What does a card cost?", "10 euros a year.")),
        (("When do you open?", "At 9:00."), ("When do you open on Sunday?", "At 11:00.")),
        (("How long does it take?", "Two days."), ("Refunds?", "Three days.")),
        (("How big is a cabin bag?", "It may weigh 10 kg."), ("How big is the cabin bag?", "Up to 55 cm wide.")),
        (("Card fees", "The yearly fee is 10 euros."), ("Card fees", "Late payment: 5 euros.")),
    ],
)
def test_other_questions_and_the_same_answer_are_no_contradiction(
    embedder: Embedder, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert examine([faq("one", *one), faq("other", *other)], embedder=embedder, on=TODAY).conflicts == ()


def test_other_regions_may_have_other_figures(embedder: Embedder) -> None:
    irish = faq("irish", "How much does a card cost?", "10 euros.").model_copy(update={"regions": ("ie",)})
    british = faq("british", "How much does a card cost?", "20 euros.").model_copy(update={"regions": ("uk",)})
    assert examine([irish, british], embedder=embedder, on=TODAY).conflicts == ()
    assert len(examine([irish, british.model_copy(update={"regions": ()})], embedder=embedder, on=TODAY).conflicts) == 1


def replying(name: str, body: str, *replies: str) -> Article:
    approved = tuple(ApprovedReply(channels=("any",), visibility=Visibility.PUBLIC, text=text) for text in replies)
    return article(name, body).model_copy(update={"replies": approved})


BODY = (
    "Online check-in opens 30 hours before departure, or 48 hours with a chosen seat. Dogs may not travel in the cabin."
)


@pytest.mark.parametrize(
    "reply",
    [
        "Thanks for asking. Online check-in opens 36 hours before departure, or 48 hours with a chosen seat.",
        "Dogs may travel in the cabin.",
    ],
)
def test_an_approved_reply_that_contradicts_its_article_is_shown(embedder: Embedder, reply: str) -> None:
    (found,) = examine([replying("check-in", BODY, reply)], embedder=embedder, on=TODAY).conflicts
    assert (found.one.article_id, found.other.article_id) == ("check-in", "check-in")
    assert found.one.approved_reply
    assert not found.other.approved_reply
    assert found.one.text in reply


def test_an_approved_reply_that_contradicts_another_article_is_shown(embedder: Embedder) -> None:
    own = replying("bags", "A bag costs EUR 40.", "Dogs may travel in the cabin.")
    (found,) = examine([own, article("pets", BODY)], embedder=embedder, on=TODAY).conflicts
    assert (found.one.article_id, found.other.article_id, found.kind) == ("bags", "pets", ConflictKind.POLARITY)


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        (BODY, "Online check-in opens 30 hours before departure."),
        (
            "We never:\n\n- ask for a photo of your passport\n- ask for codes",
            "We never ask for a photo of your passport.",
        ),
        ("Standard and Flex add a bag of max 10 kg on Standard and 12 kg on Flex.", "Flex adds 12 kg."),
    ],
)
def test_an_approved_reply_that_says_less_is_none(embedder: Embedder, body: str, reply: str) -> None:
    assert examine([replying("own", body, reply)], embedder=embedder, on=TODAY).conflicts == ()
