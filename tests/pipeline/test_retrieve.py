"""Retrieval reads the thread where there is one, and believes what was understood as far as it is sure."""

from collections.abc import Sequence

import pytest

from assistant.adapters.memory_index import MemoryIndex
from assistant.domain.knowledge import Evidence
from assistant.domain.mention import Mention, ThreadMessage
from assistant.domain.readers import Readers
from assistant.domain.understanding import Understanding
from assistant.pipeline.retrieve import retrieve
from assistant.scoring.fields import fields_of
from assistant.scoring.fusion import MAX_PER_ARTICLE
from tests.builders import HashEmbedder, a_mention, a_passage, an_understanding

PASSAGES = tuple(
    a_passage(article_id, number, title=title, text=text, intents=[article_id])
    for article_id, title, texts in [
        ("bikes", "Bicycles", ["A bicycle costs EUR 40 per flight.", "A bicycle must be booked.", "A bicycle is big."]),
        ("clubs", "Golf clubs", ["Golf clubs cost EUR 35 per flight.", "Golf clubs must be booked."]),
        ("pets", "Pets", ["Dogs and cats stay at home."]),
    ]
    for number, text in enumerate(texts)
)


@pytest.fixture
def index() -> MemoryIndex:
    made = MemoryIndex()
    made.replace(PASSAGES, HashEmbedder().embed(fields_of(PASSAGES).texts))
    return made


def find(
    index: MemoryIndex, mentions: Sequence[Mention], understandings: Sequence[Understanding], k: int = 4
) -> tuple[Evidence, ...]:
    embedder = HashEmbedder()
    read_as = [
        " ".join([*(turn.text for turn in mention.thread if turn.role == "customer"), mention.text])
        for mention in mentions
    ]
    vectors = embedder.embed(read_as)
    embedder.embedded.clear()
    readers = [Readers(language="en")] * len(mentions)
    found = retrieve(mentions, understandings, vectors, embedder=embedder, index=index, readers=readers, k=k)
    with_turns = [mention for mention in mentions if any(turn.role == "customer" for turn in mention.thread)]
    assert len(embedder.embedded) == len(with_turns), "only follow-ups may be embedded again"
    return found


def first(evidence: Evidence) -> str:
    return evidence.hits[0].passage.article_id


def test_every_mention_gets_its_evidence_in_order(index: MemoryIndex) -> None:
    mentions = [a_mention("what does a bicycle cost"), a_mention("dogs and cats"), a_mention("")]
    bike, dog, empty = find(index, mentions, [an_understanding() for _ in mentions])
    assert (first(bike), first(dog)) == ("bikes", "pets")
    assert len(empty.hits) == 4
    assert find(index, [], []) == ()


def test_a_follow_up_is_read_with_what_the_customer_said_before(index: MemoryIndex) -> None:
    thread = [
        ThreadMessage(role="brand", text="Dogs and cats stay at home."),
        ThreadMessage(role="customer", text="and golf clubs?"),
        ThreadMessage(role="brand", text="Yes."),
    ]
    alone, followed = find(
        index, [a_mention("what does it cost"), a_mention("what does it cost", thread=thread)], [an_understanding()] * 2
    )
    assert first(followed) == "clubs"
    assert len(followed.hits) == len(alone.hits) == 4


def test_what_others_said_before_is_not_searched(index: MemoryIndex) -> None:
    thread = [ThreadMessage(role=role, text="dogs and cats") for role in ("brand", "other", "assistant")]
    alone, after = find(
        index, [a_mention("bicycle"), a_mention("bicycle", thread=thread)], [an_understanding(), an_understanding()]
    )
    assert alone == after


def test_an_understood_intent_lifts_the_articles_that_answer_it(index: MemoryIndex) -> None:
    query = a_mention("how much per flight, must it be booked")
    sure, doubtful, outside, unsure = find(
        index,
        [query] * 4,
        [
            an_understanding("clubs", intent_confidence=1.0),
            an_understanding("clubs", intent_confidence=1.0, in_scope=False, in_scope_confidence=0.5),
            an_understanding("clubs", intent_confidence=1.0, in_scope=False, in_scope_confidence=0.0),
            an_understanding("clubs", intent_confidence=0.0),
        ],
    )
    assert first(sure) == "clubs"
    clubs = [{hit.passage.id: hit.score for hit in found.hits}["clubs@1#0"] for found in (sure, doubtful, outside)]
    assert clubs[0] > clubs[1] > clubs[2], "the gate's doubt weakens the intent's word"
    assert [hit.score for hit in unsure.hits] == [hit.score for hit in outside.hits]
    assert outside.answerable == doubtful.answerable, "doubt never makes an answer likelier"
    assert all(0 <= hit.score <= 1 for hit in sure.hits)


def test_answerable_rises_where_the_best_hit_answers_the_intent_and_falls_where_it_does_not(index: MemoryIndex) -> None:
    agreeing, plain, disagreeing = find(
        index,
        [a_mention("what does a bicycle cost")] * 3,
        [an_understanding("bikes"), an_understanding(), an_understanding("lost_child")],
    )
    assert agreeing.answerable > plain.answerable > disagreeing.answerable


def test_hits_stay_diverse_and_few(index: MemoryIndex) -> None:
    (evidence,) = find(index, [a_mention("bicycle")], [an_understanding("bikes")], k=3)
    articles = [hit.passage.article_id for hit in evidence.hits]
    assert len(articles) == 3
    assert articles.count("bikes") == MAX_PER_ARTICLE


def test_an_article_that_names_no_intent_is_not_held_against_what_was_understood() -> None:
    bare = tuple(passage.model_copy(update={"intents": ()}) for passage in PASSAGES)
    index = MemoryIndex()
    index.replace(bare, HashEmbedder().embed(fields_of(bare).texts))
    asked = [a_mention("what does a bicycle cost")] * 2
    sure, unsure = find(index, asked, [an_understanding(intent="prices"), an_understanding(intent=None)])
    assert sure == unsure
