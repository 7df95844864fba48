"""What every connected channel promises, whatever its network: the desk's own way in and out, against a rig."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from assistant.adapters.channels.connected import Connected
from assistant.compose import utc_now
from assistant.desk.act import act
from assistant.desk.channel_gate import refused
from assistant.desk.outbox import LEASE_S, Delivered, deliver_due
from assistant.desk.review import ReviewRequest, review
from assistant.domain.brand import ChannelPolicy, Connection, Pack
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.incoming import LATEST_LOOK, StoredPost
from assistant.domain.mention import Mention
from assistant.domain.networks import NETWORKS
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import ChannelRefuses, ChannelRefusesKey, ChannelUnavailable
from assistant.ports import Channel, Deleting, Hook, Retracting, Revisiting
from assistant.workflows.hear import connect, listen_once, take_delivery
from assistant.workflows.revisit import revisit_once
from tests.desk_builders import make_draft, make_pack, make_reply, make_turn
from tests.rigs.rig import Delivery, Rig
from tests.stores import new_store

QUESTION = "How big may my bag be?"
DISCLOSED = "Automated answer: "
ANSWER = f"{DISCLOSED}a cabin bag may measure 55 x 40 x 20 cm."
PATIENCE_S = 15
"""How long a real network may take until it shows what was written to it."""


class Desk:
    """A desk with one connected channel."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.name = rig.link.kind
        self.store = new_store()
        self.pack = _pack(self.name)
        self.ahead = timedelta()
        self.looks = 0
        connect(self.store, channel=self.name, kind=self.name, approval="on file", brand_id="skylark", clock=utc_now)
        self.channels: Mapping[str, Channel] = {self.name: Connected(self.name, rig.link, self.store, utc_now)}
        self.delivered: list[Delivery] = []
        self.listen()

    def listen(self) -> int:
        """Take what waits; returns how much was new."""
        taken = listen_once(self.rig.link, channel=self.name, store=self.store, pack=self.pack, clock=utc_now)
        told = taken.taken_in + taken.edited + taken.deleted + sum(map(self.take, self.rig.deliveries()))
        return told + self.revisit()

    def revisit(self) -> int:
        """Ask for what is held, as if half a day had gone by."""
        link: object = self.rig.link
        if not isinstance(link, Revisiting):
            return 0
        self.looks += 1
        later = utc_now() + self.looks * LATEST_LOOK
        seen = revisit_once(link, channel=self.name, store=self.store, pack=self.pack, clock=lambda: later)
        return seen.edited + seen.deleted

    def take(self, delivery: Delivery) -> int:
        hook = self.rig.link
        assert isinstance(hook, Hook)
        self.delivered.append(delivery)
        taken = take_delivery(
            hook.parse(delivery.body),
            delivery_id=hook.verify(delivery.headers, delivery.body, now=utc_now()),
            channel=self.name,
            store=self.store,
            pack=self.pack,
            clock=utc_now,
        )
        return taken.taken_in + taken.edited + taken.deleted

    def hear(self, count: int = 1) -> None:
        """Listen until so much was new; a real network takes a moment."""
        until, heard = time.monotonic() + PATIENCE_S, 0
        while heard < count and time.monotonic() < until:
            heard += self.listen()
            if heard < count:
                time.sleep(0.05)
        assert heard == count

    def mentions(self) -> list[Mention]:
        with self.store.read() as look:
            return list(look.unanswered(brand_id="skylark", limit=100))

    def post(self, external_id: str) -> StoredPost:
        with self.store.read() as look:
            post = look.post("skylark", self.name, external_id)
        assert post is not None
        return post

    def answer(self, mention: Mention, text: str = ANSWER) -> Reply:
        """Let the machine answer, and deliver what is due; returns how the reply stands."""
        turn = make_turn(mention, draft=make_draft(text))
        with self.store.begin() as tx:
            record = act(tx, turn, pack=self.pack, at=utc_now())
            assert record.turn.route.reasons == ()
        self.deliver()
        return self.reply(record.id)

    def answer_by_hand(self, mention: Mention, text: str) -> Reply:
        """Let a person answer, and deliver what is due."""
        turn = make_turn(mention, decision=Decision.REVIEW)
        with self.store.begin() as tx:
            record = act(tx, turn, pack=self.pack, at=utc_now())
            seen = tx.conversation(record.conversation_id).version
            request = ReviewRequest(
                turn_id=record.id, seen_version=seen, disposition=Disposition.RESPONDED, text=text, agent="ann"
            )
            review(tx, request, pack=self.pack, passages=(), at=utc_now())
        self.deliver()
        return self.reply(record.id)

    def reply(self, turn_id: str) -> Reply:
        with self.store.read() as look:
            return look.reply(f"r-{turn_id}")

    def deliver(self, later_s: float = 0) -> Delivered:
        self.ahead += timedelta(seconds=later_s)
        return deliver_due(self.store, self.channels, brand_id="skylark", clock=lambda: utc_now() + self.ahead)

    def takes_no_answers(self, mention: Mention) -> bool:
        """Whether the network takes none; then every answer is refused by its code, a machine's and a person's."""
        if not NETWORKS[self.name].listen_only:
            return False
        with self.store.begin() as tx:
            record = act(tx, make_turn(mention, draft=make_draft(ANSWER)), pack=self.pack, at=utc_now())
        assert "channel.listen_only" in [finding.guardrail for finding in record.turn.findings]
        assert self.deliver() == Delivered()
        where = {"channel": self.name, "in_reply_to": mention.external_id, "brand_id": "skylark", "automated": False}
        by_person = make_reply("t", "c").model_copy(update=where)
        with self.store.read() as look:
            assert (refused(look, by_person, at=utc_now()) or "").startswith("listen_only")
        with pytest.raises(ChannelRefuses, match="takes no answers"):
            self.rig.link.send(by_person, self.post(mention.external_id or ""))
        return True

    def seen(self, external_id: str, count: int = 1) -> list[str]:
        """What stands under a post as others see it, once there is so much of it."""
        until = time.monotonic() + PATIENCE_S
        while len(found := list(self.rig.answers(external_id))) < count and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def gone(self, external_id: str) -> bool:
        """Whether nothing stands under it any more; a real network takes a moment."""
        until = time.monotonic() + PATIENCE_S
        while (found := list(self.rig.answers(external_id))) and time.monotonic() < until:
            time.sleep(0.05)
        return not found


