"""The contract of channels over help desks, and who has a conversation there."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.compose import utc_now
from assistant.compose.channel_kinds import KINDS
from assistant.compose.channels import build_link
from assistant.desk.act import act
from assistant.domain.beside import Place
from assistant.domain.brand import ChannelPolicy, Connection
from assistant.domain.conversation import ReplyState
from assistant.domain.incoming import Deleted
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import ChannelRefuses, ChannelUnavailable, PayloadInvalid, SettingInvalid, SignatureWrong
from assistant.ports import Beside, Hook, Link
from assistant.workflows.beside import Noted, write_notes
from tests.contract.channel_promises import ANSWER, QUESTION, ChannelPromises, Desk
from tests.desk_builders import make_draft, make_reply, make_turn
from tests.rigs.help_desks import ChatwootRig, FreshdeskRig, HelpDeskRig, ZammadRig, ZendeskRig
from tests.rigs.http_server import Answer

pytestmark = pytest.mark.network

RIGS: list[Callable[[Place], HelpDeskRig]] = [ChatwootRig, FreshdeskRig, ZammadRig, ZendeskRig]


class TestHelpDesks(ChannelPromises):
    @pytest.fixture(params=RIGS)
    def rig(self, request: pytest.FixtureRequest) -> Iterator[HelpDeskRig]:
        rig: HelpDeskRig = request.param(Place.TIER_ONE)
        yield rig
        rig.link.close()
        rig.server.close()


@pytest.fixture(params=RIGS)
def make(request: pytest.FixtureRequest) -> Callable[[Place], HelpDeskRig]:
    given: Callable[[Place], HelpDeskRig] = request.param
    return given


@contextmanager
def opened(rig: HelpDeskRig) -> Iterator[Desk]:
    desk = Desk(rig)
    yield desk
    desk.store.close()
    rig.link.close()
    rig.server.close()


def think(desk: Desk, decision: Decision = Decision.AUTO_REPLY) -> str:
    """One turn on the only mention; returns its id."""
    (mention,) = desk.mentions()
    with desk.store.begin() as tx:
        turn = make_turn(mention, decision, draft=make_draft(ANSWER, disclosed=False))
        return act(tx, turn, pack=desk.pack, at=utc_now()).id


def note(desk: Desk) -> Noted:
    assert isinstance(desk.rig.link, Beside)
    return write_notes(desk.rig.link, channel=desk.name, store=desk.store, pack=desk.pack, clock=utc_now)


def state_of(desk: Desk, turn_id: str) -> ConversationState:
    with desk.store.read() as look:
        return look.conversation(look.turn(turn_id).conversation_id).state


def test_as_draft_engine_it_only_leaves_a_note(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.DRAFT)
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        turn_id = think(desk)
        with desk.store.read() as look:
            findings = [finding.guardrail for finding in look.turn(turn_id).turn.findings]
        assert "channel.owned" in findings
        assert (note(desk), note(desk)) == (Noted(notes=1), Noted())
        (text,) = rig.notes()
        assert "55 x 40 x 20 cm" in text
        assert list(rig.answers(said)) == []
        assert desk.deliver().sent == 0
        assert state_of(desk, turn_id) is ConversationState.RESOLVED


def test_as_tier_one_it_hands_over_with_a_note(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.TIER_ONE)
    with opened(rig) as desk:
        rig.say(QUESTION)
        desk.hear()
        turn_id = think(desk, Decision.HANDOFF)
        assert not rig.belongs_to_people()
        assert note(desk) == Noted(notes=1, handed_over=1)
        assert rig.belongs_to_people()
        assert state_of(desk, turn_id) is ConversationState.RESOLVED
        with desk.store.read() as look:
            mention_id = look.turn(turn_id).turn.mention_id
            assert "handed_over" in [entry.event for entry in look.audit(subject=mention_id)]


def test_what_went_out_by_itself_needs_no_note(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.TIER_ONE)
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        think(desk)
        assert note(desk) == Noted()
        desk.deliver()
        assert (note(desk), len(rig.answers(said)), rig.notes()) == (Noted(), 1, [])


def test_an_answer_waits_for_nobody_once_a_person_took_over(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.TIER_ONE)
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        turn_id = think(desk)
        rig.person_takes_over()
        desk.deliver()
        reply = desk.reply(turn_id)
        assert (reply.state, list(rig.answers(said))) == (ReplyState.HELD, [])
        assert "has this conversation" in (reply.last_error or "")
        assert note(desk).notes == 1  # the draft is of use to whoever took over


def test_a_message_in_a_conversation_of_people_is_only_drafted(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.TIER_ONE)
    with opened(rig) as desk:
        rig.person_takes_over()
        rig.say(QUESTION)
        desk.hear()
        think(desk)
        assert desk.deliver().sent == 0
        assert note(desk).notes == 1


def test_as_the_desk_itself_it_leaves_no_notes(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.DESK)
    with opened(rig) as desk:
        rig.say(QUESTION)
        desk.hear()
        turn_id = think(desk, Decision.HANDOFF)
        assert (note(desk), rig.notes()) == (Noted(), [])
        assert state_of(desk, turn_id) is ConversationState.OPEN


def test_as_the_desk_itself_it_answers_until_a_person_there_took_over(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.DESK)
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        (mention,) = desk.mentions()
        sent = desk.answer(mention)
        assert (sent.state, len(rig.answers(said))) == (ReplyState.SENT, 1)
        rig.person_takes_over()
        with pytest.raises(ChannelRefuses, match="has this conversation"):
            rig.link.send(sent, desk.post(said))


def test_a_note_that_was_written_before_a_crash_is_found_again(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.DRAFT)
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.hear()
        turn_id = think(desk)
        assert isinstance(rig.link, Beside)
        rig.link.note(f"as before [assistant:{turn_id}]", desk.post(said))
        assert note(desk) == Noted(notes=1)
        assert len(rig.notes()) == 1


def test_a_desk_that_is_away_gets_its_note_later(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.DRAFT)
    with opened(rig) as desk:
        rig.say(QUESTION)
        desk.hear()
        think(desk)
        rig.away()
        with pytest.raises(ChannelUnavailable):
            note(desk)
        rig.back()
        assert note(desk) == Noted(notes=1)


def test_foreign_and_unreadable_deliveries_are_refused(make: Callable[[Place], HelpDeskRig]) -> None:
    rig = make(Place.DRAFT)
    link: object = rig.link
    if isinstance(link, Hook):
        assert link.challenge({}) is None
        with pytest.raises(SignatureWrong):
            link.verify({}, b"{}", now=utc_now())
        for body in (b"", b"[]", b"{}", b'{"type": "zen:event-type:ticket.comment_added"}'):
            with pytest.raises(PayloadInvalid):
                link.parse(body)
    rig.link.close()
    rig.server.close()


def test_an_answer_on_zendesk_is_shown_as_written_not_as_markdown() -> None:
    rig = ZendeskRig(Place.DESK)
    with opened(rig) as desk:
        said = rig.say(QUESTION)
        desk.listen()
        reply = make_reply("t1", "c1").model_copy(update={"channel": desk.name, "text": "#1: <23 kg*\n& more*"})
        sent = rig.link.send(reply, desk.post(said))
        (put,) = [json.loads(asked.body) for asked in rig.server.asked if asked.method == "PUT"]
        assert put["ticket"]["comment"] == {"html_body": "#1: &lt;23 kg*<br>&amp; more*", "public": True}
        assert rig.link.find(reply, desk.post(said)) == sent


def test_a_message_deleted_at_chatwoot_is_to_be_forgotten() -> None:
    rig = ChatwootRig()
    told = {
        "event": "message_updated",
        "id": 100,
        "content": "This message was deleted",
        "message_type": "incoming",
        "content_attributes": {"deleted": True},
        "conversation": {"id": 81, "status": "pending"},
        "sender": {"id": 9},
    }
    link: object = rig.link
    assert isinstance(link, Hook)
    assert list(link.parse(json.dumps(told).encode())) == [Deleted(external_id="81/100")]
    assert list(link.parse(json.dumps({**told, "message_type": "outgoing"}).encode())) == []
    assert list(link.parse(json.dumps({**told, "private": True}).encode())) == []
    rig.link.close()
    rig.server.close()


def test_what_people_there_deleted_is_forgotten(make: Callable[[Place], HelpDeskRig]) -> None:
    with opened(make(Place.TIER_ONE)) as desk:
        rig = desk.rig
        assert isinstance(rig, HelpDeskRig)
        first, second = rig.say(QUESTION), rig.say("And my dog?")
        desk.hear(2)
        assert desk.revisit() == 0
        if "/" in second and second.rpartition("/")[2].isdigit() and first.rpartition("/")[2].isdigit():
            rig.said = [one for one in rig.said if not second.endswith(f"/{one['id']}")]
            assert desk.revisit() == 1
        rig.server.refusal = Answer({"error": "RecordNotFound"}, 404)
        assert desk.revisit() > 0
        assert {mention.text for mention in desk.mentions()} == {""}


@pytest.mark.parametrize("kind", ["chatwoot", "freshdesk", "zammad", "zendesk"])
def test_a_help_desk_only_drafts_unless_told_otherwise(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for secret in ("TOKEN", "SECRET"):
        monkeypatch.setenv(f"ASSISTANT_CHANNEL_{kind.upper()}_{secret}", "s")
    settings: dict[str, str | int | bool] = {"server": "http://127.0.0.1:9", "account": "1", "email": "a@example.test"}

    def built(**more: str) -> Link:
        known = {setting.name for setting in KINDS[kind].settings}
        given = {name: value for name, value in {**settings, **more}.items() if name in known}
        connection = Connection(kind=kind, settings=given)
        return build_link(ChannelPolicy(name=kind, connect=connection), connection, data_dir=tmp_path)

    for link, place in ((built(), Place.DRAFT), (built(place="tier_one", people="3"), Place.TIER_ONE)):
        assert isinstance(link, Beside)
        assert link.place is place
        link.close()
    with pytest.raises(SettingInvalid, match="place is one of draft, tier_one, desk"):
        built(place="boss")
    if kind != "chatwoot":
        with pytest.raises(SettingInvalid, match="people"):
            built(place="tier_one")
        with pytest.raises(SettingInvalid, match="number"):
            built(place="tier_one", people="Support")
