"""The stale-draft lock: each thing a draft stands on is changed between draft and send, and nothing is sent."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from assistant.desk.act import act
from assistant.desk.outbox import Delivered, deliver_due
from assistant.desk.review import ReviewRequest, review
from assistant.desk.staleness import message_deleted, message_edited
from assistant.domain.basis import World
from assistant.domain.conversation import ReplyState, TurnRecord
from assistant.domain.incident import Incident
from assistant.domain.knowledge import EvidenceRef
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import NotAllowed, NotFound, StaleDraft, StaleVersion
from assistant.ports import Store, Transaction
from assistant.workflows.redraft_stale import redraft_stale
from assistant.workflows.settle import settle
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, SetClock, make_draft, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()
PACK = PACK.model_copy(
    update={"channels": (PACK.channels[0].model_copy(update={"reply_window_minutes": 60}), *PACK.channels[1:])}
)
SAME = World(articles={"bag-size": 3}, charts="c1")
FOG = Incident(id="fog", title="Fog", topics=("baggage",), valid_from=NOW)
ELSEWHERE = FOG.model_copy(update={"topics": ("booking",)})


def a_turn(decision: Decision = Decision.AUTO_REPLY, *, number: str = "1") -> Turn:
    turn = make_turn(make_mention(number, handle="ann"), decision, draft=make_draft())
    ref = EvidenceRef(article_id="bag-size", passage_id="bag-size@3#0", version=3, title="Bag size", score=0.9)
    return turn.model_copy(update={"evidence": (ref,), "versions": {"charts": "c1"}})


def drafted(store: Store, decision: Decision = Decision.AUTO_REPLY) -> TurnRecord:
    turn = a_turn(decision)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return act(tx, turn, pack=PACK, at=NOW)


def taken_by(tx: Transaction, record: TurnRecord, agent: str) -> None:
    tx.save_triage(tx.triage(record.conversation_id).model_copy(update={"assignee": agent}))


CHANGES: dict[str, tuple[Callable[[Transaction, TurnRecord], object], World, int, str]] = {
    "edited": (
        lambda tx, record: message_edited(tx, record.turn.mention_id, "And a pram?", brand_id="skylark", at=NOW),
        SAME,
        0,
        "The message was edited.",
    ),
    "deleted": (
        lambda tx, record: message_deleted(tx, record.turn.mention_id, brand_id="skylark", at=NOW),
        SAME,
        0,
        "The message was deleted.",
    ),
    "newer": (
        lambda tx, record: tx.take_in(make_mention("2", handle="ann"), at=NOW),
        SAME,
        0,
        "A newer message came in this conversation.",
    ),
    "owner": (
        lambda tx, record: taken_by(tx, record, "bob"),
        SAME,
        0,
        "The conversation belongs to bob now.",
    ),
    "article": (
        lambda tx, record: None,
        SAME.model_copy(update={"articles": {"bag-size": 4}}),
        0,
        "Article bag-size is at version 4, the draft used 3.",
    ),
    "expired": (
        lambda tx, record: None,
        SAME.model_copy(update={"articles": {}}),
        0,
        "Article bag-size is not valid any more.",
    ),
    "incident": (
        lambda tx, record: None,
        SAME.model_copy(update={"incidents": (FOG,)}),
        0,
        "Incidents changed: now fog on this subject.",
    ),
    "chart": (
        lambda tx, record: None,
        SAME.model_copy(update={"charts": "c2"}),
        0,
        "The triage charts changed.",
    ),
    "window": (lambda tx, record: None, SAME, 60, "The channel's reply window has closed."),
}


def deliver(store: Store, network: Network, world: World, minutes: int = 0) -> Delivered:
    clock = SetClock(NOW + timedelta(minutes=minutes))
    return deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, world=lambda: world)


def test_with_nothing_changed_it_is_sent() -> None:
    store, network = new_store(), Network()
    drafted(store)
    unrelated = SAME.model_copy(update={"incidents": (ELSEWHERE,), "articles": {"bag-size": 3, "new": 1}})
    assert deliver(store, network, unrelated, 59) == Delivered(sent=1)


@pytest.mark.parametrize("what", CHANGES)
def test_an_automatic_reply_whose_basis_changed_is_not_sent_and_says_why(what: str) -> None:
    change, world, minutes, said = CHANGES[what]
    store, network = new_store(), Network()
    record = drafted(store)
    with store.begin() as tx:
        change(tx, record)
    assert deliver(store, network, world, minutes) == Delivered(held=1)
    assert network.posts == []
    with store.read() as look:
        reply = look.reply(f"r-{record.id}")
        conversation = look.conversation(record.conversation_id)
        redo = look.drafts_to_redo(brand_id="skylark", now=NOW + timedelta(hours=2), limit=9)
    assert (reply.state, reply.last_error) == (ReplyState.HELD, f"stale: {said}")
    assert conversation.waits_for_person
    assert [basis.turn_id for basis in redo] == [record.id]


@pytest.mark.parametrize("what", CHANGES)
def test_an_approved_draft_whose_basis_changed_before_sending_is_not_sent(what: str) -> None:
    change, world, minutes, said = CHANGES[what]
    store, network = new_store(), Network()
    record = drafted(store, Decision.REVIEW)
    approve(store, record)
    with store.begin() as tx:
        change(tx, record)
    assert deliver(store, network, world, minutes) == Delivered(held=1)
    assert network.posts == []
    with store.read() as look:
        assert look.reply(f"r-{record.id}").last_error == f"stale: {said}"


def approve(store: Store, record: TurnRecord, *, world: World = SAME, agent: str = "ann", minutes: int = 0) -> None:
    with store.read() as look:
        seen = look.conversation(record.conversation_id).version
    request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=Disposition.ACCEPTED, agent=agent)
    clock = SetClock(NOW + timedelta(minutes=minutes))
    settle(request, store=store, passages=lambda ids: {}, pack=PACK, clock=clock, world=world)


@pytest.mark.parametrize("what", [name for name in CHANGES if name not in {"newer", "deleted"}])
def test_an_agent_can_not_accept_a_stale_draft(what: str) -> None:
    change, world, minutes, said = CHANGES[what]
    store, network = new_store(), Network()
    record = drafted(store, Decision.REVIEW)
    with store.begin() as tx:
        change(tx, record)
    with pytest.raises(StaleDraft, match="is being redrafted") as stale:
        approve(store, record, world=world, minutes=minutes)
    assert stale.value.changes == (said,)
    assert deliver(store, network, world, minutes) == Delivered()
    with store.read() as look:
        assert look.drafts_to_redo(brand_id="skylark", now=NOW + timedelta(hours=2), limit=9)


def test_a_deleted_message_is_answered_by_nobody_and_an_unseen_newer_one_is_a_conflict() -> None:
    store = new_store()
    record = drafted(store, Decision.REVIEW)
    with store.begin() as tx:
        tx.take_in(make_mention("2", handle="ann"), at=NOW)
    request = ReviewRequest(turn_id=record.id, seen_version=2, disposition=Disposition.ACCEPTED, agent="ann")
    with store.begin() as tx, pytest.raises(StaleVersion):
        review(tx, request, pack=PACK, passages=(), at=NOW, world=SAME)
    with store.begin() as tx:
        message_deleted(tx, record.turn.mention_id, brand_id="skylark", at=NOW)
    with pytest.raises(NotAllowed, match="deleted"):
        approve(store, record)


def test_who_took_the_conversation_may_accept_its_draft() -> None:
    store, network = new_store(), Network()
    record = drafted(store, Decision.REVIEW)
    with store.begin() as tx:
        taken_by(tx, record, "ann")
    approve(store, record, agent="ann")
    assert deliver(store, network, SAME) == Delivered(sent=1)


async def test_a_stale_draft_is_written_again_on_the_newest_words() -> None:
    store, network = new_store(), Network()
    seen: list[str] = []
    record = drafted(store, Decision.REVIEW)

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        seen.extend(mention.text for mention in mentions)
        fresh = a_turn(Decision.REVIEW)
        return [fresh.model_copy(update={"mention": mention, "ms": {"draft": 2.0}}) for mention in mentions]

    with store.begin() as tx:
        message_edited(tx, record.turn.mention_id, "And a pram?", brand_id="skylark", at=NOW)
    done = await redraft_stale(store=store, respond=respond, pack=PACK, clock=SetClock())
    assert (done, seen) == (1, ["And a pram?"])
    assert await redraft_stale(store=store, respond=respond, pack=PACK, clock=SetClock()) == 0
    with store.read() as look:
        current = look.current_turn(record.turn.mention_id)
    assert current is not None
    assert current.number == 2
    approve(store, current)
    assert deliver(store, network, SAME) == Delivered(sent=1)


async def test_what_nobody_wanted_to_answer_is_read_again_in_its_newest_words() -> None:
    store = new_store()
    spam = make_turn(make_mention("1", handle="ann"), Decision.NO_REPLY)

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        return [make_turn(mention, Decision.HANDOFF) for mention in mentions]

    with store.begin() as tx:
        tx.take_in(spam.mention, at=NOW)
        record = act(tx, spam, pack=PACK, at=NOW)
        message_edited(tx, spam.mention_id, "My bag is on fire", brand_id="skylark", at=NOW)
    assert await redraft_stale(store=store, respond=respond, pack=PACK, clock=SetClock()) == 1
    assert await redraft_stale(store=store, respond=respond, pack=PACK, clock=SetClock()) == 0
    with store.read() as look:
        conversation = look.conversation(record.conversation_id)
    assert (conversation.decision, conversation.state.value) == (Decision.HANDOFF, "open")


async def test_an_edit_while_the_draft_is_written_again_is_not_lost() -> None:
    store = new_store()
    record = drafted(store, Decision.REVIEW)

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        with store.begin() as tx:
            message_edited(tx, record.turn.mention_id, f"{mentions[0].text}!", brand_id="skylark", at=NOW)
        return [a_turn(Decision.REVIEW).model_copy(update={"mention": mention}) for mention in mentions]

    with store.begin() as tx:
        message_edited(tx, record.turn.mention_id, "pram?", brand_id="skylark", at=NOW)
    assert await redraft_stale(store=store, respond=respond, pack=PACK, clock=SetClock()) == 0
    with store.read() as look:
        assert len(look.drafts_to_redo(brand_id="skylark", now=NOW, limit=9)) == 1
        assert look.mention(record.turn.mention_id).text == "pram?!"


def test_a_message_never_taken_in_or_of_another_brand_can_not_change() -> None:
    store = new_store()
    record = drafted(store)
    with store.begin() as tx:
        with pytest.raises(NotFound):
            message_edited(tx, "nobody", "x", brand_id="skylark", at=NOW)
        with pytest.raises(NotFound):
            message_deleted(tx, record.turn.mention_id, brand_id="other", at=NOW)
        first = message_edited(tx, record.turn.mention_id, "x", brand_id="skylark", at=NOW)
        again = message_edited(tx, record.turn.mention_id, "x", brand_id="skylark", at=NOW + timedelta(hours=1))
    assert first == again


@pytest.mark.parametrize(("what", "held"), [("deleted", 1), ("edited", 1), ("newer", 1), ("article", 0), ("chart", 0)])
def test_a_person_s_own_words_stand_on_the_conversation_alone(what: str, held: int) -> None:
    change, world, minutes, _ = CHANGES[what]
    store, network = new_store(), Network()
    record = drafted(store, Decision.HANDOFF)
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=seen, disposition=Disposition.RESPONDED, text="It is 55 cm.", agent="ann"
        )
        review(tx, request, pack=PACK, passages=(), at=NOW, world=SAME)
        change(tx, record)
    assert deliver(store, network, world, minutes) == Delivered(sent=1 - held, held=held)
