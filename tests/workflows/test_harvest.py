"""Edits become cases however many came after them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from assistant.desk.lessons import keep_edit
from assistant.domain.vocabulary import Decision
from assistant.ports import Store
from assistant.workflows.harvest import harvest_turn
from tests import eval_builders as build
from tests.desk_builders import NOW, make_mention, make_pack
from tests.stores import new_store

PACK = make_pack()


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


def test_an_edit_behind_a_thousand_newer_ones_is_found(store: Store) -> None:
    turns = [build.turn("A bag may weigh 10 kg.", Decision.REVIEW, asked=make_mention(each)) for each in ("1", "2")]
    with store.begin() as tx:
        for turn in turns:
            tx.take_in(turn.mention, at=NOW)
        record, another = (tx.add_turn(turn, at=NOW) for turn in turns)
        first = keep_edit(tx, record, "A bag may weigh 8 kg.", pack=PACK, agent="ann", reason="", at=NOW)
        assert first is not None
        for number in range(1000):
            later = {"id": f"e{number}", "turn_id": another.id, "at": NOW + timedelta(minutes=1)}
            tx.add_edit(first.model_copy(update=later))
    assert harvest_turn(record.id, store=store, pack=PACK).assertions[0].value == ["10 kg"]
