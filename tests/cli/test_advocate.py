"""`assistant advocate`: who agreed to be asked, from the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli.advocate import advocate
from assistant.errors import InputInvalid, NotAllowed

SAID = ["--language", "en", "--by", "lead"]


def test_add_list_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    account = ["add", "x=@skyfan", "--topic", "seat_selection", "--consent", "agreed by mail", *SAID]
    added = runner.invoke(advocate, account)
    key, _, said = added.output.partition(" ")
    assert (added.exit_code, said) == (0, "may be invited about seat_selection\n")
    listed = runner.invoke(advocate, ["list"]).output
    assert listed == f"{key}\tx=skyfan\tseat_selection\ten\tinvited 0, held 0\n"
    assert runner.invoke(advocate, ["remove", key, "--by", "lead"]).exit_code == 0
    assert runner.invoke(advocate, ["list"]).stdout == ""


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["x=@skyfan", "--topic", "gardening", "--consent", "yes"], InputInvalid),
        (["x=@skyfan", "--topic", "seat_selection", "--consent", " "], NotAllowed),
        (["skyfan", "--topic", "seat_selection", "--consent", "yes"], SystemExit),
    ],
)
def test_what_can_not_be_noted(
    given: list[str], problem: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    assert isinstance(CliRunner().invoke(advocate, ["add", *given, *SAID]).exception, problem)
