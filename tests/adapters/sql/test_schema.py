"""The migrated schema is the one the tables describe, from any working directory."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.adapters.sql.store import SqlStore
from assistant.adapters.sql.tables import UtcTime, metadata
from assistant.errors import StoreUnavailable
from tests.desk_builders import NOW, make_mention


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
