"""The stages strung together: nothing is lost, one bad mention takes no other along, a turn says how it came about."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.adapters.extractive import Extractive
from assistant.domain.automation import AutomationState
from assistant.domain.mention import Author, Mention, ThreadMessage
from assistant.domain.turn import Turn
from assistant.domain.understanding import FiredSensitivity
from assistant.domain.vocabulary import (
    Audience,
    ClaimKind,
    Decision,
    Reason,
    Sensitivity,
    Sentiment,
    Severity,
    Stance,
    Visibility,
)
from assistant.errors import IndexUnreadable, ModelOutputInvalid, ModelUnavailable, StoreUnavailable
from assistant.pipeline.respond import DRAFTS_AT_ONCE, Pipeline
from assistant.ports import Drafted, Drafter, DraftRequest, Embedder, Vectors
from assistant.prompts import Prompts
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
ON = AutomationState()
QUESTION = "What is the size of one small bag under the seat on every fare?"
SCRIPTS: dict[str, dict[str, object]] = {
    "rubbish": {"stance": {Stance.TROLL: 1.0}, "respond_confidence": 0.02, "in_scope": False},
    "sue": {"fired": (FiredSensitivity(category=Sensitivity.LEGAL_THREAT, score=0.9),)},
    "lovely": {
        "intent": "general_praise",
        "stance": {Stance.PRAISE: 1.0},
        "sentiment": {Sentiment.POSITIVE: 1.0},
    },
}


class Broken:
    """A drafter that raises on the mentions it is told to, and drafts the others."""

    name = "broken"
    fingerprint = "none"

    def __init__(self, failure: Exception, word: str = "") -> None:
        self.failure = failure
        self.word = word

    async def draft(self, request: DraftRequest) -> Drafted:
        if self.word in request.mention.text:
            raise self.failure
        return await Extractive(PROMPTS).draft(request)


class Away:
    """An `Embedder` whose server answers `stays` times more."""

    def __init__(self, embedder: build.WordEmbedder, *, stays: int = 0) -> None:
        self.asked, self.stays, self._embedder = 0, stays, embedder
        self.fingerprint, self.dimensions = embedder.fingerprint, embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        if self.asked > self.stays:
            raise ModelUnavailable("no vectors")
        return self._embedder.embed(texts)


def pipeline(
    *,
    embedder: Embedder | None = None,
    drafter: Drafter | None = None,
    poison_embedder: str | None = None,
    poison_heads: str | None = None,
    index_trouble: Exception | None = None,
    automation: AutomationState | Exception = ON,
) -> Pipeline:
    words = build.WordEmbedder()
    index = build.ListIndex((build.article(), build.REFUNDS), words, trouble=index_trouble)
    words.poison = poison_embedder

    def state() -> AutomationState:
        if isinstance(automation, Exception):
            raise automation
        return automation

    return Pipeline(
        pack=build.pack(),
        embedder=embedder or words,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads(SCRIPTS, poison=poison_heads),
        index=index,
        drafter=drafter or Extractive(PROMPTS),
        clock=lambda: build.NOW,
        automation=state,
        permits=lambda: build.PERMITS,
    )


def asked(number: int, text: str = QUESTION, **changes: object) -> Mention:
    return build.mention(text, id=f"m{number}", **changes)


async def one(text: str = QUESTION, pipe: Pipeline | None = None, **changes: object) -> Turn:
    (turn,) = await (pipe or pipeline())([asked(1, text, **changes)])
    return turn


async def test_a_question_becomes_an_answer_with_sources_and_disclosure() -> None:
    turn = await one()
    assert turn.route.decision is Decision.AUTO_REPLY, turn.route.reasons
    assert turn.draft is not None
    assert turn.draft.claims[0].citations[0].article_id == "cabin-bags"
    assert turn.draft.claims[-1].kind is ClaimKind.DISCLOSURE
    assert turn.evidence[0].article_id == "cabin-bags"
    assert turn.answerable >= 0.5


async def test_a_turn_names_every_version_and_stage() -> None:
    turn = await one()
    assert turn.versions == {
        "pack": "pack-1",
        "embedder": "words-64",
        "heads": "keywords-1",
        "index": "list-1",
        "charts": "",
        "drafter": "extractive",
        "prompts": PROMPTS.fingerprint,
    }
    assert list(turn.ms) == ["mask", "embed", "understand", "retrieve", "draft", "check", "route"]
    assert Turn.model_validate_json(turn.model_dump_json()) == turn


async def test_praise_is_thanked_and_a_troll_is_not_fed() -> None:
    assert (await one("lovely crew")).route.decision is Decision.AUTO_REPLY
    troll = await one("what rubbish")
    assert troll.route.decision is Decision.NO_REPLY
    assert troll.draft is None
    assert troll.findings == ()


async def test_a_threat_goes_to_a_person_who_writes_from_scratch() -> None:
    turn = await one("I will sue over the size of one small bag")
    assert turn.route.decision is Decision.HANDOFF
    assert turn.draft is None
    assert "legal_threat" in turn.findings[0].message


async def test_the_kill_switch_keeps_the_draft_for_review() -> None:
    turn = await one(pipe=pipeline(automation=AutomationState(kill_switch=True)))
    assert turn.route.reasons == (Reason.KILL_SWITCH,)
    assert turn.draft is not None


async def test_turns_come_in_the_order_of_their_mentions() -> None:
    turns = await pipeline()([asked(number, f"{QUESTION} {number}") for number in range(20)])
    assert [turn.mention_id for turn in turns] == [f"m{number}" for number in range(20)]
    assert await pipeline()([]) == ()


async def test_personal_data_is_masked_before_anything_else_sees_it() -> None:
    card = "4111 1111 1111 1111"
    turn = await one(f"{QUESTION} my card is {card}", thread=(build.said("customer", f"card {card}"),))
    assert card not in turn.model_dump_json()
    assert Reason.PERSONAL_DATA in turn.route.reasons
    assert turn.route.decision is Decision.HANDOFF


POISONS: list[tuple[str, dict[str, object], str]] = [
    ("embed", {"poison_embedder": "poison"}, "ValueError"),
    ("understand", {"poison_heads": "poison"}, "KeyError"),
    ("draft", {"drafter": Broken(ModelOutputInvalid("no JSON"), "poison")}, "ModelOutputInvalid"),
]


@pytest.mark.parametrize(("stage", "trouble", "error"), POISONS)
async def test_one_poisonous_mention_takes_no_other_with_it(stage: str, trouble: dict[str, object], error: str) -> None:
    mentions = [asked(1), asked(2, f"{QUESTION} poison"), asked(3)]
    first, second, third = await pipeline(**trouble)(mentions)  # type: ignore[arg-type]  # one keyword a case
    assert second.route.decision is Decision.HANDOFF
    assert Reason.STAGE_FAILED in second.route.reasons
    assert second.findings[-1].message == f"{stage} failed: {error}"
    assert second.findings[-1].severity is Severity.BLOCK
    assert second.draft is None
    assert second.route.due_at is not None
    for turn in (first, third):
        assert turn.route.decision is Decision.AUTO_REPLY


async def test_what_was_understood_before_a_failure_is_kept() -> None:
    turn = await one("I will sue", pipeline(drafter=Broken(RuntimeError("x")), index_trouble=ValueError("y")))
    assert turn.understanding is not None
    assert Reason.SENSITIVE in turn.route.reasons
    assert Reason.STAGE_FAILED in turn.route.reasons


async def test_an_unreadable_index_fails_the_batch_at_once_and_loses_nothing() -> None:
    pipe = pipeline(index_trouble=IndexUnreadable("rebuild it with `assistant index`"))
    turns = await pipe([asked(number) for number in range(5)])
    assert {turn.route.decision for turn in turns} == {Decision.HANDOFF}
    assert {turn.findings[-1].message for turn in turns} == {"retrieve failed: IndexUnreadable"}
    assert {turn.route.reasons for turn in turns} == {(Reason.INDEX_AWAY,)}
    assert len(turns) == 5


async def test_without_the_embedder_nothing_is_read_and_every_mention_goes_to_a_person_at_once() -> None:
    away = Away(build.WordEmbedder())
    turns = await pipeline(embedder=away)([asked(number) for number in range(5)])
    assert {turn.route.reasons for turn in turns} == {(Reason.EMBEDDER_AWAY,)}
    assert {turn.route.decision for turn in turns} == {Decision.HANDOFF}
    assert away.asked == 1, "a server that is away isn't asked once a mention"


async def test_where_the_embedder_goes_after_a_message_was_read_its_meaning_is_kept() -> None:
    away = Away(build.WordEmbedder(), stays=1)
    thread = (build.said("customer", "My bag is blue."),)
    turn = await one(QUESTION, pipeline(embedder=away), thread=thread)
    assert turn.understanding is not None
    assert Reason.EMBEDDER_AWAY in turn.route.reasons
    assert Reason.NO_EVIDENCE not in turn.route.reasons


async def test_without_the_state_of_automation_nothing_is_sent() -> None:
    turn = await one(pipe=pipeline(automation=StoreUnavailable("locked")))
    assert turn.route.decision is Decision.HANDOFF
    assert turn.route.reasons == (Reason.STAGE_FAILED,)


async def test_a_troll_whose_draft_failed_is_still_silent_but_a_failure_before_is_not() -> None:
    assert (await one("rubbish", pipeline(drafter=Broken(RuntimeError("x"))))).route.decision is Decision.NO_REPLY
    failed = await one("rubbish", pipeline(index_trouble=ValueError("x")))
    assert failed.route.decision is Decision.HANDOFF


async def test_followers_never_change_the_draft() -> None:
    few, many = await pipeline()([asked(1, author=Author(followers=2)), asked(1, author=Author(followers=8_000_000))])
    assert few.draft == many.draft
    assert few.route.decision is Decision.AUTO_REPLY
    assert many.route.reasons == (Reason.HIGH_REACH,)


@pytest.mark.parametrize("text", ["", " ", "😭", "\x00\ud800", "ا" * 20_000, "a" * 20_000])
async def test_any_text_gets_its_turn(text: str) -> None:
    turn = await one(text)
    assert turn.mention_id == "m1"
    assert turn.route.decision in set(Decision)


async def test_a_day_is_the_brands_day() -> None:
    expiring = build.article(valid_until=date(2026, 11, 14))
    embedder = build.WordEmbedder()

    async def at(moment: str) -> Sequence[Turn]:
        return await Pipeline(
            pack=build.pack(articles=(expiring,)),
            embedder=embedder,
            languages=build.OneLanguage(),
            heads=build.KeywordHeads(),
            index=build.ListIndex((expiring,), embedder),
            drafter=Extractive(PROMPTS),
            clock=lambda: datetime.fromisoformat(moment),
            automation=AutomationState,
            permits=lambda: build.PERMITS,
        )([asked(1)])

    assert (await at("2026-11-14T23:59:00+00:00"))[0].draft is not None
    assert (await at("2026-11-15T00:00:00+00:00"))[0].draft is None


class Translating(build.WordEmbedder):
    """Embeds a question as if it had been asked in English."""

    fingerprint = "translating"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return super().embed(["refund of a fare" if "Erstattung" in text else text for text in texts])


@pytest.mark.parametrize("thread", [(), (build.said("customer", "Hallo!"),)])
async def test_the_asker_embeds_what_is_searched(thread: Sequence[ThreadMessage]) -> None:
    embedder = build.WordEmbedder()
    asked_about = asked(1, "Erstattung bag bag bag?", thread=thread)

    async def found(asker: build.WordEmbedder | None) -> str:
        pipe = Pipeline(
            pack=build.pack(),
            embedder=embedder,
            asker=asker,
            languages=build.OneLanguage(),
            heads=build.KeywordHeads(),
            index=build.ListIndex((build.article(), build.REFUNDS), embedder),
            drafter=Extractive(PROMPTS),
            clock=lambda: build.NOW,
            automation=AutomationState,
            permits=lambda: build.PERMITS,
        )
        assert pipe.versions().get("asker") == (asker and asker.fingerprint)
        return (await pipe([asked_about]))[0].evidence[0].article_id

    assert await found(None) == "cabin-bags"
    assert await found(Translating()) == build.REFUNDS.id


class Slow:
    """A drafter that waits, and counts how many wait with it."""

    name = "slow"
    fingerprint = "none"

    def __init__(self) -> None:
        self.waiting = 0
        self.most = 0

    async def draft(self, request: DraftRequest) -> Drafted:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0.001)
        self.waiting -= 1
        return Drafted(draft=None, why="too slow", tokens={"in": 3})


async def test_drafts_of_a_batch_are_written_side_by_side_but_not_all_at_once() -> None:
    drafter = Slow()
    turns = await pipeline(drafter=drafter)([asked(number) for number in range(30)])
    assert drafter.most == DRAFTS_AT_ONCE
    assert all(turn.tokens == {"in": 3} for turn in turns)
    assert all(turn.findings[0].message == "too slow" for turn in turns)
    assert all(turn.route.reasons == (Reason.NO_EVIDENCE,) for turn in turns)


async def test_a_colleagues_wish_is_masked_like_every_text_before_a_drafter_sees_it() -> None:
    wishes: list[str | None] = []

    class Listening(Broken):
        async def draft(self, request: DraftRequest) -> Drafted:
            wishes.append(request.instruction)
            return await super().draft(request)

    drafter = Listening(RuntimeError(), word="never asked")
    wish = "say we have the card 4111 1111 1111 1111 of john@mail.example"
    await pipeline(drafter=drafter)([build.mention(QUESTION)], instruction=wish)
    assert wishes == ["say we have the card [card] of [email]"]


async def test_what_is_for_private_is_told_in_private_only() -> None:
    closed = build.article(audience=Audience.CUSTOMERS)
    embedder = build.WordEmbedder()
    pipe = Pipeline(
        pack=build.pack(articles=(closed,)),
        embedder=embedder,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads(),
        index=build.ListIndex((closed,), embedder),
        drafter=Extractive(PROMPTS),
        clock=lambda: build.NOW,
        automation=AutomationState,
        permits=lambda: build.PERMITS,
    )
    public, private = await pipe([asked(1), asked(2, visibility=Visibility.PRIVATE)])
    assert (public.evidence, public.draft) == ((), None)
    assert private.evidence[0].article_id == closed.id
    assert private.draft is not None


def test_of_no_mentions_nothing_is_read_or_left_to_people() -> None:
    assert (pipeline().glance([]), pipeline().shed([])) == ((), ())
