"""What waits for the index is taken over by a person: theirs from then on, and answered once."""

from collections.abc import Sequence

import pytest

from assistant.domain.conversation import TurnRecord, conversation_id_of
from assistant.domain.vocabulary import Decision, Reason
from assistant.errors import NotAllowed, NotFound
from assistant.workflows.by_hand import take_by_hand
from tests.desk_builders import make_mention
from tests.workflows.test_resume import PACK, Desk, Index, anyio_backend

__all__ = ["anyio_backend"]
pytestmark = pytest.mark.anyio


async def by_hand(desk: Desk) -> Sequence[TurnRecord]:
    talk = conversation_id_of(desk.mention)
    ports = {"store": desk.store, "respond": desk.index, "pack": PACK, "clock": desk.clock}
    return await take_by_hand(talk, agent="bea", **ports)  # type: ignore[arg-type]  # four ports


async def test_whoever_takes_it_can_answer_at_once_and_nothing_comes_between() -> None:
    desk = Desk(Index())
    assert await desk.comes() is None
    (record,) = await by_hand(desk)
    assert record.turn.route.decision is Decision.HANDOFF
    desk.index.back = True
    desk.clock.forward(60)
    assert (await desk.resume(), await desk.redraft()) == (0, 0)
    with desk.store.read() as look:
        detail = look.detail(record.conversation_id)
        owned = look.assignment(record.conversation_id)
        assert look.escalations(brand_id="skylark", limit=9) == []
    assert owned is not None
    assert owned.agent == "bea"
    assert (detail.turns, detail.replies) == ((record,), ())
    assert detail.conversation.waits_for_person


async def test_where_the_index_is_back_meanwhile_they_get_the_draft_and_nothing_is_sent() -> None:
    desk = Desk(Index())
    assert await desk.comes() is None
    desk.index.back = True
    (record,) = await by_hand(desk)
    assert record.turn.route.decision is Decision.REVIEW
    assert record.turn.route.reasons == (Reason.TAKEN,)
    with desk.store.read() as look:
        assert look.detail(record.conversation_id).replies == ()


async def test_all_that_waits_in_it_is_taken_together() -> None:
    desk = Desk(Index())
    assert await desk.comes() is None
    desk.mention = make_mention("2", handle="ann")
    assert await desk.comes() is None
    assert len(await by_hand(desk)) == 2
    with desk.store.read() as look:
        assert look.waiting_answers(brand_id="skylark", limit=9) == []


async def test_where_nothing_waits_that_is_said() -> None:
    desk = Desk(Index())
    with pytest.raises(NotFound):
        await by_hand(desk)
    desk.index.back = True
    await desk.comes()
    with pytest.raises(NotAllowed, match="no answer waits"):
        await by_hand(desk)
