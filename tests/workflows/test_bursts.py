"""Several messages in one breath get one answer to all of it, under the last; a deletion reaches what was joined."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from assistant.desk.outbox import deliver_due
from assistant.desk.staleness import message_edited
from assistant.domain.conversation import ConversationDetail, ReplyState, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Reason
from assistant.pipeline.understand import reading_text
from assistant.workflows.answer import answer
from tests.desk.test_follow_up import Net
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
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
        return [make_turn(mention) for mention in mentions]

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
