"""A sender dies at every step of a publication, the clock jumps, the disk is full: one post, and nothing lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from assistant.adapters.sql.store import SqlStore
from assistant.compose import Assistant
from assistant.desk.outbox import LEASE_S, Delivered, deliver_due
from assistant.domain.audit import first_break
from assistant.domain.conversation import Reply, ReplyState
from assistant.ports import Reading, Store, Transaction
from assistant.web.app import create_app
from tests.desk.test_outbox import Killed, Network, put_due, stored
from tests.desk_builders import SetClock
from tests.stores import new_store
from tests.web.conftest import assistant, clock

__all__ = ["assistant", "clock"]

HOUR_S = 3600


class Dying:
    """A store and a network of a process that is killed at its `step`-th step."""

    name = "x"

    def __init__(self, store: Store, network: Network, step: int) -> None:
        self._store, self._network, self._left = store, network, step

    def _step(self) -> None:
        if self._left == 0:
            raise Killed
        self._left -= 1

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self._step()
        with self._store.begin() as tx:
            yield tx
            self._step()  # dies before the commit: all of it is gone
        self._step()  # dies after it, before anything else

    def read(self) -> AbstractContextManager[Reading]:
        return self._store.read()

    def check(self) -> None:
        self._store.check()

    def scrub(self) -> None:
        self._store.scrub()

    def close(self) -> None:
        self._store.close()

    def send(self, reply: Reply) -> str:
        self._step()
        sent_id = self._network.send(reply)
        self._step()
        return sent_id

    def find(self, delivery_key: str) -> str | None:
        self._step()
        return self._network.find(delivery_key)


@pytest.mark.parametrize("first", range(9))
@pytest.mark.parametrize("second", range(4))
def test_killed_at_every_step_a_reply_is_posted_once(first: int, second: int) -> None:
    """Two processes die over it, one after the other; the third comes through."""
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)
    for name, step in (("a", first), ("b", second)):
        dying = Dying(store, network, step)
        with suppress(Killed):
            deliver_due(dying, {"x": dying}, brand_id="skylark", clock=clock, by=name)
        with store.begin() as tx:
            tx.release(brand_id="skylark", by=[name], at=clock())
    deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, by="c")
    assert network.posts == [reply.delivery_key]
    assert stored(store, reply)[0].state is ReplyState.SENT


@pytest.mark.parametrize("jump_s", [LEASE_S + 1, HOUR_S, -HOUR_S])
def test_a_clock_that_jumps_in_the_middle_of_a_post_doubles_nothing(jump_s: float) -> None:
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)

    def other() -> Delivered:
        clock.forward(jump_s)
        return deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, by="other")

    network.plan, network.meanwhile = ["other_worker"], other
    deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, by="me")
    assert network.posts == [reply.delivery_key]
    assert stored(store, reply)[0].state is ReplyState.SENT


def test_a_clock_that_went_back_delays_a_reply_and_loses_none() -> None:
    store, network, clock = new_store(), Network(), SetClock()
    reply = put_due(store)
    clock.forward(-HOUR_S)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, by="me") == Delivered()
    clock.forward(HOUR_S)
    assert deliver_due(store, {"x": network}, brand_id="skylark", clock=clock, by="me") == Delivered(sent=1)
    assert network.posts == [reply.delivery_key]


def test_a_full_disk_refuses_what_it_cannot_keep_and_takes_it_later(assistant: Assistant) -> None:
    """SQLite itself refuses to grow the file: the error of a full disk, from the real library."""
    store, pages = assistant.require_store(), [2**30]
    assert isinstance(store, SqlStore)

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages[0]}")

    sa.event.listen(store._engine, "checkout", limit)
    client = TestClient(create_app(assistant), raise_server_exceptions=False)

    def post(number: int) -> int:
        body = {"id": str(number), "text": "How big may my bag be? " * 40, "channel": "x"}
        return client.post("/api/mentions", json=body).status_code

    pages[0] = 1  # no page more than there is
    first = [post(number) for number in range(30)]
    assert {*first} in ({503}, {202, 503})
    pages[0] = 2**30
    again = [post(number) for number in range(30)]
    assert again == [202] * 30
    with store.read() as look:
        kept = [each.external_id for each in look.unanswered(brand_id="skylark", limit=99)]
        assert sorted(kept) == sorted(str(number) for number in range(30))
        assert first_break(look.audit()) is None
