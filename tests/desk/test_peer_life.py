"""A conversation's life once more, with customers who are invited to answer others: right, wrong, late or not at all.

All that holds without them holds with them; and no question waits for a peer whose time is up.
"""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from assistant.desk.act import act
from assistant.desk.advocates import take_up
from assistant.desk.sla import sweep
from assistant.domain.mention import Mention
from assistant.domain.peer import PEER_INVITE, PEER_THANKS, PeerEnd
from assistant.domain.person import Handle
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.workflows.check_peers import check_peers
from tests.desk.test_life_cycle import HANDLES, LifeCycle
from tests.desk.test_sla import PACK
from tests.desk_builders import make_draft, make_turn
from tests.peer_builders import FOUND, PASSAGE, RIGHT, UNSURE, WRONG, asking, message


class PeerLife(LifeCycle):
    """Two customers and an advocate, one desk."""

    pack = asking(PACK)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Mention] = []
        told = {"topics": ["bag_size"], "languages": ["en"]}
        with self.store.begin() as tx:
            take_up(
                tx,
                handles=[Handle(channel="x", handle="bea")],
                **told,
                consent="yes",
                by="lead",
                pack=self.pack,
                at=self.clock(),
            )

    @rule(handle=st.sampled_from(["", "", *HANDLES]), drafted=st.booleans())
    def a_question_for_peers(self, handle: str, drafted: bool) -> None:
        """Often of somebody who never wrote before, so that nothing else waits in their conversation."""
        mention = message(str(len(self.mentions)), handle=handle or f"new{len(self.mentions)}")
        decision = Decision.REVIEW if drafted else Decision.HANDOFF
        self._comes(mention, decision, drafted)
        self.asked.append(mention)

    @rule(which=st.integers(0, 2), words=st.sampled_from([RIGHT, RIGHT, WRONG, UNSURE]))
    def a_peer_answers(self, which: int, words: str) -> None:
        if not self.asked:
            return
        under = self.asked[-1 - which % len(self.asked)].external_id
        self._comes(
            message(str(len(self.mentions)), handle="bea", text=words, in_reply_to=under), Decision.REVIEW, True
        )

    @rule(drafted=st.booleans())
    def nobody_answers_somebody_new(self, drafted: bool) -> None:
        self.a_question_for_peers("", drafted)
        self.time_passes_for_peers(31)

    @rule(drafted=st.booleans(), words=st.sampled_from([RIGHT, WRONG, UNSURE]), late=st.booleans())
    def a_peer_answers_somebody_new(self, drafted: bool, words: str, late: bool) -> None:
        self.a_question_for_peers("", drafted)
        self.time_passes_for_peers(31 if late else 1)
        self.a_peer_answers(0, words)
        self.peers_are_looked_after()

    @rule()
    def peers_are_looked_after(self) -> None:
        check_peers(self.store, passages=lambda ids: {PASSAGE.id: PASSAGE}, pack=self.pack, clock=self.clock)
        with self.store.read() as look:
            for each in look.all_peer_invites(brand_id="skylark", limit=100):
                assert not each.is_open or each.expires_at > self.clock()

    @rule(minutes=st.sampled_from([1, 31]))
    def time_passes_for_peers(self, minutes: int) -> None:
        self.clock.forward(60 * minutes)
        sweep(self.store, pack=self.pack, clock=self.clock)
        self.peers_are_looked_after()

    def _comes(self, mention: Mention, decision: Decision, drafted: bool) -> None:
        self.mentions.append(mention.id)
        turn = make_turn(mention, decision, draft=make_draft(RIGHT) if drafted else None, due_in_minutes=None)
        route = turn.route.model_copy(update={"due_at": self.clock() + timedelta(hours=4), "reasons": ()})
        with self.store.begin() as tx:
            tx.take_in(mention, at=self.clock())
            act(tx, turn.model_copy(update={"route": route, "evidence": (FOUND,)}), pack=self.pack, at=self.clock())

    @invariant()
    def who_waits_for_a_peer_has_an_open_invitation(self) -> None:
        with self.store.read() as look:
            for key in self._conversation_ids():
                invites = look.peer_invites(key)
                assert sum(each.is_open for each in invites) <= 1
                if look.conversation(key).state is ConversationState.SNOOZED:
                    assert any(each.is_open for each in invites)

    @invariant()
    def nobody_is_thanked_for_what_does_not_hold_or_twice(self) -> None:
        with self.store.read() as look:
            invites = look.all_peer_invites(brand_id="skylark", limit=100)
            replies = [reply for key in self._conversation_ids() for reply in look.detail(key).replies]
        held = {each.id for each in invites if each.verdict is PeerEnd.CONFIRMED}
        thanked = Counter(reply.id.removeprefix(PEER_THANKS) for reply in replies if reply.id.startswith(PEER_THANKS))
        assert set(thanked) <= held
        assert all(count == 1 for count in thanked.values())
        assert sum(reply.id.startswith(PEER_INVITE) for reply in replies) == len(invites)


TestPeerLife = PeerLife.TestCase
TestPeerLife.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
