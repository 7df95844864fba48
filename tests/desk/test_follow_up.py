"""After a fix the customer is asked once, invited only when satisfied, and never twice."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.desk import automation, triage
from assistant.desk.act import act
from assistant.desk.follow_up import ask_due
from assistant.desk.outbox import deliver_due
from assistant.desk.review import ReviewRequest, review
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation, Reply, ReplyState, TurnRecord
from assistant.domain.follow_up import FollowUp, FollowUpPolicy
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Disposition, Sensitivity, Stance, Visibility
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

ASK, INVITE = "Is it all sorted now?", "Glad to hear it. If you like, update your post."
DAY = 24 * 3600
Read = dict[str, object]
"""What was understood otherwise than plainly."""


def asking_pack(**policy: object) -> Pack:
    pack = make_pack()
    voice = pack.brand.voice.model_copy(update={"ask_solved": (ASK,), "invite_update": (INVITE,)})
    told = FollowUpPolicy.model_validate({"stances": [Stance.QUESTION], **policy})
    return pack.model_copy(update={"brand": pack.brand.model_copy(update={"voice": voice}), "follow_up": told})


PACK = asking_pack()


class Net:
    """A network that takes everything and remembers it."""

    name = "x"

    def __init__(self) -> None:
        self.posts: list[Reply] = []

    def send(self, reply: Reply) -> str:
        self.posts.append(reply)
        return f"id-{reply.delivery_key}"

    def find(self, delivery_key: str) -> str | None:
        return next((f"id-{each.delivery_key}" for each in self.posts if each.delivery_key == delivery_key), None)

    def said(self, words: str) -> int:
        return sum(words in each.text for each in self.posts)


class Desk:
    """One customer, one conversation, and the clock."""

    def __init__(self, pack: Pack = PACK, visibility: Visibility = Visibility.PUBLIC) -> None:
        self.store, self.net, self.clock, self.pack = new_store(), Net(), SetClock(), pack
        self.visibility, self.count, self.conversation_id = visibility, 0, ""

    def hears(self, text: str, decision: Decision = Decision.AUTO_REPLY, *, read: Read | None = None) -> TurnRecord:
        self.count += 1
        mention = make_mention(str(self.count), text=text, handle="zoe", visibility=self.visibility)
        turn: Turn = make_turn(mention, decision, due_in_minutes=None)
        understood = make_understanding().model_copy(update=read or {})
        turn = turn.model_copy(update={"understanding": understood})
        with self.store.begin() as tx:
            self.conversation_id = tx.take_in(mention, at=self.clock()).conversation_id
            return act(tx, turn, pack=self.pack, at=self.clock())

    def works(self) -> None:
        ask_due(self.store, pack=self.pack, clock=self.clock)
        deliver_due(self.store, {"x": self.net}, brand_id="skylark", clock=self.clock)

    def fixes(self, text: str = "Where is my bag?", *, read: Read | None = None) -> None:
        self.hears(text, read=read)
        self.works()

    def asks(self) -> None:
        self.clock.forward(DAY)
        ask_due(self.store, pack=self.pack, clock=self.clock)
        self.works()

    def last(self) -> FollowUp:
        with self.store.read() as look:
            return look.follow_ups(self.conversation_id)[-1]

    def conversation(self) -> Conversation:
        with self.store.read() as look:
            return look.conversation(self.conversation_id)


def test_a_day_after_the_fix_it_asks_once_and_invites_who_says_yes() -> None:
    desk = Desk()
    desk.fixes()
    desk.works()
    assert desk.net.said(ASK) == 0
    desk.asks()
    desk.asks()
    assert desk.net.said(ASK) == 1
    assert "automated" in desk.net.posts[-1].text
    desk.hears("yes, thanks!")
    desk.works()
    assert (desk.net.said(INVITE), len(desk.net.posts)) == (1, 3)
    assert desk.net.posts[-1].in_reply_to == "2"
    assert desk.conversation().state is ConversationState.RESOLVED
    assert (desk.last().solved, desk.last().reopened_at) == (True, None)
    with desk.store.read() as look:
        events = [each.event for each in look.audit(subject=desk.last().id)]
    assert events == ["follow_up_asked", "follow_up_answered"]


def test_a_yes_to_what_was_opened_again_meanwhile_ends_its_hand_off_and_ownership() -> None:
    desk = Desk()
    record = desk.hears("Where is my bag?", Decision.HANDOFF)
    with desk.store.begin() as tx:
        triage.assign(tx, record.conversation_id, to="bo", agent="bo", at=NOW)
        seen = tx.conversation(record.conversation_id).version
        kind = Disposition.RESPONDED
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=kind, text="It is here.", agent="bo")
        review(tx, request, pack=PACK, passages=(), at=NOW)
    desk.works()
    desk.asks()
    with desk.store.begin() as tx:
        triage.reopen(tx, record.conversation_id, agent="bo", pack=PACK, at=desk.clock())
    desk.hears("yes, thanks!")
    assert desk.conversation().state is ConversationState.RESOLVED
    with desk.store.read() as look:
        ends = look.handoffs(record.conversation_id)[-1].closed_at, look.assignment(record.conversation_id)
    assert (ends[0], ends[1] and ends[1].closed_at) == (desk.clock(), desk.clock())


def test_nobody_is_invited_in_private_or_without_a_yes() -> None:
    private = Desk(visibility=Visibility.PRIVATE)
    private.fixes()
    private.asks()
    private.hears("5/5")
    private.works()
    assert (private.last().rating, private.net.said(INVITE)) == (5, 0)
    unsure = Desk()
    unsure.fixes()
    unsure.asks()
    unsure.hears("3")
    unsure.works()
    assert (unsure.last().solved, unsure.net.said(INVITE)) == (None, 0)


def test_a_no_brings_a_person_in_time_even_where_the_machine_would_stay_silent() -> None:
    desk = Desk()
    desk.fixes()
    desk.asks()
    desk.hears("no, still nothing", Decision.NO_REPLY)
    waiting = desk.conversation()
    assert (waiting.state, waiting.decision) == (ConversationState.OPEN, Decision.HANDOFF)
    assert waiting.due_at == desk.clock() + timedelta(minutes=120)
    assert (desk.last().solved, desk.last().reopened_at) == (False, desk.clock())
    desk.works()
    assert desk.net.said(INVITE) == 0


def test_more_than_an_answer_takes_the_usual_way_and_counts_as_open_again() -> None:
    desk = Desk()
    desk.fixes()
    desk.asks()
    desk.hears("yes but where is my refund?", Decision.HANDOFF)
    assert (desk.last().solved, desk.last().reopened_at) == (None, desk.clock())
    assert desk.conversation().waits_for_person


def test_what_comes_within_seven_days_opens_it_again_and_thanks_do_not() -> None:
    thanked, came_back, late = Desk(), Desk(), Desk()
    for desk in (thanked, came_back, late):
        desk.fixes()
    thanked.hears("lovely, thank you", Decision.NO_REPLY, read={"stance": Stance.PRAISE})
    assert thanked.last().reopened_at is None
    came_back.hears("it is lost again")
    assert came_back.last().reopened_at == NOW
    late.clock.forward(8 * DAY)
    late.hears("it is lost again")
    assert late.last().reopened_at is None


@pytest.mark.parametrize(
    ("read", "why"),
    [
        ({"stance": Stance.PRAISE}, "Not the kind"),
        ({"language": "de"}, "doesn't speak"),
        ({"sensitivity": make_understanding(sensitivity=(Sensitivity.BEREAVEMENT,)).sensitivity}, "Not the kind"),
    ],
)
def test_who_is_not_asked(read: dict[str, object], why: str) -> None:
    desk = Desk()
    desk.fixes(read=read)
    desk.asks()
    assert desk.net.said(ASK) == 0
    assert why in desk.last().skipped


def test_a_stop_or_a_new_message_between_asking_and_sending_drops_the_question() -> None:
    stopped, overtaken = Desk(), Desk()
    for desk in (stopped, overtaken):
        desk.fixes()
        desk.clock.forward(DAY)
        ask_due(desk.store, pack=PACK, clock=desk.clock)
        assert ask_due(desk.store, pack=PACK, clock=desk.clock) == 0
    with stopped.store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="ann", at=NOW)
    overtaken.hears("wait, one more thing", Decision.HANDOFF)
    for desk in (stopped, overtaken):
        desk.works()
        assert desk.net.said(ASK) == 0
        with desk.store.read() as look:
            (left,) = [each for each in look.detail(desk.conversation_id).replies if each.is_follow_up]
        assert (left.state, bool(desk.last().skipped)) == (ReplyState.WITHDRAWN, True)
    assert stopped.conversation().state is ConversationState.RESOLVED


def test_a_brand_without_words_and_words_the_gate_refuses_ask_nobody() -> None:
    silent = Desk(make_pack())
    silent.fixes()
    silent.asks()
    assert silent.last().skipped == "The brand has no words for it."
    voice = PACK.brand.voice.model_copy(update={"ask_solved": ("Is it solved?!!!",)})
    loud = Desk(PACK.model_copy(update={"brand": PACK.brand.model_copy(update={"voice": voice})}))
    loud.fixes()
    loud.asks()
    assert loud.last().skipped == "The gate refuses the words, or strangers just read them."


class NeverTwice(RuleBasedStateMachine):
    """Fixes, answers, silence and passes of the worker in any order, within the brand's quiet days."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(asking_pack(quiet_days=365))
        self.yes_after_asking = 0

    @rule(text=st.sampled_from(["Where is my bag?", "yes", "yes, thanks", "no", "5", "2", "ok but why?"]))
    def the_customer_writes(self, text: str) -> None:
        asked = self.desk.net.said(ASK) > 0
        self.desk.hears(text)
        self.yes_after_asking += asked and text in {"yes", "yes, thanks", "5"}

    @rule(hours=st.sampled_from([1, 24, 200]))
    def time_passes(self, hours: int) -> None:
        self.desk.clock.forward(hours * 3600)

    @rule()
    def the_worker_works(self) -> None:
        self.desk.works()

    @rule()
    def two_workers_ask(self) -> None:
        ask_due(self.desk.store, pack=self.desk.pack, clock=self.desk.clock)
        ask_due(self.desk.store, pack=self.desk.pack, clock=self.desk.clock)

    @invariant()
    def never_twice(self) -> None:
        assert self.desk.net.said(ASK) <= 1
        assert self.desk.net.said(INVITE) <= min(1, self.yes_after_asking)


TestNeverTwice = NeverTwice.TestCase
TestNeverTwice.settings = settings(
    max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
