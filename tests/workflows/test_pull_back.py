"""One wrong reply: taken off its network by the outbox, where that can be; its question waits for a person again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.adapters.channels.file_drop import FileDrop
from assistant.desk.outbox import MAX_ATTEMPTS, retract_due
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.retraction import Retraction, RetractionState
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import ChannelBusy, ChannelRefuses, ChannelUnavailable, InputInvalid, NotAllowed
from assistant.ports import Channel, Store
from assistant.workflows.pull_back import pull_back
from tests.desk_builders import NOW, SetClock, make_pack
from tests.stores import new_store
from tests.workflows.test_recall import Fixed, answered, corrected

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


class Deleting(Fixed):
    """Takes back, after `failures`."""

    def __init__(self, *failures: ChannelUnavailable) -> None:
        super().__init__()
        self.failures = list(failures)
        self.deleted: list[str] = []

    @property
    def retracts(self) -> bool:
        return True

    def retract(self, reply: Reply) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.deleted.append(reply.id)


async def pulled(store: Store, channel: Channel, reply_id: str, why: str = "the old size") -> None:
    await pull_back(
        reply_id,
        why=why,
        store=store,
        channels={"x": channel},
        respond=corrected,
        pack=make_pack(),
        clock=SetClock(LATER),
        agent="ann",
    )


def tried(store: Store, channel: Channel, after: timedelta = timedelta()) -> int:
    return retract_due(store, {"x": channel}, brand_id="skylark", clock=SetClock(LATER + after))


def kept(store: Store, reply_id: str) -> Retraction:
    with store.read() as look:
        found = look.retraction(reply_id)
    assert found is not None
    return found


@pytest.mark.anyio
async def test_it_leaves_its_network_by_the_outbox_alone(store: Store, tmp_path: Path) -> None:
    channel = FileDrop("x", tmp_path)
    reply_id = answered(store, 1, channel)
    await pulled(store, channel, reply_id)
    lines = (tmp_path / "x.jsonl").read_text().splitlines()
    assert len(lines) == 1  # nothing but the outbox speaks to a network
    with store.read() as look:
        (talk,) = look.conversations(brand_id="skylark")
        reply, turn = look.reply(reply_id), look.detail(talk.id).turns[-1].turn
    assert (reply.state, talk.state, talk.decision) == (
        ReplyState.RECALLED,
        ConversationState.OPEN,
        Decision.REVIEW,
    )
    assert talk.due_at is not None
    assert turn.draft is not None
    assert not turn.draft.text.startswith("We have to correct")
    assert (tried(store, channel), tried(store, channel)) == (1, 0)
    assert '"retracted"' in (tmp_path / "x.jsonl").read_text().splitlines()[-1]
    gone = kept(store, reply_id)
    assert (gone.state, gone.asked_by, gone.why, gone.ended_at) == (RetractionState.DONE, "ann", "the old size", LATER)
    with store.read() as look:
        told = [note.text for note in look.notes(talk.id)]
        events = [(entry.actor, entry.event) for entry in look.audit(subject=reply_id)][-2:]
    assert told == ["Our answer was wrong and is being taken off x. the old size", "x: our answer was taken off."]
    assert events == [("ann", "reply_pulled_back"), ("assistant", "reply_taken_off")]


@pytest.mark.anyio
async def test_where_the_channel_cannot_delete_it_is_corrected(store: Store) -> None:
    channel = Fixed()
    reply_id = answered(store, 1, channel)
    await pulled(store, channel, reply_id)
    with store.read() as look:
        (talk,) = look.conversations(brand_id="skylark")
        draft = look.detail(talk.id).turns[-1].turn.draft
        assert look.retraction(reply_id) is None
        assert "still stands on x" in look.notes(talk.id)[0].text
    assert draft is not None
    assert draft.text.startswith("We have to correct our earlier answer.")
    assert tried(store, channel) == 0


@pytest.mark.anyio
async def test_a_network_that_is_away_is_asked_again_and_one_that_refuses_is_not(store: Store) -> None:
    busy = ChannelBusy("x: slow down", retry_after_s=60)
    channel = Deleting(ChannelUnavailable("no route to host"), busy)
    reply_id = answered(store, 1, channel)
    await pulled(store, channel, reply_id)
    assert (tried(store, channel), tried(store, channel)) == (1, 0)
    assert kept(store, reply_id).problem == "no route to host"
    assert tried(store, channel, timedelta(seconds=5)) == 1
    assert tried(store, channel, timedelta(seconds=64)) == 0
    assert tried(store, channel, timedelta(seconds=65)) == 1
    assert (kept(store, reply_id).state, channel.deleted) == (RetractionState.DONE, [reply_id])
    refusing = Deleting(ChannelRefuses("older than 48 hours"))
    other = answered(store, 2, refusing)
    await pulled(store, refusing, other)
    assert (tried(store, refusing), tried(store, refusing, timedelta(days=1))) == (1, 0)
    refused = kept(store, other)
    assert (refused.state, refused.problem) == (RetractionState.REFUSED, "older than 48 hours")
    with store.read() as look:
        assert "delete it by hand" in look.notes(refused.conversation_id)[-1].text


@pytest.mark.anyio
async def test_a_network_that_never_answers_ends_with_a_person(store: Store) -> None:
    channel = Deleting(*[ChannelUnavailable("no route to host")] * MAX_ATTEMPTS)
    reply_id = answered(store, 1, channel)
    await pulled(store, channel, reply_id)
    for hours in range(MAX_ATTEMPTS):
        assert tried(store, channel, timedelta(hours=hours)) == 1
    assert kept(store, reply_id).state is RetractionState.REFUSED


@pytest.mark.anyio
async def test_only_what_stands_there_and_only_with_a_reason(store: Store) -> None:
    channel = Deleting()
    reply_id = answered(store, 1, channel)
    with pytest.raises(InputInvalid):
        await pulled(store, channel, reply_id, why="  ")
    await pulled(store, channel, reply_id)
    with pytest.raises(NotAllowed):
        await pulled(store, channel, reply_id)


@pytest.mark.anyio
async def test_every_post_of_a_long_reply_goes_the_last_one_first(store: Store, tmp_path: Path) -> None:
    channel = FileDrop("x", tmp_path)
    reply_id = answered(store, 1, channel)
    with store.begin() as tx:
        reply = tx.reply(reply_id)
        parts = {"parts": ("one (1/2)", "two (2/2)"), "sent_parts": (reply.sent_id, "second")}
        tx.save_reply(reply.model_copy(update=parts))
    await pulled(store, channel, reply_id)
    assert tried(store, channel) == 1
    gone = [line for line in (tmp_path / "x.jsonl").read_text().splitlines() if '"retracted"' in line]
    assert ["#part2" in line for line in gone] == [True, False]
