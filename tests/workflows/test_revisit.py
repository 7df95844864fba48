"""Posts we hold are asked for again: within a day, at the network's pace, and never after they were forgotten here."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.adapters.sql.store import SqlStore
from assistant.desk import identity
from assistant.desk.receive import receive
from assistant.domain.incoming import (
    LATEST_LOOK,
    SOONEST_LOOK,
    ChannelState,
    Edited,
    Mentioned,
    Post,
    Received,
    Revisited,
    StoredPost,
    next_look,
)
from assistant.domain.person import Handle
from assistant.errors import ChannelRefuses
from assistant.ports import Pace, Store
from assistant.workflows.revisit import revisit_forever, revisit_once
from tests.desk_builders import NOW, SetClock, make_pack
from tests.stores import new_store

PACK = make_pack()


class Network:
    """Shows its posts by id, at most two at once; takes offence at those named."""

    pace = Pace(at_once=2, pause_s=60)

    def __init__(self, posts: dict[str, str], offensive: Sequence[str] = ()) -> None:
        self.posts = posts
        self.offensive = offensive
        self.asked: list[tuple[str, ...]] = []

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        ids = tuple(post.external_id for post in posts)
        self.asked.append(ids)
        if set(ids) & set(self.offensive):
            raise ChannelRefuses("no")
        there = tuple(_post(one, self.posts[one]) for one in ids if one in self.posts)
        return Revisited(gone=tuple(one for one in ids if one not in self.posts), there=there)


def _post(external_id: str, text: str) -> Post:
    return Post(external_id=external_id, text=text, handle="ann", author_id="u1")


@pytest.fixture
def store() -> Iterator[SqlStore]:
    opened = new_store()
    with opened.begin() as tx:
        tx.save_channel_state(ChannelState(brand_id="skylark", channel="x", kind="x"), at=NOW)
    yield opened
    opened.close()


def _hear(store: Store, **texts: str) -> None:
    with store.begin() as tx:
        events = tuple(Mentioned(post=_post(name, text)) for name, text in texts.items())
        receive(tx, events, channel="x", pack=PACK, at=NOW)


def _look(store: Store, network: Network, hours: float) -> Received:
    clock = SetClock()
    clock.now = NOW + timedelta(hours=hours)
    return revisit_once(network, channel="x", store=store, pack=PACK, clock=clock)


def _texts(store: Store) -> list[str]:
    with store.read() as look:
        return [mention.text for mention in look.unanswered(brand_id="skylark", limit=99)]


@given(age=st.timedeltas(timedelta(0), timedelta(days=4_000)))
def test_nothing_waits_longer_than_half_a_day(age: timedelta) -> None:
    wait = next_look(NOW, NOW + age) - (NOW + age)
    assert SOONEST_LOOK <= wait <= LATEST_LOOK <= timedelta(hours=12)
    assert next_look(NOW, NOW + age + SOONEST_LOOK) - (NOW + age + SOONEST_LOOK) >= wait


def test_a_post_that_is_gone_or_changed_is_honoured_and_the_rest_left_alone(store: SqlStore) -> None:
    _hear(store, a="first", b="second")
    network = Network({"a": "changed"})
    assert _look(store, network, 0).taken_in == 0
    assert network.asked == []
    assert _look(store, network, 1) == Received(edited=1, deleted=1)
    assert sorted(_texts(store)) == ["", "", "changed"]
    assert _look(store, network, 2) == Received(ignored=1)
    network.posts["a"] = "first"
    assert _look(store, network, 20) == Received(edited=1)
    network.posts["a"] = "changed"
    assert _look(store, network, 40) == Received(edited=1)
    assert [text for text in _texts(store) if text] == ["changed"]


def test_what_was_forgotten_while_the_network_was_asked_stays_so(store: SqlStore) -> None:
    _hear(store, a="first")

    class Slow(Network):
        def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
            with store.begin() as tx:
                identity.forget(tx, Handle(channel="x", handle="ann"), by="dpo", pack=PACK, at=NOW)
            return super().revisit(posts)

    _look(store, Slow({"a": "first"}), 1)
    assert _texts(store) == [""]


def test_everything_held_is_asked_for_within_a_day_the_longest_due_first(store: SqlStore) -> None:
    _hear(store, **{f"p{number}": "words" for number in range(5)})
    network = Network({f"p{number}": "words" for number in range(5)})
    for minutes in range(3):
        _look(store, network, 12 + minutes / 60)
    assert sorted(one for ids in network.asked for one in ids) == [f"p{number}" for number in range(5)]


def test_a_post_the_network_takes_offence_at_keeps_no_other_from_being_asked_for(store: SqlStore) -> None:
    _hear(store, a="first", b="second")
    network = Network({}, offensive=["a"])
    assert _look(store, network, 1) == Received(deleted=1)
    assert network.asked == [("a", "b"), ("a",), ("b",)]
    assert sorted(_texts(store)) == ["", "first"]


def test_a_network_that_takes_offence_at_everything_is_not_asked_for_long(store: SqlStore) -> None:
    names = [f"p{number}" for number in range(64)]
    _hear(store, **dict.fromkeys(names, "words"))
    network = Network({}, offensive=names)
    network.pace = Pace(at_once=64, pause_s=60)
    assert _look(store, network, 12) == Received()
    assert len(network.asked) <= 20
    assert _look(store, network, 12) == Received()
    assert len(network.asked) <= 20


def test_forgotten_words_are_not_asked_for(store: SqlStore) -> None:
    _hear(store, a="first")
    with store.begin() as tx:
        (mention,) = tx.unanswered(brand_id="skylark", limit=9)
        tx.purge(mention.id)
    network = Network({"a": "first"})
    assert _look(store, network, 24) == Received()
    assert network.asked == []
    with store.read() as look:
        assert look.count_posts_held("skylark", "x") == 0


def test_an_edit_that_leaves_the_words_as_they_are_is_none(store: SqlStore) -> None:
    _hear(store, a="first")
    with store.begin() as tx:
        same = Edited(post=_post("a", "first").model_copy(update={"version": "2"}))
        assert receive(tx, (same,), channel="x", pack=PACK, at=NOW)[0] == Received(ignored=1)
    assert _texts(store) == ["first"]


async def test_asking_goes_on_until_it_is_stopped(store: SqlStore) -> None:
    await asyncio.to_thread(_hear, store, a="first")
    stop, clock = asyncio.Event(), SetClock()
    clock.now = NOW + timedelta(hours=1)

    class Stopping(Network):
        def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
            loop.call_soon_threadsafe(stop.set)
            return super().revisit(posts)

    loop = asyncio.get_running_loop()
    network = Stopping({"a": "changed"})
    await revisit_forever(network, channel="x", store=store, pack=PACK, clock=clock, stop=stop)
    assert [text for text in _texts(store) if text] == ["changed"]
