"""Ctrl+C and SIGTERM in the middle of long work, on real processes: an end at once, one line that says what stands."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("demo")]

SIGNALS = pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
HEARS_CTRL_C = ("env", "--default-signal=INT")
"""Where tests run in the background of a shell, what they start would ignore it."""
PROMPTLY_S = 5
"""On a machine that is busy with other things; 0.2 s where it isn't."""


@pytest.fixture
def own(tmp_path: Path, data_dir: Path) -> Path:
    """A data folder of the test's own, whose texts all have to be embedded again."""
    folder = tmp_path / "data"
    shutil.copytree(data_dir, folder)
    for vectors in (folder / "cache").glob("vectors-*"):
        vectors.unlink()
    return folder


def stopped(arguments: Sequence[str], environment: dict[str, str], *, begun: str, number: int) -> tuple[int, list[str]]:
    """Exit status and what was said once the command was stopped; it is, as soon as it says how far it is."""
    command = [*HEARS_CTRL_C, sys.executable, "-m", "assistant", *arguments, "--progress"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            before = next((line for line in process.stderr if line.startswith(begun)), None)
            assert before is not None, "it ended before it began"
            process.send_signal(number)
            sent = time.monotonic()
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert time.monotonic() - sent < PROMPTLY_S
    return process.returncode, [line for line in said.splitlines() if line and not line.startswith(begun)]


@SIGNALS
def test_run_writes_its_file_whole_or_not_at_all(
    environment: dict[str, str], tmp_path: Path, number: int, status: int
) -> None:
    rows = [json.dumps({"id": str(row), "text": f"Is bag number {row} too big?"}) for row in range(3000)]
    (tmp_path / "in.jsonl").write_text("\n".join(rows), encoding="utf-8")
    out = tmp_path / "made" / "out.jsonl"
    ended = stopped(
        ["run", str(tmp_path / "in.jsonl"), "--out", str(out)], environment, begun="mentions", number=number
    )
    assert ended == (status, [f"stopped: {out} was not written; the same command begins afresh"])
    assert list(out.parent.iterdir()) == []


@SIGNALS
def test_eval_run_keeps_what_was_answered_and_goes_on(
    environment: dict[str, str], tmp_path: Path, number: int, status: int
) -> None:
    out, begun = tmp_path / "made", "cases"
    suites = ["tier-one", "escalation", "abstain"]
    ended = stopped(["eval", "run", *suites, "--out", str(out)], environment, begun=begun, number=number)
    assert ended[0] == status
    assert ended[1] in (
        [f"stopped: what was answered is kept; go on with --out {out}"],
        ["stopped: nothing was answered yet; the same command begins afresh"],
    )
    assert {path.name for path in out.glob("*")} <= {"turns.jsonl"}
    for path in out.glob("*"):
        assert all(json.loads(line)["turn"] for line in path.read_text(encoding="utf-8").splitlines())


@SIGNALS
def test_index_leaves_the_one_there_was(
    environment: dict[str, str], run: Run, own: Path, number: int, status: int
) -> None:
    theirs = {**environment, "ASSISTANT_DATA_DIR": str(own)}
    ended = stopped(["index", "--rebuild"], theirs, begun="texts", number=number)
    assert ended[0] == status
    assert [line[:43] for line in ended[1]] == ["stopped: search goes on with the index ther"]
    found = run("search", "can my dog fly with me", "--json", ASSISTANT_DATA_DIR=str(own))
    assert json.loads(found.stdout)["hits"][0]["article_id"] == "pets-and-assistance-dogs"
    assert list(own.rglob("*.part")) == []


@SIGNALS
def test_train_leaves_the_model_there_was(environment: dict[str, str], own: Path, number: int, status: int) -> None:
    theirs = {**environment, "ASSISTANT_DATA_DIR": str(own)}
    for states in (own / "models").rglob("states/model.npz"):
        states.unlink()
    fitted = {path: path.read_bytes() for path in (own / "models").rglob("*") if path.is_file()}
    ended = stopped(["train"], theirs, begun="training", number=number)
    assert ended[0] == status
    assert [line[:41] for line in ended[1]] == ["stopped: the model there was stays in use"]
    assert {path: path.read_bytes() for path in (own / "models").rglob("*") if path.is_file()} == fitted
