"""Threads of one process write into a file first come, first served, and none starves."""

import threading
import time

import pytest

from assistant.adapters.sql.turns import Turns
from tests.desk_builders import NOW, make_mention
from tests.stores import new_store


def lined_up(turns: Turns, many: int) -> None:
    while turns.in_line() < many:
        time.sleep(0.001)


def test_whoever_came_first_goes_first() -> None:
    turns, order = Turns(), list[int]()

    def write(number: int) -> None:
        with turns.turn():
            order.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(9)]
    with turns.turn():
        for number, thread in enumerate(threads):
            thread.start()
            lined_up(turns, number + 2)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(9))
    assert turns.in_line() == 0


def test_whoever_lost_patience_holds_up_nobody_behind() -> None:
    turns, done = Turns(), threading.Event()

    def write() -> None:
        with turns.turn():
            done.set()

    with turns.turn():
        with pytest.raises(TimeoutError), turns.turn(patience_s=0.01):
            pytest.fail("it was somebody else's turn")
        behind = threading.Thread(target=write)
        behind.start()
        lined_up(turns, 2)
    behind.join()
    assert done.is_set()


def test_a_transaction_that_fails_gives_its_turn_on() -> None:
    store = new_store()
    with pytest.raises(RuntimeError, match="broken"), store.begin():
        raise RuntimeError("broken")
    with store.begin() as tx:
        assert tx.take_in(make_mention(), at=NOW).new
