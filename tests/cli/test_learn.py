"""`train` and `understand` name what they couldn't use, and read standard input."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant import compose
from assistant.adapters.sql.store import SqlStore
from assistant.cli import cli
from assistant.cli.learn import train, understand
from assistant.errors import NothingUsable, RowInvalid
from assistant.workflows.train import train_file
from tests.builders import HashEmbedder


def _echo(texts: Sequence[str], ids: Sequence[str]) -> list[Mapping[str, object]]:
    return [{"id": row_id, "text": text} for row_id, text in zip(ids, texts, strict=True)]


@pytest.fixture
def reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "text_reader", lambda *args, **options: _echo)


def ids(given: str) -> tuple[list[object], str]:
    result = CliRunner().invoke(understand, ["-", "--out", "-"], input=given, standalone_mode=False)
    return [json.loads(line)["id"] for line in result.stdout.splitlines()], result.stderr


@pytest.mark.usefixtures("reads_nothing")
def test_rows_come_from_standard_input_too() -> None:
    found, errors = ids('{"text": "where is my bag", "id": "a"}\nnonsense\n{"text": "and mine", "id": 7}\n')
    assert found == ["a", 7]
    assert errors.startswith("line 2: not JSON")


@pytest.mark.usefixtures("reads_nothing")
@pytest.mark.parametrize("given", ["null", '""', '["q"]', "true", '{"a": 1}', "NaN", "-Infinity", "1e999"])
def test_an_id_that_names_nothing_is_made_up(given: str) -> None:
    assert ids(f'{{"text": "x", "id": {given}}}') == (["line-1"], "")


@pytest.mark.usefixtures("reads_nothing")
def test_what_is_too_long_says_what_is_read_of_it() -> None:
    found, said = ids(json.dumps({"id": 1.5, "text": "x" * 20_001}))
    assert (found, said) == ([1.5], "line 1: text: of 20001 characters the first 20000 are read\n")


def test_where_nothing_is_usable_each_bad_line_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def nothing(*args: Any, **options: Any) -> None:  # noqa: ANN401 - whatever training is called with
        raise NothingUsable("nothing to learn from", [RowInvalid(3, "no label")])

    monkeypatch.setattr("assistant.compose.knowledge.train_labels", nothing)
    said = tmp_path / "errors"
    (tmp_path / "rows.jsonl").touch()
    arguments = ["--examples", str(tmp_path / "rows.jsonl"), "--out", str(tmp_path / "m"), "--errors", str(said)]
    result = CliRunner().invoke(train, arguments, standalone_mode=False)
    assert isinstance(result.exception, NothingUsable)
    assert said.read_text() == "line 3: no label\n"


def test_a_model_of_a_file_cannot_be_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").touch()
    arguments = ["train", "--examples", str(tmp_path / "rows.jsonl"), "--out", str(tmp_path / "m"), "--aside"]
    refused = CliRunner().invoke(cli, arguments)
    assert (refused.exit_code, "--aside is for the pack's own model" in refused.output) == (2, True)


def test_who_put_which_model_in_place_is_in_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    file, made = tmp_path / "rows.jsonl", []
    for more in ("", "where is my suitcase"):
        rows = [
            ("dogs", "can my dog fly"),
            ("dogs", "my dog in the cabin"),
            ("bags", "my bag is lost"),
            ("bags", "no bag"),
        ]
        rows += [("bags", more)] * bool(more)
        file.write_text("\n".join(json.dumps({"text": text, "label": label}) for label, text in rows), "utf-8")
        out = tmp_path / "models" / "larkspur"
        made.append(
            train_file(file, validation=None, embedder=HashEmbedder(), out=out, progress=_silent).card.fingerprint
        )
    done = CliRunner().invoke(cli, ["models", "--restore", made[0], "--by", "sue"], catch_exceptions=False)
    assert (done.exit_code, f"{made[0]}  in use" in done.output) == (0, True)
    store = SqlStore(f"sqlite:///{tmp_path}/assistant.db")
    with store.read() as look:
        (entry,) = look.audit(subject="model:larkspur")
    store.close()
    assert (entry.event, entry.actor, json.loads(entry.facts)) == ("model_put_in_place", "sue", {"model": made[0]})


def _silent(steps: int, total: int) -> None:
    """Nobody looks."""
