"""Canaries are made of the pack's own questions, each with one false statement, and wait like any draft."""

import random
from collections.abc import Iterator, Sequence

import pytest

from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.ports import Store
from assistant.workflows.plant_canaries import plant_canaries
from tests.desk_builders import NOW, SetClock, make_draft, make_pack, make_turn
from tests.stores import new_store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return [make_turn(mention, draft=make_draft("A cabin bag may weigh 10 kg.")) for mention in mentions]


async def planted(store: Store, queue: str | None = None) -> int:
    ids = (f"{number:016x}" for number in range(100))
    found = await plant_canaries(
        3,
        queue=queue,
        store=store,
        respond=respond,
        pack=make_pack(),
        clock=SetClock(NOW),
        new_id=lambda: next(ids),
        seed=random.Random(1).randrange(100),  # noqa: S311 - any seed will do
    )
    return len(found)


async def test_as_many_as_there_are_questions_for(store: Store) -> None:
    assert await planted(store) == 1
    with store.read() as look:
        (talk,) = look.conversations(brand_id="skylark")
        (canary,) = look.canaries(brand_id="skylark")
        detail = look.detail(talk.id)
    assert talk.decision is Decision.REVIEW
    assert talk.handle.startswith("user")
    assert "canary" not in detail.model_dump_json()
    draft = detail.turns[0].turn.draft
    assert draft is not None
    assert canary.wrong in draft.text
    assert detail.replies == ()


async def test_a_queue_where_none_belongs_gets_none(store: Store) -> None:
    assert await planted(store, "legal") == 0
