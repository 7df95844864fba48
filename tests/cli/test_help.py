"""The command line answers at once and says what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "pydantic", "sqlalchemy", "chromadb", "langchain_core", "onnxruntime", "fastapi", "sklearn", "rich")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "assistant", *arguments], capture_output=True, text=True, check=False)


def test_help_loads_nothing_heavy() -> None:
    probe = (
        "import sys; sys.argv = ['assistant', '--help']\n"
        "import assistant.__main__ as m\n"
        "code = m._run(['--help'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        "sys.exit(code)"
    )
    outcome = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0
    assert "Commands" in outcome.stdout
    assert outcome.stderr.strip() == "[]"


@pytest.mark.parametrize("arguments", [("fly",), ("run",), ("search",), ("reply", "--channel")])
def test_wrong_usage_exits_64(arguments: tuple[str, ...]) -> None:
    outcome = _run(*arguments)
    assert outcome.returncode == 64
    assert "Error" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "listed"),
    [
        (("models", "--restore", "nope"), "`assistant models`"),
        (("proposals", "--accept", "nope"), "`assistant proposals`"),
    ],
)
def test_what_is_not_there_is_listed_somewhere(
    arguments: tuple[str, ...], listed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    outcome = _run(*arguments)
    assert outcome.returncode == 1
    assert f"'nope'; {listed} lists them" in outcome.stderr


def test_help_lists_every_exit_status_and_serving_together() -> None:
    said = _run("--help").stdout
    assert "or a check or gate did not hold" in " ".join(said.split())
    commands = [line.split()[0] for line in said.partition("Commands:")[2].splitlines() if line[:3].strip()]
    assert commands[commands.index("serve") + 1] == "work"


@pytest.mark.parametrize(
    "arguments", [("ramp",), ("recall",), ("proposals",), ("restored",), ("knowledge", "merge")], ids=" ".join
)
def test_who_decides_is_called_the_same_everywhere(arguments: tuple[str, ...]) -> None:
    said = " ".join(_run(*arguments, "--help").stdout.split())
    assert "--by, --agent TEXT" in said
    assert "[default: command line]" in said


@pytest.mark.parametrize("command", ["certify", "replay"])
def test_help_says_what_a_model_that_is_away_ends_with(command: str) -> None:
    assert "3 the model could not be used on more than a twentieth" in " ".join(_run(command, "--help").stdout.split())
