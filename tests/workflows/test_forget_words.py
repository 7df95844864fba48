"""Copies beside the rows: what functions remember, and overwritten pages that still stand in the write-ahead log."""

import asyncio
from pathlib import Path

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.desk.act import act
from assistant.desk.receive import receive
from assistant.domain.expert import ExpertAsk
from assistant.domain.incoming import ChannelState, Deleted, Edited, Incoming, Mentioned, Post, Received
from assistant.errors import StoreUnavailable
from assistant.guardrails import fit, privacy
from assistant.workflows.forget_words import forget_regularly, forget_words
from tests.desk_builders import NOW, make_draft, make_pack, make_turn

pytestmark = pytest.mark.anyio
SECRET = "xylophone-in-my-suitcase"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def opened(folder: Path) -> SqlStore:
    store = SqlStore(f"sqlite:///{folder}/store.db")
    with store.begin() as tx:
        tx.save_channel_state(ChannelState(brand_id="skylark", channel="x", kind="x", approval="X-1"), at=NOW)
    return store


def hear(store: SqlStore, event: Incoming) -> Received:
    with store.begin() as tx:
        return receive(tx, (event,), channel="x", pack=make_pack(), at=NOW)[0]


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


@pytest.mark.parametrize("how", ["deleted", "edited"])
def test_within_a_day_no_file_and_no_function_of_a_running_process_holds_the_words(tmp_path: Path, how: str) -> None:
    store = opened(tmp_path)
    post = Post(external_id="1", text=SECRET, handle="ann", author_id="u1")
    hear(store, Mentioned(post=post))
    with store.begin() as tx:
        (mention,) = tx.unanswered(brand_id="skylark", limit=1)
        record = act(tx, make_turn(mention, draft=make_draft(f"About {SECRET}.")), pack=make_pack(), at=NOW)
        asked = {"expert": "baggage@example.test", "question": f"What of {SECRET}?", "by": "maya", "at": NOW}
        there = {"brand_id": "skylark", "conversation_id": record.conversation_id, "turn_id": record.id}
        tx.save_expert_ask(ExpertAsk.model_validate({"id": "e-1", **there, **asked}))
    fit.measure("x", SECRET)
    privacy.mask(SECRET)
    changed = post.model_copy(update={"text": "?", "version": "2"})
    gone: dict[str, Incoming] = {"deleted": Deleted(external_id="1"), "edited": Edited(post=changed)}
    received = hear(store, gone[how])
    assert (received.deleted, received.edited) == (int(how == "deleted"), int(how == "edited"))
    with store.read() as look:
        assert list(look.expert_asks(record.conversation_id)) == []
    assert fit.measure.cache_info().currsize > 0
    assert forget_words(store) > 2
    assert fit.measure.cache_info().currsize == 0
    assert SECRET.encode() not in files(tmp_path)  # the store is still open
    store.close()


class Unsteady(SqlStore):
    """Away at the first round; ends the test at the second."""

    rounds = 0
    stop: asyncio.Event

    def scrub(self) -> None:
        self.rounds += 1
        if self.rounds == 1:
            raise StoreUnavailable("the disk is away")
        super().scrub()
        self.stop.set()


async def test_a_store_that_is_away_is_tried_again(tmp_path: Path) -> None:
    store = Unsteady(f"sqlite:///{tmp_path}/store.db")
    store.stop = asyncio.Event()
    await forget_regularly(store, store.stop, every_s=0.001)
    assert store.rounds == 2
    store.close()
