"""Answers that wait for the index: who may wait, until when, and what becomes of them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from assistant.desk.assign import assign
from assistant.desk.staleness import redo
from assistant.desk.triage import CLAIM_S, be_here, resolve
from assistant.domain.conversation import TurnRecord, conversation_id_of
from assistant.domain.mention import Mention
from assistant.domain.patience import SHARE, UNPROMISED, waits_until
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Reason, Sensitivity, Urgency
from assistant.errors import IndexAway
from assistant.ports import Store, Transaction
from assistant.workflows.answer import answer_now, answer_or_wait
from assistant.workflows.redraft import redraft
from assistant.workflows.redraft_stale import LONGEST_PAUSE, redraft_stale
from assistant.workflows.resume import resume
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

PACK = make_pack()
MEDIUM = timedelta(minutes=120)
HALF = SHARE * MEDIUM


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


class Index:
    """A `Respond` whose index is away until it is back; `others` are further reasons while it is away."""

    def __init__(self, *others: Reason, **meant: object) -> None:
        self.back = False
        self.others = others
        self.read = make_understanding(**meant)  # type: ignore[arg-type]  # one keyword a test

    async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        return [self.turn(mention) for mention in mentions]

    def turn(self, mention: Mention) -> Turn:
        if self.back:
            return make_turn(mention, Decision.AUTO_REPLY, ms=2.0).model_copy(update={"understanding": self.read})
        turn = make_turn(mention, Decision.HANDOFF)
        reasons = (Reason.INDEX_AWAY, *self.others)
        route = turn.route.model_copy(update={"reasons": reasons, "due_at": NOW + MEDIUM, "queue": "baggage"})
        return turn.model_copy(update={"route": route, "draft": None, "understanding": self.read})


class Desk:
    """A store with one mention in it, and the clock."""

    def __init__(self, index: Index) -> None:
        self.store: Store = new_store()
        self.clock = SetClock()
        self.index = index
        self.mention = make_mention(handle="ann")

    async def comes(self) -> TurnRecord | None:
        (record,) = await answer_or_wait(
            [self.mention], store=self.store, respond=self.index, pack=PACK, clock=self.clock
        )
        return record

    async def resume(self) -> int:
        return await resume(store=self.store, respond=self.index, pack=PACK, clock=self.clock, limit=9)

    async def redraft(self) -> int:
        return await redraft_stale(store=self.store, respond=self.index, pack=PACK, clock=self.clock)

    def current(self) -> TurnRecord:
        with self.store.read() as look:
            record = look.current_turn(self.mention.id)
        assert record is not None
        return record


async def test_while_the_index_is_away_an_answer_waits_and_is_given_once_when_it_is_back() -> None:
    desk = Desk(Index())
    assert await desk.comes() is None
    for _ in range(2):
        with pytest.raises(IndexAway, match="answers wait"):
            await desk.resume()
    desk.index.back = True
    assert await desk.resume() == 1
    assert await desk.resume() == 0
    record = desk.current()
    with desk.store.read() as look:
        detail = look.detail(record.conversation_id)
    assert (record.number, record.turn.route.decision) == (1, Decision.AUTO_REPLY)
    assert [reply.turn_id for reply in detail.replies] == [record.id]


async def test_what_a_person_saw_to_meanwhile_is_not_answered_over_their_head() -> None:
    for seen_to in (assigned, settled):
        desk = Desk(Index())
        assert await desk.comes() is None
        with desk.store.begin() as tx:
            seen_to(tx, conversation_id_of(desk.mention))
        desk.index.back = True
        assert await desk.resume() == 1
        with desk.store.read() as look:
            detail = look.detail(desk.current().conversation_id)
        assert (detail.conversation.decision, detail.replies) == (Decision.REVIEW, ())
        assert detail.turns[0].turn.route.reasons == (Reason.TAKEN,)


def assigned(tx: Transaction, conversation_id: str) -> None:
    assign(tx, conversation_id, "bea", by="bea", why="", pack=PACK, at=NOW)


def settled(tx: Transaction, conversation_id: str) -> None:
    resolve(tx, conversation_id, seen=tx.conversation(conversation_id).version, agent="bea", pack=PACK, at=NOW)


async def test_a_burst_that_waited_is_answered_once_under_its_last_message() -> None:
    desk = Desk(Index())
    assert await desk.comes() is None
    desk.mention = make_mention("2", handle="ann")
    assert await desk.comes() is None
    desk.index.back = True
    assert await desk.resume() == 2
    with desk.store.read() as look:
        detail = look.detail(desk.current().conversation_id)
    assert [record.turn.route.decision for record in detail.turns] == [Decision.NO_REPLY, Decision.AUTO_REPLY]
    assert [reply.turn_id for reply in detail.replies] == [desk.current().id]


async def test_what_may_not_wait_any_longer_goes_to_people_with_what_is_left_of_its_promise() -> None:
    desk = Desk(Index())
    assert await desk.comes() is None
    desk.clock.forward(HALF.total_seconds() - 1)
    with pytest.raises(IndexAway):
        await desk.resume()
    desk.clock.forward(1)
    assert await desk.resume() == 1
    with desk.store.read() as look:
        talk = look.conversation(desk.current().conversation_id)
    assert (talk.decision, talk.state, talk.due_at) == (Decision.HANDOFF, ConversationState.OPEN, NOW + MEDIUM)


@pytest.mark.parametrize(
    "index",
    [
        Index(urgency=Urgency.HIGH),
        Index(sensitivity=(Sensitivity.LEGAL_THREAT,)),
        Index(Reason.MAYBE_SENSITIVE),
        Index(Reason.NEEDS_ACCOUNT),
        Index(Reason.ASKS_HUMAN),
    ],
)
async def test_what_is_urgent_or_for_a_person_in_any_case_goes_to_one_at_once(index: Index) -> None:
    record = await Desk(index).comes()
    assert record is not None
    assert record.turn.route.decision is Decision.HANDOFF


async def test_what_waited_for_a_person_alone_gets_its_draft_once_the_index_is_back() -> None:
    desk = Desk(Index(urgency=Urgency.HIGH))
    assert await desk.comes() is not None
    assert await desk.redraft() == 0
    desk.index.back = True
    assert await desk.redraft() == 0  # it was looked at this very second
    desk.clock.forward(1)
    assert await desk.redraft() == 1
    record = desk.current()
    with desk.store.read() as look:
        detail = look.detail(record.conversation_id)
    assert (record.number, record.turn.draft is not None, detail.replies) == (2, True, ())
    assert detail.conversation.waits_for_person
    assert await desk.redraft() == 0


async def test_the_pauses_between_two_tries_grow() -> None:
    desk, tried = Desk(Index(urgency=Urgency.HIGH)), list[float]()
    await desk.comes()

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        tried.append((desk.clock.now - NOW).total_seconds())
        return await desk.index(mentions)

    for _ in range(100):
        await redraft_stale(store=desk.store, respond=respond, pack=PACK, clock=desk.clock)
        desk.clock.forward(1)
    assert tried == [0, 1, 2, 4, 8, 16, 32, 62, 92]


async def test_what_somebody_took_is_left_to_them() -> None:
    desk = Desk(Index(urgency=Urgency.HIGH))
    record = await desk.comes()
    assert record is not None
    with desk.store.begin() as tx:
        assign(tx, record.conversation_id, "bea", by="bea", why="", pack=PACK, at=NOW)
    desk.index.back = True
    assert await desk.redraft() == 0
    desk.clock.forward(60)
    assert await desk.redraft() == 0
    assert desk.current() == record


async def test_while_somebody_writes_no_draft_comes_between() -> None:
    desk = Desk(Index(urgency=Urgency.HIGH))
    record = await desk.comes()
    assert record is not None
    desk.index.back = True
    with desk.store.begin() as tx:
        be_here(tx, record.conversation_id, agent="bea", typing=True, at=NOW)
    assert await desk.redraft() == 0
    desk.clock.forward(CLAIM_S + 1)
    assert await desk.redraft() == 1


async def test_whoever_waits_in_line_is_told_at_once_and_the_draft_follows() -> None:
    desk = Desk(Index())
    _, record = await answer_now(desk.mention, store=desk.store, respond=desk.index, pack=PACK, clock=desk.clock)
    assert record.turn.route.decision is Decision.HANDOFF
    desk.index.back = True
    assert await desk.redraft() == 1


@pytest.fixture
async def drafted() -> Desk:
    """A draft stands, written once the index was back; now it is away again."""
    desk = Desk(Index(urgency=Urgency.HIGH))
    await desk.comes()
    desk.index.back = True
    desk.clock.forward(1)
    await desk.redraft()
    await desk.redraft()
    desk.index.back = False
    return desk


async def test_another_draft_asked_for_while_the_index_is_away_takes_none_away(drafted: Desk) -> None:
    before = drafted.current()
    seen = {"store": drafted.store, "respond": drafted.index, "pack": PACK, "clock": drafted.clock}
    with pytest.raises(IndexAway, match="stays"):
        await redraft(before.id, instruction="", agent="bea", **seen)  # type: ignore[arg-type]  # four ports
    assert drafted.current() == before
    assert before.turn.draft is not None


async def test_a_stale_draft_stays_until_there_can_be_another(drafted: Desk) -> None:
    before = drafted.current()
    with drafted.store.begin() as tx:
        redo(tx, before.id, at=drafted.clock.now)
    assert await drafted.redraft() == 0
    assert drafted.current() == before
    drafted.index.back = True
    drafted.clock.forward(LONGEST_PAUSE.total_seconds())
    assert await drafted.redraft() == 1


def test_where_nothing_is_promised_an_answer_waits_an_hour() -> None:
    turn = Index().turn(make_mention())
    turn = turn.model_copy(update={"route": turn.route.model_copy(update={"due_at": None})})
    assert waits_until(turn, since=NOW, pack=PACK) == NOW + UNPROMISED
