"""`assistant export`: everything the store holds of the brand, as lines of JSON, without passwords."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.adapters.sql.store import SqlStore
from assistant.cli import cli
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from tests import postgres
from tests.builders import QuickPasswords
from tests.cli.test_migrate import worked_with
from tests.desk_builders import NOW, make_mention

pytestmark = pytest.mark.xdist_group("postgres")


def lines(folder: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text("utf-8").splitlines()]


def exported(folder: Path, knowledge: Path) -> Path:
    out = folder / "out"
    done = CliRunner().invoke(cli, ["export", str(out), "--knowledge", str(knowledge)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "mentions" in done.output
    return out


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    assert CliRunner().invoke(cli, ["pack", "new", str(folder), "--name", "Skylark"]).exit_code == 0
    return folder


def test_everything_of_the_brand_is_written_and_no_password(
    tmp_path: Path, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    store = worked_with(tmp_path)
    with store.begin() as tx:
        add_agent(tx, name="Ana", role=Role.AGENT, queues=(), password="x" * 12, passwords=QuickPasswords(), at=NOW)
        tx.take_in(make_mention("theirs", brand_id="other"), at=NOW)
    out = exported(tmp_path, knowledge)
    assert {row["brand_id"] for row in lines(out, "mentions")} == {"skylark"}
    assert "🧳" in (out / "mentions.jsonl").read_text("utf-8")
    decided = lines(out, "turns")[0]["body"]
    assert isinstance(decided, dict)
    assert [row["event"] for row in lines(out, "audit")][-1] == "reply_sent"
    assert lines(out, "agents") == [{"name": "Ana", "role": "agent", "queues": [], "added_at": NOW.isoformat()}]
    assert not (out / "sessions.jsonl").exists()
    told = json.loads((out / "manifest.json").read_text("utf-8"))
    assert told["brand"] == "skylark"
    assert told["tables"]["mentions"]["rows"] == len(lines(out, "mentions"))
    digest = hashlib.sha256((out / "mentions.jsonl").read_bytes()).hexdigest()
    assert told["tables"]["mentions"]["sha256"] == digest
    store.close()


def test_postgres_says_the_same(tmp_path: Path, knowledge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    worked_with(tmp_path).close()
    here = exported(tmp_path, knowledge)
    with postgres.database() as url:
        assert CliRunner().invoke(cli, ["migrate", "--to", url], catch_exceptions=False).exit_code == 0
        monkeypatch.setenv("ASSISTANT_DATABASE_URL", url)
        (tmp_path / "elsewhere").mkdir()
        there = exported(tmp_path / "elsewhere", knowledge)
    for table in ("mentions", "turns", "replies", "audit"):
        without_claims = [[{**row, "claimed_by": None} for row in lines(folder, table)] for folder in (here, there)]
        assert without_claims[0] == without_claims[1], table


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, knowledge: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    SqlStore(f"sqlite:///{tmp_path}/assistant.db").close()
    done = CliRunner().invoke(cli, ["export", str(knowledge), "--knowledge", str(knowledge)])
    assert done.exit_code != 0
    assert sorted(knowledge.glob("*.jsonl")) == []
