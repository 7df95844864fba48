"""`assistant migrate`: a store that was worked with moves to Postgres and goes on there."""

import asyncio
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.adapters.sql.presence import FilePresence
from assistant.adapters.sql.store import SqlStore
from assistant.cli import cli
from assistant.cli.migrate import migrate
from assistant.cli.serve import _alone
from assistant.desk import automation
from assistant.desk.act import act
from assistant.desk.outbox import deliver_due
from assistant.domain.audit import first_break
from assistant.domain.vocabulary import Decision
from assistant.errors import Conflict, InputInvalid
from assistant.settings import read_settings
from assistant.workflows.unfold import unfold_all
from tests import postgres
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, SetClock, make_mention, make_pack, make_turn

pytestmark = pytest.mark.xdist_group("postgres")


def worked_with(folder: Path) -> SqlStore:
    """Answered, held, reviewed, waiting and claimed mentions, and one only put down; a sent reply; an audit log."""
    store = SqlStore(f"sqlite:///{folder}/assistant.db")
    with store.begin() as tx:
        for number, decision in enumerate((Decision.AUTO_REPLY, Decision.REVIEW, Decision.NO_REPLY)):
            turn = make_turn(make_mention(str(number), text="Bag? 🧳 ß \u0130"), decision)
            tx.take_in(turn.mention, at=NOW)
            act(tx, turn, pack=make_pack(), at=NOW + timedelta(microseconds=number))
        tx.take_in(make_mention("waits"), at=NOW)
        tx.claim([make_mention("waits").id], by="an old process")
        tx.put_down([make_mention("arrived")], at=NOW)
        automation.hold(tx, "skylark", scope="pets", reason="test", by="ann", at=NOW)
    deliver_due(store, {"x": Network()}, brand_id="skylark", clock=SetClock())
    return store


def test_everything_arrives_and_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    old = worked_with(tmp_path)
    with postgres.database() as url:
        done = CliRunner().invoke(cli, ["migrate", "--to", url], catch_exceptions=False)
        assert "mentions                     4 rows  same content" in done.output
        new = SqlStore(url)
        for name in ("0", "1", "2", "waits"):
            with old.read() as before, new.read() as after:
                conversation = before.conversations(brand_id="skylark", limit=9)
                assert after.conversations(brand_id="skylark", limit=9) == conversation
                assert after.current_turn(make_mention(name).id) == before.current_turn(make_mention(name).id)
                assert after.audit() == before.audit()
                assert after.automation("skylark") == before.automation("skylark")
        unfold_all(new)
        with new.begin() as tx:
            claimed = tx.claim_mentions(brand_id="skylark", by="b", limit=9)
            assert [each.external_id for each in claimed] == ["waits", "arrived"]
            assert tx.take_in(make_mention("later"), at=NOW).new
            act(tx, make_turn(make_mention("later")), pack=make_pack(), at=NOW)
        assert deliver_due(new, {"x": Network()}, brand_id="skylark", clock=SetClock()).sent == 1
        with new.read() as look:
            assert first_break(look.audit()) is None
        new.close()
        with pytest.raises(Conflict, match="give an empty database"):
            migrate.main(["--to", url], standalone_mode=False)
    old.close()


def test_without_a_store_or_a_target_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    with pytest.raises(InputInvalid, match="say where to"):
        migrate.main([], standalone_mode=False)
    with pytest.raises(InputInvalid, match="no embedded store"):
        migrate.main(["--to", "postgresql://nobody@localhost/nothing"], standalone_mode=False)


def test_every_table_arrives_when_the_command_is_all_that_runs(tmp_path: Path) -> None:
    """A table counts because the store has it, not because something else was imported."""
    environment = {"ASSISTANT_DATA_DIR": str(tmp_path)}

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "assistant", *words]
        done = subprocess.run(
            command, env=environment, input="long enough words\n", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    (tmp_path / "new").mkdir()
    run("agent", "add", "Vera")
    worked_with(tmp_path).close()
    moved = run("migrate", "--to", f"sqlite:///{tmp_path}/new/assistant.db")
    with closing(sqlite3.connect(tmp_path / "assistant.db")) as database:
        tables = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
    told = {line.split()[0] for line in moved.splitlines() if " rows  same content" in line}
    assert tables - told == {"alembic_version", "sqlite_sequence"}
    environment["ASSISTANT_DATA_DIR"] = str(tmp_path / "new")
    assert run("agent", "list") == "Vera\tagent\t\n"


def test_a_store_somebody_works_on_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after the copy would be left behind."""
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    worked_with(tmp_path).close()
    to = ["--to", f"sqlite:///{tmp_path}/new/assistant.db"]
    with closing(FilePresence(tmp_path / "running")) as working:
        assert working.leads()
        with pytest.raises(Conflict, match="stop `assistant serve` and `assistant work` first"):
            migrate.main(to, standalone_mode=False)
    assert not (tmp_path / "new").exists()
    assert migrate.main(to, standalone_mode=False) == 0


def test_a_web_process_without_worker_keeps_the_store_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes mentions in."""
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    to = ["--to", f"sqlite:///{tmp_path}/new/assistant.db"]

    class Serves:
        async def serve(self, sockets: list[socket.socket]) -> None:
            with pytest.raises(Conflict, match="stop `assistant serve` and `assistant work` first"):
                migrate.main(to, standalone_mode=False)

    with closing(worked_with(tmp_path)) as store, socket.socket() as listening:
        asyncio.run(_alone(Serves(), listening, store, read_settings()))  # type: ignore[arg-type]  # serves no page
    assert migrate.main(to, standalone_mode=False) == 0
