"""Rules of networks that hold while an answer is on its way, over real sockets where something is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from assistant.adapters.channels.x import POLL_S
from assistant.compose import utc_now
from assistant.desk.act import act
from assistant.desk.channel_gate import refused
from assistant.desk.receive import receive
from assistant.domain.conversation import ReplyState
from assistant.domain.incoming import ChannelState, Mentioned, OwnReplySeen, Post, stored
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelMute
from assistant.ports import Paced
from tests.contract.channel_promises import ANSWER, QUESTION, Desk
from tests.desk_builders import NOW, make_draft, make_pack, make_reply, make_turn
from tests.rigs.http_server import ServedRig
from tests.rigs.meta import MetaRig
from tests.rigs.rig import Rig
from tests.rigs.webhook import WebhookRig
from tests.rigs.x import XRig
from tests.stores import new_store


@contextmanager
def opened(rig: Rig) -> Iterator[Desk]:
    assert isinstance(rig, ServedRig)
    desk = Desk(rig)
    yield desk
    desk.store.close()
    rig.link.close()
    rig.server.close()


@pytest.mark.network
def test_a_stop_between_two_attempts_is_seen() -> None:
    with opened(WebhookRig()) as desk:
        said = desk.rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        desk.rig.away()
        reply = desk.answer(mention)
        assert reply.state is ReplyState.FAILED
        desk.rig.back()
        desk.rig.say("stop")
        desk.hear()
        desk.deliver(later_s=60)
        held = desk.reply(reply.turn_id)
        assert held.state is ReplyState.HELD
        assert (held.last_error or "").startswith("opted_out")
        assert list(desk.rig.answers(said)) == []


def test_an_earlier_attempt_is_not_held_against_its_own_reply() -> None:
    store, pack = new_store(), make_pack()
    with store.begin() as tx:
        tx.save_channel_state(ChannelState(brand_id="skylark", channel="x", kind="x", approval="X-1"), at=NOW)
        receive(tx, (Mentioned(post=Post(external_id="1", author_id="u1")),), channel="x", pack=pack, at=NOW)
        receive(tx, (OwnReplySeen(external_id="2", in_reply_to="1"),), channel="x", pack=pack, at=NOW)
    reply = make_reply("t", "c").model_copy(update={"channel": "x", "in_reply_to": "1"})
    with store.read() as look:
        assert (refused(look, reply, at=NOW) or "").startswith("already_replied")
        assert refused(look, reply, at=NOW, again=True) is None
    store.close()


@pytest.mark.parametrize(
    ("hours", "automated", "code"), [(23, True, "answered_lately"), (24, True, None), (1, False, None)]
)
def test_a_sender_gets_one_automatic_mail_a_day(hours: int, automated: bool, code: str | None) -> None:
    store, pack, at = new_store(), make_pack(), NOW + timedelta(hours=hours)
    with store.begin() as tx:
        tx.save_channel_state(ChannelState(brand_id="skylark", channel="email", kind="email"), at=NOW)
        for external_id in ("1", "2"):
            mail = Post(external_id=external_id, author_id="ann@example.test", visibility=Visibility.PRIVATE)
            tx.save_post(stored(mail, brand_id="skylark", channel="email", mention_id="m", at=NOW))
        ours = Post(external_id="a1", parent_id="1", ours=True)
        kept = stored(ours, brand_id="skylark", channel="email", mention_id=None, at=NOW)
        tx.save_post(kept.model_copy(update={"automated": automated}))
    reply = make_reply("t", "c").model_copy(update={"channel": "email", "in_reply_to": "2", "automated": True})
    with store.read() as look:
        said = refused(look, reply, at=at)
    assert (said.split(":")[0] if said else None) == code
    assert pack.brand.id == "skylark"
    store.close()


@pytest.mark.parametrize(("sent", "code"), [(14, None), (15, "budget")])
def test_messages_on_x_have_a_budget_of_their_own(sent: int, code: str | None) -> None:
    store, pack = new_store(), make_pack()
    with store.begin() as tx:
        tx.save_channel_state(ChannelState(brand_id="skylark", channel="x", kind="x", approval="X-1"), at=NOW)
        for external_id, visibility in (("1", Visibility.PRIVATE), ("2", Visibility.PUBLIC)):
            post = Post(external_id=external_id, author_id="u1", visibility=visibility)
            receive(tx, (Mentioned(post=post),), channel="x", pack=pack, at=NOW)
        for number in range(sent):
            ours = Post(external_id=f"a{number}", ours=True, visibility=Visibility.PRIVATE)
            receive(tx, (Mentioned(post=ours),), channel="x", pack=pack, at=NOW)
    reply = make_reply("t", "c").model_copy(update={"channel": "x"})
    with store.read() as look:
        private, public = (refused(look, reply.model_copy(update={"in_reply_to": one}), at=NOW) for one in ("1", "2"))
    assert ((private.split(":")[0] if private else None), public) == (code, None)
    store.close()


@pytest.mark.network
@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_a_comment_gets_one_private_reply_within_a_week(kind: str) -> None:
    with opened(MetaRig("facebook" if kind == "facebook" else "instagram", private_replies=True)) as desk:
        rig = desk.rig
        assert isinstance(rig, MetaRig)
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        sent = desk.answer(mention)
        assert sent.state is ReplyState.SENT
        assert [body["recipient"] for body in rig.bodies] == [{"comment_id": said}]
        assert ANSWER in str(rig.bodies[0]["message"])
        by_person = sent.model_copy(update={"automated": False})
        with desk.store.read() as look:
            assert (refused(look, by_person, at=utc_now()) or "").startswith("private_reply_used")
        with pytest.raises(ChannelMute):
            rig.link.find(sent, desk.post(said))


@pytest.mark.network
def test_a_private_reply_comes_too_late_after_a_week() -> None:
    with opened(MetaRig("facebook", private_replies=True)) as desk:
        desk.rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        turn = make_turn(mention, draft=make_draft(ANSWER, disclosed=False))
        with desk.store.begin() as tx:
            record = act(tx, turn, pack=desk.pack, at=utc_now() + timedelta(days=7))
        assert [finding.guardrail for finding in record.turn.findings] == ["channel.window_open"]


@pytest.mark.network
def test_x_is_looked_at_seldom_as_it_bills_every_post() -> None:
    with opened(XRig()) as desk:
        assert isinstance(desk.rig.link, Paced)
        assert desk.rig.link.poll_s == POLL_S >= 300
