"""Among several approved replies of an article, the one that speaks of what was asked."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.adapters.approved_wording import Rarity, answering
from assistant.adapters.extractive import Extractive
from assistant.domain.article_history import content_hash
from assistant.domain.brand import Pack
from assistant.domain.knowledge import ApprovedReply, Article
from assistant.domain.vocabulary import Visibility
from assistant.kb.import_articles import article_file
from assistant.kb.pack import load_pack
from assistant.ports import DraftRequest, Vectors
from assistant.prompts import Prompts
from tests import pipeline_builders as build

ROOT = Path(__file__).parents[2]
PROMPTS = Prompts(ROOT / "prompts")
GENERAL = "A bike costs EUR 60 per flight, in a box or padded bag. Book your bike online."
WEIGHT = "Your bike may weigh 32 kg."
BATTERY = "An e-bike flies without its battery."
COLLECT = "Your bike comes out at the outsize belt."


def facet(text: str, about: str = "", visibility: Visibility = Visibility.PUBLIC) -> ApprovedReply:
    return build.reply(text, channels=("short", "any"), visibility=visibility).model_copy(update={"about": about})


BIKES = build.article(
    "bikes",
    replies=(facet(GENERAL), facet(WEIGHT, "heavy limit"), facet(BATTERY, "electric"), facet(COLLECT, "where collect")),
)


async def answer(question: str, article: Article = BIKES, **mention: object) -> str:
    asked = DraftRequest(
        mention=build.mention(question, **mention),
        understanding=build.understanding(),
        evidence=build.evidence((article, 0.8)),
        passages=build.passages_of(article),
        pack=build.pack(articles=(article, build.REFUNDS)),
    )
    found = await Extractive(PROMPTS).draft(asked)
    assert found.draft is not None, found.why
    return found.draft.text


@pytest.mark.parametrize("channel", ["x", "facebook"])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How much may my bike weigh?", WEIGHT),
        ("Is my bike too heavy?", WEIGHT),
        ("What about the battery of an e-bike?", BATTERY),
        ("Can I bring an electric bike?", BATTERY),
        ("Where do I collect it?", COLLECT),
        ("Is a box enough for my bike?", GENERAL),
    ],
)
async def test_the_reply_that_speaks_of_what_was_asked_answers(question: str, said: str, channel: str) -> None:
    assert await answer(question, channel=channel) == said


@pytest.mark.parametrize("question", ["My bike?", "Do you take a tandem?", "Your weekend plans?", "🚲"])
async def test_a_question_that_no_reply_speaks_of_more_gets_the_general_one(question: str) -> None:
    assert await answer(question) == GENERAL


async def test_the_general_reply_is_the_first_whatever_it_says() -> None:
    turned = BIKES.model_copy(update={"replies": tuple(reversed(BIKES.replies))})
    assert await answer("Do you take a tandem?", turned) == COLLECT
    assert await answer("Is a box enough?", turned) == GENERAL


async def test_a_rare_word_tells_more_than_words_of_every_article() -> None:
    often = facet("You can pay online by card on the day.")
    asked = BIKES.model_copy(update={"replies": (*BIKES.replies, often), "body": "Pay online. " + BIKES.body})
    other = build.REFUNDS.model_copy(update={"body": "Pay online by card on the day. " + build.REFUNDS.body})
    request = DraftRequest(
        mention=build.mention("Pay online for an electric one?"),
        understanding=build.understanding(),
        evidence=build.evidence((asked, 0.8)),
        passages=build.passages_of(asked),
        pack=build.pack(
            articles=(asked, *(other.model_copy(update={"id": f"other-{number}"}) for number in range(30)))
        ),
    )
    draft = (await Extractive(PROMPTS).draft(request)).draft
    assert draft is not None
    assert draft.text == BATTERY


async def test_only_replies_that_say_the_same_take_turns() -> None:
    again = "Your bike may weigh up to 32 kg."
    both = BIKES.model_copy(update={"replies": (*BIKES.replies, facet(again, "heavy limit"))})
    said = {await answer("Is my bike too heavy?", both, id=f"m{number}") for number in range(30)}
    assert said == {WEIGHT, again}
    assert {await answer("Where do I collect it?", both, id=f"m{number}") for number in range(30)} == {COLLECT}


@pytest.mark.parametrize(("nearer", "chosen"), [(0.1, "COST"), (0.2, "WHO")])
def test_a_reply_that_holds_the_kind_asked_for_goes_before_one_that_is_a_little_nearer(
    nearer: float, chosen: str
) -> None:
    replies = {"WHO": facet("Anybody flies alone."), "COST": facet("Flying alone costs EUR 60.")}
    question, near = "what is the fee for a child flying alone", [0.5 + nearer, 0.55]
    (found,) = answering(list(replies.values()), question, rarity=Rarity({}), alike=near)
    assert found == replies[chosen]
    (found,) = answering(list(replies.values()), "may a child fly alone", rarity=Rarity({}), alike=near)
    assert found == replies["WHO"]


@pytest.mark.parametrize(
    ("question", "chosen"),
    [("when does check-in open, I didn't pay for a seat", "WITHOUT"), ("when does check-in open with a seat", "WITH")],
)
def test_who_has_none_reads_what_holds_without_it(question: str, chosen: str) -> None:
    replies = {
        "WITH": facet("Check-in for a chosen seat opens thirty days early."),
        "WITHOUT": facet("Check-in opens two days ahead when no seat was picked."),
    }
    (found,) = answering(list(replies.values()), question, rarity=Rarity({}), alike=[0.7, 0.65])
    assert found == replies[chosen]


async def test_private_wording_goes_before_public_wording_that_speaks_of_more() -> None:
    private = facet("Everything on bikes is here: a bike costs EUR 60.", visibility=Visibility.PRIVATE)
    known = BIKES.model_copy(update={"replies": (*BIKES.replies, private)})
    assert await answer("Is my bike too heavy?", known, visibility=Visibility.PRIVATE) == private.text


@pytest.fixture(scope="module")
def shipped() -> Pack:
    return load_pack(ROOT / "knowledge")


async def test_every_shipped_reply_can_be_asked_for(shipped: Pack) -> None:
    """By the customers' words that it names."""
    drafter = Extractive(PROMPTS)
    for article in shipped.articles:
        for reply in (reply for reply in article.replies if reply.about):
            channel = "x" if "short" in reply.channels else "facebook"
            request = DraftRequest(
                mention=build.mention(reply.about, channel=channel),
                understanding=build.understanding(intent=article.intents[0]),
                evidence=build.evidence((article, 0.8)),
                passages=build.passages_of(article),
                pack=shipped,
            )
            draft = (await drafter.draft(request)).draft
            assert draft is not None
            assert reply.text.split(". ")[0].rstrip(".") in draft.text, f"{article.id}: {reply.about}"


