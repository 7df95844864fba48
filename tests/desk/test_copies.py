"""No copy of what was deleted or forgotten is left: masked, quoted, taught, or still thought about."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from assistant.desk import identity, relabels
from assistant.desk.act import act
from assistant.desk.receive import receive
from assistant.desk.sla import Swept, sweep
from assistant.desk.staleness import message_deleted
from assistant.domain.conversation import TurnRecord
from assistant.domain.incoming import Deleted, Mentioned, Post
from assistant.domain.mention import Mention, ThreadMessage
from assistant.domain.person import Handle
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.guardrails import privacy
from assistant.ports import Reading, Store, Transaction
from assistant.workflows.redraft import redraft
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()
WORDS = "The zebrafinch bag is lost, write to zoe@quill.example"


@pytest.fixture
def store() -> Store:
    return new_store()


def kept(tx: Transaction, mention: Mention, decision: Decision = Decision.REVIEW) -> TurnRecord:
    """Taken in, and thought about as the pipeline does: with personal data masked."""
    tx.take_in(mention, at=NOW)
    return act(tx, masked(mention, decision), pack=PACK, at=NOW)


def masked(mention: Mention, decision: Decision = Decision.REVIEW) -> Turn:
    thread = tuple(said.model_copy(update={"text": privacy.mask(said.text).text}) for said in mention.thread)
    covered = mention.model_copy(update={"text": privacy.mask(mention.text).text, "thread": thread})
    return make_turn(covered, decision)


def texts(tx: Reading, conversation_id: str) -> Sequence[str]:
    detail = tx.detail(conversation_id)
    mentions = (*detail.mentions, *(record.turn.mention for record in detail.turns))
    return [said for each in mentions for said in (each.text, *(quoted.text for quoted in each.thread)) if said]


def deleted(tx: Transaction, mention_id: str) -> None:
    message_deleted(tx, mention_id, brand_id="skylark", at=NOW)
    tx.purge(mention_id)


def test_a_masked_copy_in_a_later_thread_goes_with_the_message(store: Store) -> None:
    with store.begin() as tx:
        kept(tx, make_mention("1", text=WORDS, handle="zoe"))
        quoting = make_mention("2", text="And?", handle="zoe")
        said = (ThreadMessage(role="customer", text=WORDS),)
        record = kept(tx, quoting.model_copy(update={"thread": said}))
        deleted(tx, "skylark-x-1")
        assert texts(tx, record.conversation_id) == ["And?", "And?"]


def test_a_masked_copy_in_a_burst_goes_with_the_message(store: Store) -> None:
    with store.begin() as tx:
        kept(tx, make_mention("1", text=WORDS, handle="zoe"), Decision.NO_REPLY)
        last = make_mention("2", text="Please!", handle="zoe")
        tx.take_in(last, at=NOW)
        both = last.model_copy(update={"text": f"{WORDS}\nPlease!", "merged": ("skylark-x-1",)})
        record = act(tx, masked(both), pack=PACK, at=NOW)
        deleted(tx, "skylark-x-1")
        assert texts(tx, record.conversation_id) == ["Please!", "Please!"]


def test_what_was_read_again_teaches_no_more_once_it_was_deleted(store: Store) -> None:
    with store.begin() as tx:
        record = kept(tx, make_mention("1", text="Is the zebrafinch my bag?", handle="zoe"))
        relabels.relabel(tx, record, label="bag_size", pack=PACK, agent="ann", at=NOW)
        deleted(tx, "skylark-x-1")
        assert tx.relabels(brand_id="skylark") == []


def test_what_was_deleted_or_forgotten_while_it_was_thought_about_stays_so(store: Store) -> None:
    with store.begin() as tx:
        for number, handle in (("1", "zoe"), ("2", "ann")):
            tx.take_in(make_mention(number, text=WORDS, handle=handle), at=NOW)
    slow = [masked(make_mention(number, text=WORDS, handle=handle)) for number, handle in (("1", "zoe"), ("2", "ann"))]
    with store.begin() as tx:
        deleted(tx, "skylark-x-1")
        identity.forget(tx, Handle(channel="x", handle="ann"), by="dpo", pack=PACK, at=NOW)
    with store.begin() as tx:
        records = [act(tx, turn, pack=PACK, at=NOW) for turn in slow]
        assert [record.turn.route.decision for record in records] == [Decision.NO_REPLY] * 2
        assert [said for record in records for said in texts(tx, record.conversation_id)] == []


async def test_what_was_forgotten_while_another_draft_was_written_stays_so(store: Store) -> None:
    with store.begin() as tx:
        record = kept(tx, make_mention("1", text=WORDS, handle="zoe"))

    async def slow(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        with store.begin() as tx:
            identity.forget(tx, Handle(channel="x", handle="zoe"), by="dpo", pack=PACK, at=NOW)
        return [masked(each) for each in mentions]

    await redraft(record.id, instruction="", agent="ann", store=store, respond=slow, pack=PACK, clock=SetClock())
    with store.read() as look:
        assert texts(look, record.conversation_id) == []


def test_what_another_one_quotes_goes_with_the_message(store: Store) -> None:
    first = Post(external_id="1", text=WORDS, handle="zoe", author_id="u1")
    quoted = (ThreadMessage(role="other", text=WORDS),)
    answers = [
        Post(external_id="2", text="Same here", handle="bo", author_id="u2", parent_id="1", thread=quoted),
        Post(external_id="3", text="And me", handle="cy", author_id="u3", parent_id="2", thread=quoted),
    ]
    with store.begin() as tx:
        _, ids = receive(tx, tuple(Mentioned(post=each) for each in (first, *answers)), channel="x", pack=PACK, at=NOW)
        talks = [act(tx, masked(tx.mention(each)), pack=PACK, at=NOW).conversation_id for each in ids]
        receive(tx, (Deleted(external_id="1"),), channel="x", pack=PACK, at=NOW)
        assert [said for talk in talks for said in texts(tx, talk)] == ["Same here"] * 2 + ["And me"] * 2


def test_who_writes_again_after_being_forgotten_can_be_forgotten_again(store: Store) -> None:
    with store.begin() as tx:
        kept(tx, make_mention("1", text=WORDS, handle="@Zoe"))
        identity.forget(tx, Handle(channel="x", handle="zoe"), by="dpo", pack=PACK, at=NOW)
        record = kept(tx, make_mention("2", text=WORDS, handle="@Zoe"))
        assert tx.conversation(record.conversation_id).handle == "@Zoe"
        assert identity.forget(tx, Handle(channel="x", handle="zoe"), by="dpo", pack=PACK, at=NOW).conversations == 1
        assert texts(tx, record.conversation_id) == []


def test_nobody_is_called_to_who_was_forgotten(store: Store) -> None:
    with store.begin() as tx:
        record = kept(tx, make_mention("1", text=WORDS, handle="zoe"), Decision.HANDOFF)
        identity.forget(tx, Handle(channel="x", handle="zoe"), by="dpo", pack=PACK, at=NOW)
        talk = tx.conversation(record.conversation_id)
        (handoff,) = tx.handoffs(talk.id)
    assert (talk.state, talk.due_at, handoff.closed_at) == (ConversationState.RESOLVED, None, NOW)
    late = SetClock(NOW + timedelta(hours=9))
    assert sweep(store, pack=PACK, clock=late) == Swept()
