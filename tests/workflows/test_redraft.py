"""Another draft on a wish is held to what it stands on as the first was, and comes between nobody and a reply."""

from collections.abc import Callable, Sequence

import pytest

from assistant.desk.review import ReviewRequest
from assistant.desk.staleness import message_deleted, message_edited
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import AlreadyHandled, NotAllowed, StaleDraft
from assistant.ports import Store
from assistant.workflows.redraft import redraft
from assistant.workflows.settle import settle
from tests.desk.test_staleness import PACK, SAME, a_turn, drafted
from tests.desk_builders import NOW, SetClock
from tests.stores import new_store

CLOCK = SetClock(NOW)
Meanwhile = Callable[[Store], object]


async def again(store: Store, turn_id: str, meanwhile: Meanwhile | None = None) -> str:
    """The id of the new turn; `meanwhile` happens while the draft is written."""

    async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        if meanwhile is not None:
            meanwhile(store)
        return [a_turn(Decision.REVIEW) for _ in mentions]

    record = await redraft(turn_id, instruction="", agent="ann", store=store, respond=respond, pack=PACK, clock=CLOCK)
    return record.id


def accepted(store: Store, turn_id: str, articles: dict[str, int]) -> object:
    with store.read() as look:
        version = look.conversation(look.turn(turn_id).conversation_id).version
    asked = ReviewRequest(turn_id=turn_id, seen_version=version, disposition=Disposition.ACCEPTED, agent="ann")
    world = SAME.model_copy(update={"articles": articles})
    return settle(asked, store=store, passages=lambda ids: {}, pack=PACK, clock=CLOCK, world=world).reply


@pytest.mark.parametrize(("articles", "goes"), [({"bag-size": 3}, True), ({"bag-size": 4}, False), ({}, False)])
async def test_it_goes_out_on_the_articles_it_was_written_from_alone(articles: dict[str, int], goes: bool) -> None:
    store = new_store()
    turn_id = await again(store, drafted(store, Decision.REVIEW).id)
    if goes:
        assert accepted(store, turn_id, articles) is not None
        return
    with pytest.raises(StaleDraft):
        accepted(store, turn_id, articles)


async def test_what_a_colleague_sent_meanwhile_stands() -> None:
    store = new_store()
    record = drafted(store, Decision.REVIEW)
    with pytest.raises(AlreadyHandled):
        await again(store, record.id, lambda store: accepted(store, record.id, {"bag-size": 3}))
    with store.read() as look:
        detail = look.detail(record.conversation_id)
    assert ([each.id for each in detail.turns], len(detail.replies)) == ([record.id], 1)


async def test_a_draft_on_words_that_changed_meanwhile_isn_t_kept() -> None:
    store = new_store()
    record = drafted(store, Decision.REVIEW)
    mention_id = record.turn.mention_id

    def edited(store: Store) -> None:
        with store.begin() as tx:
            message_edited(tx, mention_id, "And a pram?", brand_id="skylark", at=NOW)

    with pytest.raises(StaleDraft, match="edited"):
        await again(store, record.id, edited)
    turn_id = await again(store, record.id)
    assert accepted(store, turn_id, {"bag-size": 3}) is not None


async def test_a_message_taken_back_gets_no_other_draft() -> None:
    store = new_store()
    record = drafted(store, Decision.REVIEW)

    def deleted(store: Store) -> None:
        with store.begin() as tx:
            message_deleted(tx, record.turn.mention_id, brand_id="skylark", at=NOW)

    with pytest.raises(NotAllowed, match="deleted"):
        await again(store, record.id, deleted)