def test_what_a_reply_is_about_is_written_with_it_and_part_of_the_text_an_article_had() -> None:
    written = article_file(BIKES)
    assert "about: heavy limit" in written
    assert written.count("about:") == 3
    silent = BIKES.model_copy(update={"replies": (facet(GENERAL), facet(WEIGHT), facet(BATTERY), facet(COLLECT))})
    assert content_hash(silent) != content_hash(BIKES)
    assert "about" not in silent.model_dump_json(), "articles without it keep the hash they had"


class Meanings:
    """An `Embedder` of two subjects: what has to do with heaviness, and everything else."""

    fingerprint = "meanings"
    dimensions = 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        heavy = [any(word in text for word in ("weigh", "kilos", "heavy")) for text in texts]
        return np.array([(1.0, 0.0) if each else (0.0, 1.0) for each in heavy], np.float32)


@pytest.mark.parametrize(
    ("question", "by_words", "by_meaning"),
    [
        ("How many kilos?", GENERAL, WEIGHT),  # no word in common
        ("Where do I collect it?", COLLECT, COLLECT),  # words decide among replies equally near
        ("Anything else?", GENERAL, GENERAL),  # nothing tells: the general one
    ],
)
async def test_meaning_chooses_where_words_cannot(question: str, by_words: str, by_meaning: str) -> None:
    asked = DraftRequest(
        mention=build.mention(question),
        understanding=build.understanding(),
        evidence=build.evidence((BIKES, 0.8)),
        passages=build.passages_of(BIKES),
        pack=build.pack(articles=(BIKES, build.REFUNDS)),
    )
    near = asked._replace(meaning=Meanings().embed([question])[0])
    words, meaning = await Extractive(PROMPTS).draft(near), await Extractive(PROMPTS, Meanings()).draft(near)
    unread = await Extractive(PROMPTS, Meanings()).draft(asked)
    assert words.draft
    assert meaning.draft
    assert unread.draft
    assert words.draft.text.startswith(by_words)
    assert unread.draft.text == words.draft.text, "nobody embedded the question"
    assert meaning.draft.text.startswith(by_meaning)
