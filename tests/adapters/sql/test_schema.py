"""The migrated schema is the one the tables describe, from any working directory."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.adapters.sql.article_rows import ArticleLooks
from assistant.adapters.sql.engine_rows import EngineLook
from assistant.adapters.sql.store import SqlStore
from assistant.adapters.sql.tables import UtcTime, metadata
from assistant.desk.act import act
from assistant.desk.staleness import message_edited
from assistant.domain.conversation import conversation_id_of
from assistant.domain.vocabulary import Decision, Reason
from assistant.errors import StoreUnavailable
from tests.contract.test_store_labels import label as labelled
from tests.desk_builders import NOW, make_mention, make_pack, make_turn

_WITHOUT_VERDICTS = "DROP INDEX ix_desk_labels_counting; ALTER TABLE desk_labels DROP COLUMN counts;"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def migrated(file: Path) -> Iterator[sa.Engine]:
    SqlStore(f"sqlite:///{file}").close()
    engine = sa.create_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


def _statements(engine: sa.Engine) -> dict[str, list[str]]:
    """Each statement as its words, sorted: the order of constraints within a table says nothing."""
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    return {row.name: sorted(re.findall(r"[^\s,()]+", row.sql)) for row in rows if row.name != "alembic_version"}


def test_migrating_gives_exactly_the_tables_indexes_and_constraints_described(
    migrated: sa.Engine, tmp_path: Path
) -> None:
    described = sa.create_engine(f"sqlite:///{tmp_path}/described.db")
    metadata.create_all(described)
    assert _statements(migrated) == _statements(described)
    described.dispose()


def test_autogenerate_finds_nothing_to_change(migrated: sa.Engine) -> None:
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_from_another_directory_changes_nothing(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqlStore(f"sqlite:///{file}")
    with store.begin() as tx:
        tx.take_in(make_mention(), at=NOW)
    store.close()
    monkeypatch.chdir(tmp_path.parent)
    store = SqlStore(f"sqlite:///{file}")
    with store.read() as look:
        assert len(look.unanswered(brand_id="skylark", limit=9)) == 1
    store.close()


def test_a_store_of_a_newer_version_is_refused_with_what_to_do(file: Path) -> None:
    SqlStore(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreUnavailable, match=r"written by another version.*ASSISTANT_DATA_DIR"):
        SqlStore(f"sqlite:///{file}")


def test_questions_that_lacked_an_answer_before_they_were_marked_are_still_gaps(file: Path) -> None:
    store = SqlStore(f"sqlite:///{file}")
    for number, reasons in enumerate(((Reason.NO_EVIDENCE,), (Reason.CHART,))):
        turn = make_turn(make_mention(str(number)), Decision.HANDOFF)
        turn = turn.model_copy(update={"route": turn.route.model_copy(update={"reasons": reasons})})
        with store.begin() as tx:
            tx.take_in(turn.mention, at=NOW)
            tx.add_turn(turn, at=NOW)
    store.close()
    with sqlite3.connect(file) as connection:
        connection.executescript(
            "DROP INDEX ix_turns_lacking; ALTER TABLE turns DROP COLUMN lacks_answer;"
            "ALTER TABLE triage DROP COLUMN upset;"
            "DROP INDEX ix_mentions_put_off; ALTER TABLE mentions DROP COLUMN put_off_until;"
            "DROP INDEX ix_desk_labels_counting; ALTER TABLE desk_labels DROP COLUMN counts;"
            "UPDATE alembic_version SET version_num = '0023'"
        )
    connection.close()
    store = SqlStore(f"sqlite:///{file}")
    with store.read() as look:
        (asked,) = look.unanswered_questions(brand_id="skylark", since=NOW, limit=9)
    store.close()
    assert asked.reasons == (Reason.NO_EVIDENCE,)


def test_verdicts_from_before_they_were_marked_still_count(file: Path) -> None:
    store = SqlStore(f"sqlite:///{file}")
    judged, waiting = labelled(1).model_copy(update={"error": True, "why": '"error":null'}), labelled(2)
    harmful = labelled(3).model_copy(update={"sample": None, "error": True, "critical": True})
    sent = labelled(4).model_copy(update={"sample": None, "error": False})
    with store.begin() as tx:
        for each in (judged, waiting, harmful, sent):
            tx.save_label(each)
    store.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(_WITHOUT_VERDICTS)
        connection.execute("UPDATE alembic_version SET version_num = '0027'")
        connection.commit()
    store = SqlStore(f"sqlite:///{file}")
    with store.read() as look:
        found = look.verdicts(brand_id="skylark", since=NOW)
    store.close()
    assert found == [judged, harmful]


def _kept(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = {"mentions": "id, body", "turns": "id, body", "handoffs": "id, body", "said": "sequence, words"}
    return {
        table: connection.execute(f"SELECT {names} FROM {table}").fetchall()  # noqa: S608 - names of ours
        for table, names in tables.items()
    }


def test_words_from_before_an_edit_are_forgotten_where_they_were_kept(file: Path) -> None:
    """Before an edit forgot the words before it, it kept them everywhere, and wrote the newest beside them."""
    store, pack = SqlStore(f"sqlite:///{file}"), make_pack()
    edited, other = make_mention("1", text="My PNR is QX7", handle="ann"), make_mention("2", text="QX7!", handle="ann")
    with store.begin() as tx:
        tx.take_in(edited, at=NOW)
        act(tx, make_turn(edited, Decision.HANDOFF), pack=pack, at=NOW)
        tx.take_in(other, at=NOW)
    with closing(sqlite3.connect(file)) as connection:
        before = _kept(connection)
    with store.begin() as tx:
        message_edited(tx, edited.id, "My flight is late", brand_id="skylark", at=NOW)
        redrafted = make_turn(edited.model_copy(update={"text": "My flight is late"}), Decision.HANDOFF, ms=2.0)
        tx.add_turn(redrafted, at=NOW)
    store.close()
    with closing(sqlite3.connect(file)) as connection:
        for table in ("mentions", "turns", "handoffs"):
            connection.executemany(f"UPDATE {table} SET body = ?2 WHERE id = ?1", before[table])  # noqa: S608
        said = [("skylark", conversation_id_of(edited), words) for _, words in before["said"]]
        connection.executemany("INSERT INTO said (brand_id, conversation_id, words) VALUES (?, ?, ?)", said)
        connection.executescript(_WITHOUT_VERDICTS)
        connection.execute("UPDATE alembic_version SET version_num = '0026'")
        connection.commit()
        assert len([each for rows in _kept(connection).values() for each in rows if "pnr" in str(each).lower()]) == 4
    store = SqlStore(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        left = _kept(connection)
    assert [each for rows in left.values() for each in rows if "pnr" in str(each).lower()] == []
    with store.read() as look:
        detail = look.detail(conversation_id_of(edited))
        (handoff,) = look.handoffs(detail.conversation.id)
    assert [mention.text for mention in detail.mentions] == ["My flight is late", "QX7!"]
    assert [record.turn.mention.text for record in detail.turns] == ["", "My flight is late"]
    assert handoff.summary.startswith("ann on x")
    assert sorted(str(words) for _, words in left["said"]) == ["ann  my flight is late", "ann  qx7!"]
    store.close()


def test_looking_for_gaps_reads_only_turns_that_lacked_an_answer(migrated: sa.Engine) -> None:
    def look(connection: sa.Connection) -> None:
        looks = ArticleLooks()
        looks._connection = connection
        looks.unanswered_questions(brand_id="skylark", since=NOW, limit=9)

    assert "USING INDEX ix_turns_lacking" in _plan(migrated, look)


def test_looking_for_what_waits_for_the_index_reads_nothing_else(migrated: sa.Engine) -> None:
    def look(connection: sa.Connection) -> None:
        looks = EngineLook()
        looks._connection = connection
        looks.put_off(brand_id="skylark", limit=9)

    assert "USING INDEX ix_mentions_put_off" in _plan(migrated, look)


def _plan(migrated: sa.Engine, look: Callable[[sa.Connection], None]) -> str:
    """How the database carries out the one statement of `look`."""
    with migrated.connect() as connection:
        asked: list[tuple[str, tuple[object, ...]]] = []
        sa.event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        look(connection)
        ((query, parameters),) = asked
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", parameters).all()
    return "; ".join(step.detail for step in steps)


def test_the_file_is_durable_and_checks_its_references(file: Path) -> None:
    store = SqlStore(f"sqlite:///{file}")
    with store.begin() as tx:
        pragmas = {
            name: tx._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    store.close()


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        UtcTime().process_bind_param(NOW.replace(tzinfo=None), sa.create_engine("sqlite://").dialect)
