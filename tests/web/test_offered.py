"""Approved wording beside the draft fits what the message is, and nothing cheerful meets grief, danger or a lawyer."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.brand import Intent, Pack
from assistant.domain.knowledge import Evidence, EvidenceRef, Hit, Passage
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import FiredSensitivity
from assistant.domain.vocabulary import Decision, Sensitivity, Sentiment, Stance, Tier
from assistant.ports import Vectors
from assistant.web.app import create_app
from tests.desk_builders import make_draft, make_pack, make_turn, make_understanding
from tests.pipeline_builders import article, reply
from tests.web.conftest import OnePassage
from tests.web.test_api import take

BAGS = ("Forty by thirty by twenty.", "A small bag is free.")
CHEERS = ("What a kind message!", "You have made our day.")


def pack() -> Pack:
    thanks = Intent(id="praise", topic="praise", name="Praise", tier=Tier.THANKS, examples=("lovely crew",))
    articles = (
        article("bags", intents=("bag_size",), replies=tuple(map(reply, BAGS))),
        article("thanks", intents=("praise",), replies=tuple(map(reply, CHEERS))),
    )
    made = make_pack()
    return made.model_copy(update={"intents": (*made.intents, thanks), "articles": articles})


def read_as(assistant: Assistant, text: str, *, stance: Stance, fired: Sequence[FiredSensitivity] = ()) -> str:
    """The page of a message that both articles were found for, and that has no draft."""
    mood = Sentiment.POSITIVE if stance is Stance.PRAISE else Sentiment.NEUTRAL
    read = make_understanding().model_copy(update={"stance": stance, "sentiment": mood, "sensitivity": tuple(fired)})
    found = tuple(
        EvidenceRef(article_id=each.id, passage_id=f"{each.id}@2#0", version=2, title=each.title, score=0.6)
        for each in pack().articles
    )

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        turns = [make_turn(mention, Decision.REVIEW, with_draft=False) for mention in mentions]
        return [turn.model_copy(update={"understanding": read, "evidence": found}) for turn in turns]

    client = TestClient(create_app(replace(assistant, pack=pack(), respond=respond)))
    talk = take(client, text)["conversation_id"]
    return client.get(f"/conversations/{talk}").text


def offered(page: str) -> set[str]:
    return {text for text in (*BAGS, *CHEERS) if text in page}


@pytest.mark.parametrize(
    ("text", "stance", "wording"),
    [
        ("how big can a bag be?", Stance.QUESTION, {*BAGS}),
        ("my bag was refused, this is a joke", Stance.COMPLAINT, {*BAGS}),
        ("lovely crew today, thank you", Stance.PRAISE, {*CHEERS}),
        ("lovely crew, thank you! how big can a bag be?", Stance.PRAISE, {*BAGS, *CHEERS}),
    ],
)
def test_wording_fits_what_the_message_is(assistant: Assistant, text: str, stance: Stance, wording: set[str]) -> None:
    assert offered(read_as(assistant, text, stance=stance)) == wording


@pytest.mark.parametrize(
    "category",
    [Sensitivity.PRESS_OR_VIP, Sensitivity.LEGAL_THREAT, Sensitivity.BEREAVEMENT, Sensitivity.SELF_HARM],
)
@pytest.mark.parametrize("stance", [Stance.QUESTION, Stance.PRAISE])
def test_nothing_is_offered_where_a_person_writes_from_scratch(
    assistant: Assistant, category: Sensitivity, stance: Stance
) -> None:
    fired = FiredSensitivity(category=category, score=0.97)
    assert offered(read_as(assistant, "your crew, and a statement", stance=stance, fired=[fired])) == set()


def test_nothing_cheerful_is_offered_where_it_only_may_be_grief(assistant: Assistant) -> None:
    maybe = FiredSensitivity(category=Sensitivity.BEREAVEMENT, score=0.8, certain=False)
    page = read_as(assistant, "your crew was kind to us", stance=Stance.PRAISE, fired=[maybe])
    assert not offered(page).intersection(CHEERS)


@pytest.mark.parametrize(("fired", "found"), [((), True), ((Sensitivity.PRESS_OR_VIP,), False)])
def test_whoever_looks_for_wording_finds_no_cheer_for_a_journalist(
    assistant: Assistant, fired: tuple[Sensitivity, ...], found: bool
) -> None:
    read = make_understanding(sensitivity=fired)
    cheer = Passage(id="thanks@2#0", article_id="thanks", version=2, title="Thanks", text="Words like these.")

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        return [make_turn(each).model_copy(update={"understanding": read}) for each in mentions]

    class Cheerful(OnePassage):
        def search(self, queries: Sequence[str], vectors: Vectors, *, k: int) -> Sequence[Evidence]:
            return [Evidence(hits=(Hit(passage=cheer, score=0.9),), answerable=0.8) for _ in queries]

    client = TestClient(create_app(replace(assistant, pack=pack(), respond=respond, index=Cheerful())))
    talk = take(client, "a comment for the paper about your crew")["conversation_id"]
    page = client.get(f"/conversations/{talk}/answers?find=thanks").text
    assert (offered(page) == {*CHEERS}) is found
    assert ("Words like these." in page) is found


def test_the_drafts_own_words_are_no_alternative_to_it(assistant: Assistant) -> None:
    """The wording a draft was made of stood beside it once more, without the disclosure that code adds again."""
    drafted = make_draft(BAGS[0])

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        turns = [make_turn(mention, Decision.REVIEW) for mention in mentions]
        found = (EvidenceRef(article_id="bags", passage_id="bags@2#0", version=2, title="Bags", score=0.6),)
        return [turn.model_copy(update={"draft": drafted, "evidence": found}) for turn in turns]

    client = TestClient(create_app(replace(assistant, pack=pack(), respond=respond)))
    page = client.get(f"/conversations/{take(client, 'how big can a bag be?')['conversation_id']}").text
    inserts = re.findall(r'data-insert="([^"]*)"', page)
    assert len([words for words in inserts if words.startswith(BAGS[0])]) == 1
    assert BAGS[1] in inserts


def test_wording_is_offered_with_its_fields_filled_in(assistant: Assistant) -> None:
    """`{flight}` stood in the editor, and went out where it was overlooked. Where nothing was drafted, the only
    wording there is wasn't offered."""
    filled = article("bags", intents=("bag_size",), replies=(reply("On {flight}, a small bag is free."),))
    known = pack().model_copy(update={"articles": (filled,)})
    found = (EvidenceRef(article_id="bags", passage_id="bags@2#0", version=2, title="Bags", score=0.6),)

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        turns = [make_turn(mention, Decision.REVIEW, with_draft=False) for mention in mentions]
        return [turn.model_copy(update={"understanding": make_understanding(), "evidence": found}) for turn in turns]

    client = TestClient(create_app(replace(assistant, pack=known, respond=respond)))
    talk = take(client, "how big can a bag be on SK123?")["conversation_id"]
    assert "On SK123, a small bag is free." in client.get(f"/conversations/{talk}").text
