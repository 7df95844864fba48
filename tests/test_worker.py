import asyncio
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from assistant.adapters.channels.file_drop import FileDrop
from assistant.desk import triage
from assistant.desk.act import act
from assistant.desk.outbox import Delivered
from assistant.desk.staleness import message_edited
from assistant.domain.conversation import ReplyState, conversation_id_of
from assistant.domain.escalation import EscalationKind
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Sentiment
from assistant.errors import StoreUnavailable
from assistant.ports import Respond, Store
from assistant.worker import SET_ASIDE_S, Worked, Worker, watch_over
from assistant.workflows.answer import answer
from tests.desk_builders import NOW, SetClock, make_draft, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store
from tests.workflows.test_resume import Index

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class AnswersAll:
    """Answers automatically, but dies of mentions named in `poison`."""

    def __init__(self, poison: frozenset[str] = frozenset()) -> None:
        self.poison = poison
        self.batches: list[int] = []

    async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        self.batches.append(len(mentions))
        if self.poison & {mention.external_id for mention in mentions}:
            raise ValueError("no stage expected this")
        return [make_turn(mention) for mention in mentions]


def put(store: Store, count: int) -> None:
    with store.begin() as tx:
        for number in range(count):
            tx.take_in(make_mention(str(number)), at=NOW)


def make_worker(store: Store, respond: Respond, folder: Path, clock: SetClock) -> Worker:
    channels = {"x": FileDrop("x", folder)}
    return Worker(store=store, respond=respond, pack=make_pack(), channels=channels, clock=clock, batch=4)


def unanswered(store: Store) -> list[str]:
    with store.read() as look:
        return [mention.external_id for mention in look.unanswered(brand_id="skylark", limit=99)]


async def test_a_round_answers_a_batch_and_delivers_it(tmp_path: Path) -> None:
    store, respond = new_store(), AnswersAll()
    put(store, 6)
    worker = make_worker(store, respond, tmp_path, SetClock())
    assert await worker.run_once() == Worked(answered=4, delivered=Delivered(sent=4))
    assert await worker.run_once() == Worked(answered=2, delivered=Delivered(sent=2))
    assert (await worker.run_once()).idle
    assert respond.batches == [4, 2]
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 6


async def test_what_was_put_off_comes_back_with_nobody_at_the_console(tmp_path: Path) -> None:
    store, clock = new_store(), SetClock()
    with store.begin() as tx:
        mention = make_mention("1")
        tx.take_in(mention, at=NOW)
        act(tx, make_turn(mention, Decision.HANDOFF), pack=make_pack(), at=NOW)
        (talk,) = tx.conversations(brand_id="skylark", limit=2)
        until = clock() + timedelta(hours=1)
        triage.snooze(tx, talk.id, until=until, seen=talk.version, agent="ann", at=clock())
    worker = make_worker(store, AnswersAll(), tmp_path, clock)
    seen = []
    for _ in range(2):
        await worker.run_once()
        with store.read() as look:
            seen.append(look.conversation(talk.id).state)
        clock.forward(3600)
    assert seen == [ConversationState.SNOOZED, ConversationState.OPEN]


async def test_one_impossible_mention_stops_no_other_and_is_tried_again_later(tmp_path: Path) -> None:
    store, respond, clock = new_store(), AnswersAll(frozenset({"1"})), SetClock()
    put(store, 6)
    worker = make_worker(store, respond, tmp_path, clock)
    assert (await worker.run_once()).answered == 3
    assert (await worker.run_once()).answered == 2
    assert (await worker.run_once()).idle
    assert unanswered(store) == ["1"]
    respond.poison = frozenset()
    clock.forward(SET_ASIDE_S)
    assert (await worker.run_once()).answered == 1
    assert unanswered(store) == []


