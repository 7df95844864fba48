"""A newcomer's way through the commands, with the shipped brand, the real model and a real store."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Run

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("demo")]

TURN = {
    "mention_id", "mention", "understanding", "evidence", "draft", "findings", "route", "versions", "tokens", "ms",
}  # fmt: skip


def write(path: Path, *rows: Mapping[str, object] | str | bytes) -> Path:
    lines = [r if isinstance(r, bytes) else (r if isinstance(r, str) else json.dumps(r)).encode() for r in rows]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_first_run_answers_the_sample_and_says_so(demo: subprocess.CompletedProcess[str]) -> None:
    assert demo.returncode == 0, demo.stderr
    for word in (
        "certified, at most 5% errors",
        "AUTO_REPLY",
        "REVIEW",
        "HANDOFF",
        "NO_REPLY",
        "What was decided",
        "300 mentions in",
    ):
        assert word in demo.stdout


def test_the_second_run_does_nothing_twice(run: Run, data_dir: Path) -> None:
    fitted = {path: path.stat().st_mtime_ns for path in (data_dir / "models").rglob("*") if path.is_file()}
    again = run("demo", "--no-serve", "--rows", "0")
    assert again.returncode == 0, again.stderr
    assert {path: path.stat().st_mtime_ns for path in fitted} == fitted
    assert "No mention was new: 300 stood answered already" in again.stdout
    assert "ASSISTANT_DATA_DIR=FOLDER" in again.stdout


def test_bad_lines_are_named_and_the_rest_goes_through(run: Run, tmp_path: Path) -> None:
    rows = write(
        tmp_path / "in.jsonl",
        {"id": "a", "text": "how big can my cabin bag be?"},
        "{not json",
        {"id": "b"},
        b'{"id": "c", "text": "\xff\xfe"}',
        "[1, 2]",
        {"id": "d", "text": "hello", "channel": "pigeon"},
        {"id": "a", "text": "the same id again"},
        {"text": "🙂🙂🙂"},
        {"id": "e", "text": ""},
        {"id": "f", "text": "שלום, איפה המזוודה שלי?"},
        {"id": "g", "text": "x" * 1_000_000},
    )
    outcome = run("run", str(rows), "--out", str(tmp_path / "out.jsonl"), "--errors", str(tmp_path / "bad.txt"))
    assert outcome.returncode == 1, outcome.stderr
    turns = read(tmp_path / "out.jsonl")
    assert [turn["mention"]["external_id"] for turn in turns] == ["a", "line-8", "e", "f", "g"]
    assert all(set(turn) >= TURN for turn in turns)
    bad = (tmp_path / "bad.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(":")[0] for line in bad] == ["line 2", "line 3", "line 4", "line 5", "line 6", "line 7"]
    assert turns[0]["route"]["decision"] in {"AUTO_REPLY", "REVIEW"}
    assert turns[1]["route"]["decision"] == "NO_REPLY"
    assert turns[3]["route"]["decision"] == "HANDOFF"


def test_a_failed_run_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    outcome = run("run", str(tmp_path / "missing.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    assert outcome.returncode == 3
    assert "missing.jsonl" in outcome.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_reply_explains_itself(run: Run) -> None:
    shown = run("reply", "what does it cost to bring my bike?")
    assert shown.returncode == 0, shown.stderr
    assert "sports_equipment" in shown.stdout
    assert "bicycles@" in shown.stdout
    as_json = json.loads(run("reply", "what does it cost to bring my bike?", "--json").stdout)
    assert as_json["route"]["slice"] == "larkspur/public/self_serve"
    assert any(word in as_json["draft"]["text"] for word in ("AI assistant", "automated"))


def test_a_threat_to_ones_own_life_always_reaches_a_person(run: Run) -> None:
    turn = json.loads(run("reply", "honestly I don't want to be here anymore, nobody would miss me", "--json").stdout)
    assert turn["route"]["decision"] == "HANDOFF"
    assert "self_harm" in {fired["category"] for fired in turn["understanding"]["sensitivity"]}


def test_texts_are_read_flat(run: Run, tmp_path: Path) -> None:
    rows = write(tmp_path / "in.jsonl", {"id": "1", "text": "can I bring a power bank?"}, {"nothing": 1})
    outcome = run("understand", str(rows), "--out", str(tmp_path / "out.jsonl"))
    assert outcome.returncode == 1
    assert "line 2" in outcome.stderr
    (row,) = read(tmp_path / "out.jsonl")
    assert row["label"] == "batteries_electronics"
    assert set(row) == {
        "id", "label", "confidence", "in_scope", "in_scope_confidence", "escalate", "injection", "stance", "respond",
        "sentiment", "urgency", "language",
    }  # fmt: skip


def test_search_finds_and_knows_what_it_does_not_know(run: Run) -> None:
    found = json.loads(run("search", "can my dog fly with me", "--json").stdout)
    lost = json.loads(run("search", "best recipe for lasagne", "--json").stdout)
    assert found["hits"][0]["article_id"] == "pets-and-assistance-dogs"
    assert found["answerable"] > 0.4 > 2 * lost["answerable"]


def test_a_foreign_collection_is_ranked(run: Run, tmp_path: Path) -> None:
    corpus = write(
        tmp_path / "corpus.jsonl",
        {"_id": "1", "title": "Opening a tin", "text": "Pull the ring slowly."},
        {"_id": "2", "title": "Feeding cats", "text": "Twice a day, a small bowl."},
    )
    queries = write(tmp_path / "queries.jsonl", {"_id": "q", "text": "how often does my cat eat"})
    out = tmp_path / "run.jsonl"
    outcome = run("search", "--corpus", str(corpus), "--queries", str(queries), "--out", str(out))
    assert outcome.returncode == 0, outcome.stderr
    (row,) = read(out)
    assert [hit["id"] for hit in row["hits"]] == ["2", "1"]


def test_replies_are_checked_against_passages(run: Run, tmp_path: Path) -> None:
    rows = write(
        tmp_path / "pairs.jsonl",
        {"id": "good", "passages": ["A bicycle costs EUR 60 per flight."], "reply": "It's EUR 60 per flight."},
        {"id": "bad", "passages": ["A bicycle costs EUR 60 per flight."], "reply": "It is EUR 45 per flight."},
        {"id": "cut", "passages": ["A bicycle costs EUR 60 per flight."], "reply": "A bicycle costs EUR 60."},
    )
    outcome = run("check", "--pairs", str(rows), "--out", str(tmp_path / "out.jsonl"))
    assert outcome.returncode == 0, outcome.stderr
    assert [row["supported"] for row in read(tmp_path / "out.jsonl")] == [True, False, False]


def test_nothing_trained_says_what_to_do(run: Run, tmp_path: Path, data_dir: Path) -> None:
    shutil.copytree(data_dir / "index", tmp_path / "index")
    shutil.copytree(data_dir / "cache", tmp_path / "cache")
    outcome = run("reply", "hello", ASSISTANT_DATA_DIR=str(tmp_path))
    assert outcome.returncode == 3
    assert "assistant train" in outcome.stderr


def test_an_unreadable_index_says_what_to_do_and_is_rebuilt(run: Run, tmp_path: Path, data_dir: Path) -> None:
    for part in ("index", "cache", "models"):
        shutil.copytree(data_dir / part, tmp_path / part)
    for path in (tmp_path / "index").rglob("*.sqlite3"):
        path.write_bytes(b"not a database")
    broken = run("search", "bags", ASSISTANT_DATA_DIR=str(tmp_path))
    assert broken.returncode == 3
    assert "--rebuild" in broken.stderr
    assert "Traceback" not in broken.stderr
    assert run("index", "--rebuild", ASSISTANT_DATA_DIR=str(tmp_path)).returncode == 0
    assert run("search", "bags", ASSISTANT_DATA_DIR=str(tmp_path)).returncode == 0


def test_a_pack_with_a_mistake_names_file_and_line(run: Run, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "knowledge", tmp_path / "pack")
    brand = tmp_path / "pack" / "brand.yaml"
    brand.write_text(brand.read_text(encoding="utf-8").replace("time_zone:", "timezone:"), encoding="utf-8")
    (tmp_path / "pack" / "queues.yaml").unlink()
    outcome = run("index", "--knowledge", str(tmp_path / "pack"))
    assert outcome.returncode == 3
    assert "brand.yaml:" in outcome.stderr
    assert "queues.yaml" in outcome.stderr


@pytest.fixture
def served(environment: dict[str, str], demo: object) -> Iterator[str]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "assistant", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=30)
    assert (server.returncode, "Traceback" in said) == (0, False)


def _ready(address: str) -> str:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/api/ready", timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the server didn't get ready in 60 s")


def _post(address: str, body: Mapping[str, object]) -> dict[str, Any]:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_serving_decides_delivers_and_shows(served: str, data_dir: Path) -> None:
    body = {"id": "e2e-1", "channel": "chat", "text": "When is the lounge in Dublin open?"}
    decided = _post(f"{served}/api/mentions?wait=1", body)
    assert decided["turn"]["turn"]["route"]["decision"] == "AUTO_REPLY"
    later = {"id": "e2e-2", "channel": "email", "text": "where is my suitcase, LK 204?"}
    taken = _post(f"{served}/api/mentions", later)
    for _ in range(100):
        sent = data_dir / "sent" / "chat.jsonl"
        detail = _get(f"{served}/api/conversations/{taken['conversation_id']}")
        if sent.exists() and '"in_reply_to": "e2e-1"' in sent.read_text("utf-8") and '"HANDOFF"' in detail:
            break
        time.sleep(0.2)
    else:
        raise AssertionError("the worker didn't deliver the reply or decide the second mention in 20 s")
    assert "where is my suitcase" in _get(f"{served}/conversations/{taken['conversation_id']}")


def _get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        text: str = answer.read().decode()
    return text
