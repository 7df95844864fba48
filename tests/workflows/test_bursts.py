"""Several messages in one breath get one answer to all of it, under the last; a deletion reaches what was joined."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from assistant.desk.allowed import allowed
from assistant.desk.outbox import deliver_due
from assistant.desk.receive import receive
from assistant.desk.staleness import message_edited
from assistant.domain.brand import ChannelPolicy
from assistant.domain.budget import Budget
from assistant.domain.conversation import ConversationDetail, ReplyState, TurnRecord
from assistant.domain.incoming import Deleted, Mentioned, Post
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Reason
from assistant.pipeline.understand import reading_text
from assistant.workflows.answer import answer
from assistant.workflows.redraft_stale import redraft_stale
from tests.desk.test_follow_up import Net
from tests.desk.test_outbox_parts import LONG, Network
from tests.desk_builders import NOW, SetClock, make_draft, make_mention, make_pack, make_turn
from tests.stores import new_store

QUIET = 5


class Breath:
    """One customer who writes in bits, and an assistant that answers everything by itself."""

    def __init__(self) -> None:
        pack = make_pack()
        policy = pack.automation.model_copy(update={"quiet_seconds": QUIET})
        self.pack = pack.model_copy(update={"automation": policy})
        self.store, self.net, self.clock, self.read = new_store(), Net(), SetClock(), list[str]()

    async def thinks(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        self.read += [mention.text for mention in mentions]
        return [make_turn(mention, ms=len(self.read)) for mention in mentions]

    def says(self, *texts: str, after_s: float = 0) -> tuple[TurnRecord, ...]:
        self.clock.forward(after_s)
        known = len(self.detail().mentions) if self.read else 0
        said = [self.message(known + number, text) for number, text in enumerate(texts, start=1)]
        work = answer(said, store=self.store, respond=self.thinks, pack=self.pack, clock=self.clock)
        return asyncio.run(work)

    def message(self, number: int, text: str) -> Mention:
        made = make_mention(str(number), handle="zoe", text=text)
        return made.model_copy(update={"created_at": self.clock()})

    def sends(self, after_s: float = 0) -> None:
        self.clock.forward(after_s)
        deliver_due(self.store, {"x": self.net}, brand_id="skylark", clock=self.clock)

    def detail(self) -> ConversationDetail:
        with self.store.read() as look:
            (talk,) = look.conversations(brand_id="skylark", limit=2)
            return look.detail(talk.id)


def test_who_writes_on_at_once_gets_one_answer_to_all_of_it() -> None:
    breath = Breath()
    breath.says("My bag is 60 cm.")
    breath.sends(after_s=2)
    breath.says("Does it fit?", after_s=1)
    breath.sends(after_s=QUIET)
    assert breath.read == ["My bag is 60 cm.", "My bag is 60 cm.\nDoes it fit?"]
    assert [reply.in_reply_to for reply in breath.net.posts] == ["2"]
    assert [reply.state for reply in breath.detail().replies] == [ReplyState.WITHDRAWN, ReplyState.SENT]
    assert breath.detail().conversation.state is ConversationState.RESOLVED


SIGNED = [
    ("Where is my bag?\n\nSent from my phone", "I can't breathe"),
    ("Where is my bag?\n-- \nZoe Quill\nHead of Quills", "I can't breathe"),
    ("Where is my bag?\n\nOn Monday Skylark wrote:\n> How can we help?", "I can't breathe"),
    ("Where is my bag?", "On Monday I wrote: I can't breathe"),
    ("Where is my bag?", "> quoted\nI can't breathe\n\nSent from my phone"),
]


@pytest.mark.parametrize(("first", "second"), SIGNED)
def test_a_signature_or_a_quotation_swallows_no_later_message(first: str, second: str) -> None:
    breath = Breath()
    turns = breath.says(first, second)
    read = reading_text(turns[-1].turn.mention)
    assert "Where is my bag?" in read
    assert "I can't breathe" in read
    assert not any(word in read for word in ("phone", "Quill", "How can we help", "quoted"))
    with breath.store.read() as look:
        assert look.mention(turns[0].turn.mention_id).text == first, "what was written stays as it was"


def test_messages_read_in_one_batch_are_one_question() -> None:
    breath = Breath()
    first, second = breath.says("My bag is 60 cm.", "Does it fit?")
    assert first.turn.route.reasons == (Reason.MERGED,)
    assert second.turn.mention.merged == (first.turn.mention_id,)
    breath.sends(after_s=QUIET)
    assert [reply.in_reply_to for reply in breath.net.posts] == ["2"]


def test_what_comes_after_the_answer_left_is_a_question_of_its_own() -> None:
    breath = Breath()
    breath.says("My bag is 60 cm.")
    breath.sends(after_s=QUIET)
    breath.says("And a pram?", after_s=1)
    breath.sends(after_s=QUIET)
    assert breath.read[-1] == "And a pram?"
    assert [reply.in_reply_to for reply in breath.net.posts] == ["1", "2"]


def test_a_late_question_waits_for_nobody() -> None:
    """The pause counts from when they wrote, not from when we read it."""
    breath = Breath()
    old = breath.message(1, "How big?").model_copy(update={"created_at": NOW - timedelta(hours=1)})
    work = answer([old], store=breath.store, respond=breath.thinks, pack=breath.pack, clock=breath.clock)
    asyncio.run(work)
    breath.sends()
    assert len(breath.net.posts) == 1


def test_an_edit_of_an_earlier_part_makes_the_answer_stale() -> None:
    breath = Breath()
    first, _ = breath.says("My bag is 60 cm.", "Does it fit?")
    with breath.store.begin() as tx:
        message_edited(tx, first.turn.mention_id, "My bag is 50 cm.", brand_id="skylark", at=breath.clock())
    breath.sends(after_s=QUIET)
    assert breath.net.posts == []
    assert breath.detail().replies[-1].last_error == "stale: An earlier message of the same burst was changed."


def test_a_deleted_part_is_in_no_turn_any_more() -> None:
    breath = Breath()
    first, second = breath.says("My name is Zoe Quill.", "Does it fit?")
    with breath.store.begin() as tx:
        tx.purge(first.turn.mention_id)
    with breath.store.read() as look:
        kept = look.turn(second.id)
    assert "Quill" not in kept.model_dump_json()
    assert kept.turn.mention.text == "Does it fit?"
    assert kept.turn.route.decision is Decision.AUTO_REPLY


def test_three_messages_each_thought_about_are_still_one_question() -> None:
    breath = Breath()
    for text in ("My bag is 60 cm.", "Does it fit?", "In the cabin, I mean."):
        breath.says(text, after_s=1)
    assert breath.read[-1] == "My bag is 60 cm.\nDoes it fit?\nIn the cabin, I mean."
    breath.sends(after_s=QUIET)
    assert [reply.in_reply_to for reply in breath.net.posts] == ["3"]


def test_an_answer_that_is_half_out_is_not_said_again_with_the_next_message() -> None:
    class Long(Breath):
        async def thinks(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
            self.read += [mention.text for mention in mentions]
            return [make_turn(mention, draft=make_draft(LONG)) for mention in mentions]

        def message(self, number: int, text: str) -> Mention:
            made = make_mention(str(number), handle="zoe", text=text, channel="bluesky")
            return made.model_copy(update={"created_at": self.clock()})

    breath, network = Long(), Network()
    breath.pack = breath.pack.model_copy(update={"channels": (ChannelPolicy(name="bluesky", max_parts=4),)})
    breath.says("How big?")
    with breath.store.begin() as tx:
        tx.save_budget("bluesky", Budget(remaining=1, resets_at=NOW + timedelta(minutes=1)))
    breath.clock.forward(QUIET)
    deliver_due(breath.store, {"bluesky": network}, brand_id="skylark", clock=breath.clock)
    assert len(network.posts) == 1
    breath.says("And a pram?", after_s=1)
    assert breath.read[-1] == "And a pram?"
    assert breath.detail().replies[0].state is not ReplyState.WITHDRAWN


def meanwhile(breath: Breath, happens: Callable[[], object]) -> None:
    """Let something happen while the next message is thought about."""
    thinks = breath.thinks

    async def slowly(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        turns = await thinks(mentions)
        happens()
        breath.thinks = thinks  # type: ignore[method-assign]
        return turns

    breath.thinks = slowly  # type: ignore[method-assign]


def test_an_edit_while_the_burst_is_thought_about_leaves_it_to_a_person() -> None:
    breath = Breath()
    (first,) = breath.says("My bag is 60 cm.")

    def edits() -> None:
        with breath.store.begin() as tx:
            message_edited(tx, first.turn.mention_id, "My bag is 50 cm.", brand_id="skylark", at=breath.clock())

    meanwhile(breath, edits)
    (second,) = breath.says("Does it fit?", after_s=1)
    breath.sends(after_s=QUIET)
    assert breath.net.posts == []
    assert second.turn.mention.text == "My bag is 50 cm.\nDoes it fit?", "what was taken back is kept nowhere"
    assert breath.detail().conversation.waits_for_person


class Posts(Breath):
    """As on a network, where posts come and are deleted."""

    def comes(self, number: int, text: str) -> Mention:
        post = Post(external_id=str(number), text=text, handle="zoe", author_id="zoe", created_at=self.clock())
        with self.store.begin() as tx:
            _, taken = receive(tx, (Mentioned(post=post),), channel="x", pack=self.pack, at=self.clock())
            return tx.mention(taken[0])

    def deletes(self, number: int) -> None:
        with self.store.begin() as tx:
            receive(tx, (Deleted(external_id=str(number)),), channel="x", pack=self.pack, at=self.clock())

    def answers(self, *mentions: Mention) -> None:
        asyncio.run(answer(mentions, store=self.store, respond=self.thinks, pack=self.pack, clock=self.clock))

    def tends(self) -> None:
        asyncio.run(redraft_stale(store=self.store, respond=self.thinks, pack=self.pack, clock=self.clock))

    def is_left_to_a_person(self) -> bool:
        with self.store.read() as look:
            may = allowed(look, self.detail(), agent="ann", at=self.clock())
        return self.detail().conversation.waits_for_person and may is not None and may.respond


def test_a_question_is_not_lost_with_the_later_message_that_spoke_for_it() -> None:
    breath = Posts()
    breath.answers(breath.comes(1, "How big may my bag be?"))
    breath.answers(breath.comes(2, "Oops"))
    breath.deletes(2)
    breath.sends(after_s=QUIET)
    breath.tends()
    assert breath.read[-1] == "How big may my bag be?"
    assert breath.net.posts == []
    assert breath.is_left_to_a_person()


def test_a_question_is_not_lost_with_a_later_message_that_is_deleted_while_it_is_thought_about() -> None:
    breath = Posts()
    breath.answers(breath.comes(1, "How big may my bag be?"))
    later = breath.comes(2, "Oops")
    meanwhile(breath, lambda: breath.deletes(2))
    breath.answers(later)
    breath.sends(after_s=QUIET)
    breath.tends()
    assert breath.net.posts == []
    assert breath.is_left_to_a_person()


def test_a_question_left_to_a_later_message_is_answered_once_that_is_gone() -> None:
    breath = Posts()
    breath.answers(breath.comes(1, "How big may my bag be?"), breath.comes(2, "Oops"))
    breath.deletes(2)
    breath.tends()
    breath.sends(after_s=QUIET)
    assert breath.read[-1] == "How big may my bag be?"
    assert [reply.in_reply_to for reply in breath.net.posts] == ["1"]


def test_what_was_answered_together_is_not_answered_again_as_the_last_message_goes() -> None:
    breath = Posts()
    breath.answers(breath.comes(1, "How big may my bag be?"))
    breath.answers(breath.comes(2, "For the cabin."))
    breath.sends(after_s=QUIET)
    breath.deletes(2)
    breath.tends()
    breath.sends(after_s=QUIET)
    assert [reply.in_reply_to for reply in breath.net.posts] == ["2"]
