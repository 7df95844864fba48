"""Two processes write the same row first, neither having seen the other's: the second one finds it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.domain.budget import Budget
from assistant.domain.incoming import ChannelState
from assistant.domain.sources import Asker, Sync
from assistant.domain.triage import Presence
from assistant.ports import Store, Transaction
from tests.desk_builders import NOW

pytestmark = pytest.mark.xdist_group("postgres")

Write = Callable[[Transaction], object]
SYNC = Sync(id="s1", brand_id="skylark", source="help", asker=Asker.SCHEDULE, asked_at=NOW)
STATE = ChannelState(brand_id="skylark", channel="x", kind="x", cursor="7")
HERE = Presence(conversation_id="c1", agent="ann", typing=False)


def at_once(store: Store, write: Write) -> tuple[object, object]:
    """What either gets, the second one asking while the first isn't done."""
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            first = write(tx)
            second = pool.submit(_alone, store, write)
            time.sleep(0.2)
        return first, second.result(20)


def _alone(store: Store, write: Write) -> object:
    with store.begin() as tx:
        return write(tx)


@pytest.mark.parametrize(
    "write",
    [
        lambda tx: tx.ask_sync(SYNC),
        lambda tx: tx.note_delivery("skylark", "x", "d1", at=NOW),
    ],
    ids=["a reading asked for", "a delivery"],
)
def test_only_the_first_counts(store: Store, write: Write) -> None:
    assert at_once(store, write) == (True, False)


@pytest.mark.parametrize(
    "write",
    [
        lambda tx: tx.save_channel_state(STATE, at=NOW),
        lambda tx: tx.save_budget("x", Budget(remaining=3)),
        lambda tx: tx.opt_out("skylark", "x", "u1", at=NOW),
        lambda tx: tx.be_present(HERE, brand_id="skylark", until=NOW),
    ],
    ids=["a channel's state", "a budget", "an opt-out", "who is here"],
)
def test_both_are_kept_as_one(store: Store, write: Write) -> None:
    assert at_once(store, write) == (None, None)
    with store.read() as look:
        state = look.channel_state("skylark", "x")
        kept = (state == STATE, look.budget("x") == Budget(remaining=3), look.opted_out("skylark", "x", "u1"))
        assert sum((*kept, bool(look.present(brand_id="skylark", now=NOW.replace(year=2000))))) == 1
