"""`assistant restored`: what a restored store may have sent is looked up first."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.adapters.sql.store import SqlStore
from assistant.cli import cli
from assistant.desk.act import act
from assistant.desk.restored import may_be_out
from assistant.ports import HANDED_OVER
from tests.desk_builders import NOW, make_mention, make_pack, make_turn


def test_it_says_how_much_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    store = SqlStore(f"sqlite:///{tmp_path}/assistant.db")
    with store.begin() as tx:
        due, waits = (make_mention(name, brand_id="larkspur") for name in ("due", "waits"))
        for mention in (due, waits):
            tx.take_in(mention, at=NOW)
        reply = tx.reply(f"r-{act(tx, make_turn(due), pack=make_pack(), at=NOW).id}")
        tx.claim([waits.id], by=HANDED_OVER)
        assert not may_be_out(tx, reply)
    done = CliRunner().invoke(cli, ["restored"], catch_exceptions=False)
    assert done.output.startswith("replies that wait to be sent: 1, messages without an answer: 1\nEach is looked up")
    with store.read() as look:
        assert may_be_out(look, reply)
        assert look.unclaimed(brand_id="larkspur")
    store.close()
