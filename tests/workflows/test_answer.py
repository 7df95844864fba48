from collections.abc import Sequence

import pytest

from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.workflows.answer import answer, answer_now
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()


class CountingRespond:
    """Routes everything to review and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        self.asked += [mention.external_id for mention in mentions]
        return [make_turn(mention, Decision.REVIEW) for mention in mentions]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


pytestmark = pytest.mark.anyio


async def test_mentions_are_taken_in_thought_about_and_acted_on_in_order() -> None:
    store, respond = new_store(), CountingRespond()
    mentions = [make_mention("2"), make_mention("1")]
    records = await answer(mentions, store=store, respond=respond, pack=PACK, clock=SetClock())
    assert [record.turn.mention_id for record in records] == [mention.id for mention in mentions]
    assert respond.asked == ["2", "1"]
    with store.read() as look:
        assert look.unanswered(brand_id="skylark", limit=9) == []
        assert look.count_by_decision(brand_id="skylark") == {"REVIEW": 2}


async def test_an_answered_mention_is_not_worked_on_again() -> None:
    store, respond = new_store(), CountingRespond()
    (first,) = await answer([make_mention("1")], store=store, respond=respond, pack=PACK, clock=SetClock())
    again = await answer(
        [make_mention("1"), make_mention("2"), make_mention("2")],
        store=store,
        respond=respond,
        pack=PACK,
        clock=SetClock(),
    )
    assert respond.asked == ["1", "2"]
    assert again[0] == first
    assert again[1] == again[2]


async def test_the_faster_of_two_workers_wins_and_the_mention_is_answered_once() -> None:
    store, clock = new_store(), SetClock()

    class Overtaken(CountingRespond):
        async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
            await answer(mentions, store=store, respond=CountingRespond(), pack=PACK, clock=clock)
            return [make_turn(mention, ms=9.0) for mention in mentions]

    (record,) = await answer([make_mention()], store=store, respond=Overtaken(), pack=PACK, clock=clock)
    assert record.turn.route.decision is Decision.REVIEW
    with store.read() as look:
        detail = look.detail(record.conversation_id)
        assert (len(detail.turns), detail.replies) == (1, ())


async def test_nothing_in_gives_nothing_out() -> None:
    assert await answer([], store=new_store(), respond=CountingRespond(), pack=PACK, clock=SetClock()) == ()


async def test_a_mention_whose_thinking_dies_stays_waiting() -> None:
    store = new_store()

    class Dies(CountingRespond):
        async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        await answer([make_mention()], store=store, respond=Dies(), pack=PACK, clock=SetClock(NOW))
    with store.read() as look:
        assert [mention.external_id for mention in look.unanswered(brand_id="skylark", limit=9)] == ["1"]


async def test_while_a_sender_waits_no_worker_takes_the_mention() -> None:
    store, free = new_store(), list[bool]()

    class Looks(CountingRespond):
        async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
            with store.read() as look:
                free.append(bool(look.unclaimed(brand_id="skylark")))
            return await super().__call__(mentions, instruction=instruction)

    asked = Looks()
    first, record = await answer_now(make_mention("1"), store=store, respond=asked, pack=PACK, clock=SetClock())
    again, same = await answer_now(make_mention("1"), store=store, respond=asked, pack=PACK, clock=SetClock())
    assert (first.new, again.new, same) == (True, False, record)
    assert (free, asked.asked) == ([False], ["1"])


async def test_whoever_sends_a_known_id_with_other_words_gets_the_decision_on_the_words_that_were_kept() -> None:
    store, clock, read = new_store(), SetClock(), list[str]()
    first, other = (make_mention("1").model_copy(update={"text": text}) for text in ("How big?", "Send me your card."))
    with store.begin() as tx:
        tx.take_in(first, at=NOW)

    class Reads(CountingRespond):
        async def __call__(self, mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
            read.extend(mention.text for mention in mentions)
            return await super().__call__(mentions, instruction=instruction)

    _, record = await answer_now(other, store=store, respond=Reads(), pack=PACK, clock=clock)
    assert (read, record.turn.mention.text) == (["How big?"], "How big?")