def _pack(kind: str) -> Pack:
    pack = make_pack()
    channel = ChannelPolicy(name=kind, connect=Connection(kind=kind), max_parts=5)
    return pack.model_copy(update={"channels": (channel,)})


@pytest.mark.network
class ChannelPromises:
    """Subclasses bring the fixture `rig`."""

    @pytest.fixture
    def desk(self, rig: Rig) -> Iterator[Desk]:
        desk = Desk(rig)
        yield desk
        desk.store.close()
        rig.link.close()

    def test_a_mention_comes_in_once(self, desk: Desk, rig: Rig) -> None:
        said = rig.say(QUESTION)
        desk.hear()
        again = [desk.take(delivery) for delivery in tuple(desk.delivered)]
        assert sum(again) == 0
        assert desk.listen() == 0
        (mention,) = desk.mentions()
        assert QUESTION in mention.text
        assert desk.post(said).mention_id == mention.id
        assert mention.author.handle
        assert mention.created_at is None or abs(mention.created_at - utc_now()) < timedelta(minutes=5)

    def test_a_reply_goes_out_once_and_is_seen_by_others(self, desk: Desk, rig: Rig) -> None:
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        if desk.takes_no_answers(mention):
            return
        reply = desk.answer(mention)
        assert (reply.state, reply.last_error) == (ReplyState.SENT, None)
        assert [ANSWER in text for text in desk.seen(said)] == [True]
        interrupted = reply.model_copy(update={"state": ReplyState.SENDING, "attempts": 1})
        with desk.store.begin() as tx:
            tx.save_reply(interrupted)
        desk.deliver(later_s=LEASE_S + 1)
        found = desk.reply(reply.turn_id)
        if "find" in rig.can:
            assert (found.state, found.sent_id) == (ReplyState.SENT, reply.sent_id)
        else:
            assert (found.state, "look" in (found.last_error or "")) == (ReplyState.FAILED, True)
        assert len(rig.answers(said)) == 1

    def test_what_was_posted_is_taken_back_where_the_network_can(self, desk: Desk, rig: Rig) -> None:
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        if desk.takes_no_answers(mention):
            return
        reply = desk.answer(mention)
        channel = desk.channels[desk.name]
        assert isinstance(channel, Retracting)
        if not isinstance(rig.link, Deleting):
            with pytest.raises(ChannelRefuses, match="can't take back"):
                channel.retract(reply)
            return
        assert desk.seen(said)
        channel.retract(reply)
        channel.retract(reply)
        assert desk.gone(said)

    def test_what_is_said_next_joins_the_thread(self, desk: Desk, rig: Rig) -> None:
        rig.say(QUESTION)
        desk.hear()
        (first,) = desk.mentions()
        if desk.takes_no_answers(first):
            return
        reply = desk.answer(first)
        assert reply.sent_id is not None
        further = rig.say("And my dog?", parent=reply.sent_id)
        desk.hear()
        (second,) = desk.mentions()
        with desk.store.read() as look:
            detail = look.detail(reply.conversation_id)
        assert [mention.id for mention in detail.mentions] == [first.id, second.id]
        if "see_parent" in rig.can:
            assert desk.post(further).parent_id == reply.sent_id

    def test_the_brands_own_answer_is_no_mention(self, desk: Desk, rig: Rig) -> None:
        rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        if desk.takes_no_answers(mention):
            return
        desk.answer(mention)
        rig.say("And my dog?")
        desk.hear()
        assert [mention.text for mention in desk.mentions() if ANSWER in mention.text] == []

    def test_an_over_long_reply_is_refused_before_the_network_sees_it(self, desk: Desk, rig: Rig) -> None:
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        if desk.takes_no_answers(mention):
            return
        network = NETWORKS[desk.name]
        reply = desk.answer(mention, DISCLOSED + "y" * (max(network.limit, network.byte_limit or 0) + 1))
        assert reply.state is ReplyState.HELD
        assert "shorten it" in (reply.last_error or "")
        assert list(rig.answers(said)) == []

    def test_a_longer_reply_goes_out_as_a_chain_where_the_network_lets_it(self, desk: Desk, rig: Rig) -> None:
        network = NETWORKS[desk.name]
        text = " ".join(f"Automated answer, line {number}: a bag may measure 55 x 40 cm." for number in range(12))
        if not network.chains:
            assert desk.pack.most_parts(desk.name, automated=False) == 1
            return
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        reply = desk.answer_by_hand(mention, text)
        assert (reply.state, reply.last_error) == (ReplyState.SENT, None)
        assert len(reply.parts) == len(reply.sent_parts) > 1
        above = (said, *reply.sent_parts[:-1])
        shown = [[part in text for text in desk.seen(one)] for one, part in zip(above, reply.parts, strict=True)]
        assert shown == [[True]] * len(reply.parts)
        if "find" in rig.can:
            died = {"state": ReplyState.SENDING, "attempts": 1, "sent_parts": reply.sent_parts[:1], "sent_id": None}
            with desk.store.begin() as tx:
                tx.save_reply(reply.model_copy(update=died))
            desk.deliver(later_s=LEASE_S + 1)
            resumed = desk.reply(reply.turn_id)
            assert resumed.sent_parts[:2] == reply.sent_parts[:2]
            assert len(desk.seen(reply.sent_parts[0])) == 1

    def test_a_deleted_message_is_forgotten_and_not_answered(self, desk: Desk, rig: Rig) -> None:
        if "delete" not in rig.can:
            pytest.skip(f"{desk.name} doesn't tell of deletions")
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        rig.take_back(said)
        desk.hear()
        with desk.store.read() as look:
            (kept,) = look.unanswered(brand_id="skylark", limit=9)
            (entry,) = look.audit(subject=mention.id)
        assert (kept.id, kept.text, kept.author.handle) == (mention.id, "", "")
        assert (entry.event, json.loads(entry.facts)) == ("message_deleted", {"version": 1})
        with desk.store.begin() as tx:
            late = act(tx, make_turn(mention, draft=make_draft(ANSWER)), pack=desk.pack, at=utc_now())
        assert (late.turn.draft, late.turn.mention.text) == (None, "")
        assert desk.deliver() == Delivered()

    def test_a_parent_that_is_gone_refuses_the_reply(self, desk: Desk, rig: Rig) -> None:
        if "delete" not in rig.can:
            pytest.skip(f"{desk.name} doesn't let its users delete")
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        if desk.takes_no_answers(mention):
            return
        rig.take_back(said)
        time.sleep(0.5 if "real" in rig.can else 0)
        reply = desk.answer(mention)
        assert reply.state is ReplyState.HELD
        assert list(rig.answers(said)) == []

    def test_changed_words_replace_the_old_ones(self, desk: Desk, rig: Rig) -> None:
        if "edit" not in rig.can:
            pytest.skip(f"{desk.name} doesn't tell of edits")
        said = rig.say(QUESTION)
        desk.hear()
        (before,) = desk.mentions()
        rig.change(said, "Where is my dog?")
        desk.hear()
        by_id = {mention.id: mention.text for mention in desk.mentions()}
        assert by_id.pop(before.id) == ""
        assert ["Where is my dog?" in text for text in by_id.values()] == [True]
        (changed,) = [mention for mention in desk.mentions() if mention.text]
        if desk.takes_no_answers(changed):
            return
        assert desk.answer(changed).state is ReplyState.SENT
        assert [ANSWER in text for text in desk.seen(said)] == [True]

    def test_a_network_that_asks_for_patience_gets_it(self, desk: Desk, rig: Rig) -> None:
        if "busy" not in rig.can:
            pytest.skip(f"{desk.name} can't be made busy here")
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        rig.busy()
        reply = desk.answer(mention)
        assert (reply.state, reply.attempts) == (ReplyState.DUE, 0)
        assert reply.not_before - utc_now() > timedelta(seconds=50)
        rig.back()
        desk.deliver(later_s=120)
        assert [ANSWER in text for text in desk.seen(said)] == [True]

    def test_an_expired_token_is_named(self, desk: Desk, rig: Rig) -> None:
        if "expire" not in rig.can:
            pytest.skip(f"{desk.name}'s token can't expire here")
        rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        rig.expire()
        reply = desk.answer(mention)
        assert reply.state is ReplyState.FAILED
        assert "token" in (reply.last_error or "") or "password" in (reply.last_error or "")
        assert False in [probe.ok for probe in rig.link.check()]
        if not isinstance(rig.link, Hook):
            with pytest.raises(ChannelRefusesKey):
                desk.listen()

    def test_nothing_is_missed_while_the_network_is_away(self, desk: Desk, rig: Rig) -> None:
        if "away" not in rig.can:
            pytest.skip(f"{desk.name} can't be cut off here")
        rig.say(QUESTION)
        desk.hear()
        (first,) = desk.mentions()
        rig.away()
        if not isinstance(rig.link, Hook):
            with pytest.raises(ChannelUnavailable):
                desk.listen()
        silent = desk.takes_no_answers(first)
        assert silent or desk.answer(first).state is ReplyState.FAILED
        for number in range(3):
            rig.say(f"Question {number}")
        rig.back()
        delivered = desk.deliver(later_s=60)
        assert (delivered.sent, delivered.failed) == ((0, 0) if silent else (1, 0) if "find" in rig.can else (0, 1))
        desk.hear(3)
        texts = " ".join(mention.text for mention in desk.mentions())
        assert [f"Question {number}" in texts for number in range(3)] == [True] * 3
