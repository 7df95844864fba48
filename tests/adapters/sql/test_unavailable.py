"""A store that can't be used says where, why and what to do, and leaves nothing half written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.adapters.sql import engine as engine_module
from assistant.adapters.sql.store import SqlStore
from assistant.errors import StoreUnavailable
from tests.desk_builders import NOW, make_mention


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def small_disk() -> Iterator[None]:
    """SQLite itself refuses to grow a file: the error of a full disk, from the real library."""

    def limit(connection: sqlite3.Connection, _entry: object) -> None:
        connection.execute("PRAGMA max_page_count = 260")

    sa.event.listen(sa.Engine, "connect", limit)
    yield
    sa.event.remove(sa.Engine, "connect", limit)


def open_store(file: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{file}")


def test_a_folder_in_the_files_place(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StoreUnavailable, match=r"unable to open.*folder exists, is writable"):
        open_store(file)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"can't be made: Not a directory .set ASSISTANT_DATA_DIR"):
        open_store(tmp_path / "file" / "data" / "store.db")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    open_store(tmp_path / "some" / "where" / "store.db").close()
    assert (tmp_path / "some" / "where" / "store.db").exists()


@pytest.mark.parametrize("url", ["nonsense", "pigeon:///x", "sqlite://host/x"])
def test_an_address_that_means_nothing(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="the store's address can't be used"):
        SqlStore(url)


def test_another_programs_file(file: Path) -> None:
    file.write_bytes(b"these are my holiday pictures " * 200)
    with pytest.raises(StoreUnavailable, match=r"not a database.*another program's file"):
        open_store(file)


def test_a_damaged_file(file: Path) -> None:
    store = open_store(file)
    with store.begin() as tx:
        for number in range(200):
            tx.take_in(make_mention(str(number)), at=NOW)
    store.close()
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreUnavailable, match=r"malformed.*restore a backup"):
        open_store(file).check()


def test_a_file_that_may_only_be_read(file: Path) -> None:
    open_store(file).close()
    with pytest.raises(StoreUnavailable, match=r"readonly.*make the file and its folder writable"):
        SqlStore(f"sqlite:///file:{file}?mode=ro&uri=true").check()


def _fill(store: SqlStore) -> None:
    with store.begin() as tx:
        for number in range(50):
            tx.take_in(make_mention(str(number), text="x" * 10_000), at=NOW)


@pytest.mark.usefixtures("small_disk")
def test_a_full_disk_keeps_what_was_committed_and_nothing_of_the_rest(file: Path) -> None:
    store = open_store(file)
    with store.begin() as tx:
        tx.take_in(make_mention("kept"), at=NOW)
    with pytest.raises(StoreUnavailable, match=r"disk is full.*free space"):
        _fill(store)
    with store.read() as look:
        assert [mention.external_id for mention in look.unanswered(brand_id="skylark", limit=99)] == ["kept"]
    store.close()


def test_another_process_that_writes_for_too_long(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "_PRAGMAS", ("PRAGMA busy_timeout = 50",))
    store = open_store(file)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match=r"locked.*another process"):
        store.check()
    other.close()
    store.check()
    store.close()


def test_a_file_emptied_by_something_else(file: Path) -> None:
    store = open_store(file)
    other = sqlite3.connect(file)
    other.execute("DROP TABLE alembic_version")
    other.close()
    with pytest.raises(StoreUnavailable, match=r"no such table.*restore a backup"):
        store.check()
    store.close()


def test_a_mistake_of_ours_is_not_blamed_on_the_disk(file: Path) -> None:
    store = open_store(file)
    with pytest.raises(sa.exc.IntegrityError), store.begin() as tx:
        tx._connection.exec_driver_sql("INSERT INTO alembic_version SELECT version_num FROM alembic_version")
    store.close()
