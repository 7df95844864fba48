"""What people read again: kept with its provenance, taken back, taught, forgotten."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.desk import relabels
from assistant.domain.relabel import OUT_OF_SCOPE, Relabel, taught
from assistant.domain.vocabulary import Decision
from assistant.errors import InputInvalid, NotFound
from assistant.ports import Store, Transaction
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store, template

PACK = make_pack()


@pytest.fixture
def store() -> Store:
    return new_store()


def relabelled(tx: Transaction, label: str = "bag_size", text: str = "Is jo@example.com my bag?") -> Relabel:
    mention = make_mention("1", text=text)
    tx.take_in(mention, at=NOW)
    record = tx.current_turn(mention.id) or tx.add_turn(make_turn(mention, Decision.REVIEW), at=NOW)
    return relabels.relabel(tx, record, label=label, pack=PACK, agent="quinn", at=NOW)


def test_it_says_where_it_comes_from_and_holds_no_personal_data(store: Store) -> None:
    with store.begin() as tx:
        kept = relabelled(tx)
        assert (kept.before, kept.label, kept.by, kept.at) == ("bag_size", "bag_size", "quinn", NOW)
        assert "jo@example.com" not in kept.text
        assert [each.event for each in tx.audit(subject=kept.turn_id)] == ["relabelled"]
        with pytest.raises(InputInvalid, match="is no intent"):
            relabelled(tx, "nobody_knows")


def test_another_word_replaces_the_one_before(store: Store) -> None:
    with store.begin() as tx:
        relabelled(tx)
        relabelled(tx, OUT_OF_SCOPE)
        assert [each.label for each in tx.relabels(brand_id="skylark")] == [OUT_OF_SCOPE]


def test_taken_back_it_teaches_no_more_and_can_again(store: Store) -> None:
    with store.begin() as tx:
        kept = relabelled(tx, text="Will my cello fit?")
        assert "Will my cello fit?" in taught(PACK, [kept]).intents[0].examples
        undone = relabels.take_back(tx, kept.id, pack=PACK, agent="sue", at=NOW)
        assert (undone.counts, undone.undone_by) == (False, "sue")
        assert taught(PACK, tx.relabels(brand_id="skylark")) == PACK
        assert not relabels.take_back(tx, kept.id, pack=PACK, agent="bo", at=NOW).counts, (
            "a second click taught it anew"
        )
        assert relabels.take_back(tx, kept.id, pack=PACK, agent="sue", at=NOW, again=True).counts
        assert relabels.take_back(tx, kept.id, pack=PACK, agent="sue", at=NOW, again=True).counts
        other = PACK.model_copy(update={"brand": PACK.brand.model_copy(update={"id": "other"})})
        with pytest.raises(NotFound):
            relabels.take_back(tx, kept.id, pack=other, agent="sue", at=NOW)


def test_out_of_scope_teaches_what_is_outside(store: Store) -> None:
    with store.begin() as tx:
        kept = relabelled(tx, OUT_OF_SCOPE, text="Sing me a song")
    assert taught(PACK, [kept]).out_of_scope == ("Sing me a song",)


def test_forgetting_reaches_it(store: Store) -> None:
    with store.begin() as tx:
        kept = relabelled(tx)
        tx.erase(kept.conversation_id)
        assert tx.relabels(brand_id="skylark") == []


def test_none_is_left_out_behind_ten_thousand_newer_ones(tmp_path: Path) -> None:
    shutil.copy(template(), tmp_path / "desk.db")
    store = SqlStore(f"sqlite:///{tmp_path}/desk.db")
    with store.begin() as tx:
        kept = relabelled(tx)
    with closing(sqlite3.connect(tmp_path / "desk.db")) as file:
        newer = [(f"l-{n}", kept.conversation_id, kept.model_dump_json()) for n in range(10_000)]
        file.executemany(
            "insert into relabels (id, brand_id, conversation_id, look_at, body) "
            "select ?, brand_id, ?, look_at, ? from relabels limit 1",
            newer,
        )
        file.commit()
    with closing(store), store.read() as look:
        assert len(look.relabels(brand_id="skylark")) == 10_001