async def test_who_wrote_on_while_another_message_is_thought_about_gets_no_answer_to_the_first_alone(
    tmp_path: Path,
) -> None:
    store, clock, stop = new_store(), SetClock(), asyncio.Event()
    pack = make_pack()
    policy = pack.automation.model_copy(update={"quiet_seconds": 5})
    pack = pack.model_copy(update={"automation": policy})
    first, second = (make_mention(number, handle="zoe") for number in "12")
    with store.begin() as tx:
        tx.take_in(first, at=NOW)
        act(tx, make_turn(first), pack=pack, at=NOW)
        tx.take_in(make_mention("9"), at=NOW)

    def states() -> list[ReplyState]:
        with store.read() as look:
            return [reply.state for reply in look.detail(conversation_id_of(first)).replies]

    def until_decided() -> None:
        while states() == [ReplyState.DUE]:
            threading.Event().wait(0.01)

    async def slowly(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        with store.begin() as tx:
            tx.put_down([second], at=NOW)
        clock.forward(5)
        await asyncio.to_thread(until_decided)
        stop.set()
        return [make_turn(mention) for mention in mentions]

    worker = Worker(
        store=store, respond=slowly, pack=pack, channels={"x": FileDrop("x", tmp_path)}, clock=clock, batch=4
    )
    async with asyncio.timeout(30):
        await worker.run_forever(stop)
    assert states() == [ReplyState.HELD]


async def test_the_loop_goes_on_after_an_exception_and_stops_when_asked(tmp_path: Path) -> None:
    store, stop = new_store(), asyncio.Event()
    put(store, 6)

    class FailsOnce(AnswersAll):
        async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
            if not self.batches:
                self.batches.append(0)
                raise StoreUnavailable("the disk is full")
            turns = await super().__call__(mentions)
            if sum(self.batches) == 6:
                stop.set()
            return turns

    worker = make_worker(store, FailsOnce(), tmp_path, SetClock())
    with capture_logs() as logged:
        async with asyncio.timeout(10):
            await worker.run_forever(stop)
    assert unanswered(store) == []
    (waits,) = [line for line in logged if line["event"] == "work_waits"]
    assert (waits["step"], waits["problem"]) == ("answer_left_over", "the disk is full")


async def test_what_waits_for_the_index_is_no_answer_yet_and_is_tried_again_later(tmp_path: Path) -> None:
    store, clock, index = new_store(), SetClock(), Index()
    put(store, 2)
    worker = make_worker(store, index, tmp_path, clock)
    assert await worker.run_once() == Worked()
    index.back = True
    assert await worker.run_once() == Worked()
    clock.forward(SET_ASIDE_S)
    assert (await worker.run_once()).answered == 2
    assert unanswered(store) == []


class Reviews:
    """Leaves every mention to a person, with a draft that says the message's words."""

    async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        return [make_turn(mention, Decision.REVIEW, draft=make_draft(mention.text)) for mention in mentions]


async def test_a_round_writes_stale_drafts_again_and_tells_of_promises_about_to_break(tmp_path: Path) -> None:
    store, clock = new_store(), SetClock()
    put(store, 1)
    worker = make_worker(store, Reviews(), tmp_path, clock)
    assert await worker.run_once() == Worked(answered=1)
    mention_id = make_mention("0").id
    with store.begin() as tx:
        message_edited(tx, mention_id, "How heavy may it be?", brand_id="skylark", at=clock())
    assert await worker.run_once() == Worked(redrafted=1)
    with store.read() as look:
        current = look.current_turn(mention_id)
    assert current is not None
    assert current.turn.draft is not None
    assert current.turn.draft.text.startswith("How heavy may it be?")
    clock.forward(90 * 60)
    assert await worker.run_once() == Worked(told=1)
    assert (await worker.run_once()).idle


async def test_drafts_that_cant_be_written_keep_nobody_from_being_told_of_promises(tmp_path: Path) -> None:
    store, clock = new_store(), SetClock()
    mention = make_mention("1")
    with store.begin() as tx:
        tx.take_in(mention, at=NOW)
        act(tx, make_turn(mention, Decision.REVIEW), pack=make_pack(), at=NOW)
        message_edited(tx, mention.id, "How heavy may my bag be?", brand_id="skylark", at=NOW)
    worker = make_worker(store, AnswersAll(poison=frozenset({"1"})), tmp_path, clock)
    clock.forward(91 * 60)
    with pytest.raises(ValueError, match="no stage expected this"):
        await worker.run_once()
    with store.read() as look:
        assert [each.kind for each in look.escalations(brand_id="skylark", limit=9)] == [EscalationKind.SLA_AT_RISK]


async def test_a_worker_holds_a_topic_that_upsets_many() -> None:
    store, pack, clock = new_store(), make_pack(), SetClock()
    calm = make_understanding().model_copy(update={"intent": pack.intents[0].id})
    angry = calm.model_copy(update={"sentiment": Sentiment.NEGATIVE})

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        read = {mention.id: angry if "!" in mention.text else calm for mention in mentions}
        return [
            make_turn(mention, Decision.REVIEW).model_copy(update={"understanding": read[mention.id]})
            for mention in mentions
        ]

    for hours, text, count in ((0, "How big?", 24), (3, "Broken!", 9)):
        clock.forward(hours * 3600)
        mentions = [make_mention(f"{text}{n}", text=text, handle=f"@{text}{n}") for n in range(count)]
        await answer(mentions, store=store, respond=respond, pack=pack, clock=clock)
    await watch_over(store, pack=pack, clock=clock, world=None)
    with store.read() as look:
        (held,) = look.automation(pack.brand.id).holds
        (told,) = look.escalations(brand_id=pack.brand.id, limit=9)
    assert (held.scope, held.by) == (pack.intents[0].topic, "monitor")
    assert told.team == pack.queues.by_topic[pack.intents[0].topic]
    store.close()
