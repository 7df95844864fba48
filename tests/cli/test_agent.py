"""`assistant agent`: the password comes from standard input and is never shown."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli.agent import agent


def test_add_list_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    added = runner.invoke(agent, ["add", "Vera", "--role", "vendor", "--queue", "care"], input="long enough words\n")
    assert (added.exit_code, added.output) == (0, "Vera may sign in as vendor\n")
    assert runner.invoke(agent, ["list"]).output == "Vera\tvendor\tcare\n"
    assert runner.invoke(agent, ["remove", "Vera"]).exit_code == 0
    assert runner.invoke(agent, ["list"]).stdout == ""
