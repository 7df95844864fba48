"""A conversation's life as a state machine: messages, edits, agents, hand-offs, a network that fails, time that passes.

Whatever happens: no conversation is lost, nobody gets two answers to one message, nothing stale is sent, a hand-off is
open at most once, and no promise moves later because work changed hands.
"""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from assistant.desk.act import act
from assistant.desk.assign import assign
from assistant.desk.outbox import deliver_due
from assistant.desk.review import ReviewRequest, review
from assistant.desk.sla import sweep
from assistant.desk.staleness import message_deleted, message_edited
from assistant.domain.audit import first_break
from assistant.domain.conversation import ConversationDetail
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import AssistantError
from tests.desk.test_outbox import MISHAPS, Killed, Network
from tests.desk.test_sla import PACK
from tests.desk_builders import SetClock, make_draft, make_mention, make_turn
from tests.stores import new_store

HANDLES = ("ann", "ben")
QUEUES = ("baggage", "care", "late")


class LifeCycle(RuleBasedStateMachine):
    """Two customers, one desk."""

    pack = PACK

    def __init__(self) -> None:
        super().__init__()
        self.store, self.network, self.clock = new_store(), Network(), SetClock()
        self.mentions: list[str] = []
        self.deleted: set[str] = set()
        self.promised: dict[str, datetime] = {}

    @rule(
        handle=st.sampled_from(HANDLES),
        decision=st.sampled_from(Decision),
        queue=st.sampled_from(QUEUES),
        due=st.integers(10, 300),
        thought=st.booleans(),
    )
    def a_message_comes(self, handle: str, decision: Decision, queue: str, due: int, thought: bool) -> None:
        mention = make_mention(str(len(self.mentions)), handle=handle)
        self.mentions.append(mention.id)
        draft = make_draft() if decision in {Decision.AUTO_REPLY, Decision.REVIEW} else None
        turn = make_turn(mention, decision, draft=draft, queue=queue)
        due_at = None if decision is Decision.NO_REPLY else self.clock() + timedelta(minutes=due)
        turn = turn.model_copy(update={"route": turn.route.model_copy(update={"due_at": due_at})})
        with self.store.begin() as tx:
            tx.take_in(mention, at=self.clock())
            if thought:
                act(tx, turn, pack=self.pack, at=self.clock())

    @rule(which=st.integers(0, 9), disposition=st.sampled_from(Disposition), agent=st.sampled_from(("al", "bo")))
    def an_agent_decides(self, which: int, disposition: Disposition, agent: str) -> None:
        if not self.mentions:
            return
        with suppress(AssistantError), self.store.begin() as tx:
            record = tx.current_turn(self.mentions[which % len(self.mentions)])
            if record is None:
                return
            seen = tx.conversation(record.conversation_id).version
            words = "It is in Dublin." if disposition in {Disposition.RESPONDED, Disposition.EDITED} else None
            request = ReviewRequest(
                turn_id=record.id, seen_version=seen, disposition=disposition, text=words, agent=agent
            )
            review(tx, request, pack=self.pack, passages=(), at=self.clock())

    @rule(which=st.sampled_from([-1, -1, -1, 0, 1, 2]), gone=st.booleans())
    def a_message_changes(self, which: int, gone: bool) -> None:
        if not self.mentions:
            return
        key = self.mentions[which % len(self.mentions)]
        with self.store.begin() as tx:
            if gone:
                message_deleted(tx, key, brand_id="skylark", at=self.clock())
            else:
                message_edited(tx, key, f"really {which}?", brand_id="skylark", at=self.clock())
        if gone:
            self.deleted.add(key)

    @rule(which=st.integers(0, 9), agent=st.sampled_from(("al", "bo")))
    def somebody_takes_it(self, which: int, agent: str) -> None:
        if not self.mentions:
            return
        with self.store.begin() as tx:
            conversation = self._detail(which, tx.detail).conversation
            assign(tx, conversation.id, agent, by=agent, why="", pack=self.pack, at=self.clock())

    @rule(plan=st.lists(st.sampled_from([each for each in MISHAPS if each != "other_worker"]), max_size=3))
    def the_outbox_works(self, plan: list[str]) -> None:
        self.network.plan = plan
        changed = {key for key in self._in_flight() if self._is_gone(key)}
        before = len(self.network.posts)
        with suppress(Killed):
            deliver_due(self.store, {"x": self.network}, brand_id="skylark", clock=self.clock)
        assert changed.isdisjoint(self.network.posts[before:])

    @rule(handle=st.sampled_from(HANDLES))
    def an_automatic_answer_s_message_goes_before_it_is_sent(self, handle: str) -> None:
        self.a_message_comes(handle, Decision.AUTO_REPLY, "care", 60, thought=True)
        self.a_message_changes(-1, gone=True)
        self.the_outbox_works([])

    @rule(minutes=st.sampled_from([1, 30, 240, 2000]))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(60 * minutes)
        sweep(self.store, pack=self.pack, clock=self.clock)

    def _detail(self, which: int, detail: object) -> ConversationDetail:
        with self.store.read() as look:
            ids = sorted(self._conversation_ids())
            return look.detail(ids[which % len(ids)])

    def _conversation_ids(self) -> set[str]:
        with self.store.read() as look:
            return {each.id for each in look.conversations(brand_id="skylark", limit=100)}

    def _in_flight(self) -> set[str]:
        with self.store.read() as look:
            due = look.due_replies(brand_id="skylark", now=self.clock(), limit=100)
        return {reply.delivery_key for reply in due if reply.delivery_key not in self.network.posts}

    def _is_gone(self, delivery_key: str) -> bool:
        turn_id = delivery_key.rsplit(":", 1)[-1]
        return turn_id.rsplit("-", 1)[0] in self.deleted and self._machine_wrote(turn_id)

    def _machine_wrote(self, turn_id: str) -> bool:
        with self.store.read() as look:
            return look.draft_basis(f"r-{turn_id}") is not None

    @invariant()
    def no_conversation_is_lost(self) -> None:
        with self.store.read() as look:
            details = [look.detail(key) for key in self._conversation_ids()]
            waiting = {mention.id for mention in look.unanswered(brand_id="skylark", limit=100)}
        kept = {mention.id for detail in details for mention in detail.mentions}
        assert kept == set(self.mentions)
        for detail in details:
            if detail.conversation.state is ConversationState.OPEN and not detail.conversation.waits_for_person:
                assert waiting & {mention.id for mention in detail.mentions}

    @invariant()
    def nobody_gets_two_answers(self) -> None:
        assert all(count == 1 for count in Counter(self.network.posts).values())
        with self.store.read() as look:
            for key in self._conversation_ids():
                detail = look.detail(key)
                mention_of = {record.id: record.turn.mention_id for record in detail.turns}
                answers = Counter(mention_of[reply.turn_id] for reply in detail.replies if reply.is_answer)
                assert all(count == 1 for count in answers.values())

    @invariant()
    def a_hand_off_is_open_at_most_once_and_only_while_somebody_waits(self) -> None:
        with self.store.read() as look:
            for key in self._conversation_ids():
                open_ones = [each for each in look.handoffs(key) if each.closed_at is None]
                assert len(open_ones) <= 1

    @invariant()
    def a_running_promise_is_never_pushed_back(self) -> None:
        with self.store.read() as look:
            for key in self._conversation_ids():
                clock, conversation = look.sla_clock(key), look.conversation(key)
                if clock is None or clock.running_since is None:
                    self.promised.pop(key, None)
                    continue
                assert conversation.due_at is not None
                before = self.promised.get(key)
                assert before is None or conversation.due_at <= before
                self.promised[key] = conversation.due_at

    @invariant()
    def the_record_is_whole(self) -> None:
        with self.store.read() as look:
            assert first_break(look.audit_after(-1, limit=10_000)) is None


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
