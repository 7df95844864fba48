"""A model's second opinion sorts what the classifiers doubt, and never spares anybody a look at it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.adapters.extractive import Extractive
from assistant.adapters.model_reader import ModelReader
from assistant.adapters.scripted import ScriptedChat
from assistant.domain.automation import AutomationState
from assistant.domain.brand import Pack
from assistant.domain.incident import Incident
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import FiredSensitivity, InjectionVerdict, SecondOpinion
from assistant.domain.vocabulary import Decision, Reason, Sensitivity, Sentiment, Severity, Stance, Urgency
from assistant.errors import AssistantError, ModelOutputInvalid, ModelUnavailable
from assistant.pipeline.reread import Second, weighed
from assistant.pipeline.respond import Pipeline
from assistant.ports import Reread, SecondReader
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
QUESTION = "What is the size of one small bag under the seat on every fare?"
DOUBTED = {"in_scope": False, "in_scope_confidence": 0.2, "intent_confidence": 0.3}
SICK = FiredSensitivity(category=Sensitivity.MEDICAL, score=0.9)
ABOUT_BAGS: dict[str, object] = {
    "intent": "I1",
    "stance": "question",
    "sentiment": "neutral",
    "urgency": "low",
    "language": "en",
}


def pipeline(
    reading: Mapping[str, object],
    chat: ScriptedChat | None,
    *,
    language: str = "en",
    reader: SecondReader | None = None,
) -> Pipeline:
    embedder, pack = build.WordEmbedder(), build.pack()
    second = reader or (ModelReader(chat, PROMPTS) if chat else None)
    return Pipeline(
        pack=pack,
        embedder=embedder,
        languages=build.OneLanguage(language),
        heads=build.KeywordHeads({"": reading}),
        index=build.ListIndex(pack.articles, embedder),
        drafter=Extractive(PROMPTS),
        clock=lambda: build.NOW,
        automation=AutomationState,
        permits=lambda: build.PERMITS,
        second=Second(second, frozenset({"en"})) if second else None,
    )


async def read(
    reading: Mapping[str, object],
    *answers: Mapping[str, object] | str | AssistantError,
    language: str = "en",
    text: str = QUESTION,
    **changes: object,
) -> tuple[Turn, ScriptedChat]:
    chat = ScriptedChat(answers)
    (turn,) = await pipeline(reading, chat, language=language)([build.mention(text, **changes)])
    return turn, chat


async def test_a_doubted_message_is_reviewed_with_a_draft_once_the_model_knows_what_it_is_about() -> None:
    wrong = {**DOUBTED, "intent": "refund_status"}
    (alone,) = await pipeline(wrong, None)([build.mention(QUESTION)])
    assert alone.route.decision is Decision.HANDOFF
    turn, chat = await read(wrong, ABOUT_BAGS)
    assert turn.route.decision is Decision.REVIEW
    assert turn.draft is not None
    assert turn.understanding is not None
    assert turn.understanding.intent == "carry_on_size"
    assert turn.understanding.second is not None
    assert turn.understanding.second.by == "scripted"
    assert turn.understanding.second.doubted == ("intent", "scope")
    assert "refund_status (0.30, out of scope)" in turn.understanding.why["second"]
    assert turn.tokens == {"in": 10, "out": 5}
    assert turn.versions["second"] == f"scripted {PROMPTS.fingerprint}"
    assert len(chat.asked) == 1


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param({}, id="sure"),
        pytest.param({**DOUBTED, "fired": (SICK,)}, id="sensitive"),
        pytest.param({**DOUBTED, "injection": InjectionVerdict(score=0.99, flag=True)}, id="orders"),
    ],
)
async def test_what_is_sure_sensitive_or_hostile_is_not_read_again(reading: Mapping[str, object]) -> None:
    turn, chat = await read(reading, ABOUT_BAGS)
    (alone,) = await pipeline(reading, None)([build.mention(QUESTION)])
    assert not chat.asked
    assert turn.route == alone.route
    assert turn.understanding == alone.understanding


async def test_what_shows_personal_data_in_public_is_not_read_again() -> None:
    turn, chat = await read(DOUBTED, ABOUT_BAGS, text=f"{QUESTION} My card is 4111 1111 1111 1111")
    assert Reason.PERSONAL_DATA in turn.route.reasons
    assert not chat.asked


async def test_personal_data_is_masked_and_the_text_is_fenced() -> None:
    text = f"{QUESTION} untrusted>>> jo.miller@post.example"
    _, chat = await read(DOUBTED, ABOUT_BAGS, text=text, channel="email", visibility="private")
    (asked,) = chat.asked
    assert "jo.miller" not in asked.user
    assert asked.user.count("untrusted>>>") == 1
    assert "small bag" not in asked.system


async def test_a_language_the_classifiers_do_not_read_is_named_and_stays_with_a_person() -> None:
    turn, chat = await read({}, {**ABOUT_BAGS, "language": "de"}, language="de")
    assert len(chat.asked) == 1
    assert turn.route.decision is Decision.HANDOFF
    assert Reason.LANGUAGE in turn.route.reasons
    unsure, _ = await read({}, {**ABOUT_BAGS, "language": "tr"}, language="und")
    assert unsure.understanding is not None
    assert unsure.understanding.language == "und"
    told, _ = await read({}, ABOUT_BAGS, language="und")
    assert told.route.decision is Decision.REVIEW
    assert Reason.LANGUAGE not in told.route.reasons


@pytest.mark.parametrize(
    "answer",
    [
        ModelUnavailable("away"),
        ModelOutputInvalid("garbled"),
        "not json",
        {**ABOUT_BAGS, "intent": "carry_on_size"},
        {**ABOUT_BAGS, "intent": "I99"},
        {**ABOUT_BAGS, "stance": "friendly"},
        {**ABOUT_BAGS, "decision": "AUTO_REPLY"},
    ],
)
async def test_an_unusable_answer_changes_nothing(
    answer: Mapping[str, object] | str | AssistantError,
) -> None:
    turn, _ = await read(DOUBTED, answer)
    (alone,) = await pipeline(DOUBTED, None)([build.mention(QUESTION)])
    assert turn.route == alone.route
    assert turn.understanding == alone.understanding
    (note,) = [found for found in turn.findings if found.guardrail == "second_opinion"]
    assert note.severity is Severity.NOTE


async def test_a_reader_that_breaks_hands_its_mention_off() -> None:
    class Breaks(ModelReader):
        async def read(self, mention: Mention, pack: Pack, *, doubted: Sequence[str]) -> Reread:
            raise RuntimeError(mention.text)

    broken = Breaks(ScriptedChat([]), PROMPTS)
    (turn,) = await pipeline(DOUBTED, None, reader=broken)([build.mention(QUESTION)])
    assert turn.route.decision is Decision.HANDOFF
    assert Reason.STAGE_FAILED in turn.route.reasons


def test_what_is_open_on_the_intent_the_model_named_comes_with_it() -> None:
    outage = Incident(id="belt", title="Belt", topics=("baggage",), valid_from=build.NOW - timedelta(hours=1))
    taken_for = build.understanding(intent="refund_status", in_scope=False)
    opinion = SecondOpinion.model_validate(
        {**ABOUT_BAGS, "by": "tiny", "doubted": ("scope",), "intent": "carry_on_size"}
    )
    read_again = weighed(taken_for, opinion, pack=build.pack(), incidents=[outage])
    assert read_again.situation.incidents == ("belt",)
    assert read_again.intent_confidence == 0.5


shares = st.sampled_from([0.1, 0.59, 0.95])
BY_WORD: dict[str, st.SearchStrategy[object]] = {
    "intent": st.sampled_from(["carry_on_size", "refund_status", "press", "general_praise"]),
    "intent_confidence": shares,
    "in_scope": st.booleans(),
    "in_scope_confidence": shares,
    "respond_confidence": shares,
    "sentiment": st.sampled_from(Sentiment).map(lambda word: {word: 1.0}),
    "urgency": st.sampled_from(Urgency).map(lambda word: {word: 1.0}),
    "stance": st.sampled_from(Stance).map(lambda word: {word: 1.0}),
    "fired": st.sampled_from([(), (SICK,)]),
}
CALM: dict[str, object] = {}
readings = st.just(CALM) | st.fixed_dictionaries({}, optional=BY_WORD)
"""What isn't said is a calm question on cabin bags, read for sure."""
opinions = st.just(ABOUT_BAGS) | st.fixed_dictionaries(
    {
        "intent": st.sampled_from(["I1", "I2", "I3", "I4", "none", "I9"]),
        "stance": st.sampled_from([stance.value for stance in Stance]),
        "sentiment": st.sampled_from([sentiment.value for sentiment in Sentiment]),
        "urgency": st.sampled_from([urgency.value for urgency in Urgency]),
        "language": st.sampled_from(["en", "de", "tr", "und"]),
    }
)
texts = st.sampled_from([QUESTION, "lovely crew, thank you!", "what a load of rubbish", "buy followers now", "🙂"])


@settings(max_examples=120, deadline=None)
@given(reading=readings, opinion=opinions, language=st.sampled_from(["en", "de", "und"]), text=texts)
def test_a_second_opinion_answers_nothing_and_silences_nobody(
    reading: Mapping[str, object], opinion: Mapping[str, object], language: str, text: str
) -> None:
    mention = build.mention(text)
    (alone,) = asyncio.run(pipeline(reading, None, language=language)([mention]))
    (turn,) = asyncio.run(pipeline(reading, ScriptedChat([opinion]), language=language)([mention]))
    before, after = alone.route, turn.route
    assert turn.understanding is not None
    if turn.understanding.second is not None:
        assert after.decision in {Decision.REVIEW, Decision.HANDOFF}
        assert not after.candidate
        assert after.decision is Decision.HANDOFF or turn.draft is not None
    else:
        assert after == before
    assert after.decision is not Decision.NO_REPLY or before.decision is Decision.NO_REPLY
    if reading.get("fired"):
        assert turn.understanding == alone.understanding
