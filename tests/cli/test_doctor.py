"""The doctor names what is broken and what to do; the log's first broken entry is named."""

import sqlite3
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.adapters.sql.engine import shown_address
from assistant.adapters.sql.store import SqlStore
from assistant.cli.doctor import doctor
from assistant.desk.act import act
from assistant.domain.vocabulary import Decision
from tests import postgres
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.rigs.http_server import Answer, HttpServer


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    store = SqlStore(f"sqlite:///{tmp_path}/assistant.db")
    for number in range(4):
        turn = make_turn(make_mention(str(number)), Decision.REVIEW)
        with store.begin() as tx:
            tx.take_in(turn.mention, at=NOW)
            act(tx, turn, pack=make_pack(), at=NOW)
    store.close()
    return tmp_path


def said(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(doctor, options, standalone_mode=False)
    assert result.exception is None
    return result.return_value, result.output


def changed(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "assistant.db") as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.usefixtures("data")
def test_a_whole_log_is_verified() -> None:
    assert said("--verify-log") == (0, "log     ok: 4 entries, each follows from the one before\n")


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE audit SET actor = 'mallory' WHERE sequence = 3", "entry 3 (turn_decided"),
        ("UPDATE audit SET facts = replace(facts, 'REVIEW', 'HANDOFF') WHERE sequence = 1", "entry 1 (turn_decided"),
        ("DELETE FROM audit WHERE sequence = 2", "entry 3 (turn_decided"),
        ("DELETE FROM audit WHERE sequence = 1", "entry 2 (turn_decided"),
        ("UPDATE audit SET at = '2026-03-02 09:00:01.000000' WHERE sequence = 4", "entry 4 (turn_decided"),
    ],
)
def test_the_first_broken_entry_is_named(data: Path, statement: str, entry: str) -> None:
    changed(data, statement)
    status, words = said("--verify-log")
    assert status == 1
    assert entry in words


def test_each_part_says_what_to_do(data: Path, tmp_path: Path) -> None:
    status, words = said("--knowledge", str(Path(__file__).parents[2] / "knowledge"))
    lines = {line.split()[0]: line for line in words.splitlines()}
    assert status == 1
    assert " ok: " in lines["pack"]
    assert "1 chart binds routes" in lines["pack"]
    assert "NOT OK" in lines["models"]
    assert "assistant train" in lines["models"]
    assert " ok: " in lines["store"]
    status, words = said("--knowledge", str(tmp_path / "nowhere"))
    assert status == 1
    assert "name the folder that holds brand.yaml" in words


def test_a_data_folder_that_can_not_be_made_is_a_part_that_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(data))
    status, told = said()
    assert status == 1
    assert f"store   NOT OK: {data}: Not a directory; choose a writable ASSISTANT_DATA_DIR" in told


def test_a_data_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(data))
    said()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.mark.xdist_group("postgres")
def test_the_store_is_named_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres.database() as url:
        monkeypatch.setenv("ASSISTANT_DATABASE_URL", url)
        _, told = said()
    store = next(line for line in told.splitlines() if line.startswith("store"))
    assert store == f"store   ok: readable and writable at {shown_address(url)}"


def test_a_password_is_not_shown() -> None:
    assert shown_address("postgres://ann:secret@db/care") == "postgresql+psycopg://ann:***@db/care"


@pytest.mark.parametrize("password", ["p@ss/w0rd", "a@b", "s3/cret@x"])
def test_a_password_that_breaks_the_address_is_not_shown_either(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows its `@` or `/` reads as a host or a database, which are shown."""
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", f"postgresql://ann:{password}@127.0.0.1:9/care")
    status, told = said()
    assert status == 1
    assert "in a password %40 for @" in told
    assert not any(piece in told for piece in ("ss/w", "w0rd", "@b", "cret"))


def test_a_host_nobody_knows_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", "postgresql://ann:secret@nowhere.invalid/care")
    status, told = said()
    assert status == 1
    assert "correct the host in ASSISTANT_DATABASE_URL" in told


def drafter_line() -> str:
    _, told = said()
    return next(line for line in told.splitlines() if line.startswith("drafter"))


@pytest.mark.usefixtures("data")
def test_prompts_that_are_not_there_are_a_part_that_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drafter_line() == "drafter ok: extractive"
    monkeypatch.setenv("ASSISTANT_PROMPTS", "/nowhere")
    assert drafter_line() == "drafter NOT OK: /nowhere: holds no *.j2 files; ASSISTANT_PROMPTS names the folder"


LISTED = {"object": "list", "data": [{"id": "tiny", "object": "model", "created": 0, "owned_by": "us"}]}


@pytest.mark.network
@pytest.mark.usefixtures("data")
@pytest.mark.parametrize(
    ("answer", "model", "said_of_it"),
    [
        (Answer(LISTED), "tiny", "drafter ok: tiny"),
        (Answer(LISTED), "huge", "doesn't list 'huge'; check ASSISTANT_MODEL and OPENAI_BASE_URL"),
        (
            Answer({"error": {"message": "wrong key sk-hush"}}, status=401),
            "tiny",
            "refuses the key; check OPENAI_API_KEY",
        ),
        (Answer({}, status=404), "tiny", "drafter ok: tiny"),
        (Answer({}, status=503), "tiny", "answered 503; approved wording answers meanwhile"),
    ],
)
def test_a_models_server_is_asked_for_it(
    answer: Answer, model: str, said_of_it: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = HttpServer({r"GET /v1/models": lambda asked: answer})
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hush")
    monkeypatch.setenv("ASSISTANT_MODEL", model)
    line = drafter_line()
    server.close()
    assert said_of_it in line
    assert "hush" not in line


@pytest.mark.network
@pytest.mark.usefixtures("data")
def test_a_models_server_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert "http://127.0.0.1:9/v1 can't be reached; check OPENAI_BASE_URL" in drafter_line()
